package pbxtest

import (
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Passage is a stretch of a recording in which nothing changes. As on a real
// switch, only the time in which the channel is bridged is recorded.
type Passage struct {
	From, To time.Time // To is zero while it lasts
	// Left is who speaks at the far end of the recorded channel: that channel,
	// or nobody. Right is whom the far end hears, without whispers.
	Left, Right []pbx.ChannelID
	Music       bool // Right is music or a prompt
	Masked      bool // both sides are silent because of Mask
}

// Voice reports whether that channel can be heard in the passage.
func (p Passage) Voice(of pbx.ChannelID) bool {
	return slices.Contains(p.Left, of) || slices.Contains(p.Right, of)
}

func (p Passage) same(o Passage) bool {
	return p.Music == o.Music && p.Masked == o.Masked && slices.Equal(p.Left, o.Left) && slices.Equal(p.Right, o.Right)
}

// tape is one recording on the switch.
type tape struct {
	of       *channel
	passages []Passage
}

// Recorded returns what is on a recording, in order; nothing for one that is
// not there. Passages of no length are left out.
func (s *Sim) Recorded(name string) []Passage {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tapes[name]
	if t == nil {
		return nil
	}
	var out []Passage
	for _, p := range t.passages {
		if !p.To.Equal(p.From) {
			out = append(out, p)
		}
	}
	return out
}

// record begins the recording of a channel.
func (s *Sim) record(ch *channel) { s.tapes[ch.recorded] = &tape{of: ch} }

// roll brings every recording up to this moment. It is called after everything
// that may change what somebody hears.
func (s *Sim) roll() {
	for _, ch := range s.channels {
		if ch.recorded != "" && (ch.bridge != nil || ch.taping) {
			s.tapes[ch.recorded].roll(s)
		}
	}
}

func (t *tape) roll(s *Sim) {
	now, running := time.Now(), t.of.taping
	next, on := s.onTape(t.of)
	if last := len(t.passages) - 1; running {
		if on && t.passages[last].same(next) {
			return
		}
		t.passages[last].To = now
	}
	t.of.taping = on
	if on {
		next.From = now
		t.passages = append(t.passages, next)
	}
}

// stop ends the recording with its channel.
func (t *tape) stop() {
	t.of.taping = false
	t.passages[len(t.passages)-1].To = time.Now()
}

// onTape is what the recording of ch takes down now; false: nothing.
func (s *Sim) onTape(ch *channel) (Passage, bool) {
	if s.channels[ch.id] != ch || ch.bridge == nil || !ch.up {
		return Passage{}, false
	}
	if ch.masked {
		return Passage{Masked: true}, true
	}
	heard := s.received(ch)
	p := Passage{Right: heard.With, Music: heard.Sound != Voices && heard.Sound != Silence}
	if ch.audible() {
		p.Left = []pbx.ChannelID{ch.id}
	}
	return p, true
}
