package orchestrator

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// What asking for a colleague can come to.
var (
	ErrColleagueBusy = errors.New("orchestrator: the colleague cannot be rung now")
	ErrNobodyToHelp  = errors.New("orchestrator: no supervisor is free to help")
	ErrYourself      = errors.New("orchestrator: nobody can call themselves")
	ErrNoLeg         = errors.New("orchestrator: there is no such leg in the call")
)

// engage takes an agent who was asked for by name, also one who is not ready;
// a break goes on afterwards.
func (f *floor) engage(id AgentID, call CallID, queue QueueID, now time.Time) (Offer, error) {
	a, ok := f.agents[id]
	if !ok || !a.Reachable() {
		return Offer{}, ErrColleagueBusy
	}
	err := f.move(id, ActEngage, "", now, func(to *Agent) {
		to.Call, to.Queue, to.Token = call, queue, -now.UnixNano()
		if a.State == NotReady {
			to.Next = cmp.Or(a.Reason, ReasonSignedIn)
		}
	})
	if err != nil {
		return Offer{}, err
	}
	return f.seat(f.agents[id], call, now, now.Add(defaultRing)), nil
}

// helper takes the supervisor who has been idle longest.
func (f *floor) helper(but AgentID, call CallID, now time.Time) (Offer, error) {
	var free []Agent
	for _, a := range f.agents {
		if a.Supervisor && a.ID != but && a.Reachable() {
			free = append(free, a)
		}
	}
	if len(free) == 0 {
		return Offer{}, ErrNobodyToHelp
	}
	first := slices.MinFunc(free, func(a, b Agent) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
	})
	return f.engage(first.ID, call, "", now)
}

// raiseHand shows that an agent asks for help, until somebody comes.
func (f *floor) raiseHand(id AgentID, up bool, now time.Time) {
	was, ok := f.agents[id]
	if !ok || was.AsksHelp.IsZero() != up {
		return
	}
	a := was
	a.AsksHelp = time.Time{}
	if up {
		a.AsksHelp = now
	}
	a.Rev++
	f.put(was, a, now)
}
