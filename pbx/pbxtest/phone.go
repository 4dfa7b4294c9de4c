package pbxtest

import (
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// SimPhone is a telephone with a single line, an agent's or one in the outside
// world. It does with every call what it was told last; without a word it
// rings for ever.
type SimPhone struct {
	sim     *Sim
	id      string
	offline bool
	plan    PhonePlan
	channel *channel // its call, if it has one
	had     bool     // a call
	keys    string   // that came with the latest call
}

// Phone returns the telephone with this id, whether it is provisioned or not.
func (s *Sim) Phone(id pbx.PhoneID) *SimPhone {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.phone(id)
}

func (s *Sim) phone(id pbx.PhoneID) *SimPhone {
	p, ok := s.phones[id]
	if !ok {
		p = &SimPhone{sim: s, id: string(id), plan: PhonePlan{Does: Rings}}
		s.phones[id] = p
	}
	return p
}

// Number returns the telephone in the outside world that any trunk reaches by
// this number.
func (s *Sim) Number(number string) *SimPhone {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.number(number)
}

func (s *Sim) number(number string) *SimPhone {
	p, ok := s.numbers[number]
	if !ok {
		p = &SimPhone{sim: s, id: number, plan: PhonePlan{Does: Rings}}
		s.numbers[number] = p
	}
	return p
}

// registerSoon lets the phone register after the usual time.
func (s *Sim) registerSoon(id pbx.PhoneID) {
	if s.register <= 0 {
		s.registration(id)
		return
	}
	s.clock.after(s.register, func() { s.registration(id) })
}

// registration makes what the switch knows of a phone agree with the phone.
func (s *Sim) registration(id pbx.PhoneID) {
	was, known := s.known[id]
	now := !s.phone(id).offline
	if s.alive && known && was != now {
		s.known[id] = now
		s.emit(pbx.PhoneChanged{Wide: wide(), Phone: id, Online: now})
	}
}

// Follows makes the phone do with every call from now on what the plan says.
func (p *SimPhone) Follows(plan PhonePlan) *SimPhone {
	p.sim.mu.Lock()
	p.plan = plan
	p.sim.mu.Unlock()
	if plan.Does == Offline {
		return p.Offline()
	}
	return p
}

// Answers makes the phone ring at once and be picked up after this time.
func (p *SimPhone) Answers(after time.Duration) *SimPhone {
	return p.Follows(PhonePlan{Does: Answers, After: after})
}

// Rings makes the phone ring until the caller's side gives up; Answer and
// Reject can be called meanwhile.
func (p *SimPhone) Rings() *SimPhone { return p.Follows(PhonePlan{Does: Rings}) }

// Obeys makes the phone pick up at once when the call asks for it
// (pbx.Originate.AutoAnswer), and ring otherwise.
func (p *SimPhone) Obeys() *SimPhone { return p.Follows(PhonePlan{Does: Obeys}) }

// Busy makes the phone refuse calls as busy, without ringing.
func (p *SimPhone) Busy() *SimPhone { return p.Follows(PhonePlan{Does: Busy}) }

// Rejects makes the phone ring and refuse the call a second later.
func (p *SimPhone) Rejects() *SimPhone {
	return p.Follows(PhonePlan{Does: Rejects, After: time.Second})
}

// Offline makes the phone lose its registration; a call it has goes on.
func (p *SimPhone) Offline() *SimPhone { return p.reach(true) }

// Online makes the phone register again.
func (p *SimPhone) Online() *SimPhone { return p.reach(false) }

func (p *SimPhone) reach(offline bool) *SimPhone {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	p.offline = offline
	p.sim.registration(pbx.PhoneID(p.id))
	return p
}

// invited is called when the switch calls the phone.
func (p *SimPhone) invited(ch *channel) {
	s := p.sim
	if p.channel != nil || p.plan.Does == Busy {
		ch.far = nil
		s.log.add("· phone %s is busy", p.id)
		s.end(ch, pbx.Busy)
		return
	}
	p.channel, p.had, p.keys = ch, true, ""
	s.took[ch.id] = p
	ch.whenUp = func() { s.follow(ch, p.plan.Press, p.plan.HangupAfter, p.plan.HoldAfter, p.plan.ResumeAfter) }
	s.emit(pbx.Ringing{Of: of(ch)})
	switch p.plan.Does {
	case Obeys:
		if ch.asked {
			p.pickUp()
		}
	case Answers:
		if p.plan.After <= 0 {
			p.pickUp()
			return
		}
		ch.next = s.clock.after(p.plan.After, p.pickUp)
	case Rejects:
		ch.next = s.clock.after(p.plan.After, func() { s.end(ch, pbx.Rejected) })
	}
}

func (p *SimPhone) pickUp() {
	ch := p.channel
	p.sim.clock.cancel(ch.expiry)
	p.sim.clock.cancel(ch.next)
	p.sim.emit(pbx.Answered{Of: of(ch)})
	p.sim.pickedUp(ch)
}

// Answer picks up, if the phone rings.
func (p *SimPhone) Answer() {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	if p.channel != nil && !p.channel.up {
		p.pickUp()
	}
}

// Reject refuses the call, if the phone rings.
func (p *SimPhone) Reject() {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	if p.channel != nil && !p.channel.up {
		p.sim.end(p.channel, pbx.Rejected)
	}
}

// Hangup ends the phone's call, if it has one; a ringing one is rejected.
func (p *SimPhone) Hangup() {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	switch {
	case p.channel == nil:
	case p.channel.up:
		p.sim.log.add("· phone %s hangs up", p.id)
		p.sim.end(p.channel, pbx.Normal)
	default:
		p.sim.end(p.channel, pbx.Rejected)
	}
}

// Dies ends the phone's call as a switch does that has heard no sound from it
// for long.
func (p *SimPhone) Dies() {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	if p.channel != nil {
		p.sim.log.add("· phone %s is dead", p.id)
		p.sim.end(p.channel, pbx.Unreachable)
	}
}

// Press presses keys one after the other during a call.
func (p *SimPhone) Press(keys string) {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	p.sim.press(p.channel, keys)
}

// Hold presses the hold key: whoever is in the bridge with the phone hears
// music.
func (p *SimPhone) Hold() { p.hold(true) }

// Resume presses the hold key again.
func (p *SimPhone) Resume() { p.hold(false) }

func (p *SimPhone) hold(on bool) {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	if p.channel != nil {
		p.sim.holdKey(p.channel, on)
	}
}

// Keys returns the keys that have been sent to the phone during its latest
// call.
func (p *SimPhone) Keys() string {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return p.keys
}

// Asked reports whether the call that the phone has asks it to answer by
// itself.
func (p *SimPhone) Asked() bool {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return p.channel != nil && p.channel.asked
}

// Channel returns the channel of the phone's call, empty if it has none.
func (p *SimPhone) Channel() pbx.ChannelID {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	if p.channel == nil {
		return ""
	}
	return p.channel.id
}

// Ringing reports whether the phone rings.
func (p *SimPhone) Ringing() bool {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return p.channel != nil && !p.channel.up
}

// Shows returns the number and the name on the phone's display during a call.
func (p *SimPhone) Shows() (number, name string) {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	if p.channel == nil {
		return "", ""
	}
	return p.channel.caller, p.channel.name
}

// Hears tells what comes out of the receiver.
func (p *SimPhone) Hears() Hearing {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	if p.channel == nil {
		return Hearing{Sound: Silence}
	}
	return p.sim.hearing(p.channel)
}
