package pbxtest

import (
	"fmt"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// SimCaller is somebody who calls the switch from outside.
type SimCaller struct {
	sim     *Sim
	channel *channel
	cause   pbx.Cause // set when it is over
}

// Call lets somebody call the number called through a trunk, which must have
// been put; otherwise the switch refuses the call, and Ended tells so. The
// number shown is caller and may hold anything.
func (s *Sim) Call(trunk pbx.TrunkID, called, caller string) *SimCaller {
	return s.CallNamed(trunk, called, caller, "")
}

// CallNamed is Call with a display name, which may hold anything.
func (s *Sim) CallNamed(trunk pbx.TrunkID, called, caller, name string) *SimCaller {
	return s.CallPlanned(trunk, CallerPlan{Called: called, Number: caller, Name: name})
}

// CallPlanned is Call by somebody who does by himself what the plan says.
func (s *Sim) CallPlanned(trunk pbx.TrunkID, plan CallerPlan) *SimCaller {
	called, caller, name := plan.Called, plan.Number, plan.Name
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &SimCaller{sim: s}
	if !s.alive || !s.trunks[trunk] {
		s.log.add("· %q calls %q on trunk %s, which is not there", caller, called, trunk)
		c.channel, c.cause = &channel{}, pbx.Unreachable
		return c
	}
	s.inbound++
	id := fmt.Sprintf("in-%d", s.inbound)
	c.channel = &channel{
		id: pbx.ChannelID(id), inbound: true, trunk: trunk, called: called, caller: caller, name: name,
		recorded: "yihaotong/" + id, visitor: c,
	}
	ch := c.channel
	ch.whenUp = func() { s.follow(ch, plan.Press, plan.HangupAfter, 0, 0) }
	if plan.GiveUpAfter > 0 {
		s.clock.after(plan.GiveUpAfter, func() {
			if !ch.up {
				s.end(ch, pbx.Normal)
			}
		})
	}
	s.add(ch)
	s.record(ch)
	if s.link == nil || !s.link.up {
		s.log.add("· %s calls and nobody is there to be told", ch.id)
		ch.untold, ch.music = true, orDefault("")
		s.pickedUp(ch)
		return c
	}
	s.announce(ch)
	return c
}

// announce tells the controller of a caller.
func (s *Sim) announce(ch *channel) {
	if ch.untold {
		ch.untold, ch.music = false, ""
	}
	s.emit(pbx.Arrived{
		Of: of(ch), Trunk: ch.trunk, Called: clean(ch.called), Caller: clean(ch.caller), CallerName: clean(ch.name),
		Recording: ch.recorded,
	})
}

// Channel returns the caller's channel; empty when the call was refused.
func (c *SimCaller) Channel() pbx.ChannelID { return c.channel.id }

// Press presses keys one after the other.
func (c *SimCaller) Press(keys string) {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	c.sim.press(c.channel, keys)
}

// Hangup puts the receiver down; twice does no harm.
func (c *SimCaller) Hangup() {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	if c.sim.channels[c.channel.id] == c.channel {
		c.sim.log.add("· caller %s hangs up", c.channel.id)
		c.sim.end(c.channel, pbx.Normal)
	}
}

// Answered reports whether the call has been answered.
func (c *SimCaller) Answered() bool {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.channel.up
}

// Ended tells whether the call is over, and why.
func (c *SimCaller) Ended() (cause pbx.Cause, over bool) {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.cause, c.cause != ""
}

// Keys returns the keys that have been sent to the caller.
func (c *SimCaller) Keys() string {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.channel.keys
}

// Hears tells what the caller hears now.
func (c *SimCaller) Hears() Hearing {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.sim.hearing(c.channel)
}

// follow does what a plan says from the answer on.
func (s *Sim) follow(ch *channel, keys []Key, hangup, hold, resume time.Duration) {
	for _, key := range keys {
		s.clock.after(key.After, func() { s.press(ch, string(key.Digit)) })
	}
	if hold > 0 {
		s.clock.after(hold, func() { s.holdKey(ch, true) })
	}
	if resume > 0 {
		s.clock.after(resume, func() { s.holdKey(ch, false) })
	}
	if hangup > 0 {
		s.clock.after(hangup, func() { s.end(ch, pbx.Normal) })
	}
}

func (s *Sim) holdKey(ch *channel, on bool) {
	if s.channels[ch.id] != ch || !ch.up || ch.held == on {
		return
	}
	ch.held = on
	if on {
		s.emit(pbx.Held{Of: of(ch)})
	} else {
		s.emit(pbx.Resumed{Of: of(ch)})
	}
}

func (s *Sim) press(ch *channel, keys string) {
	if ch == nil || s.channels[ch.id] != ch {
		return
	}
	for i := range len(keys) {
		s.emit(pbx.Pressed{Of: of(ch), Digit: keys[i]})
	}
}
