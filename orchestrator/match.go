package orchestrator

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
)

// Pair is a caller and the agent who should take the call.
type Pair struct {
	Place  Place
	Agent  Agent
	Reason string // why this agent, see Chosen…
}

// ageing is the wait that counts as much as one step of priority, so that
// nobody starves behind favoured callers.
const ageing = 2 * time.Minute

// Match decides who takes whom: callers in order of priority (aged by
// waiting), then of entry; for each the agent of the last conversation, if the
// caller is kept for that one, otherwise of the free agents who have every
// skill wanted the longest idle (or, where the queue wants it, the best
// skilled). Nobody is given twice. Callbacks before their time are passed over.
func Match(waiting []Place, agents []Agent, queues map[QueueID]Queue, now time.Time) []Pair {
	free := make([]Agent, 0, len(agents))
	staffed := map[AgentID]bool{}
	for _, a := range agents {
		if a.Free() {
			free = append(free, a)
		}
		staffed[a.ID] = a.Staffed()
	}
	if len(free) == 0 || len(waiting) == 0 {
		return nil
	}
	slices.SortFunc(free, func(a, b Agent) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
	})
	var pairs []Pair
	for _, p := range inOrder(waiting, now) {
		if p.early(now) {
			continue
		}
		i, reason := choose(p, free, queues[p.Queue].ByLevel)
		if p.Prefer != "" && now.Before(p.PreferUntil) && staffed[p.Prefer] && reason != ChosenLast {
			continue // kept for somebody who is at work
		}
		if i < 0 {
			continue
		}
		pairs = append(pairs, Pair{p, free[i], reason})
		if free = slices.Delete(free, i, i+1); len(free) == 0 {
			break
		}
	}
	return pairs
}

// Why an agent was chosen.
const (
	ChosenLast   = "chosen:last_agent"
	ChosenIdle   = "chosen:longest_idle"
	ChosenLevel  = "chosen:highest_level"
	ChosenByHand = "chosen:by_hand"
)

// choose picks one of the free agents, who are in order of their idleness.
func choose(p Place, free []Agent, byLevel bool) (int, string) {
	if i := slices.IndexFunc(free, func(a Agent) bool { return a.ID == p.Prefer && a.Fits(p) }); i >= 0 {
		return i, ChosenLast
	}
	best, reason := -1, ChosenIdle
	for i, a := range free {
		switch {
		case !a.Fits(p):
		case best < 0:
			best = i
		case byLevel && a.levels(p) > free[best].levels(p):
			best = i
		}
	}
	if byLevel {
		reason = ChosenLevel
	}
	return best, reason
}

// Fits reports whether the agent has all the skills, at the levels wanted.
func (a Agent) Fits(p Place) bool {
	for _, s := range p.Skills {
		if a.Level(s) < max(1, p.Levels[s]) {
			return false
		}
	}
	return true
}

// levels sums the agent's levels of the skills wanted.
func (a Agent) levels(p Place) int {
	sum := 0
	for _, s := range p.Skills {
		sum += a.Level(s)
	}
	return sum
}

// early reports whether a callback must wait for the time of day.
func (p Place) early(now time.Time) bool {
	return p.Callback != "" && (now.Before(p.Due) || (p.Quiet != dialplan.Quiet{} && p.Quiet.Holds(now.In(dialplan.China))))
}

// Why a caller waits. Names follow the colon.
const (
	WaitsNobody   = "nobody_signed_in"
	WaitsSkill    = "skill:"
	WaitsBusy     = "all_busy"
	WaitsNotReady = "nobody_ready"
	WaitsPrefer   = "preferred_agent:"
	WaitsBehind   = "position:"
	WaitsEarly    = "callback_not_due"
)

// Reasons tells why a caller gets nobody now.
func Reasons(p Place, waiting []Place, agents []Agent, now time.Time) []string {
	if p.early(now) {
		return []string{WaitsEarly}
	}
	var why []string
	atWork, fit, busy, free := 0, 0, 0, 0
	for _, a := range agents {
		if a.State == SignedOut || a.State == Offline {
			continue
		}
		atWork++
		switch {
		case !a.Fits(p):
		case a.Free():
			fit, free = fit+1, free+1
		case a.State == RingingAt || a.State == Talking || a.State == WrapUp:
			fit, busy = fit+1, busy+1
		default:
			fit++
		}
	}
	switch {
	case atWork == 0:
		why = append(why, WaitsNobody)
	case fit == 0:
		for _, s := range p.Skills {
			why = append(why, WaitsSkill+s)
		}
	case free == 0 && busy == 0:
		why = append(why, WaitsNotReady)
	case free == 0:
		why = append(why, WaitsBusy)
	case p.Prefer != "" && now.Before(p.PreferUntil):
		why = append(why, WaitsPrefer+string(p.Prefer))
	}
	if n := Ahead(p, waiting, now); n > 0 {
		why = append(why, WaitsBehind+strconv.Itoa(n+1))
	}
	return why
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
