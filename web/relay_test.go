package web_test

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// relay stands between the program and Postgres. It can be cut, as a network
// can, or hang: then it takes connections and whatever is said, and nothing
// comes out at the other end.
type relay struct {
	address string // of the database, through the relay
	target  string

	mu      sync.Mutex
	off     bool
	hanging bool
	moved   *sync.Cond // hanging has changed
	conns   map[net.Conn]struct{}
}

func relayTo(t *testing.T, address string) *relay {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{target: u.Host, conns: map[net.Conn]struct{}{}}
	r.moved = sync.NewCond(&r.mu)
	u.Host = l.Addr().String()
	r.address = u.String()
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { r.carry(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); r.cut(); serving.Wait() })
	return r
}

func (r *relay) carry(c net.Conn) {
	defer c.Close()
	far, err := net.Dial("tcp", r.target)
	if err != nil {
		return
	}
	defer far.Close()
	r.mu.Lock()
	if r.off {
		r.mu.Unlock()
		return
	}
	r.conns[c], r.conns[far] = struct{}{}, struct{}{}
	r.mu.Unlock()
	var both sync.WaitGroup
	for _, pair := range [][2]net.Conn{{c, far}, {far, c}} {
		both.Go(func() {
			_, _ = io.Copy(valve{r, pair[0]}, pair[1])
			_ = c.Close()
			_ = far.Close()
		})
	}
	both.Wait()
	r.mu.Lock()
	delete(r.conns, c)
	delete(r.conns, far)
	r.mu.Unlock()
}

// valve holds back what is written while the relay hangs.
type valve struct {
	r  *relay
	to io.Writer
}

func (v valve) Write(b []byte) (int, error) {
	v.r.mu.Lock()
	for v.r.hanging {
		v.r.moved.Wait()
	}
	v.r.mu.Unlock()
	return v.to.Write(b)
}

func (r *relay) hang() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hanging = true
}

func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.off, r.hanging = true, false
	r.moved.Broadcast()
	for c := range r.conns {
		_ = c.Close()
	}
}

func (r *relay) heal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.off, r.hanging = false, false
	r.moved.Broadcast()
}
