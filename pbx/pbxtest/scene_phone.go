package pbxtest

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

var phones = []Scenario{
	{Name: "a phone rings, is picked up and joined: both hear each other", act: bothHear},
	{Name: "a phone that is not picked up gives no answer", act: noAnswer},
	{Name: "a busy phone gives busy", act: busyPhone},
	{Name: "a phone that rejects gives rejected", act: rejectingPhone},
	{Name: "a phone that is not registered is unreachable", act: unreachable},
	{Name: "a phone that was removed is unreachable", act: removed},
	{Name: "a phone put twice goes on working", act: putTwice},
	{Name: "a caller leaves while the phone rings: nothing keeps ringing", act: leavesWhileRinging},
	{Name: "the hold key of a phone is told", Needs: []Capability{HoldKey}, act: holdKey},
	{Name: "a number is called through the trunk", Needs: []Capability{Outward}, act: outward},
}

// Voices of the people in the scenarios, in Hz.
const (
	CallerTone = 425
	AgentTone  = 1150
	ExpertTone = 1900
)

func bothHear(st *stage) {
	caller, id := st.answered(CallerPlan{Tone: CallerTone})
	agent, leg := st.pickedUp(PhonePlan{After: aMoment, Tone: AgentTone}, id)
	if n := len(all(st, on[pbx.Ringing](leg))); n != 1 {
		st.t.Errorf("ringing was told %d times", n)
	}
	st.hears("caller", caller, Heard{Sound: Silence})
	st.hears("agent", agent, Heard{Sound: Silence})
	st.bridge(id, leg)
	st.hears("caller", caller, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
}

func noAnswer(st *stage) {
	_, id := st.answered(CallerPlan{})
	_, phone := st.phone(PhonePlan{Does: Rings})
	start := time.Now()
	leg := st.originate(phone, id, 2*time.Second)
	await(st, "the phone to ring", on[pbx.Ringing](leg))
	st.ended(leg, pbx.NoAnswer)
	if rang := time.Since(start); rang < 1500*time.Millisecond || rang > 5*time.Second {
		st.t.Errorf("it rang for %s instead of 2 s", rang)
	}
}

func busyPhone(st *stage) {
	_, id := st.answered(CallerPlan{})
	_, phone := st.phone(PhonePlan{Does: Busy})
	leg := st.originate(phone, id, patience)
	st.ended(leg, pbx.Busy)
	if n := len(all(st, on[pbx.Ringing](leg))); n != 0 {
		st.t.Error("a busy phone was told to ring")
	}
}

func rejectingPhone(st *stage) {
	_, id := st.answered(CallerPlan{})
	_, phone := st.phone(PhonePlan{Does: Rejects, After: aMoment})
	leg := st.originate(phone, id, patience)
	await(st, "the phone to ring", on[pbx.Ringing](leg))
	st.ended(leg, pbx.Rejected)
}

// notReached calls a phone that cannot be reached: either the switch refuses at
// once and no event follows, or the channel ends as unreachable.
func (st *stage) notReached(phone pbx.PhoneID, by pbx.ChannelID) {
	st.t.Helper()
	leg := pbx.ChannelID(fresh("leg"))
	err := st.do(pbx.Originate{Channel: leg, Phone: phone, Originator: by, Timeout: promptly})
	if err == nil {
		st.ended(leg, pbx.Unreachable)
		return
	}
	if !isKind(err, pbx.Refused) {
		st.t.Errorf("refused as %v, want the kind Refused", err)
	}
	st.quiet()
	if n := len(all(st, func(e pbx.Event) bool { return e.Subject() == leg })); n != 0 {
		st.t.Errorf("refused, and %d events of the channel came nevertheless:\n%s", n, st.story())
	}
}

func unreachable(st *stage) {
	_, id := st.answered(CallerPlan{})
	_, phone := st.phone(PhonePlan{Does: Offline})
	st.notReached(phone, id)
	st.notReached(pbx.PhoneID(fresh("p")), id)
}

func removed(st *stage) {
	_, id := st.answered(CallerPlan{})
	_, phone := st.phone(PhonePlan{Does: Rings})
	st.try("RemovePhone", func(ctx context.Context) error { return st.link.RemovePhone(ctx, phone) })
	st.notReached(phone, id)
}

func putTwice(st *stage) {
	_, id := st.answered(CallerPlan{})
	phone := pbx.Phone{ID: pbx.PhoneID(fresh("p")), Secret: "first-and-second"}
	st.put = append(st.put, phone.ID)
	st.putAgain(phone)
	st.putAgain(phone)
	st.b.Phone(st.t, phone, PhonePlan{After: aMoment})
	await(st, "the phone to register", func(e pbx.PhoneChanged) bool { return e.Phone == phone.ID && e.Online })
	st.putAgain(phone)
	leg := st.originate(phone.ID, id, patience)
	await(st, "the phone to be picked up", on[pbx.Answered](leg))
}

func leavesWhileRinging(st *stage) {
	_, id := st.answered(CallerPlan{HangupAfter: 2500 * time.Millisecond})
	agent, phone := st.phone(PhonePlan{Does: Rings})
	st.parties = append(st.parties, agent)
	leg := st.originate(phone, id, patience)
	await(st, "the phone to ring", on[pbx.Ringing](leg))
	st.ended(id, pbx.Normal)
	if n := len(all(st, on[pbx.Ended](leg))); n == 0 {
		st.must(pbx.Hangup{Channel: leg, Cause: pbx.Normal})
	}
	st.ended(leg)
	st.eventually("the phone to be still", agent.Over)
	if n := len(all(st, on[pbx.Answered](leg))); n != 0 {
		st.t.Error("nobody picked up, and Answered was told")
	}
}

func holdKey(st *stage) {
	caller, id := st.answered(CallerPlan{Tone: CallerTone})
	agent, leg := st.pickedUp(PhonePlan{Tone: AgentTone, HoldAfter: 2 * time.Second, ResumeAfter: 6 * time.Second}, id)
	st.bridge(id, leg)
	st.hears("caller", caller, voices(AgentTone))
	await(st, "the hold key", on[pbx.Held](leg))
	st.hears("caller", caller, Heard{Sound: Music})
	await(st, "the hold key again", on[pbx.Resumed](leg))
	st.hears("caller", caller, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
}

func outward(st *stage) {
	_, id := st.answered(CallerPlan{})
	const number = "13900139000"
	far := st.b.Outside(st.t, number, PhonePlan{After: aMoment})
	st.parties = append(st.parties, far)
	leg := pbx.ChannelID(fresh("out"))
	st.hold(leg)
	st.must(pbx.Originate{Channel: leg, Trunk: st.b.Trunk().ID, Number: number, Originator: id, Caller: "12328", Timeout: patience})
	await(st, "the far end to answer", on[pbx.Answered](leg))
}
