package telephone

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Call is one call of a telephone, either way.
type Call struct {
	Number string // that was dialled

	set     *Set
	id      string
	inbound bool
	tag     string // of our side
	sound   *sound
	ctx     context.Context // ends with the call
	end     context.CancelFunc
	up      chan struct{} // closed at the answer
	once    sync.Once
	acked   chan struct{}
	ackOnce sync.Once

	mu      sync.Mutex
	invite  *message // the first one
	last    *message // our last response to an INVITE, for repetitions
	lastSeq int
	local   string // From or To of our side, with tag
	remote  string // of the other side
	target  string // where requests of the dialog go
	peer    netip.AddrPort
	rings   bool // we hear that the other side rings
	version int
}

func newCall(s *Set, id string) *Call {
	ctx, end := context.WithCancel(s.ctx)
	return &Call{
		set: s, id: id, tag: token(), ctx: ctx, end: end,
		up: make(chan struct{}), acked: make(chan struct{}), peer: s.cfg.Server,
	}
}

// Answered is closed when the call has been answered.
func (c *Call) Answered() <-chan struct{} { return c.up }

// Over is closed when the call has ended.
func (c *Call) Over() <-chan struct{} { return c.ctx.Done() }

// Up reports whether the call has been answered.
func (c *Call) Up() bool {
	select {
	case <-c.up:
		return true
	default:
		return false
	}
}

// Ringing reports whether the far end has said that it rings.
func (c *Call) Ringing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rings
}

// Dial calls a number; number and name of the caller are sent as they are.
// It returns at once.
func (s *Set) Dial(called, number, name string) (*Call, error) {
	return s.dial(fmt.Sprintf("sip:%s@%s", called, s.cfg.Server), called, s.cfg.Server, number, name)
}

func (s *Set) dial(uri, called string, at netip.AddrPort, number, name string) (*Call, error) {
	c := newCall(s, token()+"@"+s.cfg.Listen.String())
	c.Number, c.peer = called, at
	sound, err := listen(c.ctx, s.cfg.Listen, s.cfg.Codec, s.voice(), s.Dropped, &s.all)
	if err != nil {
		c.end()
		return nil, err
	}
	c.sound = sound
	c.local = fmt.Sprintf("%s<sip:%s@%s>;tag=%s", quoted(name), number, s.Address(), c.tag)
	c.remote, c.target = "<"+uri+">", uri
	m := c.request("INVITE", s.next())
	m.add("Contact", s.contact())
	m.add("Content-Type", "application/sdp")
	m.body = c.offer("sendrecv")
	c.invite = m
	s.mu.Lock()
	s.calls[c.id] = c
	s.mu.Unlock()
	s.all.Go(func() { c.dialled(m) })
	return c, nil
}

// invited sends an INVITE of ours until there is an answer.
func (c *Call) invited(m *message) *message {
	return c.set.ask(c.set.ctx, m, c.peer, func(r *message) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.remote = r.get("To")
		c.rings = c.rings || r.code() == 180
		if r.body != "" {
			c.sound.connect(r.body)
		}
	})
}

// proven is the INVITE again, with the answer to the challenge r.
func (c *Call) proven(m, r *message) *message {
	c.ack(m, r)
	again := c.request("INVITE", c.set.next())
	again.start, again.body = m.start, m.body
	again.copyFrom(m, "Contact", "Content-Type")
	again.add("Authorization", authorize(r.get("Www-Authenticate"), "INVITE", c.target, c.set.cfg.User, c.set.cfg.Secret))
	c.mu.Lock()
	c.invite = again
	c.mu.Unlock()
	return again
}

// dialled sees an INVITE of ours through.
func (c *Call) dialled(m *message) {
	r := c.invited(m)
	if r != nil && r.code() == 401 && c.set.cfg.Secret != "" {
		m = c.proven(m, r)
		r = c.invited(m)
	}
	if r == nil {
		c.over()
		return
	}
	c.mu.Lock()
	c.remote = r.get("To")
	if contact := r.get("Contact"); contact != "" && r.code() == 200 {
		c.target = address(contact)
	}
	c.mu.Unlock()
	c.ack(m, r)
	if r.code() != 200 {
		c.over()
		return
	}
	if c.ctx.Err() != nil { // given up, and picked up at the same moment
		c.bye()
		return
	}
	c.sound.connect(r.body)
	c.answered()
}

