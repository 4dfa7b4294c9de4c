package tasks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/id"
)

// item is what a new item is made of.
type item struct {
	kind                 Kind
	number, queue, agent string

	at     time.Time
	due    time.Time // zero: as the site has set it
	waited int       // seconds
}

// merged are the kinds of which one caller needs only one item at a time.
var merged = []Kind{Missed, Callback}

// make notes work, or adds to what is already noted of the same caller. The
// same call and kind once more is no change.
func (s *Store) make(ctx context.Context, tx pgx.Tx, e Event, i item) error {
	if err := lockNumber(ctx, tx, e.Site, i.number); err != nil {
		return err
	}
	c, last, err := settingOf(ctx, tx, e.Site)
	if err != nil {
		return err
	}
	if i.due.IsZero() {
		i.due = c.Due(i.kind, e.At)
	}
	if again, err := s.again(ctx, tx, e, i, c); err != nil || again {
		return err
	}
	owner, err := s.choose(ctx, tx, e, i, c, last)
	if err != nil {
		return err
	}
	state, transcript := Open, NoTranscript
	if owner != "" {
		state = Taken
	}
	if i.kind == Message && s.transcribe {
		transcript = Pending
	}
	task := id.New()
	tag, err := tx.Exec(ctx, `
		WITH new AS (
			INSERT INTO tasks.task (id, site, kind, state, owner, number, queue, agent, call_id, first_at, last_at, due_at,
				waited_seconds, transcript_state, changed_at)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, $14
			WHERE NOT EXISTS (SELECT FROM tasks.task_call WHERE call_id = $9 AND kind = $3)
			RETURNING id),
		call AS (
			INSERT INTO tasks.task_call (task_id, call_id, kind, at) SELECT id, $9, $3, $14 FROM new)
		INSERT INTO tasks.task_log (task_id, at, action, to_state, person)
		SELECT id, $14, 'made', $4, $5 FROM new`,
		task, clean(e.Site), string(i.kind), string(state), owner, short(i.number), clean(i.queue), clean(i.agent), e.Call,
		i.at, i.due, max(0, i.waited), string(transcript), e.At)
	if err != nil {
		return fmt.Errorf("make an item: %w", err)
	}
	if tag.RowsAffected() == 0 || transcript != Pending {
		return nil
	}
	return enqueue(ctx, tx, job{Task: task, Call: e.Call})
}

// again adds a call to an item of the same caller; false: there is none.
func (s *Store) again(ctx context.Context, tx pgx.Tx, e Event, i item, c Setting) (bool, error) {
	if i.number == "" || !slices.Contains(merged, i.kind) {
		return false, nil
	}
	tag, err := tx.Exec(ctx, `
		WITH same AS (
			SELECT id, state FROM tasks.task
			WHERE site = $1 AND number = $2 AND kind = $3 AND state IN ('open', 'taken') AND last_at >= $4
			ORDER BY first_at LIMIT 1 FOR UPDATE),
		call AS (
			INSERT INTO tasks.task_call (task_id, call_id, kind, at) SELECT id, $5, $3, $6 FROM same
			ON CONFLICT (call_id, kind) DO NOTHING RETURNING task_id),
		more AS (
			UPDATE tasks.task t SET times = times + 1, first_at = least(first_at, $7), last_at = greatest(last_at, $6),
				waited_seconds = greatest(waited_seconds, $8), changed_at = $6
			FROM call WHERE t.id = call.task_id),
		log AS (
			INSERT INTO tasks.task_log (task_id, at, action, from_state, to_state)
			SELECT same.id, $6, 'again', same.state, same.state FROM same JOIN call ON call.task_id = same.id)
		SELECT id FROM same`,
		clean(e.Site), short(i.number), string(i.kind), e.At.Add(-time.Duration(c.MergeMinutes)*time.Minute), e.Call, e.At, i.at, i.waited)
	if err != nil {
		return false, fmt.Errorf("add to an item: %w", err)
	}
	return tag.RowsAffected() > 0, nil
}

// choose says who gets a new item; "": whoever takes it. A complaint is never
// given to whom it is about.
func (s *Store) choose(ctx context.Context, tx pgx.Tx, e Event, i item, c Setting, last string) (string, error) {
	if c.Assign == ToNobody {
		return "", nil
	}
	able, err := s.agents(ctx, e.Site)
	if err != nil {
		return "", fmt.Errorf("who works at %s: %w", e.Site, err)
	}
	not := ""
	if i.kind == LowRating {
		not = i.agent
	}
	if c.Assign == LastAgent {
		return lastAgent(ctx, tx, e, i, able, not)
	}
	who := next(able, last, not)
	if who == "" {
		return "", nil
	}
	_, err = tx.Exec(ctx, `UPDATE tasks.setting SET last_given = $2 WHERE site = $1`, clean(e.Site), who)
	return who, err
}

// lastAgent is who last talked with the caller and still works here.
func lastAgent(ctx context.Context, tx pgx.Tx, e Event, i item, able []string, not string) (string, error) {
	if i.number == "" {
		return "", nil
	}
	var who string
	err := tx.QueryRow(ctx, `
		SELECT agent FROM calls.record
		WHERE site = $1 AND caller = $2 AND answered_at IS NOT NULL AND agent = ANY($3) AND agent <> $4
		ORDER BY arrived_at DESC LIMIT 1`, clean(e.Site), clean(i.number), able, not).Scan(&who)
	if noRows(err) {
		return "", nil
	}
	return who, err
}

// lockNumber lets one transaction at a time deal with a caller.
func lockNumber(ctx context.Context, tx pgx.Tx, site, number string) error {
	if number == "" {
		return nil
	}
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 12328))`, clean(site)+" "+clean(number))
	if err != nil {
		return fmt.Errorf("wait for what others do for the caller: %w", err)
	}
	return nil
}

// short makes a number fit for the column; longer ones cannot be dialled anyway.
func short(number string) string {
	number = clean(number)
	if r := []rune(number); len(r) > 64 {
		return string(r[:64])
	}
	return number
}
