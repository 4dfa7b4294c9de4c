// Package conformance_test acts out the suite of pbx/pbxtest on real switches,
// with telephones that really ring and really hear.
package conformance_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/yihaotong/yihaotong/integration/telephone"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
	"github.com/yihaotong/yihaotong/pbx/asterisk/config"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What can be heard besides the voices, in Hz.
const (
	promptTone = 700
	musicTone  = pbxtest.MusicTone
	ringTone   = 450
)

// The addresses of those who call from outside and of the phones.
var (
	outside = netip.MustParseAddr("127.0.0.2")
	office  = netip.MustParseAddr("127.0.0.3")
)

func TestAsteriskPassesTheSuite(t *testing.T) {
	t.Parallel()
	music := t.TempDir()
	asterisktest.WriteWAV(t, filepath.Join(music, "music.wav"), asterisktest.Sine(musicTone, 10, 8000))
	b := &backend{
		// The suite puts the trunk of the callers.
		instance: asterisktest.Start(t, asterisktest.WithoutTrunk, func(o *config.Options) { o.Music = music }),
		sounds:   t.TempDir(),
		outside:  make(map[string]*party),
	}
	b.proxy = newProxy(t, b.instance.HTTP.String())
	carrier, err := telephone.New(telephone.Config{Listen: outside, User: "carrier", Server: b.instance.SIP, Incoming: b.outward})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(carrier.Close)
	b.carrier = carrier
	pbxtest.Run(t, b)
}

// backend is an Asterisk with telephones of our own around it.
type backend struct {
	instance *asterisktest.Instance
	proxy    *proxy
	carrier  *telephone.Set // what the trunk calls
	sounds   string

	driver atomic.Pointer[asterisk.Switch] // the latest

	mu      sync.Mutex
	prompts int
	phones  int
	outside map[string]*party // by number
}

var _ pbxtest.Backend = (*backend)(nil)

func (b *backend) Controller(t testing.TB) pbx.Switch {
	s := asterisk.New(asterisk.Config{URL: b.proxy.url(), User: b.instance.User, Password: b.instance.Password, App: b.instance.App},
		slog.New(slog.NewTextHandler(t.Output(), nil)), nil)
	b.driver.Store(s)
	return s
}

func (b *backend) Trunk() pbx.Trunk {
	return pbx.Trunk{ID: "city", Match: []netip.Prefix{netip.PrefixFrom(outside, 32)}, Server: b.carrier.Address()}
}

func (b *backend) set(t testing.TB, cfg telephone.Config) *telephone.Set {
	t.Helper()
	cfg.Server = b.instance.SIP
	s, err := telephone.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// codec lets every other phone speak µ-law, which the trunk does not.
func (b *backend) codec() telephone.Codec {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.phones++
	return []telephone.Codec{telephone.Either, telephone.MuLaw, telephone.MuLaw}[b.phones%3]
}

func (b *backend) Call(t testing.TB, plan pbxtest.CallerPlan) pbxtest.Party {
	t.Helper()
	s := b.set(t, telephone.Config{Listen: outside, User: "caller", Tone: plan.Tone})
	c, err := s.Dial(plan.Called, plan.Number, plan.Name)
	if err != nil {
		t.Fatal(err)
	}
	p := &party{call: c}
	go func() {
		giveUp := make(<-chan time.Time)
		if plan.GiveUpAfter > 0 {
			giveUp = time.After(plan.GiveUpAfter)
		}
		select {
		case <-giveUp:
			c.Hangup()
		case <-c.Over():
		case <-c.Answered():
			follow(c, plan.Press, plan.HangupAfter, 0, 0)
		}
	}()
	return p
}

func (b *backend) Phone(t testing.TB, phone pbx.Phone, plan pbxtest.PhonePlan) pbxtest.Party {
	t.Helper()
	p := &party{}
	s := b.set(t, telephone.Config{
		Listen: office, User: string(phone.ID), Secret: phone.Secret, Tone: plan.Tone, Codec: b.codec(),
		Incoming: func(c *telephone.Call) { p.take(c, plan) },
	})
	if plan.Does != pbxtest.Offline {
		s.Register()
	}
	return p
}

func (b *backend) Outside(_ testing.TB, number string, plan pbxtest.PhonePlan) pbxtest.Party {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.outside[number] = &party{plan: plan}
	return b.outside[number]
}

// outward takes a call that the switch makes over the trunk.
func (b *backend) outward(c *telephone.Call) {
	b.mu.Lock()
	p := b.outside[c.Number]
	b.mu.Unlock()
	if p == nil {
		c.Refuse(404, "Not Found")
		return
	}
	p.take(c, p.plan)
}

func (b *backend) Prompt(t testing.TB, length time.Duration) string {
	t.Helper()
	b.mu.Lock()
	b.prompts++
	path := filepath.Join(b.sounds, fmt.Sprintf("prompt-%d", b.prompts))
	b.mu.Unlock()
	asterisktest.WriteWAV(t, path+".wav", asterisktest.Sine(promptTone, length.Seconds(), 8000))
	return path
}

// Recorded fetches a recording as the collector does and listens to it, a
// twentieth of a second at a time.
func (b *backend) Recorded(t testing.TB, name string) []pbxtest.Stretch {
	t.Helper()
	left, right := asterisktest.Split(b.fetch(t, name))
	const window = asterisktest.Rate / 20
	var out []pbxtest.Stretch
	for at := 0; at+window <= len(left); at += window {
		now := pbxtest.Stretch{Length: time.Second / 20, Left: tonesIn(left[at : at+window]), Right: tonesIn(right[at : at+window])}
		if n := len(out); n > 0 && slices.Equal(out[n-1].Left, now.Left) && slices.Equal(out[n-1].Right, now.Right) {
			out[n-1].Length += now.Length
			continue
		}
		out = append(out, now)
	}
	return out
}

func (b *backend) fetch(t testing.TB, name string) []byte {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		body, size, complete, err := b.driver.Load().OpenRecording(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(body)
		_ = body.Close()
		if err != nil || int64(len(raw)) != size {
			t.Fatalf("%s: %d of %d bytes: %v", name, len(raw), size, err)
		}
		if complete {
			return raw
		}
	}
	t.Fatalf("%s is never complete", name)
	return nil
}

// tonesIn is which of the suite's tones are in samples.
func tonesIn(samples []int16) []int {
	var out []int
	for _, hz := range []int{pbxtest.CallerTone, pbxtest.AgentTone, pbxtest.ExpertTone, musicTone} {
		if asterisktest.Tone(samples, float64(hz)) > 800 {
			out = append(out, hz)
		}
	}
	return out
}

func (b *backend) Cut(testing.TB)    { b.proxy.set(true) }
func (b *backend) Heal(testing.TB)   { b.proxy.set(false) }
func (b *backend) Kill(t testing.TB) { b.instance.Kill(t) }
func (b *backend) Boot(t testing.TB) { b.instance.Boot(t) }

func (b *backend) Absent() map[pbxtest.Capability]string { return nil }

// party is a caller or a phone with its latest call.
type party struct {
	plan pbxtest.PhonePlan

	mu   sync.Mutex
	call *telephone.Call
}

func (p *party) now() *telephone.Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.call
}

