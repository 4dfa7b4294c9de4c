package roster

import (
	"context"
	"slices"
	"time"
)

// PlannedBreak is when a person should take a break.
type PlannedBreak struct {
	Break
	From, To time.Time // proposed
	Opens    time.Time // the window
	Closes   time.Time
	State    BreakState
}

// BreakState is how it stands with a planned break.
type BreakState string

// The states.
const (
	BreakLater BreakState = "later"
	BreakNow   BreakState = "now"   // the proposed time has come, and it has not been taken
	BreakTaken BreakState = "taken" // at least half of it
	BreakPast  BreakState = "past"  // the window is over
)

// Stagger proposes when each person takes the planned breaks of a shift, so
// that those who have it together do not all leave at once: their breaks are
// spread over the window in the order of their numbers.
func Stagger(a Assignment, together []string) []PlannedBreak {
	together = slices.Sorted(slices.Values(together))
	i, n := slices.Index(together, a.Person), len(together)
	var breaks []PlannedBreak
	for _, b := range a.Breaks {
		room := max(1, (b.Latest-b.Earliest)/b.Minutes) // breaks one after the other
		turn := max(0, i) % room
		if n > 0 && n <= room {
			turn = max(0, i) * room / n
		}
		from := b.Earliest + turn*b.Minutes
		breaks = append(breaks, PlannedBreak{
			Break: b, From: a.moment(from), To: a.moment(from + b.Minutes), Opens: a.moment(b.Earliest), Closes: a.moment(b.Latest),
		})
	}
	slices.SortStableFunc(breaks, func(a, b PlannedBreak) int { return a.From.Compare(b.From) })
	return breaks
}

// judge says how it stands with a break, by the person's times at work.
func (b PlannedBreak) judge(stays []Stay, now time.Time) BreakState {
	var taken time.Duration
	for _, s := range stays {
		if s.State != notReady || s.Reason != b.Reason {
			continue
		}
		end := s.To
		if end.IsZero() {
			end = now
		}
		taken += max(0, earlier(end, b.Closes).Sub(later(s.From, b.Opens)))
	}
	switch {
	case taken >= time.Duration(b.Minutes)*time.Minute/2:
		return BreakTaken
	case !now.Before(b.Closes):
		return BreakPast
	case now.Before(b.From):
		return BreakLater
	}
	return BreakNow
}

// MyShift is a person's shift now, or the next within a day, with its breaks.
type MyShift struct {
	Assignment
	Breaks []PlannedBreak
}

// Mine returns a person's shift that goes on, or the next within a day; nil:
// there is none.
func (s *Store) Mine(ctx context.Context, site, person string, where *time.Location, now time.Time) (*MyShift, error) {
	today := DateOf(now, where)
	plan, err := s.Plan(ctx, site, today.Add(-1), today.Add(1))
	if err != nil {
		return nil, err
	}
	var mine *Assignment
	for _, a := range plan.Expected() {
		if a.Person == person && now.Before(a.Ends) && (mine == nil || a.Starts.Before(mine.Starts)) {
			mine = &a
		}
	}
	if mine == nil || mine.Starts.Sub(now) > 24*time.Hour {
		return nil, nil
	}
	var together []string
	for _, a := range plan.Expected() {
		if a.Shift == mine.Shift && a.Date == mine.Date {
			together = append(together, a.Person)
		}
	}
	my := &MyShift{Assignment: mine.In(where)}
	my.Breaks = Stagger(my.Assignment, together)
	if len(my.Breaks) == 0 {
		return my, nil
	}
	moves, err := s.Moves(ctx, site, mine.Starts.Add(-slack), now.Add(time.Second), false)
	if err != nil {
		return nil, err
	}
	stays := Stays(moves)[person]
	for i, b := range my.Breaks {
		my.Breaks[i].State = b.judge(stays, now)
	}
	return my, nil
}

// Next is the break to take next; nil: none is left.
func (m *MyShift) Next() *PlannedBreak {
	if m == nil {
		return nil
	}
	for _, b := range m.Breaks {
		if b.State == BreakNow || b.State == BreakLater {
			return &b
		}
	}
	return nil
}
