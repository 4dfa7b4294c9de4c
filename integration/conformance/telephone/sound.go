package telephone

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Sound is G.711 in frames of 20 ms; memory is how much of what came last is
// listened to.
const (
	rate   = 8000
	frame  = rate / 50
	memory = rate * 3 / 10
)

// sound is the media side of one call.
type sound struct {
	ctx  context.Context
	conn *net.UDPConn
	tone int
	all  *sync.WaitGroup
	keys chan byte

	mu      sync.Mutex
	peer    netip.AddrPort // zero: nobody to speak to
	payload byte           // of our voice: 0 µ-law, 8 A-law
	event   byte           // of our keys
	heard   []int16        // at most memory
	latest  time.Time
	begun   bool
}

func listen(ctx context.Context, on netip.Addr, tone int, all *sync.WaitGroup) (*sound, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: on.AsSlice()})
	if err != nil {
		return nil, fmt.Errorf("telephone: open a port for sound: %w", err)
	}
	s := &sound{ctx: ctx, conn: conn, tone: tone, all: all, payload: 8, event: 101, keys: make(chan byte, 100)}
	all.Go(s.read)
	all.Go(func() {
		<-ctx.Done()
		_ = conn.Close()
	})
	return s, nil
}

// describe is the session description (RFC 8866).
func (s *sound) describe(version int, direction string) string {
	at, _ := netip.ParseAddrPort(s.conn.LocalAddr().String())
	return strings.Join([]string{
		"v=0", fmt.Sprintf("o=- 1 %d IN IP4 %s", version, at.Addr()), "s=-", "c=IN IP4 " + at.Addr().String(), "t=0 0",
		fmt.Sprintf("m=audio %d RTP/AVP 8 0 101", at.Port()),
		"a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16",
		"a=ptime:20", "a=" + direction, "",
	}, "\r\n")
}

// connect takes the other side's description.
func (s *sound) connect(description string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var host netip.Addr
	port := 0
	chosen := false
	for _, line := range strings.Split(description, "\r\n") {
		switch {
		case strings.HasPrefix(line, "c=IN IP4 "):
			host, _ = netip.ParseAddr(strings.TrimSpace(line[9:]))
		case strings.HasPrefix(line, "m=audio "):
			fields := strings.Fields(line[8:])
			port, _ = strconv.Atoi(fields[0])
			for _, f := range fields[2:] {
				if n, _ := strconv.Atoi(f); !chosen && (f == "0" || f == "8") {
					s.payload, chosen = byte(n), true
				}
			}
		case strings.HasPrefix(line, "a=rtpmap:") && strings.Contains(line, "telephone-event"):
			number, _, _ := strings.Cut(line[9:], " ")
			n, _ := strconv.Atoi(number)
			s.event = byte(n)
		}
	}
	if host.IsValid() && port > 0 && port < 65536 {
		s.peer = netip.AddrPortFrom(host, uint16(port))
	}
}

// speak begins to send the voice, once.
func (s *sound) speak() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.begun {
		s.begun = true
		s.all.Go(s.talk)
	}
}

func (s *sound) press(digit byte) {
	select {
	case s.keys <- digit:
	default:
	}
}

// talk sends a frame every 20 ms: the voice, or the key that is held.
func (s *sound) talk() {
	tick := time.NewTicker(time.Second * frame / rate)
	defer tick.Stop()
	var seq uint16
	var stamp uint32
	var held *key
	for n := 0; ; n++ {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
		}
		s.mu.Lock()
		peer, payload, event := s.peer, s.payload, s.event
		s.mu.Unlock()
		if held == nil {
			select {
			case digit := <-s.keys:
				held = &key{digit: digit, stamp: stamp}
			default:
			}
		}
		packet := make([]byte, 12, 12+frame)
		packet[0] = 0x80
		binary.BigEndian.PutUint16(packet[2:], seq)
		binary.BigEndian.PutUint32(packet[8:], 0x5948_5421)
		if held != nil {
			packet[1] = event
			if held.frames == 0 {
				packet[1] |= 0x80
			}
			binary.BigEndian.PutUint32(packet[4:], held.stamp)
			packet = append(packet, held.next()...)
			if held.done() {
				held = nil
			}
		} else {
			packet[1] = payload
			binary.BigEndian.PutUint32(packet[4:], stamp)
			for i := range frame {
				packet = append(packet, encode(payload, s.sample(n*frame+i)))
			}
		}
		seq++
		stamp += frame
		if peer.IsValid() {
			_, _ = s.conn.WriteToUDPAddrPort(packet, peer)
		}
	}
}

func (s *sound) sample(i int) int16 {
	if s.tone == 0 {
		return 0
	}
	return int16(6000 * math.Sin(2*math.Pi*float64(s.tone)*float64(i)/rate))
}

// key is a key under way: held for 100 ms, its end told three times (RFC
// 4733, 2.5.1.4).
type key struct {
	digit  byte
	stamp  uint32
	frames int
}

const holdFrames, endFrames = 5, 3

func (k *key) next() []byte {
	k.frames++
	out := []byte{byte(strings.IndexByte("0123456789*#ABCD", k.digit)), 10, 0, 0}
	if k.frames > holdFrames {
		out[1] |= 0x80
	}
	binary.BigEndian.PutUint16(out[2:], uint16(min(k.frames, holdFrames+1)*frame))
	return out
}

func (k *key) done() bool { return k.frames >= holdFrames+endFrames }

// read keeps the last of what came.
func (s *sound) read() {
	buffer := make([]byte, 2048)
	for {
		n, err := s.conn.Read(buffer)
		if err != nil {
			if s.ctx.Err() != nil {
				return
			}
			continue // an ICMP error of a port not yet open
		}
		payload := buffer[1] & 0x7f
		if n <= 12 || payload != 0 && payload != 8 {
			continue
		}
		s.mu.Lock()
		for _, b := range buffer[12:n] {
			s.heard = append(s.heard, decode(payload, b))
		}
		s.heard = s.heard[max(0, len(s.heard)-memory):]
		s.latest = time.Now()
		s.mu.Unlock()
	}
}

// hears returns those of the tones that are in what came last (Goertzel).
func (s *sound) hears(tones []int) []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.heard) < memory || time.Since(s.latest) > 200*time.Millisecond {
		return nil
	}
	var out []int
	for _, tone := range tones {
		if amplitude(s.heard, tone) > 500 {
			out = append(out, tone)
		}
	}
	return out
}

// amplitude of one tone in the samples, of 32767.
func amplitude(samples []int16, tone int) float64 {
	k := 2 * math.Cos(2*math.Pi*float64(tone)/rate)
	var a, b float64
	for _, x := range samples {
		a, b = float64(x)+k*a-b, a
	}
	power := a*a + b*b - k*a*b
	return 2 * math.Sqrt(max(0, power)) / float64(len(samples))
}
