package orchestrator

import (
	"slices"
)

// Act names something an agent may want done with a call. The names are the
// API's and the buttons'.
type Act string

// The acts.
const (
	DoHold       Act = "hold"           // 保持
	DoRetrieve   Act = "retrieve"       // 恢复
	DoMute       Act = "mute"           // 静音
	DoUnmute     Act = "unmute"         //
	DoKeys       Act = "keys"           // 按键
	DoConsult    Act = "consult"        // 咨询
	DoHelp       Act = "help"           // 内部求助
	DoCancel     Act = "cancel-consult" // 回到来电人
	DoSwap       Act = "swap"           // 轮流通话
	DoComplete   Act = "complete"       // 完成转接
	DoTransfer   Act = "transfer"       // 转接
	DoConference Act = "conference"     // 三方通话
	DoLeave      Act = "leave"          // 退出会议
	DoDrop       Act = "drop"           // 移除
	DoRate       Act = "rate"           // 转评价
	DoMask       Act = "mask"           // 录音暂停
	DoUnmask     Act = "unmask"         //
	DoRefer      Act = "refer"          // 转办告知
	DoHangup     Act = "hangup"         // 挂机
	DoListen     Act = "listen"         // 监听
	DoWhisper    Act = "whisper"        // 密语
	DoBarge      Act = "barge"          // 强插
	DoTakeOver   Act = "take-over"      // 拦截
)

// Request is an act with what it needs.
type Request interface{ act() Act }

type (
	// Simple is an act that needs nothing else.
	Simple struct{ Act Act }
	// Keys are pressed towards the far side.
	Keys struct{ Keys string }
	// Consult asks somebody for advice; the caller waits.
	Consult struct{ With Callee }
	// Transfer gives the caller away at once.
	Transfer struct{ To Callee }
	// Drop removes a leg.
	Drop struct{ Leg string }
	// Refer names another service's number to the caller, or leads there.
	Refer struct {
		Code string
		To   *Callee // nil: told only
	}
	// ListenIn lets a supervisor take part in an agent's talk, or changes how.
	ListenIn struct {
		Seat *Offer // the supervisor's; nil: is in the call already
		To   AgentID
		Mode ListenMode
		Over bool // take over
	}
)

func (r Simple) act() Act { return r.Act }
func (Keys) act() Act     { return DoKeys }
func (r Consult) act() Act {
	if r.With.Purpose == ForHelp {
		return DoHelp
	}
	return DoConsult
}
func (Transfer) act() Act { return DoTransfer }
func (Drop) act() Act     { return DoDrop }
func (Refer) act() Act    { return DoRefer }
func (r ListenIn) act() Act {
	if r.Over {
		return DoTakeOver
	}
	return Act(r.Mode)
}

// Callee is somebody to be rung for a call: exactly one of Seat, Number and
// Queue is set.
type Callee struct {
	Seat    *Offer // an agent, taken for this call by the floor
	Number  string
	Queue   QueueID
	Name    string
	Purpose Purpose
}

// mostLegs bounds how many may be in a call besides customer and agent.
const mostLegs = 5

// Can lists what an agent may do with the call as it stands: what the desk
// shows as buttons, and what a step accepts. Empty for who has no part in it.
func (c Call) Can(by AgentID) []Act {
	switch {
	case by == "" || c.Phase == Over || c.Phase == Closing:
		return nil
	case by == c.Agent && c.AgentLeg != "" && (c.Phase == Offered || c.Phase == Reaching || c.Phase == Calling):
		return []Act{DoHangup}
	case by == c.Agent && c.Phase == InTalk:
		return c.leadCan()
	}
	l, here := c.LegOf(by)
	switch {
	case !here:
		return nil
	case !l.Up:
		return []Act{DoHangup}
	case l.Purpose == ForListen:
		return c.listenerCan(l)
	}
	return []Act{muting(l.Muted), DoHangup}
}

