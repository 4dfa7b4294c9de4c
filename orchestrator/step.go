package orchestrator

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// Script is what a call follows: its site's flow, hours and queues.
type Script struct {
	Flow     *dialplan.Flow
	Hours    dialplan.Hours
	Queues   map[QueueID]Queue
	Contacts map[string]dialplan.Contact
}

// Step takes a call one input further. It is pure: the same call, input and
// time give the same result. Inputs that mean nothing where the call stands
// (a key nobody asked for, an event of a leg that was given up) change
// nothing.
func (s Script) Step(c Call, in Input, now time.Time) (Call, []Effect) {
	c.Others = slices.Clone(c.Others)
	c.Timers = maps.Clone(c.Timers)
	if c.Timers == nil {
		c.Timers = map[Timer]time.Time{}
	}
	t := &turn{Script: s, Call: c, now: now}
	if c.Phase != Over {
		t.take(in)
	} else {
		t.late(in)
	}
	return t.Call, t.effects
}

// turn is one step being made.
type turn struct {
	Script
	Call
	now     time.Time
	gone    pbx.ChannelID          // the channel whose end is being told
	leaving string                 // why the flow is asked whether the caller waits on
	unsure  map[pbx.ChannelID]bool // may not be at its spot any more
	effects []Effect
}

// late gives back what came for a call that is over.
func (t *turn) late(in Input) {
	switch in := in.(type) {
	case Proposed:
		t.emit(OfferClosed{in.Offer, OutcomeCallerLeft})
	case Asked:
		t.emit(Refuse{ErrNoTalk})
	}
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
	case RoomTold:
		t.room(in)
	case Asked:
		t.asked(in)
	case PhoneGone:
		t.phoneGone(in)
	case PhoneBack:
		t.phoneBack(in)
	case Returned:
		t.returned(in)
	case Known:
		t.known(in)
	case Allowed:
		t.allowed(in)
	case Merge:
		t.merge(in)
	case Withdrawn:
		t.withdraw()
	case Moved:
		t.moved(in)
	case Begun:
		t.begin()
	case Relinked:
		t.relinked(in)
	case Lost:
		t.lost()
	}
}

func (t *turn) allowed(in Allowed) {
	t.Out = maps.Clone(t.Out)
	if t.Out == nil {
		t.Out = map[pbx.ChannelID]pbx.TrunkID{}
	}
	t.Out[in.Channel] = in.Trunk
	if in.Longest <= 0 {
		return
	}
	t.Longest = maps.Clone(t.Longest)
	if t.Longest == nil {
		t.Longest = map[pbx.ChannelID]time.Duration{}
	}
	t.Longest[in.Channel] = in.Longest
}

func (t *turn) happened(ev pbx.Event) {
	switch ch := ev.Subject(); ch {
	case "":
	case t.Channel:
		t.ofCustomer(ev)
	case t.AgentLeg:
		t.ofAgent(ev)
	default:
		if l := t.other(ch); l != nil {
			t.ofOther(l, ev)
		}
	}
}

// ofCustomer is what happens to the customer's leg.
func (t *turn) ofCustomer(ev pbx.Event) {
	switch ev := ev.(type) {
	case pbx.Arrived:
		t.arrived()
	case pbx.Pressed:
		t.pressed(ev.Digit)
	case pbx.PlayEnded:
		t.playEnded(ev)
	case pbx.Ringing:
		t.customerRang()
	case pbx.Answered:
		if t.Phase == Calling {
			t.customerAnswered()
		}
	case pbx.Ended:
		t.gone = ev.Channel
		t.callerEnded(ev.Cause)
	}
}

func (t *turn) pressed(key byte) {
	switch {
	case t.Phase == InFlow:
		t.flow(dialplan.Digit{Key: key})
	case t.Phase == Recording:
		t.messageTaken()
	case t.Phase == Queued && strings.IndexByte(t.Waiting.Keys, key) >= 0:
		t.leaveFor(dialplan.Digit{Key: key}, "key")
	}
}

// ofAgent is what happens to the leg of the agent responsible, or of the
// outside number in its place.
func (t *turn) ofAgent(ev pbx.Event) {
	switch ev := ev.(type) {
	case pbx.Ringing:
		if t.Phase == Offered && !t.AgentHeard {
			t.AgentHeard = true
			t.note(CallRinging, FactData{Channel: ev.Channel})
		}
	case pbx.Answered:
		t.agentUp()
	case pbx.Held:
		t.phoneHold(true)
	case pbx.Resumed:
		t.phoneHold(false)
	case pbx.Pressed:
		if t.Confirm == ev.Channel && ev.Digit == '1' {
			t.Confirm = ""
			t.agentUp()
		}
	case pbx.Ended:
		t.gone = ev.Channel
		t.agentEnded(ev.Cause)
	}
}

