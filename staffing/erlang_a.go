package staffing

import (
	"math"
	"time"
)

// erlangA computes the stationary M/M/n+M queue.
//
// With all agents at work and k callers waiting, the next leaves the queue at
// the rate nμ + kθ. The chance of each k follows from that by a recursion, in
// units of the chance of k = 0, and the states with a free agent come from
// Erlang B.
//
// A caller who finds k waiting is served after k+1 departures, a sum V of
// exponential times with the rates nμ, nμ+θ, …, nμ+kθ. Then Y = exp(-θV) has
// the Beta distribution with nμ/θ and k+1, and the chance to be served in time
// is the mean of Y where V is short enough: patience is exponential, so Y is the
// chance to have waited that long.
func (q Queue) erlangA(seats int, within time.Duration) Outcome {
	n := float64(seats)
	theta := 1 / q.Patience.Seconds()
	r := n / (q.Handling.Seconds() * theta) // nμ/θ
	lambda := q.Rate / theta                // λ/θ
	load := q.Load()

	b := Blocking(load, seats)
	free := 0.0 // all states with a free agent
	if b > 0 {
		free = 1/b - 1
	}
	if b == 0 || math.IsInf(free, 1) { // nobody ever waits
		return Outcome{Level: 1, Occupancy: load / n}
	}
	served := beyond{a: r + 1, x: math.Exp(-within.Seconds() * theta), within: within.Seconds() * theta}
	chance, waiting, callers, inTime := 1.0, 0.0, 0.0, 0.0
	for k := 0.0; ; k++ {
		waiting += chance
		callers += k * chance
		inTime += chance * r / (r + k + 1) * served.next()
		ratio := lambda / (r + k + 1)
		chance *= ratio
		if ratio < 1 && chance*(k+1)/(1-ratio) < 1e-12*(waiting+free) {
			break
		}
		if waiting > 1e200 { // keep in range: only proportions count
			const small = 1e-200
			chance, waiting, callers, inTime, free = chance*small, waiting*small, callers*small, inTime*small, free*small
		}
	}
	all := free + waiting
	abandons := callers / all / lambda // θ E[waiting] / λ
	return Outcome{
		Waits:     waiting / all,
		Level:     min(1, (free+inTime)/all),
		Wait:      duration(callers / all / q.Rate),
		Abandons:  min(1, abandons),
		Occupancy: min(1, load*(1-abandons)/n),
	}
}

// beyond gives, one after the other, P(Y > x) for Y with the distribution
// Beta(a, 1), Beta(a, 2), …, where x = exp(-within).
//
// P(Y ≤ x) grows from Beta(a, b) to Beta(a, b+1) by xᵃ(1-x)ᵇ/(b·B(a, b)), which
// is kept as a logarithm, for it may be far below the smallest number.
type beyond struct {
	a, x, within float64
	b            float64 // of the last answer
	below, log   float64 // P(Y ≤ x), and the logarithm of what it grows by next
}

func (y *beyond) next() float64 {
	if y.within <= 0 {
		return 0
	}
	if y.b == 0 {
		y.b = 1
		y.below = math.Exp(-y.a * y.within)
		// b = 1: xᵃ(1-x)/B(a, 1), and 1/B(a, 1) = a
		y.log = -y.a*y.within + math.Log(-math.Expm1(-y.within)) + math.Log(y.a)
		return 1 - y.below
	}
	y.below += math.Exp(y.log)
	y.log += math.Log(-math.Expm1(-y.within)) + math.Log((y.a+y.b)/(y.b+1))
	y.b++
	return max(0, 1-y.below)
}
