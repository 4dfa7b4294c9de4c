package dialplan

import (
	"encoding/json"
	"testing"
	"time"
)

// The Spring Festival of 2026: 16 and 17 February are holidays, Saturday
// 14 February is worked instead.
var spring = Days{
	{2026, time.February, 14}: WorkDay,
	{2026, time.February, 16}: HolidayDay,
	{2026, time.February, 17}: HolidayDay,
}

func office() Hours { return Hours{Weekly: Weekdays(8*60+30, 17*60+30), Calendar: spring} }

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", s, China)
	if err != nil {
		panic(err)
	}
	return t
}

func TestOfficeHours(t *testing.T) {
	h := office()
	for when, open := range map[string]bool{
		"2026-02-13 08:29:59": false, // Friday
		"2026-02-13 08:30:00": true,
		"2026-02-13 17:29:59": true,
		"2026-02-13 17:30:00": false,
		"2026-02-14 10:00:00": true, // Saturday, worked
		"2026-02-14 18:00:00": false,
		"2026-02-15 10:00:00": false, // Sunday
		"2026-02-16 10:00:00": false, // Monday, holiday
		"2026-02-18 10:00:00": true,
	} {
		if got := h.Open(at(when)); got != open {
			t.Errorf("%s: open %v", when, got)
		}
		if got := h.Open(at(when).UTC()); got != open {
			t.Errorf("%s told in UTC: open %v", when, got)
		}
	}
	if !h.Holiday(at("2026-02-16 10:00:00")) || h.Holiday(at("2026-02-15 10:00:00")) || h.Holiday(at("2026-02-14 10:00:00")) {
		t.Error("a holiday is what the calendar says, no weekend")
	}
}

func TestWindowMayPassMidnight(t *testing.T) {
	h := Hours{
		Weekly:   []Window{{time.Friday, 20 * 60, 6 * 60}, {time.Sunday, 0, 0}},
		Calendar: Days{{2026, time.March, 7}: HolidayDay}, // a Saturday
	}
	for when, open := range map[string]bool{
		"2026-03-06 05:00:00": false,
		"2026-03-06 19:59:59": false,
		"2026-03-06 20:00:00": true,
		"2026-03-06 23:59:59": true,
		"2026-03-07 05:59:59": true, // belongs to Friday, though Saturday is a holiday
		"2026-03-07 06:00:00": false,
		"2026-03-08 00:00:00": true, // a whole day
		"2026-03-08 23:59:59": true,
		"2026-03-09 00:00:00": false,
	} {
		if got := h.Open(at(when)); got != open {
			t.Errorf("%s: open %v", when, got)
		}
	}
}

func TestHolidayHoursAndMakeUpDays(t *testing.T) {
	h := office()
	h.OnHoliday = []Window{{From: 9 * 60, To: 12 * 60}}
	if !h.Open(at("2026-02-16 09:00:00")) || h.Open(at("2026-02-16 12:00:00")) {
		t.Error("holiday hours do not hold")
	}
	h.Weekly = append(h.Weekly, Window{time.Saturday, 10 * 60, 11 * 60})
	if h.Open(at("2026-02-14 09:00:00")) {
		t.Error("a Saturday with hours of its own keeps them when it is worked")
	}
}

func TestAlwaysOpenAndNeverOpen(t *testing.T) {
	if !(Hours{AlwaysOpen: true, Calendar: spring}).Open(at("2026-02-16 03:00:00")) {
		t.Error("7×24 knows no holiday")
	}
	if (Hours{}).Open(at("2026-02-13 10:00:00")) {
		t.Error("no hours, but open")
	}
	if (Hours{Weekly: []Window{}, Calendar: spring}).Open(at("2026-02-14 10:00:00")) {
		t.Error("a work day without hours, but open")
	}
}

func TestClockIsReadStrictly(t *testing.T) {
	for _, good := range []string{"00:00", "08:30", "23:59", "24:00"} {
		var c Clock
		if err := json.Unmarshal([]byte(`"`+good+`"`), &c); err != nil || c.String() != good {
			t.Errorf("%s is read as %s, %v", good, c, err)
		}
	}
	for _, bad := range []string{"", "8:30", "24:01", "25:00", "12:60", "+1:30", "12-30", "12:3x", "八点半00", "\xff\xff:\xff\xff"} {
		if c, err := ParseClock(bad); err == nil {
			t.Errorf("%q is read as %s", bad, c)
		}
	}
}