func (c *Call) answered() {
	c.once.Do(func() {
		close(c.up)
		c.sound.speak()
	})
}

func (c *Call) over() {
	c.end()
	c.set.mu.Lock()
	defer c.set.mu.Unlock()
	delete(c.set.calls, c.id)
}

// request makes a request within the call.
func (c *Call) request(method string, sequence int) *message {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.set.request(method, c.target)
	m.add("From", c.local)
	m.add("To", c.remote)
	m.add("Call-Id", c.id)
	m.add("Cseq", fmt.Sprintf("%d %s", sequence, method))
	return m
}

// ack acknowledges the final response to an INVITE; for a refusal it belongs to
// the transaction and shares its branch.
func (c *Call) ack(invite, r *message) {
	m := c.request("ACK", invite.sequence())
	if r.code() != 200 {
		m.headers[0] = header{"Via", invite.get("Via")}
		m.start = strings.Replace(invite.start, "INVITE", "ACK", 1)
	}
	c.set.send(m, c.peer)
}

// Hangup ends the call, whatever state it is in; it returns at once.
func (c *Call) Hangup() {
	select {
	case <-c.up:
		if c.inbound {
			c.set.all.Go(c.byeWhenAcknowledged)
			return
		}
		c.bye()
	default:
		if c.inbound {
			c.Refuse(603, "Decline")
			return
		}
		c.mu.Lock()
		invite := c.invite
		c.mu.Unlock()
		m := &message{start: strings.Replace(invite.start, "INVITE", "CANCEL", 1)}
		m.copyFrom(invite, "Via", "Max-Forwards", "From", "To", "Call-Id")
		m.add("Cseq", fmt.Sprintf("%d CANCEL", invite.sequence()))
		c.set.send(m, c.peer) // the INVITE itself is answered with 487
	}
}

// byeWhenAcknowledged waits for the ACK: who was called must not hang up before
// it (RFC 3261, 15).
func (c *Call) byeWhenAcknowledged() {
	select {
	case <-c.acked:
	case <-time.After(2 * time.Second):
	case <-c.ctx.Done():
		return
	}
	c.bye()
}

func (c *Call) bye() {
	m := c.request("BYE", c.set.next())
	c.over()
	c.set.all.Go(func() {
		ctx, cancel := context.WithTimeout(c.set.ctx, 3*time.Second)
		defer cancel()
		c.set.ask(ctx, m, c.peer, nil)
	})
}

// Hold presses the hold key (on), or presses it again.
func (c *Call) Hold(on bool) {
	direction := "sendrecv"
	if on {
		direction = "sendonly"
	}
	m := c.request("INVITE", c.set.next())
	m.add("Contact", c.set.contact())
	m.add("Content-Type", "application/sdp")
	m.body = c.offer(direction)
	c.set.all.Go(func() {
		if r := c.set.ask(c.ctx, m, c.peer, nil); r != nil {
			c.ack(m, r)
		}
	})
}

// Press presses one key.
func (c *Call) Press(digit byte) { c.sound.press(digit) }

// SendKeys presses keys one after the other, 100 ms each and 100 ms apart.
func (c *Call) SendKeys(keys string) {
	for i := range len(keys) {
		c.sound.press(keys[i])
	}
}

// Keys returns the keys that have come from the other side.
func (c *Call) Keys() string {
	if c.sound == nil {
		return ""
	}
	return c.sound.keysHeard()
}

// Tones returns whatever tones can be heard now, to the nearest 25 Hz.
func (c *Call) Tones() []int {
	if c.sound == nil {
		return nil
	}
	return c.sound.tones()
}

// Header returns a header of the INVITE by which the call came.
func (c *Call) Header(name string) string { return c.invite.get(canonical(name)) }

// Asked reports whether the call asks the telephone to answer by itself, in any
// of the ways that telephones know.
func (c *Call) Asked() bool {
	return strings.Contains(c.Header("Call-Info"), "answer-after=0") ||
		strings.Contains(c.Header("Alert-Info"), "alert-autoanswer") ||
		c.Header("X-Yihaotong-Answer") == "now"
}

