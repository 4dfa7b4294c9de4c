package staffing

import (
	"math"
	"time"
)

// Delay is the Erlang C formula: the share of callers who must wait, for a
// load in Erlang, when nobody gives up. It is 1 when the load is too much.
func Delay(load float64, seats int) float64 {
	n := float64(seats)
	switch {
	case load <= 0:
		return 0
	case load >= n:
		return 1
	}
	b := Blocking(load, seats)
	return n * b / (n - load*(1-b))
}

// erlangC has load above 0.
func (q Queue) erlangC(seats int, within time.Duration) Outcome {
	load, n := q.Load(), float64(seats)
	if load >= n {
		return Outcome{Waits: 1, Wait: Endless, Occupancy: 1}
	}
	c := Delay(load, seats)
	spare := (n - load) / q.Handling.Seconds() // at which the queue empties, per second
	return Outcome{
		Waits: c, Level: 1 - c*math.Exp(-spare*within.Seconds()),
		Wait: duration(c / spare), Occupancy: load / n,
	}
}

// duration of seconds, however many.
func duration(seconds float64) time.Duration {
	if seconds >= Endless.Seconds() {
		return Endless
	}
	return time.Duration(seconds * float64(time.Second))
}
