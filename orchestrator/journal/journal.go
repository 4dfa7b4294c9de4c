package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// Database is where facts are shipped to; *pgxpool.Pool is one.
type Database interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// Journal keeps facts in a folder until they are in Postgres. Only Run does the
// work; Append, Flush, Lag and ShipTo may be called by anybody at any time.
type Journal struct {
	disk    *disk
	log     *slog.Logger
	metrics metrics

	wake  chan struct{} // cap 1: there is something to write
	hurry chan struct{} // cap 1: somebody waits for the disk
	ship  chan struct{} // cap 1: there is something to ship, or somewhere to ship it to

	// Only the writing goroutine of Run (or Close) uses these.
	unsynced [][]byte // entries not known to be on the disk yet
	written  int      // how many of them are in the file
	synced   time.Time

	// Only the shipping goroutine uses these.
	next      uint64 // the first entry not shipped
	forgotten uint64 // entries before it are out of the log
	forgot    time.Time

	mu       sync.Mutex
	queue    []orchestrator.Fact
	appended uint64        // facts given to Append
	safe     uint64        // of these, on the disk
	grown    chan struct{} // closed when safe grows
	durable  uint64        // entries before this number are on the disk
	shipped  uint64        // entries before this number are in Postgres
	db       Database
	applied  []func([]orchestrator.Fact)
	inTx     []func(context.Context, pgx.Tx, []orchestrator.Fact) error
}

// Open opens the journal in dir, making the folder if need be and repairing
// what a crash left behind. Only one process may have it open. What is in it
// already is shipped first.
func Open(dir string, log *slog.Logger) (*Journal, error) {
	d, err := openDisk(dir, log)
	if err != nil {
		return nil, err
	}
	first, end, err := d.bounds()
	if err != nil {
		_ = d.close()
		return nil, err
	}
	j := &Journal{
		disk: d, log: log,
		wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1), ship: make(chan struct{}, 1),
		next: first, forgotten: first, shipped: first, durable: end,
		grown: make(chan struct{}),
	}
	j.metrics = newMetrics(func() float64 { return float64(j.Lag()) })
	if end > first {
		log.Info("journal holds facts to ship", "facts", end-first)
	}
	return j, nil
}

// Append keeps a fact. It never waits, neither for the disk nor for Postgres: a
// fact is in the file a moment later and through to the disk within 10 ms; see
// Flush. A fact without ID gets one, one without time gets the present.
func (j *Journal) Append(f orchestrator.Fact) {
	if f.ID == "" {
		f.ID = id.New()
	}
	if !tellable(f.At) {
		f.At = time.Now()
	}
	if !tellable(f.Data.Entered) {
		f.Data.Entered = time.Time{}
	}
	j.mu.Lock()
	j.queue = append(j.queue, f)
	j.appended++
	j.mu.Unlock()
	j.metrics.appended.Inc()
	nudge(j.wake)
}

// tellable reports whether t is a moment that JSON and Postgres can hold.
func tellable(t time.Time) bool { return !t.IsZero() && t.Year() > 0 && t.Year() < 10000 }

// Flush waits until everything appended before is on the disk. Run must be
// running.
func (j *Journal) Flush(ctx context.Context) error {
	j.mu.Lock()
	goal := j.appended
	j.mu.Unlock()
	for {
		j.mu.Lock()
		done, grown := j.safe >= goal, j.grown
		j.mu.Unlock()
		if done {
			return nil
		}
		nudge(j.hurry)
		select {
		case <-grown:
		case <-ctx.Done():
			return fmt.Errorf("journal: flush: %w", ctx.Err())
		}
	}
}

// Lag returns how many facts are not in Postgres yet.
func (j *Journal) Lag() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return int(j.appended-j.safe) + int(j.durable-j.shipped)
}

// ShipTo names the database, which must hold the schema of Migrations, and
// starts or goes on shipping. Until it is called, facts stay on disk.
func (j *Journal) ShipTo(db Database) {
	j.mu.Lock()
	j.db = db
	j.mu.Unlock()
	nudge(j.ship)
}

// OnApplied registers fn, which hears of facts after Postgres has them, in
// order. It is a hint for displays: after a crash or a lost answer to COMMIT
// nobody is told again. fn must return quickly: shipping waits for it.
func (j *Journal) OnApplied(fn func([]orchestrator.Fact)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.applied = append(j.applied, fn)
}

// InTx registers fn, which runs in the transaction that applies the facts, so
// that what it writes exists exactly if they do. It sees every fact once. If it
// fails because Postgres is away, all is tried again; if it fails for another
// reason, the fact is applied without it and noted in calls.rejected.
func (j *Journal) InTx(fn func(context.Context, pgx.Tx, []orchestrator.Fact) error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.inTx = append(j.inTx, fn)
}

// Describe and Collect make the journal a collector of its own metrics.
func (j *Journal) Describe(ch chan<- *prometheus.Desc) { j.metrics.describe(ch) }

// Collect reports how much was appended, shipped and parked, how far Postgres
// is behind, and how long the disk takes.
func (j *Journal) Collect(ch chan<- prometheus.Metric) { j.metrics.collect(ch) }

// Run writes and ships until ctx ends. Then it puts everything appended through
// to the disk, tries for a moment to ship the rest, and returns; whoever appends
// must have stopped before. It fails only if facts could not be written.
func (j *Journal) Run(ctx context.Context) error {
	var g errgroup.Group
	written := make(chan struct{})
	g.Go(func() error {
		defer close(written)
		return j.keepWriting(ctx)
	})
	g.Go(func() error {
		j.keepShipping(ctx, written)
		return nil
	})
	return g.Wait()
}

// Close writes what Run left and closes the folder. Run must have returned.
func (j *Journal) Close() error {
	err := j.write()
	return errors.Join(err, j.disk.close())
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
