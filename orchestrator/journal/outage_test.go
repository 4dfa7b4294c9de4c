package journal_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
)

// openPool makes a pool without connecting.
func openPool(url string) (*pgxpool.Pool, error) { return pgxpool.New(context.Background(), url) }

// cable leads to Postgres and can be pulled out.
type cable struct {
	net.Listener
	server string

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
	wg    sync.WaitGroup
}

// through returns a pool that reaches a database by a cable.
func through(t *testing.T, rawURL string) (*pgxpool.Pool, *cable) {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{Listener: l, server: u.Host, conns: map[net.Conn]bool{}}
	c.wg.Go(c.serve)
	t.Cleanup(func() { l.Close(); c.pull(); c.wg.Wait() })
	u.Host = l.Addr().String()
	pool, err := openPool(u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool, c
}

func (c *cable) serve() {
	for {
		near, err := c.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", c.server)
		if err != nil {
			near.Close()
			continue
		}
		c.mu.Lock()
		c.conns[near], c.conns[far] = true, true
		cut := c.cut
		c.mu.Unlock()
		if cut {
			near.Close()
			far.Close()
			continue
		}
		c.wg.Go(func() { _, _ = io.Copy(far, near); far.Close() })
		c.wg.Go(func() { _, _ = io.Copy(near, far); near.Close() })
	}
}

// pull breaks every connection and lets no new one through.
func (c *cable) pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = true
	for conn := range c.conns {
		conn.Close()
	}
	clear(c.conns)
}

func (c *cable) plug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = false
}

func TestOutageOfPostgresLosesAndDoublesNothing(t *testing.T) {
	good, rawURL := postgrestest.NewURL(t, journal.Migrations)
	pool, cable := through(t, rawURL)
	j := running(t, t.TempDir(), pool)
	const n = 1500
	for i := range n {
		switch i % 300 {
		case 100:
			cable.pull()
		case 200:
			cable.plug()
		}
		j.Append(fact(orchestrator.CallMessage, float64(i), newCall(), "", data{}))
		if i%20 == 0 { // so that shipping goes on meanwhile
			if err := j.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	cable.plug()
	shipped(t, j)
	same(t, "events, different ones, records", lines(t, good, `
		SELECT concat_ws(' ', (SELECT count(*) FROM calls.event), (SELECT count(DISTINCT at) FROM calls.event),
			(SELECT count(*) FROM calls.record), (SELECT count(*) FROM calls.rejected))`), "1500 1500 1500 0")
}

func TestAbsentPostgresAndMissingTablesOnlyDelay(t *testing.T) {
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	dead, err := openPool("postgres://postgres@" + nobody.Addr().String() + "/postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer dead.Close()
	bare := postgrestest.New(t) // not migrated
	good := postgrestest.New(t, journal.Migrations)

	j := open(t, t.TempDir())
	run(t, j)
	call := newCall()
	for _, f := range aCall(call) {
		j.Append(f)
	}
	for _, db := range []*pgxpool.Pool{dead, bare} {
		before := metric(t, j, "yihaotong_journal_ship_failures_total")
		j.ShipTo(db)
		eventually(t, "two attempts", func() bool {
			return metric(t, j, "yihaotong_journal_ship_failures_total") >= before+2
		})
		if j.Lag() != len(aCall(call)) {
			t.Fatalf("lag is %d", j.Lag())
		}
	}
	j.ShipTo(good)
	shipped(t, j)
	checkCall(t, good, call)
}

func TestAppendNeverWaits(t *testing.T) {
	j := open(t, t.TempDir())
	run(t, j)
	f := fact(orchestrator.CallMessage, 0, newCall(), "", data{})
	f.ID = ""
	from := time.Now()
	for range 20_000 {
		j.Append(f)
	}
	if took := time.Since(from); took > 5*time.Second {
		t.Errorf("20000 facts took %v", took)
	}
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if j.Lag() != 20_000 {
		t.Errorf("lag is %d, want 20000", j.Lag())
	}
}
