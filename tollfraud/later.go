package tollfraud

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/yihaotong/yihaotong/internal/postgres"
)

// later is what is to be written when there is time, in order. It is bounded:
// while Postgres is away for long, the newest is lost, which costs a place no
// more than its lease.
type later struct {
	more chan struct{} // there is something to do
	mu   sync.Mutex
	todo []func(context.Context) error
}

const mostLater = 10_000

func newLater() *later { return &later{more: make(chan struct{}, 1)} }

func (l *later) add(do func(context.Context) error) {
	l.mu.Lock()
	if len(l.todo) < mostLater {
		l.todo = append(l.todo, do)
	}
	l.mu.Unlock()
	l.poke()
}

func (l *later) poke() {
	select {
	case l.more <- struct{}{}:
	default:
	}
}

// again pokes after a pause.
func (l *later) again(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(retryAfter):
		l.poke()
	}
}

// retryAfter is the pause before Postgres is asked again.
const retryAfter = 500 * time.Millisecond

// work does what is to be done and returns how much is left, because Postgres
// is away.
func (l *later) work(ctx context.Context, log *slog.Logger) int {
	for {
		first, left := l.first()
		if left == 0 {
			return 0
		}
		bounded, cancel := context.WithTimeout(ctx, answerWithin)
		err := first(bounded)
		away := err != nil && (postgres.Away(err) || bounded.Err() != nil)
		cancel()
		if away {
			return left
		}
		if err != nil {
			log.Error("a call to outside cannot be written down", "err", err)
		}
		l.mu.Lock()
		l.todo = l.todo[1:]
		l.mu.Unlock()
	}
}

func (l *later) first() (do func(context.Context) error, left int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.todo) == 0 {
		return nil, 0
	}
	return l.todo[0], len(l.todo)
}
