package orchestrator

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// ringGrace is what we give the switch beyond the ring time before we take
// the offer back ourselves.
const ringGrace = 2 * time.Second

// defaultRing is how long a phone rings when nobody says.
const defaultRing = 20 * time.Second

func (t *turn) enqueue(a dialplan.Enqueue) {
	queue, known := t.Queues[QueueID(a.Queue)]
	if !known {
		t.flow(dialplan.Failed{Reason: "no queue " + a.Queue})
		return
	}
	entered := t.now
	if t.Kept {
		entered = t.Place.Entered
	}
	t.Kept = false
	t.Place = &Place{
		Call: t.ID, Site: t.Site, Queue: QueueID(a.Queue), Entered: entered, Priority: a.Priority + t.VIP, VIP: t.VIP,
		Skills: slices.Concat(a.Skills, queue.Skills), Levels: levels(queue.Levels, a.MinLevels),
		Caller: t.Caller, Area: dialplan.AreaCode(t.Caller),
	}
	t.Waiting = a
	t.prefer()
	t.note(CallQueued, FactData{
		Queue: t.Place.Queue, Skills: t.Place.Skills, Path: t.Position.Path(), Language: t.Language, Entered: entered,
	})
	t.do(pbx.SetVars{Channel: t.Channel, Vars: map[string]string{
		VarQueue: a.Queue, VarEntered: entered.Format(time.RFC3339Nano),
	}})
	t.do(pbx.StartMusic{Channel: t.Channel, Class: t.Waiting.Music})
	if a.Limit > 0 {
		t.Timers[WaitOver] = t.now.Add(a.Limit)
	}
	t.wait()
	t.emit(AskRoom{})
}

// levels are the least levels a queue and a flow want; the flow's go first.
func levels(queue, flow map[string]int) map[string]int {
	all := maps.Clone(queue)
	if all == nil {
		return flow
	}
	maps.Copy(all, flow)
	return all
}

// prefer keeps the caller for the agent of the last conversation, for a while.
func (t *turn) prefer() {
	if t.Waiting.Prefer > 0 && t.LastAgent != "" {
		t.Place.Prefer, t.Place.PreferUntil = t.LastAgent, t.now.Add(t.Waiting.Prefer)
	}
}

// known takes in who spoke with the caller last.
func (t *turn) known(in Known) {
	t.LastAgent = in.LastAgent
	if t.Phase == Queued && t.Place.Prefer == "" && t.Channel != "" && t.Waiting.Prefer > 0 {
		place := *t.Place
		t.Place = &place
		t.prefer()
		t.emit(EnterQueue{place})
	}
}

// merge gives a caller who could not wait to be called back the earlier place.
func (t *turn) merge(in Merge) {
	if t.Place == nil || !in.Entered.Before(t.Place.Entered) {
		return
	}
	place := *t.Place
	place.Entered = in.Entered
	t.Place = &place
	if t.Phase == Queued {
		t.emit(EnterQueue{place})
	}
}

// wait takes the call's place, the first time or again.
func (t *turn) wait() {
	t.Phase = Queued
	delete(t.Timers, AwaitInput)
	if t.Waiting.Announce > 0 && t.Channel != "" {
		if _, armed := t.Timers[AnnounceDue]; !armed {
			t.Timers[AnnounceDue] = t.now.Add(t.Waiting.Announce)
		}
	}
	t.emit(EnterQueue{*t.Place})
}

func (t *turn) announce(in PlaceTold) {
	if t.Phase != Queued || t.Waiting.Announce <= 0 {
		return
	}
	t.Timers[AnnounceDue] = t.now.Add(t.Waiting.Announce)
	if t.Play != "" {
		return
	}
	wait := int(in.Wait.Seconds())
	if in.Wait < 0 {
		wait = -1 // unknown, not at once
	}
	if t.Told.IsZero() {
		t.Told, t.ToldWait = t.now, wait
	}
	t.note(CallPlaceTold, FactData{Ahead: in.Ahead, Wait: wait, Queue: t.Place.Queue})
	t.emit(Speak{Play: t.play(), Text: t.Waiting.Announcement(in.Ahead, in.Wait), Language: t.Language})
}

// room leads a caller on for whom there are too many before, or nobody at all.
func (t *turn) room(in RoomTold) {
	place := t.Place
	if t.Phase == Queued && in.Staffed == 0 {
		t.leaveFor(dialplan.Overflowed{Reason: dialplan.OverUnstaffed}, dialplan.OverUnstaffed)
	}
	// The flow may have let the caller wait on, but not in another line.
	if t.Phase == Queued && t.Place == place && t.Waiting.MaxAhead > 0 && in.Ahead > t.Waiting.MaxAhead {
		t.leaveFor(dialplan.Overflowed{Reason: dialplan.OverLength}, dialplan.OverLength)
	}
}

// waitOver leads a caller on who has waited too long, once nobody is rung.
func (t *turn) waitOver() {
	switch t.Phase {
	case Queued:
		t.leaveFor(dialplan.Overflowed{Reason: dialplan.OverTime}, dialplan.OverTime)
	case Offered:
		t.Timers[WaitOver] = t.now.Add(ringGrace)
	}
}

