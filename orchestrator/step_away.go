package orchestrator

import (
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// An agent whose phone is lost in mid-talk: the caller is comforted, the agent
// is rung again as soon as the phone is back, and if that takes too long the
// caller goes to the front of the queue.
//
// Two things look alike from here. A link that was away for a moment leaves
// the leg alive: the talk goes on by itself. A browser that was opened anew
// has lost it: it signs in again (Returned), and gets a new leg.

const (
	// blipFor is how long a phone may be away before the caller is told.
	blipFor = 3 * time.Second
	// redialAfter is the pause before a lost phone is rung, and rung again.
	redialAfter = 250 * time.Millisecond
	redialAgain = time.Second
)

func (t *turn) phoneGone(in PhoneGone) {
	if in.Agent != t.Agent || t.Phase != InTalk {
		if l, ok := t.LegOf(in.Agent); ok && t.Phase == InTalk {
			t.Timers[goneTimer(l.Channel)] = t.now.Add(in.For)
		}
		return
	}
	if _, armed := t.Timers[Vanished]; armed {
		return
	}
	t.Timers[Vanished] = t.now.Add(in.For)
	t.Timers[ComfortDue] = t.now.Add(min(blipFor, in.For))
}

func (t *turn) phoneBack(in PhoneBack) {
	if in.Agent != t.Agent || t.Phase != InTalk {
		if l, ok := t.LegOf(in.Agent); ok {
			delete(t.Timers, goneTimer(l.Channel))
		}
		return
	}
	delete(t.Timers, ComfortDue)
	switch {
	case t.AgentLeg != "" && !t.Returning: // it never lost the leg
		delete(t.Timers, Vanished)
		t.agentBack()
	case t.AgentLeg == "":
		t.Timers[RedialDue] = t.now
	}
}

// returned is told when the agent's browser was opened anew.
func (t *turn) returned(in Returned) {
	if in.Agent != t.Agent || t.Phase != InTalk || (t.Seat.Line != "" && t.Seat.Line == t.AgentLeg) {
		return
	}
	t.away()
	if t.AgentLeg != "" {
		t.do(pbx.Hangup{Channel: t.AgentLeg, Cause: pbx.Normal})
		t.noteBy(LegEnded, t.Agent, FactData{Channel: t.AgentLeg, Purpose: ForReturn, Cause: pbx.Unreachable, Target: string(t.Agent)})
	}
	t.AgentLeg, t.Returning = "", false
	t.Timers[Vanished] = t.now.Add(vanishPatience)
	t.Timers[RedialDue] = t.now.Add(redialAfter)
	t.arrange()
}

// away comforts the caller of an agent whose phone is lost.
func (t *turn) away() {
	if t.Away {
		return
	}
	t.Away = true
	t.phoneHold(false)
	delete(t.Timers, ComfortDue)
	t.noteBy(CallAway, t.Agent, FactData{Channel: t.AgentLeg})
	t.arrange()
	if t.Channel != "" {
		t.emit(Speak{Play: t.play(), Text: dialplan.PhoneLost.In(t.Language), Language: t.Language})
	}
}

// redial rings the phone that was lost.
func (t *turn) redial() {
	if !t.Away || t.AgentLeg != "" {
		return
	}
	t.Legs++
	t.AgentLeg, t.Returning = agentLeg(t.ID, t.Legs), true
	t.noteBy(LegStarted, t.Agent, FactData{Channel: t.AgentLeg, Purpose: ForReturn, Target: string(t.Agent), Phone: t.Seat.Phone})
	seat := t.Seat
	seat.Line = ""
	t.dialLeg(t.AgentLeg, &seat, "", ForReturn)
}

func (t *turn) returnFailed() {
	t.noteBy(LegEnded, t.Agent, FactData{Channel: t.AgentLeg, Purpose: ForReturn, Outcome: OutcomeUnreachable, Target: string(t.Agent)})
	t.AgentLeg, t.Returning = "", false
	t.Timers[RedialDue] = t.now.Add(redialAgain)
}

// returnAnswered brings the agent back into the talk.
func (t *turn) returnAnswered() {
	t.Returning = false
	delete(t.Timers, Vanished)
	delete(t.Timers, RedialDue)
	t.noteBy(LegAnswered, t.Agent, FactData{Channel: t.AgentLeg, Purpose: ForReturn, Target: string(t.Agent)})
	if t.Muted {
		t.do(pbx.Mute{Channel: t.AgentLeg})
	}
	t.agentBack()
}

func (t *turn) agentBack() {
	if !t.Away {
		return
	}
	t.Away = false
	t.hush()
	t.noteBy(CallBack, t.Agent, FactData{Channel: t.AgentLeg})
	t.arrange()
}

// agentVanished gives a lost agent up: whoever else is in the talk goes on
// with the caller, or the caller returns to the front of the queue.
func (t *turn) agentVanished() {
	leg := t.AgentLeg
	t.hush()
	guest, asking := t.Guest()
	switch {
	case t.Channel == "":
		t.finish(BySystem)
		return
	case t.Conference():
		t.promote(t.heir(), HowConference)
		return
	case asking && guest.Up:
		t.promote(guest, HowAttended)
		return
	}
	if leg != "" && leg != t.gone {
		t.do(pbx.Hangup{Channel: leg, Cause: pbx.Normal})
	}
	t.endTalk(BySystem, pbx.Unreachable)
	t.AgentLeg, t.Agent = "", ""
	if t.Place == nil {
		t.hangUpCaller(pbx.Normal)
		return
	}
	t.frontOfQueue()
	t.emit(Speak{Play: t.play(), Text: dialplan.FrontOfQueue.In(t.Language), Language: t.Language})
}
