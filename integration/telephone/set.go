package telephone

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// retransmit is how long a request waits for any answer before it is sent
// again, and reregister the time between two registrations: short, so that a
// switch that has restarted soon knows the telephone again.
const (
	retransmit = 500 * time.Millisecond
	reregister = 2 * time.Second
)

// Config says who the telephone is.
type Config struct {
	Listen netip.Addr     // own address; signalling and sound use ports of it
	Port   uint16         // of the signalling; 0: any
	Server netip.AddrPort // the switch
	User   string         // of the account; also what it is called by
	Secret string
	Tone   int // its voice in Hz; 0: silence
	Codec  Codec
	// Incoming decides about a call from the switch; it is called in a
	// goroutine of its own. Nil: everything is busy.
	Incoming func(*Call)
	// Registrar, if not nil, lets others register with this telephone, which
	// then is a carrier.
	Registrar *Registrar
}

// Set is one telephone. Close hangs up nothing: it pulls the plug.
type Set struct {
	cfg  Config
	conn *net.UDPConn
	ctx  context.Context
	stop context.CancelFunc
	all  sync.WaitGroup

	mu         sync.Mutex
	calls      map[string]*Call         // by Call-ID
	pending    map[string]chan *message // by branch: who waits for responses
	sequence   int
	registered bool
	dropped    bool // the way to the network
	tone       int
}

// New opens the telephone's sockets.
func New(cfg Config) (*Set, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: cfg.Listen.AsSlice(), Port: int(cfg.Port)})
	if err != nil {
		return nil, fmt.Errorf("telephone: open %s: %w", cfg.Listen, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Set{
		cfg: cfg, conn: conn, ctx: ctx, stop: stop, tone: cfg.Tone,
		calls: make(map[string]*Call), pending: make(map[string]chan *message),
	}
	s.all.Go(s.read)
	return s, nil
}

// Close pulls the plug and waits until everything is still.
func (s *Set) Close() {
	s.stop()
	_ = s.conn.Close()
	s.all.Wait()
}

// Address is where the telephone takes signalling.
func (s *Set) Address() string { return s.conn.LocalAddr().String() }

func (s *Set) read() {
	buffer := make([]byte, 65536)
	for {
		n, from, err := s.conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue // an ICMP error of the switch being away
		}
		m, ok := parse(buffer[:n])
		if !ok || s.Dropped() {
			continue
		}
		if m.code() > 0 {
			s.answered(m)
		} else {
			s.asked(m, from)
		}
	}
}

func (s *Set) send(m *message, to netip.AddrPort) {
	if s.Dropped() {
		return
	}
	_, _ = s.conn.WriteToUDPAddrPort(m.bytes(), to) // lost datagrams are sent again
}

// answered hands a response to whoever waits for it.
func (s *Set) answered(m *message) {
	s.mu.Lock()
	waiting := s.pending[branch(m)]
	s.mu.Unlock()
	if waiting == nil {
		return
	}
	select {
	case waiting <- m:
	default: // a repetition too many
	}
}

// asked deals with a request.
func (s *Set) asked(m *message, from netip.AddrPort) {
	s.mu.Lock()
	c := s.calls[m.get("Call-Id")]
	if c == nil && m.method() == "INVITE" && tag(m.get("To")) == "" {
		c = newCall(s, m.get("Call-Id"))
		c.peer, c.invite, c.inbound = from, m, true
		c.Number = user(m.start)
		s.calls[c.id] = c
		s.mu.Unlock()
		c.comes(m)
		return
	}
	s.mu.Unlock()
	switch {
	case c != nil:
		c.asked(m, from)
	case m.method() == "ACK":
	case m.method() == "REGISTER" && s.cfg.Registrar != nil:
		s.send(s.cfg.Registrar.registers(m), from)
	case m.method() == "OPTIONS" || m.method() == "NOTIFY":
		s.send(reply(m, 200, "OK", ""), from)
	default:
		s.send(reply(m, 481, "Call Does Not Exist", ""), from)
	}
}

