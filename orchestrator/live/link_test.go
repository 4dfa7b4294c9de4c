package live_test

import (
	"errors"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
)

// badLink stands between a client and Redis.
type badLink struct {
	net.Listener
	cut    atomic.Bool // break the connection in place of the next answer
	silent atomic.Bool // swallow every answer

	givenUp atomic.Int32 // connections that the client has closed
}

// between returns a store that reaches the server at rawURL over a bad link.
func between(t *testing.T, rawURL string) (*live.Store, *badLink) {
	t.Helper()
	u, err := url.Parse(rawURL)
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	link := &badLink{Listener: l}
	served := make(chan struct{})
	go func() { link.serve(u.Host); close(served) }()
	t.Cleanup(func() { l.Close(); <-served })
	client, err := live.Open("redis://" + l.Addr().String() + "/0")
	must(t, err)
	t.Cleanup(func() { client.Close() })
	return live.New(client), link
}

func (b *badLink) serve(server string) {
	for {
		near, err := b.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", server)
		if err != nil {
			near.Close()
			continue
		}
		go func() { _, _ = io.Copy(far, near); far.Close(); b.givenUp.Add(1) }()
		go func() {
			defer near.Close()
			buf := make([]byte, 64<<10)
			for {
				n, err := far.Read(buf)
				if err != nil || b.cut.CompareAndSwap(true, false) {
					far.Close()
					return
				}
				if !b.silent.Load() {
					_, _ = near.Write(buf[:n])
				}
			}
		}()
	}
}

func TestReservationWhoseAnswerIsLostHappensOnce(t *testing.T) {
	s, server, _ := start(t)
	ctx := t.Context()
	bad, link := between(t, server.URL())
	// Once in peace, so that Redis knows the script and the connection is open.
	_, err := bad.Reserve(ctx, place("x", noon), agent("x", 1), soon(), 0)
	wants(t, err, orchestrator.ErrForgotten)

	must(t, s.PutAgent(ctx, agent("1001", 1)))
	must(t, s.Enter(ctx, place("c", noon)))
	link.cut.Store(true)
	token, err := bad.Reserve(ctx, place("c", noon), agent("1001", 1), soon(), 0)
	if err != nil || link.cut.Load() {
		t.Fatalf("reserve: %v; cut still to come: %v", err, link.cut.Load())
	}
	if st := loaded(t, s); len(st.Offers) != 1 || st.Offers[0].Token != token || st.Agents[0].Rev != 2 {
		t.Errorf("state is %+v, token %d", st, token)
	}
	_, err = bad.Reserve(ctx, place("c", noon), agent("1001", 1), soon(), 0)
	if !errors.Is(err, orchestrator.ErrAgentTaken) {
		t.Errorf("asking anew got %v", err)
	}
}

func TestSilentRedisIsToldQuickly(t *testing.T) {
	s, server, _ := start(t)
	ctx := t.Context()
	bad, link := between(t, server.URL())
	must(t, bad.Ping(ctx))
	changes, err := bad.Subscribe(ctx, site)
	must(t, err)
	hear(t, changes, reset)

	before := link.givenUp.Load()
	link.silent.Store(true)
	from := time.Now()
	_, err = bad.Load(ctx, site)
	wants(t, err, live.ErrUnavailable)
	if took := time.Since(from); took > 1500*time.Millisecond {
		t.Errorf("it took %v", took)
	}
	// One connection is that of Load, the other the subscriber's.
	eventually(t, "the subscriber giving up", func() bool { return link.givenUp.Load() >= before+2 })
	link.silent.Store(false)
	must(t, s.PutAgent(ctx, agent("1001", 1)))
	hear(t, changes, reset)
}
