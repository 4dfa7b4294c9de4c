package web

import (
	"context"
	"sync"
)

// guests counts what goes on beyond one request and its answer: live
// connections, softphones and the boards they watch. Unlike a WaitGroup it
// refuses newcomers once somebody waits.
type guests struct {
	mu      sync.Mutex
	here    int
	leaving chan struct{} // closed when the last has left; nil: nobody waits
}

// enter lets somebody in; false: we are closing.
func (g *guests) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.leaving != nil {
		return false
	}
	g.here++
	return true
}

func (g *guests) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.here--; g.here == 0 && g.leaving != nil {
		close(g.leaving)
	}
}

// wait closes the door and waits until everybody has left, or ctx ends.
func (g *guests) wait(ctx context.Context) error {
	g.mu.Lock()
	if g.leaving == nil {
		g.leaving = make(chan struct{})
		if g.here == 0 {
			close(g.leaving)
		}
	}
	left := g.leaving
	g.mu.Unlock()
	select {
	case <-left:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
