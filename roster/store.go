package roster

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations makes the schema "roster".
var Migrations = postgres.Embedded("roster", files)

// Store keeps rosters in a database that holds Migrations and the schema
// calls. It is safe for use by many goroutines.
type Store struct{ db *pgxpool.Pool }

// New returns a store on a database.
func New(db *pgxpool.Pool) *Store { return &Store{db} }

// querier is a pool or a transaction.
type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// wrap names what was tried; refusals stay as they are.
func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*InputError](err); ok {
		return err
	}
	return fmt.Errorf("roster: %s: %w", what, err)
}

// Rules say when somebody counts as late or absent.
type Rules struct {
	Tolerance time.Duration // so much later or earlier is still in time
	Absent    time.Duration // after the begin: who is not there by then is absent
}

// Usual are the rules of a site that has set none; our own default.
var Usual = Rules{Tolerance: 5 * time.Minute, Absent: 30 * time.Minute}

// Rules of a site.
func (s *Store) Rules(ctx context.Context, site string) (Rules, error) {
	var tolerance, absent int
	err := s.db.QueryRow(ctx, `SELECT tolerance, absent FROM roster.rule WHERE site = $1`, site).Scan(&tolerance, &absent)
	if errors.Is(err, pgx.ErrNoRows) {
		return Usual, nil
	}
	if err != nil {
		return Rules{}, fmt.Errorf("roster: read rules of site %s: %w", site, err)
	}
	return Rules{time.Duration(tolerance) * time.Minute, time.Duration(absent) * time.Minute}, nil
}

// PutRules changes them; whole minutes count.
func (s *Store) PutRules(ctx context.Context, site string, r Rules) error {
	if r.Tolerance < 0 || r.Tolerance > 2*time.Hour || r.Absent < time.Minute || r.Absent > 12*time.Hour || r.Absent < r.Tolerance {
		return &InputError{Problem: BadRule}
	}
	_, err := s.db.Exec(ctx, `
		INSERT INTO roster.rule (site, tolerance, absent) VALUES ($1, $2, $3)
		ON CONFLICT (site) DO UPDATE SET tolerance = excluded.tolerance, absent = excluded.absent`,
		site, int(r.Tolerance.Minutes()), int(r.Absent.Minutes()))
	return wrap(err, "put rules of site "+site)
}

// LeaveKind is 请假类型.
type LeaveKind struct{ Code, Name, NameEN string }

// LeaveKinds returns the kinds of leave.
func (s *Store) LeaveKinds(ctx context.Context) ([]LeaveKind, error) {
	rows, err := s.db.Query(ctx, `SELECT code, name, name_en FROM roster.leave_kind ORDER BY position`)
	if err != nil {
		return nil, fmt.Errorf("roster: read kinds of leave: %w", err)
	}
	kinds, err := pgx.CollectRows(rows, pgx.RowToStructByPos[LeaveKind])
	if err != nil {
		return nil, fmt.Errorf("roster: read kinds of leave: %w", err)
	}
	return kinds, nil
}

// ErrStale refuses a swap of days that somebody has changed meanwhile.
var ErrStale = errkind.New(errkind.Conflict, "roster: the days have changed meanwhile")