// agentUp goes on when the leg that takes the agent's place is answered.
func (t *turn) agentUp() {
	switch t.Phase {
	case Offered:
		t.agentAnswered()
	case Dialling:
		t.outsideAnswered()
	case Reaching:
		t.reached()
	case InTalk:
		if t.Returning {
			t.returnAnswered()
		}
	}
}

// ofOther is what happens to somebody else's leg.
func (t *turn) ofOther(l *Leg, ev pbx.Event) {
	switch ev := ev.(type) {
	case pbx.Ringing:
		t.legRang(l)
	case pbx.Answered:
		t.legAnswered(l)
	case pbx.Ended:
		t.gone = ev.Channel
		t.legEnded(*l, ev.Cause)
	}
}

func (t *turn) due(timer Timer) {
	if at, ok := t.Timers[timer]; !ok || at.IsZero() || t.now.Before(at) {
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
	case WaitOver:
		t.waitOver()
	case RingOver:
		t.ringOver()
	case ConfirmOver:
		t.do(pbx.Hangup{Channel: t.AgentLeg, Cause: pbx.NoAnswer})
	case Vanished:
		if t.Phase == InTalk {
			t.agentVanished()
		}
	case ComfortDue:
		if t.Phase == InTalk {
			t.away()
		}
	case RedialDue:
		if t.Phase == InTalk {
			t.redial()
		}
	case MessageOver:
		t.messageTaken()
	case CloseOver:
		t.over()
	default:
		t.legDue(timer)
	}
}

// ringOver gives up a phone that nobody answers, if the switch has not.
func (t *turn) ringOver() {
	leg := t.AgentLeg
	switch t.Phase {
	case Dialling:
		t.do(pbx.Hangup{Channel: leg, Cause: pbx.NoAnswer})
		t.outsideEnded(pbx.NoAnswer)
	case Offered:
		t.letGo(leg, *t.Offer, pbx.NoAnswer)
		t.offerEnded(OutcomeNoAnswer, pbx.NoAnswer)
	case Reaching:
		t.letGo(leg, t.Seat, pbx.NoAnswer)
		t.gaveUp(pbx.NoAnswer)
	case Calling:
		t.do(pbx.Hangup{Channel: t.Channel, Cause: pbx.NoAnswer})
	}
}

// legDue is a timer of one leg.
func (t *turn) legDue(timer Timer) {
	kind, ch, _ := strings.Cut(string(timer), ":")
	leg := pbx.ChannelID(ch)
	switch kind {
	case "cut":
		t.cut(leg)
	case "gone":
		if l := t.other(leg); l != nil {
			t.dropLeg(*l, OutcomeUnreachable)
		}
	case "line":
		if leg == t.AgentLeg {
			t.agentUp()
		} else if l := t.other(leg); l != nil {
			t.legAnswered(l)
		}
	}
}

// failed deals with a command that the switch refused.
func (t *turn) failed(in Failed) {
	switch cmd := in.Command.(type) {
	case pbx.Originate:
		if !errors.Is(in.Err, &pbx.Error{Kind: pbx.Refused}) {
			t.do(pbx.Hangup{Channel: cmd.Channel}) // it may ring all the same
		}
		t.notDialled(cmd.Channel)
	case pbx.Play:
		t.playEnded(pbx.PlayEnded{Of: pbx.Of{Channel: cmd.Channel}, Play: cmd.ID, Err: in.Err})
	}
}

// notDialled goes on without a leg that the switch, or the guard, would not
// make.
func (t *turn) notDialled(ch pbx.ChannelID) {
	t.gone = ch
	switch {
	case ch == t.Channel:
		t.callerEnded(pbx.Unreachable)
	case ch == t.AgentLeg && t.Phase == Offered:
		t.offerEnded(OutcomeUnreachable, pbx.Unreachable)
	case ch == t.AgentLeg:
		t.agentEnded(pbx.Unreachable)
	default:
		if l := t.other(ch); l != nil {
			t.legEnded(*l, pbx.Unreachable)
		}
	}
}

func (t *turn) emit(e ...Effect) { t.effects = append(t.effects, e...) }

func (t *turn) do(c pbx.Command) { t.emit(Do{c}) }

func (t *turn) note(k FactKind, d FactData) {
	f := Fact{Kind: k, At: t.now, Site: t.Site, Call: t.ID, Data: d}
	switch k {
	case CallOffered, CallRinging, CallOfferEnded, CallAnswered, CallTalkEnded, CallRated, CallTransferred, CallDialled:
		f.Agent = t.Agent
	}
	t.emit(Note{f})
}
