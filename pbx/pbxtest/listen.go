package pbxtest

import (
	"slices"

	"github.com/yihaotong/yihaotong/pbx"
)

// listening is what a channel overhears.
type listening struct {
	to      *channel
	whisper bool
}

func (s *Sim) listen(c pbx.Listen) *pbx.Error {
	ch, err := s.find(c.Channel)
	if err != nil {
		return err
	}
	to, err := s.find(c.To)
	switch {
	case err != nil:
		return err
	case ch == to:
		return refusal("", pbx.Invalid, "channel %s cannot listen to itself", ch.id)
	case !ch.up || !to.up:
		return refusal("", pbx.Refused, "channel %s or %s is not answered yet", ch.id, to.id)
	case to.listens != nil:
		return refusal("", pbx.Refused, "channel %s itself listens to somebody", to.id)
	}
	s.hush(ch)
	s.leave(ch)
	ch.listens = &listening{to: to, whisper: c.Whisper}
	return nil
}

// hush ends what a channel hears of the switch itself.
func (s *Sim) hush(ch *channel) {
	for len(ch.plays) > 0 {
		s.endPlay(ch, ch.plays[0], nil)
	}
	ch.music, ch.tone = "", false
}

// unheard ends the listening of everybody to a channel that is going.
func (s *Sim) unheard(ch *channel) {
	ch.listens = nil
	for _, other := range s.channels {
		if other.listens != nil && other.listens.to == ch {
			other.listens = nil
		}
	}
}

// whispering returns the channels that whisper to ch, oldest first.
func (s *Sim) whispering(ch *channel) []pbx.ChannelID {
	var out []pbx.ChannelID
	for _, other := range s.channels { // few: looked through before they are sorted
		if other.listens != nil && other.listens.to == ch && other.listens.whisper && other.audible() {
			out = append(out, other.id)
		}
	}
	slices.SortFunc(out, func(a, b pbx.ChannelID) int { return s.channels[a].order - s.channels[b].order })
	return out
}

// audible reports whether what is said at the far end of ch reaches anybody.
func (ch *channel) audible() bool { return !ch.muted && !ch.held && (ch.inbound || ch.up) }

// Hears tells what comes out of the receiver at the far end of a channel now,
// whoever is there.
func (s *Sim) Hears(id pbx.ChannelID) Hearing {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch := s.channels[id]; ch != nil {
		return s.hearing(ch)
	}
	return Hearing{Sound: Silence}
}

// HeardBy returns the channels at whose far end the voice of this one is heard
// now, oldest first.
func (s *Sim) HeardBy(id pbx.ChannelID) []pbx.ChannelID {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []pbx.ChannelID
	for _, ch := range s.sorted() {
		if s.hearing(ch).Voice(id) {
			out = append(out, ch.id)
		}
	}
	return out
}

// Muted reports whether a channel is muted.
func (s *Sim) Muted(id pbx.ChannelID) bool {
	return s.is(id, func(ch *channel) bool { return ch.muted })
}

// Masked reports whether the recording of a channel is kept silent.
func (s *Sim) Masked(id pbx.ChannelID) bool {
	return s.is(id, func(ch *channel) bool { return ch.masked })
}

func (s *Sim) is(id pbx.ChannelID, what func(*channel) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channels[id]
	return ch != nil && what(ch)
}
