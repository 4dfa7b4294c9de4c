package staffing_test

import (
	"errors"
	"math"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/staffing"
)

// blocking by the definition, with factorials that never round.
func blocking(load float64, lines int) float64 {
	a := new(big.Float).SetPrec(400).SetFloat64(load)
	term := new(big.Float).SetPrec(400).SetInt64(1)
	sum := new(big.Float).SetPrec(400).SetInt64(1)
	for n := 1; n <= lines; n++ {
		term.Mul(term, a)
		term.Quo(term, new(big.Float).SetInt64(int64(n)))
		sum.Add(sum, term)
	}
	b, _ := term.Quo(term, sum).Float64()
	return b
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > within {
		t.Errorf("%s: %.6g, want %.6g", what, got, want)
	}
}

func TestErlangBIsWhatItsTablesSay(t *testing.T) {
	// The load that so many lines carry with this blocking, as in every printed
	// table of the Erlang B formula.
	for _, e := range []struct {
		lines          int
		blocking, load float64
	}{
		{1, 0.01, 0.0101},
		{2, 0.01, 0.153},
		{5, 0.01, 1.36},
		{10, 0.01, 4.46},
		{20, 0.01, 12.0},
		{30, 0.01, 20.3},
		{50, 0.01, 37.9},
		{100, 0.01, 84.1},
		{10, 0.02, 5.08},
		{20, 0.02, 13.2},
		{100, 0.02, 87.97},
	} {
		near(t, "blocking", staffing.Blocking(e.load, e.lines), e.blocking, e.blocking*0.025) // three digits are printed
		if got := staffing.Trunks(e.load*0.99, e.blocking); got != e.lines {
			t.Errorf("%g Erlang at %g: %d lines, want %d", e.load, e.blocking, got, e.lines)
		}
	}
	for _, e := range []struct {
		load  float64
		lines int
	}{{0.1, 3}, {7.3, 4}, {100, 130}, {900, 900}, {4000, 4100}} {
		want := blocking(e.load, e.lines)
		near(t, "by the definition", staffing.Blocking(e.load, e.lines), want, want*1e-9)
	}
}

func TestErlangCIsWhatThePublishedExampleSays(t *testing.T) {
	// 360 calls in half an hour of 240 s each at 55 agents: the worked example
	// that is all over the literature: 48 Erlang, 23.9 % wait, 8 s on average,
	// agents at work 87.3 % of the time.
	q := staffing.OfArrivals(360, staffing.Slot, 240*time.Second, 0)
	o := q.With(55, 15*time.Second)
	near(t, "load", q.Load(), 48, 1e-9)
	near(t, "waits", o.Waits, 0.239, 0.0006)
	near(t, "level", o.Level, 1-0.239*math.Exp(-7*15/240.), 0.0006)
	near(t, "wait", o.Wait.Seconds(), 8.2, 0.1)
	near(t, "occupancy", o.Occupancy, 0.873, 0.0006)
	for _, e := range []struct {
		load  float64
		seats int
	}{{0.5, 1}, {5, 6}, {48, 55}, {950, 1000}, {4900, 5000}} {
		n, b := float64(e.seats), blocking(e.load, e.seats)
		want := b / (1 - e.load/n*(1-b))
		near(t, "by the definition", staffing.Delay(e.load, e.seats), want, want*1e-9)
	}
}

