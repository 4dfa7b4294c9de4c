package orchestrator

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// linked opens the gate for commands; unlinked closes it.
func (e *Engine) linked() {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.link:
	default:
		close(e.link)
	}
}

func (e *Engine) unlinked() {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.link:
		e.link = make(chan struct{})
	default:
	}
}

// isLinked reports whether commands reach the switch.
func (e *Engine) isLinked() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.link:
		return true
	default:
		return false
	}
}

func (e *Engine) awaitLink(ctx context.Context) error {
	e.mu.Lock()
	link := e.link
	e.mu.Unlock()
	select {
	case <-link:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *Engine) phoneChanged(id pbx.PhoneID, online bool) {
	e.mu.Lock()
	e.phones[id] = online
	e.mu.Unlock()
	now := time.Now()
	for _, f := range e.floors {
		f.post(func() { f.phone(id, online, now) })
	}
}

func (e *Engine) trunkChanged(id pbx.TrunkID, online bool) {
	e.mu.Lock()
	e.trunks[id] = online
	e.mu.Unlock()
	now := time.Now()
	for _, f := range e.floors {
		f.post(func() {
			if l, ok := f.lines[id]; ok && l.Online != online {
				f.line(id, now, func(l *Line) {
					l.Online = online
					if !online {
						l.Failures++
					}
				})
			}
		})
	}
}

func (e *Engine) trunkOnline(id pbx.TrunkID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.trunks[id]
}

func (e *Engine) trunkUse(f *floor, id pbx.TrunkID, by int) {
	now := time.Now()
	f.post(func() { f.line(id, now, func(l *Line) { l.InUse = max(0, l.InUse+by) }) })
}

// trunkOut counts an outgoing channel, on every floor: trunks are the node's.
func (e *Engine) trunkOut(id pbx.TrunkID, by int) {
	now := time.Now()
	for _, f := range e.floors {
		f.post(func() {
			if _, ok := f.lines[id]; ok {
				f.line(id, now, func(l *Line) { l.InUse, l.Out = max(0, l.InUse+by), max(0, l.Out+by) })
			}
		})
	}
}
