package roster

import (
	"fmt"
	"time"
)

// Date is a day as people write it: 2026-11-22.
type Date string

// ParseDate reads a day.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 2000 || t.Year() > 2199 {
		return "", &InputError{Problem: BadDate, Text: clip(s)}
	}
	return Date(s), nil
}

// DateOf is the day of a moment at a place.
func DateOf(t time.Time, where *time.Location) Date { return Date(t.In(where).Format(time.DateOnly)) }

// Add returns the day so many days later.
func (d Date) Add(days int) Date { return DateOf(d.At(0, time.UTC).AddDate(0, 0, days), time.UTC) }

// At is the moment so many minutes by the clock after the day's midnight at a
// place.
func (d Date) At(minutes int, where *time.Location) time.Time {
	t, _ := time.Parse(time.DateOnly, string(d)) // ParseDate has seen it
	return time.Date(t.Year(), t.Month(), t.Day(), minutes/60, minutes%60, 0, 0, where)
}

// Weekday of the day.
func (d Date) Weekday() time.Weekday { return d.At(0, time.UTC).Weekday() }

// Monday is the first day of the day's week.
func (d Date) Monday() Date { return d.Add(-(int(d.Weekday()) + 6) % 7) }

// Until returns how many days later another day is.
func (d Date) Until(later Date) int {
	return int(later.At(0, time.UTC).Sub(d.At(0, time.UTC)).Hours() / 24)
}

// minutesOf reads 08:30, up to 24:00.
func minutesOf(clock string) (int, error) {
	var h, m int
	if len(clock) != 5 || clock[2] != ':' {
		return 0, &InputError{Problem: BadTime, Text: clip(clock)}
	}
	if _, err := fmt.Sscanf(clock, "%02d:%02d", &h, &m); err != nil || h < 0 || m < 0 || m > 59 || h*60+m > day {
		return 0, &InputError{Problem: BadTime, Text: clip(clock)}
	}
	return h*60 + m, nil
}

// clockOf writes minutes from midnight as 08:30; of the next day as well.
func clockOf(minutes int) string {
	if minutes >= day {
		minutes -= day
	}
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}

// day in minutes.
const day = 24 * 60
