package pbxtest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/pbx"
)

// channel is one leg on the switch.
type channel struct {
	id         pbx.ChannelID
	order      int // of creation
	inbound    bool
	up         bool
	trunk      pbx.TrunkID
	phone      pbx.PhoneID // originated to a phone
	called     string
	caller     string
	name       string
	originator pbx.ChannelID
	since      time.Time
	vars       map[string]string
	recorded   string
	held       bool // the phone's own hold key
	muted      bool
	masked     bool
	taping     bool   // the recording has a passage that has not ended
	asked      bool   // originated: to answer by itself
	keys       string // that we sent towards its far end
	listens    *listening
	untold     bool // arrived when there was nobody to be told

	tone   bool // Ring
	music  string
	bridge *bridge
	plays  []*play // the first one is heard

	visitor *SimCaller // inbound: who calls
	whenUp  func()     // what begins with the answer; may be nil
	far     *SimPhone  // originated: who is called
	expiry  *appointment
	next    *appointment // what the far phone will do
}

// bridge is the place where channels hear each other.
type bridge struct {
	id       pbx.BridgeID
	channels []*channel
}

// play is one Play command under way or waiting for its turn.
type play struct {
	id    pbx.PlayID
	files []string
	at    int // file being heard
	next  *appointment
}

// tell describes the channel to a controller.
func (ch *channel) tell() pbx.Channel {
	out := pbx.Channel{
		ID: ch.id, Up: ch.up, Inbound: ch.inbound, Phone: ch.phone,
		Caller: clean(ch.caller), Since: ch.since, Vars: maps.Clone(ch.vars), Recorded: ch.recorded,
	}
	if ch.inbound {
		out.Trunk, out.Called = ch.trunk, clean(ch.called)
	}
	if out.Vars == nil {
		out.Vars = map[string]string{}
	}
	if ch.bridge != nil {
		out.Bridge = ch.bridge.id
	}
	return out
}

// clean bounds a text from outside as pbx.Arrived promises.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= pbx.MaxText {
		return text
	}
	cut := pbx.MaxText
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}

// sorted returns the channels in the order of their creation.
func (s *Sim) sorted() []*channel {
	return slices.SortedFunc(maps.Values(s.channels), func(a, b *channel) int { return cmp.Compare(a.order, b.order) })
}

// add puts a new channel on the switch.
func (s *Sim) add(ch *channel) {
	s.clock.made++
	ch.order, ch.since = s.clock.made, time.Now()
	s.channels[ch.id] = ch
}

// pickedUp makes a channel answered.
func (s *Sim) pickedUp(ch *channel) {
	if ch.up {
		return
	}
	ch.up, ch.tone = true, false
	if ch.whenUp != nil {
		ch.whenUp()
	}
}

// end takes a channel away and tells its last event.
func (s *Sim) end(ch *channel, cause pbx.Cause) {
	if s.channels[ch.id] != ch {
		return
	}
	for len(ch.plays) > 0 {
		s.endPlay(ch, ch.plays[0], nil)
	}
	s.vanish(ch, cause)
	s.emit(pbx.Ended{Of: of(ch), Cause: cause})
}

// vanish takes a channel away without a word to the controller.
func (s *Sim) vanish(ch *channel, cause pbx.Cause) {
	s.clock.cancel(ch.expiry)
	s.clock.cancel(ch.next)
	for _, p := range ch.plays {
		s.clock.cancel(p.next)
	}
	ch.plays = nil
	s.leave(ch)
	s.unheard(ch)
	if ch.taping {
		s.tapes[ch.recorded].stop()
	}
	delete(s.channels, ch.id)
	if ch.visitor != nil {
		ch.visitor.cause = cause
	}
	if ch.far != nil {
		ch.far.channel = nil
	}
}

// leave takes a channel out of its bridge, if it is in one.
func (s *Sim) leave(ch *channel) {
	if b := ch.bridge; b != nil {
		b.channels = slices.DeleteFunc(b.channels, func(o *channel) bool { return o == ch })
		ch.bridge = nil
	}
}

// ErrNoFile is the Err of the PlayEnded of a file that is not there.
var ErrNoFile = errors.New("no such sound file")

// playNext lets the channel hear the next file of its first play.
func (s *Sim) playNext(ch *channel, p *play) {
	if p.at == len(p.files) {
		s.endPlay(ch, p, nil)
		return
	}
	file := p.files[p.at]
	if s.missing[file] {
		s.endPlay(ch, p, fmt.Errorf("play %s: %w", file, ErrNoFile))
		return
	}
	length, ok := s.files[file]
	if !ok {
		length = PromptLength
	}
	p.next = s.clock.after(length, func() {
		p.at++
		s.playNext(ch, p)
	})
}

// endPlay ends a play and lets the one behind it begin.
func (s *Sim) endPlay(ch *channel, p *play, err error) {
	i := slices.Index(ch.plays, p)
	if i < 0 {
		return
	}
	s.clock.cancel(p.next)
	ch.plays = slices.Delete(ch.plays, i, i+1)
	s.emit(pbx.PlayEnded{Of: of(ch), Play: p.id, Err: err})
	if i == 0 && len(ch.plays) > 0 {
		s.playNext(ch, ch.plays[0])
	}
}

func of(ch *channel) pbx.Of { return pbx.Of{Channel: ch.id, At: time.Now()} }
