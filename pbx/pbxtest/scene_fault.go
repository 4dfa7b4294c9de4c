package pbxtest

import (
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

var faults = []Scenario{
	{Name: "a cut link is told, and then the state as it really is", Needs: []Capability{LinkFaults}, act: linkCut},
	{Name: "who leaves during a cut is not in the snapshot", Needs: []Capability{LinkFaults}, act: leavesDuringCut},
	{Name: "a restarted switch is told and gets its phones again", Needs: []Capability{Restarts}, act: restarted},
}

// disconnected waits until the n-th loss of the link is told.
func (st *stage) disconnected(n int) {
	st.t.Helper()
	st.until("Disconnected", func() bool { return countOf[pbx.Disconnected](st.events) >= n })
}

// connected waits for the n-th Connected.
func (st *stage) connected(n int) pbx.Snapshot {
	st.t.Helper()
	st.until("Connected", func() bool { return countOf[pbx.Connected](st.events) >= n })
	return all(st, func(pbx.Connected) bool { return true })[n-1].Snapshot
}

func linkCut(st *stage) {
	caller, agent, id, leg, b := st.pair(CallerPlan{}, PhonePlan{})
	st.must(
		pbx.SetVars{Channel: id, Vars: map[string]string{"YHT_CALL": "0197", "YHT_QUEUE": "430100 咨询"}},
		pbx.SetVars{Channel: leg, Vars: map[string]string{"YHT_CALL": "0197"}},
	)
	before := st.connected(1)
	st.b.Cut(st.t)
	st.disconnected(1)
	start := time.Now()
	if err := st.do(pbx.StartMusic{Channel: id}); !isKind(err, pbx.Unavailable) {
		st.t.Errorf("a command without a link: %v, want Unavailable", err)
	}
	if took := time.Since(start); took > time.Second {
		st.t.Errorf("it took %s to say that there is no link", took)
	}
	st.b.Heal(st.t)
	after := st.connected(2)
	if !after.Booted.Equal(before.Booted) {
		st.t.Errorf("the switch did not restart, yet Booted went from %s to %s", before.Booted, after.Booted)
	}
	st.holds(after, id, leg, b)
	st.hears("caller", caller, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
	st.must(pbx.Hangup{Channel: leg, Cause: pbx.Normal})
	st.ended(leg, pbx.Normal)
}

func leavesDuringCut(st *stage) {
	leaver, gone := st.answered(CallerPlan{HangupAfter: 3 * time.Second})
	_, stays := st.answered(CallerPlan{})
	st.b.Cut(st.t)
	st.disconnected(1)
	st.eventually("the caller to leave", leaver.Over)
	st.b.Heal(st.t)
	snapshot := st.connected(2)
	if len(snapshot.Channels) != 1 || snapshot.Channels[0].ID != stays {
		st.t.Errorf("the snapshot has %+v, want only %s", snapshot.Channels, stays)
	}
	st.mustBeGone(pbx.Hangup{Channel: gone})
}

func restarted(st *stage) {
	_, _, id, _, _ := st.pair(CallerPlan{}, PhonePlan{})
	_, phone := st.phone(PhonePlan{After: aMoment})
	before := st.connected(1)
	st.b.Kill(st.t)
	st.disconnected(1)
	st.parties = nil // nobody has told the telephones
	st.b.Boot(st.t)
	after := st.connected(2)
	if after.Booted.Equal(before.Booted) {
		st.t.Errorf("the switch restarted, yet Booted is still %s", after.Booted)
	}
	if len(after.Channels) != 0 || len(after.Bridges) != 0 {
		st.t.Errorf("a new switch has %v and %v", after.Channels, after.Bridges)
	}
	if _, ok := after.Phones[phone]; !ok {
		st.t.Errorf("the phone was not put again: %v", after.Phones)
	}
	st.mustBeGone(pbx.Answer{Channel: id})
	if !after.Phones[phone] {
		st.online(phone)
	}
	_, id = st.answered(CallerPlan{})
	leg := st.originate(phone, id, patience)
	await(st, "the phone to be picked up after the restart", on[pbx.Answered](leg))
}

// online waits until the latest word on the phone is that it can be reached.
func (st *stage) online(phone pbx.PhoneID) {
	st.t.Helper()
	st.until("the phone to register again", func() bool {
		online := false
		for _, e := range st.events {
			switch e := e.(type) {
			case pbx.Connected:
				online = e.Snapshot.Phones[phone]
			case pbx.PhoneChanged:
				if e.Phone == phone {
					online = e.Online
				}
			}
		}
		return online
	})
}
