package orchestrator

import "slices"

// Supervisors in a talk: hearing it, speaking to the agent alone or to
// everybody, taking it over.

// listenIn rings the supervisor's own phone.
func (t *turn) listenIn(by AgentID, r ListenIn) {
	if t.Phase != InTalk || t.legOfAgent(r.To) == "" || len(t.Others) >= mostLegs || r.To == by {
		t.emit(Refuse{&ActError{Act: r.act(), Phase: t.Phase}})
		return
	}
	t.addLeg(Leg{
		Purpose: ForListen, Offer: r.Seat, By: by, To: r.To, Mode: r.Mode,
		Merged: r.Mode == ModeBarge, TakeOver: r.Over,
	})
	t.noteBy(CallListened, by, FactData{Target: string(r.To), Mode: r.Mode})
}

// changeMode changes how a supervisor takes part.
func (t *turn) changeMode(by AgentID, r ListenIn) {
	i := slices.IndexFunc(t.Others, func(l Leg) bool { return l.Agent() == by })
	if i < 0 {
		return
	}
	t.Others = slices.Clone(t.Others)
	l := &t.Others[i]
	if r.Over {
		l.To = ""
		t.promote(*l, HowTakenOver)
		return
	}
	l.Mode, l.Merged = r.Mode, r.Mode == ModeBarge
	t.noteBy(CallListened, by, FactData{Target: string(l.To), Mode: r.Mode})
	t.arrange()
}
