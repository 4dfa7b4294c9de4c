package orchestrator

import (
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// What an agent does within a talk: hold, mute, keys, silence on the
// recording, and its end.

// hold lets the customer hear music. The caller of hold arranges.
func (t *turn) hold(by AgentID) {
	if t.Held {
		return
	}
	t.phoneHold(false)
	t.Held, t.HeldSince = true, t.now
	t.noteBy(CallHeld, by, FactData{})
}

// phoneHold notes the hold key of the agent's own phone, which the switch obeys
// by itself.
func (t *turn) phoneHold(on bool) {
	if t.PhoneHeld == on || (on && (t.Phase != InTalk || t.Held || t.Channel == "")) {
		return
	}
	t.PhoneHeld = on
	if on {
		t.noteBy(CallHeld, t.Agent, FactData{Channel: t.AgentLeg})
	} else {
		t.noteBy(CallRetrieved, t.Agent, FactData{Channel: t.AgentLeg})
	}
}

func (t *turn) retrieve(by AgentID) {
	if !t.Held {
		return
	}
	t.Held = false
	t.noteBy(CallRetrieved, by, FactData{})
}

func (t *turn) mute(by AgentID, on bool) {
	ch := t.AgentLeg
	if by == t.Agent {
		t.Muted = on
	} else {
		for i := range t.Others {
			if t.Others[i].Agent() == by {
				t.Others[i].Muted, ch = on, t.Others[i].Channel
			}
		}
	}
	if on {
		t.do(pbx.Mute{Channel: ch})
		t.noteBy(CallMuted, by, FactData{Channel: ch})
	} else {
		t.do(pbx.Unmute{Channel: ch})
		t.noteBy(CallUnmuted, by, FactData{Channel: ch})
	}
}

func (t *turn) mask(by AgentID) {
	if t.Recording == "" {
		return
	}
	t.Masked, t.MaskedAt = true, t.now
	t.do(pbx.Mask{Channel: t.Channel})
	t.noteBy(CallMasked, by, FactData{})
}

// unmask ends the silence on the recording; it also ends with the talk of
// whoever began it.
func (t *turn) unmask(by AgentID) {
	if !t.Masked {
		return
	}
	t.Masked = false
	t.do(pbx.Unmask{Channel: t.Channel})
	t.noteBy(CallUnmasked, by, FactData{})
}

// sendKeys presses keys towards whom the agent speaks with.
func (t *turn) sendKeys(keys string) {
	to := t.Channel
	if guest, asking := t.Guest(); asking && t.With == WithGuest {
		to = guest.Channel
	}
	t.do(pbx.SendKeys{Channel: to, Keys: keys})
	t.noteBy(CallKeys, t.Agent, FactData{Channel: to})
}

// hangUpLead ends the part of the agent responsible, or refuses the call that
// rings.
func (t *turn) hangUpLead() {
	switch t.Phase {
	case Offered, Reaching:
		t.hangUpSeat(pbx.Rejected)
	case Calling:
		t.hangUpSeat(pbx.Normal)
	case InTalk:
		if t.AgentLeg == "" { // its phone is lost
			t.agentEnded(pbx.Normal)
			return
		}
		t.hangUpSeat(pbx.Normal)
	}
}

// hangUpSeat ends the agent's leg; its Ended leads the call on. A nailed-up
// line stays, and nothing will be told: the call goes on at once.
func (t *turn) hangUpSeat(cause pbx.Cause) {
	if t.onLine(t.AgentLeg, t.Seat) || (t.Offer != nil && t.onLine(t.AgentLeg, *t.Offer)) {
		t.agentEnded(cause)
		return
	}
	t.do(pbx.Hangup{Channel: t.AgentLeg, Cause: cause})
}

func (t *turn) onLine(ch pbx.ChannelID, seat Offer) bool { return seat.Line != "" && seat.Line == ch }

// letGo ends a leg of ours: a phone is hung up, a nailed-up line given back.
func (t *turn) letGo(ch pbx.ChannelID, seat Offer, cause pbx.Cause) {
	if ch == "" || ch == t.gone {
		return
	}
	if !t.onLine(ch, seat) {
		t.do(pbx.Hangup{Channel: ch, Cause: cause})
		return
	}
	t.freeLine(ch, seat)
}

// freeLine takes a nailed-up line out of the call.
func (t *turn) freeLine(ch pbx.ChannelID, seat Offer) {
	if spot, placed := t.Spots[ch]; placed {
		if bridge, ok := bridgeAt(t.ID, spot); ok {
			t.do(pbx.Leave{Bridge: bridge, Channel: ch})
		} else {
			t.leaveSpot(ch, spot, "")
		}
	}
	t.emit(LineFree{seat})
}

// agentEnded is the end of the agent's leg, at any point.
func (t *turn) agentEnded(cause pbx.Cause) {
	if ch := t.AgentLeg; ch != "" && t.onLine(ch, t.Seat) {
		t.freeLine(ch, t.Seat)
		t.gone = ch
	}
	switch t.Phase {
	case Offered:
		t.offerEnded(outcomeOf(cause), cause)
	case Reaching, Calling:
		t.gaveUp(cause)
	case InTalk:
		if t.Returning {
			t.returnFailed()
			return
		}
		t.leadLeft(cause)
	case Dialling, Outside:
		t.outsideEnded(cause)
	case Closing:
		t.AgentLeg = ""
		t.closed()
	}
}

// leadLeft goes on when the agent responsible is gone: whoever was asked or is
// in the conference takes over, otherwise the talk is over.
func (t *turn) leadLeft(cause pbx.Cause) {
	switch guest, asking := t.Guest(); {
	case t.Channel == "":
		t.finish(ByAgent)
	case cause == pbx.Unreachable: // nobody hung up: its phone fell silent
		t.agentVanished()
	case asking:
		// Hanging up in a consultation hands the caller over.
		t.promote(guest, HowAttended)
	case t.Conference():
		t.promote(t.heir(), HowConference)
	default:
		t.endTalk(ByAgent, cause)
		t.AgentLeg = ""
		t.EndedBy = ByAgent
		t.afterTalk()
	}
}

// afterTalk leads the customer on when nobody speaks with them any more.
func (t *turn) afterTalk() {
	t.Phase = InFlow
	if t.Direction == Outbound || !t.Position.Begun() { // or adopted from nothing but its channels
		t.hangUpCaller(pbx.Normal)
		return
	}
	t.flow(dialplan.Served{By: string(ByAgent)})
}

// endTalk closes the conversation; the agent's leg is the caller's business.
func (t *turn) endTalk(by Side, cause pbx.Cause) {
	t.TalkEnded = t.now
	t.settleTalk()
	for _, l := range slices.Clone(t.Others) {
		t.release(l, OutcomeCancelled)
	}
	t.Others = nil
	t.Phase = InFlow
	t.arrange()
	if t.Answered.IsZero() { // colleagues who did not come to talk
		t.noteBy(LegEnded, t.Agent, FactData{Channel: t.AgentLeg, Purpose: ForTalk, Cause: cause, Target: string(t.Agent)})
	} else {
		t.note(CallTalkEnded, FactData{Channel: t.AgentLeg, By: by, Cause: cause})
	}
	t.seatOver(t.AgentLeg, t.Seat)
	t.Seat = Offer{}
}

// seatOver tells the floor, and for a mobile the guard, that the agent
// responsible is done.
func (t *turn) seatOver(leg pbx.ChannelID, seat Offer) {
	var talked time.Duration
	if !t.Answered.IsZero() {
		talked = t.now.Sub(t.Answered)
	}
	t.outgoingOver(leg, seat.Number, ForTalk, talked, seat.Agent)
	if t.Direction == Internal {
		t.emit(Dismissed{seat})
		return
	}
	t.emit(TalkOver{seat})
}

// settleTalk takes back everything that belongs to one agent's talk.
func (t *turn) settleTalk() {
	t.unmask(t.Agent)
	t.phoneHold(false)
	t.retrieve(t.Agent)
	t.With, t.Muted, t.Away, t.Returning = "", false, false, false
	for _, timer := range []Timer{Vanished, ComfortDue, RedialDue} {
		delete(t.Timers, timer)
	}
}

// noteBy notes what somebody did.
func (t *turn) noteBy(k FactKind, by AgentID, d FactData) {
	t.emit(Note{Fact{Kind: k, At: t.now, Site: t.Site, Call: t.ID, Agent: by, Data: d}})
}
