package asterisktest

import (
	"encoding/binary"
	"math"
	"os"
	"testing"
)

// Rate is the number of samples per second of everything here.
const Rate = 8000

// Tone measures how much of a tone is in samples (8000 per second): its
// amplitude, up to 32767, by Goertzel's algorithm.
func Tone(samples []int16, hz float64) float64 {
	if len(samples) == 0 {
		return 0
	}
	w := 2 * math.Pi * hz / Rate
	c := 2 * math.Cos(w)
	var a, b float64
	for _, v := range samples {
		a, b = float64(v)+c*a-b, a
	}
	return 2 * math.Sqrt(max(0, a*a+b*b-c*a*b)) / float64(len(samples))
}

// Hears reports which of the tones is loudest in samples, and whether it is
// clearly there: above 1000, and four times as loud as any other.
func Hears(samples []int16, tones ...float64) (hz float64, clear bool) {
	var best, second float64
	for _, f := range tones {
		switch a := Tone(samples, f); {
		case a > best:
			best, second, hz = a, best, f
		case a > second:
			second = a
		}
	}
	return hz, best > 1000 && best > 4*second
}

// Split separates interleaved stereo, signed 16 bit little endian.
func Split(raw []byte) (left, right []int16) {
	for ; len(raw) >= 4; raw = raw[4:] {
		left = append(left, int16(binary.LittleEndian.Uint16(raw)))
		right = append(right, int16(binary.LittleEndian.Uint16(raw[2:])))
	}
	return left, right
}

// Sine makes a tone of an amplitude.
func Sine(hz, seconds, amplitude float64) []int16 {
	out := make([]int16, int(seconds*Rate))
	for i := range out {
		out[i] = int16(amplitude * math.Sin(2*math.Pi*hz*float64(i)/Rate))
	}
	return out
}

// WriteULaw writes samples as G.711 µ-law, what SIPp streams.
func WriteULaw(t testing.TB, name string, samples []int16) {
	t.Helper()
	out := make([]byte, len(samples))
	for i, s := range samples {
		out[i] = ulaw(s)
	}
	if err := os.WriteFile(name, out, 0o600); err != nil {
		t.Fatalf("asterisktest: %v", err)
	}
}

// WriteWAV writes samples as a mono WAV file, what Asterisk plays. name has
// the ending .wav; pbx.Play wants it without.
func WriteWAV(t testing.TB, name string, samples []int16) {
	t.Helper()
	size := uint32(2 * len(samples))
	out := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, 36+size)...)
	out = append(out, "WAVEfmt "...)
	for _, v := range []any{uint32(16), uint16(1), uint16(1), uint32(Rate), uint32(2 * Rate), uint16(2), uint16(16)} {
		out, _ = binary.Append(out, binary.LittleEndian, v)
	}
	out = append(out, "data"...)
	out = binary.LittleEndian.AppendUint32(out, size)
	out, _ = binary.Append(out, binary.LittleEndian, samples)
	if err := os.WriteFile(name, out, 0o600); err != nil {
		t.Fatalf("asterisktest: %v", err)
	}
}

// ulaw is G.711's compression of one sample.
func ulaw(s int16) byte {
	v, sign := int(s), 0
	if v < 0 {
		v, sign = -v, 0x80
	}
	v = min(v, 32635) + 132
	exp := 7
	for exp > 0 && v&(0x80<<exp) == 0 {
		exp--
	}
	return ^byte(sign | exp<<4 | v>>(exp+3)&0xf)
}
