package quality

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/id"
)

// Preview shows what a plan would draw from the conversations that began from
// one moment (included) to another (not included), with its quotas.
func (s *Store) Preview(ctx context.Context, p Plan, from, to time.Time) ([]Pick, error) {
	return s.picks(ctx, p, from, to, true)
}

func (s *Store) picks(ctx context.Context, p Plan, from, to time.Time, quotas bool) ([]Pick, error) {
	candidates, err := s.calls.Candidates(ctx, p.Site, from, to)
	if err != nil {
		return nil, fmt.Errorf("list conversations to draw from: %w", err)
	}
	inspectors, err := s.people.Inspectors(ctx, p.Site)
	if err != nil {
		return nil, fmt.Errorf("list inspectors: %w", err)
	}
	before, err := s.before(ctx, p, from, to)
	if err != nil {
		return nil, err
	}
	return Draw(p.Rules, candidates, before, inspectors, quotas), nil
}

// before reads what was drawn earlier.
func (s *Store) before(ctx context.Context, p Plan, from, to time.Time) (Before, error) {
	b := Before{Taken: map[string]bool{}, Samples: map[string]int{}, Load: map[string]int{}}
	rows, err := s.pool.Query(ctx, `
		SELECT call_id, agent, why = 'sample' AND plan_id::text = $4 FROM quality.inspection
		WHERE site = $1 AND call_at >= $2 AND call_at < $3`, p.Site, from, to, p.ID)
	var call, agent string
	var sample *bool
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&call, &agent, &sample}, func() error {
			b.Taken[taken(call, agent)] = true
			if sample != nil && *sample {
				b.Samples[agent]++
			}
			return nil
		})
	}
	if err != nil {
		return b, fmt.Errorf("read what was drawn: %w", err)
	}
	rows, err = s.pool.Query(ctx, `
		SELECT inspector, count(*) FROM quality.inspection
		WHERE site = $1 AND state IN ('open', 'draft') AND inspector <> '' GROUP BY inspector`, p.Site)
	var inspector string
	var n int
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&inspector, &n}, func() error { b.Load[inspector] = n; return nil })
	}
	if err != nil {
		return b, fmt.Errorf("read what inspectors have to do: %w", err)
	}
	return b, nil
}

// Draw makes inspections of what Preview shows and returns how many. Drawing
// again draws only what has come since.
func (s *Store) Draw(ctx context.Context, p Plan, from, to time.Time, by string, now time.Time) (int, error) {
	return s.draw(ctx, p, from, to, true, by, now)
}

// drawing is the advisory lock under which a site's plans draw: two at once
// would fill a quota twice.
const drawing = `hashtextextended('quality draw ' || $1, 0)`

func (s *Store) draw(ctx context.Context, p Plan, from, to time.Time, quotas bool, by string, now time.Time) (int, error) {
	sheet, err := s.latest(ctx, p.Site, p.Sheet)
	if err != nil {
		return 0, err
	}
	made := 0
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(`+drawing+`)`, p.Site); err != nil {
			return err
		}
		picks, err := s.picks(ctx, p, from, to, quotas)
		if err != nil {
			return err
		}
		for _, pick := range picks {
			n, err := insert(ctx, tx, p, sheet, pick, by, now)
			if err != nil {
				return err
			}
			made += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("draw for plan %s: %w", p.ID, err)
	}
	return made, nil
}

// insert makes one inspection; one that is there is left alone.
func insert(ctx context.Context, tx pgx.Tx, p Plan, sheet Sheet, pick Pick, by string, now time.Time) (int, error) {
	plan := &p.ID
	if p.ID == "" {
		plan = nil
	}
	tag, err := tx.Exec(ctx, `
		WITH made AS (
			INSERT INTO quality.inspection
				(id, site, call_id, agent, talked, call_at, queue, seconds, rating, plan_id, why, sheet_id, inspector, created_at, due_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			ON CONFLICT (site, call_id, agent) DO NOTHING
			RETURNING id, rev)
		INSERT INTO quality.inspection_log (inspection_id, rev, at, by_person, action, from_state, to_state, note)
		SELECT id, rev, $14, $16, 'draw', '', 'open', $11 FROM made`,
		id.New(), p.Site, pick.Call, pick.Agent, pick.Agents, pick.At, pick.Queue, pick.Seconds, pick.Rating, plan, string(pick.Why),
		sheet.ID, pick.Inspector, now, now.AddDate(0, 0, p.Rules.DueDays), by)
	if err != nil {
		return 0, err
	}
	return int(tag.RowsAffected()), nil
}

// Choose makes an inspection of a conversation that a person wants scored, by
// the latest version of a sheet (empty: the site's latest). Errors: ErrNoCall,
// ErrNoSheet, ErrNoSuchOne, ErrTwice.
func (s *Store) Choose(ctx context.Context, site, call, agent, sheetName, inspector, by string, now time.Time) (Inspection, error) {
	c, err := s.calls.Candidate(ctx, site, call)
	if err != nil {
		return Inspection{}, fmt.Errorf("find conversation %s: %w", call, err)
	}
	if c == nil || !contains(c.Agents, agent) {
		return Inspection{}, ErrNoCall
	}
	if inspector != "" && !(Inspection{Agent: agent, Talked: c.Agents}).Suits(inspector) {
		return Inspection{}, ErrNoSuchOne
	}
	sheet, err := s.latest(ctx, site, sheetName)
	if err != nil {
		return Inspection{}, err
	}
	made := 0
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		made, err = insert(ctx, tx, Plan{Site: site, Rules: Rules{DueDays: 7}}, sheet, Pick{*c, agent, Chosen, inspector}, by, now)
		return err
	})
	if err != nil {
		return Inspection{}, fmt.Errorf("choose conversation %s: %w", call, err)
	}
	found, _, err := s.List(ctx, Filter{Site: site, Call: call, Agent: agent, Limit: 1}, now)
	if err == nil && made == 0 {
		err = ErrTwice
	}
	if len(found) == 1 {
		return found[0], err
	}
	return Inspection{}, err
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
