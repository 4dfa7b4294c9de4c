package recording

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
)

// pace is how patient a collector is.
type pace struct {
	first  time.Duration // wait after the first failure, doubled after each further one
	most   time.Duration // but not longer
	limit  int           // failures after which a recording is parked
	stall  time.Duration // an incomplete file that has not grown for so long is taken as it is
	absent time.Duration // a recording the switch still has not so long after the call's end will not come
	look   time.Duration // shortest wait between two looks at an incomplete file
}

// patient tries for more than a day before it parks a recording.
var patient = pace{first: 5 * time.Second, most: time.Hour, limit: 36, stall: 10 * time.Minute, absent: time.Minute, look: time.Second}

// backoff is the wait after so many failures.
func (p pace) backoff(failures int) time.Duration {
	return min(p.most, p.first<<min(max(failures-1, 0), 20))
}

// lookAgain is the wait before the next look at a file that the switch has been
// writing since.
func (p pace) lookAgain(age time.Duration) time.Duration {
	return min(max(p.look, age/4), max(p.look, 30*time.Second))
}

// row is a recording under collection.
type row struct {
	Job
	state    State
	enqueued time.Time
	failures int
	seen     *int64
	seenAt   *time.Time
}

// later says that there is nothing wrong, but that it is too early.
type later struct{ wait time.Duration }

func (l *later) Error() string { return fmt.Sprintf("not complete yet, look again in %s", l.wait) }

// collect does what is left to do for one recording. It returns *later when the
// switch is not done with it, nil when nothing is left to do, and any other
// error when it is to be tried again.
func (c *Collector) collect(ctx context.Context, callID string, now time.Time) error {
	l, err := c.lock(ctx, callID)
	if err != nil {
		return err
	}
	defer l.release(ctx)
	r, err := c.read(ctx, callID)
	if err != nil {
		return err
	}
	switch r.state {
	case Pending:
		if err := c.bring(ctx, l, r, now); err != nil {
			return c.failed(ctx, r, err)
		}
	case Failed, Erasing, Erased:
		return nil
	}
	// What is in the vault is safe, and what is empty is no loss.
	if err := c.source.DeleteRecording(ctx, r.Name); err != nil && !absent(err) {
		return c.failed(ctx, r, fmt.Errorf("delete it on the switch: %w", err))
	}
	c.step("deleted")
	return nil
}

// bring takes a pending recording from the switch into the vault.
func (c *Collector) bring(ctx context.Context, l *lock, r row, now time.Time) error {
	body, size, complete, err := c.open(ctx, r.Name)
	if absent(err) {
		return c.neverMade(ctx, l, r, now)
	}
	if err != nil {
		return fmt.Errorf("open %s on the switch: %w", r.Name, err)
	}
	defer func() { _ = body.Close() }()
	c.step("opened")
	if !complete {
		if wait, err := c.unfinished(ctx, r, size, now); err != nil || wait > 0 {
			return errors.Join(err, laterOrNil(wait))
		}
	}
	frames := size / frameBytes
	switch {
	case frames > maxFrames:
		return fmt.Errorf("%d bytes are more than a day", size)
	case frames == 0:
		return c.nothing(ctx, l, r, "it is empty")
	}
	s, err := c.seal(ctx, l, r, body, frames)
	if err != nil {
		return err
	}
	c.step("renamed")
	c.figures.collected.Inc()
	partial := !complete || size%frameBytes != 0
	return c.finish(ctx, l, r, `
		UPDATE recording.recording
		SET state = 'ready', changed_at = now(), reason = '', path = $2, store = $3, sha256 = $4, head_sha256 = $5, peaks = $6,
			seconds = $7, bytes = $8, partial = $9
		WHERE call_id = $1 AND state = 'pending'`,
		s.path, s.store, s.sha256, s.head, s.peaks, float64(frames)/rate, frames*frameBytes+headBytes, partial)
}

// open opens a recording and makes sure that its size is known, if need be by
// reading it twice.
func (c *Collector) open(ctx context.Context, name string) (io.ReadCloser, int64, bool, error) {
	body, size, complete, err := c.source.OpenRecording(ctx, name)
	if err != nil || size >= 0 {
		return body, size, complete, err
	}
	size, err = count(reading(ctx, body))
	if err := errors.Join(err, body.Close()); err != nil {
		return nil, 0, false, err
	}
	body, _, stillComplete, err := c.source.OpenRecording(ctx, name)
	return body, size, complete && stillComplete, err
}

