package recording

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// Queue is the queue of River in which recordings wait to be collected.
const Queue = "recordings"

// Job is what River keeps of one recording to collect.
type Job struct {
	CallID string `json:"call_id"`
	Name   string `json:"name"` // on the switch
}

// Kind names the job for River.
func (Job) Kind() string { return "recording.collect" }

// maxAttempts only keeps River from giving up before the collector does, which
// counts failures itself (and River counts also what was killed).
const maxAttempts = 10_000

// inserter can insert in a transaction and do nothing else.
var inserter = sync.OnceValues(func() (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(nil), &river.Config{Schema: RiverSchema, Logger: slog.New(slog.DiscardHandler)})
})

// Enqueue notes, in the transaction that notes the end of a call, that the
// recording of that name is to be collected from the switch. Once more for the
// same call is no change. Errors: ErrBadID.
func Enqueue(ctx context.Context, tx pgx.Tx, callID, name string) error {
	if !idForm.MatchString(callID) || !nameForm.MatchString(name) {
		return fmt.Errorf("%w: call %.40q, recording %.40q", ErrBadID, callID, name)
	}
	tag, err := tx.Exec(ctx, `
		INSERT INTO recording.recording (call_id, name) VALUES ($1, $2)
		ON CONFLICT (call_id) DO NOTHING`, callID, name)
	if err != nil {
		return fmt.Errorf("note the recording of call %s: %w", callID, err)
	}
	if tag.RowsAffected() == 0 {
		return nil
	}
	return insertJob(ctx, tx, Job{CallID: callID, Name: name})
}

func insertJob(ctx context.Context, tx pgx.Tx, job Job) error {
	client, err := inserter()
	if err == nil {
		_, err = client.InsertTx(ctx, tx, job, &river.InsertOpts{Queue: Queue, MaxAttempts: maxAttempts})
	}
	if err != nil {
		return fmt.Errorf("enqueue the recording of call %s: %w", job.CallID, err)
	}
	return nil
}

// Retry takes up a recording that failed. Errors: ErrNone when none of this
// call has.
func Retry(ctx context.Context, tx pgx.Tx, callID string) error {
	job := Job{CallID: callID}
	err := tx.QueryRow(ctx, `
		UPDATE recording.recording
		SET state = 'pending', failures = 0, seen_bytes = NULL, seen_at = NULL, changed_at = now()
		WHERE call_id = $1 AND state = 'failed'
		RETURNING name`, callID).Scan(&job.Name)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNone
	}
	if err != nil {
		return fmt.Errorf("take up the recording of call %s: %w", callID, err)
	}
	return insertJob(ctx, tx, job)
}
