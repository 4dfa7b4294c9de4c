package quality

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/id"
)

// Calls is what has been recorded.
type Calls interface {
	// Candidates returns the recorded conversations of a site that began from
	// one moment (included) to another (not included).
	Candidates(ctx context.Context, site string, from, to time.Time) ([]Candidate, error)
	// Candidate returns one; nil: there is none with a recording.
	Candidate(ctx context.Context, site, call string) (*Candidate, error)
}

// People is who can inspect, and when a site works.
type People interface {
	// Inspectors lists who may inspect for a site.
	Inspectors(ctx context.Context, site string) ([]string, error)
	// Zone returns the time zone of a site.
	Zone(ctx context.Context, site string) (*time.Location, error)
	// Works tells the working days of a site from a day on, for a year.
	Works(ctx context.Context, site string, from time.Time) (func(day time.Time) bool, error)
}

// Store keeps sheets, plans and inspections in Postgres.
type Store struct {
	pool   *pgxpool.Pool
	calls  Calls
	people People
}

// New returns a store on a database that has been migrated (Migrations).
func New(pool *pgxpool.Pool, calls Calls, people People) *Store {
	return &Store{pool: pool, calls: calls, people: people}
}

const columns = `i.id::text, i.site, i.call_id, i.agent, i.talked, i.call_at, i.queue, i.seconds, i.rating, coalesce(i.plan_id::text, ''), i.why,
	i.sheet_id::text, i.inspector, i.state, i.rev, i.marks, i.points, i.most, i.passed, i.critical, i.created_at, i.due_at,
	i.published_at, i.appeal_until, i.appeal, i.appealed_at, i.settled_by, i.settled_at, i.decision, i.answer, i.first_points`

func scanInspection(row pgx.CollectableRow) (Inspection, error) {
	return pgx.RowToStructByPos[Inspection](row)
}

// Filter chooses inspections. The zero value of a field does not choose.
type Filter struct {
	Site      string // always
	States    []State
	Agent     string
	Inspector string
	Shared    bool // with Inspector: also those that nobody has yet
	Seen      bool // only what the agent may see
	Overdue   bool // to be scored, and late
	Call      string
	From      time.Time // the call began at or after
	To        time.Time // and before

	Offset int
	Limit  int // 0: 20; at most 200
}

// List returns the inspections chosen and how many there are in all: what is to
// be done first, in the order in which it is due; then the latest.
func (s *Store) List(ctx context.Context, f Filter, now time.Time) ([]Inspection, int, error) {
	args := pgx.NamedArgs{
		"site": text(f.Site), "states": f.States, "agent": text(f.Agent), "inspector": text(f.Inspector), "call": text(f.Call),
		"from": orNull(f.From), "to": orNull(f.To), "now": now,
		"offset": min(max(0, f.Offset), 100_000), "limit": min(max(1, or(f.Limit, 20)), 200),
	}
	where := ` FROM quality.inspection i WHERE i.site = @site`
	for _, c := range []struct {
		on  bool
		sql string
	}{
		{len(f.States) > 0, `i.state = ANY(@states)`},
		{f.Agent != "", `i.agent = @agent`},
		{f.Inspector != "" && !f.Shared, `i.inspector = @inspector`},
		{f.Inspector != "" && f.Shared, `(i.inspector = @inspector OR i.inspector = '') AND i.agent <> @inspector AND NOT @inspector = ANY (i.talked)`},
		{f.Seen, `i.published_at IS NOT NULL`},
		{f.Overdue, `i.state IN ('open', 'draft') AND i.due_at < @now`},
		{f.Call != "", `i.call_id = @call`},
		{!f.From.IsZero(), `i.call_at >= @from`},
		{!f.To.IsZero(), `i.call_at < @to`},
	} {
		if c.on {
			where += ` AND ` + c.sql
		}
	}
	var total int
	if err := s.pool.QueryRow(ctx, `SELECT count(*)`+where, args).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("count inspections: %w", err)
	}
	rows, err := s.pool.Query(ctx, `SELECT `+columns+where+`
		ORDER BY i.state NOT IN ('open', 'draft', 'appealed'), CASE WHEN i.state IN ('open', 'draft') THEN i.due_at END,
			coalesce(i.settled_at, i.appealed_at, i.published_at, i.created_at) DESC, i.id
		OFFSET @offset LIMIT @limit`, args)
	var list []Inspection
	if err == nil {
		list, err = pgx.CollectRows(rows, scanInspection)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("list inspections: %w", err)
	}
	return list, total, nil
}

// Get returns an inspection of a site, or ErrNotFound.
func (s *Store) Get(ctx context.Context, site, ref string) (Inspection, error) {
	if _, err := id.Parse(ref); err != nil {
		return Inspection{}, ErrNotFound
	}
	rows, err := s.pool.Query(ctx, `SELECT `+columns+` FROM quality.inspection i WHERE i.id = $1 AND i.site = $2`, ref, text(site))
	if err != nil {
		return Inspection{}, fmt.Errorf("get inspection %s: %w", ref, err)
	}
	i, err := pgx.CollectExactlyOneRow(rows, scanInspection)
	if errors.Is(err, pgx.ErrNoRows) {
		return i, ErrNotFound
	}
	if err != nil {
		return i, fmt.Errorf("get inspection %s: %w", ref, err)
	}
	return i, nil
}

// Entry is a line of an inspection's history.
type Entry struct {
	Rev    int64
	At     time.Time
	By     string
	Action Action
	From   State
	To     State
	Points *int
	Note   string
	Marks  *Marks
}

// History returns everything that was done with an inspection, in order.
func (s *Store) History(ctx context.Context, ref string) ([]Entry, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT rev, at, by_person, action, from_state, to_state, points, note, marks
		FROM quality.inspection_log WHERE inspection_id = $1 ORDER BY rev`, ref)
	var log []Entry
	if err == nil {
		log, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Entry])
	}
	if err != nil {
		return nil, fmt.Errorf("read the history of inspection %s: %w", ref, err)
	}
	return log, nil
}

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// text drops what no text in Postgres holds.
func text(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
}