func (c Call) leadCan() []Act {
	if c.Away {
		return []Act{DoHangup}
	}
	guest, asking := c.Guest()
	customer := c.Channel != ""
	can := []Act{muting(c.Muted)}
	if customer && !asking {
		if c.Held {
			can = append(can, DoRetrieve)
		} else {
			can = append(can, DoHold, DoKeys)
		}
		can = append(can, DoTransfer)
		if c.Direction != Outbound {
			can = append(can, DoRefer)
		}
	}
	if customer && !asking && len(c.Others) < mostLegs {
		can = append(can, DoConsult, DoHelp)
	}
	if asking && customer {
		can = append(can, DoCancel, DoComplete)
		if guest.Up {
			can = append(can, DoSwap, DoConference, DoKeys)
		}
	}
	if customer && c.Conference() && !asking {
		can = append(can, DoLeave)
	}
	if slices.ContainsFunc(c.Others, func(l Leg) bool { return l.Merged && l.Purpose != ForListen }) {
		can = append(can, DoDrop)
	}
	if customer && !asking && !c.Conference() && c.Position.Begun() {
		can = append(can, DoRate)
	}
	if customer && c.Recording != "" {
		if c.Masked {
			can = append(can, DoUnmask)
		} else {
			can = append(can, DoMask)
		}
	}
	if !asking || !customer {
		can = append(can, DoHangup)
	}
	return can
}

func (c Call) listenerCan(l Leg) []Act {
	var can []Act
	for _, m := range []ListenMode{ModeListen, ModeWhisper, ModeBarge} {
		if l.Mode != m {
			can = append(can, Act(m))
		}
	}
	if c.Channel != "" && c.Phase == InTalk {
		can = append(can, DoTakeOver)
	}
	return append(can, DoHangup)
}

func muting(muted bool) Act {
	if muted {
		return DoUnmute
	}
	return DoMute
}

// asked does what somebody wants, or refuses.
func (t *turn) asked(in Asked) {
	if in.Want == nil { // the call itself was asked for
		t.begin()
		return
	}
	act := in.Want.act()
	if listen, ok := in.Want.(ListenIn); ok && listen.Seat != nil {
		t.listenIn(in.By, listen)
		return
	}
	if !slices.Contains(t.Can(in.By), act) {
		t.emit(Refuse{&ActError{Act: act, Phase: t.Phase}})
		return
	}
	lead := in.By == t.Agent
	switch want := in.Want.(type) {
	case Keys:
		t.sendKeys(want.Keys)
	case Consult:
		t.consult(in.By, want.With)
	case Transfer:
		t.transferTo(want.To, HowBlind)
	case Drop:
		t.drop(want.Leg)
	case Refer:
		t.refer(want)
	case ListenIn:
		t.changeMode(in.By, want)
	case Simple:
		t.simple(in.By, lead, want.Act)
	}
}

func (t *turn) simple(by AgentID, lead bool, act Act) {
	switch act {
	case DoHold:
		t.hold(by)
		t.arrange()
	case DoRetrieve:
		t.retrieve(by)
		t.arrange()
	case DoMute, DoUnmute:
		t.mute(by, act == DoMute)
	case DoMask:
		t.mask(by)
	case DoUnmask:
		t.unmask(by)
	case DoCancel:
		t.cancelConsult()
	case DoSwap:
		t.swap()
	case DoComplete:
		t.complete(HowAttended)
	case DoConference:
		t.conference()
	case DoLeave:
		t.leaveConference()
	case DoRate:
		t.note(CallTransferred, FactData{How: HowRating})
		t.hangUpLead()
	case DoHangup:
		if lead {
			t.hangUpLead()
		} else if l, ok := t.LegOf(by); ok {
			t.dropLeg(l, OutcomeCancelled)
		}
	}
}

// ActError reports an act that the call does not allow now.
type ActError struct {
	Act   Act
	Phase Phase
}

func (e *ActError) Error() string {
	return "orchestrator: cannot " + string(e.Act) + " a call in phase " + string(e.Phase)
}
