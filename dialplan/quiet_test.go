package dialplan

import (
	"testing"
	"time"
)

func TestQuietHoursEndInTheMorning(t *testing.T) {
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 12, day, hour, minute, 0, 0, China) }
	for _, c := range []struct {
		quiet     string
		now, ends time.Time
	}{
		{"21:00-08:00", at(30, 20, 59), at(30, 20, 59)},
		{"21:00-08:00", at(30, 21, 0), at(31, 8, 0)},
		{"21:00-08:00", at(31, 23, 59), at(32, 8, 0)},
		{"21:00-08:00", at(31, 0, 0), at(31, 8, 0)},
		{"21:00-08:00", at(31, 7, 59), at(31, 8, 0)},
		{"21:00-08:00", at(31, 8, 0), at(31, 8, 0)},
		{"12:00-14:30", at(31, 12, 0), at(31, 14, 30)},
		{"12:00-14:30", at(31, 14, 30), at(31, 14, 30)},
		{"22:00-24:00", at(31, 23, 0), at(32, 0, 0)},
		{"22:00-00:00", at(31, 23, 0), at(32, 0, 0)},
		{"24:00-06:30", at(31, 0, 0), at(31, 6, 30)},
	} {
		q, err := ParseQuiet(c.quiet)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.Ends(c.now); !got.Equal(c.ends) || q.Holds(c.now) != !c.ends.Equal(c.now) {
			t.Errorf("%s at %s: ends %s, holds %v", c.quiet, c.now, got, q.Holds(c.now))
		}
	}
	if !Night(at(30, 21, 0)) || Night(at(30, 8, 0)) || UsualQuiet.String() != "21:00-08:00" {
		t.Error("the usual night is not from 21:00 to 08:00")
	}
}

func TestNightIsTheFlowsOwnWhereItSaysSo(t *testing.T) {
	const steps = `steps:
  x: {do: branch, cases: [{when: Night, next: late}], else: day}
  late: {do: hangup}
  day: {do: hangup}
`
	now := time.Date(2026, 3, 4, 22, 0, 0, 0, China)
	for src, want := range map[string]string{
		"flow: t\n" + steps:                         "day", // as the site says
		"flow: t\nquiet: \"21:30-07:00\"\n" + steps: "late",
	} {
		if p, _ := play(parsed(t, src), Facts{Now: now}, Begin{}); p.Step != want {
			t.Errorf("%sleads to %s", src, p.Step)
		}
	}
}

func FuzzParseQuiet(f *testing.F) {
	for _, s := range []string{"21:00-08:00", "24:00-00:00", "-", "１:００-08:00"} {
		f.Add(s)
	}
	now := time.Date(2026, 3, 4, 0, 0, 0, 0, China)
	f.Fuzz(func(t *testing.T, s string) {
		q, err := ParseQuiet(s)
		if err != nil {
			return
		}
		for minute := range 24 * 60 {
			at := now.Add(time.Duration(minute) * time.Minute)
			if end := q.Ends(at); q.Holds(end) || end.Before(at) || end.Sub(at) > 24*time.Hour {
				t.Fatalf("%s at %s ends %s", q, at, end)
			}
		}
	})
}
