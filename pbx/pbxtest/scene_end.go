package pbxtest

import (
	"sync"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

var endings = []Scenario{
	{Name: "the caller hangs up: his end is told once and the agent stays", act: callerHangsUp},
	{Name: "the agent hangs up: that end is told once and the caller stays", act: agentHangsUp},
	{Name: "we hang up both: each end is told once", act: weHangUp},
	{Name: "commands on a channel that ended are Gone", act: deadChannel},
	{Name: "hang-ups that race end a channel once", act: hangupsRace},
	{Name: "a channel that ends during a prompt ends cleanly", act: endsDuringPrompt},
}

// talked is how long people talk before one of them hangs up: long enough for
// the suite to have joined them.
const talked = 4 * time.Second

func callerHangsUp(st *stage) {
	_, agent, id, leg, b := st.pair(CallerPlan{HangupAfter: talked}, PhonePlan{})
	st.ended(id, pbx.Normal)
	st.hears("agent", agent, Heard{Sound: Silence})
	st.quiet()
	if n := len(all(st, on[pbx.Ended](leg))); n != 0 {
		st.t.Error("the agent's channel ended by itself")
	}
	st.must(pbx.Dissolve{Bridge: b}, pbx.Hangup{Channel: leg, Cause: pbx.Normal})
	st.ended(leg, pbx.Normal)
}

func agentHangsUp(st *stage) {
	caller, _, id, leg, b := st.pair(CallerPlan{}, PhonePlan{HangupAfter: talked})
	st.ended(leg, pbx.Normal)
	st.hears("caller", caller, Heard{Sound: Silence})
	st.quiet()
	if n := len(all(st, on[pbx.Ended](id))); n != 0 {
		st.t.Error("the caller's channel ended by itself")
	}
	st.must(pbx.Dissolve{Bridge: b})
	if e := st.played(st.playing(id, st.b.Prompt(st.t, aMoment))); e.Err != nil {
		st.t.Errorf("the caller hears no prompt afterwards: %v", e.Err)
	}
}

func weHangUp(st *stage) {
	caller, agent, id, leg, _ := st.pair(CallerPlan{}, PhonePlan{})
	st.must(pbx.Hangup{Channel: id, Cause: pbx.Normal}, pbx.Hangup{Channel: leg, Cause: pbx.Normal})
	st.ended(id, pbx.Normal)
	st.ended(leg, pbx.Normal)
	st.eventually("both telephones to notice", func() bool { return caller.Over() && agent.Over() })
}

func deadChannel(st *stage) {
	_, id := st.answered(CallerPlan{})
	_, phone := st.phone(PhonePlan{})
	st.must(pbx.Hangup{Channel: id})
	st.ended(id)
	b := pbx.BridgeID(fresh("b"))
	st.mustBeGone(
		pbx.Answer{Channel: id},
		pbx.Ring{Channel: id},
		pbx.Play{Channel: id, ID: pbx.PlayID(fresh("play")), Files: []string{st.b.Prompt(st.t, aMoment)}},
		pbx.StopPlay{Channel: id, ID: "whatever"},
		pbx.StartMusic{Channel: id},
		pbx.StopMusic{Channel: id},
		pbx.Join{Bridge: b, Channels: []pbx.ChannelID{id}},
		pbx.Hangup{Channel: id},
		pbx.SetVars{Channel: id, Vars: map[string]string{"YHT_CALL": "x"}},
		pbx.Originate{Channel: pbx.ChannelID(fresh("leg")), Phone: phone, Originator: id, Timeout: promptly},
	)
	if snapshot := st.reopen(); len(snapshot.Bridges) != 0 {
		st.t.Errorf("a join that was refused left bridges: %v", snapshot.Bridges)
	}
}

func hangupsRace(st *stage) {
	for range 5 {
		_, id := st.answered(CallerPlan{HangupAfter: aMoment})
		time.Sleep(aMoment - 10*time.Millisecond) // the race is the point
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := st.do(pbx.Hangup{Channel: id, Cause: pbx.Normal}); err != nil && !isKind(err, pbx.Gone) {
					st.t.Errorf("a hang-up among others: %v", err)
				}
			})
		}
		all.Wait()
		st.ended(id, pbx.Normal)
	}
	st.quiet()
}

func endsDuringPrompt(st *stage) {
	_, id := st.answered(CallerPlan{HangupAfter: time.Second})
	st.playing(id, st.b.Prompt(st.t, time.Minute))
	st.ended(id, pbx.Normal)
	st.quiet() // a PlayEnded may have come before, but not after
}
