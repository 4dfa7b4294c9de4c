package orchestrator

import (
	"cmp"
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
	t.Place = &Place{
		Call: t.ID, Site: t.Site, Queue: QueueID(a.Queue), Entered: t.now, Priority: a.Priority,
		Skills: slices.Concat(a.Skills, queue.Skills), Caller: t.Caller, Area: dialplan.AreaCode(t.Caller),
	}
	t.Waiting = a
	t.note(CallQueued, FactData{
		Queue: t.Place.Queue, Skills: t.Place.Skills, Path: t.Position.Path(), Language: t.Language, Entered: t.now,
	})
	t.do(pbx.SetVars{Channel: t.Channel, Vars: map[string]string{
		VarQueue: a.Queue, VarEntered: t.now.Format(time.RFC3339Nano),
	}})
	t.do(pbx.StartMusic{Channel: t.Channel, Class: t.Waiting.Music})
	t.wait()
}

// wait takes the call's place, the first time or again.
func (t *turn) wait() {
	t.Phase = Queued
	delete(t.Timers, AwaitInput)
	if t.Waiting.Announce > 0 {
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
	if t.Play == "" {
		t.emit(Speak{Play: t.play(), Text: t.Waiting.Announcement(in.Ahead, in.Wait), Language: t.Language})
	}
}

// proposed rings at the agent who was reserved.
func (t *turn) proposed(o Offer) {
	if t.Phase != Queued {
		t.emit(OfferClosed{o, OutcomeCallerLeft})
		return
	}
	t.Phase, t.Offer, t.Agent, t.OfferedAt = Offered, &o, o.Agent, t.now
	t.Legs++
	t.AgentLeg, t.AgentHeard = agentLeg(t.ID, t.Legs), false
	ring := cmp.Or(t.Queues[t.Place.Queue].RingFor, defaultRing)
	t.Timers[RingOver] = t.now.Add(ring + ringGrace)
	t.note(CallOffered, FactData{Channel: t.AgentLeg, Phone: o.Phone, Queue: t.Place.Queue, Token: o.Token})
	t.do(pbx.Originate{
		Channel: t.AgentLeg, Phone: o.Phone, Originator: t.Channel, Caller: maskedNumber(t.Caller),
		Timeout: ring, Vars: map[string]string{
			VarCall: string(t.ID), VarSite: string(t.Site), VarRole: "agent", VarAgent: string(o.Agent),
		},
	})
}

func (t *turn) agentAnswered() {
	if t.Phase != Offered {
		return
	}
	t.hush()
	clear(t.Timers)
	t.Phase = InTalk
	if t.Answered.IsZero() {
		t.Answered = t.now
	}
	t.Bridge = bridgeOf(t.ID)
	t.do(pbx.StopMusic{Channel: t.Channel})
	t.do(pbx.Join{Bridge: t.Bridge, Channels: []pbx.ChannelID{t.Channel, t.AgentLeg}})
	t.note(CallOfferEnded, FactData{Channel: t.AgentLeg, Outcome: OutcomeAnswered})
	t.note(CallAnswered, FactData{Channel: t.AgentLeg, Queue: t.Place.Queue})
	t.emit(OfferClosed{*t.Offer, OutcomeAnswered})
	t.Offer = nil
}

// agentEnded is the end of the agent's leg, at any point.
func (t *turn) agentEnded(cause pbx.Cause) {
	switch t.Phase {
	case Offered:
		t.offerEnded(outcomeOf(cause), cause)
	case InTalk:
		t.endTalk(ByAgent, cause)
		t.AgentLeg = ""
		t.EndedBy = ByAgent
		t.Phase = InFlow
		if !t.Position.Begun() { // adopted from nothing but its channels
			t.hangUpCaller(pbx.Normal)
			return
		}
		t.flow(dialplan.Served{By: string(ByAgent)})
	case Dialling, Outside:
		t.outsideEnded(cause)
	case Closing:
		t.AgentLeg = ""
		t.over()
	}
}

// offerEnded sends the caller back to the true place after an offer came to
// nothing.
func (t *turn) offerEnded(out Outcome, cause pbx.Cause) {
	t.note(CallOfferEnded, FactData{Channel: t.AgentLeg, Outcome: out, Cause: cause})
	t.emit(OfferClosed{*t.Offer, out})
	t.Offer, t.AgentLeg, t.Agent = nil, "", ""
	delete(t.Timers, RingOver)
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

// endTalk closes the conversation; the legs are the caller's business.
func (t *turn) endTalk(by Side, cause pbx.Cause) {
	t.TalkEnded = t.now
	delete(t.Timers, Vanished)
	t.dissolve()
	t.note(CallTalkEnded, FactData{Channel: t.AgentLeg, By: by, Cause: cause})
	t.emit(TalkOver{t.Agent})
}

func (t *turn) hangUpAgent() {
	if t.Phase == InTalk || t.Phase == Offered {
		cause := pbx.Normal
		if t.Phase == Offered {
			cause = pbx.Rejected
		}
		t.do(pbx.Hangup{Channel: t.AgentLeg, Cause: cause})
	}
}

// agentVanished returns a caller whose agent's phone is gone to the front of
// the queue.
func (t *turn) agentVanished() {
	leg := t.AgentLeg
	t.endTalk(BySystem, pbx.Unreachable)
	t.AgentLeg, t.Agent = "", ""
	t.do(pbx.Hangup{Channel: leg, Cause: pbx.Normal})
	place := *t.Place
	place.Priority++
	t.Place = &place
	t.do(pbx.StartMusic{Channel: t.Channel, Class: t.Waiting.Music})
	t.wait()
	t.emit(Speak{Play: t.play(), Text: dialplan.BackInQueue.In(t.Language), Language: t.Language})
}

// relinked compares what we believe with what the switch still has after the
// link was away.
func (t *turn) relinked(in Relinked) {
	if in.Caller == nil {
		if t.Phase == Closing {
			t.over()
		} else {
			t.callerEnded(pbx.Normal)
		}
		return
	}
	if t.HungUp {
		t.do(pbx.Hangup{Channel: t.Channel, Cause: pbx.Normal})
		return
	}
	if t.Phase == InFlow && !t.Position.Begun() {
		t.Position.Answered = in.Caller.Up
		t.flow(dialplan.Begin{})
		return
	}
	if t.Phase == Queued {
		t.emit(EnterQueue{*t.Place})
	}
	if t.AgentLeg != "" && in.Agent == nil {
		t.do(pbx.Hangup{Channel: t.AgentLeg}) // it may have been made since the snapshot
		t.agentEnded(pbx.Failed)
	} else if t.Phase == Offered && in.Agent.Up {
		t.agentAnswered()
	} else if t.Phase == Dialling && in.Agent.Up {
		t.outsideAnswered()
	} else if t.Phase == Recording && t.Bridge != "" && in.Caller.Bridge != t.Bridge {
		t.listen()
	} else if (t.Phase == InTalk || t.Phase == Outside) && (in.Caller.Bridge != t.Bridge || in.Agent.Bridge != t.Bridge) {
		t.do(pbx.Join{Bridge: t.Bridge, Channels: []pbx.ChannelID{t.Channel, t.AgentLeg}})
	}
	if t.Play != "" { // its end may have been told while nobody listened
		id := t.Play
		t.do(pbx.StopPlay{Channel: t.Channel, ID: id})
		t.playEnded(pbx.PlayEnded{Of: pbx.Of{Channel: t.Channel}, Play: id})
	}
}
