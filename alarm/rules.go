package alarm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/yihaotong/yihaotong/internal/id"
)

const ruleColumns = `id::text, site, kind, subject, threshold, clear, hold_seconds, settle_seconds, severity,
	quiet_from, quiet_to, sound, active, rev, changed_by, changed_at`

func scanRule(row pgx.CollectableRow) (Rule, error) {
	var r Rule
	var hold, settle int
	var from, to *int
	err := row.Scan(&r.ID, &r.Site, &r.Kind, &r.Subject, &r.Threshold, &r.Clear, &hold, &settle, &r.Severity,
		&from, &to, &r.Sound, &r.Active, &r.Rev, &r.ChangedBy, &r.ChangedAt)
	r.Hold, r.Settle = duration(hold), duration(settle)
	if from != nil && to != nil {
		r.Quiet = &Quiet{*from, *to}
	}
	return r, err
}

// Rules returns the rules of a site: those of one kind beside each other, the
// general one first.
func (s *Store) Rules(ctx context.Context, site string) ([]Rule, error) {
	rows, err := s.db.Query(ctx, `SELECT `+ruleColumns+` FROM alarm.rule
		WHERE site = $1 AND retired_at IS NULL ORDER BY kind, subject`, site)
	if err != nil {
		return nil, fmt.Errorf("alarm: read rules of site %s: %w", site, err)
	}
	rules, err := pgx.CollectRows(rows, scanRule)
	if err != nil {
		return nil, fmt.Errorf("alarm: read rules of site %s: %w", site, err)
	}
	return rules, nil
}

// Found gives a site that never had a rule the usual ones.
func (s *Store) Found(ctx context.Context, site string, now time.Time) error {
	var has bool
	if err := s.db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM alarm.rule WHERE site = $1)`, site).Scan(&has); err != nil {
		return fmt.Errorf("alarm: look for rules of site %s: %w", site, err)
	}
	if has {
		return nil
	}
	for _, r := range Usual(site) {
		if _, err := s.AddRule(ctx, r, now); err != nil && !errors.Is(err, ErrExists) {
			return err
		}
	}
	return nil
}

// AddRule makes a rule. ErrExists: its kind and subject have one.
func (s *Store) AddRule(ctx context.Context, r Rule, now time.Time) (Rule, error) {
	if err := r.Check(); err != nil {
		return r, err
	}
	r.ID, r.Rev, r.ChangedAt = id.New(), 1, now
	from, to := r.Quiet.bounds()
	_, err := s.db.Exec(ctx, `
		WITH made AS (
			INSERT INTO alarm.rule (id, site, kind, subject, threshold, clear, hold_seconds, settle_seconds, severity,
				quiet_from, quiet_to, sound, active, changed_by, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			RETURNING rule.*),
		told AS (SELECT pg_notify('yht_alarm', site) FROM made)
		INSERT INTO alarm.rule_log (rule, rev, at, by, action, was)
		SELECT id, rev, changed_at, changed_by, 'add', to_jsonb(made) FROM made, told`,
		r.ID, r.Site, r.Kind, r.Subject, r.Threshold, r.Clear, int(r.Hold.Seconds()), int(r.Settle.Seconds()), r.Severity,
		from, to, r.Sound, r.Active, r.ChangedBy, now)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "23505" {
		return r, ErrExists
	}
	if err != nil {
		return r, fmt.Errorf("alarm: add rule %s of site %s: %w", r.Kind, r.Site, err)
	}
	return r, nil
}

// ChangeRule changes everything of a rule but its kind and subject, if it is
// still at r.Rev; otherwise ErrStale.
func (s *Store) ChangeRule(ctx context.Context, r Rule, now time.Time) (Rule, error) {
	was, err := s.rule(ctx, r.Site, r.ID)
	if err != nil {
		return r, err
	}
	r.Kind, r.Subject, r.ChangedAt = was.Kind, was.Subject, now
	if err := r.Check(); err != nil {
		return r, err
	}
	from, to := r.Quiet.bounds()
	tag, err := s.db.Exec(ctx, `
		WITH changed AS (
			UPDATE alarm.rule SET threshold = $4, clear = $5, hold_seconds = $6, settle_seconds = $7, severity = $8,
				quiet_from = $9, quiet_to = $10, sound = $11, active = $12, changed_by = $13, changed_at = $14, rev = rev + 1
			WHERE id = $1 AND site = $2 AND rev = $3 AND retired_at IS NULL
			RETURNING rule.*),
		told AS (SELECT pg_notify('yht_alarm', site) FROM changed)
		INSERT INTO alarm.rule_log (rule, rev, at, by, action, was)
		SELECT id, rev, changed_at, changed_by, 'change', to_jsonb(changed) FROM changed, told`,
		r.ID, r.Site, r.Rev, r.Threshold, r.Clear, int(r.Hold.Seconds()), int(r.Settle.Seconds()), r.Severity,
		from, to, r.Sound, r.Active, r.ChangedBy, now)
	if err != nil {
		return r, fmt.Errorf("alarm: change rule %s: %w", r.ID, err)
	}
	if tag.RowsAffected() == 0 {
		return r, ErrStale
	}
	r.Rev++
	return r, nil
}

// RemoveRule takes a rule away. Its open episodes end with the next look.
func (s *Store) RemoveRule(ctx context.Context, site, rule, by string, now time.Time) error {
	if _, err := id.Parse(rule); err != nil {
		return ErrNotFound
	}
	tag, err := s.db.Exec(ctx, `
		WITH removed AS (
			UPDATE alarm.rule SET retired_at = $4, changed_by = $3, changed_at = $4, rev = rev + 1
			WHERE id = $1 AND site = $2 AND retired_at IS NULL
			RETURNING rule.*),
		told AS (SELECT pg_notify('yht_alarm', site) FROM removed)
		INSERT INTO alarm.rule_log (rule, rev, at, by, action, was)
		SELECT id, rev, changed_at, changed_by, 'remove', to_jsonb(removed) FROM removed, told`, rule, site, by, now)
	if err != nil {
		return fmt.Errorf("alarm: remove rule %s: %w", rule, err)
	}
	if tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return nil
}

func (s *Store) rule(ctx context.Context, site, rule string) (Rule, error) {
	if _, err := id.Parse(rule); err != nil {
		return Rule{}, ErrNotFound
	}
	rows, err := s.db.Query(ctx, `SELECT `+ruleColumns+` FROM alarm.rule
		WHERE id = $1 AND site = $2 AND retired_at IS NULL`, rule, site)
	if err != nil {
		return Rule{}, fmt.Errorf("alarm: read rule %s: %w", rule, err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, scanRule)
	if errors.Is(err, pgx.ErrNoRows) {
		return Rule{}, ErrNotFound
	}
	if err != nil {
		return Rule{}, fmt.Errorf("alarm: read rule %s: %w", rule, err)
	}
	return r, nil
}

// bounds are the hours as columns.
func (q *Quiet) bounds() (from, to *int) {
	if q == nil {
		return nil, nil
	}
	return &q.From, &q.To
}
