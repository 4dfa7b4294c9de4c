package orchestrator

import (
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// transferTo gives the caller away at once: to an agent, a queue or a number.
// If nobody takes the call, the caller stands at the front of the queue again.
func (t *turn) transferTo(to Callee, how string) {
	t.noteBy(CallTransferred, t.Agent, FactData{
		Target: string(to.agent()), Number: to.Number, Queue: to.Queue, How: how, Purpose: to.Purpose,
	})
	leg, seat := t.AgentLeg, t.Seat
	t.endTalk(ByAgent, pbx.Normal)
	t.letGo(leg, seat, pbx.Normal)
	t.AgentLeg = ""
	switch {
	case to.Queue != "":
		t.changeQueue(to.Queue)
		t.do(pbx.StartMusic{Channel: t.Channel, Class: t.Waiting.Music})
		t.wait()
	case to.Seat != nil:
		t.do(pbx.StartMusic{Channel: t.Channel, Class: t.Waiting.Music})
		t.offerTo(*to.Seat)
	default:
		t.Blind = true
		t.dialOut(to.Number, to.Purpose, defaultRing)
	}
}

func (c Callee) agent() AgentID {
	if c.Seat == nil {
		return ""
	}
	return c.Seat.Agent
}

// changeQueue moves the caller's place, whose time of entry stays.
func (t *turn) changeQueue(queue QueueID) {
	place := Place{Call: t.ID, Site: t.Site, Entered: t.Arrived, Caller: t.Caller}
	if t.Place != nil {
		place = *t.Place
	}
	place.Queue, place.Skills, place.Prefer = queue, t.Queues[queue].Skills, ""
	t.Place = &place
}

// refer names another service to the caller, and leads there if wanted.
func (t *turn) refer(r Refer) {
	how := "told"
	if r.To != nil {
		how = "transferred"
	}
	t.noteBy(CallReferred, t.Agent, FactData{Referral: r.Code, How: how})
	if r.To != nil {
		t.transferTo(*r.To, HowBlind)
	}
}

// frontOfQueue puts a caller whose agent is gone before everybody else.
func (t *turn) frontOfQueue() {
	if t.Place == nil { // a call that an agent made
		t.Phase = InFlow
		t.hangUpCaller(pbx.Normal)
		return
	}
	place := *t.Place
	place.Priority++
	place.Prefer = ""
	t.Place = &place
	t.do(pbx.StartMusic{Channel: t.Channel, Class: t.Waiting.Music})
	t.wait()
}

// cutAfter arms the longest time of an outgoing leg that was answered.
func (t *turn) cutAfter(ch pbx.ChannelID) {
	if d := t.Longest[ch]; d > 0 {
		t.Timers[cutTimer(ch)] = t.now.Add(d)
	}
}

// cut ends an outgoing leg that has reached its longest time.
func (t *turn) cut(ch pbx.ChannelID) {
	t.noteBy(CallCut, "", FactData{Channel: ch, Reason: "longest"})
	t.Timers[cutTimer(ch)] = time.Time{} // remembered until the leg ends
	t.do(pbx.Hangup{Channel: ch, Cause: pbx.Normal})
}

// outgoingOver tells the guard that a leg to a number has ended.
func (t *turn) outgoingOver(ch pbx.ChannelID, number string, purpose Purpose, talked time.Duration, by AgentID) {
	if number == "" {
		return
	}
	at, armed := t.Timers[cutTimer(ch)]
	delete(t.Timers, cutTimer(ch))
	t.emit(OutgoingOver{
		Outgoing: Outgoing{Site: t.Site, Agent: by, Call: t.ID, Channel: ch, Number: number, Purpose: purpose, At: t.now},
		Talked:   talked, Cut: armed && at.IsZero(),
	})
}
