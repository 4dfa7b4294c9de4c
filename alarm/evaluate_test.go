package alarm_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yihaotong/yihaotong/alarm"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// waits is a picture of one queue whose caller has waited so many seconds; less
// than zero: it cannot be told.
func waits(seconds float64) alarm.Picture {
	if seconds < 0 {
		return alarm.Picture{}
	}
	return alarm.Picture{Queues: []alarm.QueuePicture{{Code: "general", Name: "综合业务", Longest: time.Duration(seconds * float64(time.Second))}}}
}

// longest is a rule: wrong above 60 s for 3 s, right again at 30 s for 4 s.
func longest() alarm.Rule {
	return alarm.Rule{
		ID: "r1", Kind: alarm.LongestWait, Threshold: 60, Clear: 30, Hold: 3 * time.Second, Settle: 4 * time.Second,
		Severity: alarm.Warning, Active: true,
	}
}

func TestConditionTakesItsTime(t *testing.T) {
	const unknown = -1
	for _, tt := range []struct {
		name    string
		seconds []float64 // one a second
		want    string    // seconds at which it opens (+) and closes (-)
	}{
		{"never wrong", []float64{0, 59, 60, 60, 60, 60}, ""},
		{"wrong for long enough", []float64{0, 61, 61, 61, 61, 61}, "+4"},
		{"not for long enough", []float64{61, 61, 61, 60, 61, 61, 61, 60}, ""},
		{"between the thresholds it stays", []float64{61, 61, 61, 61, 59, 31, 59, 31, 59}, "+3"},
		{"right for long enough", []float64{61, 61, 61, 61, 0, 0, 0, 0, 0, 0}, "+3 -8"},
		{"right too short", []float64{61, 61, 61, 61, 0, 0, 0, 31, 0, 0, 0, 0, 0}, "+3 -12"},
		{"and again", []float64{61, 61, 61, 61, 0, 0, 0, 0, 0, 61, 61, 61, 61}, "+3 -8 +12"},
		{"unknown begins nothing", []float64{61, 61, unknown, 61, 61, 61, 61}, "+6"},
		{"unknown ends nothing", []float64{61, 61, 61, 61, unknown, unknown, 0, 0, unknown, 0, 0, 0, 0, 0}, "+3 -13"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			state := alarm.State{}
			var got []string
			for i, v := range tt.seconds {
				var changes []alarm.Change
				state, changes = alarm.Evaluate([]alarm.Rule{longest()}, waits(v), state, noon.Add(time.Duration(i)*time.Second))
				for _, c := range changes {
					got = append(got, map[bool]string{false: "+", true: "-"}[c.Ended]+fmt.Sprint(i))
				}
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("%v gives %q, want %q", tt.seconds, s, tt.want)
			}
		})
	}
}

// one evaluates a rule that holds at once and settles at once.
func one(r alarm.Rule, p alarm.Picture) []alarm.Change {
	r.ID, r.Active, r.Hold, r.Settle = "r1", true, 0, 0
	_, changes := alarm.Evaluate([]alarm.Rule{r}, p, alarm.State{}, noon)
	return changes
}

