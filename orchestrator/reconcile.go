package orchestrator

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// connected compares what the switch holds with what we believe, at every
// connect: calls that ended meanwhile are closed, calls nobody leads are
// adopted, channels nobody needs are ended.
func (e *Engine) connected(ctx context.Context, s pbx.Snapshot) {
	e.mu.Lock()
	first := e.booted.IsZero()
	restarted := !first && !s.Booted.Equal(e.booted)
	e.booted = s.Booted
	e.phones, e.trunks = map[pbx.PhoneID]bool{}, map[pbx.TrunkID]bool{}
	for p, online := range s.Phones {
		e.phones[p] = online
	}
	runners := make([]*runner, 0, len(e.runners))
	for _, r := range e.runners {
		runners = append(runners, r)
	}
	e.mu.Unlock()

	there := map[pbx.ChannelID]*pbx.Channel{}
	for i := range s.Channels {
		there[s.Channels[i].ID] = &s.Channels[i]
	}
	for _, r := range runners {
		c := r.seen.Load()
		if restarted {
			r.in.put(Lost{})
			continue
		}
		r.in.put(relinkedFor(*c, there))
	}
	e.adoptLines(s)
	adopted := e.adopt(ctx, s, there, first)
	e.forgetKept()
	for t, online := range s.Trunks {
		e.trunkChanged(t, online)
	}
	if first {
		e.settle(func(a AgentID, call CallID) bool { c, ok := adopted[call]; return ok && c.occupies(a) })
	} else {
		e.settle(func(_ AgentID, call CallID) bool { return e.leads(call) })
	}
	e.linked()
	for _, f := range e.floors {
		f.post(func() {}) // it may give calls to agents again
	}
}

// relinkedFor is what the switch holds of a call.
func relinkedFor(c Call, there map[pbx.ChannelID]*pbx.Channel) Relinked {
	mine := map[pbx.ChannelID]*pbx.Channel{}
	for _, ch := range c.channels() {
		if found := there[ch]; found != nil {
			mine[ch] = found
		}
	}
	return Relinked{mine}
}

// adopt takes over the calls that the switch holds and nobody leads: as the
// live state remembers them, or else as their channels tell. Callbacks that
// wait have no channel; they come from the live state alone. At our first
// connect it also names the calls that ended while nobody was there to see it:
// they are closed.
func (e *Engine) adopt(ctx context.Context, s pbx.Snapshot, there map[pbx.ChannelID]*pbx.Channel, first bool) map[CallID]Call {
	adopted := map[CallID]Call{}
	kept := e.keptCalls(ctx)
	legs := map[CallID][]*pbx.Channel{}
	for i := range s.Channels {
		if ch := &s.Channels[i]; e.owner(ch.ID) == nil && !e.isLine(ch.ID) && ch.Vars[VarCall] != "" {
			legs[CallID(ch.Vars[VarCall])] = append(legs[CallID(ch.Vars[VarCall])], ch)
		}
	}
	for id, c := range kept {
		if f := e.floors[c.Site]; f != nil && !e.leads(id) && (first || len(legs[id]) > 0 || (c.Channel == "" && c.Phase == Queued)) {
			e.takeOver(ctx, c, f, there, true)
			adopted[id] = c
			delete(legs, id)
		}
	}
	for i := range s.Channels {
		ch := &s.Channels[i]
		if e.owner(ch.ID) != nil || !ch.Inbound {
			continue
		}
		call := CallID(ch.Vars[VarCall])
		f := e.floors[SiteID(ch.Vars[VarSite])]
		site, err := e.dir.Site(ctx, SiteID(ch.Vars[VarSite]))
		if call == "" || f == nil || err != nil {
			e.arrived(ctx, pbx.Arrived{
				Of: pbx.Of{Channel: ch.ID, At: time.Now()}, Trunk: ch.Trunk, Called: ch.Called,
				Caller: ch.Caller, Recording: ch.Recorded,
			})
			continue
		}
		c := callFromChannel(call, site, ch, agentLegOf(legs[call]))
		if route, ok := e.dir.Lead(ctx, ch.Called, ch.Trunk); ok {
			c.Flow = route.Flow
		}
		e.takeOver(ctx, c, f, there, false)
		adopted[call] = c
	}
	for call, channels := range legs {
		for _, ch := range channels {
			if e.owner(ch.ID) == nil {
				e.metrics.drift.WithLabelValues("orphan_leg").Inc()
				e.log.Warn("ending a leg without a call", "call", call, "channel", ch.ID)
				e.refuse(ctx, ch.ID, pbx.Normal)
			}
		}
	}
	return adopted
}

// takeOver leads a call on that another engine led.
func (e *Engine) takeOver(ctx context.Context, c Call, f *floor, there map[pbx.ChannelID]*pbx.Channel, known bool) {
	site, err := e.dir.Site(ctx, c.Site)
	if err != nil {
		e.log.Error("adopt a call", "call", c.ID, "err", err)
		return
	}
	e.metrics.drift.WithLabelValues("adopted").Inc()
	e.log.Info("adopting a call", "call", c.ID, "phase", c.Phase, "from_live_state", known)
	if c.Direction != Outbound && c.Direction != Internal {
		e.trunkUse(f, c.Trunk, 1)
	}
	for _, ch := range c.channels() {
		if trunk, out := c.Out[ch]; out {
			e.outgoing(ch, trunk)
		}
	}
	e.start(ctx, c, f, site, relinkedFor(c, there))
}

