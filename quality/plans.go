package quality

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/id"
)

const planColumns = `p.id::text, p.site, p.rev, p.name, p.sheet, p.active, p.rules, p.changed_by, p.changed_at`

// Plans returns the plans of a site; an empty site: the active ones of all.
func (s *Store) Plans(ctx context.Context, site string) ([]Plan, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT `+planColumns+` FROM quality.plan p
		WHERE p.site = $1 OR $1 = '' AND p.active ORDER BY p.active DESC, p.name, p.id`, text(site))
	var list []Plan
	if err == nil {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Plan])
	}
	if err != nil {
		return nil, fmt.Errorf("list sampling plans: %w", err)
	}
	return list, nil
}

// Plan returns a plan of a site, or ErrNotFound.
func (s *Store) Plan(ctx context.Context, site, ref string) (Plan, error) {
	if _, err := id.Parse(ref); err != nil {
		return Plan{}, ErrNotFound
	}
	rows, err := s.pool.Query(ctx, `SELECT `+planColumns+` FROM quality.plan p WHERE p.site = $1 AND p.id = $2`, text(site), ref)
	var p Plan
	if err == nil {
		p, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Plan])
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return p, ErrNotFound
	}
	if err != nil {
		return p, fmt.Errorf("read sampling plan %s: %w", ref, err)
	}
	return p, nil
}

// PutPlan makes a plan (no ID), or changes it; Rev is the one it was made from.
// Errors: *SheetError, ErrNoSheet, ErrStale.
func (s *Store) PutPlan(ctx context.Context, p Plan, by string, now time.Time) (Plan, error) {
	if err := p.Check(); err != nil {
		return p, err
	}
	if _, err := s.latest(ctx, p.Site, p.Sheet); err != nil {
		return p, err
	}
	if p.ID == "" {
		p.ID, p.Rev = id.New(), 0
	} else if _, err := id.Parse(p.ID); err != nil {
		return p, ErrNotFound
	}
	if p.Rules.Queues == nil {
		p.Rules.Queues = []string{}
	}
	if p.Rules.Inspectors == nil {
		p.Rules.Inspectors = []string{}
	}
	p.ChangedBy, p.ChangedAt = by, now
	was := map[string]any{"name": p.Name, "sheet": p.Sheet, "active": p.Active, "rules": p.Rules}
	tag, err := s.pool.Exec(ctx, `
		WITH made AS (
			INSERT INTO quality.plan (id, site, rev, name, sheet, active, rules, changed_by, changed_at)
			SELECT $1, $2, 1, $4, $5, $6, $7, $8, $9 WHERE $3 = 0
			RETURNING id, rev),
		changed AS (
			UPDATE quality.plan SET rev = rev + 1, name = $4, sheet = $5, active = $6, rules = $7, changed_by = $8, changed_at = $9
			WHERE id = $1 AND site = $2 AND rev = $3
			RETURNING id, rev)
		INSERT INTO quality.plan_log (plan_id, rev, at, by_person, was)
		SELECT id, rev, $9, $8, $10 FROM (SELECT * FROM made UNION ALL SELECT * FROM changed) done`,
		p.ID, p.Site, p.Rev, p.Name, p.Sheet, p.Active, p.Rules, by, now, was)
	if err != nil {
		return p, fmt.Errorf("keep sampling plan %s: %w", p.ID, err)
	}
	if tag.RowsAffected() == 0 {
		return p, ErrStale
	}
	p.Rev++
	return p, nil
}
