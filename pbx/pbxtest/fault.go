package pbxtest

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Cut breaks the link: the controller is Disconnected, commands are
// Unavailable, and the events of the time until Heal are lost. The calls
// themselves go on.
func (s *Sim) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.add("· the link is cut")
	s.cut = true
	s.disconnect(ErrCut)
}

// Heal mends the link; the controller is Connected at once.
func (s *Sim) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.add("· the link is mended")
	s.cut = false
	s.connect()
}

// Kill ends the switch as a power cut would: calls, bridges and what was
// provisioned are gone, and nobody is told but by Disconnected.
func (s *Sim) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.add("· the switch is killed")
	s.disconnect(ErrKilled)
	s.alive = false
	for _, ch := range s.sorted() {
		s.vanish(ch, pbx.SwitchLost)
	}
	clear(s.bridges)
	clear(s.known)
	clear(s.trunks)
}

// Boot starts the killed switch again, with a later Booted. The controller
// puts again what it had put and is Connected at once; phones then register.
func (s *Sim) Boot() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.alive {
		return
	}
	s.log.add("· the switch starts")
	s.alive = true
	if now := time.Now(); now.After(s.booted) {
		s.booted = now
	} else {
		s.booted = s.booted.Add(time.Millisecond) // no time has passed in a bubble
	}
	s.connect()
}

// TrunkDown makes a trunk's carrier fail: it can no longer be called out by,
// and TrunkChanged tells so. Calls on it go on.
func (s *Sim) TrunkDown(id pbx.TrunkID) { s.carrier(id, true) }

// TrunkUp ends TrunkDown.
func (s *Sim) TrunkUp(id pbx.TrunkID) { s.carrier(id, false) }

func (s *Sim) carrier(id pbx.TrunkID, down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down[id] == down {
		return
	}
	s.down[id] = down
	if s.trunks[id] {
		s.emit(pbx.TrunkChanged{Wide: wide(), Trunk: id, Online: !down})
	}
}

// Delay makes the answer to commands of the same type as like, whose fields do
// not matter, take d from now on; 0 ends it. The switch itself acts at once:
// events may come before the answer, and a command that timed out has
// happened. Use FailNext with a TimedOut error for one that has not.
func (s *Sim) Delay(like pbx.Command, d time.Duration) { s.DelayOf(nameOf(like), d) }

// DelayOf is Delay by name, for PutPhone, RemovePhone and PutTrunk too.
func (s *Sim) DelayOf(command string, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delays[command] = d
}

// FailNext makes the next command of the same type as like fail with err and
// do nothing. Several are used up in order.
func (s *Sim) FailNext(like pbx.Command, err error) { s.FailNextOf(nameOf(like), err) }

// FailNextOf is FailNext by name, for PutPhone, RemovePhone and PutTrunk too.
func (s *Sim) FailNextOf(command string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures[command] = append(s.failures[command], err)
}

// Orphans lists what should not be on a switch when everything has settled: a
// channel that hears nothing, a bridge with fewer than two channels, a phone
// that rings for a caller who has gone. Each is told in a sentence. A phone
// that put itself on hold is no orphan.
func (s *Sim) Orphans() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, ch := range s.sorted() {
		gone := ch.originator != "" && s.channels[ch.originator] == nil
		switch {
		case !ch.inbound && !ch.up && gone:
			out = append(out, fmt.Sprintf("%s rings for %s, which has ended", ch.id, ch.originator))
		case !ch.inbound && !ch.up:
		case !ch.held && ch.listens == nil && !s.accompanied(ch) && s.hearing(ch).Sound == Silence:
			out = append(out, fmt.Sprintf("%s hears nothing", ch.id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.bridges)) {
		if n := len(s.bridges[id].channels); n < 2 {
			out = append(out, fmt.Sprintf("bridge %s has %d channels", id, n))
		}
	}
	return out
}

// accompanied reports whether somebody is in the bridge with ch who merely says
// nothing.
func (s *Sim) accompanied(ch *channel) bool {
	return ch.bridge != nil && slices.ContainsFunc(ch.bridge.channels, func(o *channel) bool { return o != ch && o.muted })
}
