package orchestrator

import (
	"cmp"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// What a flow does with a caller besides talking to it and queueing it: lead
// it on to another number, take a message.

// transfer rings an outside number for the caller, through the trunk the call
// came by. The caller hears music until it is answered.
func (t *turn) transfer(a dialplan.Transfer) {
	t.Phase = Dialling
	t.Legs++
	t.AgentLeg = agentLeg(t.ID, t.Legs)
	ring := cmp.Or(max(a.For, 0), defaultRing)
	t.Timers[RingOver] = t.now.Add(ring + ringGrace)
	t.do(pbx.StartMusic{Channel: t.Channel})
	t.do(pbx.Originate{
		Channel: t.AgentLeg, Trunk: t.Trunk, Number: a.Number, Originator: t.Channel, Caller: t.Caller, Timeout: ring,
		Vars: map[string]string{VarCall: string(t.ID), VarSite: string(t.Site), VarRole: "outside"},
	})
}

func (t *turn) outsideAnswered() {
	clear(t.Timers)
	t.Phase, t.Result = Outside, ResultTransferred
	t.Bridge = bridgeOf(t.ID)
	t.do(pbx.StopMusic{Channel: t.Channel})
	t.do(pbx.Join{Bridge: t.Bridge, Channels: []pbx.ChannelID{t.Channel, t.AgentLeg}})
}

// outsideEnded leads the caller on in the flow when the outside leg is gone.
func (t *turn) outsideEnded(cause pbx.Cause) {
	was := t.Phase
	t.AgentLeg, t.Phase = "", InFlow
	delete(t.Timers, RingOver)
	if was == Outside {
		t.dissolve()
		t.flow(dialplan.Served{By: "outside"})
		return
	}
	t.do(pbx.StopMusic{Channel: t.Channel})
	t.flow(dialplan.Failed{Reason: string(cause)})
}

// Beep is the name under which Prompts knows the tone before a message.
const Beep = "beep"

// message lets the caller speak, after a tone, onto the call's own recording.
// A key or the longest time ends it.
func (t *turn) message(a dialplan.TakeMessage) {
	if t.Recording == "" {
		t.flow(dialplan.Failed{Reason: "the switch does not record this call"})
		return
	}
	t.Phase = Recording
	t.Timers[MessageOver] = t.now.Add(cmp.Or(max(a.Max, 0), defaultMessage))
	t.emit(PlayNamed{Play: t.play(), Name: Beep})
}

// listen begins the message when the tone is over. The recording runs only
// while the channel is in a bridge, so it is put into one, alone.
func (t *turn) listen() {
	t.Bridge = bridgeOf(t.ID)
	t.do(pbx.Join{Bridge: t.Bridge, Channels: []pbx.ChannelID{t.Channel}})
}

// defaultMessage is the longest message when the flow does not say.
const defaultMessage = 3 * time.Minute

// messageTaken ends the message of a caller who is still there.
func (t *turn) messageTaken() {
	delete(t.Timers, MessageOver)
	t.hush()
	t.dissolve()
	t.messageLeft()
	t.Phase = InFlow
	t.flow(dialplan.Recorded{})
}

// messageLeft notes that there is a message.
func (t *turn) messageLeft() {
	t.Result = ResultMessage
	t.note(CallMessage, FactData{Recording: t.Recording})
}

func (t *turn) dissolve() {
	if t.Bridge == "" {
		return
	}
	t.do(pbx.Dissolve{Bridge: t.Bridge})
	t.Bridge = ""
}

func bridgeOf(c CallID) pbx.BridgeID { return pbx.BridgeID("yht-" + string(c)) }
