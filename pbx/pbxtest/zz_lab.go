package pbxtest

import (
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Peek looks.
var Peek func(...string)

var lab = []Scenario{
	{Name: "lab A order agent first, talk 6", act: func(st *stage) { labRec(st, true, 6*time.Second, false, 0) }},
	{Name: "lab B agent by id", act: func(st *stage) { labRec(st, false, 1500*time.Millisecond, false, 0) }},
	{Name: "lab C conference 2s", act: func(st *stage) { labRec(st, false, 1500*time.Millisecond, false, 2*time.Second) }},
	{Name: "lab D rejoin", act: func(st *stage) { labRec(st, false, 1500*time.Millisecond, true, 0) }},
}

func labRec(st *stage, first bool, talk time.Duration, rejoin bool, conf time.Duration) {
	var agent Party
	var leg pbx.ChannelID
	if first {
		agent, leg = st.pickedUp(PhonePlan{Tone: AgentTone}, "")
	}
	far, a := st.caller(CallerPlan{Tone: CallerTone})
	id, name := a.Channel, a.Recording
	st.must(pbx.Answer{Channel: id})
	if !first {
		agent, leg = st.pickedUp(PhonePlan{Tone: AgentTone}, id)
	}
	b := st.bridge(id, leg)
	st.hears("customer", far, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
	time.Sleep(5 * time.Second)
	expert, other := st.pickedUp(PhonePlan{Tone: ExpertTone}, leg)
	if conf > 0 {
		st.must(pbx.Join{Bridge: b, Channels: []pbx.ChannelID{other}})
		time.Sleep(conf)
		st.must(pbx.Leave{Bridge: b, Channel: leg})
	} else {
		st.must(pbx.Leave{Bridge: b, Channel: leg})
		if rejoin {
			st.must(pbx.Leave{Bridge: b, Channel: id})
		}
		st.must(pbx.Join{Bridge: b, Channels: []pbx.ChannelID{other}})
		if rejoin {
			st.must(pbx.Join{Bridge: b, Channels: []pbx.ChannelID{id}})
		}
	}
	st.must(pbx.Hangup{Channel: leg})
	st.hears("expert", expert, voices(CallerTone))
	st.hears("customer", far, voices(ExpertTone))
	time.Sleep(talk)
	st.must(pbx.Hangup{Channel: id}, pbx.Hangup{Channel: other})
	st.ended(id, pbx.Normal)
	st.t.Logf("TAPE %v", st.b.Recorded(st.t, name))
}
