package dialplan

import (
	"fmt"
	"strings"
	"time"
)

// Quiet are hours in which nobody wants to be called: from From to To, as a
// rule over midnight.
type Quiet struct{ From, To Clock }

// UsualQuiet holds unless a flow or a step says otherwise.
var UsualQuiet = Quiet{From: 21 * 60, To: 8 * 60}

// Night reports whether a moment, in the site's time zone, lies in the usual
// quiet hours.
func Night(at time.Time) bool { return UsualQuiet.Holds(at) }

// ParseQuiet reads "21:00-08:00".
func ParseQuiet(s string) (Quiet, error) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return Quiet{}, fmt.Errorf("read quiet hours %q: want hh:mm-hh:mm, such as %s", clip(s), UsualQuiet)
	}
	var q Quiet
	var err error
	if q.From, err = ParseClock(from); err != nil {
		return Quiet{}, err
	}
	if q.To, err = ParseClock(to); err != nil {
		return Quiet{}, err
	}
	if q.From%endOfDay == q.To%endOfDay {
		return Quiet{}, fmt.Errorf("read quiet hours %q: they begin and end at the same time", clip(s))
	}
	return q, nil
}

func (q Quiet) String() string { return q.From.String() + "-" + q.To.String() }

// Holds reports whether a moment lies in the quiet hours of its own time zone.
func (q Quiet) Holds(at time.Time) bool {
	now := clockOf(at)
	if q.From < q.To {
		return now >= q.From && now < q.To
	}
	return now >= q.From || now < q.To
}

// Ends is the first moment from at on that is not quiet: at itself, unless it
// lies in the quiet hours.
func (q Quiet) Ends(at time.Time) time.Time {
	if !q.Holds(at) {
		return at
	}
	y, m, d := at.Date()
	if clockOf(at) >= q.To { // they end tomorrow
		d++
	}
	return time.Date(y, m, d, int(q.To)/60, int(q.To)%60, 0, 0, at.Location())
}

// clockOf is the time of day of a moment, in that moment's own time zone.
func clockOf(at time.Time) Clock {
	hour, minute, _ := at.Clock()
	return Clock(hour*60 + minute)
}
