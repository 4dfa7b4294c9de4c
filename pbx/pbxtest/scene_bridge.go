package pbxtest

import (
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

var bridges = []Scenario{
	{Name: "a channel leaves a bridge and comes back", act: leaveAndRejoin},
	{Name: "dissolving a bridge keeps its channels", act: dissolveKeeps},
	{Name: "a third party joins and is heard by both", act: three},
	{Name: "joining ends music and speech", act: joinEndsSpeech},
}

var silent = Heard{Sound: Silence}

// pair is a caller and an agent in a conversation.
func (st *stage) pair(c CallerPlan, p PhonePlan) (caller, agent Party, id, leg pbx.ChannelID, b pbx.BridgeID) {
	st.t.Helper()
	c.Tone, p.Tone = CallerTone, AgentTone
	caller, id = st.answered(c)
	agent, leg = st.pickedUp(p, id)
	b = st.bridge(id, leg)
	st.hears("caller", caller, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
	return caller, agent, id, leg, b
}

func leaveAndRejoin(st *stage) {
	caller, agent, id, leg, b := st.pair(CallerPlan{}, PhonePlan{})
	st.must(pbx.Leave{Bridge: b, Channel: id}, pbx.StartMusic{Channel: id})
	st.hears("caller", caller, Heard{Sound: Music})
	st.hears("agent", agent, silent)
	if err := st.do(pbx.Leave{Bridge: b, Channel: id}); !isKind(err, pbx.Refused) {
		st.t.Errorf("leaving a bridge twice: %v, want Refused", err)
	}
	st.must(pbx.Join{Bridge: b, Channels: []pbx.ChannelID{id}})
	st.hears("caller", caller, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
	st.quiet()
	if n := len(all(st, func(e pbx.Ended) bool { return e.Channel == id || e.Channel == leg })); n != 0 {
		st.t.Errorf("%d of the two ended on the way", n)
	}
}

func dissolveKeeps(st *stage) {
	caller, agent, id, leg, b := st.pair(CallerPlan{}, PhonePlan{})
	st.must(pbx.Dissolve{Bridge: b})
	st.hears("caller", caller, silent)
	st.hears("agent", agent, silent)
	st.mustBeGone(pbx.Dissolve{Bridge: b}, pbx.Leave{Bridge: b, Channel: id})
	if e := st.played(st.playing(id, st.b.Prompt(st.t, aMoment))); e.Err != nil {
		st.t.Errorf("after the bridge the caller hears no prompt: %v", e.Err)
	}
	st.bridge(id, leg)
	st.hears("caller", caller, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
}

func three(st *stage) {
	caller, agent, id, _, b := st.pair(CallerPlan{}, PhonePlan{})
	expert, leg := st.pickedUp(PhonePlan{Tone: ExpertTone}, id)
	st.must(pbx.Join{Bridge: b, Channels: []pbx.ChannelID{leg}})
	st.hears("caller", caller, voices(AgentTone, ExpertTone))
	st.hears("agent", agent, voices(CallerTone, ExpertTone))
	st.hears("expert", expert, voices(CallerTone, AgentTone))
	st.must(pbx.Leave{Bridge: b, Channel: leg})
	st.hears("caller", caller, voices(AgentTone))
}

func joinEndsSpeech(st *stage) {
	caller, id := st.answered(CallerPlan{Tone: CallerTone})
	agent, leg := st.pickedUp(PhonePlan{Tone: AgentTone}, id)
	st.must(pbx.StartMusic{Channel: id})
	play := st.playing(id, st.b.Prompt(st.t, time.Minute))
	st.hears("caller", caller, Heard{Sound: Prompt})
	start := time.Now()
	b := st.bridge(id, leg)
	if took := time.Since(start); took > 2*time.Second {
		st.t.Errorf("joining a channel that hears a prompt took %s", took)
	}
	if e := st.played(play); e.Err != nil {
		st.t.Errorf("the prompt that was cut short is told as failed: %v", e.Err)
	}
	st.hears("caller", caller, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
	st.must(pbx.Leave{Bridge: b, Channel: id})
	st.hears("caller", caller, silent) // the music does not come back
}

// sameChannels compares without order.
func sameChannels(a, b []pbx.ChannelID) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
