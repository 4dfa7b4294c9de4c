package recording

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// Times of the jobs. A job that runs longer than jobTimeout is cancelled; one
// whose process was killed is given to another after rescueAfter.
const (
	jobTimeout  = 10 * time.Minute
	rescueAfter = jobTimeout + time.Minute
	stopWithin  = 10 * time.Second
)

// Collector brings recordings from the switch into the vault.
type Collector struct {
	pool   *pgxpool.Pool
	source Source
	stores stores
	keys   *keys
	keeper *Keeper // nil: nothing is ever deleted
	log    *slog.Logger
	pace   pace
	now    func() time.Time
	step   func(name string) // where tests kill

	figures *figures
}

// NewCollector prepares collecting from source into the data directory dir, or
// Into another store. It makes the vault's key if there is none, and starts
// nothing.
func NewCollector(pool *pgxpool.Pool, source Source, dir string, log *slog.Logger, options ...Option) (*Collector, error) {
	k, err := loadKeys(dir)
	if err != nil {
		return nil, err
	}
	return &Collector{
		pool: pool, source: source, stores: newStores(dir, options), keys: k, log: log,
		pace: patient, now: time.Now, step: func(string) {}, figures: newFigures(),
	}, nil
}

func vaultDir(dir string) string { return filepath.Join(dir, "recordings") }

// Run collects until ctx ends. Any number of processes may; each recording is
// collected by one at a time. It needs the schemas of Migrations and
// MigrateRiver. A database that is away, at the start or later, is waited for.
// What is being collected when ctx ends gets ten seconds, and is begun again by
// whoever runs next.
func (c *Collector) Run(ctx context.Context) error {
	if err := sweep(c.stores.disk.dir, c.now().Add(-rescueAfter)); err != nil {
		c.log.WarnContext(ctx, "part files of recordings could not be removed", "error", err)
	}
	for failures := 1; ; failures++ {
		client, err := c.client()
		if err != nil {
			return fmt.Errorf("recording: prepare River: %w", err)
		}
		if err = client.Start(context.WithoutCancel(ctx)); err == nil {
			c.upkeep(ctx, client)
			return stop(client)
		}
		wait := c.pace.backoff(failures)
		c.log.WarnContext(ctx, "recordings cannot be collected", "error", err, "next_try_in", wait)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

func (c *Collector) client() (*river.Client[pgx.Tx], error) {
	workers := river.NewWorkers()
	c.Register(workers)
	return river.NewClient(riverpgxv5.New(c.pool), &river.Config{
		Schema:               RiverSchema,
		Queues:               map[string]river.QueueConfig{Queue: {MaxWorkers: 2}, upkeepQueue: {MaxWorkers: 1}},
		Workers:              workers,
		JobTimeout:           jobTimeout,
		RescueStuckJobsAfter: rescueAfter,
		Logger:               slog.New(atLeast{c.log.Handler(), slog.LevelWarn}),
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
		return fmt.Errorf("recording: stop River: %w", err)
	}
	return nil
}

// Register adds the collector to workers, for a client of River that is shared
// with others; that client must serve Queue in RiverSchema. Run does it by
// itself.
func (c *Collector) Register(workers *river.Workers) {
	river.AddWorker(workers, &worker{c: c})
	river.AddWorker(workers, &retirer{c: c})
}

type worker struct {
	river.WorkerDefaults[Job]
	c *Collector
}

func (w *worker) Timeout(*river.Job[Job]) time.Duration { return jobTimeout }

func (w *worker) NextRetry(job *river.Job[Job]) time.Time {
	return w.c.now().Add(w.c.pace.backoff(job.Attempt))
}

func (w *worker) Work(ctx context.Context, job *river.Job[Job]) error {
	err := w.c.collect(ctx, job.Args.CallID, w.c.now())
	if l, ok := errors.AsType[*later](err); ok {
		return river.JobSnooze(l.wait)
	}
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		return river.JobSnooze(0) // we are stopping: whoever runs next begins again
	}
	return err
}

// reason is an error as it is kept: valid, one line, not endless.
func reason(err error) string {
	s := strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", ""), "?")), " ")
	if r := []rune(s); len(r) > 500 {
		s = string(r[:500]) + "…"
	}
	return s
}

// atLeast passes on only what is important: River tells of every start and stop.
type atLeast struct {
	slog.Handler
	level slog.Level
}

func (h atLeast) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.level && h.Handler.Enabled(ctx, level)
}

func (h atLeast) WithAttrs(a []slog.Attr) slog.Handler {
	return atLeast{h.Handler.WithAttrs(a), h.level}
}

func (h atLeast) WithGroup(name string) slog.Handler {
	return atLeast{h.Handler.WithGroup(name), h.level}
}
