package quality

import "time"

// deadline is the end of the n-th working day after a moment, in that moment's
// own time zone; nil when n is 0. A year without working days ends it.
func deadline(from time.Time, n int, works func(day time.Time) bool) *time.Time {
	if n <= 0 {
		return nil
	}
	day := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, from.Location())
	for range 366 {
		day = day.AddDate(0, 0, 1)
		if works(day) {
			n--
		}
		if n == 0 {
			break
		}
	}
	end := day.AddDate(0, 0, 1)
	return &end
}

// week is the begin of the week (Monday) in which a moment lies, in its own time
// zone.
func week(t time.Time) time.Time {
	back := (int(t.Weekday()) + 6) % 7
	return time.Date(t.Year(), t.Month(), t.Day()-back, 0, 0, 0, 0, t.Location())
}
