package pbxtest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/yihaotong/yihaotong/pbx"
)

// fresh returns an id nobody has used.
func fresh(what string) string { return "yht-" + what + "-" + uuid.NewString()[:18] }

// caller lets somebody call and waits for the announcement.
func (st *stage) caller(plan CallerPlan) (Party, pbx.Arrived) {
	st.t.Helper()
	if plan.Called == "" {
		plan.Called = "073112328"
	}
	if plan.Number == "" {
		plan.Number = "13800138000"
	}
	before := len(all(st, func(pbx.Arrived) bool { return true }))
	p := st.b.Call(st.t, plan)
	st.parties = append(st.parties, p)
	var arrived pbx.Arrived
	st.until("a caller to be announced", func() bool {
		n := 0
		for _, e := range st.events {
			if e, ok := e.(pbx.Arrived); ok {
				arrived = e
				n++
			}
		}
		return n > before
	})
	return p, arrived
}

// answered is caller, answered.
func (st *stage) answered(plan CallerPlan) (Party, pbx.ChannelID) {
	st.t.Helper()
	p, arrived := st.caller(plan)
	st.must(pbx.Answer{Channel: arrived.Channel})
	return p, arrived.Channel
}

// phone puts a phone, sets it up and waits until it can be reached.
func (st *stage) phone(plan PhonePlan) (Party, pbx.PhoneID) {
	st.t.Helper()
	phone := pbx.Phone{ID: pbx.PhoneID(fresh("p")), Secret: uuid.NewString()}
	st.try("PutPhone", func(ctx context.Context) error { return st.link.PutPhone(ctx, phone) })
	st.put = append(st.put, phone.ID)
	p := st.b.Phone(st.t, phone, plan)
	if plan.Does != Offline {
		await(st, "the phone to register", func(e pbx.PhoneChanged) bool { return e.Phone == phone.ID && e.Online })
	}
	return p, phone.ID
}

// originate calls a phone; the outcome is left to the caller.
func (st *stage) originate(phone pbx.PhoneID, by pbx.ChannelID, timeout time.Duration) pbx.ChannelID {
	st.t.Helper()
	id := pbx.ChannelID(fresh("leg"))
	st.hold(id)
	st.must(pbx.Originate{Channel: id, Phone: phone, Originator: by, Caller: "13800138000", Timeout: timeout})
	return id
}

// hold notes a channel that clear must see ended.
func (st *stage) hold(id pbx.ChannelID) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.held[id] = true
}

// release forgets a channel that never was.
func (st *stage) release(id pbx.ChannelID) {
	st.mu.Lock()
	defer st.mu.Unlock()
	delete(st.held, id)
}

// pickedUp calls a phone that answers and waits for that.
func (st *stage) pickedUp(plan PhonePlan, by pbx.ChannelID) (Party, pbx.ChannelID) {
	st.t.Helper()
	p, id := st.phone(plan)
	st.parties = append(st.parties, p)
	leg := st.originate(id, by, patience)
	await(st, "the phone to be picked up", on[pbx.Answered](leg))
	return p, leg
}

// bridge joins channels in a new bridge.
func (st *stage) bridge(ids ...pbx.ChannelID) pbx.BridgeID {
	st.t.Helper()
	id := pbx.BridgeID(fresh("b"))
	st.made = append(st.made, id)
	st.must(pbx.Join{Bridge: id, Channels: ids})
	return id
}

// hears waits until the party hears this; without ears it believes.
func (st *stage) hears(who string, p Party, want Heard) {
	st.t.Helper()
	if _, deaf := st.b.Absent()[SoundCheck]; deaf {
		return
	}
	var got Heard
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if got = p.Hears(); got.Same(want) {
			return
		}
		if time.Now().After(deadline) {
			st.t.Fatalf("the %s hears %v, want %v; so far:\n%s", who, got, want, st.story())
		}
	}
}

func voices(tones ...int) Heard {
	slices.Sort(tones)
	return Heard{Sound: Voices, Tones: tones}
}

// ended waits for the end of a channel, for one of these causes if any are
// given. That it is told once, and nothing after it, is checked by close.
func (st *stage) ended(id pbx.ChannelID, causes ...pbx.Cause) {
	st.t.Helper()
	e := await(st, fmt.Sprintf("%s to end", id), on[pbx.Ended](id))
	if len(causes) > 0 && !slices.Contains(causes, e.Cause) {
		st.t.Errorf("%s ended as %s, want %v", id, e.Cause, causes)
	}
}