// servedInTime is the share of callers who are served in time in the M/M/n+M
// queue, computed another way: the chances of the states by cutting the chain
// off, the rest of a caller's way by its differential equations.
func servedInTime(q staffing.Queue, seats int, within time.Duration) (level, waits, abandons float64) {
	const most = 600
	mu, theta, n := 1/q.Handling.Seconds(), 1/q.Patience.Seconds(), float64(seats)
	logs := make([]float64, seats+most)
	for j := 1; j < len(logs); j++ {
		leave := min(float64(j), n)*mu + max(0, float64(j)-n)*theta
		logs[j] = logs[j-1] + math.Log(q.Rate/leave)
	}
	top := 0.0
	for _, l := range logs {
		top = max(top, l)
	}
	all := 0.0
	for j := range logs {
		logs[j] = math.Exp(logs[j] - top)
		all += logs[j]
	}
	// g[k]: served so far, of a caller who found k waiting.
	g := make([]float64, most)
	slope := func(g []float64) []float64 {
		d := make([]float64, most)
		for k := range g {
			before := 1.0
			if k > 0 {
				before = g[k-1]
			}
			ahead := n*mu + float64(k)*theta
			d[k] = ahead*before - (ahead+theta)*g[k]
		}
		return d
	}
	plus := func(a, b []float64, f float64) []float64 {
		c := make([]float64, most)
		for i := range c {
			c[i] = a[i] + f*b[i]
		}
		return c
	}
	const steps = 4000
	h := within.Seconds() / steps
	for range steps {
		k1 := slope(g)
		k2 := slope(plus(g, k1, h/2))
		k3 := slope(plus(g, k2, h/2))
		k4 := slope(plus(g, k3, h))
		for i := range g {
			g[i] += h / 6 * (k1[i] + 2*k2[i] + 2*k3[i] + k4[i])
		}
	}
	for j, p := range logs {
		if j < seats {
			level += p / all
			continue
		}
		waits += p / all
		level += p / all * g[j-seats]
		abandons += p / all * float64(j-seats) * theta / q.Rate
	}
	return level, waits, abandons
}

func TestErlangAAgreesWithItsDifferentialEquations(t *testing.T) {
	for _, e := range []struct {
		arrivals float64
		seats    int
		patience time.Duration
	}{
		{10, 2, time.Minute},
		{60, 6, 2 * time.Minute},
		{60, 10, 30 * time.Second},
		{360, 48, time.Minute},
		{360, 40, 3 * time.Minute},
		{600, 70, 20 * time.Second},
	} {
		q := staffing.OfArrivals(e.arrivals, staffing.Slot, 180*time.Second, e.patience)
		o := q.With(e.seats, 10*time.Second)
		level, waits, abandons := servedInTime(q, e.seats, 10*time.Second)
		near(t, "level", o.Level, level, 1e-7)
		near(t, "waits", o.Waits, waits, 1e-9)
		near(t, "abandons", o.Abandons, abandons, 1e-9)
		near(t, "wait", o.Wait.Seconds(), abandons*e.patience.Seconds(), 1e-6) // Little's law
	}
}

// anyQueue draws a queue of a hotline.
func anyQueue(t *rapid.T) staffing.Queue {
	return staffing.OfArrivals(rapid.Float64Range(0.5, 3000).Draw(t, "arrivals"), staffing.Slot,
		time.Duration(rapid.IntRange(20, 900).Draw(t, "handling"))*time.Second,
		time.Duration(rapid.IntRange(20, 900).Draw(t, "patience"))*time.Second)
}

func TestMoreSeatsAreNeverWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyQueue(t)
		if rapid.Bool().Draw(t, "nobody gives up") {
			q.Patience = 0
		}
		within := time.Duration(rapid.IntRange(0, 60).Draw(t, "within")) * time.Second
		n := rapid.IntRange(1, 2+int(2*q.Load())).Draw(t, "seats")
		a, b := q.With(n, within), q.With(n+1, within)
		const hair = 1e-9
		if b.Waits > a.Waits+hair || b.Wait-1 > a.Wait || b.Level < a.Level-hair || b.Abandons > a.Abandons+hair || b.Occupancy > a.Occupancy+hair {
			t.Fatalf("%d seats: %+v, one more: %+v", n, a, b)
		}
		for _, share := range []float64{a.Waits, a.Level, a.Abandons, a.Occupancy} {
			if math.IsNaN(share) || share < 0 || share > 1+hair {
				t.Fatalf("%d seats: %+v", n, a)
			}
		}
	})
}

func TestWhoGivesUpMakesRoomForTheOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyQueue(t)
		c := a
		c.Patience = 0
		n := rapid.IntRange(1, 2+int(2*a.Load())).Draw(t, "seats")
		with, without := a.With(n, 0), c.With(n, 0)
		if with.Waits > without.Waits+1e-9 || with.Wait-1 > without.Wait {
			t.Fatalf("%d seats: %+v, without patience %+v", n, with, without)
		}
		// Seats to wait no longer than a while, and to be free at once.
		target := staffing.Target{Level: rapid.Float64Range(0.5, 0.95).Draw(t, "level")}
		na, err := a.Seats(target)
		nc, errC := c.Seats(target)
		if err != nil || errC != nil || na > nc {
			t.Fatalf("Erlang A wants %d, Erlang C %d (%v %v)", na, nc, err, errC)
		}
	})
}

func TestErlangANeedsNoMoreSeatsThanCForTheTradesTarget(t *testing.T) {
	target := staffing.Defaults().Target
	rapid.Check(t, func(t *rapid.T) {
		a := anyQueue(t)
		// Who gives up within the 10 s counts against the level: with less
		// patience than that, formula A may ask for more.
		a.Patience = max(a.Patience, time.Minute)
		c := a
		c.Patience = 0
		na, err := a.Seats(target)
		nc, errC := c.Seats(target)
		if err != nil || errC != nil || na > nc {
			t.Fatalf("%+v: Erlang A wants %d, Erlang C %d (%v %v)", a, na, nc, err, errC)
		}
		o := a.With(na, target.Within)
		if !target.MetBy(o) || na > 1 && target.MetBy(a.With(na-1, target.Within)) {
			t.Fatalf("%d seats are not the least: %+v", na, o)
		}
	})
}

func TestPatienceWithoutEndIsErlangC(t *testing.T) {
	q := staffing.OfArrivals(360, staffing.Slot, 240*time.Second, 1000*time.Hour)
	c := q
	c.Patience = 0
	a, want := q.With(55, 15*time.Second), c.With(55, 15*time.Second)
	near(t, "level", a.Level, want.Level, 1e-4)
	near(t, "waits", a.Waits, want.Waits, 1e-3)
	near(t, "wait", a.Wait.Seconds(), want.Wait.Seconds(), 0.05)
}

func TestThousandsOfSeatsStayInRange(t *testing.T) {
	for _, patience := range []time.Duration{0, 5 * time.Second, 2 * time.Minute, 30 * time.Minute} {
		q := staffing.OfArrivals(50_000, staffing.Slot, 300*time.Second, patience) // 8,333 Erlang
		began := time.Now()
		n, err := q.Seats(staffing.Target{Level: 0.8, Within: 10 * time.Second})
		if err != nil || n < 6000 || n > 9000 {
			t.Errorf("patience %v: %d seats, %v", patience, n, err)
		}
		half := q.With(n/2, 10*time.Second)
		if patience > 0 {
			near(t, "half the seats serve half the callers", half.Abandons, 1-float64(n/2)/q.Load(), 0.01)
		} else if half.Wait != staffing.Endless {
			t.Errorf("half the seats: %+v", half)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("patience %v took %v", patience, took)
		}
	}
}