// leaveFor lets the flow decide whether the caller goes on waiting.
func (t *turn) leaveFor(in dialplan.Input, why string) {
	t.leaving = why
	t.flow(in)
	t.leaving = ""
}

// leaveLine takes the caller out of the queue; the time of entry is kept.
func (t *turn) leaveLine() {
	if t.Phase != Queued {
		return
	}
	t.Phase, t.Kept = InFlow, true
	if t.leaving != "" && t.leaving != "key" {
		t.note(CallOverflowed, FactData{Queue: t.Place.Queue, Reason: t.leaving})
	}
	delete(t.Timers, AnnounceDue)
	delete(t.Timers, WaitOver)
	t.emit(LeaveQueue{t.Place.Queue})
	t.hush()
	t.do(pbx.StopMusic{Channel: t.Channel})
}

// proposed rings at the agent who was reserved.
func (t *turn) proposed(o Offer) {
	if t.Phase != Queued {
		t.emit(OfferClosed{o, OutcomeCallerLeft})
		return
	}
	t.offerTo(o)
}

// offerTo rings at one agent for the caller.
func (t *turn) offerTo(o Offer) {
	t.Phase, t.Offer, t.Agent, t.OfferedAt = Offered, &o, o.Agent, t.now
	t.Legs++
	t.AgentLeg, t.AgentHeard = agentLeg(t.ID, t.Legs), false
	ring := cmp.Or(t.Queues[t.queue()].RingFor, defaultRing)
	t.Timers[RingOver] = t.now.Add(ring + ringGrace)
	if o.Line != "" {
		t.AgentLeg = o.Line
	}
	t.note(CallOffered, FactData{Channel: t.AgentLeg, Phone: o.Phone, Queue: t.queue(), Token: o.Token})
	switch {
	case o.Line != "":
		t.ringLine(o.Line)
	case o.Number != "":
		t.Timers[RingOver] = t.now.Add(ring + mobileConfirm + ringGrace)
		t.do(pbx.Originate{
			Channel: t.AgentLeg, Number: o.Number, Originator: t.Channel, Timeout: ring, Vars: t.vars("agent", o.Agent),
		})
	default:
		t.do(pbx.Originate{
			Channel: t.AgentLeg, Phone: o.Phone, Originator: t.Channel, Caller: maskedNumber(t.Caller),
			Timeout: ring, Vars: t.vars("agent", o.Agent),
		})
	}
}

// mobileConfirm is how long an agent on a mobile may take to press the key that
// tells a person from a mailbox.
const mobileConfirm = 12 * time.Second

func (t *turn) agentAnswered() {
	if t.Offer.Number != "" && t.Confirm != t.AgentLeg {
		if _, asked := t.Timers[ConfirmOver]; !asked {
			t.Confirm = t.AgentLeg
			t.Timers[ConfirmOver] = t.now.Add(mobileConfirm)
			t.emit(Speak{
				Channel: t.AgentLeg, Play: t.aside(), Text: dialplan.MobileOffer.In(dialplan.DefaultLanguage),
				Language: dialplan.DefaultLanguage,
			})
			return
		}
	}
	t.hush()
	clear(t.Timers)
	t.Confirm, t.Seat, t.Kept = "", *t.Offer, false
	t.note(CallOfferEnded, FactData{Channel: t.AgentLeg, Outcome: OutcomeAnswered})
	t.emit(OfferClosed{*t.Offer, OutcomeAnswered})
	t.Offer = nil
	t.cutAfter(t.AgentLeg)
	if t.Channel == "" { // a callback: now the customer is called
		t.callCustomer()
		return
	}
	t.Phase = InTalk
	if t.Answered.IsZero() {
		t.Answered = t.now
	}
	t.do(pbx.StopMusic{Channel: t.Channel})
	t.arrange()
	t.note(CallAnswered, FactData{Channel: t.AgentLeg, Queue: t.queue()})
}

// offerEnded sends the caller back to the true place after an offer came to
// nothing.
func (t *turn) offerEnded(out Outcome, cause pbx.Cause) {
	t.note(CallOfferEnded, FactData{Channel: t.AgentLeg, Outcome: out, Cause: cause})
	t.emit(OfferClosed{*t.Offer, out})
	byName := t.Offer.ByName()
	t.outgoingOver(t.AgentLeg, t.Offer.Number, ForTalk, 0, t.Offer.Agent)
	t.Offer, t.AgentLeg, t.Agent, t.Confirm = nil, "", "", ""
	delete(t.Timers, RingOver)
	delete(t.Timers, ConfirmOver)
	if byName { // a transfer that came to nothing
		t.frontOfQueue()
		return
	}
	t.wait()
}

func outcomeOf(c pbx.Cause) Outcome {
	switch c {
	case pbx.Busy:
		return OutcomeBusy
	case pbx.Rejected:
		return OutcomeRejected
	case pbx.NoAnswer, pbx.Normal:
		return OutcomeNoAnswer
	default:
		return OutcomeUnreachable
	}
}