func TestEveryKindIsMeasured(t *testing.T) {
	yes, no, five, ninety := true, false, 5, 90.0
	queue := func(q alarm.QueuePicture) alarm.Picture {
		q.Code = "q"
		return alarm.Picture{Queues: []alarm.QueuePicture{q}}
	}
	trunk := func(l alarm.TrunkPicture) alarm.Picture {
		l.ID = "t"
		return alarm.Picture{Trunks: []alarm.TrunkPicture{l}}
	}
	recent := func(offered, ten, abandoned int) alarm.Picture {
		return alarm.Picture{Recent: &alarm.RecentPicture{Offered: offered, WithinTen: ten, Abandoned: abandoned}}
	}
	cases := map[alarm.Kind]struct {
		threshold   float64
		wrong, good alarm.Picture
	}{
		alarm.LongestWait:      {10, queue(alarm.QueuePicture{Longest: 11 * time.Second}), queue(alarm.QueuePicture{Longest: 10 * time.Second})},
		alarm.Waiting:          {2, queue(alarm.QueuePicture{Waiting: 3}), queue(alarm.QueuePicture{Waiting: 2})},
		alarm.NoReady:          {1, queue(alarm.QueuePicture{Staffed: 1}), queue(alarm.QueuePicture{Ready: 1})},
		alarm.NoStaff:          {2, queue(alarm.QueuePicture{Staffed: 1}), queue(alarm.QueuePicture{Staffed: 2})},
		alarm.TenSecond:        {80, recent(100, 79, 0), recent(100, 80, 0)},
		alarm.Abandonment:      {10, recent(100, 0, 11), recent(9, 0, 9)}, // nine calls say nothing
		alarm.TrunkDown:        {0, trunk(alarm.TrunkPicture{}), trunk(alarm.TrunkPicture{Online: true})},
		alarm.TrunkUse:         {80, trunk(alarm.TrunkPicture{InUse: 25, Most: 30}), trunk(alarm.TrunkPicture{InUse: 1000})},
		alarm.TrunkFailures:    {4, trunk(alarm.TrunkPicture{Failures: 5}), trunk(alarm.TrunkPicture{Failures: 4})},
		alarm.SwitchAway:       {0, alarm.Picture{Switch: &no}, alarm.Picture{Switch: &yes}},
		alarm.RedisAway:        {0, alarm.Picture{Redis: &no}, alarm.Picture{Redis: &yes}},
		alarm.PostgresAway:     {0, alarm.Picture{Postgres: &no}, alarm.Picture{Postgres: &yes}},
		alarm.JournalLag:       {4, alarm.Picture{Lag: &five}, alarm.Picture{}},
		alarm.RecordingsFailed: {4, alarm.Picture{Failed: &five}, alarm.Picture{}},
		alarm.Fraud:            {4, alarm.Picture{Frauds: &five}, alarm.Picture{}},
		alarm.RecordingDisk:    {89, alarm.Picture{RecordingDisk: &ninety}, alarm.Picture{}},
		alarm.DiskUse:          {89, alarm.Picture{Disk: &ninety}, alarm.Picture{}},
		alarm.CPUUse:           {89, alarm.Picture{CPU: &ninety}, alarm.Picture{}},
		alarm.MemoryUse:        {89, alarm.Picture{Memory: &ninety}, alarm.Picture{}},
	}
	for _, trait := range alarm.Traits {
		tt, listed := cases[trait.Kind]
		if !listed {
			t.Errorf("%s is not tested", trait.Kind)
			continue
		}
		r := alarm.Rule{Kind: trait.Kind, Threshold: tt.threshold, Clear: tt.threshold}
		if got := one(r, tt.wrong); len(got) != 1 || got[0].Ended {
			t.Errorf("%s: wrong gives %+v", trait.Kind, got)
		}
		if got := one(r, tt.good); len(got) != 0 {
			t.Errorf("%s: good gives %+v", trait.Kind, got)
		}
		if got := one(r, alarm.Picture{}); len(got) != 0 {
			t.Errorf("%s: unknown gives %+v", trait.Kind, got)
		}
	}
	for _, r := range alarm.Usual("430100") {
		if err := r.Check(); err != nil {
			t.Errorf("a new site's rule %s: %v", r.Kind, err)
		}
	}
}

func TestQuietHoursBeginNothingButEndWhatIs(t *testing.T) {
	r := longest()
	r.Hold, r.Settle = 0, 0
	r.Quiet = &alarm.Quiet{From: 22 * 60, To: 6 * 60}
	where := time.FixedZone("CST", 8*3600)
	at := func(clock string) time.Time {
		tm, err := time.ParseInLocation(time.DateTime, "2026-11-22 "+clock, where)
		if err != nil {
			t.Fatal(err)
		}
		return tm.UTC()
	}
	look := func(s alarm.State, seconds float64, clock string) (alarm.State, int) {
		p := waits(seconds)
		p.Where = where
		next, changes := alarm.Evaluate([]alarm.Rule{r}, p, s, at(clock))
		return next, len(changes)
	}
	for clock, want := range map[string]int{"21:59:59": 1, "22:00:00": 0, "00:00:00": 0, "05:59:59": 0, "06:00:00": 1} {
		if _, n := look(alarm.State{}, 61, clock); n != want {
			t.Errorf("at %s %d begin, want %d", clock, n, want)
		}
	}
	s, _ := look(alarm.State{}, 61, "21:59:59")
	if s, n := look(s, 61, "23:00:00"); n != 0 || len(s) != 1 {
		t.Errorf("what goes on at night is forgotten: %v", s)
	}
	if _, n := look(s, 0, "23:00:00"); n != 1 {
		t.Error("what is right again at night does not end")
	}
}

