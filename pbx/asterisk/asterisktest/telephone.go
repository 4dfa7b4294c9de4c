package asterisktest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// Telephone is a plain SIP telephone over UDP that a test can listen with:
// where SIPp plays a scenario, it tells what it hears at every moment. It may
// have several calls at a time.
type Telephone struct {
	// Plan says what to do with a call to a number; nil: answer at once.
	Plan func(called string) Habits

	t      testing.TB
	conn   *net.UDPConn
	at     netip.AddrPort
	server netip.AddrPort
	ctx    context.Context
	work   sync.WaitGroup

	mu    sync.Mutex
	calls map[string]*Talk
	had   []*Talk
	// registration under way
	answers chan message
}

// Habits is what a telephone does in one call. Times count from the answer,
// unless said otherwise; zero is never.
type Habits struct {
	Tone   float64       // its voice, Hz; 0: silence
	After  time.Duration // from the ringing to the answer or refusal
	Refuse string        // status line to refuse with, as "603 Decline"
	Silent bool          // refuse without ringing
	Rings  bool          // neither answer nor refuse
	Keys   []KeyPress
	HangUp time.Duration
	GiveUp time.Duration // from the beginning, when not answered
	Hold   time.Duration // the hold key
	Resume time.Duration
}

// KeyPress is a key pressed some time after the answer.
type KeyPress struct {
	After time.Duration
	Digit byte
}

// NewTelephone makes a telephone at an address of this machine (port 0: any)
// that talks to a SIP server. It is closed when the test ends.
func NewTelephone(t testing.TB, at, server netip.AddrPort) *Telephone {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatalf("asterisktest: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &Telephone{t: t, conn: conn, server: server, ctx: ctx, calls: map[string]*Talk{}, answers: make(chan message, 10)}
	p.at = conn.LocalAddr().(*net.UDPAddr).AddrPort()
	p.work.Go(p.listen)
	t.Cleanup(func() {
		cancel()
		_ = conn.Close()
		p.work.Wait()
	})
	return p
}

// Address is where its SIP is.
func (p *Telephone) Address() netip.AddrPort { return p.at }

// Talks returns every call so far, the oldest first.
func (p *Telephone) Talks() []*Talk {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*Talk(nil), p.had...)
}

func (p *Telephone) contact(user string) string { return fmt.Sprintf("<sip:%s@%s>", user, p.at) }

func token() string { return strings.ToLower(rand.Text()) }

func (p *Telephone) send(m message) { _, _ = p.conn.WriteToUDPAddrPort(m.bytes(), p.server) }

// Register keeps the telephone registered, also over a restart of the server.
func (p *Telephone) Register(user, password string) {
	p.work.Go(func() {
		callID, seq := token(), 0
		uri := "sip:" + p.server.String()
		authorization := ""
		for {
			seq++
			m := message{start: "REGISTER " + uri + " SIP/2.0", header: [][2]string{
				{"Via", fmt.Sprintf("SIP/2.0/UDP %s;branch=z9hG4bK%s;rport", p.at, token())},
				{"From", fmt.Sprintf("<sip:%s@%s>;tag=%s", user, p.server, callID)},
				{"To", fmt.Sprintf("<sip:%s@%s>", user, p.server)},
				{"Call-ID", callID},
				{"CSeq", fmt.Sprintf("%d REGISTER", seq)},
				{"Contact", p.contact(user)},
				{"Expires", "120"}, {"Max-Forwards", "70"},
			}}
			if authorization != "" {
				m.header = append(m.header, [2]string{"Authorization", authorization})
			}
			p.send(m)
			pause := time.Second
			select {
			case answer := <-p.answers:
				authorization = ""
				if answer.status() == 401 {
					authorization = credentials(answer.get("WWW-Authenticate"), "REGISTER", uri, user, password)
					pause = time.Millisecond
				}
			case <-time.After(time.Second):
				authorization = ""
			case <-p.ctx.Done():
				return
			}
			select {
			case <-time.After(pause):
			case <-p.ctx.Done():
				return
			}
		}
	})
}

// listen hands every message to the call it belongs to.
func (p *Telephone) listen() {
	buf := make([]byte, 65536)
	for {
		n, err := p.conn.Read(buf)
		if err != nil {
			if p.ctx.Err() != nil {
				return
			}
			continue // an ICMP error while the server is down
		}
		m, ok := parseMessage(buf[:n])
		if !ok {
			continue
		}
		p.mu.Lock()
		talk := p.calls[m.get("Call-ID")]
		p.mu.Unlock()
		switch {
		case talk != nil:
			talk.take(m)
		case m.method() == "REGISTER" && m.status() > 0:
			select {
			case p.answers <- m:
			default:
			}
		case m.status() > 0:
		case m.method() == "INVITE":
			p.rung(m)
		case m.method() == "OPTIONS":
			p.send(m.answer("200 OK", token(), p.contact("x"), ""))
		case m.method() != "ACK":
			p.send(m.answer("481 Call/Transaction Does Not Exist", token(), p.contact("x"), ""))
		}
	}
}

// begin enters a call.
func (p *Telephone) begin(id string, h Habits) *Talk {
	s, err := newSound(p.at.Addr(), h.Tone)
	if err != nil {
		p.t.Errorf("asterisktest: telephone: %v", err)
		return nil
	}
	talk := &Talk{phone: p, id: id, habits: h, sound: s, answered: make(chan struct{}), over: make(chan struct{})}
	p.mu.Lock()
	p.calls[id] = talk
	p.had = append(p.had, talk)
	p.mu.Unlock()
	p.work.Go(func() {
		select {
		case <-talk.over:
		case <-p.ctx.Done():
		}
		s.close()
	})
	return talk
}

// rung is a call that comes in.
func (p *Telephone) rung(m message) {
	h := Habits{}
	if p.Plan != nil {
		h = p.Plan(m.called())
	}
	talk := p.begin(m.get("Call-ID"), h)
	if talk == nil {
		return
	}
	talk.invite, talk.tag = m, token()
	talk.local, talk.remote = m.get("To")+";tag="+talk.tag, m.get("From")
	talk.target = strings.Trim(m.get("Contact"), "<>")
	talk.user = m.called()
	if to, ok := soundAt(m.body); ok {
		talk.theirs = to
	}
	p.work.Go(talk.ringing)
}

// Call calls a number. From and name are put into the From header as they are.
func (p *Telephone) Call(number, from, name string, h Habits) *Talk {
	talk := p.begin(token(), h)
	if talk == nil {
		return nil
	}
	talk.tag, talk.user = token(), from
	talk.local = fmt.Sprintf("\"%s\" <sip:%s@%s>;tag=%s", name, from, p.at.Addr(), talk.tag)
	talk.remote = fmt.Sprintf("<sip:%s@%s>", number, p.server)
	talk.target = fmt.Sprintf("sip:%s@%s", number, p.server)
	talk.caller = true
	talk.mu.Lock()
	talk.invite = talk.request("INVITE", sdpFor(talk.sound.at, 1, "sendrecv"))
	p.send(talk.invite)
	talk.mu.Unlock()
	if h.GiveUp > 0 {
		p.work.Go(func() {
			if talk.pause(h.GiveUp, talk.answered) {
				talk.cancel()
			}
		})
	}
	return talk
}