func agentLegOf(legs []*pbx.Channel) *pbx.Channel {
	for _, ch := range legs {
		if !ch.Inbound && ch.Vars[VarRole] == "agent" {
			return ch
		}
	}
	return nil
}

// adoptLines learns which nailed-up lines the switch still has, and forgets
// those it has not.
func (e *Engine) adoptLines(s pbx.Snapshot) {
	there := map[pbx.ChannelID]bool{}
	now := time.Now()
	for _, ch := range s.Channels {
		there[ch.ID] = true
		f := e.floors[SiteID(ch.Vars[VarSite])]
		if ch.Vars[VarRole] != "line" || f == nil || e.isLine(ch.ID) {
			continue
		}
		seat := Offer{Agent: AgentID(ch.Vars[VarAgent]), Site: f.id, Line: ch.ID}
		e.mu.Lock()
		e.lines[ch.ID] = seat
		e.mu.Unlock()
		if ch.Up {
			f.post(func() { f.lineUp(seat, now) })
		}
	}
	for _, f := range e.floors {
		f.post(func() {
			for _, a := range f.agents {
				if a.Line != "" && !there[a.Line] {
					f.lineDown(Offer{Agent: a.ID, Site: f.id, Line: a.Line}, now)
				}
			}
		})
	}
}

func (e *Engine) isLine(ch pbx.ChannelID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, ok := e.lines[ch]
	return ok
}

func (e *Engine) leads(call CallID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.runners[call] != nil
}

// keep remembers the calls an earlier engine left at a site until the switch
// has told what became of them: the live state is built anew before that.
func (e *Engine) keep(site SiteID, calls map[CallID][]byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.adopted {
		e.kept[site] = calls
	}
}

// keptAt returns a copy of what is kept of a site.
func (e *Engine) keptAt(site SiteID) map[CallID][]byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.kept[site] == nil {
		return map[CallID][]byte{}
	}
	return maps.Clone(e.kept[site])
}

func (e *Engine) keeps(site SiteID, call CallID) bool {
	_, ok := e.keptAt(site)[call]
	return ok
}

// forgetKept is for when every call that was kept is led, or over.
func (e *Engine) forgetKept() {
	e.mu.Lock()
	kept := e.kept
	e.kept, e.adopted = map[SiteID]map[CallID][]byte{}, true
	e.mu.Unlock()
	for site, calls := range kept {
		for id := range calls {
			if !e.leads(id) {
				e.mirror.put(saved{site: site, call: id, over: true})
			}
		}
	}
}

// keptCalls reads the calls an earlier engine left in the live state.
func (e *Engine) keptCalls(ctx context.Context) map[CallID]Call {
	kept := map[CallID]Call{}
	for site := range e.floors {
		calls := e.keptAt(site)
		if len(calls) == 0 {
			ctx, cancel := context.WithTimeout(ctx, liveTimeout)
			s, err := e.live.Load(ctx, site)
			cancel()
			if err != nil {
				e.log.Warn("read calls from the live state", "site", site, "err", err)
				continue
			}
			calls = s.Calls
		}
		for call, raw := range calls {
			var c Call
			if err := json.Unmarshal(raw, &c); err != nil {
				e.log.Error("a call in the live state cannot be read", "call", call, "err", err)
				continue
			}
			kept[call] = c
		}
	}
	return kept
}

// callFromChannel rebuilds a call from nothing but what its channels carry.
func callFromChannel(id CallID, site Site, caller, agent *pbx.Channel) Call {
	c := Call{
		ID: id, Site: site.ID, Direction: Inbound, Channel: caller.ID, Trunk: caller.Trunk, Called: caller.Called,
		Caller: dialplan.NormaliseNumber(caller.Caller), Recording: caller.Recorded,
		Language: dialplan.DefaultLanguage, Phase: InFlow, Arrived: caller.Since,
	}
	if queue := caller.Vars[VarQueue]; queue != "" {
		entered, err := time.Parse(time.RFC3339Nano, caller.Vars[VarEntered])
		if err != nil {
			entered = caller.Since
		}
		c.Phase = Queued
		c.Place = &Place{
			Call: id, Site: site.ID, Queue: QueueID(queue), Entered: entered, Caller: c.Caller,
			Area: dialplan.AreaCode(c.Caller), Skills: site.Queues[QueueID(queue)].Skills,
		}
		c.Waiting = dialplan.Enqueue{Queue: queue, Announce: 30 * time.Second}
	}
	if agent != nil && agent.Vars[VarRole] == "agent" && c.Place != nil && agent.Up && agent.Bridge != "" && agent.Bridge == caller.Bridge {
		c.Phase, c.Agent, c.AgentLeg = InTalk, AgentID(agent.Vars[VarAgent]), agent.ID
		c.Seat = Offer{Agent: c.Agent, Site: site.ID, Phone: agent.Phone}
		c.Spots = map[pbx.ChannelID]Spot{caller.ID: AtMain, agent.ID: AtMain}
		c.Answered = agent.Since
	}
	return c
}

// settle lets every floor compare itself with the calls that are there; held
// reports whether a call takes an agent's time.
func (e *Engine) settle(held func(AgentID, CallID) bool) {
	e.mu.Lock()
	phones := map[pbx.PhoneID]bool{}
	for p, online := range e.phones {
		phones[p] = online
	}
	e.mu.Unlock()
	now := time.Now()
	for _, f := range e.floors {
		f.post(func() { f.settle(held, phones, now) })
	}
}
