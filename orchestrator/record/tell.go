package record

import (
	"maps"
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// teller makes a story, fact by fact.
type teller struct {
	Story
	open map[string]int // stretches that go on: kind and key → entry
	legs map[string]leg // by channel
	step time.Time      // when the last step of the flow began

	dialler  orchestrator.AgentID // who began the call, if one of us did
	internal bool                 // to one of us
}

// leg is whom a channel reaches.
type leg struct {
	lane    string
	agent   orchestrator.AgentID
	number  string
	purpose orchestrator.Purpose
}

func (t *teller) fact(f orchestrator.Fact) {
	if t.leg(f) || t.talk(f) || t.stretch(f) {
		return
	}
	switch f.Kind {
	case orchestrator.CallArrived:
		t.moment(Arrived, t.lane(CustomerLane, "", ""), f)
	case orchestrator.CallStep:
		t.step = f.At
		t.moment(Step, t.lane(CustomerLane, "", ""), f)
	case orchestrator.CallRated:
		t.moment(Rated, t.lane(CustomerLane, "", ""), f)
	case orchestrator.CallRouted:
		t.moment(Routed, t.lane(RoutingLane, "", ""), f)
	case orchestrator.CallPlaceTold:
		t.moment(PlaceTold, t.lane(RoutingLane, "", ""), f)
	case orchestrator.CallOverflowed:
		t.moment(Overflowed, t.lane(RoutingLane, "", ""), f)
	case orchestrator.CallCallback:
		t.moment(Callback, t.lane(RoutingLane, "", ""), f)
	case orchestrator.CallMoved:
		t.moment(Moved, t.lane(RoutingLane, "", ""), f)
	case orchestrator.CallCut:
		t.moment(Cut, t.lane(RoutingLane, "", ""), f)
	case orchestrator.CallKeys:
		t.moment(Keys, t.lane(AgentLane, f.Agent, ""), f)
	case orchestrator.CallSwapped:
		t.moment(Swapped, t.lane(AgentLane, f.Agent, ""), f)
	case orchestrator.CallReferred:
		t.moment(Referred, t.lane(AgentLane, f.Agent, ""), f)
	}
}

// leg tells of channels; false: the fact is of another kind.
func (t *teller) leg(f orchestrator.Fact) bool {
	channel := string(f.Data.Channel)
	switch f.Kind {
	case orchestrator.CallDialled: // somebody rings only when a leg is started
		t.dialler, t.internal = f.Agent, f.Data.Direction == orchestrator.Internal
		by := RoutingLane // a callback that waits for its turn
		if f.Agent != "" {
			by = AgentLane
		}
		t.moment(Dialled, t.lane(by, f.Agent, ""), f)
	case orchestrator.LegStarted:
		t.legs[channel] = t.reached(f)
		t.begin(Ring, channel, t.legs[channel].lane, t.legs[channel].agent, f)
	case orchestrator.CallOffered:
		t.legs[channel] = leg{lane: t.lane(AgentLane, f.Agent, ""), agent: f.Agent}
		t.begin(Ring, channel, t.legs[channel].lane, f.Agent, f)
	case orchestrator.CallOfferEnded:
		t.ring(channel, f)
	case orchestrator.LegAnswered:
		t.ring(channel, f)
		t.answered(channel, f)
	case orchestrator.LegEnded:
		t.ring(channel, f)
		for _, kind := range []EntryKind{Consult, Conference, Talk, Listen} {
			t.end(kind, channel, f.At)
		}
		if l := t.legs[channel]; l.agent != "" && l.purpose != "" {
			t.end(Talk, string(l.agent), f.At)
		}
	case orchestrator.CallRinging, orchestrator.LegRinging:
	default:
		return false
	}
	return true
}

// reached says whom a new leg is made to.
func (t *teller) reached(f orchestrator.Fact) leg {
	d := f.Data
	l := leg{agent: orchestrator.AgentID(d.Target), number: d.Number, purpose: d.Purpose}
	switch d.Purpose {
	case orchestrator.ForCustomer, orchestrator.ForCallback:
		l.lane = t.lane(CustomerLane, "", "")
		l.agent = ""
	case orchestrator.ForListen:
		if l.agent = f.Agent; l.agent == "" {
			l.agent = orchestrator.AgentID(d.Target)
		}
		l.lane = t.lane(SupervisorLane, l.agent, "")
	case orchestrator.ForTalk, orchestrator.ForReturn:
		if l.agent == "" {
			l.agent = f.Agent
		}
		l.lane = t.lane(AgentLane, l.agent, "")
	default:
		if l.agent != "" {
			l.lane = t.lane(AgentLane, l.agent, "")
		} else {
			l.lane = t.lane(OutsideLane, "", l.number)
		}
	}
	return l
}

// answered begins what a leg was made for.
func (t *teller) answered(channel string, f orchestrator.Fact) {
	l, known := t.legs[channel]
	if !known {
		return
	}
	if t.internal && l.agent != "" && l.agent != t.dialler && l.purpose != orchestrator.ForListen {
		t.begin(Talk, string(t.dialler), t.lane(AgentLane, t.dialler, ""), t.dialler, f)
		t.begin(Talk, string(l.agent), l.lane, l.agent, f)
		return
	}
	switch l.purpose {
	case orchestrator.ForConsult, orchestrator.ForHelp:
		t.begin(Consult, channel, l.lane, l.agent, f)
	case orchestrator.ForCustomer:
		if t.dialler != "" {
			t.begin(Talk, string(t.dialler), t.lane(AgentLane, t.dialler, ""), t.dialler, f)
		}
	case orchestrator.ForTransfer, orchestrator.ForReferral, orchestrator.ForFlow:
		t.end(Wait, "", f.At)
		if l.agent != "" {
			t.begin(Talk, string(l.agent), l.lane, l.agent, f)
		} else {
			t.begin(Talk, channel, l.lane, "", f)
		}
	}
}

// talk tells of who speaks with the far side.
func (t *teller) talk(f orchestrator.Fact) bool {
	agent := string(f.Agent)
	switch f.Kind {
	case orchestrator.CallAnswered:
		t.end(Wait, "", f.At)
		t.lead(f.Agent, f)
	case orchestrator.CallTalkEnded:
		t.leave(agent, f.At)
	case orchestrator.CallTransferred:
		t.transferred(f)
	case orchestrator.CallConferenced:
		t.moment(Conferenced, t.lane(AgentLane, f.Agent, ""), f)
		t.end(Hold, "", f.At)
		for _, channel := range t.channels() {
			if l := t.legs[channel]; t.end(Consult, channel, f.At) {
				t.begin(Conference, channel, l.lane, l.agent, f)
			}
		}
	case orchestrator.CallEnded:
		for _, i := range t.open {
			at := f.At
			t.Entries[i].Open, t.Entries[i].Until = false, &at
		}
		clear(t.open)
		t.moment(Ended, t.lane(CustomerLane, "", ""), f)
	default:
		return false
	}
	return true
}

// lead makes an agent responsible for the far side.
func (t *teller) lead(agent orchestrator.AgentID, f orchestrator.Fact) {
	for channel, l := range t.legs {
		if l.agent == agent && agent != "" {
			t.end(Consult, channel, f.At)
			t.end(Conference, channel, f.At)
		}
	}
	t.begin(Talk, string(agent), t.lane(AgentLane, agent, ""), agent, f)
}

// leave ends what an agent has to do with the call.
func (t *teller) leave(agent string, at time.Time) {
	for _, kind := range []EntryKind{Talk, Mute, Away} {
		t.end(kind, agent, at)
	}
	if i, holding := t.open[key(Hold, "")]; holding && string(t.Entries[i].Agent) == agent {
		t.end(Hold, "", at)
	}
}

func (t *teller) transferred(f orchestrator.Fact) {
	t.moment(Transferred, t.lane(AgentLane, f.Agent, ""), f)
	if f.Data.How == "rating" { // the end of the talk follows
		return
	}
	t.leave(string(f.Agent), f.At)
	if f.Data.Target != "" || f.Data.Number == "" {
		return // that the agent has answered is told
	}
	for _, channel := range t.channels() {
		l := t.legs[channel]
		if l.agent != "" || l.number != f.Data.Number || l.purpose == orchestrator.ForCustomer {
			continue
		}
		if t.end(Consult, channel, f.At) || t.end(Conference, channel, f.At) {
			t.begin(Talk, channel, l.lane, "", f)
		}
		l.purpose = orchestrator.ForTransfer // if it still rings, it answers for good
		t.legs[channel] = l
	}
}

// stretch tells of what goes on for a while beside the talk.
func (t *teller) stretch(f orchestrator.Fact) bool {
	agent := string(f.Agent)
	switch f.Kind {
	case orchestrator.CallQueued:
		t.end(Wait, "", f.At)
		t.begin(Wait, "", t.lane(CustomerLane, "", ""), "", f)
	case orchestrator.CallHeld:
		t.begin(Hold, "", t.lane(CustomerLane, "", ""), f.Agent, f)
	case orchestrator.CallRetrieved:
		t.end(Hold, "", f.At)
	case orchestrator.CallMuted:
		t.begin(Mute, agent, t.lane(AgentLane, f.Agent, ""), f.Agent, f)
	case orchestrator.CallUnmuted:
		t.end(Mute, agent, f.At)
	case orchestrator.CallMasked:
		t.begin(Mask, "", t.lane(RecordingLane, "", ""), f.Agent, f)
	case orchestrator.CallUnmasked:
		t.end(Mask, "", f.At)
	case orchestrator.CallAway:
		t.begin(Away, agent, t.lane(AgentLane, f.Agent, ""), f.Agent, f)
	case orchestrator.CallBack:
		t.end(Away, agent, f.At)
	case orchestrator.CallListened:
		t.listened(f)
	case orchestrator.CallMessage:
		t.message(f)
	default:
		return false
	}
	return true
}

// listened begins a supervisor's part, or changes how it is taken.
func (t *teller) listened(f orchestrator.Fact) {
	where := string(f.Agent)
	for channel, l := range t.legs {
		if l.purpose == orchestrator.ForListen && l.agent == f.Agent {
			where = channel
		}
	}
	t.end(Listen, where, f.At)
	t.begin(Listen, where, t.lane(SupervisorLane, f.Agent, ""), f.Agent, f)
}

// message is told when it is over; it began with the step.
func (t *teller) message(f orchestrator.Fact) {
	until := f.At
	from := f.At
	if !t.step.IsZero() {
		from = t.step
	}
	t.Entries = append(t.Entries, Entry{
		Kind: Message, Lane: t.lane(CustomerLane, "", ""), At: from, Until: &until, Data: f.Data,
	})
}

// ring ends the ringing of a channel and notes how.
func (t *teller) ring(channel string, f orchestrator.Fact) {
	i, ringing := t.open[key(Ring, channel)]
	if !ringing {
		return
	}
	e := &t.Entries[i]
	e.Data.Outcome, e.Data.Cause = f.Data.Outcome, f.Data.Cause
	if f.Kind == orchestrator.LegAnswered {
		e.Data.Outcome = orchestrator.OutcomeAnswered
	}
	t.end(Ring, channel, f.At)
}

// channels are the legs so far, in an order of their own.
func (t *teller) channels() []string { return slices.Sorted(maps.Keys(t.legs)) }

func key(kind EntryKind, of string) string { return string(kind) + " " + of }

func (t *teller) moment(kind EntryKind, lane string, f orchestrator.Fact) {
	t.Entries = append(t.Entries, Entry{Kind: kind, Lane: lane, At: f.At, Agent: f.Agent, Data: f.Data})
}

// begin begins a stretch, unless it goes on already.
func (t *teller) begin(kind EntryKind, of, lane string, agent orchestrator.AgentID, f orchestrator.Fact) {
	if _, open := t.open[key(kind, of)]; open {
		return
	}
	t.open[key(kind, of)] = len(t.Entries)
	supervised := kind == Listen || kind == Ring && f.Data.Purpose == orchestrator.ForListen
	t.Entries = append(t.Entries, Entry{
		Kind: kind, Lane: lane, At: f.At, Open: true, Agent: agent, Data: f.Data, Private: supervised, guest: kind == Conference,
	})
}

// end ends a stretch; false: it did not go on.
func (t *teller) end(kind EntryKind, of string, at time.Time) bool {
	i, open := t.open[key(kind, of)]
	if !open {
		return false
	}
	delete(t.open, key(kind, of))
	t.Entries[i].Open, t.Entries[i].Until = false, &at
	return true
}

// lane finds or makes a lane.
func (t *teller) lane(kind LaneKind, agent orchestrator.AgentID, number string) string {
	name := string(kind)
	if agent != "" || number != "" {
		name += ":" + string(agent) + number
	}
	if !slices.ContainsFunc(t.Lanes, func(l Lane) bool { return l.Key == name }) {
		t.Lanes = append(t.Lanes, Lane{Key: name, Kind: kind, Agent: agent, Number: number})
	}
	return name
}
