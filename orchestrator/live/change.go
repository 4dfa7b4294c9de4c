package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// ChangeKind says what sort of thing has changed.
type ChangeKind string

// The kinds. Reset means: anything may have changed, load all of it.
const (
	AgentChanged ChangeKind = "agent" // ID is an agent
	QueueChanged ChangeKind = "queue" // ID is a queue: somebody entered or left
	CallChanged  ChangeKind = "call"  // ID is a call: its picture or its offer
	LineChanged  ChangeKind = "line"  // ID is a trunk
	Reset        ChangeKind = "reset" // no ID
)

// Change tells that something is no longer as it was, not what it is now.
type Change struct {
	Kind ChangeKind
	ID   string
}

const (
	// quietFor is how long the link may be silent before we ask whether it
	// still lives, and how long we wait for the answer.
	quietFor = time.Second
	// backlog bounds what a slow reader has not taken; more becomes a reset.
	backlog = 1024
	// again is the pause between two tries to connect.
	again = 200 * time.Millisecond
)

// Subscribe tells what changes at a site until ctx ends; then the channel is
// closed. The first change is a Reset, as soon as Redis listens, and so is the
// first after every gap; until then the site may have changed unnoticed. It does
// not fail because Redis is away: it goes on trying.
//
// A reader may be as slow as it likes: what it has not taken is kept once, so it
// may miss that something changed twice, but never that it changed.
func (s *Store) Subscribe(ctx context.Context, site orchestrator.SiteID) (<-chan Change, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("live: subscribe to site %s: %w", site, err)
	}
	heard, out := make(chan Change), make(chan Change)
	go func() {
		defer close(heard)
		for ctx.Err() == nil {
			s.listen(ctx, of(site).changes(), heard)
			select {
			case <-ctx.Done():
			case <-time.After(again):
			}
		}
	}()
	go func() {
		defer close(out)
		deliver(heard, out)
	}()
	return out, nil
}

// listen passes on what one connection tells, until it breaks.
func (s *Store) listen(ctx context.Context, channel string, heard chan<- Change) {
	sub := s.redis.Subscribe(ctx)
	defer func() { _ = sub.Close() }()
	// Whoever waits below is woken by the closing of the connection.
	stop := context.AfterFunc(ctx, func() { _ = sub.Close() })
	defer stop()
	if sub.Subscribe(ctx, channel) != nil {
		return
	}
	asked := false
	for {
		m, err := sub.ReceiveTimeout(ctx, quietFor)
		switch m := m.(type) {
		case *redis.Subscription:
			heard <- Change{Kind: Reset}
		case *redis.Message:
			heard <- parse(m.Payload)
		}
		switch {
		case err == nil:
			asked = false
		case !isTimeout(err) || asked || sub.Ping(ctx) != nil:
			return
		default:
			asked = true
		}
	}
}

func parse(payload string) Change {
	kind, id, _ := strings.Cut(payload, " ")
	return Change{Kind: ChangeKind(kind), ID: id}
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// deliver takes everything at once and hands it out at the reader's pace. It
// ends when heard is closed; what is undelivered then nobody waits for.
func deliver(heard <-chan Change, out chan<- Change) {
	var waiting []Change
	known := map[Change]bool{}
	for {
		var to chan<- Change
		var next Change
		if len(waiting) > 0 {
			to, next = out, waiting[0]
		}
		select {
		case to <- next:
			waiting = waiting[1:]
			delete(known, next)
		case c, ok := <-heard:
			switch {
			case !ok:
				return
			case c.Kind == Reset || len(waiting) >= backlog:
				clear(known)
				c = Change{Kind: Reset}
				waiting = waiting[:0]
			case known[c]:
				continue
			}
			waiting = append(waiting, c)
			known[c] = true
		}
	}
}
