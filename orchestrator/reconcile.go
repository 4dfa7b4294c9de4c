package orchestrator

import (
	"context"
	"encoding/json"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// connected compares what the switch holds with what we believe, at every
// connect: calls that ended meanwhile are closed, calls nobody leads are
// adopted, channels nobody needs are ended.
func (e *Engine) connected(ctx context.Context, s pbx.Snapshot) {
	e.mu.Lock()
	restarted := !e.booted.IsZero() && !s.Booted.Equal(e.booted)
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
	e.linked()

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
		r.in.put(Relinked{Caller: there[c.Channel], Agent: there[c.AgentLeg]})
	}
	e.adopt(ctx, s)
	for t, online := range s.Trunks {
		e.trunkChanged(t, online)
	}
	e.settle()
}

// adopt takes over the channels that no call of ours leads.
func (e *Engine) adopt(ctx context.Context, s pbx.Snapshot) {
	kept := e.keptCalls(ctx)
	agents := map[CallID]*pbx.Channel{}
	for i, ch := range s.Channels {
		if !ch.Inbound && ch.Vars[VarCall] != "" {
			agents[CallID(ch.Vars[VarCall])] = &s.Channels[i]
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
		c, known := kept[call]
		if !known {
			c = callFromChannel(call, site, ch, agents[call])
			if route, ok := e.dir.Lead(ctx, ch.Called, ch.Trunk); ok {
				c.Flow = route.Flow
			}
		}
		e.metrics.drift.WithLabelValues("adopted").Inc()
		e.log.Info("adopting a call", "call", call, "phase", c.Phase, "from_live_state", known)
		e.trunkUse(f, c.Trunk, 1)
		e.start(ctx, c, f, site, Relinked{Caller: ch, Agent: agents[call]})
	}
	for call, ch := range agents {
		if e.owner(ch.ID) == nil {
			e.metrics.drift.WithLabelValues("orphan_leg").Inc()
			e.log.Warn("ending an agent's leg without a caller", "call", call, "channel", ch.ID)
			e.refuse(ctx, ch.ID, pbx.Normal)
		}
	}
}

// keptCalls reads the calls an earlier engine left in the live state.
func (e *Engine) keptCalls(ctx context.Context) map[CallID]Call {
	kept := map[CallID]Call{}
	for site := range e.floors {
		ctx, cancel := context.WithTimeout(ctx, liveTimeout)
		s, err := e.live.Load(ctx, site)
		cancel()
		if err != nil {
			e.log.Warn("read calls from the live state", "site", site, "err", err)
			continue
		}
		for call, raw := range s.Calls {
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
		ID: id, Site: site.ID, Channel: caller.ID, Trunk: caller.Trunk, Called: caller.Called,
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
		c.Phase, c.Bridge, c.Agent, c.AgentLeg = InTalk, agent.Bridge, AgentID(agent.Vars[VarAgent]), agent.ID
		c.Answered = agent.Since
	}
	return c
}

// settle lets every floor compare itself with the calls that are there.
func (e *Engine) settle() {
	e.mu.Lock()
	alive := map[CallID]bool{}
	for id := range e.runners {
		alive[id] = true
	}
	phones := map[pbx.PhoneID]bool{}
	for p, online := range e.phones {
		phones[p] = online
	}
	e.mu.Unlock()
	now := time.Now()
	for _, f := range e.floors {
		f.post(func() { f.settle(alive, phones, now) })
	}
}
