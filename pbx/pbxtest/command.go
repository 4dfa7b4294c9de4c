package pbxtest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// ringTime is how long an Originate without a timeout rings.
const ringTime = 30 * time.Second

var (
	idPattern     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$`)
	numberPattern = regexp.MustCompile(`^[0-9*#+]{1,32}$`)
	keysPattern   = regexp.MustCompile(`^[0-9*#A-D]{1,32}$`)
	tapePattern   = regexp.MustCompile(`^yihaotong/[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
	varPattern    = regexp.MustCompile(`^[A-Z_]+$`)
)

func validID(id string) bool { return idPattern.MatchString(id) }

func refusal(command string, kind pbx.Kind, format string, args ...any) *pbx.Error {
	return &pbx.Error{Command: command, Kind: kind, Reason: fmt.Sprintf(format, args...)}
}

// perform does a command or says why not. The caller holds the lock.
func (s *Sim) perform(c pbx.Command) error {
	var err *pbx.Error
	switch c := c.(type) {
	case pbx.Answer:
		err = s.answer(c)
	case pbx.Ring:
		err = s.ring(c)
	case pbx.Play:
		err = s.play(c)
	case pbx.StopPlay:
		err = s.stopPlay(c)
	case pbx.StartMusic:
		err = s.onUp(c.Channel, func(ch *channel) { ch.music = orDefault(c.Class) })
	case pbx.StopMusic:
		err = s.onUp(c.Channel, func(ch *channel) { ch.music = "" })
	case pbx.Originate:
		err = s.originate(c)
	case pbx.Join:
		err = s.join(c)
	case pbx.Leave:
		err = s.takeOut(c)
	case pbx.Dissolve:
		err = s.dissolve(c)
	case pbx.Hangup:
		err = s.hangup(c)
	case pbx.Mute:
		err = s.onUp(c.Channel, func(ch *channel) { ch.muted = true })
	case pbx.Unmute:
		err = s.onUp(c.Channel, func(ch *channel) { ch.muted = false })
	case pbx.SendKeys:
		err = s.sendKeys(c)
	case pbx.Listen:
		err = s.listen(c)
	case pbx.StopListening:
		err = s.onUp(c.Channel, func(ch *channel) { ch.listens = nil })
	case pbx.Mask:
		err = s.mask(c.Channel, true)
	case pbx.Unmask:
		err = s.mask(c.Channel, false)
	case pbx.SetVars:
		err = s.setVars(c)
	default:
		err = refusal("", pbx.Invalid, "unknown command %T", c)
	}
	if err == nil {
		return nil
	}
	err.Command = nameOf(c)
	return err
}

func orDefault(class string) string {
	if class == "" {
		return "default"
	}
	return class
}

// find returns a channel that is in our hands: inbound, or originated and
// answered.
func (s *Sim) find(id pbx.ChannelID) (*channel, *pbx.Error) {
	ch, ok := s.channels[id]
	switch {
	case id == "":
		return nil, refusal("", pbx.Invalid, "no channel named")
	case !ok:
		return nil, refusal("", pbx.Gone, "no channel %s", id)
	case !ch.inbound && !ch.up:
		return nil, refusal("", pbx.Refused, "channel %s is not answered yet", id)
	}
	return ch, nil
}

func (s *Sim) onUp(id pbx.ChannelID, do func(*channel)) *pbx.Error {
	ch, err := s.find(id)
	if err == nil {
		do(ch)
	}
	return err
}

func (s *Sim) answer(c pbx.Answer) *pbx.Error {
	return s.onUp(c.Channel, s.pickedUp)
}

func (s *Sim) ring(c pbx.Ring) *pbx.Error {
	ch, err := s.find(c.Channel)
	switch {
	case err != nil:
		return err
	case ch.up:
		return refusal("", pbx.Refused, "channel %s is answered already", ch.id)
	}
	ch.tone = true
	return nil
}

func (s *Sim) play(c pbx.Play) *pbx.Error {
	if !validID(string(c.ID)) {
		return refusal("", pbx.Invalid, "play id %q", c.ID)
	}
	if len(c.Files) == 0 {
		return refusal("", pbx.Invalid, "nothing to play")
	}
	for _, file := range c.Files {
		if !strings.HasPrefix(file, "/") || strings.ContainsFunc(file, func(r rune) bool { return r < ' ' }) {
			return refusal("", pbx.Invalid, "sound file %q is not an absolute path", file)
		}
	}
	ch, err := s.find(c.Channel)
	if err != nil {
		return err
	}
	for _, other := range s.channels {
		if slices.ContainsFunc(other.plays, func(p *play) bool { return p.id == c.ID }) {
			return refusal("", pbx.Refused, "there is a play %s already", c.ID)
		}
	}
	p := &play{id: c.ID, files: slices.Clone(c.Files)}
	ch.plays = append(ch.plays, p)
	if len(ch.plays) == 1 {
		s.playNext(ch, p)
	}
	return nil
}

func (s *Sim) stopPlay(c pbx.StopPlay) *pbx.Error {
	ch, err := s.find(c.Channel)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(ch.plays, func(p *play) bool { return p.id == c.ID })
	if i < 0 {
		return refusal("", pbx.Gone, "no play %s on channel %s", c.ID, ch.id)
	}
	s.endPlay(ch, ch.plays[i], nil)
	return nil
}

func (s *Sim) join(c pbx.Join) *pbx.Error {
	if !validID(string(c.Bridge)) || len(c.Channels) == 0 {
		return refusal("", pbx.Invalid, "bridge %q with %d channels", c.Bridge, len(c.Channels))
	}
	chs := make([]*channel, 0, len(c.Channels))
	for _, id := range c.Channels {
		ch, err := s.find(id)
		if err != nil {
			return err
		}
		chs = append(chs, ch)
	}
	b, ok := s.bridges[c.Bridge]
	if !ok {
		b = &bridge{id: c.Bridge}
		s.bridges[c.Bridge] = b
	}
	for _, ch := range chs {
		s.hush(ch)
		ch.listens = nil
		if ch.bridge != b {
			s.leave(ch)
			ch.bridge = b
			b.channels = append(b.channels, ch)
		}
	}
	return nil
}

func (s *Sim) takeOut(c pbx.Leave) *pbx.Error {
	b, ok := s.bridges[c.Bridge]
	if !ok {
		return refusal("", pbx.Gone, "no bridge %s", c.Bridge)
	}
	ch, err := s.find(c.Channel)
	switch {
	case err != nil:
		return err
	case ch.bridge != b:
		return refusal("", pbx.Refused, "channel %s is not in bridge %s", ch.id, b.id)
	}
	s.leave(ch)
	return nil
}

func (s *Sim) dissolve(c pbx.Dissolve) *pbx.Error {
	b, ok := s.bridges[c.Bridge]
	if !ok {
		return refusal("", pbx.Gone, "no bridge %s", c.Bridge)
	}
	for _, ch := range slices.Clone(b.channels) {
		s.leave(ch)
	}
	delete(s.bridges, c.Bridge)
	return nil
}

func (s *Sim) hangup(c pbx.Hangup) *pbx.Error {
	ch, ok := s.channels[c.Channel]
	if !ok {
		return refusal("", pbx.Gone, "no channel %s", c.Channel)
	}
	cause := c.Cause
	if cause == "" {
		cause = pbx.Normal
	}
	s.end(ch, cause)
	return nil
}

func (s *Sim) sendKeys(c pbx.SendKeys) *pbx.Error {
	if !keysPattern.MatchString(c.Keys) {
		return refusal("", pbx.Invalid, "keys %q", c.Keys)
	}
	return s.onUp(c.Channel, func(ch *channel) {
		ch.keys += c.Keys
		if ch.far != nil {
			ch.far.keys += c.Keys
		}
	})
}

func (s *Sim) mask(id pbx.ChannelID, on bool) *pbx.Error {
	ch, err := s.find(id)
	switch {
	case err != nil:
		return err
	case ch.recorded == "":
		return refusal("", pbx.Refused, "channel %s is not recorded", id)
	}
	ch.masked = on
	return nil
}

func (s *Sim) setVars(c pbx.SetVars) *pbx.Error {
	if err := checkVars(c.Vars); err != nil {
		return err
	}
	ch, ok := s.channels[c.Channel]
	if !ok {
		return refusal("", pbx.Gone, "no channel %s", c.Channel)
	}
	if ch.vars == nil {
		ch.vars = make(map[string]string)
	}
	maps.Copy(ch.vars, c.Vars)
	return nil
}

func checkVars(vars map[string]string) *pbx.Error {
	for name := range vars {
		if !varPattern.MatchString(name) {
			return refusal("", pbx.Invalid, "variable name %q", name)
		}
	}
	return nil
}

func (s *Sim) originate(c pbx.Originate) *pbx.Error {
	if err := checkOriginate(c); err != nil {
		return err
	}
	if _, ok := s.channels[c.Channel]; ok {
		return refusal("", pbx.Refused, "there is a channel %s already", c.Channel)
	}
	if _, ok := s.tapes[c.Record]; ok {
		return refusal("", pbx.Refused, "there is a recording %s already", c.Record)
	}
	if _, ok := s.channels[c.Originator]; c.Originator != "" && !ok {
		return refusal("", pbx.Gone, "no originator %s", c.Originator)
	}
	var far *SimPhone
	if c.Phone != "" {
		if online, ok := s.known[c.Phone]; !ok || !online {
			return refusal("", pbx.Refused, "unreachable: phone %s is not registered", c.Phone)
		}
		far = s.phone(c.Phone)
	} else {
		if !s.trunks[c.Trunk] || s.down[c.Trunk] {
			return refusal("", pbx.Refused, "unreachable: trunk %s is not usable", c.Trunk)
		}
		far = s.number(c.Number)
	}
	ch := &channel{
		id: c.Channel, phone: c.Phone, trunk: c.Trunk, called: c.Number, caller: c.Caller, name: c.Name,
		originator: c.Originator, vars: maps.Clone(c.Vars), far: far, recorded: c.Record, asked: c.AutoAnswer,
	}
	if c.Record != "" {
		s.record(ch)
	}
	s.add(ch)
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = ringTime
	}
	ch.expiry = s.clock.after(timeout, func() { s.end(ch, pbx.NoAnswer) })
	far.invited(ch)
	return nil
}

func checkOriginate(c pbx.Originate) *pbx.Error {
	switch {
	case !validID(string(c.Channel)):
		return refusal("", pbx.Invalid, "channel id %q", c.Channel)
	case (c.Phone == "") == (c.Trunk == ""):
		return refusal("", pbx.Invalid, "either a phone or a trunk")
	case c.Trunk != "" && !numberPattern.MatchString(c.Number):
		return refusal("", pbx.Invalid, "number %q", c.Number)
	case c.Record != "" && (c.Record != pbx.RecordingOf(c.Channel) || !tapePattern.MatchString(c.Record)):
		return refusal("", pbx.Invalid, "recording %q of channel %q", c.Record, c.Channel)
	}
	return checkVars(c.Vars)
}
