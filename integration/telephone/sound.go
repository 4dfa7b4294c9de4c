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
	"sync/atomic"
	"time"
)

// Sound is G.711 in frames of 20 ms; memory is how much of what came last is
// listened to.
const (
	rate   = 8000
	frame  = rate / 50
	memory = rate * 3 / 10
)

// Codec is what a telephone can speak and understand.
type Codec int

// The codecs.
const (
	Either Codec = iota // A-law preferred
	ALaw
	MuLaw
)

// sound is the media side of one call.
type sound struct {
	ctx   context.Context
	conn  *net.UDPConn
	codec Codec
	tone  int
	all   *sync.WaitGroup
	keys  chan byte

	mu      sync.Mutex
	peer    netip.AddrPort // zero: nobody to speak to
	payload byte           // of our voice: 0 µ-law, 8 A-law
	event   byte           // of our keys
	heard   []int16        // at most memory
	latest  time.Time
	begun   bool
	pressed []byte // keys that came
	key     uint32 // time stamp of the latest of them
	cut     func() bool
}

func listen(ctx context.Context, on netip.Addr, codec Codec, tone int, cut func() bool, all *sync.WaitGroup) (*sound, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: on.AsSlice()})
	if err != nil {
		return nil, fmt.Errorf("telephone: open a port for sound: %w", err)
	}
	s := &sound{ctx: ctx, conn: conn, tone: tone, all: all, codec: codec, payload: 8, event: 101, keys: make(chan byte, 100), cut: cut}
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
	payloads := map[Codec]string{Either: "8 0", ALaw: "8", MuLaw: "0"}[s.codec]
	return strings.Join([]string{
		"v=0", fmt.Sprintf("o=- 1 %d IN IP4 %s", version, at.Addr()), "s=-", "c=IN IP4 " + at.Addr().String(), "t=0 0",
		fmt.Sprintf("m=audio %d RTP/AVP %s 101", at.Port(), payloads),
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
				if n, _ := strconv.Atoi(f); !chosen && (f == "0" && s.codec != ALaw || f == "8" && s.codec != MuLaw) {
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

// streams counts the streams of sound so far.
var streams atomic.Uint32

// start is where a stream of sound begins to count its packets and samples: at
// a random place (RFC 3550, 5.1). Here each begins a minute before the one before
// it, which is the worst for whoever takes them for one stream.
func start() (sequence uint16, stamp uint32) {
	back := streams.Add(1) % 9
	return uint16(62000 - 3000*back), 0x8000_0000 - 3000*frame*back
}

// talk sends a frame every 20 ms: the voice, or the key that is held. What a
// busy machine keeps it from sending in time is sent late: a telephone has a
// clock of its own and leaves nothing out.
func (s *sound) talk() {
	began := time.Now()
	seq, stamp := start()
	var held *key
	rest := 0 // frames of voice before the next key
	for n := 0; ; n++ {
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(time.Until(began.Add(time.Duration(n) * time.Second * frame / rate))):
		}
		s.mu.Lock()
		peer, payload, event, tone := s.peer, s.payload, s.event, s.tone
		s.mu.Unlock()
		if rest--; held == nil && rest <= 0 {
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
				held, rest = nil, gapFrames
			}
		} else {
			packet[1] = payload
			binary.BigEndian.PutUint32(packet[4:], stamp)
			for i := range frame {
				packet = append(packet, encode(payload, s.sample(tone, n*frame+i)))
			}
		}
		seq++
		stamp += frame
		if peer.IsValid() && !s.cut() {
			_, _ = s.conn.WriteToUDPAddrPort(packet, peer)
		}
	}
}

func (s *sound) sample(tone, i int) int16 {
	if tone == 0 {
		return 0
	}
	return int16(6000 * math.Sin(2*math.Pi*float64(tone)*float64(i)/rate))
}

// key is a key under way: held for 100 ms, its end told three times (RFC
// 4733, 2.5.1.4).
type key struct {
	digit  byte
	stamp  uint32
	frames int
}

const holdFrames, endFrames, gapFrames = 5, 3, 5

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
		if n <= 12 || s.cut() {
			continue
		}
		s.mu.Lock()
		if payload == s.event && n >= 16 {
			s.takeKey(binary.BigEndian.Uint32(buffer[4:]), buffer[12])
		}
		if payload != 0 && payload != 8 {
			s.mu.Unlock()
			continue
		}
		for _, b := range buffer[12:n] {
			s.heard = append(s.heard, decode(payload, b))
		}
		s.heard = s.heard[max(0, len(s.heard)-memory):]
		s.latest = time.Now()
		s.mu.Unlock()
	}
}

// takeKey notes a key that comes, once: its packets share a time stamp.
func (s *sound) takeKey(stamp uint32, event byte) {
	const keys = "0123456789*#ABCD"
	if int(event) < len(keys) && (len(s.pressed) == 0 || stamp != s.key) {
		s.key = stamp
		s.pressed = append(s.pressed, keys[event])
	}
}

// speakAs changes the voice.
func (s *sound) speakAs(tone int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tone = tone
}

func (s *sound) keysHeard() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.pressed)
}

// tones returns whatever tones are in what came last, to the nearest 25 Hz.
func (s *sound) tones() []int {
	const step, lowest, highest = 25, 200, 3400
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.heard) < memory || time.Since(s.latest) > 200*time.Millisecond {
		return nil
	}
	var out []int
	before, now := 0.0, amplitude(s.heard, lowest)
	for tone := lowest; tone <= highest; tone += step {
		after := amplitude(s.heard, tone+step)
		if now > 500 && now > before && now >= after {
			out = append(out, tone)
		}
		before, now = now, after
	}
	return out
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
