package hotline

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Gate is the road to a server, which a test can close: connections break and
// new ones are refused at once.
type Gate struct {
	URL    string // the server's, by way of the gate
	server string

	mu    sync.Mutex
	shut  bool
	conns map[net.Conn]struct{}
}

func openGate(t testing.TB, server string) *Gate {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("hotline: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("hotline: %v", err)
	}
	g := &Gate{server: u.Host, conns: map[net.Conn]struct{}{}}
	u.Host = l.Addr().String()
	g.URL = u.String()
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { g.carry(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		g.Shut()
		all.Wait()
	})
	return g
}

func (g *Gate) carry(c net.Conn) {
	s, err := net.Dial("tcp", g.server)
	if err != nil {
		_ = c.Close()
		return
	}
	if !g.hold(c, s) {
		return
	}
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{c, s}, {s, c}} {
		both.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			_ = c.Close()
			_ = s.Close()
		})
	}
	both.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.conns, c)
	delete(g.conns, s)
}

func (g *Gate) hold(conns ...net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range conns {
		if g.shut {
			_ = c.Close()
			continue
		}
		g.conns[c] = struct{}{}
	}
	return !g.shut
}

// Shut breaks what goes through and lets nothing in.
func (g *Gate) Shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = true
	for c := range g.conns {
		_ = c.Close()
	}
}

// Open lets everything through again.
func (g *Gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = false
}
