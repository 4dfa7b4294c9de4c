package dialplan

import (
	"fmt"
	"time"
)

// China is the time of day of the whole country (UTC+8, no summer time).
var China = time.FixedZone("CST", 8*60*60)

// Clock is a time of day in minutes after midnight, written "08:30"; "24:00"
// is the end of the day.
type Clock int

const endOfDay Clock = 24 * 60

// ParseClock reads "08:30".
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", s)
	switch {
	case s == "24:00":
		return endOfDay, nil
	case err != nil || len(s) != len("15:04"):
		return 0, fmt.Errorf("read time of day %q: want hh:mm from 00:00 to 24:00", clip(s))
	}
	return Clock(t.Hour()*60 + t.Minute()), nil
}

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText implements encoding.TextMarshaler.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *Clock) UnmarshalText(text []byte) (err error) {
	*c, err = ParseClock(string(text))
	return err
}

// Window is a time in which the office is open. If To is not after From, it
// passes midnight and ends on the next day; it belongs to the day it begins.
type Window struct {
	Day      time.Weekday
	From, To Clock
}

// Weekdays makes the same window for every day from Monday to Friday.
func Weekdays(from, to Clock) []Window {
	var out []Window
	for day := time.Monday; day <= time.Friday; day++ {
		out = append(out, Window{Day: day, From: from, To: to})
	}
	return out
}

// DayKind is what the calendar says of a day.
type DayKind string

// The kinds of day. Ordinary days go by the day of the week.
const (
	Ordinary   DayKind = ""
	HolidayDay DayKind = "holiday"  // statutory holiday 法定节假日
	WorkDay    DayKind = "work_day" // make-up work day 调休
)

// Date is a day of the calendar.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day of a moment, in that moment's own time zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// Calendar knows holidays and make-up work days.
type Calendar interface {
	Kind(Date) DayKind
}

// Days is a Calendar kept as a table.
type Days map[Date]DayKind

// Kind implements Calendar.
func (d Days) Kind(day Date) DayKind { return d[day] }

// Hours are the opening hours of a site. The zero value is always closed.
type Hours struct {
	AlwaysOpen bool     // 7×24, as the guide asks of human answer
	Weekly     []Window // an ordinary week
	OnHoliday  []Window // on statutory holidays; Day is ignored; none: closed
	Calendar   Calendar // nil: no day is special
	Location   *time.Location
}

// Open reports whether the office is open at a moment.
func (h Hours) Open(at time.Time) bool {
	if h.AlwaysOpen {
		return true
	}
	at = at.In(h.location())
	now := clockOf(at)
	today := DateOf(at)
	for _, w := range h.windows(today) {
		if now >= w.From && (now < w.To || w.passesMidnight()) {
			return true
		}
	}
	for _, w := range h.windows(today.before()) {
		if w.passesMidnight() && now < w.To {
			return true
		}
	}
	return false
}

// Holiday reports whether a moment falls on a statutory holiday. A weekend is
// none.
func (h Hours) Holiday(at time.Time) bool {
	return h.kind(DateOf(at.In(h.location()))) == HolidayDay
}

func (w Window) passesMidnight() bool { return w.To <= w.From }

func (h Hours) location() *time.Location {
	if h.Location == nil {
		return China
	}
	return h.Location
}

func (h Hours) kind(day Date) DayKind {
	if h.Calendar == nil {
		return Ordinary
	}
	return h.Calendar.Kind(day)
}

// windows are those that begin on a day.
func (h Hours) windows(day Date) []Window {
	switch h.kind(day) {
	case HolidayDay:
		return h.OnHoliday
	case WorkDay:
		if on := h.on(day.weekday()); len(on) > 0 {
			return on
		}
		// A make-up day is worked like the first working day of the week.
		for d := time.Monday; d <= time.Friday; d++ {
			if on := h.on(d); len(on) > 0 {
				return on
			}
		}
		return nil
	}
	return h.on(day.weekday())
}

func (h Hours) on(day time.Weekday) []Window {
	var out []Window
	for _, w := range h.Weekly {
		if w.Day == day {
			out = append(out, w)
		}
	}
	return out
}

func (d Date) noon() time.Time       { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }
func (d Date) weekday() time.Weekday { return d.noon().Weekday() }
func (d Date) before() Date          { return DateOf(d.noon().AddDate(0, 0, -1)) }
