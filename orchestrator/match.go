package orchestrator

import (
	"cmp"
	"slices"
	"time"
)

// Pair is a caller and the agent who should take the call.
type Pair struct {
	Place Place
	Agent Agent
}

// ageing is the wait that counts as much as one step of priority, so that
// nobody starves behind favoured callers.
const ageing = 2 * time.Minute

// Match decides who takes whom: callers in order of priority (aged by
// waiting), then of entry; for each the free agent who has every skill wanted
// and has been idle longest. Nobody is given twice.
func Match(waiting []Place, agents []Agent, now time.Time) []Pair {
	free := make([]Agent, 0, len(agents))
	for _, a := range agents {
		if a.Free() {
			free = append(free, a)
		}
	}
	if len(free) == 0 || len(waiting) == 0 {
		return nil
	}
	slices.SortFunc(free, func(a, b Agent) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
	})
	var pairs []Pair
	for _, p := range inOrder(waiting, now) {
		i := slices.IndexFunc(free, func(a Agent) bool { return a.Fits(p.Skills) })
		if i < 0 {
			continue
		}
		pairs = append(pairs, Pair{p, free[i]})
		if free = slices.Delete(free, i, i+1); len(free) == 0 {
			break
		}
	}
	return pairs
}

// Fits reports whether the agent has all the skills.
func (a Agent) Fits(skills []string) bool {
	for _, s := range skills {
		if a.Skills[s] <= 0 {
			return false
		}
	}
	return true
}

// inOrder returns the callers as they will be served.
func inOrder(waiting []Place, now time.Time) []Place {
	order := slices.Clone(waiting)
	slices.SortFunc(order, func(a, b Place) int {
		return cmp.Or(
			cmp.Compare(b.rank(now), a.rank(now)),
			a.Entered.Compare(b.Entered),
			cmp.Compare(a.Call, b.Call),
		)
	})
	return order
}

// rank is the priority, aged by waiting.
func (p Place) rank(now time.Time) int {
	return p.Priority + int(max(0, now.Sub(p.Entered))/ageing)
}

// Ahead counts the callers of the same queue who will be served before p.
func Ahead(p Place, waiting []Place, now time.Time) int {
	n := 0
	for _, w := range inOrder(waiting, now) {
		if w.Call == p.Call {
			return n
		}
		if w.Queue == p.Queue {
			n++
		}
	}
	return n
}

// Pace is how long agents are busy with one call, from talk to ready again,
// as a moving average.
type Pace struct{ mean time.Duration }

// paceWeight is the share of the newest call in the mean.
const paceWeight = 0.1

// firstPace is assumed until calls have been handled: three minutes, the
// usual length of an inquiry with its wrap-up.
const firstPace = 3 * time.Minute

// Took takes one more call into account.
func (p *Pace) Took(d time.Duration) {
	if p.mean == 0 {
		p.mean = d
		return
	}
	p.mean += time.Duration(paceWeight * float64(d-p.mean))
}

// Wait estimates how long somebody with so many callers ahead waits when so
// many agents work; below zero when nobody does: unknown.
func (p Pace) Wait(ahead, staffed int) time.Duration {
	if staffed == 0 {
		return -1
	}
	mean := p.mean
	if mean == 0 {
		mean = firstPace
	}
	return mean * time.Duration(ahead+1) / time.Duration(staffed)
}