// reply makes the response to a request; to is the tag of our side.
func reply(m *message, code int, reason, to string) *message {
	r := &message{start: fmt.Sprintf("SIP/2.0 %d %s", code, reason)}
	r.copyFrom(m, "Via", "From")
	value := m.get("To")
	if tag(value) == "" && code > 100 {
		if to == "" {
			to = token()
		}
		value += ";tag=" + to
	}
	r.add("To", value)
	r.copyFrom(m, "Call-Id", "Cseq")
	return r
}

// request makes a request with a fresh branch.
func (s *Set) request(method, uri string) *message {
	m := &message{start: method + " " + uri + " SIP/2.0"}
	m.add("Via", fmt.Sprintf("SIP/2.0/UDP %s;rport;branch=z9hG4bK%s", s.Address(), token()))
	m.add("Max-Forwards", "70")
	return m
}

func (s *Set) next() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sequence++
	return s.sequence
}

// ask sends a request until there is an answer, hands provisional ones to
// early, and returns the final one; nil when ctx ends before.
func (s *Set) ask(ctx context.Context, m *message, to netip.AddrPort, early func(*message)) *message {
	waiting := make(chan *message, 16)
	s.mu.Lock()
	s.pending[branch(m)] = waiting
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.pending, branch(m))
		s.mu.Unlock()
	}()
	again := time.NewTicker(retransmit)
	defer again.Stop()
	s.send(m, to)
	silent := true
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-again.C:
			if silent {
				s.send(m, to)
			}
		case r := <-waiting:
			silent = false
			if r.code() >= 200 {
				return r
			}
			if early != nil {
				early(r)
			}
		}
	}
}

// Drop takes the telephone from the network: nothing goes out and nothing
// comes in, neither signalling nor sound, until Return. Nobody is told.
func (s *Set) Drop() { s.cut(true) }

// Return ends Drop. The telephone registers again within two seconds, and a call
// that the other side has not given up goes on.
func (s *Set) Return() { s.cut(false) }

func (s *Set) cut(dropped bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropped = dropped
}

// Dropped reports whether the telephone is off the network.
func (s *Set) Dropped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

func (s *Set) voice() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tone
}

// Speak changes the voice to a tone of so many Hz, 0 is silence, of calls under
// way too.
func (s *Set) Speak(tone int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tone = tone
	for _, c := range s.calls {
		if c.sound != nil {
			c.sound.speakAs(tone)
		}
	}
}

// Registered reports whether the latest registration was accepted.
func (s *Set) Registered() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.registered
}

// Register keeps the telephone registered until Close. It returns at once.
func (s *Set) Register() {
	s.all.Go(func() {
		id, from := token(), token()
		for s.ctx.Err() == nil {
			ok := s.register(id, from)
			s.mu.Lock()
			s.registered = ok
			s.mu.Unlock()
			pause := reregister
			if !ok {
				pause = 200 * time.Millisecond
			}
			select {
			case <-s.ctx.Done():
			case <-time.After(pause):
			}
		}
	})
}

func (s *Set) register(id, from string) bool {
	ctx, cancel := context.WithTimeout(s.ctx, 2*time.Second)
	defer cancel()
	uri := "sip:" + s.cfg.Server.String()
	who := fmt.Sprintf("<sip:%s@%s>", s.cfg.User, s.cfg.Server)
	proof := ""
	for range 2 {
		m := s.request("REGISTER", uri)
		m.add("From", who+";tag="+from)
		m.add("To", who)
		m.add("Call-Id", id)
		m.add("Cseq", fmt.Sprintf("%d REGISTER", s.next()))
		m.add("Contact", s.contact())
		m.add("Expires", "60")
		if proof != "" {
			m.add("Authorization", proof)
		}
		r := s.ask(ctx, m, s.cfg.Server, nil)
		switch {
		case r == nil:
			return false
		case r.code() == 401:
			proof = authorize(r.get("Www-Authenticate"), "REGISTER", uri, s.cfg.User, s.cfg.Secret)
		default:
			return r.code() == 200
		}
	}
	return false
}

func (s *Set) contact() string { return fmt.Sprintf("<sip:%s@%s>", s.cfg.User, s.Address()) }
