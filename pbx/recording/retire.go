package recording

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
)

// upkeepQueue is the queue of River for what is done once a day.
const upkeepQueue = "recordings_upkeep"

// RetireJob deletes what is over. There is one for each day.
type RetireJob struct {
	Day string `json:"day"` // 2026-11-22, UTC
}

// Kind names the job for River.
func (RetireJob) Kind() string { return "recording.retire" }

// Keeper deletes recordings whose time is over.
type Keeper struct {
	pool    *pgxpool.Pool
	tickets Tickets
	stores  stores
	log     *slog.Logger
	figures *figures
}

// Retire makes the collector delete what is over, once a day, asking tickets
// which recordings they need. Call it before Run.
func (c *Collector) Retire(tickets Tickets) {
	c.keeper = &Keeper{pool: c.pool, tickets: tickets, stores: c.stores, log: c.log, figures: c.figures}
}

// upkeepEvery is how often it is made sure that today's job is there, and the
// gauges are counted.
const upkeepEvery = time.Minute

// upkeep orders each day's job until ctx ends. Any number of processes may: the
// day is in the job and a job is only once there.
func (c *Collector) upkeep(ctx context.Context, client *river.Client[pgx.Tx]) {
	tick := time.NewTicker(upkeepEvery)
	defer tick.Stop()
	ordered := ""
	for {
		c.count(ctx)
		if day := c.now().UTC().Format(time.DateOnly); c.keeper != nil && day != ordered {
			_, err := client.Insert(ctx, RetireJob{day}, &river.InsertOpts{
				Queue: upkeepQueue, MaxAttempts: 100, UniqueOpts: river.UniqueOpts{ByArgs: true},
			})
			if err == nil {
				ordered = day
			} else if ctx.Err() == nil {
				c.log.WarnContext(ctx, "today's deletion of old recordings cannot be ordered", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

type retirer struct {
	river.WorkerDefaults[RetireJob]
	c *Collector
}

func (w *retirer) Timeout(*river.Job[RetireJob]) time.Duration { return jobTimeout }

func (w *retirer) Work(ctx context.Context, _ *river.Job[RetireJob]) error {
	if w.c.keeper == nil {
		return river.JobCancel(errors.New("this process deletes nothing"))
	}
	n, err := w.c.keeper.Retire(ctx, w.c.now())
	if n > 0 {
		w.c.log.InfoContext(ctx, "recordings deleted after their time", "count", n)
	}
	return err
}

// batch is how many recordings are looked at together.
const batch = 500

// Retire deletes what is over and returns how much that was. What it had begun
// when it was killed it takes up again. A recording that cannot be deleted does
// not keep the others; all that went wrong is in the error.
func (k *Keeper) Retire(ctx context.Context, now time.Time) (int, error) {
	done, err := k.takeUp(ctx, now)
	if err != nil {
		return done, err
	}
	sites, err := k.sites(ctx)
	if err != nil {
		return done, err
	}
	var wrong []error
	for _, site := range sites {
		n, err := k.retireSite(ctx, site, now)
		done += n
		wrong = append(wrong, err)
	}
	return done, errors.Join(wrong...)
}

func (k *Keeper) sites(ctx context.Context) ([]string, error) {
	rows, err := k.pool.Query(ctx, `SELECT DISTINCT site FROM recording.catalogue WHERE there AND site <> ''`)
	var sites []string
	if err == nil {
		sites, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		return nil, fmt.Errorf("list the sites with recordings: %w", err)
	}
	return sites, nil
}

func (k *Keeper) retireSite(ctx context.Context, site string, now time.Time) (int, error) {
	list, err := ReadRules(ctx, k.pool, site)
	if err != nil {
		return 0, err
	}
	rules, fewest := map[Sort]int{}, MostDays
	for _, r := range list {
		rules[r.Sort] = r.Days
		fewest = min(fewest, r.Days)
	}
	done := 0
	var wrong []error
	for after, call := (time.Time{}), ""; ; {
		old, err := k.old(ctx, site, after, call, now.AddDate(0, 0, -fewest))
		if err != nil || len(old) == 0 {
			return done, errors.Join(append(wrong, err)...)
		}
		after, call = *old[len(old)-1].At, old[len(old)-1].CallID
		calls := make([]string, len(old))
		for i, e := range old {
			calls[i] = e.CallID
		}
		ties, err := k.tickets.Ties(ctx, calls)
		if err != nil {
			return done, fmt.Errorf("ask which recordings belong to tickets: %w", err)
		}
		for _, e := range old {
			if !over(e, ties[e.CallID], rules, now) {
				continue
			}
			sort := sortOf(e, ties[e.CallID])
			gone, err := k.erase(ctx, e, sort, rules[sort], now)
			if gone {
				done++
			}
			wrong = append(wrong, err)
		}
	}
}

// old returns the next recordings that began before a moment, the oldest first.
func (k *Keeper) old(ctx context.Context, site string, after time.Time, call string, before time.Time) ([]Entry, error) {
	rows, err := k.pool.Query(ctx, `
		SELECT `+entryColumns+` FROM recording.catalogue c
		WHERE c.there AND c.site = $1 AND c.at < $2 AND (c.at, c.call_id) > ($3, $4) AND c.state = 'ready' AND NOT c.held
		ORDER BY c.at, c.call_id LIMIT $5`, site, before, after, call, batch)
	var old []Entry
	if err == nil {
		old, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Entry])
	}
	if err != nil {
		return nil, fmt.Errorf("list old recordings: %w", err)
	}
	return old, nil
}

// erase deletes one recording: first the row says that it is going, which no
// hold can undo and which no hold allows; then the file goes; then the row says
// that it is gone.
func (k *Keeper) erase(ctx context.Context, e Entry, sort Sort, days int, now time.Time) (bool, error) {
	tag, err := k.pool.Exec(ctx, `
		WITH going AS (
			UPDATE recording.recording SET state = 'erasing', changed_at = now()
			WHERE call_id = $1 AND state = 'ready' AND NOT held
			RETURNING call_id, bytes, sha256)
		INSERT INTO recording.erasure (call_id, site, kind, days, made_at, erased_at, bytes, sha256)
		SELECT call_id, $2, $3, $4, $5, $6, bytes, sha256 FROM going`, e.CallID, e.Site, sort, days, e.At, now)
	if err != nil {
		return false, fmt.Errorf("begin to delete the recording of call %s: %w", e.CallID, err)
	}
	if tag.RowsAffected() == 0 {
		return false, nil // held just now
	}
	return true, k.remove(ctx, e.CallID)
}

// takeUp ends what was begun.
func (k *Keeper) takeUp(ctx context.Context, _ time.Time) (int, error) {
	rows, err := k.pool.Query(ctx, `SELECT call_id FROM recording.recording WHERE state = 'erasing' ORDER BY call_id`)
	var calls []string
	if err == nil {
		calls, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		return 0, fmt.Errorf("list recordings under deletion: %w", err)
	}
	done := 0
	for _, call := range calls {
		if err := k.remove(ctx, call); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

// remove deletes the file of a recording that is going.
func (k *Keeper) remove(ctx context.Context, callID string) error {
	var path, name string
	err := k.pool.QueryRow(ctx, `SELECT path, store FROM recording.recording WHERE call_id = $1 AND state = 'erasing'`, callID).Scan(&path, &name)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	var store Store
	if err == nil {
		store, err = k.stores.named(name)
	}
	if err == nil {
		err = store.Delete(ctx, path)
	}
	if err == nil {
		_, err = k.pool.Exec(ctx, `
			UPDATE recording.recording SET state = 'erased', changed_at = now(), path = NULL, peaks = NULL
			WHERE call_id = $1 AND state = 'erasing'`, callID)
	}
	if err != nil {
		return fmt.Errorf("delete the recording of call %s: %w", callID, err)
	}
	k.figures.erased.Inc()
	return nil
}
