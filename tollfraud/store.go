package tollfraud

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations makes the schema "tollfraud".
var Migrations = postgres.Embedded("tollfraud", files)

// What a change can come back with.
var (
	ErrStale    = errkind.New(errkind.Conflict, "tollfraud: somebody else has changed the rules")
	ErrSwitched = errkind.New(errkind.Conflict, "tollfraud: the switch is in that position already")
	ErrNoReason = errkind.New(errkind.Invalid, "tollfraud: a reason of 2 to 500 characters is required")
)

// Store keeps the rules, the switch, the legs and the events. It is safe for
// use by many goroutines and processes.
type Store struct{ db *pgxpool.Pool }

// NewStore returns a store on a database that holds Migrations.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{db: pool} }

// Version is a policy as somebody kept it.
type Version struct {
	Rev    int // 0: the Default, which nobody has kept
	Policy Policy
	At     time.Time
	Person string
	Reason string
}

// Current returns the rules of a site; the Default where nobody has kept any.
func (s *Store) Current(ctx context.Context, site string) (Version, error) {
	found, err := s.versions(ctx, site, 1)
	if err != nil {
		return Version{}, err
	}
	if len(found) == 0 {
		return Version{Policy: Default()}, nil
	}
	return found[0], nil
}

// Versions returns the last versions of a site's rules, newest first.
func (s *Store) Versions(ctx context.Context, site string, limit int) ([]Version, error) {
	return s.versions(ctx, site, limit)
}

const selectVersion = `SELECT rev, body, at, person, reason FROM tollfraud.policy WHERE site = $1 ORDER BY rev DESC LIMIT $2`

func (s *Store) versions(ctx context.Context, site string, limit int) ([]Version, error) {
	rows, err := s.db.Query(ctx, selectVersion, site, limit)
	if err != nil {
		return nil, fmt.Errorf("tollfraud: read the rules of site %s: %w", site, err)
	}
	found, err := pgx.CollectRows(rows, scanVersion)
	if err != nil {
		return nil, fmt.Errorf("tollfraud: read the rules of site %s: %w", site, err)
	}
	return found, nil
}

func scanVersion(row pgx.CollectableRow) (Version, error) {
	var v Version
	err := row.Scan(&v.Rev, &v.Policy, &v.At, &v.Person, &v.Reason)
	return v, err
}

// Keep makes a policy the one that holds, in place of version rev. A change by
// somebody else in between is ErrStale; what makes no sense is a PolicyError.
func (s *Store) Keep(ctx context.Context, site, by string, rev int, p Policy, reason string, now time.Time) (Version, error) {
	if err := p.Check(); err != nil {
		return Version{}, err
	}
	reason = strings.TrimSpace(reason)
	if !reasonable(reason, 0) {
		return Version{}, ErrNoReason
	}
	body, err := json.Marshal(p)
	if err != nil {
		return Version{}, fmt.Errorf("tollfraud: write the rules of site %s down: %w", site, err)
	}
	tag, err := s.db.Exec(ctx, `
		WITH kept AS (
			INSERT INTO tollfraud.policy (site, rev, body, at, person, reason)
			SELECT $1, $2 + 1, $3, $4, $5, $6
			WHERE coalesce((SELECT max(rev) FROM tollfraud.policy WHERE site = $1), 0) = $2
			ON CONFLICT (site, rev) DO NOTHING
			RETURNING site)
		INSERT INTO tollfraud.event (id, at, site, kind, person, reason) SELECT $7, $4, site, 'policy', $5, $6 FROM kept`,
		site, rev, string(body), now, by, reason, id.New())
	if err != nil {
		return Version{}, fmt.Errorf("tollfraud: keep the rules of site %s: %w", site, err)
	}
	if tag.RowsAffected() == 0 {
		return Version{}, ErrStale
	}
	return Version{Rev: rev + 1, Policy: p, At: now, Person: by, Reason: reason}, nil
}

// Switch is the position of the switch that stops calls to outside.
type Switch struct {
	Locked bool
	At     time.Time // zero: nobody has ever touched it
	Person string
	Reason string
}

// SwitchOf returns the position of a site's switch.
func (s *Store) SwitchOf(ctx context.Context, site string) (Switch, error) {
	var w Switch
	err := s.db.QueryRow(ctx, `
		SELECT locked, at, person, reason FROM tollfraud.switch WHERE site = $1 ORDER BY id DESC LIMIT 1`, site).
		Scan(&w.Locked, &w.At, &w.Person, &w.Reason)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Switch{}, fmt.Errorf("tollfraud: read the switch of site %s: %w", site, err)
	}
	return w, nil
}

// Turn stops calls to outside, or lets them go on. It holds for every process
// from the next call on; calls in progress go on.
func (s *Store) Turn(ctx context.Context, site, by string, locked bool, reason string, now time.Time) (Switch, error) {
	reason = strings.TrimSpace(reason)
	if !reasonable(reason, 2) {
		return Switch{}, ErrNoReason
	}
	kind := "unlock"
	if locked {
		kind = "lock"
	}
	var turned int64
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(counting)); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			WITH turned AS (
				INSERT INTO tollfraud.switch (site, locked, at, person, reason)
				SELECT $1, $2, $3, $4, $5
				WHERE coalesce((SELECT locked FROM tollfraud.switch WHERE site = $1 ORDER BY id DESC LIMIT 1), false) <> $2
				RETURNING site)
			INSERT INTO tollfraud.event (id, at, site, kind, person, reason) SELECT $6, $3, site, $7, $4, $5 FROM turned`,
			site, locked, now, by, reason, id.New(), kind)
		turned = tag.RowsAffected()
		return err
	})
	if err != nil {
		return Switch{}, fmt.Errorf("tollfraud: turn the switch of site %s: %w", site, err)
	}
	if turned == 0 {
		return Switch{}, ErrSwitched
	}
	return Switch{Locked: locked, At: now, Person: by, Reason: reason}, nil
}

// reasonable reports whether a text from outside has least to 500 characters
// and can be kept.
func reasonable(s string, least int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= 500 && utf8.ValidString(s) && !strings.Contains(s, "\x00")
}

// querier is a pool or a transaction.
type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}
