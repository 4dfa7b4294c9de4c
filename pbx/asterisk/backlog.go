package asterisk

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/yihaotong/yihaotong/pbx"
)

// arrival is one event as it came, or something that has to be done in its
// turn among the events.
type arrival struct {
	text       []byte
	at         time.Time
	look       string        // an endpoint to have a look at
	unrecorded pbx.ChannelID // an answered channel whose recording could not be begun
	// accounts with which we are registered, if that is the news.
	accounts map[string]bool
}

// backlog keeps events between the socket, which must always be drained (the
// switch cuts off a reader that does not read), and a reader that may be slow.
// When it is full the link is given up: the next snapshot tells the truth
// again, where dropping events silently would not.
type backlog struct {
	mu     sync.Mutex
	items  []arrival
	closed bool
	limit  int
	more   chan struct{} // holds a token while there is something to see
	gauge  prometheus.Gauge
}

func newBacklog(limit int, gauge prometheus.Gauge) *backlog {
	gauge.Set(0)
	return &backlog{limit: limit, more: make(chan struct{}, 1), gauge: gauge}
}

func (b *backlog) push(a arrival) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.items) >= b.limit {
		return fmt.Errorf("asterisk: %d events wait and nobody reads them", len(b.items))
	}
	b.items = append(b.items, a)
	b.gauge.Set(float64(len(b.items)))
	b.wake()
	return nil
}

// close lets pop end after what is left.
func (b *backlog) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.wake()
}

func (b *backlog) wake() {
	select {
	case b.more <- struct{}{}:
	default:
	}
}

// pop waits for the oldest event; false: there will be none.
func (b *backlog) pop(ctx context.Context) (arrival, bool) {
	for {
		b.mu.Lock()
		if len(b.items) > 0 {
			a := b.items[0]
			b.items[0] = arrival{}
			b.items = b.items[1:]
			b.gauge.Set(float64(len(b.items)))
			b.mu.Unlock()
			return a, true
		}
		closed := b.closed
		b.mu.Unlock()
		if closed {
			return arrival{}, false
		}
		select {
		case <-b.more:
		case <-ctx.Done():
			return arrival{}, false
		}
	}
}
