package tasks

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
)

// Type writes down by hand what a message says.
func (s *Store) Type(ctx context.Context, task string, by Person, text string, now time.Time) (Task, error) {
	text = strings.TrimSpace(clean(text))
	if utf8.RuneCountInString(text) > mostText {
		return Task{}, ErrTooLong
	}
	t, err := s.Get(ctx, task, by)
	if err != nil {
		return Task{}, err
	}
	if t.Kind != Message {
		return Task{}, ErrNoEngine
	}
	if t.Owner != "" && t.Owner != by.ID && !by.Supervises {
		return Task{}, &MoveError{Action: "note", Now: t}
	}
	_, err = s.db.Exec(ctx, `
		WITH typed AS (
			UPDATE tasks.task SET transcript = $2, transcript_state = CASE WHEN $2 = '' THEN '' ELSE 'typed' END,
				transcript_fault = '', changed_at = $3 WHERE id = $1 RETURNING id, state)
		INSERT INTO tasks.task_log (task_id, at, by_person, action, from_state, to_state)
		SELECT id, $3, $4, 'transcript', state, state FROM typed`, task, text, now, by.ID)
	if err != nil {
		return Task{}, fmt.Errorf("tasks: type the transcript of item %s: %w", task, err)
	}
	return s.Get(ctx, task, by)
}

// Transcribe asks the engine once more for what a message says.
func (s *Store) Transcribe(ctx context.Context, task string, by Person, now time.Time) (Task, error) {
	t, err := s.Get(ctx, task, by)
	if err != nil {
		return Task{}, err
	}
	if !s.transcribe || t.Kind != Message {
		return Task{}, ErrNoEngine
	}
	err = pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE tasks.task SET transcript_state = 'pending', transcript_fault = '', changed_at = $2 WHERE id = $1`, task, now)
		if err != nil {
			return err
		}
		return enqueue(ctx, tx, job{Task: task, Call: t.Call})
	})
	if err != nil {
		return Task{}, fmt.Errorf("tasks: ask again for the transcript of item %s: %w", task, err)
	}
	return s.Get(ctx, task, by)
}

// understood stores what the engine heard, unless a person has typed it
// meanwhile.
func (s *Store) understood(ctx context.Context, task, text string, now time.Time) error {
	return s.settle(ctx, task, text, Ready, "", now)
}

// notUnderstood stores why there is no transcript.
func (s *Store) notUnderstood(ctx context.Context, task, fault string, now time.Time) error {
	return s.settle(ctx, task, "", Failed, fault, now)
}

// trying shows why it takes so long.
func (s *Store) trying(ctx context.Context, task, fault string, now time.Time) error {
	return s.settle(ctx, task, "", Pending, fault, now)
}

func (s *Store) settle(ctx context.Context, task, text string, state TranscriptState, fault string, now time.Time) error {
	_, err := s.db.Exec(ctx, `
		UPDATE tasks.task SET transcript = $2, transcript_state = $3, transcript_fault = $4, changed_at = $5
		WHERE id = $1 AND transcript_state IN ('pending', 'failed')`, task, text, string(state), fault, now)
	if err != nil {
		return fmt.Errorf("tasks: transcript of item %s: %w", task, err)
	}
	return nil
}