// neverMade decides about a recording that the switch does not have: it makes
// none of a caller with whom nobody talked.
func (c *Collector) neverMade(ctx context.Context, l *lock, r row, now time.Time) error {
	if age := now.Sub(r.enqueued); age < c.pace.absent {
		return &later{c.pace.lookAgain(age)}
	}
	return c.nothing(ctx, l, r, "the switch has none")
}

// nothing says that there is nothing to bring.
func (c *Collector) nothing(ctx context.Context, l *lock, r row, why string) error {
	return c.finish(ctx, l, r, `
		UPDATE recording.recording SET state = 'none', changed_at = now(), reason = $2
		WHERE call_id = $1 AND state = 'pending'`, why)
}

func laterOrNil(wait time.Duration) error {
	if wait == 0 {
		return nil
	}
	return &later{wait}
}

// unfinished decides about a file that the switch does not call complete: how
// long to wait, or 0 when it has not grown for so long that nobody can be
// writing it any more.
func (c *Collector) unfinished(ctx context.Context, r row, size int64, now time.Time) (time.Duration, error) {
	if r.seen != nil && *r.seen == size {
		if now.Sub(*r.seenAt) >= c.pace.stall {
			return 0, nil
		}
		return c.pace.lookAgain(now.Sub(*r.seenAt)), nil
	}
	_, err := c.pool.Exec(ctx, `UPDATE recording.recording SET seen_bytes = $2, seen_at = $3 WHERE call_id = $1`, r.CallID, size, now)
	if err != nil {
		return 0, fmt.Errorf("note the size of call %s's recording: %w", r.CallID, err)
	}
	return c.pace.look, nil
}

func (c *Collector) seal(ctx context.Context, l *lock, r row, body io.Reader, frames int64) (sealed, error) {
	s, err := c.keys.seal(ctx, c.stores.into, place(r.CallID, r.enqueued), body, frames, l.still)
	if err != nil {
		return sealed{}, fmt.Errorf("seal the recording of call %s: %w", r.CallID, err)
	}
	return s, nil
}

// finish writes the outcome, on the connection that holds the lock: if that is
// gone, somebody else may be at it, and nothing is written.
func (c *Collector) finish(ctx context.Context, l *lock, r row, sql string, args ...any) error {
	tag, err := l.conn.Exec(ctx, sql, append([]any{r.CallID}, args...)...)
	if err == nil && tag.RowsAffected() != 1 {
		err = errors.New("it is not pending any more")
	}
	if err != nil {
		return fmt.Errorf("write the outcome for call %s: %w", r.CallID, err)
	}
	c.step("kept")
	return nil
}

func (c *Collector) read(ctx context.Context, callID string) (row, error) {
	var r row
	err := c.pool.QueryRow(ctx, `
		SELECT call_id, name, state, enqueued_at, failures, seen_bytes, seen_at
		FROM recording.recording WHERE call_id = $1`, callID).
		Scan(&r.CallID, &r.Name, &r.state, &r.enqueued, &r.failures, &r.seen, &r.seenAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return row{state: Failed}, nil // forgotten meanwhile
	}
	if err != nil {
		return r, fmt.Errorf("read the recording of call %s: %w", callID, err)
	}
	return r, nil
}

// failed counts a failure and returns it, or parks the recording at the limit.
// It does neither when it was we who stopped.
func (c *Collector) failed(ctx context.Context, r row, cause error) error {
	if errors.As(cause, new(*later)) || errors.Is(ctx.Err(), context.Canceled) {
		return cause
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	c.figures.failed(cause)
	// A vault that is full or away is no fault of the recording: it stays on the
	// switch and is tried again until there is room.
	park := r.failures+1 >= c.pace.limit && !errors.Is(cause, errStore)
	_, err := c.pool.Exec(ctx, `
		UPDATE recording.recording
		SET failures = failures + 1, reason = $2, changed_at = now(),
			state = CASE WHEN $3 AND state = 'pending' THEN 'failed' ELSE state END
		WHERE call_id = $1`, r.CallID, reason(cause), park)
	if err != nil {
		return errors.Join(cause, fmt.Errorf("count the failure: %w", err))
	}
	if park {
		c.log.ErrorContext(ctx, "recording given up, it stays on the switch", "call", r.CallID, "recording", r.Name, "failures", r.failures+1, "error", cause)
		return nil
	}
	return cause
}
