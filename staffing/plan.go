package staffing

import (
	"math"
	"time"
)

// Model says which formula the seats are chosen by.
type Model string

// The models.
const (
	ErlangC Model = "c" // nobody gives up: the cautious one
	ErlangA Model = "a" // callers give up when their patience ends
)

// Inputs are the figures that a plan is made with.
type Inputs struct {
	Target
	Talk       time.Duration // mean
	WrapUp     time.Duration // mean, after the talk
	Patience   time.Duration // mean
	IVR        time.Duration // mean, on the line before the queue
	SelfServed float64       // share of all calls that never ask for a person
	Model      Model
	Shrinkage  float64 // share of paid time lost to breaks, training, absence
	Blocking   float64 // most share of calls that may find all lines taken
	Factor     float64 // by which the forecast is adjusted; 1: as it is
	MinSeats   int     // at any hour

	Handling Handling // of the simulation
	Spread   float64
}

// Defaults are the inputs to begin with. The target is the trade's: 80 % in
// 10 s. The rest is our own, until there is a history.
func Defaults() Inputs {
	return Inputs{
		Target: Target{Level: 0.8, Within: 10 * time.Second, Occupancy: 0.85},
		Talk:   2*time.Minute + 30*time.Second, WrapUp: 30 * time.Second, Patience: 2 * time.Minute,
		IVR: 20 * time.Second, Model: ErlangC, Shrinkage: 0.25, Blocking: 0.01, Factor: 1, MinSeats: 1,
		Handling: Exponential, Spread: 1,
	}
}

// Check refuses inputs that make no sense, or would keep the machine busy for
// nothing.
func (in Inputs) Check() error {
	seconds := func(d time.Duration) float64 { return d.Seconds() }
	for _, f := range []struct {
		name             string
		value, low, high float64
	}{
		{"level", in.Level, 0.01, 0.999},
		{"withinSeconds", seconds(in.Within), 0, 600},
		{"occupancy", in.Occupancy, 0.1, 1},
		{"talkSeconds", seconds(in.Talk), 1, 3600},
		{"wrapUpSeconds", seconds(in.WrapUp), 0, 3600},
		{"patienceSeconds", seconds(in.Patience), 5, 1800},
		{"ivrSeconds", seconds(in.IVR), 0, 1800},
		{"selfServed", in.SelfServed, 0, 0.99},
		{"shrinkage", in.Shrinkage, 0, 0.8},
		{"blocking", in.Blocking, 0.0001, 0.5},
		{"factor", in.Factor, 0.01, 100},
		{"minSeats", float64(in.MinSeats), 0, 1000},
		{"spread", in.Spread, 0.01, 5},
	} {
		if math.IsNaN(f.value) || f.value < f.low || f.value > f.high {
			return &InputError{Field: f.name, Reason: "is out of range"}
		}
	}
	if in.Model != ErlangA && in.Model != ErlangC {
		return &InputError{Field: "model", Reason: "is not known"}
	}
	if in.Handling != Exponential && in.Handling != Lognormal {
		return &InputError{Field: "handling", Reason: "is not known"}
	}
	return nil
}

// MostArrivals bounds the callers of a half hour.
const MostArrivals = 20_000

// Row is a half hour of a plan.
type Row struct {
	Arrivals float64 // callers who ask for a person, after the adjustment
	Load     float64 // offered to the agents, in Erlang
	SeatsC   int     // that meet the target when nobody gives up
	SeatsA   int     // that meet it when callers give up
	Seats    int     // by the chosen model, and never below the minimum
	Rostered int     // people on the roster for that
	Trunks   int
	Expected Outcome // with Seats, by the chosen model
}

// queue of a half hour by the chosen model.
func (in Inputs) queue(arrivals float64, m Model) Queue {
	q := OfArrivals(arrivals, Slot, in.Talk+in.WrapUp, in.Patience)
	if m == ErlangC {
		q.Patience = 0
	}
	return q
}

// Row computes a half hour from the callers forecast for it.
func (in Inputs) Row(forecast float64) (Row, error) {
	r := Row{Arrivals: forecast * in.Factor}
	if math.IsNaN(r.Arrivals) || r.Arrivals < 0 || r.Arrivals > MostArrivals {
		return Row{}, &InputError{Field: "arrivals", Reason: "is out of range"}
	}
	var err error
	if r.SeatsC, err = in.queue(r.Arrivals, ErlangC).Seats(in.Target); err != nil {
		return Row{}, err
	}
	if r.SeatsA, err = in.queue(r.Arrivals, ErlangA).Seats(in.Target); err != nil {
		return Row{}, err
	}
	r.Seats = r.SeatsC
	if in.Model == ErlangA {
		r.Seats = r.SeatsA
	}
	r.Seats = max(r.Seats, in.MinSeats)
	q := in.queue(r.Arrivals, in.Model)
	r.Load, r.Expected = q.Load(), q.With(r.Seats, in.Within)
	r.Rostered = Rostered(r.Seats, in.Shrinkage)
	r.Trunks = Trunks(in.lineLoad(r), in.Blocking)
	return r, nil
}

// lineLoad is what a half hour brings to the lines: a caller holds one through
// the automatic service, the wait and the talk, but not through the wrap-up.
func (in Inputs) lineLoad(r Row) float64 {
	each := in.IVR + time.Duration((1-r.Expected.Abandons)*float64(in.Talk))
	if r.Expected.Wait < time.Hour {
		each += r.Expected.Wait
	}
	selfServed := r.Arrivals * in.SelfServed / (1 - in.SelfServed)
	return (r.Arrivals*each.Seconds() + selfServed*in.IVR.Seconds()) / Slot.Seconds()
}

// At tells how it would go in a half hour with another number of people at
// their desks, as those of the roster.
func (in Inputs) At(r Row, seats int) Outcome {
	return in.queue(r.Arrivals, in.Model).With(seats, in.Within)
}

// Simulate plays a half hour of the plan, as if it went on, with so many
// callers.
func (in Inputs) Simulate(r Row, callers int, seed uint64) Simulated {
	return Simulation{
		Queue: in.queue(r.Arrivals, in.Model), Seats: r.Seats, Within: in.Within,
		Handling: in.Handling, Spread: in.Spread, Callers: callers, Seed: seed,
	}.Run()
}
