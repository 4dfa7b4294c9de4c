package pbxtest

import (
	"context"
	"errors"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

var refusals = []Scenario{
	{Name: "what cannot be said to a switch is Invalid", act: invalid},
	{Name: "an identifier is used once", act: usedOnce},
	{Name: "a command whose context has ended does nothing and does not block", act: expired},
	{Name: "what we kept on a channel is there for the next controller", act: varsKept},
}

func invalid(st *stage) {
	_, id := st.answered(CallerPlan{})
	leg := pbx.ChannelID(fresh("leg"))
	trunk := st.b.Trunk().ID
	for what, c := range map[string]pbx.Command{
		"a variable name with a command":  pbx.SetVars{Channel: id, Vars: map[string]string{"A=b\nHangup": "x"}},
		"a variable name like a function": pbx.SetVars{Channel: id, Vars: map[string]string{"SHELL(ls)": "x"}},
		"a number with a command":         pbx.Originate{Channel: leg, Trunk: trunk, Number: "1390013\n9000", Timeout: promptly},
		"a number that is an address":     pbx.Originate{Channel: leg, Trunk: trunk, Number: "x@evil.example", Timeout: promptly},
		"neither phone nor trunk":         pbx.Originate{Channel: leg, Timeout: promptly},
		"nothing to play":                 pbx.Play{Channel: id, ID: pbx.PlayID(fresh("play"))},
		"a file that is not a path":       pbx.Play{Channel: id, ID: pbx.PlayID(fresh("play")), Files: []string{"http://evil.example/x"}},
		"nobody to join":                  pbx.Join{Bridge: pbx.BridgeID(fresh("b"))},
	} {
		if err := st.do(c); !isKind(err, pbx.Invalid) {
			st.t.Errorf("%s: %v, want Invalid", what, err)
		}
	}
	st.quiet()
	if n := len(all(st, func(e pbx.Event) bool { return e.Subject() == leg })); n != 0 {
		st.t.Errorf("an invalid origination gave %d events", n)
	}
}

func usedOnce(st *stage) {
	_, id := st.answered(CallerPlan{})
	_, phone := st.phone(PhonePlan{Does: Rings})
	leg := st.originate(phone, id, patience)
	await(st, "the phone to ring", on[pbx.Ringing](leg))
	if err := st.do(pbx.Originate{Channel: leg, Phone: phone, Originator: id, Timeout: promptly}); !isKind(err, pbx.Refused) {
		st.t.Errorf("a channel id used twice: %v, want Refused", err)
	}
	st.quiet()
	if n := len(all(st, on[pbx.Ended](leg))); n != 0 {
		st.t.Error("the refusal of the second ended the first")
	}
}

func expired(st *stage) {
	_, a := st.caller(CallerPlan{})
	past, cancel := context.WithTimeout(context.Background(), -time.Second)
	defer cancel()
	cancelled, cancel := context.WithTimeout(context.Background(), promptly)
	cancel()
	for want, ctx := range map[error]context.Context{context.DeadlineExceeded: past, context.Canceled: cancelled} {
		start := time.Now()
		err := st.link.Do(ctx, pbx.Answer{Channel: a.Channel})
		if !errors.Is(err, want) && !isKind(err, pbx.TimedOut) {
			st.t.Errorf("with a context that has ended: %v, want %v or TimedOut", err, want)
		}
		if took := time.Since(start); took > time.Second {
			st.t.Errorf("it took %s", took)
		}
	}
	st.quiet()
	snapshot := st.reopen()
	if len(snapshot.Channels) != 1 || snapshot.Channels[0].Up {
		st.t.Errorf("the command was done nevertheless: %+v", snapshot.Channels)
	}
	st.must(pbx.Answer{Channel: a.Channel})
}

func varsKept(st *stage) {
	caller, agent, id, leg, b := st.pair(CallerPlan{}, PhonePlan{})
	st.must(
		pbx.SetVars{Channel: id, Vars: map[string]string{"YHT_CALL": "0197", "YHT_QUEUE": "old"}},
		pbx.SetVars{Channel: id, Vars: map[string]string{"YHT_QUEUE": "430100 咨询"}},
		pbx.SetVars{Channel: leg, Vars: map[string]string{"YHT_CALL": "0197"}},
	)
	st.holds(st.reopen(), id, leg, b)
	st.hears("caller", caller, voices(AgentTone))
	st.hears("agent", agent, voices(CallerTone))
	st.must(pbx.Hangup{Channel: leg, Cause: pbx.Normal}) // the new controller is in command
	st.ended(leg, pbx.Normal)
}

// holds checks that the snapshot has the conversation of varsKept and nothing
// else.
func (st *stage) holds(snapshot pbx.Snapshot, id, leg pbx.ChannelID, b pbx.BridgeID) {
	st.t.Helper()
	found := make(map[pbx.ChannelID]pbx.Channel)
	for _, ch := range snapshot.Channels {
		found[ch.ID] = ch
	}
	if c, a := found[id], found[leg]; len(found) != 2 ||
		!c.Up || !c.Inbound || c.Bridge != b || c.Vars["YHT_CALL"] != "0197" || c.Vars["YHT_QUEUE"] != "430100 咨询" ||
		!a.Up || a.Inbound || a.Bridge != b || a.Vars["YHT_CALL"] != "0197" || a.Phone == "" {
		st.t.Errorf("the snapshot has the channels %+v", snapshot.Channels)
	}
	if len(snapshot.Bridges) != 1 || !sameChannels(snapshot.Bridges[b], []pbx.ChannelID{id, leg}) {
		st.t.Errorf("the snapshot has the bridges %v", snapshot.Bridges)
	}
}
