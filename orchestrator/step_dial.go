package orchestrator

import (
	"cmp"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// Calls that begin here: an agent calls a customer or a colleague, or a caller
// who asked for it is called back.

// begin starts a call that an agent makes, or a callback's waiting.
func (t *turn) begin() {
	t.note(CallDialled, FactData{
		Channel: customerLeg(t.ID), Number: t.Number, Purpose: t.Purpose, Ticket: t.Ticket, Task: t.Task,
		Direction: t.Direction, Recording: t.Recording, Language: t.Language, Parent: t.Parent,
	})
	if t.Place != nil { // a callback
		t.note(CallQueued, FactData{Queue: t.Place.Queue, Skills: t.Place.Skills, Language: t.Language, Entered: t.Place.Entered})
		t.wait()
		return
	}
	t.reach()
}

// customerLeg is the id of the customer's leg of a call that begins here.
func customerLeg(c CallID) pbx.ChannelID { return pbx.ChannelID("yht-" + string(c) + "-c") }

// reach rings the agent's own phone first.
func (t *turn) reach() {
	t.Phase = Reaching
	t.Legs++
	t.AgentLeg = agentLeg(t.ID, t.Legs)
	if t.Seat.Line != "" {
		t.AgentLeg = t.Seat.Line
	}
	t.Timers[RingOver] = t.now.Add(defaultRing + ringGrace)
	t.noteBy(LegStarted, t.Agent, FactData{Channel: t.AgentLeg, Purpose: ForTalk, Phone: t.Seat.Phone, Target: string(t.Agent)})
	seat := t.Seat
	t.dialLeg(t.AgentLeg, &seat, "", ForTalk)
}

// reached goes on when the agent is on the line: with the customer, or the
// colleague.
func (t *turn) reached() {
	delete(t.Timers, RingOver)
	t.noteBy(LegAnswered, t.Agent, FactData{Channel: t.AgentLeg, Purpose: ForTalk, Target: string(t.Agent)})
	if t.Direction == Internal {
		seat := *t.Colleague
		t.Phase, t.Colleague = InTalk, nil
		t.addLeg(Leg{Purpose: ForConsult, Offer: &seat, Name: seat.Name, By: t.Agent})
		return
	}
	t.callCustomer()
}

// callCustomer rings the customer; the agent hears it.
func (t *turn) callCustomer() {
	t.Phase, t.Channel = Calling, customerLeg(t.ID)
	t.Timers[RingOver] = t.now.Add(customerRing + ringGrace)
	t.arrange()
	t.noteBy(LegStarted, t.Agent, FactData{Channel: t.Channel, Purpose: ForCustomer, Number: t.Number})
	t.do(pbx.Originate{
		Channel: t.Channel, Number: t.Number, Originator: t.AgentLeg, Timeout: customerRing, Record: t.Recording,
		Trunk: t.Trunk, Vars: t.vars("customer", ""),
	})
}

// customerRing is how long a customer's phone may ring.
const customerRing = 3 * defaultRing / 2

func (t *turn) customerRang() {
	t.noteBy(LegRinging, t.Agent, FactData{Channel: t.Channel, Purpose: ForCustomer})
}

func (t *turn) customerAnswered() {
	delete(t.Timers, RingOver)
	t.cutAfter(t.Channel)
	t.Phase, t.Answered = InTalk, t.now
	t.noteBy(LegAnswered, t.Agent, FactData{Channel: t.Channel, Purpose: ForCustomer, Number: t.Number})
	t.note(CallAnswered, FactData{Channel: t.AgentLeg, Queue: t.queue()})
	t.arrange()
}

// customerEnded is the end of the customer's leg of a call that began here.
func (t *turn) customerEnded(cause pbx.Cause) {
	reached := !t.Answered.IsZero()
	out := OutcomeAnswered
	if !reached {
		out = outcomeOf(cause)
	}
	t.noteBy(LegEnded, t.Agent, FactData{Channel: t.Channel, Purpose: ForCustomer, Number: t.Number, Cause: cause, Outcome: out})
	talked := t.now.Sub(t.Answered)
	if !reached {
		talked = 0
	}
	t.outgoingOver(t.Channel, t.Number, cmp.Or(t.Purpose, ForCustomer), talked, t.Agent)
}

// gaveUp ends a call that began here before it came to a talk: the agent hung
// up, or could not be rung at all.
func (t *turn) gaveUp(cause pbx.Cause) {
	if t.AgentLeg != "" {
		t.noteBy(LegEnded, t.Agent, FactData{Channel: t.AgentLeg, Purpose: ForTalk, Cause: cause, Target: string(t.Agent)})
	}
	t.AgentLeg = ""
	t.finish(ByAgent)
}

// finish ends a call from our side: everybody still there is let go.
func (t *turn) finish(by Side) {
	if t.Phase == Closing || t.Phase == Over {
		return
	}
	t.EndedBy = by
	if by == BySystem || t.Channel != "" {
		t.HungUp = true
	}
	if t.Channel != "" {
		t.do(pbx.Hangup{Channel: t.Channel, Cause: pbx.Normal})
		if t.Phase == Calling || t.Phase == InTalk {
			return // its end closes the call
		}
	}
	t.callerEnded(pbx.Normal)
}

// callBack leaves a callback in the caller's place. The caller goes on in the
// flow, to be thanked.
func (t *turn) callBack(a dialplan.Callback) {
	if t.Place == nil || !t.Kept {
		t.flow(dialplan.Failed{Reason: "no place in a queue"})
		return
	}
	place := *t.Place
	place.Call, place.Callback, place.Due, place.Quiet, place.Prefer = "", a.Number, a.NotBefore, a.Quiet, ""
	t.Result = ResultCallback
	t.note(CallCallback, FactData{Number: a.Number, Queue: place.Queue, Entered: place.Entered, Due: a.NotBefore})
	t.emit(Open{Call{
		Site: t.Site, Direction: Outbound, Called: t.Called, Caller: a.Number, Number: a.Number, Parent: t.ID,
		Purpose: ForCallback, Language: t.Language, VIP: t.VIP, Arrived: t.now, Phase: Queued,
		Place: &place, Waiting: dialplan.Enqueue{Queue: string(place.Queue), Music: t.Waiting.Music},
	}})
	t.flow(dialplan.Served{By: "callback"})
}

// withdraw ends a callback that nobody needs any more.
func (t *turn) withdraw() {
	if t.Channel != "" || t.Phase != Queued {
		return
	}
	t.emit(LeaveQueue{t.Place.Queue})
	t.finish(BySystem)
}
