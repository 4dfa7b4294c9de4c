package asterisktest

import (
	"encoding/binary"
	"math"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// keyType is the payload type of keys in our SDP.
const keyType = 101

// sound is the RTP (RFC 3550) of one call: µ-law and keys, 20 ms a packet.
type sound struct {
	conn *net.UDPConn
	at   netip.AddrPort // ours
	tone float64
	stop chan struct{}
	done sync.WaitGroup

	mu    sync.Mutex
	to    netip.AddrPort // theirs; zero: not known yet
	keys  []byte         // events to be sent
	heard []int16        // the last 200 ms
	last  time.Time      // when something came
}

func newSound(ip netip.Addr, tone float64) (*sound, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		return nil, err
	}
	s := &sound{conn: conn, tone: tone, stop: make(chan struct{})}
	s.at = conn.LocalAddr().(*net.UDPAddr).AddrPort()
	s.done.Go(s.listen)
	s.done.Go(s.speak)
	return s, nil
}

// talk says where to send from now on.
func (s *sound) talk(to netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = to
}

func (s *sound) press(digit byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if event := strings.IndexByte("0123456789*#ABCD", digit); event >= 0 {
		s.keys = append(s.keys, byte(event))
	}
}

func (s *sound) close() {
	close(s.stop)
	_ = s.conn.Close()
	s.done.Wait()
}

func (s *sound) listen() {
	buf := make([]byte, 2048)
	for {
		n, err := s.conn.Read(buf)
		if err != nil {
			return
		}
		if n < 13 || buf[1]&0x7f != 0 {
			continue
		}
		s.mu.Lock()
		for _, b := range buf[12:n] {
			s.heard = append(s.heard, fromULaw(b))
		}
		s.heard = s.heard[max(0, len(s.heard)-Rate/5):]
		s.last = time.Now()
		s.mu.Unlock()
	}
}

// speak sends a packet every 20 ms: the tone, or a key of 160 ms.
func (s *sound) speak() {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var n uint32     // packets
	var key, age int // the event under way, and how many packets of it were sent
	var began uint32
	key = -1
	for {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		s.mu.Lock()
		to := s.to
		if to.IsValid() && key < 0 && len(s.keys) > 0 {
			key, age, began = int(s.keys[0]), 0, n*160
			s.keys = s.keys[1:]
		}
		s.mu.Unlock()
		if !to.IsValid() {
			continue
		}
		switch {
		case key >= 0 && age < 8:
			flags := byte(10)
			if age > 5 {
				flags |= 0x80
			}
			s.send(to, keyType, age == 0, n, began, binary.BigEndian.AppendUint16([]byte{byte(key), flags}, uint16((age+1)*160)))
			age++
		default:
			if age++; age > 10 { // 60 ms between two keys
				key = -1
			}
			s.send(to, 0, false, n, n*160, s.packet(n))
		}
		n++
	}
}

func (s *sound) packet(n uint32) []byte {
	out := make([]byte, 160)
	for i := range out {
		v := 0.0
		if s.tone > 0 {
			v = 8000 * math.Sin(2*math.Pi*s.tone*float64(int(n)*160+i)/Rate)
		}
		out[i] = ulaw(int16(v))
	}
	return out
}

func (s *sound) send(to netip.AddrPort, kind byte, marker bool, n, timestamp uint32, payload []byte) {
	if marker {
		kind |= 0x80
	}
	p := binary.BigEndian.AppendUint16([]byte{0x80, kind}, uint16(n))
	p = binary.BigEndian.AppendUint32(p, timestamp)
	p = binary.BigEndian.AppendUint32(p, 0x59485400|uint32(s.at.Port()))
	_, _ = s.conn.WriteToUDPAddrPort(append(p, payload...), to)
}

// hears returns the last 200 ms; nothing when nothing has come of late.
func (s *sound) hears() []int16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.last) > 150*time.Millisecond || len(s.heard) < Rate/5 {
		return nil
	}
	return append([]int16(nil), s.heard...)
}

// fromULaw expands one byte of G.711 µ-law.
func fromULaw(b byte) int16 {
	b = ^b
	v := (int16(b&0xf)<<3 + 0x84) << (b >> 4 & 7)
	if b&0x80 != 0 {
		return 0x84 - v
	}
	return v - 0x84
}
