package orchestrator

import (
	"cmp"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// What a flow does with a caller besides talking to it and queueing it: lead
// it on to another number, take a message.

// transfer rings an outside number for the caller. The caller hears music
// until it is answered.
func (t *turn) transfer(a dialplan.Transfer) {
	t.Referral = a.Referral
	purpose := ForFlow
	if a.Referral != "" {
		purpose = ForReferral
	}
	t.dialOut(a.Number, purpose, cmp.Or(max(a.For, 0), defaultRing))
}

// dialOut rings an outside number in the place of an agent.
func (t *turn) dialOut(number string, purpose Purpose, ring time.Duration) {
	t.Phase, t.OutNumber, t.OutPurpose, t.OutSince = Dialling, number, purpose, time.Time{}
	t.Legs++
	t.AgentLeg = agentLeg(t.ID, t.Legs)
	t.Timers[RingOver] = t.now.Add(ring + ringGrace)
	t.noteBy(LegStarted, t.Agent, FactData{Channel: t.AgentLeg, Purpose: purpose, Number: number})
	t.do(pbx.StartMusic{Channel: t.Channel, Class: t.Waiting.Music})
	t.do(pbx.Originate{
		Channel: t.AgentLeg, Number: number, Originator: t.Channel, Caller: t.shown(), Timeout: ring,
		Vars: t.vars("outside", ""),
	})
}

func (t *turn) outsideAnswered() {
	clear(t.Timers)
	t.Phase, t.Result, t.OutSince, t.Blind = Outside, ResultTransferred, t.now, false
	t.cutAfter(t.AgentLeg)
	t.noteBy(LegAnswered, t.Agent, FactData{Channel: t.AgentLeg, Purpose: t.OutPurpose, Number: t.OutNumber})
	if t.Referral != "" {
		t.note(CallReferred, FactData{Referral: t.Referral, How: "transferred"})
	}
	t.do(pbx.StopMusic{Channel: t.Channel})
	t.arrange()
}

// outsideEnded leads the caller on when the outside leg is gone.
func (t *turn) outsideEnded(cause pbx.Cause) {
	was := t.Phase
	t.outsideGone(cause)
	delete(t.Timers, RingOver)
	switch {
	case was == Outside && t.Conference():
		t.promote(t.heir(), HowConference)
	case was == Outside && t.Direction == Outbound:
		t.Phase = InFlow
		t.arrange()
		t.hangUpCaller(pbx.Normal)
	case was == Outside:
		t.Phase = InFlow
		t.arrange()
		t.flow(dialplan.Served{By: "outside"})
	case t.Blind:
		t.Blind = false
		t.frontOfQueue()
	default:
		t.Phase = InFlow
		t.do(pbx.StopMusic{Channel: t.Channel})
		t.flow(dialplan.Failed{Reason: string(cause)})
	}
}

// outsideGone forgets the outside leg.
func (t *turn) outsideGone(cause pbx.Cause) {
	out, talked := OutcomeAnswered, t.now.Sub(t.OutSince)
	if t.OutSince.IsZero() {
		out, talked = outcomeOf(cause), 0
	}
	t.noteBy(LegEnded, t.Agent, FactData{Channel: t.AgentLeg, Purpose: t.OutPurpose, Number: t.OutNumber, Outcome: out, Cause: cause})
	t.outgoingOver(t.AgentLeg, t.OutNumber, t.OutPurpose, talked, t.Agent)
	t.AgentLeg, t.Referral = "", ""
}

// Beep is the name under which Prompts knows the tone before a message.
const Beep = "beep"

// message lets the caller speak, after a tone, onto the call's own recording.
// A key or the longest time ends it.
func (t *turn) message(a dialplan.TakeMessage) {
	if t.Recording == "" {
		t.flow(dialplan.Failed{Reason: "the switch does not record this call"})
		return
	}
	t.Phase, t.MessageMin, t.MessageAt = Recording, a.Min, time.Time{}
	t.Timers[MessageOver] = t.now.Add(cmp.Or(max(a.Max, 0), defaultMessage))
	t.emit(PlayNamed{Play: t.play(), Name: Beep})
}

// listen begins the message when the tone is over. The recording runs only
// while the channel is in a bridge, so it is put into one, alone.
func (t *turn) listen() {
	t.MessageAt = t.now
	t.arrange()
}

// defaultMessage is the longest message when the flow does not say.
const defaultMessage = 3 * time.Minute

// messageTaken ends the message of a caller who is still there.
func (t *turn) messageTaken() {
	delete(t.Timers, MessageOver)
	t.hush()
	left := t.messageLeft()
	t.Phase = InFlow
	t.arrange()
	if left {
		t.flow(dialplan.Recorded{})
	} else {
		t.flow(dialplan.Failed{Reason: "too short for a message"})
	}
}

// messageLeft notes that there is a message, if it is long enough to be one.
func (t *turn) messageLeft() bool {
	if t.MessageAt.IsZero() || t.now.Sub(t.MessageAt) < t.MessageMin {
		return false
	}
	t.Result = ResultMessage
	t.note(CallMessage, FactData{Recording: t.Recording})
	return true
}
