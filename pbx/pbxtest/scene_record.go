package pbxtest

import (
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

var recordings = []Scenario{
	{Name: "a masked span is silent on the recording, at full length", act: maskedSpan},
	{Name: "an outgoing call is recorded in stereo over hold and bridges", Needs: []Capability{Outward}, act: recordedOutward},
	{Name: "a recording is whole over hold, a transfer and a conference", act: recordedTransfer},
	{Name: "a muted agent is not on the recording, nor is a whisper", act: notOnTape},
	{Name: "a far end that hangs up at once ends once, recorded or not", Needs: []Capability{Outward}, act: hangsUpAtOnce},
	{Name: "what is not recorded is not masked", act: nothingToMask},
}

// spoken is how long each part of a recording is talked.
const spoken = 1500 * time.Millisecond

// talk lets the parties talk for a while.
func (st *stage) talk() { time.Sleep(spoken) }

// shortest is how little of it may be on the recording; what the scenario waits
// for besides makes it longer.
const shortest = spoken * 8 / 10

// taped checks that a recording has these stretches in this order, each at
// least so long, and between them only what is among them or lasts a moment.
func (st *stage) taped(name string, want ...Stretch) {
	st.t.Helper()
	if _, deaf := st.b.Absent()[SoundCheck]; deaf {
		return
	}
	got := smooth(st.b.Recorded(st.t, name))
	rest := got
	for _, w := range want {
		i := slices.IndexFunc(rest, func(s Stretch) bool { return s.Length >= w.Length && s.sounds(w) })
		if i < 0 {
			st.t.Fatalf("%s: no %+v where it should be in %+v", name, w, got)
		}
		for _, s := range rest[:i] { // while things change, a moment each
			if s.Length >= shortest/2 && !slices.ContainsFunc(want, s.sounds) {
				st.t.Errorf("%s: %+v should not be in %+v", name, s, got)
			}
		}
		rest = rest[i+1:]
	}
}

// smooth passes over what lasts less than a syllable between the same and the
// same: a machine that has too much to do loses packets.
func smooth(tape []Stretch) []Stretch {
	var out []Stretch
	for i, s := range tape {
		n := len(out)
		switch {
		case n > 0 && out[n-1].sounds(s):
			out[n-1].Length += s.Length
		case n > 0 && s.Length < 300*time.Millisecond && i+1 < len(tape):
			out[n-1].Length += s.Length
		default:
			out = append(out, s)
		}
	}
	return out
}

func (s Stretch) sounds(as Stretch) bool {
	return slices.Equal(s.Left, as.Left) && slices.Equal(s.Right, as.Right)
}

func maskedSpan(st *stage) {
	_, arrived := st.caller(CallerPlan{Tone: CallerTone})
	id := arrived.Channel
	st.must(pbx.Answer{Channel: id})
	agent, leg := st.pickedUp(PhonePlan{Tone: AgentTone}, id)
	b := st.bridge(id, leg)
	st.hears("agent", agent, voices(CallerTone))
	st.talk()
	st.must(pbx.Mask{Channel: id})
	masked := time.Now()
	st.talk()
	// It holds over a transfer in its midst.
	st.must(pbx.Leave{Bridge: b, Channel: leg}, pbx.Join{Bridge: b, Channels: []pbx.ChannelID{leg}})
	st.talk()
	span := time.Since(masked)
	st.must(pbx.Unmask{Channel: id})
	st.talk()
	st.must(pbx.Hangup{Channel: id}, pbx.Hangup{Channel: leg})
	st.ended(id)
	both := Stretch{Length: shortest, Left: []int{CallerTone}, Right: []int{AgentTone}}
	st.taped(arrived.Recording, both, Stretch{Length: span / 2}, both)
	quiet := time.Duration(0)
	for _, s := range st.b.Recorded(st.t, arrived.Recording) {
		if len(s.Left)+len(s.Right) == 0 {
			quiet += s.Length
		}
	}
	if off := span - quiet; off > 400*time.Millisecond || off < -900*time.Millisecond {
		st.t.Errorf("masked for %s, silent on the recording for %s", span, quiet)
	}
}

// outgoing calls a number that is recorded, for an agent.
func (st *stage) outgoing(number string, plan PhonePlan, by pbx.ChannelID) (Party, pbx.ChannelID) {
	st.t.Helper()
	far := st.b.Outside(st.t, number, plan)
	st.parties = append(st.parties, far)
	id := pbx.ChannelID(fresh("out"))
	st.hold(id)
	st.must(pbx.Originate{
		Channel: id, Trunk: st.b.Trunk().ID, Number: number, Originator: by, Caller: "12328", Timeout: patience,
		Record: pbx.RecordingOf(id), Vars: map[string]string{"YHT_CALL": "0198"},
	})
	await(st, "the far end to answer", on[pbx.Answered](id))
	return far, id
}

func recordedOutward(st *stage) {
	agent, leg := st.pickedUp(PhonePlan{Tone: AgentTone}, "")
	far, id := st.outgoing("13900139001", PhonePlan{After: aMoment, Tone: CallerTone}, leg)
	b := st.bridge(id, leg)
	st.hears("customer", far, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
	for _, ch := range st.reopen().Channels {
		if ch.ID == id && (ch.Recorded != pbx.RecordingOf(id) || !ch.Up || ch.Inbound || ch.Vars["YHT_CALL"] != "0198") {
			st.t.Errorf("a new controller is told of the recorded channel as %+v", ch)
		}
	}
	st.talk()
	st.must(pbx.Leave{Bridge: b, Channel: id}, pbx.StartMusic{Channel: id})
	st.hears("customer", far, Heard{Sound: Music})
	st.must(pbx.Dissolve{Bridge: b})
	b = st.bridge(id, leg)
	st.hears("customer", far, voices(AgentTone))
	st.talk()
	expert, other := st.pickedUp(PhonePlan{Tone: ExpertTone}, leg)
	st.must(pbx.Join{Bridge: b, Channels: []pbx.ChannelID{other}}, pbx.Hangup{Channel: leg})
	st.hears("expert", expert, voices(CallerTone))
	st.hears("customer", far, voices(ExpertTone))
	st.talk()
	st.must(pbx.Hangup{Channel: id}, pbx.Hangup{Channel: other})
	st.ended(id, pbx.Normal)
	st.taped(pbx.RecordingOf(id),
		Stretch{Length: 2 * shortest, Left: []int{CallerTone}, Right: []int{AgentTone}}, // the hold is not on it
		Stretch{Length: shortest, Left: []int{CallerTone}, Right: []int{ExpertTone}},
	)
}

func recordedTransfer(st *stage) {
	caller, arrived := st.caller(CallerPlan{Tone: CallerTone})
	id := arrived.Channel
	st.must(pbx.Answer{Channel: id})
	agent, leg := st.pickedUp(PhonePlan{Tone: AgentTone}, id)
	b := st.bridge(id, leg)
	st.undisturbed(caller, agent)
	st.talk()
	st.must(pbx.Leave{Bridge: b, Channel: id}, pbx.StartMusic{Channel: id}) // hold
	st.hears("caller", caller, Heard{Sound: Music})
	expert, other := st.pickedUp(PhonePlan{Tone: ExpertTone}, leg)
	st.must(pbx.Join{Bridge: b, Channels: []pbx.ChannelID{other}}) // consult
	st.hears("agent", agent, voices(ExpertTone))
	st.hears("caller", caller, Heard{Sound: Music})
	st.must(pbx.Join{Bridge: b, Channels: []pbx.ChannelID{id}}) // conference
	st.hears("caller", caller, voices(AgentTone, ExpertTone))
	st.hears("agent", agent, voices(CallerTone, ExpertTone))
	st.hears("expert", expert, voices(CallerTone, AgentTone))
	st.talk()
	st.must(pbx.Hangup{Channel: leg}) // transfer
	st.ended(leg, pbx.Normal)
	st.hears("caller", caller, voices(ExpertTone))
	st.hears("expert", expert, voices(CallerTone))
	st.talk()
	st.must(pbx.Hangup{Channel: id}, pbx.Hangup{Channel: other})
	st.ended(id, pbx.Normal)
	st.taped(arrived.Recording,
		Stretch{Length: shortest, Left: []int{CallerTone}, Right: []int{AgentTone}},
		Stretch{Length: shortest, Left: []int{CallerTone}, Right: []int{AgentTone, ExpertTone}},
		Stretch{Length: shortest, Left: []int{CallerTone}, Right: []int{ExpertTone}},
	)
}

func notOnTape(st *stage) {
	caller, arrived := st.caller(CallerPlan{Tone: CallerTone})
	id := arrived.Channel
	st.must(pbx.Answer{Channel: id})
	agent, leg := st.pickedUp(PhonePlan{Tone: AgentTone}, id)
	st.bridge(id, leg)
	st.undisturbed(caller, agent)
	_, ear := st.pickedUp(PhonePlan{Tone: ExpertTone}, "")
	st.must(pbx.Listen{Channel: ear, To: leg, Whisper: true})
	st.hears("agent", agent, voices(CallerTone, ExpertTone))
	st.talk()
	st.must(pbx.Mute{Channel: leg})
	st.hears("caller", caller, silent)
	st.talk()
	st.must(pbx.Hangup{Channel: id}, pbx.Hangup{Channel: leg})
	st.ended(id)
	st.taped(arrived.Recording,
		Stretch{Length: shortest, Left: []int{CallerTone}, Right: []int{AgentTone}},
		Stretch{Length: shortest, Left: []int{CallerTone}},
	)
}

func hangsUpAtOnce(st *stage) {
	_, leg := st.pickedUp(PhonePlan{Tone: AgentTone}, "")
	for i, after := range []time.Duration{time.Millisecond, 5 * time.Millisecond, 20 * time.Millisecond} {
		number := "1390013901" + string(rune('0'+i))
		far := st.b.Outside(st.t, number, PhonePlan{HangupAfter: after})
		st.parties = append(st.parties, far)
		id := pbx.ChannelID(fresh("out"))
		st.hold(id)
		st.must(pbx.Originate{
			Channel: id, Trunk: st.b.Trunk().ID, Number: number, Originator: leg, Timeout: patience, Record: pbx.RecordingOf(id),
		})
		st.ended(id)
	}
	st.quiet()
}

func nothingToMask(st *stage) {
	_, leg := st.pickedUp(PhonePlan{}, "")
	for _, c := range []pbx.Command{pbx.Mask{Channel: leg}, pbx.Unmask{Channel: leg}} {
		if err := st.do(c); !isKind(err, pbx.Refused) {
			st.t.Errorf("%s of a channel that is not recorded: %v, want Refused", nameOf(c), err)
		}
	}
	id := pbx.ChannelID(fresh("out"))
	err := st.do(pbx.Originate{
		Channel: id, Trunk: st.b.Trunk().ID, Number: "13900139002", Timeout: promptly, Record: "yihaotong/../../etc/x",
	})
	if !isKind(err, pbx.Invalid) {
		st.t.Errorf("a recording that is another's: %v, want Invalid", err)
	}
}
