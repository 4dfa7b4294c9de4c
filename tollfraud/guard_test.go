package tollfraud_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/postgres"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/tollfraud"
)

const site = "430100"

// china is the time of every site.
func china(string) *time.Location { return noon.Location() }

// process starts a guard as a process of its own would have it.
func process(t *testing.T, pool *pgxpool.Pool) *tollfraud.Guard {
	t.Helper()
	g := tollfraud.NewGuard(tollfraud.NewStore(pool), china, slog.New(slog.NewTextHandler(t.Output(), nil)))
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = g.Run(ctx, site) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	return g
}

// open returns a database whose site may call what Usual allows, with caps.
func open(t *testing.T, caps func(*tollfraud.Caps)) (*tollfraud.Store, *pgxpool.Pool, string) {
	t.Helper()
	pool, address := postgrestest.NewURL(t, tollfraud.Migrations)
	s := tollfraud.NewStore(pool)
	p := tollfraud.Usual("trunk", "073112328")
	if caps != nil {
		caps(&p.Caps)
	}
	if _, err := s.Keep(t.Context(), site, "9001", 0, p, "测试", noon); err != nil {
		t.Fatal(err)
	}
	return s, pool, address
}

func wait(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func live(t *testing.T, s *tollfraud.Store, at time.Time) int {
	t.Helper()
	legs, err := s.Now(t.Context(), site, at)
	if err != nil {
		t.Fatal(err)
	}
	return len(legs)
}

// TestNeverMoreThanTheCapAtOnce lets two processes with pools of their own ask
// at the same time for more than there is.
func TestNeverMoreThanTheCapAtOnce(t *testing.T) {
	const most = 3
	s, pool, address := open(t, func(c *tollfraud.Caps) {
		c.PerTrunk, c.AgentHour, c.AgentDay, c.SiteHour, c.SameNumber = most, 10_000, 10_000, 10_000, 10_000
	})
	second, err := postgres.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(second.Close)
	processes := []*tollfraud.Guard{process(t, pool), process(t, second)}
	herds := rapid.Custom(func(t *rapid.T) herd {
		return herd{
			agents: rapid.IntRange(most+1, 12).Draw(t, "agents"), calls: rapid.IntRange(1, 6).Draw(t, "calls"),
			talk: time.Duration(rapid.IntRange(0, 8).Draw(t, "talk")) * time.Millisecond,
		}
	})
	reached := int64(0)
	for seed := range 12 {
		h := herds.Example(seed)
		worst := h.run(t, processes, seed)
		if worst > most {
			t.Fatalf("%+v: %d at once", h, worst)
		}
		reached = max(reached, worst)
		wait(t, "every place is free again", func() bool { return live(t, s, noon) == 0 })
	}
	if reached != most {
		t.Errorf("only %d at once: nothing was tested", reached)
	}
}

// herd is agents who dial one call after the other, all at the same time.
type herd struct {
	agents, calls int
	talk          time.Duration
}

// run lets the herd dial and returns how many talked at once at most.
func (h herd) run(t *testing.T, processes []*tollfraud.Guard, round int) int64 {
	var mu sync.Mutex
	var talking, worst int64
	count := func(by int64) {
		mu.Lock()
		defer mu.Unlock()
		talking += by
		worst = max(worst, talking)
	}
	var all sync.WaitGroup
	for a := range h.agents {
		all.Go(func() {
			for c := range h.calls {
				g := processes[(a+c)%len(processes)]
				r := ask("13800138000")
				r.Agent, r.Leg = fmt.Sprint("a", a), fmt.Sprintf("leg-%d-%d-%d", round, a, c)
				if _, err := g.Allow(t.Context(), r); err != nil {
					if ground(err) != tollfraud.TrunkFull {
						t.Error(err)
					}
					continue
				}
				count(1)
				time.Sleep(h.talk)
				count(-1)
				g.Ended(r, h.talk, false)
			}
		})
	}
	all.Wait()
	return worst
}

func TestExactlyTheCapIsAllowedToAHerd(t *testing.T) {
	s, pool, address := open(t, func(c *tollfraud.Caps) { c.AgentHour, c.PerTrunk, c.SameNumber = 7, 100, 100 })
	second, err := postgres.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(second.Close)
	processes := []*tollfraud.Guard{process(t, pool), process(t, second)}
	var allowed, refused atomic.Int64
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			r := ask("13800138000")
			r.Leg = fmt.Sprint("leg", i)
			switch _, err := processes[i%2].Allow(t.Context(), r); ground(err) {
			case "":
				allowed.Add(1)
			case tollfraud.AgentHour:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if allowed.Load() != 7 || refused.Load() != 33 || live(t, s, noon) != 7 {
		t.Errorf("%d allowed, %d refused, %d places taken", allowed.Load(), refused.Load(), live(t, s, noon))
	}
	events, total, err := s.Events(t.Context(), tollfraud.EventFilter{Site: site, From: noon, To: noon.Add(time.Second), Kind: tollfraud.Refused, Limit: 5})
	if err != nil || total != 33 || len(events) != 5 {
		t.Fatalf("%d events, %v", total, err)
	}
	if e := events[0]; e.Number != "138****8000" || e.Person != "1001" || e.Ground != tollfraud.AgentHour || e.Most != 7 || e.Call != "call" {
		t.Errorf("%+v", e)
	}
	// An hour later the same agent may go on.
	r := ask("13800138000")
	r.Leg, r.At = "later", noon.Add(time.Hour)
	if _, err := processes[0].Allow(t.Context(), r); err != nil {
		t.Error(err)
	}
}

func TestPlaceOfACrashedCallIsFreeAfterItsLease(t *testing.T) {
	s, pool, _ := open(t, func(c *tollfraud.Caps) { c.PerTrunk, c.Longest = 1, 10 })
	g := process(t, pool)
	r := ask("13800138000")
	if w, err := g.Allow(t.Context(), r); err != nil || w.Longest != 10*time.Minute {
		t.Fatal(w, err)
	}
	if _, err := g.Allow(t.Context(), r); err != nil {
		t.Errorf("asked again for the same leg: %v", err)
	}
	next := ask("13800138001")
	next.Leg, next.At = "next", noon.Add(12*time.Minute)
	if _, err := g.Allow(t.Context(), next); ground(err) != tollfraud.TrunkFull {
		t.Errorf("before its lease has ended: %v", err)
	}
	next.At = noon.Add(14 * time.Minute)
	if _, err := g.Allow(t.Context(), next); err != nil {
		t.Errorf("after: %v", err)
	}
	if n := live(t, s, next.At); n != 1 {
		t.Errorf("%d places", n)
	}
}

func TestSecondAttemptOfALegTakesThePlaceOfTheFirst(t *testing.T) {
	s, pool, _ := open(t, func(c *tollfraud.Caps) { c.PerTrunk, c.AgentHour = 1, 2 })
	g := process(t, pool)
	first, second, third := ask("13800138000"), ask("13800138001"), ask("13800138002")
	second.At, third.At = noon.Add(time.Second), noon.Add(2*time.Second)
	if _, err := g.Allow(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Allow(t.Context(), second); err != nil {
		t.Fatalf("on the place of the first: %v", err)
	}
	g.Ended(first, 0, false) // told late: it must not end the second
	flush := ask("110")
	flush.Leg, flush.At = "flush", noon.Add(-time.Hour)
	if _, err := g.Allow(t.Context(), flush); err != nil {
		t.Fatal(err)
	}
	wait(t, "what was told is written", func() bool { return live(t, s, noon) == 2 })
	if _, err := g.Allow(t.Context(), third); ground(err) != tollfraud.AgentHour {
		t.Errorf("both attempts count: %v", err)
	}
}

func TestSwitchStopsEverythingButEmergencies(t *testing.T) {
	s, pool, _ := open(t, nil)
	g := process(t, pool)
	ctx := t.Context()
	if _, err := s.Turn(ctx, site, "9001", true, "x", noon); !errors.Is(err, tollfraud.ErrNoReason) {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := s.Turn(ctx, site, "9001", true, "疑似盗打", noon); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Turn(ctx, site, "9001", true, "再来一次", noon); !errors.Is(err, tollfraud.ErrSwitched) {
		t.Errorf("twice: %v", err)
	}
	for number, want := range map[string]tollfraud.Ground{"13800138000": tollfraud.Locked, "12395": "", "110": ""} {
		r := ask(number)
		r.Leg = number
		if _, err := g.Allow(ctx, r); ground(err) != want {
			t.Errorf("%s: %v", number, err)
		}
	}
	if w, err := s.SwitchOf(ctx, site); err != nil || !w.Locked || w.Person != "9001" || w.Reason != "疑似盗打" {
		t.Errorf("%+v %v", w, err)
	}
	if _, err := s.Turn(ctx, site, "9001", false, "已排查", noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Allow(ctx, ask("13800138000")); err != nil {
		t.Error(err)
	}
	events, _, err := s.Events(ctx, tollfraud.EventFilter{Site: site, From: noon.Add(-time.Hour), To: noon.Add(time.Hour), Limit: 10})
	var kinds []string
	for _, e := range events {
		kinds = append(kinds, string(e.Kind))
	}
	if got := strings.Join(kinds, " "); err != nil || strings.Count(got, "lock") != 2 || !strings.Contains(got, "refused") || !strings.Contains(got, "policy") {
		t.Errorf("%s %v", got, err)
	}
}

func TestCutIsAnIncident(t *testing.T) {
	s, pool, _ := open(t, nil)
	g := process(t, pool)
	r := ask("13800138000")
	r.At = time.Now()
	r.Agent = ""
	if _, err := g.Allow(t.Context(), r); err != nil && ground(err) != tollfraud.AtNight {
		t.Fatal(err)
	}
	before := r.At.Add(-time.Second)
	g.Ended(r, time.Hour, true)
	var cuts []tollfraud.Event
	wait(t, "the cut is told", func() bool {
		cuts = nil
		found, err := s.Since(t.Context(), before)
		for _, e := range found {
			if e.Kind == tollfraud.Cut {
				cuts = append(cuts, e)
			}
		}
		return err == nil && len(cuts) > 0
	})
	if e := cuts[0]; e.Kind != tollfraud.Cut || e.Ground != tollfraud.TooLong || e.Number != "138****8000" || e.Most != 60 {
		t.Errorf("%+v", e)
	}
	if more, err := s.Since(t.Context(), cuts[0].At.Add(time.Second)); err != nil || len(more) != 0 {
		t.Errorf("told again: %v %v", more, err)
	}
}

func TestWithoutPostgresOnlyEmergenciesPass(t *testing.T) {
	_, pool, _ := open(t, nil)
	g := process(t, pool)
	pool.Close()
	began := time.Now()
	if _, err := g.Allow(t.Context(), ask("12122")); err != nil {
		t.Errorf("an emergency: %v", err)
	}
	if took := time.Since(began); took > 50*time.Millisecond {
		t.Errorf("an emergency waits %v for the database", took)
	}
	for _, number := range []string{"13800138000", "12306"} {
		r := ask(number)
		r.Standing = tollfraud.Referral
		_, err := g.Allow(t.Context(), r)
		if ground(err) != tollfraud.Unknown || errkind.Of(err) != errkind.Unavailable {
			t.Errorf("%s: %v", number, err)
		}
	}
	if _, err := g.Allow(t.Context(), ask("*72")); ground(err) != tollfraud.BadNumber {
		t.Error(err)
	}
}

func TestHungDatabaseDoesNotHoldWhoDials(t *testing.T) {
	_, pool, _ := open(t, nil)
	g := process(t, pool)
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock($1)`, int64(0x12328_0002)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := g.Allow(t.Context(), ask("13800138000")); ground(err) != tollfraud.Unknown {
		t.Error(err)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("waited %v", took)
	}
}

func TestAnswersWithinMilliseconds(t *testing.T) {
	_, pool, _ := open(t, func(c *tollfraud.Caps) {
		c.AgentHour, c.AgentDay, c.SiteHour, c.SameNumber, c.PerTrunk = 10_000, 10_000, 10_000, 10_000, 1000
	})
	g := process(t, pool)
	const calls = 200
	var slowest, all time.Duration
	for i := range calls {
		r := ask("13800138000")
		r.Leg = fmt.Sprint("leg", i)
		began := time.Now()
		if _, err := g.Allow(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		all, slowest = all+took, max(slowest, took)
		g.Ended(r, 0, false)
	}
	t.Logf("%v on average, %v at most", all/calls, slowest)
	if all/calls > 100*time.Millisecond {
		t.Errorf("%v on average", all/calls)
	}
}

func TestRulesKeepTheirHistoryAndOneWinner(t *testing.T) {
	s, _, _ := open(t, nil)
	ctx := t.Context()
	v, err := s.Current(ctx, site)
	if err != nil || v.Rev != 1 {
		t.Fatal(v, err)
	}
	if other, err := s.Current(ctx, "430200"); err != nil || other.Rev != 0 || other.Policy.Trunk != "" {
		t.Errorf("a site without rules: %+v %v", other, err)
	}
	var won atomic.Int64
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			p := v.Policy
			p.Caps.AgentHour = 40 + i
			switch _, err := s.Keep(ctx, site, "9001", 1, p, "调整上限", noon); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, tollfraud.ErrStale):
				t.Error(err)
			}
		})
	}
	all.Wait()
	history, err := s.Versions(ctx, site, 10)
	if won.Load() != 1 || err != nil || len(history) != 2 || history[0].Rev != 2 || history[1].Policy.Caps.AgentHour != 30 {
		t.Errorf("%d won, %+v %v", won.Load(), history, err)
	}
	bad := v.Policy
	bad.Caps.Longest = 0
	if _, err := s.Keep(ctx, site, "9001", 2, bad, "", noon); errkind.Of(err) != errkind.Invalid {
		t.Error(err)
	}
}

func TestTryingANumberCountsNothing(t *testing.T) {
	s, _, _ := open(t, func(c *tollfraud.Caps) { c.PerTrunk = 1 })
	for range 3 {
		r := ask("13800138000")
		if w, err := s.Would(t.Context(), r); err != nil || w.Trunk != "trunk" {
			t.Fatal(w, err)
		}
	}
	r := ask("0085212345678")
	if _, err := s.Would(t.Context(), r); ground(err) != tollfraud.Forbidden {
		t.Error(err)
	}
	if n, err := s.Since(t.Context(), noon.Add(-time.Hour)); live(t, s, noon) != 0 || len(n) != 0 || err != nil {
		t.Error("it left a trace")
	}
}
