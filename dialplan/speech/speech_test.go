package speech

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const greeting = "欢迎拨打12328交通运输服务监督电话"

// needs skips where the programs are not installed, except where they must be.
func needs(t *testing.T) {
	t.Helper()
	for _, program := range []string{"espeak-ng", "sox"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("YHT_TEST_REQUIRED") != "" {
				t.Fatalf("%s is required here", program)
			}
			t.Skipf("%s is not installed", program)
		}
	}
}

func cacheOf(t *testing.T, voices ...Synthesizer) *Cache {
	t.Helper()
	c, err := New(Config{Dir: t.TempDir()}, voices...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sound is what a WAV file holds.
type sound struct {
	seconds, rms, peak float64
	samples            []int16
}

// heard reads a file as a switch would: 8 kHz, mono, 16 bit, or it fails.
func heard(t *testing.T, path string) sound {
	t.Helper()
	b, err := os.ReadFile(path + Ending)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, b)
}

func decoded(t *testing.T, b []byte) sound {
	t.Helper()
	if !isWAV(b) || string(b[36:40]) != "data" {
		t.Fatalf("not a plain WAV file: %q", b[:min(44, len(b))])
	}
	format := [4]uint32{
		uint32(binary.LittleEndian.Uint16(b[20:])), uint32(binary.LittleEndian.Uint16(b[22:])),
		binary.LittleEndian.Uint32(b[24:]), uint32(binary.LittleEndian.Uint16(b[34:])),
	}
	if format != [4]uint32{1, 1, 8000, 16} {
		t.Fatalf("format, channels, rate, bits are %v", format)
	}
	if size := binary.LittleEndian.Uint32(b[40:]); int(size) != len(b)-44 {
		t.Fatalf("the header says %d bytes, there are %d", size, len(b)-44)
	}
	s := sound{samples: make([]int16, (len(b)-44)/2)}
	if err := binary.Read(bytes.NewReader(b[44:]), binary.LittleEndian, s.samples); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, v := range s.samples {
		x := float64(v) / math.MaxInt16
		sum += x * x
		s.peak = max(s.peak, math.Abs(x))
	}
	s.seconds = float64(len(s.samples)) / Rate
	s.rms = math.Sqrt(sum / float64(len(s.samples)))
	return s
}

// counting counts how often a voice is asked.
type counting struct {
	Synthesizer
	asked atomic.Int32
}

func (c *counting) Synthesize(ctx context.Context, text, language string) (Audio, error) {
	c.asked.Add(1)
	return c.Synthesizer.Synthesize(ctx, text, language)
}

// tone is a voice without a program: a second of a tone for every text.
type tone struct {
	name  string
	begin func(context.Context) error // called when asked
}

func (v tone) Name() string { return "tone" + v.name }

func (v tone) Synthesize(ctx context.Context, _, _ string) (Audio, error) {
	if v.begin != nil {
		if err := v.begin(ctx); err != nil {
			return nil, err
		}
	}
	return beep(440), nil
}

func beep(pitch float64) Audio {
	samples := make([]int16, Rate)
	for i := range samples {
		samples[i] = int16(10000 * math.Sin(2*math.Pi*pitch*float64(i)/Rate))
	}
	return wav(samples)
}

func TestGreetingIsSpokenForTheTelephone(t *testing.T) {
	needs(t)
	c := cacheOf(t, Espeak{})
	for text, seconds := range map[string][2]float64{
		greeting: {3, 6.5}, // 19 syllables
		"您前面还有3位来电者，预计等待约2分钟，请稍候。":                        {4, 9},
		"Welcome to the 12328 transport service hotline.": {2, 6},
		"好": {0.2, 1.2},
	} {
		path, err := c.File(t.Context(), text, "")
		if err != nil {
			t.Fatal(err)
		}
		if !filepath.IsAbs(path) || strings.HasSuffix(path, Ending) {
			t.Errorf("path %s", path)
		}
		s := heard(t, path)
		if s.seconds < seconds[0] || s.seconds > seconds[1] {
			t.Errorf("%s takes %.2f s", text, s.seconds)
		}
		if s.rms < 0.05 || s.rms > 0.3 || s.peak < 0.6 || s.peak > 0.85 {
			t.Errorf("%s: loudness %.3f, peak %.3f", text, s.rms, s.peak)
		}
		edge := Rate * 40 / 1000
		for i := range edge {
			if a, z := s.samples[i], s.samples[len(s.samples)-1-i]; max(a, z) > 300 || min(a, z) < -300 {
				t.Errorf("%s: no silence at the ends", text)
				break
			}
		}
		if info, err := os.Stat(path + Ending); err != nil || info.Mode().Perm() != 0o644 {
			t.Errorf("the switch could not read %v, %v", info.Mode(), err)
		}
	}
}

func TestSecondTimeComesFromTheCache(t *testing.T) {
	needs(t)
	voice := &counting{Synthesizer: Espeak{}}
	c := cacheOf(t, voice)
	first, err := c.File(t.Context(), greeting, "zh")
	if err != nil {
		t.Fatal(err)
	}
	for _, again := range []string{greeting, " " + greeting + "\n"} {
		if path, err := c.File(t.Context(), again, ""); err != nil || path != first {
			t.Errorf("%q, %v", path, err)
		}
	}
	other, err := New(Config{Dir: c.config.Dir}, voice) // a later start
	if err != nil {
		t.Fatal(err)
	}
	if path, err := other.File(t.Context(), greeting, "zh"); err != nil || path != first {
		t.Errorf("%q, %v", path, err)
	}
	if n := voice.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	if err := os.Truncate(first+Ending, 0); err != nil { // as a power cut leaves it
		t.Fatal(err)
	}
	if path, err := c.File(t.Context(), greeting, "zh"); err != nil || heard(t, path).seconds < 1 {
		t.Errorf("an empty file is not made anew: %v", err)
	}
}

func TestSameTextIsMadeOnce(t *testing.T) {
	needs(t)
	go12 := make(chan struct{})
	voice := &counting{Synthesizer: tone{begin: func(context.Context) error { <-go12; return nil }}}
	c := cacheOf(t, voice)
	var wait sync.WaitGroup
	paths := make([]string, 30)
	for i := range paths {
		wait.Go(func() {
			var err error
			if paths[i], err = c.File(t.Context(), greeting, "zh"); err != nil {
				t.Error(err)
			}
		})
	}
	await(t, func() bool { return voice.asked.Load() == 1 })
	close(go12)
	wait.Wait()
	if n := voice.asked.Load(); n != 1 {
		t.Errorf("made %d times", n)
	}
	for _, p := range paths {
		if p == "" || p != paths[0] {
			t.Errorf("path %q", p)
		}
	}
}

func TestTenAreMadeAtOnceAndNoMore(t *testing.T) {
	needs(t)
	var now, most atomic.Int32
	go12 := make(chan struct{})
	c := cacheOf(t, tone{begin: func(context.Context) error {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		<-go12
		return nil
	}})
	var wait sync.WaitGroup
	for i := range 25 {
		wait.Go(func() {
			if _, err := c.File(t.Context(), fmt.Sprintf("第%d位", i), "zh"); err != nil {
				t.Error(err)
			}
		})
	}
	await(t, func() bool { return now.Load() == 10 })
	close(go12)
	wait.Wait()
	if most.Load() != 10 {
		t.Errorf("%d at once", most.Load())
	}
}

func TestTenRealTextsAtOnce(t *testing.T) {
	needs(t)
	c := cacheOf(t, Espeak{})
	var texts []string
	for i := range 10 {
		texts = append(texts, fmt.Sprintf("您前面还有%d位来电者，请稍候。", i+1))
	}
	if err := c.Warm(t.Context(), texts); err != nil {
		t.Fatal(err)
	}
	entries, err := filepath.Glob(filepath.Join(c.config.Dir, "*"))
	if err != nil || len(entries) != 11 { // and the folder of recordings
		t.Errorf("%v, %v", entries, err)
	}
}

func TestWarmTellsEveryFailureAndMakesTheRest(t *testing.T) {
	needs(t)
	c := cacheOf(t, Espeak{})
	err := c.Warm(t.Context(), []string{"……", greeting, "བོད་སྐད"})
	if err == nil || !errors.Is(err, &Error{Kind: Empty}) || !errors.Is(err, &Error{Kind: Unsupported}) || strings.Count(err.Error(), "make the prompt") != 2 {
		t.Errorf("%v", err)
	}
	if path := filepath.Join(c.config.Dir, key(Espeak{}.Name(), "zh", greeting)+Ending); !isSound(path) {
		t.Error("the greeting is not made")
	}
}

func TestCallerWhoLeavesTakesNobodyAlong(t *testing.T) {
	needs(t)
	first, leave := context.WithCancel(t.Context())
	voice := &counting{Synthesizer: tone{begin: func(ctx context.Context) error {
		if first.Err() != nil {
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}}}
	c := cacheOf(t, voice)
	left, stayed := make(chan error, 1), make(chan error, 1)
	go func() { _, err := c.File(first, greeting, "zh"); left <- err }()
	await(t, func() bool { return voice.asked.Load() == 1 })
	go func() { _, err := c.File(t.Context(), greeting, "zh"); stayed <- err }()
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who left hears %v", err)
	}
	if err := <-stayed; err != nil {
		t.Errorf("who stayed hears %v", err)
	}
}

func TestLanguageFollowsTheScript(t *testing.T) {
	for _, c := range []struct{ text, asked, want string }{
		{"好", "", "zh"},
		{"hello", "", "en"},
		{"12328", "", "zh"},
		{"12328", "en", "en"},
		{"好 hello", "en", "zh"},
		{"hello", "zh", "en"},
		{"好", "zh-CN", "zh"},
		{"ياخشى", "ug", "ug"},
	} {
		if got := languageOf(c.text, c.asked); got != c.want {
			t.Errorf("%q asked in %q is spoken in %q", c.text, c.asked, got)
		}
	}
}

// await polls until something holds.
func await(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come about")
		}
	}
}

// A number is read back digit by digit, one sound each, so none may drag.
func TestDigitsOfNumbersAreShort(t *testing.T) {
	needs(t)
	c := cacheOf(t, Espeak{})
	for _, digits := range [][]string{
		{"零", "幺", "二", "三", "四", "五", "六", "七", "八", "九"},
		{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
	} {
		for _, digit := range digits {
			path, err := c.File(t.Context(), digit, "")
			if err != nil {
				t.Fatal(err)
			}
			if s := heard(t, path); s.seconds < 0.2 || s.seconds > 0.9 || s.rms < 0.03 {
				t.Errorf("%s takes %.2f s at loudness %.3f", digit, s.seconds, s.rms)
			}
		}
	}
}
