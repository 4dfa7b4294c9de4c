package pbxtest

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/yihaotong/yihaotong/pbx"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// simBackend is a Sim with people around it.
type simBackend struct {
	sim *Sim

	mu      sync.Mutex
	prompts int
	voices  map[pbx.ChannelID]int // callers' tones by channel
	phones  map[*SimPhone]int     // phones' tones
}

var _ Backend = (*simBackend)(nil)

func newSimBackend(t testing.TB) *simBackend {
	sim := NewSim(t)
	sim.Missing(NoFile)
	return &simBackend{sim: sim, voices: make(map[pbx.ChannelID]int), phones: make(map[*SimPhone]int)}
}

func (b *simBackend) Controller(testing.TB) pbx.Switch { return b.sim.Controller() }

func (b *simBackend) Trunk() pbx.Trunk {
	return pbx.Trunk{ID: "city", Match: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}}
}

func (b *simBackend) Call(_ testing.TB, plan CallerPlan) Party {
	c := b.sim.CallPlanned("city", plan)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.voices[c.Channel()] = plan.Tone
	return simParty{b: b, hears: c.Hears, keys: c.Keys, over: func() bool { _, over := c.Ended(); return over }}
}

func (b *simBackend) Phone(_ testing.TB, p pbx.Phone, plan PhonePlan) Party {
	phone := b.sim.Phone(p.ID)
	if plan.Does != Offline {
		defer phone.Online()
	}
	return b.party(phone, plan)
}

func (b *simBackend) Outside(_ testing.TB, number string, plan PhonePlan) Party {
	return b.party(b.sim.Number(number), plan)
}

func (b *simBackend) party(phone *SimPhone, plan PhonePlan) Party {
	phone.Follows(plan)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.phones[phone] = plan.Tone
	return simParty{b: b, hears: phone.Hears, keys: phone.Keys, over: func() bool {
		b.sim.mu.Lock()
		defer b.sim.mu.Unlock()
		return phone.had && phone.channel == nil
	}}
}

func (b *simBackend) Prompt(_ testing.TB, length time.Duration) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.prompts++
	file := fmt.Sprintf("/sounds/%d", b.prompts)
	b.sim.File(file, length)
	return file
}

func (b *simBackend) Cut(testing.TB)                { b.sim.Cut() }
func (b *simBackend) Heal(testing.TB)               { b.sim.Heal() }
func (b *simBackend) Kill(testing.TB)               { b.sim.Kill() }
func (b *simBackend) Boot(testing.TB)               { b.sim.Boot() }
func (b *simBackend) Absent() map[Capability]string { return nil }

// simParty translates what is heard from channels to tones.
type simParty struct {
	b     *simBackend
	hears func() Hearing
	keys  func() string
	over  func() bool
}

func (p simParty) Over() bool   { return p.over() }
func (p simParty) Keys() string { return p.keys() }

func (p simParty) Hears() Heard {
	h := p.hears()
	return Heard{Sound: h.Sound, Tones: p.b.tones(h.With)}
}

// tones are the voices of whoever is, or was, at the far end of channels.
func (b *simBackend) tones(ids []pbx.ChannelID) []int {
	var out []int
	for _, id := range ids {
		b.sim.mu.Lock()
		phone := b.sim.took[id]
		b.sim.mu.Unlock()
		b.mu.Lock()
		if tone := cmp.Or(b.voices[id], b.phones[phone]); tone > 0 {
			out = append(out, tone)
		}
		b.mu.Unlock()
	}
	slices.Sort(out)
	return out
}

func (b *simBackend) Recorded(_ testing.TB, name string) []Stretch {
	var out []Stretch
	for _, p := range b.sim.Recorded(name) {
		one := Stretch{Length: p.To.Sub(p.From), Left: b.tones(p.Left), Right: b.tones(p.Right)}
		if p.Music {
			one.Right = []int{MusicTone}
		}
		if n := len(out); n > 0 && out[n-1].sounds(one) {
			out[n-1].Length += one.Length
			continue
		}
		out = append(out, one)
	}
	return out
}

func TestSimPassesTheSuite(t *testing.T) {
	for _, s := range Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newSimBackend(t)
				s.Act(t, b)
				if orphans := b.sim.Orphans(); len(orphans) > 0 {
					t.Errorf("left on the switch: %q", orphans)
				}
			})
		})
	}
}

func TestSimPassesTheSuiteWithAClockThatTicks(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten seconds; the same suite runs in bubbles")
	}
	for _, s := range Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			s.Act(t, newSimBackend(t))
		})
	}
}
