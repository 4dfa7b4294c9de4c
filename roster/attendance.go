package roster

import "time"

// State is how it stands with a person's shift.
type State string

// The states.
const (
	Planned   State = "planned"    // has not begun
	Due       State = "due"        // has begun, the tolerance is not over, and the person is not there
	Here      State = "here"       // at work now
	OnBreak   State = "break"      // at work now, and on a break
	Late      State = "late"       // not there, and should be
	Absent    State = "absent"     // not there for longer; of a shift that is over: never was
	LeftEarly State = "left_early" // was there and has signed out before the end
	Worked    State = "worked"     // over
	OnLeave   State = "leave"
)

// Missing reports whether the person should be at work now and is not.
func (s State) Missing() bool { return s == Late || s == Absent || s == LeftEarly }

// Attendance is what became of an assignment.
type Attendance struct {
	Assignment
	State    State
	Since    time.Time  // of the state; of who is missing: since when
	First    *time.Time // signed in; may be before the begin
	Last     *time.Time // signed out; nil while signed in
	LateBy   time.Duration
	EarlyBy  time.Duration // left before the end
	AwayFor  time.Duration // signed out in between, outside of planned breaks
	Presence time.Duration // at work within the shift
}

// Judge compares an assignment with a person's times at work, which come in
// order. isBreak tells the reasons of being not ready that are breaks.
func (r Rules) Judge(a Assignment, leave bool, stays []Stay, now time.Time, isBreak func(reason string) bool) Attendance {
	at := Attendance{Assignment: a, Since: a.Starts}
	if leave {
		at.State = OnLeave
		return at
	}
	until := earlier(now, a.Ends)
	var last Stay
	for _, s := range stays {
		end := s.To
		if end.IsZero() {
			end = now
		}
		if !s.From.Before(until) || !end.After(a.Starts) {
			continue
		}
		if at.First == nil {
			first := s.From
			at.First = &first
		} else if gap := s.From.Sub(last.To); gap > 0 {
			at.AwayFor += max(0, gap-a.breaksWithin(last.To, s.From))
		}
		at.Presence += earlier(end, until).Sub(later(s.From, a.Starts))
		last = s
	}
	if at.First != nil && at.First.After(a.Starts.Add(r.Tolerance)) {
		at.LateBy = at.First.Sub(a.Starts)
	}
	if !last.To.IsZero() {
		at.Last = &last.To
	}
	at.State, at.Since = r.state(a, at, last, now, isBreak)
	if at.State == Worked && at.Last != nil && at.Last.Before(a.Ends.Add(-r.Tolerance)) {
		at.EarlyBy = a.Ends.Sub(*at.Last)
	}
	return at
}

// state of an assignment of somebody who is not on leave. last is the latest
// time at work within the shift.
func (r Rules) state(a Assignment, at Attendance, last Stay, now time.Time, isBreak func(string) bool) (State, time.Time) {
	missing := now.Sub(a.Starts)
	over := !now.Before(a.Ends)
	switch {
	case now.Before(a.Starts):
		return Planned, a.Starts
	case at.First == nil && (over || missing >= r.Absent):
		return Absent, a.Starts
	case over:
		return Worked, a.Ends
	case at.First == nil && missing >= r.Tolerance:
		return Late, a.Starts
	case at.First == nil:
		return Due, a.Starts
	case !last.To.IsZero() && a.breaksWithin(now, now.Add(time.Minute)) > 0:
		return OnBreak, last.To
	case !last.To.IsZero():
		return LeftEarly, last.To
	case last.State == notReady && isBreak(last.Reason):
		return OnBreak, last.From
	}
	return Here, last.From
}

// breaksWithin is how much of a time lies in the windows of the planned breaks.
func (a Assignment) breaksWithin(from, to time.Time) time.Duration {
	var all time.Duration
	for _, b := range a.Breaks {
		opens, closes := a.moment(b.Earliest), a.moment(b.Latest)
		if within := earlier(to, closes).Sub(later(from, opens)); within > 0 {
			all += min(within, time.Duration(b.Minutes)*time.Minute)
		}
	}
	return all
}

// moment turns minutes of the shift's day into a moment: they are counted by
// the clock of the place that Starts is told in.
func (a Assignment) moment(minutes int) time.Time { return a.Date.At(minutes, a.Starts.Location()) }

// In returns the assignment told by the clock of a place.
func (a Assignment) In(where *time.Location) Assignment {
	a.Starts, a.Ends = a.Starts.In(where), a.Ends.In(where)
	return a
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
