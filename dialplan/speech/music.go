package speech

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// MusicOnHold sees that a folder holds music for waiting callers and returns
// the folder's absolute path. If it holds no sound, a calm loop of about a
// minute is made there; operators put their own files in its place.
func MusicOnHold(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", &Error{Kind: Failed, Reason: "the folder for music cannot be found", Err: err}
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", &Error{Kind: Failed, Reason: "the folder for music cannot be read", Err: err}
	}
	for _, e := range entries {
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			return dir, nil
		}
	}
	return dir, write(filepath.Join(dir, "calm"+Ending), loop())
}

// Beep is the tone after which a caller leaves a message: the absolute path,
// without ending, of a file in the cache.
func (c *Cache) Beep() (string, error) {
	return c.kept("beep", sine(880, 0.4))
}

// RingIn is the short double tone that an agent hears whose line stays up
// between calls, just before the caller is there: a path as of Beep.
func (c *Cache) RingIn() (string, error) {
	short, gap := sine(988, 0.12), make([]float64, Rate*8/100)
	return c.kept("ring-in", slices.Concat(short, gap, short))
}

// kept makes a sound of our own once.
func (c *Cache) kept(name string, samples []float64) (string, error) {
	path := filepath.Join(c.config.Dir, name+Ending)
	if isSound(path) {
		return bare(path), nil
	}
	return bare(path), write(path, samples)
}

// sine is a tone of so many Hz and seconds, without a click at either end.
func sine(pitch, seconds float64) []float64 {
	samples := make([]float64, int(math.Round(seconds*Rate)))
	for i := range samples {
		t := float64(i) / Rate
		edge := min(1, t/0.02, (seconds-t)/0.02)
		samples[i] = 0.3 * edge * math.Sin(2*math.Pi*pitch*t)
	}
	return samples
}

// write keeps samples between -1 and 1 as a file.
func write(path string, samples []float64) error {
	out := make([]int16, len(samples))
	for i, s := range samples {
		out[i] = int16(math.Round(max(-1, min(1, s)) * math.MaxInt16))
	}
	return place(path, func(temporary string) error {
		if err := os.WriteFile(temporary, wav(out), 0o644); err != nil {
			return &Error{Kind: Failed, Reason: "the sound cannot be written", Err: err}
		}
		return nil
	})
}

// The loop: eight bars of four beats, twice, at a walking pace. Notes are
// semitones above A below middle C (220 Hz).
const (
	beat  = 0.9 // seconds
	bars  = 16
	beats = 4
)

// chords are the bars: C, G/B, Am, Em, F, C/E, Dm, G. The first note is the
// bass.
var chords = [8][4]int{
	{-9, 3, 7, 10},
	{-10, 2, 5, 10},
	{-12, 3, 7, 12},
	{-5, 2, 7, 10},
	{-4, 3, 8, 12},
	{-5, 3, 7, 10},
	{-7, 5, 8, 12},
	{-2, 2, 5, 10},
}

// melody is one soft note on some beats, by bar; 99 is a rest.
var melody = [bars][beats]int{
	{19, 99, 15, 17},
	{17, 99, 14, 99},
	{15, 99, 12, 14},
	{14, 99, 10, 99},
	{12, 99, 15, 17},
	{15, 99, 10, 99},
	{17, 15, 14, 12},
	{14, 99, 99, 99},
	{19, 99, 22, 19},
	{17, 99, 14, 99},
	{15, 17, 19, 99},
	{14, 99, 10, 99},
	{12, 15, 17, 99},
	{15, 99, 19, 99},
	{17, 99, 14, 12},
	{10, 99, 99, 99},
}

// loop plays the piece into a ring, so that its end runs into its beginning.
func loop() []float64 {
	ring := make([]float64, int(math.Round(bars*beats*beat*Rate)))
	for bar := range bars {
		chord := chords[bar%len(chords)]
		start := float64(bar*beats) * beat
		strike(ring, start, chord[0], 0.20, 2.6)
		for i, pick := range []int{1, 2, 3, 2, 1, 2, 3, 2} { // broken chord in half beats
			strike(ring, start+float64(i)*beat/2, chord[pick], 0.085, 1.1)
		}
		for i, note := range melody[bar] {
			if note != 99 {
				strike(ring, start+float64(i)*beat, note, 0.14, 1.7)
			}
		}
	}
	echo(ring)
	return level(ring, 0.22)
}

// strike adds one note of a soft electric piano: few overtones, the higher
// ones fading first, all below what a telephone carries.
func strike(ring []float64, at float64, semitones int, loud, fade float64) {
	pitch := 220 * math.Pow(2, float64(semitones)/12)
	length := int(fade * 4 * Rate)
	first := int(at * Rate)
	for i := range length {
		t := float64(i) / Rate
		edge := min(1, t/0.012) * min(1, float64(length-i)/(0.05*Rate))
		sound := 0.0
		for overtone, share := range []float64{1, 0.32, 0.10, 0.05} {
			n := float64(overtone + 1)
			if pitch*n > 3300 {
				break
			}
			sound += share * math.Exp(-t*n/fade) * math.Sin(2*math.Pi*pitch*n*t)
		}
		ring[(first+i)%len(ring)] += loud * edge * sound
	}
}

// echo adds a little room.
func echo(ring []float64) {
	dry := append([]float64(nil), ring...)
	for _, e := range []struct{ delay, share float64 }{{0.061, 0.20}, {0.113, 0.16}, {0.197, 0.11}, {0.331, 0.07}} {
		shift := int(e.delay * Rate)
		for i := range ring {
			ring[i] += e.share * dry[(i-shift+len(dry))%len(dry)]
		}
	}
}

// level brings the highest peak to a value.
func level(samples []float64, peak float64) []float64 {
	highest := 0.0
	for _, s := range samples {
		highest = max(highest, math.Abs(s))
	}
	for i := range samples {
		samples[i] *= peak / highest
	}
	return samples
}
