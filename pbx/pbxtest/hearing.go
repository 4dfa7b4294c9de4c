package pbxtest

import (
	"fmt"
	"slices"

	"github.com/yihaotong/yihaotong/pbx"
)

// Sound is a kind of thing one can hear in a telephone.
type Sound string

// The kinds.
const (
	Silence  Sound = "silence"
	RingTone Sound = "ringing"
	Music    Sound = "music"
	Prompt   Sound = "prompt"
	Voices   Sound = "voices"
)

// Hearing is what somebody hears at one moment.
type Hearing struct {
	Sound Sound
	Class string   // Music: its class
	Files []string // Prompt: all files of the play
	File  string   // Prompt: the one of them that is being heard
	// With is who can be heard, in the order in which they joined: for a
	// listener and whoever is whispered to also beside Music or a Prompt.
	With []pbx.ChannelID
}

// Voice reports whether that channel can be heard.
func (h Hearing) Voice(of pbx.ChannelID) bool { return slices.Contains(h.With, of) }

func (h Hearing) String() string {
	switch h.Sound {
	case Prompt:
		return fmt.Sprintf("%s of %v", h.File, h.Files)
	case Voices:
		return fmt.Sprintf("%v", h.With)
	case Music:
		return fmt.Sprintf("music (%s)", h.Class)
	}
	return string(h.Sound)
}

// Talking reports whether the caller and the phone hear each other.
func (s *Sim) Talking(c *SimCaller, p *SimPhone) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return p.channel != nil && s.hearing(c.channel).Voice(p.channel.id) && s.hearing(p.channel).Voice(c.channel.id)
}

// hearing works out what comes out of the receiver at the far end of ch.
func (s *Sim) hearing(ch *channel) Hearing {
	quiet := Hearing{Sound: Silence}
	switch {
	case s.channels[ch.id] != ch || ch.held || !ch.inbound && !ch.up:
		return quiet
	case ch.listens != nil:
		return s.overheard(ch.listens.to)
	}
	out := s.received(ch)
	return out.and(s.whispering(ch)...)
}

// overheard is what a listener hears: what to hears, and what to says.
func (s *Sim) overheard(to *channel) Hearing {
	out := s.received(to)
	if to.audible() {
		return out.and(to.id)
	}
	return out
}

// and adds voices to what is heard.
func (h Hearing) and(voices ...pbx.ChannelID) Hearing {
	if len(voices) > 0 && h.Sound == Silence {
		h.Sound = Voices
	}
	h.With = append(h.With, voices...)
	return h
}

// received is what the switch sends to the far end of ch, without whispers.
func (s *Sim) received(ch *channel) Hearing {
	quiet := Hearing{Sound: Silence}
	switch {
	case len(ch.plays) > 0:
		p := ch.plays[0]
		return Hearing{Sound: Prompt, Files: slices.Clone(p.files), File: p.files[p.at]}
	case ch.music == pbx.Ringback:
		return Hearing{Sound: RingTone, Class: ch.music}
	case ch.music != "":
		return Hearing{Sound: Music, Class: ch.music}
	case ch.tone:
		return Hearing{Sound: RingTone}
	case ch.bridge == nil:
		return quiet
	}
	out := Hearing{Sound: Voices}
	held := false
	for _, other := range ch.bridge.channels {
		switch {
		case other == ch:
		case other.held:
			held = true
		case other.muted:
		default:
			out.With = append(out.With, other.id)
		}
	}
	switch {
	case len(out.With) > 0:
		return out
	case held:
		return Hearing{Sound: Music, Class: orDefault("")}
	}
	return quiet
}
