package staffing

import (
	"fmt"
	"math"
	"time"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Queue is callers who wait for one group of agents.
type Queue struct {
	Rate     float64       // callers per second
	Handling time.Duration // mean, talk and wrap-up
	Patience time.Duration // mean, until a waiting caller gives up; 0: nobody does (Erlang C)
}

// Load is the offered load in Erlang: how many agents are at work on average
// when nobody gives up.
func (q Queue) Load() float64 { return q.Rate * q.Handling.Seconds() }

// OfArrivals is the queue of so many callers in a time.
func OfArrivals(arrivals float64, in, handling, patience time.Duration) Queue {
	return Queue{Rate: arrivals / in.Seconds(), Handling: handling, Patience: patience}
}

// Outcome is how it goes for callers with a number of seats, in the long run.
type Outcome struct {
	Waits     float64       // share who must wait at all
	Level     float64       // share answered within the target's time
	Wait      time.Duration // mean, of all callers; Endless when more come than can be served
	Abandons  float64       // share who give up
	Occupancy float64       // share of their time that agents are at work on calls
}

// Endless is the wait in a queue that only grows.
const Endless = time.Duration(math.MaxInt64)

// Target is what must be reached.
type Target struct {
	Level     float64       // least share answered, 0 to 1
	Within    time.Duration // of entering the queue
	Occupancy float64       // most share of their time that agents are at work; 0: no cap
}

// MetBy reports whether an outcome is good enough.
func (t Target) MetBy(o Outcome) bool {
	return o.Level >= t.Level && (t.Occupancy <= 0 || o.Occupancy <= t.Occupancy)
}

// With tells how it goes with a number of seats, by Erlang C or, when callers
// have patience, by Erlang A.
func (q Queue) With(seats int, within time.Duration) Outcome {
	switch {
	case q.Rate <= 0 || q.Handling <= 0:
		return Outcome{Level: 1}
	case seats <= 0 && q.Patience <= 0:
		return Outcome{Waits: 1, Wait: Endless}
	case seats <= 0:
		return Outcome{Waits: 1, Wait: q.Patience, Abandons: 1}
	case q.Patience <= 0:
		return q.erlangC(seats, within)
	}
	return q.erlangA(seats, within)
}

// Seats is the least number of seats that meet a target. More seats never make
// it worse, so the search may leap. A target that no number of seats meets, as
// all callers at once, is an InputError.
func (q Queue) Seats(t Target) (int, error) {
	if q.Load() <= 0 {
		return 0, nil
	}
	if t.Level >= 1 || t.Within < 0 {
		return 0, invalid("a target of %g within %v cannot be met", t.Level, t.Within)
	}
	enough := func(n int) bool { return t.MetBy(q.With(n, t.Within)) }
	low, high := 0, max(1, int(q.Load()))
	for !enough(high) {
		if high >= mostServers {
			return 0, invalid("no number of seats meets a target of %g within %v", t.Level, t.Within)
		}
		low, high = high, high+max(1, high/4)
	}
	for high-low > 1 {
		if middle := (low + high) / 2; enough(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high, nil
}

// Rostered is how many people must be on the roster so that so many sit at
// their desks, when a share of the paid time is lost to breaks, training and
// absence (shrinkage, 0 to below 1).
func Rostered(seats int, shrinkage float64) int {
	if shrinkage <= 0 {
		return seats
	}
	return int(math.Ceil(float64(seats)/(1-shrinkage) - 1e-9))
}

// InputError refuses figures that make no sense. Field is spelled as the API
// spells it.
type InputError struct{ Field, Reason string }

func (e *InputError) Error() string { return "staffing: " + e.Field + " " + e.Reason }

// Kind lets the edge choose an answer.
func (e *InputError) Kind() errkind.Kind { return errkind.Invalid }

func invalid(format string, args ...any) error {
	return &InputError{Field: "target", Reason: fmt.Sprintf(format, args...)}
}
