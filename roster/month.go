package roster

import "time"

// Sheet is a person's attendance over some days.
type Sheet struct {
	Person  string
	Days    []Attendance  // by begin
	Due     int           // shifts that are over and not on leave
	Worked  int           // of these, those the person came to
	Late    int           // of these, late
	Early   int           // of these, left early
	Absent  int           // of those due, never came
	Leave   int           // shifts on leave
	LateFor time.Duration // in all
	Planned time.Duration // hours of the shifts due
	Present time.Duration // at work within the shifts
}

// Sheets sums up days by person; a shift that is not over counts only once it
// is.
func Sheets(days []Attendance, now time.Time) map[string]Sheet {
	sheets := map[string]Sheet{}
	for _, a := range days {
		s := sheets[a.Person]
		s.Person = a.Person
		s.Days = append(s.Days, a)
		s.add(a, now)
		sheets[a.Person] = s
	}
	return sheets
}

func (s *Sheet) add(a Attendance, now time.Time) {
	switch {
	case a.State == OnLeave:
		s.Leave++
		return
	case a.State != Worked && (a.State != Absent || now.Before(a.Ends)):
		return
	}
	s.Due++
	s.Planned += a.Ends.Sub(a.Starts)
	s.Present += a.Presence
	if a.State == Absent {
		s.Absent++
		return
	}
	s.Worked++
	if a.LateBy > 0 {
		s.Late++
		s.LateFor += a.LateBy
	}
	if a.EarlyBy > 0 {
		s.Early++
	}
}
