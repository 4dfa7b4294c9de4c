package asterisktest

import (
	"encoding/binary"
	"os"
	"strings"
	"testing"
)

// SIPp's own play_dtmf garbles what it sends while rtp_stream runs (3.8.0:
// digits are lost or repeated for ever), so digits are played from a capture
// that is made here: one RTP stream with silence and RFC 4733 events.

// eventType is the payload type of telephone-event in every scenario that
// presses keys.
const eventType = 97

// WriteDigits writes a capture (pcap) of keys, 0-9, *, #, A-D, for SIPp's
// play_pcap_audio: a second of silence, then each key for 160 ms with 240 ms
// of silence after it.
func WriteDigits(t testing.TB, name, digits string) {
	t.Helper()
	writeDigits(t, name, digits, Dialling{Key: 8, Pause: 12})
}

// Dialling is how keys are pressed, in packets of 20 ms.
type Dialling struct {
	Key   int // a key is held so long, at least 4; its end is said in the last 3
	Pause int // between two keys
	// Burst is how many packets of the keys a network holds back, to send them
	// all at once; 0: none.
	Burst int
}

func writeDigits(t testing.TB, name, digits string, how Dialling) {
	t.Helper()
	c := &capture{}
	c.header()
	c.silence(50)
	c.burst, c.began = uint32(how.Burst), c.n
	for _, d := range digits {
		event := strings.IndexRune("0123456789*#ABCD", d)
		if event < 0 {
			t.Fatalf("asterisktest: %q is no key", d)
		}
		c.key(byte(event), how.Key)
		c.silence(how.Pause)
	}
	c.burst = 0
	c.silence(50)
	if err := os.WriteFile(name, c.bytes, 0o600); err != nil {
		t.Fatalf("asterisktest: %v", err)
	}
}

// capture builds a pcap file, a packet every 20 ms.
type capture struct {
	bytes []byte
	n     uint32 // packets so far
	burst uint32 // packets that are sent together, from began on
	began uint32
}

func (c *capture) silence(packets int) {
	payload := make([]byte, 160)
	for i := range payload {
		payload[i] = 0xff
	}
	for range packets {
		c.packet(0, false, c.n*160, payload)
	}
}

func (c *capture) key(event byte, length int) {
	began := c.n * 160
	for n := range length {
		flags := byte(10) // volume
		if n >= length-3 {
			flags |= 0x80 // the end, said thrice
		}
		payload := binary.BigEndian.AppendUint16([]byte{event, flags}, uint16((n+1)*160))
		c.packet(eventType, n == 0, began, payload)
	}
}

// packet appends one Ethernet, IPv4, UDP, RTP packet. SIPp puts its own
// addresses into it.
func (c *capture) packet(kind byte, marker bool, timestamp uint32, payload []byte) {
	if marker {
		kind |= 0x80
	}
	rtp := []byte{0x80, kind}
	rtp = binary.BigEndian.AppendUint16(rtp, uint16(c.n))
	rtp = binary.BigEndian.AppendUint32(rtp, timestamp)
	rtp = binary.BigEndian.AppendUint32(rtp, 0x59485431)
	rtp = append(rtp, payload...)

	udp := []byte{0x10, 0x00, 0x10, 0x02}
	udp = binary.BigEndian.AppendUint16(udp, uint16(8+len(rtp)))
	udp = append(udp, 0, 0)
	udp = append(udp, rtp...)

	ip := []byte{0x45, 0}
	ip = binary.BigEndian.AppendUint16(ip, uint16(20+len(udp)))
	ip = append(ip, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1)
	frame := append(make([]byte, 12, 14+20+len(udp)), 8, 0)
	frame = append(append(frame, ip...), udp...)

	sent := c.n
	if c.burst > 0 {
		sent += c.burst - 1 - (c.n-c.began)%c.burst // held back until the last of them
	}
	for _, v := range []uint32{sent / 50, sent % 50 * 20000, uint32(len(frame)), uint32(len(frame))} {
		c.bytes = binary.LittleEndian.AppendUint32(c.bytes, v)
	}
	c.bytes = append(c.bytes, frame...)
	c.n++
}