func TestRulesAndSubjectsThatGoEndTheirEpisodes(t *testing.T) {
	r := longest()
	r.Hold = 0
	open, changes := alarm.Evaluate([]alarm.Rule{r}, waits(61), alarm.State{}, noon)
	if len(changes) != 1 || changes[0].Name != "综合业务" || changes[0].Value != 61 {
		t.Fatalf("%+v", changes)
	}
	idle := r
	idle.Active = false
	mine := r
	mine.ID, mine.Subject, mine.Threshold = "r2", "general", 100
	for _, tt := range []struct {
		name  string
		rules []alarm.Rule
		p     alarm.Picture
		want  alarm.Why
	}{
		{"queue gone", []alarm.Rule{r}, alarm.Picture{Queues: []alarm.QueuePicture{}}, alarm.Gone},
		{"rule gone", nil, waits(61), alarm.Dropped},
		{"rule off", []alarm.Rule{idle}, waits(61), alarm.Dropped},
		{"the queue has its own rule", []alarm.Rule{r, mine}, waits(61), alarm.Dropped},
	} {
		s, changes := alarm.Evaluate(tt.rules, tt.p, open, noon.Add(time.Second))
		if len(s) != 0 || len(changes) != 1 || !changes[0].Ended || changes[0].Why != tt.want {
			t.Errorf("%s: %+v, %+v", tt.name, s, changes)
		}
	}
	if s, changes := alarm.Evaluate([]alarm.Rule{r}, alarm.Picture{}, open, noon.Add(time.Hour)); len(s) != 1 || len(changes) != 0 {
		t.Errorf("unknown: %+v, %+v", s, changes)
	}
}

// TestAlarmsDoNotFlap walks a rule through anything that can be measured.
func TestAlarmsDoNotFlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := longest()
		r.Threshold = rapid.Float64Range(1, 100).Draw(t, "threshold")
		r.Clear = rapid.Float64Range(0, r.Threshold).Draw(t, "clear")
		r.Hold = time.Duration(rapid.IntRange(0, 10).Draw(t, "hold")) * time.Second
		r.Settle = time.Duration(rapid.IntRange(0, 10).Draw(t, "settle")) * time.Second
		state, now := alarm.State{}, noon
		open := false
		var wrongSince, rightSince time.Time // zero: it is not so now
		for range rapid.IntRange(1, 80).Draw(t, "looks") {
			now = now.Add(time.Duration(rapid.IntRange(1, 4000).Draw(t, "ms")) * time.Millisecond)
			v := rapid.OneOf(rapid.Just(-1.0), rapid.Float64Range(0, 110), rapid.Float64Range(r.Clear, r.Threshold)).Draw(t, "value")
			wrong, right := v > r.Threshold, v >= 0 && float64(time.Duration(v*float64(time.Second)).Seconds()) <= r.Clear
			since(&wrongSince, wrong, now)
			since(&rightSince, right, now)
			before := fmt.Sprint(state)
			next, changes := alarm.Evaluate([]alarm.Rule{r}, waits(v), state, now)
			if fmt.Sprint(state) != before {
				t.Fatal("Evaluate changed what it was given")
			}
			if len(changes) > 1 {
				t.Fatalf("two changes at once: %+v", changes)
			}
			for _, c := range changes {
				switch {
				case c.Ended == !open:
					t.Fatalf("open %v, and then %+v", open, c)
				case !c.Ended && (wrongSince.IsZero() || now.Sub(wrongSince) < r.Hold):
					t.Fatalf("opened after %v of %v", now.Sub(wrongSince), r.Hold)
				case c.Ended && (rightSince.IsZero() || now.Sub(rightSince) < r.Settle):
					t.Fatalf("closed after %v of %v", now.Sub(rightSince), r.Settle)
				}
				open = !c.Ended
			}
			switch {
			case !open && !wrongSince.IsZero() && now.Sub(wrongSince) >= r.Hold:
				t.Fatal("did not open in time")
			case open && !rightSince.IsZero() && now.Sub(rightSince) >= r.Settle:
				t.Fatal("did not close in time")
			}
			state = next
		}
	})
}

func since(at *time.Time, is bool, now time.Time) {
	switch {
	case !is:
		*at = time.Time{}
	case at.IsZero():
		*at = now
	}
}

func TestRulesThatMakeNoSenseAreRefused(t *testing.T) {
	for flaw, spoil := range map[alarm.Flaw]func(*alarm.Rule){
		alarm.FlawKind:      func(r *alarm.Rule) { r.Kind = "mood" },
		alarm.FlawSubject:   func(r *alarm.Rule) { r.Kind, r.Subject = alarm.TenSecond, "general" },
		alarm.FlawThreshold: func(r *alarm.Rule) { r.Threshold = 86401 },
		alarm.FlawClear:     func(r *alarm.Rule) { r.Clear = 61 },
		alarm.FlawHold:      func(r *alarm.Rule) { r.Settle = -time.Second },
		alarm.FlawSeverity:  func(r *alarm.Rule) { r.Severity = "" },
		alarm.FlawQuiet:     func(r *alarm.Rule) { r.Quiet = &alarm.Quiet{From: 60, To: 60} },
	} {
		r := longest()
		if err := r.Check(); err != nil {
			t.Fatal(err)
		}
		spoil(&r)
		if err, ok := r.Check().(*alarm.RuleError); !ok || err.Flaw != flaw { //nolint:errorlint // Check wraps nothing
			t.Errorf("%s: %v", flaw, err)
		}
	}
}
