package orchestrator

import (
	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// relinked compares what we believe with what the switch still has after the
// link was away, or when another engine takes the call over.
func (t *turn) relinked(in Relinked) {
	if t.Channel == "" && t.Phase == Queued { // a callback that waits
		t.emit(EnterQueue{*t.Place})
		return
	}
	if t.Channel != "" && in.There[t.Channel] == nil {
		t.gone = t.Channel
		t.do(pbx.Hangup{Channel: t.Channel}) // it may have been made since the snapshot
		t.relinkedWithout(in)
		return
	}
	switch {
	case t.HungUp:
		t.do(pbx.Hangup{Channel: t.Channel, Cause: pbx.Normal})
		return
	case t.Phase == InFlow && !t.Position.Begun():
		t.Position.Answered = in.There[t.Channel].Up
		t.flow(dialplan.Begin{})
		return
	case t.Phase == Queued:
		t.emit(EnterQueue{*t.Place})
	}
	play := t.Play
	t.doubtSpots(in)
	t.relinkOthers(in)
	t.relinkAgent(in)
	if there := in.There[t.Channel]; t.Phase == Calling && there != nil && there.Up { // else it was only dialled now
		t.customerAnswered()
	}
	t.arrange()
	if t.Play != "" && t.Play == play { // its end may have been told while nobody listened
		id := t.Play
		t.do(pbx.StopPlay{Channel: t.Channel, ID: id})
		t.playEnded(pbx.PlayEnded{Of: pbx.Of{Channel: t.Channel}, Play: id})
	}
}

// relinkedWithout closes a call whose customer is gone.
func (t *turn) relinkedWithout(in Relinked) {
	if t.Phase != Closing {
		t.callerEnded(pbx.Normal)
		return
	}
	if t.AgentLeg != "" && in.There[t.AgentLeg] == nil {
		t.AgentLeg = ""
	}
	for _, l := range t.channels() {
		if t.other(l) != nil && in.There[l] == nil {
			t.remove(l)
		}
	}
	t.closed()
}

// doubtSpots doubts that legs are where they were, but for those that the
// switch has in that bridge: arrange brings them there again. What they are to
// leave is still known.
func (t *turn) doubtSpots(in Relinked) {
	t.unsure = map[pbx.ChannelID]bool{}
	for ch, spot := range t.Spots {
		bridge, isBridge := bridgeAt(t.ID, spot)
		if there := in.There[ch]; there != nil && (!isBridge || there.Bridge != bridge) {
			t.unsure[ch] = true
		}
	}
}

func (t *turn) relinkOthers(in Relinked) {
	for _, l := range t.Call.Others {
		there := in.There[l.Channel]
		switch leg := t.other(l.Channel); {
		case leg == nil:
		case there == nil:
			t.gone = l.Channel
			t.do(pbx.Hangup{Channel: l.Channel})
			t.legEnded(*leg, pbx.Failed)
		case there.Up && !leg.Up:
			t.legAnswered(leg)
		}
	}
}

func (t *turn) relinkAgent(in Relinked) {
	if t.AgentLeg == "" {
		return
	}
	there := in.There[t.AgentLeg]
	switch {
	case there == nil:
		t.gone = t.AgentLeg
		t.do(pbx.Hangup{Channel: t.AgentLeg})
		if t.Phase == Offered { // picked up or refused while nobody led the call: no fault of the agent's
			t.offerEnded(OutcomeCancelled, pbx.Failed)
			return
		}
		t.agentEnded(pbx.Failed)
	case there.Up && t.Confirm == "":
		t.agentUp()
	}
}
