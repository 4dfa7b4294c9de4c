package orchestrator

import (
	"maps"
	"slices"

	"github.com/yihaotong/yihaotong/pbx"
)

// Spot is where a leg of a conversation is: what it hears and who hears it.
// Whatever happens in a talk changes who should be where; arrange does the
// rest, so that no operation commands the switch by itself.
type Spot string

// The spots. Whoever listens is at “listen:” and the channel listened to, or
// at “whisper:”.
const (
	AtMain     Spot = "main"     // the conversation with the customer
	AtSide     Spot = "side"     // advice, out of the customer's hearing
	AtMusic    Spot = "music"    // waits
	AtRingback Spot = "ringback" // hears that somebody else's phone rings
)

const (
	listenAt  = "listen:"
	whisperAt = "whisper:"
)

// bridges is the bridge of each spot that is one.
func bridgeAt(c CallID, s Spot) (pbx.BridgeID, bool) {
	switch s {
	case AtMain:
		return pbx.BridgeID("yht-" + string(c)), true
	case AtSide:
		return pbx.BridgeID("yht-" + string(c) + "-side"), true
	}
	return "", false
}

// wanted says where every leg of the conversation should be.
func (t *turn) wanted() map[pbx.ChannelID]Spot {
	w := map[pbx.ChannelID]Spot{}
	switch t.Phase {
	case Recording:
		if t.Play == "" { // the tone is over
			w[t.Channel] = AtMain
		}
	case Outside:
		w[t.Channel], w[t.AgentLeg] = AtMain, AtMain
		t.wantOthers(w)
	case Calling:
		w[t.AgentLeg] = AtRingback
	case InTalk:
		t.wantTalk(w)
		t.wantOthers(w)
	}
	return w
}

func (t *turn) wantTalk(w map[pbx.ChannelID]Spot) {
	guest, asking := t.Guest()
	if t.Channel != "" {
		w[t.Channel] = AtMain
		if t.Held || t.Away {
			w[t.Channel] = AtMusic
		}
	}
	if t.AgentLeg == "" || t.Returning {
		return
	}
	switch {
	case asking && !guest.Up && t.With != WithCustomer:
		w[t.AgentLeg] = AtRingback
	case asking && t.With == WithGuest:
		w[t.AgentLeg] = AtSide
	default:
		w[t.AgentLeg] = AtMain
	}
}

func (t *turn) wantOthers(w map[pbx.ChannelID]Spot) {
	for _, l := range t.Others {
		switch {
		case !l.Up:
		case l.Listening():
			if to := t.legOfAgent(l.To); to != "" {
				w[l.Channel] = listenAt + Spot(to)
				if l.Mode == ModeWhisper {
					w[l.Channel] = whisperAt + Spot(to)
				}
			}
		case l.Merged:
			w[l.Channel] = AtMain
		case t.With == WithGuest && !t.Away:
			w[l.Channel] = AtSide
		default:
			w[l.Channel] = AtMusic
		}
	}
}

// legOfAgent is the channel at which an agent takes part; empty if the agent
// does not, or cannot be listened to now.
func (t *turn) legOfAgent(id AgentID) pbx.ChannelID {
	if id == t.Agent && !t.Returning {
		return t.AgentLeg
	}
	if l, ok := t.LegOf(id); ok && l.Up {
		return l.Channel
	}
	return ""
}

// arrange brings everybody to where they should be.
func (t *turn) arrange() {
	want := t.wanted()
	have := t.Spots
	order := slices.Sorted(maps.Keys(have))
	for _, ch := range order {
		if have[ch] != want[ch] && t.holds(ch) {
			t.leaveSpot(ch, have[ch], want[ch])
		}
	}
	joins := map[Spot][]pbx.ChannelID{}
	for _, ch := range t.channels() {
		spot, placed := want[ch]
		if !placed || (have[ch] == spot && !t.unsure[ch]) || ch == t.gone {
			continue
		}
		delete(t.unsure, ch)
		if _, bridge := bridgeAt(t.ID, spot); bridge {
			joins[spot] = append(joins[spot], ch)
		} else {
			t.enterSpot(ch, spot)
		}
	}
	for _, spot := range []Spot{AtMain, AtSide} {
		bridge, _ := bridgeAt(t.ID, spot)
		if len(joins[spot]) > 0 {
			t.do(pbx.Join{Bridge: bridge, Channels: joins[spot]})
		} else if inUse(have, spot) && !inUse(want, spot) {
			t.do(pbx.Dissolve{Bridge: bridge})
		}
	}
	t.Spots = want
	if len(want) == 0 {
		t.Spots = nil
	}
}

// holds reports whether a channel is still one of the call's.
func (t *turn) holds(ch pbx.ChannelID) bool { return ch != t.gone && slices.Contains(t.channels(), ch) }

func inUse(spots map[pbx.ChannelID]Spot, spot Spot) bool {
	for _, s := range spots {
		if s == spot {
			return true
		}
	}
	return false
}

// leaveSpot ends what a leg hears, unless what comes next ends it anyway.
func (t *turn) leaveSpot(ch pbx.ChannelID, from, to Spot) {
	_, toBridge := bridgeAt(t.ID, to)
	bridge, fromBridge := bridgeAt(t.ID, from)
	switch {
	case fromBridge && to == "" && !inUse(t.wanted(), from):
		// the bridge goes, and with it everybody leaves
	case fromBridge && !toBridge:
		t.do(pbx.Leave{Bridge: bridge, Channel: ch})
	case toBridge || fromBridge:
	case from == AtMusic || from == AtRingback:
		t.do(pbx.StopMusic{Channel: ch})
	default:
		if !listens(to) {
			t.do(pbx.StopListening{Channel: ch})
		}
	}
}

func listens(s Spot) bool {
	return len(s) > len(listenAt) && (s[:len(listenAt)] == listenAt || s[:len(whisperAt)] == whisperAt)
}

func (t *turn) enterSpot(ch pbx.ChannelID, spot Spot) {
	switch {
	case spot == AtMusic:
		t.do(pbx.StartMusic{Channel: ch, Class: t.Waiting.Music})
	case spot == AtRingback:
		t.do(pbx.StartMusic{Channel: ch, Class: pbx.Ringback})
	case listens(spot):
		whisper := spot[:len(listenAt)] != listenAt
		to := spot[len(listenAt):]
		if whisper {
			to = spot[len(whisperAt):]
		}
		t.do(pbx.Listen{Channel: ch, To: pbx.ChannelID(to), Whisper: whisper})
	}
}
