package asterisktest

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Talk is one call of a Telephone.
type Talk struct {
	phone  *Telephone
	id     string
	habits Habits
	sound  *sound
	caller bool // we called

	answered, over chan struct{}

	mu            sync.Mutex
	invite        message // the first one
	last          message // our latest response to it
	tag           string
	local, remote string // From and To of our requests
	target        string // URI of our requests
	user          string
	theirs        netip.AddrPort
	seq, version  int
	rings, up     bool
	ended         bool
}

// Ringing reports whether a caller hears the ringing tone.
func (c *Talk) Ringing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rings && !c.up && !c.ended
}

// Over reports whether the call has ended.
func (c *Talk) Over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}

// Hears returns the last 200 ms of what comes out of the receiver; nothing
// when there is no sound at all.
func (c *Talk) Hears() []int16 {
	if c.Over() {
		return nil
	}
	return c.sound.hears()
}

// request builds a request within the call. The lock is held.
func (c *Talk) request(method, sdp string) message {
	if method != "ACK" {
		c.seq++
	}
	m := message{start: method + " " + c.target + " SIP/2.0", body: sdp, header: [][2]string{
		{"Via", fmt.Sprintf("SIP/2.0/UDP %s;branch=z9hG4bK%s;rport", c.phone.at, token())},
		{"From", c.local}, {"To", c.remote}, {"Call-ID", c.id},
		{"CSeq", fmt.Sprintf("%d %s", c.seq, method)},
		{"Contact", c.phone.contact(c.user)}, {"Max-Forwards", "70"},
	}}
	if sdp != "" {
		m.header = append(m.header, [2]string{"Content-Type", "application/sdp"})
	}
	return m
}

// pause waits; false: the call has ended, or until was closed.
func (c *Talk) pause(d time.Duration, until <-chan struct{}) bool {
	select {
	case <-time.After(d):
		return true
	case <-until:
	case <-c.over:
	case <-c.phone.ctx.Done():
	}
	return false
}

// respond answers the first INVITE.
func (c *Talk) respond(status, sdp string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	c.last = c.invite.answer(status, c.tag, c.phone.contact(c.user), sdp)
	c.phone.send(c.last)
}

// ringing is what a called telephone does.
func (c *Talk) ringing() {
	h := c.habits
	if !h.Silent {
		c.respond("180 Ringing", "")
	}
	if h.Rings || !c.pause(h.After, nil) {
		return
	}
	if h.Refuse != "" {
		c.respond(h.Refuse, "")
		c.finish()
		return
	}
	c.respond("200 OK", sdpFor(c.sound.at, 1, "sendrecv"))
	c.mu.Lock()
	c.up = !c.ended
	c.mu.Unlock()
	c.converse()
}

// converse does what is planned after the answer.
func (c *Talk) converse() {
	c.sound.talk(c.theirs)
	go1 := func(d time.Duration, f func()) {
		if d > 0 {
			c.phone.work.Go(func() {
				if c.pause(d, nil) {
					f()
				}
			})
		}
	}
	for _, k := range c.habits.Keys {
		go1(max(k.After, time.Millisecond), func() { c.sound.press(k.Digit) })
	}
	go1(c.habits.HangUp, c.HangUp)
	go1(c.habits.Hold, func() { c.reinvite("sendonly") })
	go1(c.habits.Resume, func() { c.reinvite("sendrecv") })
}

// HangUp ends the call.
func (c *Talk) HangUp() {
	c.mu.Lock()
	if c.up && !c.ended {
		c.phone.send(c.request("BYE", ""))
	}
	c.mu.Unlock()
	c.finish()
}

func (c *Talk) cancel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := message{start: strings.Replace(c.invite.start, "INVITE", "CANCEL", 1), header: [][2]string{
		{"Via", c.invite.get("Via")}, {"From", c.local}, {"To", c.invite.get("To")}, {"Call-ID", c.id},
		{"CSeq", "1 CANCEL"}, {"Max-Forwards", "70"},
	}}
	c.phone.send(m)
}

func (c *Talk) reinvite(direction string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	c.phone.send(c.request("INVITE", sdpFor(c.sound.at, 1+c.version, direction)))
}

func (c *Talk) finish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		c.ended = true
		close(c.over)
	}
}

// take is a message of this call.
func (c *Talk) take(m message) {
	if m.status() > 0 {
		c.reply(m)
		return
	}
	switch m.method() {
	case "BYE":
		c.phone.send(m.answer("200 OK", c.tag, c.phone.contact(c.user), ""))
		c.finish()
	case "CANCEL":
		c.phone.send(m.answer("200 OK", c.tag, c.phone.contact(c.user), ""))
		c.respond("487 Request Terminated", "")
		c.finish()
	case "INVITE":
		c.mu.Lock()
		again := !c.caller && m.get("CSeq") == c.invite.get("CSeq")
		last := c.last
		c.mu.Unlock()
		if again { // our response was slow or lost
			if last.start != "" {
				c.phone.send(last)
			}
			return
		}
		if to, ok := soundAt(m.body); ok {
			c.sound.talk(to)
		}
		c.phone.send(m.answer("200 OK", c.tag, c.phone.contact(c.user), sdpFor(c.sound.at, 9, "sendrecv")))
	case "ACK":
	default:
		c.phone.send(m.answer("200 OK", c.tag, c.phone.contact(c.user), ""))
	}
}

// reply is a response to one of our requests.
func (c *Talk) reply(m message) {
	if m.method() != "INVITE" || m.status() == 100 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.status() < 200 {
		c.rings = true
		return
	}
	number, _, _ := strings.Cut(m.get("CSeq"), " ")
	first := c.caller && number == "1"
	if m.status() < 300 && first && !c.up {
		c.up = true
		c.remote = m.get("To")
		if contact := strings.Trim(m.get("Contact"), "<>"); contact != "" {
			c.target = contact
		}
		if to, ok := soundAt(m.body); ok {
			c.theirs = to
		}
		close(c.answered)
		c.phone.work.Go(c.converse)
	}
	ack := c.request("ACK", "")
	for i := range ack.header {
		switch ack.header[i][0] {
		case "CSeq":
			ack.header[i][1] = number + " ACK"
		case "To":
			ack.header[i][1] = m.get("To")
		case "Via":
			if m.status() >= 300 {
				ack.header[i][1] = c.invite.get("Via")
			}
		}
	}
	c.phone.send(ack)
	if m.status() >= 300 && first && !c.ended {
		c.ended = true
		close(c.over)
	}
}
