package quality

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Change is what an action does to an inspection besides its state.
type change struct {
	note     string
	marks    *Marks
	score    *Result
	assign   *string
	decision Decision
	appealed bool
	until    *time.Time
}

// Save keeps marks as a draft. Whoever saves what nobody had, has it from then
// on. Errors: those of May, ErrStale, *MarksError.
func (s *Store) Save(ctx context.Context, i Inspection, m Marks, p Person, now time.Time) (Inspection, error) {
	if err := i.May(Save, p, now); err != nil {
		return i, err
	}
	sheet, err := s.Sheet(ctx, i.Site, i.Sheet)
	if err != nil {
		return i, err
	}
	if err := sheet.Possible(m); err != nil {
		return i, err
	}
	c := change{marks: &m}
	if i.Inspector == "" {
		c.assign = &p.ID
	}
	return s.move(ctx, i, Save, p, c, now)
}

// Publish shows the result to the agent, who can appeal until the end of the
// sheet's last working day for it. Errors: those of May, ErrStale, *MarksError.
func (s *Store) Publish(ctx context.Context, i Inspection, p Person, now time.Time) (Inspection, error) {
	if err := i.May(Publish, p, now); err != nil {
		return i, err
	}
	sheet, err := s.Sheet(ctx, i.Site, i.Sheet)
	if err != nil {
		return i, err
	}
	if err := sheet.Complete(i.Marks); err != nil {
		return i, err
	}
	zone, err := s.people.Zone(ctx, i.Site)
	if err != nil {
		return i, err
	}
	works, err := s.people.Works(ctx, i.Site, now.In(zone))
	if err != nil {
		return i, err
	}
	score := sheet.Score(i.Marks)
	return s.move(ctx, i, Publish, p, change{score: &score, until: deadline(now.In(zone), sheet.AppealDays, works)}, now)
}

// Assign gives an inspection to somebody else; a draft is begun anew. Errors:
// those of May, ErrStale, ErrNoSuchOne.
func (s *Store) Assign(ctx context.Context, i Inspection, inspector string, p Person, now time.Time) (Inspection, error) {
	if err := i.May(Assign, p, now); err != nil {
		return i, err
	}
	if !i.Suits(inspector) {
		return i, ErrNoSuchOne
	}
	return s.move(ctx, i, Assign, p, change{assign: &inspector, marks: &Marks{}, note: inspector}, now)
}

// Annul takes an inspection out, for a reason. Errors: those of May, ErrStale,
// ErrNoReason.
func (s *Store) Annul(ctx context.Context, i Inspection, reason string, p Person, now time.Time) (Inspection, error) {
	if err := i.May(Annul, p, now); err != nil {
		return i, err
	}
	if !worded(reason, 2, mostSummary) {
		return i, ErrNoReason
	}
	return s.move(ctx, i, Annul, p, change{note: reason}, now)
}

// Appeal is what the agent says against a result. Errors: those of May,
// ErrStale, ErrNoReason.
func (s *Store) Appeal(ctx context.Context, i Inspection, why string, p Person, now time.Time) (Inspection, error) {
	if err := i.May(Appeal, p, now); err != nil {
		return i, err
	}
	if !worded(why, 2, mostSummary) {
		return i, ErrNoReason
	}
	return s.move(ctx, i, Appeal, p, change{note: why, appealed: true}, now)
}

// Settle ends an appeal: the result is kept, or the marks are changed; for a
// reason. Errors: those of May, ErrStale, ErrNoReason, *MarksError.
func (s *Store) Settle(ctx context.Context, i Inspection, d Decision, m Marks, reason string, p Person, now time.Time) (Inspection, error) {
	if err := i.May(Settle, p, now); err != nil {
		return i, err
	}
	if !worded(reason, 2, mostSummary) {
		return i, ErrNoReason
	}
	c := change{note: reason, decision: Kept}
	if d == Changed {
		sheet, err := s.Sheet(ctx, i.Site, i.Sheet)
		if err != nil {
			return i, err
		}
		if err := sheet.Complete(m); err != nil {
			return i, err
		}
		score := sheet.Score(m)
		c.decision, c.marks, c.score = Changed, &m, &score
	}
	return s.move(ctx, i, Settle, p, c, now)
}

// move changes state and history in one statement. A draft that is saved again
// writes no line: it is nobody's business yet.
func (s *Store) move(ctx context.Context, i Inspection, a Action, p Person, c change, now time.Time) (Inspection, error) {
	to := moves[i.State][a]
	var points, most *int
	var passed, critical *bool
	if c.score != nil {
		points, most, passed, critical = &c.score.Points, &c.score.Most, &c.score.Passed, &c.score.Critical
	}
	logged := c.marks
	if a == Publish {
		logged = &i.Marks
	}
	if a == Save {
		logged = nil
	}
	tag, err := s.pool.Exec(ctx, `
		WITH moved AS (
			UPDATE quality.inspection SET
				state = $4, rev = rev + 1,
				marks = coalesce($7, marks),
				inspector = coalesce($8, inspector),
				first_points = CASE WHEN $6 = 'settle' AND $9::int IS NOT NULL THEN points ELSE first_points END,
				points = coalesce($9, points), most = coalesce($10, most), passed = coalesce($11, passed), critical = coalesce($12, critical),
				published_at = CASE WHEN $6 = 'publish' THEN $13 ELSE published_at END,
				appeal_until = CASE WHEN $6 = 'publish' THEN $14 ELSE appeal_until END,
				appeal = CASE WHEN $6 = 'appeal' THEN $15 ELSE appeal END,
				appealed_at = CASE WHEN $6 = 'appeal' THEN $13 ELSE appealed_at END,
				settled_by = CASE WHEN $6 = 'settle' THEN $5 ELSE settled_by END,
				settled_at = CASE WHEN $6 = 'settle' THEN $13 ELSE settled_at END,
				decision = CASE WHEN $6 = 'settle' THEN $16 ELSE decision END,
				answer = CASE WHEN $6 = 'settle' THEN $15 ELSE answer END
			WHERE id = $1 AND rev = $2 AND state = $3
			RETURNING id, rev),
		logged AS (
			INSERT INTO quality.inspection_log (inspection_id, rev, at, by_person, action, from_state, to_state, points, note, marks)
			SELECT id, rev, $13, $5, $6, $3, $4, $9, $15, $17 FROM moved WHERE $6 <> 'save' OR $3 <> $4)
		SELECT FROM moved`,
		i.ID, i.Rev, string(i.State), string(to), p.ID, string(a), c.marks, c.assign, points, most, passed, critical, now, c.until,
		strings.TrimSpace(text(c.note)), string(c.decision), logged)
	if err != nil {
		return i, fmt.Errorf("%s inspection %s: %w", a, i.ID, err)
	}
	if tag.RowsAffected() == 0 {
		return i, ErrStale
	}
	return s.Get(ctx, i.Site, i.ID)
}
