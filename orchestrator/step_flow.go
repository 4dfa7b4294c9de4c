package orchestrator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// arrived begins a call.
func (t *turn) arrived() {
	t.note(CallArrived, FactData{
		Channel: t.Channel, Trunk: t.Trunk, Called: t.Called, Caller: t.Caller, CallerName: t.CallerName,
		Flow: t.Call.Flow, Recording: t.Recording, Language: t.Language,
	})
	t.do(pbx.SetVars{Channel: t.Channel, Vars: map[string]string{
		VarCall: string(t.ID), VarSite: string(t.Site), VarRole: "caller",
	}})
	t.flow(dialplan.Begin{})
}

// flow gives the flow an input and does what it says.
func (t *turn) flow(in dialplan.Input) {
	if t.Script.Flow == nil {
		return // a call that an agent began
	}
	var actions []dialplan.Action
	was := t.Position.Step
	t.Position, actions = t.Script.Flow.Next(t.Position, in, t.facts())
	if t.Position.Step != was {
		t.note(CallStep, FactData{Step: t.Position.Step, Path: t.Position.Path()})
	}
	for _, a := range actions {
		t.act(a)
	}
}

// facts is what the flow may ask about.
func (t *turn) facts() dialplan.Facts {
	where := t.Hours.Location
	if where == nil {
		where = dialplan.China
	}
	return dialplan.Facts{
		Now: t.now.In(where), Site: string(t.Site), Caller: t.Caller, Called: t.Called, Language: t.Language,
		Area: dialplan.AreaCode(t.Caller), Open: t.Hours.Open(t.now), Holiday: t.Hours.Holiday(t.now),
		Blacklisted: t.Blocked, VIP: t.VIP > 0, Night: dialplan.Night(t.now.In(where)), Contacts: t.Script.Contacts,
	}
}

func (t *turn) act(a dialplan.Action) {
	switch a := a.(type) {
	case dialplan.Answer:
		t.do(pbx.Answer{Channel: t.Channel})
	case dialplan.Say:
		t.emit(Speak{Play: t.play(), Text: a.Text, Language: a.Language})
	case dialplan.PlayFile:
		t.emit(PlayNamed{Play: t.play(), Name: a.Name})
	case dialplan.Stop:
		t.hush()
	case dialplan.Await:
		t.Timers[AwaitInput] = t.now.Add(a.For)
	case dialplan.SetLanguage:
		t.Language = a.Language
	case dialplan.Enqueue:
		t.enqueue(a)
	case dialplan.LeaveLine:
		t.leaveLine()
	case dialplan.Callback:
		t.callBack(a)
	case dialplan.Refer:
		t.note(CallReferred, FactData{Referral: a.Code, How: "told"})
	case dialplan.Rate:
		t.Rating = a.Score
		t.note(CallRated, FactData{Score: a.Score})
	case dialplan.TakeMessage:
		t.message(a)
	case dialplan.Transfer:
		t.transfer(a)
	case dialplan.HangUp:
		t.hangUpCaller(a.Cause)
	}
}

// play names the next thing the caller hears.
func (t *turn) play() pbx.PlayID {
	delete(t.Timers, AwaitInput)
	t.Plays++
	t.Play = pbx.PlayID(fmt.Sprintf("%s-p%d", t.ID, t.Plays))
	return t.Play
}

// aside names something that another leg than the caller's hears.
func (t *turn) aside() pbx.PlayID {
	t.Plays++
	return pbx.PlayID(fmt.Sprintf("%s-p%d", t.ID, t.Plays))
}

// hush stops what is playing to the caller.
func (t *turn) hush() {
	if t.Play != "" {
		t.do(pbx.StopPlay{Channel: t.Channel, ID: t.Play})
		t.Play = ""
	}
}

func (t *turn) playEnded(ev pbx.PlayEnded) {
	if ev.Play != t.Play {
		return // stopped by us, or of an earlier step
	}
	t.Play = ""
	switch t.Phase {
	case InFlow:
		if ev.Err != nil {
			t.flow(dialplan.PlayFailed{Reason: ev.Err.Error()})
		} else {
			t.flow(dialplan.Played{})
		}
	case Recording:
		t.listen()
	case Queued, Offered, Dialling:
		t.do(pbx.StartMusic{Channel: t.Channel, Class: t.Waiting.Music})
	case InTalk:
		if t.Spots[t.Channel] == AtMusic {
			t.do(pbx.StartMusic{Channel: t.Channel, Class: t.Waiting.Music})
		}
	}
}

