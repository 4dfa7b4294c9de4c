package orchestrator

import (
	"errors"
	"maps"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// Script is what a call follows: its site's flow, hours and queues.
type Script struct {
	Flow   *dialplan.Flow
	Hours  dialplan.Hours
	Queues map[QueueID]Queue
}

// Step takes a call one input further. It is pure: the same call, input and
// time give the same result. Inputs that mean nothing where the call stands
// (a key nobody asked for, an event of a leg that was given up) change
// nothing.
func (s Script) Step(c Call, in Input, now time.Time) (Call, []Effect) {
	c.Timers = maps.Clone(c.Timers)
	if c.Timers == nil {
		c.Timers = map[Timer]time.Time{}
	}
	t := &turn{Script: s, Call: c, now: now}
	if c.Phase != Over {
		t.take(in)
	}
	return t.Call, t.effects
}

// turn is one step being made.
type turn struct {
	Script
	Call
	now     time.Time
	effects []Effect
}

func (t *turn) take(in Input) {
	switch in := in.(type) {
	case Happened:
		t.happened(in.Event)
	case Due:
		t.due(in.Timer)
	case Failed:
		t.failed(in)
	case Proposed:
		t.proposed(in.Offer)
	case PlaceTold:
		t.announce(in)
	case HangupAsked:
		t.hangUpAgent()
	case PhoneGone:
		if t.Phase == InTalk {
			t.Timers[Vanished] = t.now.Add(in.For)
		}
	case PhoneBack:
		delete(t.Timers, Vanished)
	case Relinked:
		t.relinked(in)
	case Lost:
		t.lost()
	}
}

func (t *turn) happened(ev pbx.Event) {
	caller := ev.Subject() == t.Channel
	if !caller && ev.Subject() != t.AgentLeg {
		return
	}
	switch ev := ev.(type) {
	case pbx.Arrived:
		t.arrived()
	case pbx.Pressed:
		switch {
		case caller && t.Phase == InFlow:
			t.flow(dialplan.Digit{Key: ev.Digit})
		case caller && t.Phase == Recording:
			t.messageTaken()
		}
	case pbx.PlayEnded:
		if caller {
			t.playEnded(ev)
		}
	case pbx.Ringing:
		if !caller && t.Phase == Offered {
			t.AgentHeard = true
			t.note(CallRinging, FactData{Channel: ev.Channel})
		}
	case pbx.Answered:
		switch {
		case caller:
		case t.Phase == Dialling:
			t.outsideAnswered()
		default:
			t.agentAnswered()
		}
	case pbx.Ended:
		if caller {
			t.callerEnded(ev.Cause)
		} else {
			t.agentEnded(ev.Cause)
		}
	}
}

func (t *turn) due(timer Timer) {
	if at, ok := t.Timers[timer]; !ok || t.now.Before(at) {
		return
	}
	delete(t.Timers, timer)
	switch timer {
	case AwaitInput:
		if t.Phase == InFlow {
			t.flow(dialplan.Silence{})
		}
	case AnnounceDue:
		if t.Phase == Queued {
			t.emit(AskPlace{})
		}
	case RingOver:
		t.do(pbx.Hangup{Channel: t.AgentLeg, Cause: pbx.NoAnswer})
		if t.Phase == Dialling {
			t.outsideEnded(pbx.NoAnswer)
		} else {
			t.offerEnded(OutcomeNoAnswer, pbx.NoAnswer)
		}
	case Vanished:
		if t.Phase == InTalk {
			t.agentVanished()
		}
	case MessageOver:
		t.messageTaken()
	case CloseOver:
		t.over()
	}
}

// failed deals with a command that the switch refused.
func (t *turn) failed(in Failed) {
	switch cmd := in.Command.(type) {
	case pbx.Originate:
		if !errors.Is(in.Err, &pbx.Error{Kind: pbx.Refused}) {
			t.do(pbx.Hangup{Channel: cmd.Channel}) // it may ring all the same
		}
		switch {
		case cmd.Channel != t.AgentLeg:
		case t.Phase == Offered:
			t.offerEnded(OutcomeUnreachable, pbx.Unreachable)
		case t.Phase == Dialling:
			t.outsideEnded(pbx.Unreachable)
		}
	case pbx.Play:
		t.playEnded(pbx.PlayEnded{Of: pbx.Of{Channel: cmd.Channel}, Play: cmd.ID, Err: in.Err})
	}
}

func (t *turn) emit(e ...Effect) { t.effects = append(t.effects, e...) }

func (t *turn) do(c pbx.Command) { t.emit(Do{c}) }

func (t *turn) note(k FactKind, d FactData) {
	f := Fact{Kind: k, At: t.now, Site: t.Site, Call: t.ID, Data: d}
	switch k {
	case CallOffered, CallRinging, CallOfferEnded, CallAnswered, CallTalkEnded, CallRated:
		f.Agent = t.Agent
	}
	t.emit(Note{f})
}
