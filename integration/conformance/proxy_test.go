package conformance_test

import (
	"io"
	"net"
	"sync"
	"testing"
)

// proxy is the link between driver and switch, which can be cut.
type proxy struct {
	listener net.Listener
	target   string
	all      sync.WaitGroup

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
}

func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("proxy: %v", err)
	}
	p := &proxy{listener: l, target: target, conns: make(map[net.Conn]bool)}
	p.all.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close()
		p.set(true)
		p.all.Wait()
	})
	return p
}

func (p *proxy) url() string { return "http://" + p.listener.Addr().String() }

// set cuts the link, with every connection on it, or mends it.
func (p *proxy) set(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	if cut {
		for c := range p.conns {
			_ = c.Close()
		}
		clear(p.conns)
	}
}

// keep notes a connection; false when the link is cut.
func (p *proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut {
		_ = c.Close()
		return false
	}
	p.conns[c] = true
	return true
}

func (p *proxy) drop(cs ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range cs {
		_ = c.Close()
		delete(p.conns, c)
	}
}

func (p *proxy) accept() {
	for {
		near, err := p.listener.Accept()
		if err != nil {
			return
		}
		if !p.keep(near) {
			continue
		}
		p.all.Go(func() {
			far, err := net.Dial("tcp", p.target)
			if err != nil || !p.keep(far) {
				p.drop(near)
				return
			}
			var both sync.WaitGroup
			for from, to := range map[net.Conn]net.Conn{near: far, far: near} {
				both.Go(func() {
					_, _ = io.Copy(to, from)
					p.drop(near, far)
				})
			}
			both.Wait()
		})
	}
}