func (t *turn) hangUpCaller(cause pbx.Cause) {
	if cause == "" {
		cause = pbx.Normal
	}
	t.HungUp = true
	t.do(pbx.Hangup{Channel: t.Channel, Cause: cause})
}

// callerEnded is the end of the caller's leg, at any point.
func (t *turn) callerEnded(cause pbx.Cause) {
	by := ByCaller
	if t.HungUp {
		by = BySystem
	}
	if t.EndedBy == "" {
		t.EndedBy = by
	}
	t.Ended = t.now
	was := t.Phase
	if t.Direction == Outbound && t.Channel != "" {
		t.customerEnded(cause)
	}
	t.Play = ""
	clear(t.Timers)
	t.leaveAll(was, cause)
	t.Phase = Closing
	t.Result = t.result(was)
	t.note(CallEnded, FactData{
		Channel: t.Channel, Cause: cause, By: t.EndedBy, Result: t.Result, Path: t.Position.Path(), Recording: t.Recording,
		Ticket: t.Ticket, Task: t.Task, Parent: t.Parent, Direction: t.Direction,
	})
	t.Timers[CloseOver] = t.now.Add(closePatience)
	t.closed()
}

// leaveAll lets everybody go who was with a customer that is gone.
func (t *turn) leaveAll(was Phase, cause pbx.Cause) {
	leg, seat := t.AgentLeg, t.Seat
	switch was {
	case Queued:
		t.emit(LeaveQueue{t.Place.Queue})
	case Offered:
		seat = *t.Offer
		t.note(CallOfferEnded, FactData{Channel: leg, Outcome: OutcomeCallerLeft})
		t.emit(OfferClosed{*t.Offer, OutcomeCallerLeft})
		t.Offer = nil
	case InTalk:
		t.endTalk(ByCaller, cause)
	case Reaching, Calling:
		t.Phase = Closing
		t.arrange()
		if leg != "" {
			t.noteBy(LegEnded, t.Agent, FactData{Channel: leg, Purpose: ForTalk, Cause: cause, Target: string(t.Agent)})
		}
		t.seatOver(leg, seat)
		if t.Colleague != nil {
			t.emit(OfferClosed{*t.Colleague, OutcomeCancelled})
			t.Colleague = nil
		}
	case Outside:
		t.Phase = Closing
		t.arrange()
		t.outsideGone(pbx.Normal)
	case Dialling:
		t.outsideGone(pbx.NoAnswer)
	case Recording:
		t.messageLeft()
		t.Phase = Closing
		t.arrange()
	}
	for _, l := range slices.Clone(t.Others) {
		t.release(l, OutcomeCancelled)
	}
	t.Others = nil
	t.letGo(leg, seat, pbx.Normal)
	t.AgentLeg = ""
	if leg != "" && leg != t.gone && !t.onLine(leg, seat) {
		t.AgentLeg = leg // its end is still to be told
	}
}

// closed ends the call when nobody is left.
func (t *turn) closed() {
	if t.AgentLeg == "" && len(t.Others) == 0 {
		t.over()
	}
}

// closePatience is how long a call waits for the end of the agent's leg after
// the caller has left; what is still there then, reconciliation removes.
const closePatience = 5 * time.Second

func (t *turn) result(was Phase) Result {
	switch {
	case t.Result != "":
		return t.Result
	case !t.Answered.IsZero():
		return ResultAnswered
	case t.Direction == Outbound || t.Direction == Internal:
		return ResultNotReached
	case was == Queued || was == Offered:
		return ResultAbandonedQueue
	case t.Blocked:
		return ResultRefused
	case t.HungUp:
		return ResultFlowEnded
	default:
		return ResultAbandonedFlow
	}
}

func (t *turn) over() {
	t.Phase = Over
	clear(t.Timers)
}

// lost closes a call that died with the switch.
func (t *turn) lost() {
	t.EndedBy, t.Result = BySystem, ResultLost
	t.callerEnded(pbx.SwitchLost)
	t.AgentLeg = ""
	t.over()
	// Nothing is left on the switch to command.
	kept := t.effects[:0]
	for _, e := range t.effects {
		if _, ok := e.(Do); !ok {
			kept = append(kept, e)
		}
	}
	t.effects = kept
}

// maskedNumber shows a number as 138****1411 on the agent's phone.
func maskedNumber(n string) string {
	if len(n) < 8 {
		return n
	}
	return n[:3] + strings.Repeat("*", len(n)-7) + n[len(n)-4:]
}
