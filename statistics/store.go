package statistics

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Store counts in a database that holds the schema calls.
type Store struct {
	db *pgxpool.Pool
}

// New returns a store on a database.
func New(db *pgxpool.Pool) *Store { return &Store{db} }

// Counts are the figures of a site in a time.
type Counts struct {
	From, To time.Time // the time: From is in it, To is not
	Site     Figures
	Queues   map[string]Figures      // by queue; those nobody entered are missing
	Agents   map[string]AgentFigures // by employee number; those nobody was offered to are missing
	Waits    map[string]WaitError    // by queue; those where nobody was told a wait and answered are missing
}

// Today counts from midnight, where the site is, until now.
func (s *Store) Today(ctx context.Context, site string, where *time.Location, now time.Time) (Counts, error) {
	return s.Between(ctx, site, Midnight(now, where), now)
}

// Midnight is when the day of a moment began at a place.
func Midnight(now time.Time, where *time.Location) time.Time {
	y, m, d := now.In(where).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, where)
}

// Between counts the callers (not those whom we called) who entered a queue from one moment until before
// another, and the offers made to agents in that time.
func (s *Store) Between(ctx context.Context, site string, from, to time.Time) (Counts, error) {
	c := Counts{From: from, To: to, Queues: map[string]Figures{}, Agents: map[string]AgentFigures{}}
	if err := s.calls(ctx, site, &c); err != nil {
		return Counts{}, fmt.Errorf("statistics: count calls of site %s: %w", site, err)
	}
	if err := s.agents(ctx, site, &c); err != nil {
		return Counts{}, fmt.Errorf("statistics: count offers of site %s: %w", site, err)
	}
	var err error
	if c.Waits, err = s.WaitErrors(ctx, site, from, to); err != nil {
		return Counts{}, err
	}
	return c, nil
}

// figures is the select list of Figures.
var figures = func() string {
	var list []string
	for _, condition := range counted {
		list = append(list, `count(*) FILTER (WHERE `+condition+`)`)
	}
	return strings.Join(list, `, `)
}()

// fields are where figures scans to.
func (f *Figures) fields() []any {
	return []any{&f.Offered, &f.Answered, &f.WithinTen, &f.Abandoned, &f.Rated, &f.Satisfied}
}

func (f *Figures) add(g Figures) {
	f.Offered += g.Offered
	f.Answered += g.Answered
	f.WithinTen += g.WithinTen
	f.Abandoned += g.Abandoned
	f.Rated += g.Rated
	f.Satisfied += g.Satisfied
}

func (s *Store) calls(ctx context.Context, site string, c *Counts) error {
	rows, err := s.db.Query(ctx, `SELECT queue, `+figures+`
		FROM calls.record WHERE site = $1 AND direction = 'in' AND queued_at >= $2 AND queued_at < $3
		GROUP BY queue`, site, c.From, c.To)
	if err != nil {
		return err
	}
	var queue string
	var f Figures
	_, err = pgx.ForEachRow(rows, append([]any{&queue}, f.fields()...), func() error {
		c.Queues[queue] = f
		c.Site.add(f)
		return nil
	})
	return err
}

func (s *Store) agents(ctx context.Context, site string, c *Counts) error {
	rows, err := s.db.Query(ctx, `
		SELECT coalesce(o.agent, t.agent), coalesce(o.offered, 0), coalesce(o.answered, 0), coalesce(o.missed, 0),
			coalesce(t.rated, 0), coalesce(t.satisfied, 0)
		FROM (
			SELECT l.agent, count(*) AS offered,
				count(*) FILTER (WHERE l.outcome = 'answered') AS answered,
				count(*) FILTER (WHERE l.outcome IN ('no_answer', 'busy', 'rejected', 'unreachable')) AS missed
			FROM calls.leg l JOIN calls.record r ON r.id = l.call_id
			WHERE r.site = $1 AND l.kind = 'agent' AND l.purpose = '' AND l.outcome <> '' AND l.started_at >= $2 AND l.started_at < $3
			GROUP BY l.agent) o
		FULL JOIN (
			SELECT agent, count(*) AS rated, count(*) FILTER (WHERE rating IN (1, 2)) AS satisfied
			FROM calls.record
			WHERE site = $1 AND queued_at >= $2 AND queued_at < $3 AND agent <> '' AND rating IS NOT NULL
			GROUP BY agent) t ON t.agent = o.agent`, site, c.From, c.To)
	if err != nil {
		return err
	}
	var agent string
	var f AgentFigures
	_, err = pgx.ForEachRow(rows, []any{&agent, &f.Offered, &f.Answered, &f.Missed, &f.Rated, &f.Satisfied}, func() error {
		c.Agents[agent] = f
		return nil
	})
	return err
}

// Point is one step of a trend.
type Point struct {
	At time.Time // its begin
	Figures
}

// mostPoints bounds a trend: more cannot be told apart on a screen.
const mostPoints = 2000

// ErrTooFine refuses a trend of no or too many points.
var ErrTooFine = errkind.New(errkind.Invalid, "statistics: the steps of a trend must be at least a second and at most 2000")

// Trend counts in steps: the callers who entered a queue in each. The first
// step is the whole one that from lies in, the last the one before to. Steps in
// which nobody called are there, with zeros; the latest ones still grow while
// callers wait.
func (s *Store) Trend(ctx context.Context, site string, from, to time.Time, step time.Duration) ([]Point, error) {
	if step < time.Second || to.Sub(from)/step >= mostPoints {
		return nil, ErrTooFine
	}
	from = from.Truncate(step)
	var points []Point
	for at := from; at.Before(to); at = at.Add(step) {
		points = append(points, Point{At: at})
	}
	if len(points) == 0 {
		return nil, nil
	}
	end := from.Add(time.Duration(len(points)) * step)
	rows, err := s.db.Query(ctx, `
		SELECT floor(extract(epoch FROM queued_at - $2::timestamptz) / $4::float8)::int, `+figures+`
		FROM calls.record WHERE site = $1 AND direction = 'in' AND queued_at >= $2 AND queued_at < $3
		GROUP BY 1`, site, from, end, step.Seconds())
	if err != nil {
		return nil, fmt.Errorf("statistics: trend of site %s: %w", site, err)
	}
	var n int
	var f Figures
	_, err = pgx.ForEachRow(rows, append([]any{&n}, f.fields()...), func() error {
		if n >= 0 && n < len(points) {
			points[n].Figures = f
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("statistics: trend of site %s: %w", site, err)
	}
	return points, nil
}
