package speech

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

func TestMusicIsCalmAndLoops(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "music")
	got, err := MusicOnHold(dir)
	if err != nil || got != dir {
		t.Fatalf("%s, %v", got, err)
	}
	s := heard(t, filepath.Join(dir, "calm"))
	if s.seconds < 45 || s.seconds > 75 {
		t.Errorf("takes %.1f s", s.seconds)
	}
	if s.rms < 0.02 || s.rms > 0.1 || s.peak > 0.25 {
		t.Errorf("loudness %.3f, peak %.3f: speech has 0.1 and 0.7", s.rms, s.peak)
	}
	for i := 0; i+Rate <= len(s.samples); i += Rate { // never silent, never a burst
		loud := 0.0
		for _, v := range s.samples[i : i+Rate] {
			loud += float64(v) * float64(v)
		}
		if loud = math.Sqrt(loud/Rate) / math.MaxInt16; loud < 0.004 || loud > 0.12 {
			t.Errorf("second %d has loudness %.3f", i/Rate, loud)
		}
	}
	last, first := s.samples[len(s.samples)-1], s.samples[0]
	if d := int(last) - int(first); d > 700 || d < -700 {
		t.Errorf("the loop clicks: %d to %d", last, first)
	}
	if err := os.WriteFile(filepath.Join(dir, "calm.wav"), []byte("ours"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := MusicOnHold(dir); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "calm.wav")); string(b) != "ours" {
		t.Error("the operator's own music is overwritten")
	}
}

func TestBeepForMessages(t *testing.T) {
	c := cacheOf(t, tone{})
	for range 2 {
		path, err := c.Beep()
		if err != nil {
			t.Fatal(err)
		}
		if s := heard(t, path); s.seconds != 0.4 || s.peak > 0.35 || s.rms < 0.1 {
			t.Errorf("%.2f s, %.2f, %.2f", s.seconds, s.peak, s.rms)
		}
	}
}

func TestRingInIsTwoShortTones(t *testing.T) {
	c := cacheOf(t, tone{})
	for range 2 {
		path, err := c.RingIn()
		if err != nil {
			t.Fatal(err)
		}
		s := heard(t, path)
		if s.seconds != 0.32 || s.peak > 0.35 {
			t.Errorf("%.2f s, %.2f", s.seconds, s.peak)
		}
		for i, wantLoud := range []bool{true, false, true} { // in the middle of each part
			loud := 0.0
			for _, v := range s.samples[i*Rate/10+Rate/25 : i*Rate/10+Rate/25+Rate/50] {
				loud = max(loud, math.Abs(float64(v))/math.MaxInt16)
			}
			if (loud > 0.25) != wantLoud {
				t.Errorf("part %d has loudness %.2f", i, loud)
			}
		}
	}
}
