package staffing

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"time"
)

// Handling is the distribution of handling times in a simulation.
type Handling string

// The distributions. Measured handling times look more like the lognormal one;
// the formulas assume the exponential one.
const (
	Exponential Handling = "exponential"
	Lognormal   Handling = "lognormal" // with the spread of Simulation.Spread
)

// Simulation is a queue played caller by caller.
type Simulation struct {
	Queue
	Seats    int
	Within   time.Duration
	Handling Handling
	Spread   float64 // lognormal: standard deviation as a share of the mean
	Callers  int     // who are counted; a tenth more come before, to fill the queue
	Seed     uint64
}

// Simulated is what came out. Level lies within ±Margin with 95 % confidence:
// the callers are cut into batches, whose means are nearly independent.
type Simulated struct {
	Level, Margin float64
	Waits         float64
	Wait          time.Duration
	Abandons      float64
	Occupancy     float64
}

// batches of a simulation, and the 97.5 % point of Student's t for 19 degrees
// of freedom.
const (
	batches  = 20
	student  = 2.093
	fewest   = 10 * batches // callers
	warmUp   = 10           // one in so many callers comes before counting
	stopWait = 1e9          // seconds; a queue that only grows need not go on
)

// Run plays the simulation. The same seed gives the same result.
func (s Simulation) Run() Simulated {
	if s.Rate <= 0 || s.Queue.Handling <= 0 {
		return Simulated{Level: 1}
	}
	count := max(fewest, s.Callers) / batches * batches
	r := rand.New(rand.NewPCG(s.Seed, 12328))
	draw := s.draw(r)
	seats := make(freeAt, max(0, s.Seats))
	var sum tally
	inTime := [batches]int{}
	now, began := 0.0, 0.0
	for i := -count / warmUp; i < count; i++ {
		now += r.ExpFloat64() / s.Rate
		if i == 0 {
			began = now
		}
		wait, work, served := seats.serve(now, draw, s.patience(r))
		if i < 0 {
			continue
		}
		sum.add(wait, work, served)
		if served && wait <= s.Within.Seconds() {
			inTime[i*batches/count]++
		}
		if wait > stopWait {
			break
		}
	}
	return sum.result(inTime, count, now-began, s.Seats)
}

// patience of one caller, in seconds.
func (s Simulation) patience(r *rand.Rand) float64 {
	if s.Patience <= 0 {
		return math.Inf(1)
	}
	return r.ExpFloat64() * s.Patience.Seconds()
}

// draw returns a function that gives handling times in seconds.
func (s Simulation) draw(r *rand.Rand) func() float64 {
	mean := s.Queue.Handling.Seconds()
	if s.Handling != Lognormal || s.Spread <= 0 {
		return func() float64 { return r.ExpFloat64() * mean }
	}
	variance := math.Log1p(s.Spread * s.Spread)
	mu, sigma := math.Log(mean)-variance/2, math.Sqrt(variance)
	return func() float64 { return math.Exp(mu + sigma*r.NormFloat64()) }
}

// freeAt is when each seat is free again, the earliest first. Callers are
// served in the order of their coming, so each takes the seat that is free
// first, unless patience ends before.
type freeAt []float64

func (f freeAt) serve(now float64, handling func() float64, patience float64) (wait, work float64, served bool) {
	if len(f) == 0 {
		if math.IsInf(patience, 1) {
			return 2 * stopWait, 0, false
		}
		return patience, 0, false
	}
	wait = max(0, f[0]-now)
	if wait > patience {
		return patience, 0, false
	}
	work = handling()
	f[0] = now + wait + work
	heap.Fix(f, 0)
	return wait, work, true
}

// heap.Interface.
func (f freeAt) Len() int           { return len(f) }
func (f freeAt) Less(i, j int) bool { return f[i] < f[j] }
func (f freeAt) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f freeAt) Push(any)           {}
func (f freeAt) Pop() any           { return nil }

// tally counts callers.
type tally struct {
	waited, left int
	wait, work   float64
}

func (t *tally) add(wait, work float64, served bool) {
	if wait > 0 {
		t.waited++
	}
	if !served {
		t.left++
	}
	t.wait += wait
	t.work += work
}

func (t tally) result(inTime [batches]int, count int, took float64, seats int) Simulated {
	mean, spread := 0.0, 0.0
	for _, n := range inTime {
		mean += float64(n) / float64(count)
	}
	for _, n := range inTime {
		d := float64(n)*batches/float64(count) - mean
		spread += d * d
	}
	n := float64(count)
	s := Simulated{
		Level: mean, Margin: student * math.Sqrt(spread/(batches-1)/batches),
		Waits: float64(t.waited) / n, Wait: Endless, Abandons: float64(t.left) / n,
	}
	if wait := t.wait / n; wait < stopWait/batches {
		s.Wait = time.Duration(wait * float64(time.Second))
	}
	if seats > 0 && took > 0 {
		s.Occupancy = min(1, t.work/took/float64(seats))
	}
	return s
}
