package speech

import (
	"context"
	"errors"
)

// flight is a sound being made, for which others may wait.
type flight struct {
	done chan struct{}
	err  error
}

// once has the same work done by one caller while the others wait for it. The
// work runs in the goroutine and context of the first; when that one gives up,
// the next takes over, so that nobody fails because somebody else has left.
func (c *Cache) once(ctx context.Context, key string, work func(context.Context) error) error {
	for {
		c.mu.Lock()
		f, waiting := c.flights[key]
		if !waiting {
			f = &flight{done: make(chan struct{})}
			c.flights[key] = f
		}
		c.mu.Unlock()
		if !waiting {
			return c.fly(ctx, key, f, work)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-f.done:
			if f.err == nil || !errors.Is(f.err, errLeft) {
				return f.err
			}
		}
	}
}

// errLeft marks work whose caller has given up.
var errLeft = errors.New("the caller who asked for it has left")

func (c *Cache) fly(ctx context.Context, key string, f *flight, work func(context.Context) error) error {
	f.err = errLeft // also if work panics
	defer func() {
		c.mu.Lock()
		delete(c.flights, key)
		c.mu.Unlock()
		close(f.done)
	}()
	err := work(ctx)
	if err != nil && ctx.Err() != nil {
		return err
	}
	f.err = err
	return err
}
