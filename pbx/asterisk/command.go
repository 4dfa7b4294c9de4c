package asterisk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"github.com/yihaotong/yihaotong/pbx"
)

// Do gives one command and waits until Asterisk has accepted or refused it.
// Every error is a *pbx.Error whose Reason keeps Asterisk's words.
func (s *Switch) Do(ctx context.Context, c pbx.Command) error {
	name := commandName(c)
	return s.command(ctx, name, func(ctx context.Context) error { return s.give(ctx, name, c) })
}

func commandName(c pbx.Command) string {
	return strings.TrimPrefix(strings.TrimPrefix(fmt.Sprintf("%T", c), "*"), "pbx.")
}

// command runs f under the link that stands now, with a deadline, and turns
// its error into a *pbx.Error.
func (s *Switch) command(ctx context.Context, name string, f func(context.Context) error) (err error) {
	began := time.Now()
	defer func() { s.metrics.command(name, began, err) }()
	link := s.link.Load()
	if link == nil {
		return &pbx.Error{Command: name, Kind: pbx.Unavailable, Reason: "no link to the switch", Err: errLinkLost}
	}
	if ctx.Err() != nil {
		return refused(ctx, name, ctx.Err())
	}
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.cfg.Command)
		defer cancel()
	}
	ctx, cut := context.WithCancelCause(ctx)
	defer cut(nil)
	defer context.AfterFunc(link.ctx, func() { cut(errLinkLost) })()
	err = f(ctx)
	var done *pbx.Error
	if err == nil || errors.As(err, &done) {
		return err
	}
	return refused(ctx, name, err)
}

// give sends one command.
func (s *Switch) give(ctx context.Context, name string, c pbx.Command) error {
	if err := check(name, c); err != nil {
		return err
	}
	switch c := c.(type) {
	case pbx.Answer:
		return s.onChannel(ctx, http.MethodPost, c.Channel, "answer", nil)
	case pbx.Ring:
		return s.onChannel(ctx, http.MethodPost, c.Channel, "ring", nil)
	case pbx.Play:
		return s.play(ctx, c)
	case pbx.StopPlay:
		return s.rest.do(ctx, http.MethodDelete, path("playbacks", string(c.ID)), nil, nil, nil)
	case pbx.StartMusic:
		return s.startMusic(ctx, c)
	case pbx.StopMusic:
		return s.stopMusic(ctx, c.Channel, true)
	case pbx.Originate:
		return s.originate(ctx, c)
	case pbx.Join:
		return s.join(ctx, c)
	case pbx.Leave:
		return s.leave(ctx, c.Bridge, c.Channel)
	case pbx.Dissolve:
		return s.dissolve(ctx, c.Bridge)
	case pbx.Hangup:
		return s.hangup(ctx, c)
	case pbx.Mute:
		return s.mute(ctx, c.Channel, true)
	case pbx.Unmute:
		return s.mute(ctx, c.Channel, false)
	case pbx.SendKeys:
		return s.onChannel(ctx, http.MethodPost, c.Channel, "dtmf", url.Values{"dtmf": {c.Keys}})
	case pbx.Listen:
		return s.listen(ctx, c)
	case pbx.StopListening:
		return s.stopListening(ctx, c.Channel)
	case pbx.Mask:
		return s.mask(ctx, c.Channel, true)
	case pbx.Unmask:
		return s.mask(ctx, c.Channel, false)
	case pbx.SetVars:
		return s.setVars(ctx, c)
	}
	return &pbx.Error{Command: name, Kind: pbx.Invalid, Reason: "not a command this switch knows"}
}

func (s *Switch) onChannel(ctx context.Context, method string, id pbx.ChannelID, what string, query url.Values) error {
	return s.rest.do(ctx, method, path("channels", string(id), what), query, nil, nil)
}

// inTurn runs f while no other command that depends on the leg's state runs.
func (s *Switch) inTurn(ctx context.Context, id pbx.ChannelID, f func(*leg) error) error {
	l, err := s.legs.take(ctx, id)
	if err != nil {
		return err
	}
	defer l.give()
	return f(l)
}

func (s *Switch) play(ctx context.Context, c pbx.Play) error {
	media := make([]string, len(c.Files))
	for i, f := range c.Files {
		media[i] = "sound:" + f
	}
	return s.inTurn(ctx, c.Channel, func(*leg) error {
		// The event may come before the answer, so the play is known first.
		s.legs.with(c.Channel, func(l *leg) { l.plays[c.ID] = &play{} })
		err := s.rest.do(ctx, http.MethodPost, path("channels", string(c.Channel), "play", string(c.ID)), nil,
			map[string]any{"media": media}, nil)
		var said *refusal
		if errors.As(err, &said) {
			s.legs.with(c.Channel, func(l *leg) { delete(l.plays, c.ID) })
		}
		return err
	})
}

func (s *Switch) startMusic(ctx context.Context, c pbx.StartMusic) error {
	return s.inTurn(ctx, c.Channel, func(*leg) error {
		if err := s.onChannel(ctx, http.MethodPost, c.Channel, "moh", musicClass(c.Class)); err != nil {
			return err
		}
		s.legs.with(c.Channel, func(l *leg) { l.music = music{on: true, class: c.Class} })
		return nil
	})
}

// stopMusic ends the music; unless asked to, only where there may be any.
func (s *Switch) stopMusic(ctx context.Context, id pbx.ChannelID, always bool) error {
	return s.inTurn(ctx, id, func(*leg) error {
		due := always
		s.legs.with(id, func(l *leg) { due = due || l.music.on || l.music.unknown })
		if !due {
			return nil
		}
		if err := s.onChannel(ctx, http.MethodDelete, id, "moh", nil); err != nil {
			return err
		}
		s.legs.with(id, func(l *leg) { l.music = music{} })
		return nil
	})
}