// take does with a call from the switch what the plan says.
func (p *party) take(c *telephone.Call, plan pbxtest.PhonePlan) {
	p.mu.Lock()
	p.call = c
	p.mu.Unlock()
	c.Speak(plan.Tone)
	if plan.Does == pbxtest.Busy {
		c.Refuse(486, "Busy Here")
		return
	}
	c.Ring()
	wait := make(<-chan time.Time)
	switch {
	case plan.Does == pbxtest.Obeys && c.Asked():
		wait = time.After(0)
	case plan.Does != pbxtest.Rings && plan.Does != pbxtest.Obeys:
		wait = time.After(plan.After)
	}
	select {
	case <-c.Over():
		return
	case <-wait:
	}
	if plan.Does == pbxtest.Rejects {
		c.Refuse(603, "Decline")
		return
	}
	c.Answer()
	follow(c, plan.Press, plan.HangupAfter, plan.HoldAfter, plan.ResumeAfter)
}

// follow does what a plan says from the answer on, and returns at the end of
// the call at the latest.
func follow(c *telephone.Call, keys []pbxtest.Key, hangup, hold, resume time.Duration) {
	type act struct {
		after time.Duration
		do    func()
	}
	var acts []act
	for _, key := range keys {
		acts = append(acts, act{key.After, func() { c.Press(key.Digit) }})
	}
	for _, a := range []act{{hold, func() { c.Hold(true) }}, {resume, func() { c.Hold(false) }}, {hangup, c.Hangup}} {
		if a.after > 0 {
			acts = append(acts, a)
		}
	}
	slices.SortStableFunc(acts, func(a, b act) int { return int(a.after - b.after) })
	start := time.Now()
	for _, a := range acts {
		select {
		case <-c.Over():
			return
		case <-time.After(time.Until(start.Add(a.after))):
			a.do()
		}
	}
}

func (p *party) Keys() string {
	if c := p.now(); c != nil {
		return c.Keys()
	}
	return ""
}

func (p *party) Over() bool {
	c := p.now()
	if c == nil {
		return false
	}
	select {
	case <-c.Over():
		return true
	default:
		return false
	}
}

func (p *party) Hears() pbxtest.Heard {
	c := p.now()
	if c == nil {
		return pbxtest.Heard{Sound: pbxtest.Silence}
	}
	tones := c.Hears(pbxtest.CallerTone, promptTone, pbxtest.AgentTone, pbxtest.ExpertTone, musicTone, ringTone)
	switch {
	case slices.Contains(tones, promptTone):
		return pbxtest.Heard{Sound: pbxtest.Prompt}
	case slices.Contains(tones, musicTone):
		return pbxtest.Heard{Sound: pbxtest.Music}
	case slices.Equal(tones, []int{ringTone}):
		return pbxtest.Heard{Sound: pbxtest.RingTone}
	case len(tones) > 0:
		return pbxtest.Heard{Sound: pbxtest.Voices, Tones: tones}
	case c.Ringing() && !c.Up():
		return pbxtest.Heard{Sound: pbxtest.RingTone}
	}
	return pbxtest.Heard{Sound: pbxtest.Silence}
}
