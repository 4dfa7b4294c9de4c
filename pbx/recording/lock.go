package recording

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// lock makes sure that one recording is collected by one process at a time,
// also when River gives a job away whose process only slept. Sealing twice
// gives two different files: hash and file must come from the same one. It is
// an advisory lock of a connection of its own and ends with that.
type lock struct {
	conn *pgxpool.Conn
	id   string
}

const lockKey = `hashtextextended('recording ' || $1, 0)`

// lock returns *later when somebody else has it.
func (c *Collector) lock(ctx context.Context, callID string) (*lock, error) {
	conn, err := c.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("lock the recording of call %s: %w", callID, err)
	}
	var ours bool
	err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(`+lockKey+`)`, callID).Scan(&ours)
	if err == nil && ours {
		return &lock{conn, callID}, nil
	}
	conn.Release()
	if err != nil {
		return nil, fmt.Errorf("lock the recording of call %s: %w", callID, err)
	}
	return nil, &later{10 * c.pace.look}
}

// still fails when the lock is lost.
func (l *lock) still(ctx context.Context) error {
	if err := l.conn.Ping(ctx); err != nil {
		return fmt.Errorf("the lock is lost: %w", err)
	}
	return nil
}

func (l *lock) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var was bool
	err := l.conn.QueryRow(ctx, `SELECT pg_advisory_unlock(`+lockKey+`)`, l.id).Scan(&was)
	if err != nil || !was {
		_ = l.conn.Conn().Close(ctx) // the pool throws it away
	}
	l.conn.Release()
}