func TestSimulationAgreesWithTheFormulas(t *testing.T) {
	outside := 0
	cases := []struct {
		arrivals float64
		patience time.Duration
	}{{3, 0}, {12, 0}, {60, 0}, {360, 0}, {3, time.Minute}, {12, time.Minute}, {60, 2 * time.Minute}, {360, 2 * time.Minute}, {1500, time.Minute}}
	for i, e := range cases {
		q := staffing.OfArrivals(e.arrivals, staffing.Slot, 180*time.Second, e.patience)
		n, err := q.Seats(staffing.Target{Level: 0.8, Within: 10 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		want := q.With(n, 10*time.Second)
		s := staffing.Simulation{Queue: q, Seats: n, Within: 10 * time.Second, Callers: 200_000, Seed: uint64(i)}
		got := s.Run()
		if got != s.Run() {
			t.Error("the same seed gives another result")
		}
		if math.Abs(got.Level-want.Level) > got.Margin {
			outside++
		}
		near(t, "level", got.Level, want.Level, 3*got.Margin)
		near(t, "waits", got.Waits, want.Waits, 0.03)
		near(t, "abandons", got.Abandons, want.Abandons, 0.01)
		near(t, "wait", got.Wait.Seconds(), want.Wait.Seconds(), 0.2+0.15*want.Wait.Seconds())
		near(t, "occupancy", got.Occupancy, want.Occupancy, 0.02)
		if got.Margin > 0.03 {
			t.Errorf("margin %g", got.Margin)
		}
	}
	if outside > 3 { // one in twenty is to be expected
		t.Errorf("%d of %d lie outside of the interval that holds 95 %%", outside, len(cases))
	}
}

func TestSimulationOfNobodyAndOfTooMany(t *testing.T) {
	if got := (staffing.Simulation{Seats: 3}).Run(); got.Level != 1 || got.Wait != 0 {
		t.Errorf("nobody calls: %+v", got)
	}
	q := staffing.OfArrivals(600, staffing.Slot, 180*time.Second, 0)
	for _, seats := range []int{0, 5} {
		if got := (staffing.Simulation{Queue: q, Seats: seats, Callers: 20_000}).Run(); got.Level > 0.01 {
			t.Errorf("%d seats: %+v", seats, got)
		}
	}
	steady := staffing.Simulation{Queue: q, Seats: 65, Within: 10 * time.Second, Callers: 100_000, Handling: staffing.Lognormal, Spread: 0.3}
	wild := steady
	wild.Spread = 2
	if a, b := steady.Run(), wild.Run(); a.Wait >= b.Wait {
		t.Errorf("talks of uneven length should wait longer: %v and %v", a.Wait, b.Wait)
	}
}

func TestRosterMakesUpForWhatIsLost(t *testing.T) {
	for _, e := range []struct {
		seats     int
		shrinkage float64
		want      int
	}{{0, 0.3, 0}, {7, 0, 7}, {6, 0.25, 8}, {7, 0.3, 10}, {1, 0.3, 2}} {
		if got := staffing.Rostered(e.seats, e.shrinkage); got != e.want {
			t.Errorf("%d seats with %g lost: %d people, want %d", e.seats, e.shrinkage, got, e.want)
		}
	}
}

func TestRowOfAPlan(t *testing.T) {
	in := staffing.Defaults()
	if err := in.Check(); err != nil {
		t.Fatal(err)
	}
	r, err := in.Row(60) // 60 × 180 s in half an hour: 6 Erlang
	if err != nil {
		t.Fatal(err)
	}
	near(t, "load", r.Load, 6, 1e-9)
	if r.SeatsC != 9 || r.SeatsA > r.SeatsC || r.Seats != r.SeatsC || r.Rostered != 12 || r.Expected.Level < 0.8 {
		t.Errorf("%+v", r)
	}
	// 60 callers × (20 s + 150 s + wait) / 1800 s, and 1 % blocking.
	near(t, "trunks", float64(r.Trunks), float64(staffing.Trunks(60*(170+r.Expected.Wait.Seconds())/1800, 0.01)), 0)
	half := in
	half.Factor = 0.5
	if h, err := half.Row(60); err != nil || h.Arrivals != 30 || h.Seats >= r.Seats {
		t.Errorf("adjusted: %+v %v", h, err)
	}
	if e, err := in.Row(0); err != nil || e.Seats != 1 || e.Rostered != 2 || e.SeatsC != 0 || e.Trunks != 0 || e.Expected.Level != 1 {
		t.Errorf("nobody calls: %+v %v", e, err)
	}
	if o := in.At(r, 6); o.Wait != staffing.Endless || o.Level != 0 {
		t.Errorf("too few on the roster: %+v", o)
	}
}

func TestInputsThatMakeNoSenseAreRefusedByName(t *testing.T) {
	for field, spoil := range map[string]func(*staffing.Inputs){
		"level":           func(in *staffing.Inputs) { in.Level = 1 },
		"withinSeconds":   func(in *staffing.Inputs) { in.Within = -time.Second },
		"talkSeconds":     func(in *staffing.Inputs) { in.Talk = 0 },
		"patienceSeconds": func(in *staffing.Inputs) { in.Patience = 0 },
		"shrinkage":       func(in *staffing.Inputs) { in.Shrinkage = 1 },
		"factor":          func(in *staffing.Inputs) { in.Factor = math.NaN() },
		"model":           func(in *staffing.Inputs) { in.Model = "b" },
		"handling":        func(in *staffing.Inputs) { in.Handling = "" },
	} {
		in := staffing.Defaults()
		spoil(&in)
		wrong, ok := errors.AsType[*staffing.InputError](in.Check())
		if !ok || wrong.Field != field || errkind.Of(wrong) != errkind.Invalid {
			t.Errorf("%s: %v", field, in.Check())
		}
	}
	for _, arrivals := range []float64{-1, math.NaN(), math.Inf(1), staffing.MostArrivals + 1} {
		if _, err := staffing.Defaults().Row(arrivals); errkind.Of(err) != errkind.Invalid {
			t.Errorf("%g arrivals: %v", arrivals, err)
		}
	}
}

func TestForecastTakesTheDaysMostAlike(t *testing.T) {
	where := time.FixedZone("CST", 8*3600)
	monday := time.Date(2026, 11, 2, 9, 10, 0, 0, where)
	kind := func(at time.Time) staffing.DayKind {
		switch {
		case at.Day() == 5:
			return staffing.Holiday
		case at.Weekday() == time.Saturday || at.Weekday() == time.Sunday:
			return staffing.Weekend
		}
		return staffing.Workday
	}
	var history []staffing.Interval
	for day := range 14 { // Monday 2 to Sunday 15; the 5th is a holiday
		at := monday.AddDate(0, 0, day)
		history = append(history, staffing.Interval{At: at, Arrivals: 10 + day}, staffing.Interval{At: at.Add(30 * time.Minute)})
	}
	days := staffing.Gather(history, kind)
	for _, e := range []struct {
		day   int
		kind  staffing.DayKind
		basis staffing.Basis
		days  int
		want  float64 // at 09:00
	}{
		{16, staffing.Workday, staffing.ByWeekday, 2, (10 + 17) / 2.0},
		{19, staffing.Workday, staffing.ByKind, 9, (10 + 11 + 12 + 14 + 17 + 18 + 19 + 20 + 21) / 9.0}, // one Thursday only
		{21, staffing.Weekend, staffing.ByWeekday, 2, (15 + 22) / 2.0},
		{18, staffing.Holiday, staffing.ByKind, 1, 13},
	} {
		f := days.Predict(time.Date(2026, 11, e.day, 0, 0, 0, 0, where), e.kind)
		if f.Basis != e.basis || f.Days != e.days || math.Abs(f.Arrivals[18]-e.want) > 1e-9 || f.Arrivals[19] != 0 {
			t.Errorf("the %d: %s of %d days, %g; want %+v", e.day, f.Basis, f.Days, f.Arrivals[18], e)
		}
	}
	if f := (staffing.Past{}).Predict(monday, staffing.Workday); f.Basis != staffing.Nothing {
		t.Errorf("without history: %+v", f)
	}
	if f := days[:1].Predict(monday, staffing.Weekend); f.Basis != staffing.ByAny {
		t.Errorf("with one Monday for a weekend: %+v", f)
	}
	sum := 0.0
	for _, c := range staffing.Spread(2000) {
		sum += c
	}
	near(t, "a spread day", sum, 2000, 1e-6)
}