// join adds channels to a bridge. A mixing bridge without proxied media or
// key events lets Asterisk hand RTP from leg to leg untouched.
func (s *Switch) join(ctx context.Context, c pbx.Join) error {
	for _, id := range c.Channels {
		if err := s.hush(ctx, id); err != nil {
			return err
		}
		if err := s.stopListening(ctx, id); err != nil {
			return err
		}
	}
	bridge := path("bridges", string(c.Bridge))
	add := func() error {
		return s.rest.do(ctx, http.MethodPost, bridge+"/addChannel", nil, map[string]any{
			// Otherwise Asterisk would tell each leg whom it talks to, by a
			// re-INVITE that hands an agent's number to the carrier.
			"channel": c.Channels, "inhibitConnectedLineUpdates": true,
		}, nil)
	}
	err := add()
	var said *refusal
	if !errors.As(err, &said) || said.Status != http.StatusNotFound {
		return err
	}
	err = s.rest.do(ctx, http.MethodPost, bridge, nil, map[string]string{"type": "mixing"}, nil)
	if errors.As(err, &said) && said.Status == http.StatusConflict {
		return add() // somebody was quicker
	}
	if err != nil {
		return err
	}
	if err = add(); errors.As(err, &said) {
		// A bridge that was made for nobody must not stay.
		_ = s.rest.do(ctx, http.MethodDelete, bridge, nil, nil, nil)
	}
	return err
}

func (s *Switch) leave(ctx context.Context, bridge pbx.BridgeID, id pbx.ChannelID) error {
	return s.rest.do(ctx, http.MethodPost, path("bridges", string(bridge), "removeChannel"), nil,
		map[string]any{"channel": []pbx.ChannelID{id}}, nil)
}

// dissolve takes everybody out before it removes the bridge. Asterisk would do
// that by itself, but afterwards: what is then played to somebody who is still
// on the way out is never heard, and its end never told.
func (s *Switch) dissolve(ctx context.Context, id pbx.BridgeID) error {
	bridge := path("bridges", string(id))
	var b ari.BridgeData
	if err := s.rest.do(ctx, http.MethodGet, bridge, nil, nil, &b); err != nil {
		return err
	}
	for _, channel := range b.ChannelIDs {
		err := s.leave(ctx, id, pbx.ChannelID(channel))
		var said *refusal
		if err != nil && !errors.As(err, &said) { // a refusal: it has gone by itself
			return err
		}
	}
	return s.rest.do(ctx, http.MethodDelete, bridge, nil, nil, nil)
}

// hush ends what a channel hears: music would go on inside a bridge, and
// Asterisk would let the channel in only when a play is over.
func (s *Switch) hush(ctx context.Context, id pbx.ChannelID) error {
	if err := s.stopMusic(ctx, id, false); err != nil {
		return err
	}
	var plays []pbx.PlayID
	s.legs.with(id, func(l *leg) { plays = slices.Collect(maps.Keys(l.plays)) })
	for _, play := range plays {
		err := s.rest.do(ctx, http.MethodDelete, path("playbacks", string(play)), nil, nil, nil)
		var said *refusal
		if err != nil && (!errors.As(err, &said) || said.Status != http.StatusNotFound) {
			return err
		}
	}
	return nil
}

func (s *Switch) hangup(ctx context.Context, c pbx.Hangup) error {
	cause := c.Cause
	if cause == "" {
		cause = pbx.Normal
	}
	var before pbx.Cause
	s.legs.with(c.Channel, func(l *leg) { before, l.cause = l.cause, cause })
	err := s.rest.do(ctx, http.MethodDelete, path("channels", string(c.Channel)),
		url.Values{"reason_code": {strconv.Itoa(q850(cause))}}, nil, nil)
	var said *refusal
	if !errors.As(err, &said) {
		return err
	}
	if said.Status == http.StatusNotFound {
		s.forgetUnseen(c.Channel)
	}
	s.legs.with(c.Channel, func(l *leg) { l.cause = before })
	return err
}

// forgetUnseen drops a leg whose Originate timed out and never happened.
func (s *Switch) forgetUnseen(id pbx.ChannelID) {
	unseen := false
	s.legs.with(id, func(l *leg) { unseen = !l.seen })
	if unseen {
		s.legs.drop(id)
	}
}

// memo is what YHT_VARS holds.
type memo struct {
	Phone pbx.PhoneID       `json:"phone,omitempty"`
	Trunk pbx.TrunkID       `json:"trunk,omitempty"`
	Vars  map[string]string `json:"vars,omitempty"`
}

func (m memo) String() string {
	text, _ := json.Marshal(m) // strings and a map of strings: cannot fail
	return string(text)
}

// setVars adds to what the channel keeps. It is written as a whole.
func (s *Switch) setVars(ctx context.Context, c pbx.SetVars) error {
	return s.inTurn(ctx, c.Channel, func(*leg) error {
		var m memo
		s.legs.with(c.Channel, func(l *leg) {
			m = memo{Vars: maps.Clone(l.vars)}
			if !l.inbound {
				m.Phone, m.Trunk = l.phone, l.trunk
			}
		})
		if m.Vars == nil {
			m.Vars = map[string]string{}
		}
		maps.Copy(m.Vars, c.Vars)
		err := s.rest.do(ctx, http.MethodPost, path("channels", string(c.Channel), "variable"), nil,
			map[string]string{"variable": "YHT_VARS", "value": m.String()}, nil)
		if err != nil {
			return err
		}
		s.legs.with(c.Channel, func(l *leg) { l.vars = m.Vars })
		return nil
	})
}
