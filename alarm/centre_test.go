package alarm_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/yihaotong/yihaotong/alarm"
	"github.com/yihaotong/yihaotong/internal/postgres"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
)

const (
	site     = "430100"
	patience = 15 * time.Second
)

// gauge is a source that a test sets.
type gauge struct {
	mu sync.Mutex
	p  alarm.Picture
}

func (g *gauge) Picture(context.Context, string) alarm.Picture {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.p
}

func (g *gauge) set(p alarm.Picture) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.p = p
}

// start runs a centre, as one process does, until stop is called or the test
// ends.
func start(t *testing.T, pool *pgxpool.Pool, g *gauge) (c *alarm.Centre, stop func()) {
	t.Helper()
	c = alarm.NewCentre(pool, []string{site}, g, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return c, stop
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// rule is one that opens at once, and its site's only one.
func rule(t *testing.T, s *alarm.Store) alarm.Rule {
	t.Helper()
	r := longest()
	r.Site, r.Hold, r.Settle, r.ChangedBy = site, 0, 0, "2001"
	r, err := s.AddRule(t.Context(), r, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func open(c *alarm.Centre) int {
	episodes, _ := c.Now(site)
	return len(episodes)
}

// told counts the episodes that were ever written down.
func told(t *testing.T, s *alarm.Store) int {
	t.Helper()
	_, total, err := s.Past(t.Context(), site, time.Time{}, time.Now().Add(time.Hour), 100, 0)
	if err != nil {
		t.Fatal(err)
	}
	return total
}

func TestEpisodeIsToldOnceByAnyNumberOfProcesses(t *testing.T) {
	pool := postgrestest.New(t, alarm.Migrations)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, g := alarm.New(pool), &gauge{}
	rule(t, s)
	a, stopA := start(t, pool, g)
	b, stopB := start(t, pool, g)
	defer stopB()
	news, leave := b.Watch(site)
	defer leave()
	g.set(waits(61))
	eventually(t, "both know", func() bool { return open(a) == 1 && open(b) == 1 })
	select {
	case <-news:
	default:
		t.Error("who watches is not told")
	}
	stopA()
	stopB()

	c, stopC := start(t, pool, g) // the program is started again while it goes on
	defer stopC()
	eventually(t, "the next one knows", func() bool { return open(c) == 1 })
	g.set(waits(100))
	episodes, _ := c.Now(site)
	time.Sleep(2500 * time.Millisecond) // two more looks change nothing
	if n := told(t, s); n != 1 {
		t.Errorf("told %d times", n)
	}
	e, err := s.Acknowledge(t.Context(), site, episodes[0].ID, "2001", " 已加派人手 ", time.Now())
	if err != nil || e.AckedBy != "2001" || e.Note != "已加派人手" {
		t.Fatalf("%+v, %v", e, err)
	}
	eventually(t, "it is known to be cared for", func() bool { es, _ := c.Now(site); return len(es) == 1 && es[0].AckedBy == "2001" })
	if _, err := s.Acknowledge(t.Context(), site, e.ID, "2002", "", time.Now()); !errors.Is(err, alarm.ErrStale) {
		t.Errorf("a second one: %v", err)
	}
	if _, err := s.Acknowledge(t.Context(), "430200", e.ID, "2002", "", time.Now()); !errors.Is(err, alarm.ErrNotFound) {
		t.Errorf("of another site: %v", err)
	}
	g.set(waits(0))
	eventually(t, "it ends", func() bool { return open(c) == 0 })
	past, _, err := s.Past(t.Context(), site, time.Time{}, time.Now().Add(time.Hour), 100, 0)
	if err != nil || len(past) != 1 || past[0].Closed == nil || past[0].Why != alarm.Cleared || past[0].AckedBy != "2001" {
		t.Errorf("%+v, %v", past, err)
	}
}

func TestAnotherProcessTakesOver(t *testing.T) {
	pool := postgrestest.New(t, alarm.Migrations)
	s, g := alarm.New(pool), &gauge{}
	rule(t, s)
	a, stopA := start(t, pool, g)
	b, _ := start(t, pool, g)
	g.set(waits(61))
	eventually(t, "both know", func() bool { return open(a) == 1 && open(b) == 1 })
	stopA()
	g.set(waits(0))
	eventually(t, "the other ends it", func() bool { return open(b) == 0 })
	if n := told(t, s); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestAlarmsGoOnWithoutDatabase(t *testing.T) {
	direct, address := postgrestest.NewURL(t, alarm.Migrations)
	way := wireTo(t, address)
	pool, err := postgres.Open(t.Context(), way.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	s, g := alarm.New(direct), &gauge{}
	rule(t, s)
	r := alarm.Rule{Site: site, Kind: alarm.PostgresAway, Severity: alarm.Critical, Active: true}
	if _, err := s.AddRule(t.Context(), r, time.Now()); err != nil {
		t.Fatal(err)
	}
	a, _ := start(t, pool, g)
	b, _ := start(t, pool, g)
	g.set(waits(61))
	eventually(t, "both know", func() bool { return open(a) == 1 && open(b) == 1 })

	way.cut()
	no, p := false, waits(0) // the first is over, another begins
	p.Postgres = &no
	g.set(p)
	kinds := func(c *alarm.Centre) string {
		var all string
		episodes, _ := c.Now(site)
		for _, e := range episodes {
			all += string(e.Kind) + " "
		}
		return all
	}
	eventually(t, "each tells its own people", func() bool { return kinds(a) == "postgres_away " && kinds(b) == "postgres_away " })
	if n := told(t, s); n != 1 {
		t.Errorf("%d are written down", n)
	}
	way.heal()
	eventually(t, "it is written down", func() bool { return told(t, s) == 2 })
	yes := true
	p.Postgres = &yes
	g.set(p)
	eventually(t, "it is over for both", func() bool { return kinds(a) == "" && kinds(b) == "" })
	past, total, err := s.Past(t.Context(), site, time.Time{}, time.Now().Add(time.Hour), 100, 0)
	if err != nil || total != 2 || past[0].Closed == nil || past[1].Closed == nil {
		t.Errorf("%+v, %v", past, err)
	}
}

func TestNoticesReachEveryProcessUntilTheyEnd(t *testing.T) {
	pool := postgrestest.New(t, alarm.Migrations)
	s, g := alarm.New(pool), &gauge{}
	a, _ := start(t, pool, g)
	b, _ := start(t, pool, g)
	now := time.Now()
	say := func(text string, minutes float64) (alarm.Notice, error) {
		until := now.Add(time.Duration(minutes * float64(time.Minute)))
		return s.Broadcast(t.Context(), alarm.Notice{Site: site, Text: text, By: "2001", Until: until}, now)
	}
	n, err := say("  京港澳高速\n封闭,\u202e请告知绕行 ", 10)
	if err != nil || n.Text != "京港澳高速 封闭,请告知绕行" {
		t.Fatalf("%+v, %v", n, err)
	}
	shown := func(c *alarm.Centre) int { _, notices := c.Now(site); return len(notices) }
	eventually(t, "both show it", func() bool { return shown(a) == 1 && shown(b) == 1 })
	for _, tt := range []struct {
		text    string
		minutes float64
	}{{" \n\u200b", 10}, {string(make([]rune, 301)) + "字", 0.5}, {"字", 0}, {"字", 60 * 24 * 8}} {
		if _, err := say(tt.text, tt.minutes); !errors.Is(err, alarm.ErrText) {
			t.Errorf("%q for %v minutes: %v", tt.text, tt.minutes, err)
		}
	}
	if err := s.TakeBack(t.Context(), "430200", n.ID, "2001", time.Now()); !errors.Is(err, alarm.ErrNotFound) {
		t.Errorf("from another site: %v", err)
	}
	if err := s.TakeBack(t.Context(), site, n.ID, "2001", time.Now()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "both take it down", func() bool { return shown(a) == 0 && shown(b) == 0 })
	if left, err := s.Notices(t.Context(), site, time.Now()); err != nil || len(left) != 0 {
		t.Errorf("%+v, %v", left, err)
	}
}

func TestRulesKeepTheirHistory(t *testing.T) {
	pool := postgrestest.New(t, alarm.Migrations)
	s := alarm.New(pool)
	ctx, now := t.Context(), time.Now()
	for range 2 {
		if err := s.Found(ctx, site, now); err != nil {
			t.Fatal(err)
		}
	}
	rules, err := s.Rules(ctx, site)
	if err != nil || len(rules) != len(alarm.Traits) {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	r := rules[0]
	if _, err := s.AddRule(ctx, r, now); !errors.Is(err, alarm.ErrExists) {
		t.Errorf("a second rule for the same: %v", err)
	}
	r.Active, r.ChangedBy, r.Quiet = false, "2001", &alarm.Quiet{From: 1320, To: 360}
	changed, err := s.ChangeRule(ctx, r, now)
	if err != nil || changed.Rev != 2 {
		t.Fatalf("%+v, %v", changed, err)
	}
	if _, err := s.ChangeRule(ctx, r, now); !errors.Is(err, alarm.ErrStale) {
		t.Errorf("changed by the older version: %v", err)
	}
	if err := s.RemoveRule(ctx, site, r.ID, "2002", now); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{r.ID, "nonsense"} {
		if err := s.RemoveRule(ctx, site, id, "2002", now); !errors.Is(err, alarm.ErrNotFound) {
			t.Errorf("remove %q: %v", id, err)
		}
	}
	var log string
	err = pool.QueryRow(ctx, `SELECT string_agg(action || ' ' || by, ', ' ORDER BY rev) FROM alarm.rule_log WHERE rule = $1`, r.ID).Scan(&log)
	if err != nil || log != "add , change 2001, remove 2002" {
		t.Errorf("%q, %v", log, err)
	}
	if again, err := s.Rules(ctx, site); err != nil || len(again) != len(rules)-1 {
		t.Errorf("%d rules, %v", len(again), err)
	}
}

// wire stands between the program and Postgres, and can be cut.
type wire struct {
	address, target string
	mu              sync.Mutex
	off             bool
	conns           []net.Conn
}

func wireTo(t *testing.T, address string) *wire {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{target: u.Host}
	u.Host = l.Addr().String()
	w.address = u.String()
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			w.join(near)
		}
	}()
	t.Cleanup(func() { _ = l.Close(); w.cut() })
	return w
}

func (w *wire) join(near net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	far, err := net.Dial("tcp", w.target)
	if err != nil || w.off {
		_ = near.Close()
		return
	}
	w.conns = append(w.conns, near, far)
	for _, pair := range [][2]net.Conn{{near, far}, {far, near}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			_ = pair[0].Close()
		}()
	}
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.off = true
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

func (w *wire) heal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.off = false
}
