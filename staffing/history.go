package staffing

import "time"

// History is what the past tells.
type History struct {
	Intervals []Interval
	Means     Means
}

// Means are measured over some time; zero: nothing was there to measure.
type Means struct {
	Answered   int           // talks that were measured
	Talk       time.Duration // of a talk
	WrapUp     time.Duration // after a talk
	IVR        time.Duration // from the arrival to the queue
	Patience   time.Duration // all time waited, for each caller who gave up
	SelfServed float64       // share of calls that never asked for a person
}

// enoughTalks is from how many talks on their means are worth more than our
// defaults.
const enoughTalks = 30

// With returns the inputs with what has been measured, as far as that is
// enough and makes sense.
func (in Inputs) With(m Means) Inputs {
	if m.Answered < enoughTalks {
		return in
	}
	measured := in
	for _, f := range []struct {
		to        *time.Duration
		from, low time.Duration
		high      time.Duration
	}{
		{&measured.Talk, m.Talk, 5 * time.Second, time.Hour},
		{&measured.WrapUp, m.WrapUp, 0, time.Hour},
		{&measured.IVR, m.IVR, 0, 30 * time.Minute},
		{&measured.Patience, m.Patience, 5 * time.Second, 30 * time.Minute},
	} {
		if f.from > 0 {
			*f.to = min(max(f.from.Round(time.Second), f.low), f.high)
		}
	}
	measured.SelfServed = min(max(m.SelfServed, 0), 0.95)
	return measured
}
