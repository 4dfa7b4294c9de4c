package tasks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// River's schema, and our queue in it.
const (
	riverSchema = "river"
	riverQueue  = "transcripts"
)

// job is what River keeps of one message to transcribe.
type job struct {
	Task string `json:"task" river:"unique"`
	Call string `json:"call" river:"unique"`
}

// Kind names the job for River.
func (job) Kind() string { return "tasks.transcribe" }

// Trying again: the first pause, the longest, and how many times.
const (
	firstPause  = 15 * time.Second
	longPause   = 30 * time.Minute
	mostTries   = 12
	jobTimeout  = 5 * time.Minute
	rescueAfter = jobTimeout + time.Minute
	stopWithin  = 10 * time.Second
	soundAgain  = 5 * time.Second // until the recording is in the vault
	sweepEvery  = 10 * time.Minute
)

// inserter can insert in a transaction and do nothing else.
var inserter = sync.OnceValues(func() (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(nil), &river.Config{Schema: riverSchema, Logger: slog.New(slog.DiscardHandler)})
})

// enqueue orders a transcript, once.
func enqueue(ctx context.Context, tx pgx.Tx, j job) error {
	client, err := inserter()
	if err == nil {
		_, err = client.InsertTx(ctx, tx, j, &river.InsertOpts{
			Queue: riverQueue, MaxAttempts: mostTries,
			UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
				rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
				rivertype.JobStateRunning, rivertype.JobStateScheduled,
			}},
		})
	}
	if err != nil {
		return fmt.Errorf("enqueue the transcript of item %s: %w", j.Task, err)
	}
	return nil
}

// Sounds opens the recording of a call as a WAV file. ErrNotYet: it is still on
// its way.
type Sounds interface {
	Sound(ctx context.Context, call string) (io.ReadCloser, error)
}

// ErrNotYet says that a recording is not there yet; ErrNoSound that it never
// will be.
var (
	ErrNotYet  = errors.New("tasks: the recording is not there yet")
	ErrNoSound = errors.New("tasks: there is no recording")
)

// Transcriber turns messages into text.
type Transcriber struct {
	store  *Store
	sounds Sounds
	engine Engine
	log    *slog.Logger
	pause  func(attempt int) time.Duration
}

// NewTranscriber prepares transcribing. It starts nothing.
func NewTranscriber(store *Store, sounds Sounds, engine Engine, log *slog.Logger) *Transcriber {
	return &Transcriber{store: store, sounds: sounds, engine: engine, log: log, pause: backoff}
}

// backoff doubles from the first pause to the longest.
func backoff(attempt int) time.Duration {
	return min(longPause, firstPause<<min(max(attempt-1, 0), 10))
}

// Run transcribes until ctx ends. Any number of processes may. A database that
// is away is waited for. It needs River's tables in the schema river.
func (t *Transcriber) Run(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		client, err := t.client()
		if err != nil {
			return fmt.Errorf("tasks: prepare River: %w", err)
		}
		if err = client.Start(context.WithoutCancel(ctx)); err == nil {
			t.sweep(ctx)
			return stop(client)
		}
		t.log.WarnContext(ctx, "messages cannot be transcribed", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(t.pause(attempt)):
		}
	}
}

func (t *Transcriber) client() (*river.Client[pgx.Tx], error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{t: t})
	return river.NewClient(riverpgxv5.New(t.store.db), &river.Config{
		Schema: riverSchema, Queues: map[string]river.QueueConfig{riverQueue: {MaxWorkers: 2}}, Workers: workers,
		JobTimeout: jobTimeout, RescueStuckJobsAfter: rescueAfter,
		Logger: slog.New(slog.DiscardHandler),
	})
}

// sweep orders again, now and then, what is still to be transcribed and has no
// job any more, until ctx ends: River gives up jobs of kinds that the process
// which rescues them does not know.
func (t *Transcriber) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := t.store.orderAgain(ctx); err != nil && ctx.Err() == nil {
			t.log.WarnContext(ctx, "transcripts cannot be looked after", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// orderAgain enqueues every pending transcript; those that have a job keep it.
func (s *Store) orderAgain(ctx context.Context) error {
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id::text, call_id::text FROM tasks.task WHERE transcript_state = 'pending' ORDER BY changed_at LIMIT 1000`)
		if err != nil {
			return err
		}
		jobs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[job])
		if err != nil {
			return err
		}
		for _, j := range jobs {
			if err := enqueue(ctx, tx, j); err != nil {
				return err
			}
		}
		return nil
	})
}

// stop lets running jobs end, and cancels them when they take too long.
func stop(client *river.Client[pgx.Tx]) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	err := client.Stop(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		hard, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		err = client.StopAndCancel(hard)
	}
	if err != nil {
		return fmt.Errorf("tasks: stop River: %w", err)
	}
	return nil
}

type worker struct {
	river.WorkerDefaults[job]
	t *Transcriber
}

func (w *worker) NextRetry(j *river.Job[job]) time.Time {
	return time.Now().Add(w.t.pause(j.Attempt))
}

func (w *worker) Work(ctx context.Context, j *river.Job[job]) error {
	text, err := w.t.transcribe(ctx, j.Args.Call)
	now := time.Now()
	switch {
	case err == nil:
		return w.t.store.understood(ctx, j.Args.Task, text, now)
	case errors.Is(err, ErrNotYet):
		return river.JobSnooze(soundAgain)
	case errors.Is(ctx.Err(), context.Canceled):
		return river.JobSnooze(0) // we are stopping: whoever runs next begins again
	}
	_, refused := errors.AsType[*RefusedError](err)
	if refused || errors.Is(err, ErrNoSound) || j.Attempt >= j.MaxAttempts {
		w.t.log.WarnContext(ctx, "a message cannot be transcribed", "call", j.Args.Call, "error", err)
		if err := w.t.store.notUnderstood(ctx, j.Args.Task, reason(err), now); err != nil {
			return err
		}
		return river.JobCancel(err)
	}
	_ = w.t.store.trying(ctx, j.Args.Task, reason(err), now) // the error itself is what matters
	return err
}

func (t *Transcriber) transcribe(ctx context.Context, call string) (string, error) {
	wav, err := t.sounds.Sound(ctx, call)
	if err != nil {
		return "", err
	}
	defer func() { _ = wav.Close() }()
	return t.engine.Text(ctx, wav)
}

// reason is an error as it is kept: valid, one line, not endless.
func reason(err error) string {
	s := strings.Join(strings.Fields(clean(err.Error())), " ")
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300]) + "…"
	}
	return s
}
