package asterisktest

import (
	"encoding/binary"
	"os"
	"testing"
	"time"
)

// WriteMonologue writes a capture (pcap) for SIPp's play_pcap_audio: a tone
// for so long, and a key pressed again and again, so that whatever question
// comes is answered.
func WriteMonologue(t testing.TB, name string, hz float64, length time.Duration, key byte, every time.Duration) {
	t.Helper()
	const packet = 20 * time.Millisecond
	c := &capture{}
	c.header()
	tone := Sine(hz, 1, 8000)
	payload := make([]byte, 160)
	for at := time.Duration(0); at < length; at += packet {
		if at > 0 && at%every == 0 {
			c.key(key-'0', 8)
			at += 8 * packet // as long as a key takes
		}
		for i := range payload {
			payload[i] = ulaw(tone[(int(c.n)*160+i)%len(tone)])
		}
		c.packet(0, false, c.n*160, payload)
	}
	if err := os.WriteFile(name, c.bytes, 0o600); err != nil {
		t.Fatalf("asterisktest: %v", err)
	}
}

// header begins a capture.
func (c *capture) header() {
	c.bytes = binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	c.bytes = binary.LittleEndian.AppendUint16(c.bytes, 2)
	c.bytes = binary.LittleEndian.AppendUint16(c.bytes, 4)
	for _, v := range []uint32{0, 0, 65535, 1} { // zone, accuracy, longest packet, Ethernet
		c.bytes = binary.LittleEndian.AppendUint32(c.bytes, v)
	}
}
