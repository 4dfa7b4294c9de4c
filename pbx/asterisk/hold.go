package asterisk

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/yihaotong/yihaotong/pbx"
)

// A mixed bridge pays no attention to the hold key of a phone: whatever the
// phone goes on sending would be heard, and nothing would tell the others that
// they wait. So we keep it from being heard and let music play in the bridge.

// holds begins or ends what the hold key of a phone does in its bridge.
func (s *Switch) holds(link *session, id pbx.ChannelID, on bool) {
	s.legs.with(id, func(l *leg) {
		if l.held = on; !on && !l.silenced { // it held before this link
			l.silenced, l.musicIn = true, l.bridge
		}
	})
	link.chores.Go(func() {
		ctx, cancel := context.WithTimeout(link.ctx, s.cfg.Command)
		defer cancel()
		err := s.inTurn(ctx, id, func(*leg) error { return s.settleHold(ctx, id) })
		if err != nil && !isGone(refused(ctx, "hold key", err)) && link.ctx.Err() == nil {
			s.log.Warn("hold key without effect", "channel", id, "err", err)
		}
	})
}

// settleHold makes a channel and its bridge agree with its hold key. It is
// called in the leg's turn.
func (s *Switch) settleHold(ctx context.Context, id pbx.ChannelID) error {
	var held, silenced, muted bool
	var here, there pbx.BridgeID // where it is, and where music plays for it
	s.legs.with(id, func(l *leg) {
		held, silenced, muted, here, there = l.held, l.silenced, l.muted, l.bridge, l.musicIn
	})
	if held != silenced {
		method := http.MethodPost
		if !held {
			method = http.MethodDelete
		}
		if held || !muted {
			if err := s.onChannel(ctx, method, id, "mute", url.Values{"direction": {"in"}}); err != nil {
				return err
			}
		}
		s.legs.with(id, func(l *leg) { l.silenced = held })
	}
	if !held || isListening(string(here)) {
		here = ""
	}
	if here == there {
		return nil
	}
	if there != "" {
		if err := s.bridgeMusic(ctx, http.MethodDelete, there); err != nil {
			return err
		}
	}
	if here != "" {
		if err := s.bridgeMusic(ctx, http.MethodPost, here); err != nil {
			return err
		}
	}
	s.legs.with(id, func(l *leg) { l.musicIn = here })
	return nil
}

// bridgeMusic begins or ends the music of a bridge; a bridge that is gone, or
// that has none, is as good.
func (s *Switch) bridgeMusic(ctx context.Context, method string, bridge pbx.BridgeID) error {
	err := s.rest.do(ctx, method, path("bridges", string(bridge), "moh"), nil, nil, nil)
	var said *refusal
	if errors.As(err, &said) {
		return nil
	}
	return err
}

// mute makes a channel inaudible, or audible unless its phone holds.
func (s *Switch) mute(ctx context.Context, id pbx.ChannelID, on bool) error {
	return s.inTurn(ctx, id, func(*leg) error {
		silenced := false
		s.legs.with(id, func(l *leg) { silenced = l.silenced })
		method := http.MethodPost
		if !on {
			method = http.MethodDelete
		}
		if on || !silenced {
			if err := s.onChannel(ctx, method, id, "mute", url.Values{"direction": {"in"}}); err != nil {
				return err
			}
		}
		s.legs.with(id, func(l *leg) { l.muted = on })
		return nil
	})
}
