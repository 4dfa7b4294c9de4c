package journal

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
)

const (
	batchSize   = 256              // facts of one transaction
	shipWithin  = 30 * time.Second // one transaction
	firstPause  = 100 * time.Millisecond
	longPause   = 5 * time.Second
	lastTry     = 3 * time.Second // for the rest, when Run is to end
	forgetEvery = time.Second
	forgetAfter = 4096 // facts shipped
)

// errNoDatabase says that ShipTo was not called yet.
var errNoDatabase = errors.New("journal: no database is known yet")

// keepShipping ships until ctx ends, and then, when all is written, for a
// moment more.
func (j *Journal) keepShipping(ctx context.Context, written <-chan struct{}) {
	pause, failed := time.Duration(0), 0
	for ctx.Err() == nil {
		n, err := j.shipSome(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			if failed++; failed == 1 && !errors.Is(err, errNoDatabase) {
				j.log.Warn("facts wait for postgres", "lag", j.Lag(), "err", err)
			}
			if !errors.Is(err, errNoDatabase) {
				j.metrics.failures.Inc()
			}
			pause = min(max(2*pause, firstPause), longPause)
			j.rest(ctx, pause/2+rand.N(pause/2), errors.Is(err, errNoDatabase))
		default:
			if failed > 0 {
				j.log.Info("facts reach postgres again", "lag", j.Lag(), "attempts", failed)
			}
			pause, failed = 0, 0
			j.forget(n == 0)
			if n == 0 {
				j.rest(ctx, forgetEvery, true)
			}
		}
	}
	<-written
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastTry)
	defer cancel()
	for {
		if n, err := j.shipSome(ctx); err != nil || n == 0 {
			break
		}
	}
	j.forget(true)
	if lag := j.Lag(); lag > 0 {
		j.log.Info("facts stay in the journal until the next start", "facts", lag)
	}
}

// rest waits for a time, or less if there may be something to do.
func (j *Journal) rest(ctx context.Context, pause time.Duration, orNews bool) {
	news := j.ship
	if !orNews {
		news = nil
	}
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
	case <-news:
	case <-ctx.Done():
	}
}

// shipSome ships the next facts, if any, and returns how many.
func (j *Journal) shipSome(ctx context.Context) (int, error) {
	j.mu.Lock()
	limit, db := j.durable, j.db
	j.mu.Unlock()
	n := int(min(limit-j.next, batchSize))
	if n == 0 {
		return 0, nil
	}
	if db == nil {
		return 0, errNoDatabase
	}
	entries, err := j.disk.read(j.next, n)
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, shipWithin)
	defer cancel()
	var facts []orchestrator.Fact
	for _, e := range entries {
		f, err := unseal(e)
		if err == nil {
			facts = append(facts, f)
		} else if err := j.parkEntry(ctx, db, e, err); err != nil {
			return 0, err
		}
	}
	if err := j.apply(ctx, db, facts); err != nil {
		return 0, err
	}
	j.next += uint64(len(entries))
	j.metrics.shipped.Add(float64(len(entries)))
	j.mu.Lock()
	j.shipped = j.next
	j.mu.Unlock()
	return len(entries), nil
}

// forget takes what is shipped out of the log: not for every batch, because it
// costs writes, but at once when there is much and soon when there is peace.
func (j *Journal) forget(idle bool) {
	much := j.next-j.forgotten >= forgetAfter
	peace := idle && time.Since(j.forgot) >= forgetEvery
	if j.next == j.forgotten || (!much && !peace) {
		return
	}
	if err := j.disk.forget(j.next); err != nil {
		j.log.Warn("journal keeps what is shipped", "err", err)
		return
	}
	j.forgotten, j.forgot = j.next, time.Now()
}
