package journal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// syncEvery is the pause between two calls of fsync, unless somebody waits.
	syncEvery = 10 * time.Millisecond
	// writeAgain is the pause after the disk has refused.
	writeAgain = 500 * time.Millisecond
)

// keepWriting brings what is appended to the disk until ctx ends.
func (j *Journal) keepWriting(ctx context.Context) error {
	failing := false
	for {
		select {
		case <-j.wake:
		case <-j.hurry:
		case <-ctx.Done():
			return j.write()
		}
		if err := j.spill(); err == nil {
			j.gather(ctx)
		}
		err := j.write()
		if (err != nil) != failing {
			failing = err != nil
			if failing {
				j.log.Error("journal cannot write; facts are kept in memory", "err", err)
			} else {
				j.log.Info("journal writes again")
			}
		}
		if err != nil {
			select {
			case <-time.After(writeAgain):
				nudge(j.wake)
			case <-ctx.Done():
			}
		}
	}
}

// gather waits for company: one fsync serves all that came since the last. What
// comes meanwhile goes to the file at once, where it survives our own death.
func (j *Journal) gather(ctx context.Context) {
	rest := time.NewTimer(syncEvery - time.Since(j.synced))
	defer rest.Stop()
	for {
		select {
		case <-j.wake:
			if j.spill() != nil {
				return
			}
		case <-rest.C:
			return
		case <-j.hurry:
			return
		case <-ctx.Done():
			return
		}
	}
}

// spill moves what was appended into the file.
func (j *Journal) spill() error {
	j.mu.Lock()
	facts := j.queue
	j.queue = nil
	j.mu.Unlock()
	for _, f := range facts {
		entry, err := seal(f)
		if err != nil { // cannot be: a Fact holds nothing that JSON cannot
			j.log.Error("fact lost", "kind", f.Kind, "fact", f.ID, "call", f.Call, "err", err)
			entry = sealBody([]byte("{}"))
		}
		j.unsynced = append(j.unsynced, entry)
	}
	if len(j.unsynced) == j.written {
		return nil
	}
	if err := j.disk.append(j.unsynced[j.written:]); err != nil {
		j.written = 0
		return err
	}
	j.written = len(j.unsynced)
	return nil
}

// write puts everything appended through to the disk.
func (j *Journal) write() error {
	if err := j.spill(); err != nil {
		return j.behind(err)
	}
	if len(j.unsynced) == 0 {
		return nil
	}
	from := time.Now()
	err := j.disk.sync()
	var end uint64
	if err == nil {
		_, end, err = j.disk.bounds()
	}
	if err != nil {
		j.written = 0
		return j.behind(err)
	}
	j.synced = time.Now()
	j.metrics.fsync.Observe(j.synced.Sub(from).Seconds())

	j.mu.Lock()
	j.safe += uint64(len(j.unsynced))
	j.durable = end
	close(j.grown)
	j.grown = make(chan struct{})
	j.mu.Unlock()
	j.unsynced, j.written = nil, 0
	nudge(j.ship)
	return nil
}

// errBehind says how much is at stake.
var errBehind = errors.New("facts are not on disk")

func (j *Journal) behind(err error) error {
	return fmt.Errorf("journal: %d %w: %w", len(j.unsynced), errBehind, err)
}
