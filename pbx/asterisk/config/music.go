package config

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// A caller who hears nothing hangs up, so there is always music: when the
// folder has none, a calm piece of sixteen seconds is made, which repeats
// without a seam. It is computed from the notes below; nobody has rights in it.

// rate of the music, samples per second: what the trunks carry.
const rate = 8000

// chords are four bars of broken triads, as semitones from A (220 Hz).
var chords = [][]int{{3, 7, 10, 15}, {0, 3, 7, 12}, {-4, 3, 8, 12}, {-2, 2, 5, 10}}

// ensureMusic puts the piece into a folder that holds no file.
func ensureMusic(dir string) error {
	there, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("asterisk config: music: %w", err)
	}
	if len(there) > 0 {
		return nil
	}
	return replace(filepath.Join(dir, "calm.wav"), wav(calm()))
}

// calm plays each chord twice, up and down, half a second a note.
func calm() []int16 {
	const note = rate / 2
	var notes []int
	for _, c := range chords {
		notes = append(notes, c[0], c[1], c[2], c[3], c[3], c[2], c[1], c[0])
	}
	sum := make([]float64, len(notes)*note)
	for i, semitone := range notes {
		hz := 220 * math.Pow(2, float64(semitone)/12)
		for k := range 4 * note { // rings on through the notes that follow
			t := float64(k) / rate
			attack := math.Min(1, t/0.02)
			pluck := math.Sin(2*math.Pi*hz*t) + 0.3*math.Sin(4*math.Pi*hz*t)
			sum[(i*note+k)%len(sum)] += attack * math.Exp(-2.2*t) * pluck
		}
	}
	peak := 0.0
	for _, v := range sum {
		peak = math.Max(peak, math.Abs(v))
	}
	out := make([]int16, len(sum))
	for i, v := range sum {
		out[i] = int16(9000 * v / peak)
	}
	return out
}

// ringback is the tone that a caller hears of a phone ringing elsewhere, once:
// 450 Hz for 1 s and 4 s of silence (GB/T 3380).
func ringback() []int16 {
	out := make([]int16, 5*rate)
	for i := range rate {
		edge := math.Min(1, math.Min(float64(i), float64(rate-i))/(rate/100)) // no clicks
		out[i] = int16(6000 * edge * math.Sin(2*math.Pi*450*float64(i)/rate))
	}
	return out
}

// wav wraps samples as a mono WAV file.
func wav(samples []int16) []byte {
	size := uint32(2 * len(samples))
	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), 36+size)
	out = append(out, "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...)
	out = binary.LittleEndian.AppendUint32(out, rate)
	out = binary.LittleEndian.AppendUint32(out, 2*rate)
	out = append(out, "\x02\x00\x10\x00data"...)
	out = binary.LittleEndian.AppendUint32(out, size)
	for _, s := range samples {
		out = binary.LittleEndian.AppendUint16(out, uint16(s))
	}
	return out
}
