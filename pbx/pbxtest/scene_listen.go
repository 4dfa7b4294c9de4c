package pbxtest

import (
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

var voicePaths = []Scenario{
	{Name: "a muted channel is not heard and goes on hearing", act: mutedAndBack},
	{Name: "keys that we send arrive at the far end", act: keysArrive},
	{Name: "a phone asked to answer by itself does so, and only then", act: answersByItself},
	{Name: "the tone of a phone that rings elsewhere is heard until the channel is joined", act: ringback},
	{Name: "a listener hears both sides and is heard by nobody", act: listens},
	{Name: "a listener switches to a whisper, back, and into the conversation", act: listenerSwitches},
	{Name: "a listener hangs up: the conversation goes on and nothing is left", act: listenerLeaves},
	{Name: "who is listened to hangs up: the listener stays in our hands", act: listenedToLeaves},
	{Name: "listening survives the link, and no half of it does", Needs: []Capability{LinkFaults}, act: listensWithoutLink},
	{Name: "nobody listens to what is not there", act: listensInVain},
}

func mutedAndBack(st *stage) {
	caller, agent, _, leg, _ := st.pair(CallerPlan{}, PhonePlan{})
	st.must(pbx.Mute{Channel: leg})
	st.hears("caller", caller, silent)
	st.hears("agent", agent, voices(CallerTone))
	st.must(pbx.Mute{Channel: leg}, pbx.Unmute{Channel: leg}) // twice is once
	st.hears("caller", caller, voices(AgentTone))
	st.must(pbx.Unmute{Channel: leg})
	st.hears("agent", agent, voices(CallerTone))
}

func keysArrive(st *stage) {
	_, agent, id, leg, b := st.pair(CallerPlan{}, PhonePlan{})
	st.must(pbx.SendKeys{Channel: leg, Keys: "12#"})
	st.eventually("the keys to arrive", func() bool { return agent.Keys() == "12#" })
	st.must(pbx.Leave{Bridge: b, Channel: leg}, pbx.SendKeys{Channel: leg, Keys: "*0D"})
	st.eventually("the keys to arrive outside of the bridge", func() bool { return agent.Keys() == "12#*0D" })
	for _, keys := range []string{"", "12x", "1\n2", "123456789012345678901234567890123"} {
		if err := st.do(pbx.SendKeys{Channel: leg, Keys: keys}); !isKind(err, pbx.Invalid) {
			st.t.Errorf("keys %q: %v, want Invalid", keys, err)
		}
	}
	st.quiet()
	if got := st.pressed(leg) + st.pressed(id); got != "" {
		st.t.Errorf("keys that we sent are told as pressed: %s", got)
	}
}

func answersByItself(st *stage) {
	_, id := st.answered(CallerPlan{})
	for _, asked := range []bool{false, true} {
		p, phone := st.phone(PhonePlan{Does: Obeys})
		st.parties = append(st.parties, p)
		leg := pbx.ChannelID(fresh("leg"))
		st.hold(leg)
		st.must(pbx.Originate{Channel: leg, Phone: phone, Originator: id, Timeout: patience, AutoAnswer: asked})
		if asked {
			await(st, "the phone to answer by itself", on[pbx.Answered](leg))
			continue
		}
		await(st, "the phone to ring", on[pbx.Ringing](leg))
		st.quiet()
		if n := len(all(st, on[pbx.Answered](leg))); n != 0 {
			st.t.Error("a phone that was not asked answered by itself")
		}
	}
}

func ringback(st *stage) {
	caller, id := st.answered(CallerPlan{Tone: CallerTone})
	agent, leg := st.pickedUp(PhonePlan{Tone: AgentTone}, id)
	st.must(pbx.StartMusic{Channel: id, Class: pbx.Ringback})
	st.hears("caller", caller, Heard{Sound: RingTone})
	st.bridge(id, leg)
	st.hears("caller", caller, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
}

// overheard is a conversation and somebody who listens to the agent's side.
func (st *stage) overheard(c CallerPlan, p, l PhonePlan) (caller, agent, listener Party, id, leg, ear pbx.ChannelID, b pbx.BridgeID) {
	st.t.Helper()
	caller, agent, id, leg, b = st.pair(c, p)
	l.Tone = ExpertTone
	listener, ear = st.pickedUp(l, "")
	st.must(pbx.Listen{Channel: ear, To: leg})
	st.hears("listener", listener, voices(CallerTone, AgentTone))
	return caller, agent, listener, id, leg, ear, b
}

// undisturbed checks that the two of a conversation hear each other alone.
func (st *stage) undisturbed(caller, agent Party) {
	st.t.Helper()
	st.hears("caller", caller, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
}

func listens(st *stage) {
	caller, agent, listener, id, leg, ear, b := st.overheard(CallerPlan{}, PhonePlan{}, PhonePlan{})
	st.undisturbed(caller, agent)
	// What belongs to the listening is nobody's business but the switch's.
	snapshot := st.reopen()
	if len(snapshot.Channels) != 3 || len(snapshot.Bridges) != 1 || !sameChannels(snapshot.Bridges[b], []pbx.ChannelID{id, leg}) {
		st.t.Errorf("a new controller is told of %+v and %v", snapshot.Channels, snapshot.Bridges)
	}
	for _, ch := range snapshot.Channels {
		if ch.ID == ear && (ch.Bridge != "" || !ch.Up) {
			st.t.Errorf("a new controller is told of the listener as %+v", ch)
		}
	}
	st.hears("listener", listener, voices(CallerTone, AgentTone))
	st.must(pbx.StopListening{Channel: ear})
	st.hears("listener", listener, silent)
	st.undisturbed(caller, agent)
	st.must(pbx.StopListening{Channel: ear}) // twice does no harm
	st.ours(ear)
	// To the caller's side it is the same.
	st.must(pbx.Listen{Channel: ear, To: id})
	st.hears("listener", listener, voices(CallerTone, AgentTone))
	st.undisturbed(caller, agent)
	st.quiet()
	for _, e := range all(st, func(e pbx.Event) bool { return e.Subject() != "" && e.Subject() != ear }) {
		st.t.Errorf("an event of the listening is told: %s", describe(e))
	}
}

// ours checks that a channel is in our hands: it can be played to.
func (st *stage) ours(id pbx.ChannelID) {
	st.t.Helper()
	if e := st.played(st.playing(id, st.b.Prompt(st.t, aMoment))); e.Err != nil {
		st.t.Errorf("%s hears no prompt: %v", id, e.Err)
	}
}

func listenerSwitches(st *stage) {
	caller, agent, listener, _, leg, ear, b := st.overheard(CallerPlan{}, PhonePlan{}, PhonePlan{})
	st.must(pbx.Listen{Channel: ear, To: leg, Whisper: true})
	st.hears("agent", agent, voices(CallerTone, ExpertTone))
	st.hears("caller", caller, voices(AgentTone))
	st.hears("listener", listener, voices(CallerTone, AgentTone))
	st.must(pbx.Mute{Channel: ear})
	st.hears("agent", agent, voices(CallerTone))
	st.must(pbx.Unmute{Channel: ear})
	st.hears("agent", agent, voices(CallerTone, ExpertTone))
	st.must(pbx.Listen{Channel: ear, To: leg})
	st.undisturbed(caller, agent)
	st.hears("listener", listener, voices(CallerTone, AgentTone))
	st.must(pbx.Join{Bridge: b, Channels: []pbx.ChannelID{ear}})
	st.hears("caller", caller, voices(AgentTone, ExpertTone))
	st.hears("agent", agent, voices(CallerTone, ExpertTone))
	st.hears("listener", listener, voices(CallerTone, AgentTone))
	st.must(pbx.Listen{Channel: ear, To: leg}) // and out again
	st.undisturbed(caller, agent)
	st.hears("listener", listener, voices(CallerTone, AgentTone))
}

func listenerLeaves(st *stage) {
	caller, agent, _, _, leg, ear, _ := st.overheard(CallerPlan{}, PhonePlan{}, PhonePlan{HangupAfter: talked})
	st.must(pbx.Listen{Channel: ear, To: leg, Whisper: true})
	st.hears("agent", agent, voices(CallerTone, ExpertTone))
	st.ended(ear, pbx.Normal)
	st.undisturbed(caller, agent)
	if snapshot := st.reopen(); len(snapshot.Channels) != 2 || len(snapshot.Bridges) != 1 {
		st.t.Errorf("a new controller is told of %+v and %v", snapshot.Channels, snapshot.Bridges)
	}
}

func listenedToLeaves(st *stage) {
	caller, _, listener, _, leg, ear, _ := st.overheard(CallerPlan{}, PhonePlan{HangupAfter: talked}, PhonePlan{})
	st.ended(leg, pbx.Normal)
	st.hears("listener", listener, silent)
	st.hears("caller", caller, silent)
	st.ours(ear)
	if n := len(all(st, on[pbx.Ended](ear))); n != 0 {
		st.t.Error("the listener's channel ended by itself")
	}
	st.must(pbx.StopListening{Channel: ear})
}

func listensWithoutLink(st *stage) {
	caller, agent, listener, _, leg, ear, _ := st.overheard(CallerPlan{}, PhonePlan{}, PhonePlan{})
	st.b.Cut(st.t)
	await(st, "the link to be lost", func(pbx.Disconnected) bool { return true })
	st.hears("listener", listener, voices(CallerTone, AgentTone))
	st.b.Heal(st.t)
	st.until("the link to be back", func() bool { return countOf[pbx.Connected](st.events) == 2 })
	st.hears("listener", listener, voices(CallerTone, AgentTone))
	st.must(pbx.Listen{Channel: ear, To: leg, Whisper: true}) // it is still ours to change
	st.hears("agent", agent, voices(CallerTone, ExpertTone))

	second, other := st.pickedUp(PhonePlan{Tone: CallerTone, HangupAfter: talked}, "")
	st.must(pbx.Listen{Channel: other, To: leg})
	st.hears("second listener", second, voices(CallerTone, AgentTone))
	st.b.Cut(st.t)
	st.eventually("the second listener to hang up", second.Over)
	st.b.Heal(st.t)
	st.until("the link to be back again", func() bool { return countOf[pbx.Connected](st.events) == 3 })
	st.must(pbx.StopListening{Channel: ear})
	st.hears("listener", listener, silent)
	st.undisturbed(caller, agent)
}

func listensInVain(st *stage) {
	_, id := st.answered(CallerPlan{})
	_, leg := st.pickedUp(PhonePlan{}, id)
	if err := st.do(pbx.Listen{Channel: leg, To: leg}); !isKind(err, pbx.Invalid) {
		st.t.Errorf("a channel that listens to itself: %v, want Invalid", err)
	}
	st.must(pbx.Listen{Channel: leg, To: id})
	if err := st.do(pbx.Listen{Channel: id, To: leg}); !isKind(err, pbx.Refused) {
		st.t.Errorf("listening to a listener: %v, want Refused", err)
	}
	st.must(pbx.StopListening{Channel: leg}, pbx.Hangup{Channel: id})
	st.ended(id)
	st.mustBeGone(
		pbx.Listen{Channel: leg, To: id}, pbx.Listen{Channel: id, To: leg}, pbx.StopListening{Channel: id},
		pbx.Mute{Channel: id}, pbx.Unmute{Channel: id}, pbx.SendKeys{Channel: id, Keys: "1"},
		pbx.Mask{Channel: id}, pbx.Unmask{Channel: id},
	)
	st.ours(leg)
	if snapshot := st.reopen(); len(snapshot.Channels) != 1 || len(snapshot.Bridges) != 0 {
		st.t.Errorf("left behind: %+v and %v", snapshot.Channels, snapshot.Bridges)
	}
	time.Sleep(aMoment)
}
