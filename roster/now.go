package roster

import (
	"context"
	"slices"
	"strings"
	"time"
)

// slack is how much before and after a shift somebody may be at work without
// being unexpected.
const slack = time.Hour

// Extra is somebody at work whom the roster does not expect.
type Extra struct {
	Person string
	Since  time.Time
}

// Present is who should be at work at a moment, and who is.
type Present struct {
	Expected   []Attendance // who is missing first, then by number
	Unexpected []Extra
}

// Breaks tells the reasons of being not ready that are breaks.
type Breaks func(reason string) bool

// Now compares the roster with who is at work.
func (s *Store) Now(ctx context.Context, site string, where *time.Location, now time.Time, isBreak Breaks) (Present, error) {
	today := DateOf(now, where)
	all, err := s.judge(ctx, site, where, today.Add(-1), today.Add(1), now, false, isBreak)
	if err != nil {
		return Present{}, err
	}
	var p Present
	near := map[string]bool{}
	for _, a := range all.Attendances {
		if a.State == OnLeave {
			continue
		}
		if !now.Before(a.Starts.Add(-slack)) && now.Before(a.Ends.Add(slack)) {
			near[a.Person] = true
		}
		if !now.Before(a.Starts) && now.Before(a.Ends) {
			p.Expected = append(p.Expected, a)
		}
	}
	slices.SortStableFunc(p.Expected, func(a, b Attendance) int {
		if a.State.Missing() != b.State.Missing() {
			if a.State.Missing() {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Person, b.Person)
	})
	for person, stays := range all.stays {
		if since := atWork(stays); !near[person] && !since.IsZero() {
			p.Unexpected = append(p.Unexpected, Extra{person, since})
		}
	}
	slices.SortFunc(p.Unexpected, func(a, b Extra) int { return strings.Compare(a.Person, b.Person) })
	return p, nil
}

// atWork is since when somebody has been signed in without a break; zero: is
// not.
func atWork(stays []Stay) time.Time {
	n := len(stays)
	if n == 0 || !stays[n-1].To.IsZero() {
		return time.Time{}
	}
	since := stays[n-1].From
	for i := n - 2; i >= 0 && stays[i].To.Equal(since); i-- {
		since = stays[i].From
	}
	return since
}

// Judged are days with what became of them.
type Judged struct {
	Attendances []Attendance
	Plan        Plan
	stays       map[string][]Stay
}

// Days judges the assignments of the days from one to another, both included.
func (s *Store) Days(ctx context.Context, site string, where *time.Location, from, to Date, now time.Time, isBreak Breaks) (Judged, error) {
	return s.judge(ctx, site, where, from, to, now, from.Until(to) > 2, isBreak)
}

func (s *Store) judge(ctx context.Context, site string, where *time.Location, from, to Date, now time.Time, brief bool, isBreak Breaks) (Judged, error) {
	rules, err := s.Rules(ctx, site)
	if err != nil {
		return Judged{}, err
	}
	plan, err := s.Plan(ctx, site, from, to)
	if err != nil {
		return Judged{}, err
	}
	// A shift of the last day may end on the next.
	moves, err := s.Moves(ctx, site, from.At(0, where).Add(-slack), to.Add(2).At(0, where), brief)
	if err != nil {
		return Judged{}, err
	}
	moves = slices.DeleteFunc(moves, func(m Move) bool { return m.At.After(now) })
	all := Judged{Plan: plan, stays: Stays(moves)}
	for _, a := range plan.Assignments {
		all.Attendances = append(all.Attendances,
			rules.Judge(a.In(where), plan.Away(a.Person, a.Date), all.stays[a.Person], now, isBreak))
	}
	return all, nil
}