// Speak changes the voice of this call to a tone of so many Hz; 0 is silence.
func (c *Call) Speak(tone int) {
	if c.sound != nil {
		c.sound.speakAs(tone)
	}
}

// Hears returns those of the tones, in Hz, that can be heard now.
func (c *Call) Hears(tones ...int) []int {
	if c.sound == nil {
		return nil
	}
	return c.sound.hears(tones)
}

// comes takes in a call from the switch.
func (c *Call) comes(m *message) {
	c.mu.Lock()
	c.local, c.remote = m.get("To")+";tag="+c.tag, m.get("From")
	c.target = address(m.get("Contact"))
	c.lastSeq = m.sequence()
	c.mu.Unlock()
	c.respond(reply(m, 100, "Trying", c.tag))
	sound, err := listen(c.ctx, c.set.cfg.Listen, c.set.cfg.Codec, c.set.voice(), c.set.Dropped, &c.set.all)
	if err != nil || c.set.cfg.Incoming == nil {
		c.Refuse(486, "Busy Here")
		return
	}
	c.set.mu.Lock() // Speak may be looking
	c.sound = sound
	c.set.mu.Unlock()
	c.sound.connect(m.body)
	c.set.all.Go(func() { c.set.cfg.Incoming(c) })
}

// respond sends a response to the INVITE and keeps it for repetitions.
func (c *Call) respond(r *message) {
	c.mu.Lock()
	c.last = r
	c.mu.Unlock()
	c.set.send(r, c.peer)
}

// Ring tells the switch that the telephone rings.
func (c *Call) Ring() {
	r := reply(c.invite, 180, "Ringing", c.tag)
	r.add("Contact", c.set.contact())
	c.respond(r)
}

// Refuse ends a call that was not answered.
func (c *Call) Refuse(code int, reason string) {
	c.respond(reply(c.invite, code, reason, c.tag))
	c.end() // it stays known until the ACK
}

// Answer picks up.
func (c *Call) Answer() {
	if c.ctx.Err() != nil {
		return
	}
	r := reply(c.invite, 200, "OK", c.tag)
	r.add("Contact", c.set.contact())
	r.add("Content-Type", "application/sdp")
	r.body = c.offer("sendrecv")
	c.respond(r)
	c.answered()
	c.set.all.Go(func() {
		for {
			select {
			case <-c.acked:
				return
			case <-c.ctx.Done():
				return
			case <-time.After(retransmit):
				c.set.send(r, c.peer)
			}
		}
	})
}

// asked deals with a request within the call.
func (c *Call) asked(m *message, from netip.AddrPort) {
	switch m.method() {
	case "ACK":
		c.ackOnce.Do(func() { close(c.acked) })
		if c.ctx.Err() != nil {
			c.over()
		}
	case "BYE":
		c.set.send(reply(m, 200, "OK", c.tag), from)
		c.over()
	case "CANCEL":
		c.set.send(reply(m, 200, "OK", c.tag), from)
		select {
		case <-c.up:
		default:
			c.Refuse(487, "Request Terminated")
		}
	case "INVITE":
		c.reinvited(m, from)
	default:
		c.set.send(reply(m, 200, "OK", c.tag), from)
	}
}

// reinvited answers a repeated INVITE as before and a new one with our sound.
func (c *Call) reinvited(m *message, from netip.AddrPort) {
	c.mu.Lock()
	last, repeated := c.last, m.sequence() == c.lastSeq
	c.mu.Unlock()
	if repeated && last != nil {
		c.set.send(last, from)
		return
	}
	c.sound.connect(m.body)
	r := reply(m, 200, "OK", c.tag)
	r.add("Contact", c.set.contact())
	r.add("Content-Type", "application/sdp")
	r.body = c.offer("sendrecv")
	c.set.send(r, from)
}

// offer is our session description.
func (c *Call) offer(direction string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	return c.sound.describe(c.version, direction)
}

// user is the user part of a request's URI.
func user(start string) string {
	_, after, _ := strings.Cut(start, "sip:")
	name, _, _ := strings.Cut(after, "@")
	return name
}

func branch(m *message) string {
	_, after, _ := strings.Cut(m.get("Via"), "branch=")
	end := strings.IndexAny(after, ";, ")
	if end >= 0 {
		after = after[:end]
	}
	return after + m.method()
}
