package asterisk

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// A channel listens by a snoop channel, which hangs on the one listened to and
// stands with the listener in a bridge of their own. Both are named for the
// listener, so that whoever reads them after a restart knows what they are, and
// neither is ever told.
const listenPrefix = "listen:"

func listenBridge(listener pbx.ChannelID) pbx.BridgeID {
	return pbx.BridgeID(listenPrefix + string(listener))
}

// newSnoop names a snoop channel: a listener who switches has two for a moment.
func newSnoop(listener pbx.ChannelID) string {
	return listenPrefix + rand.Text()[:8] + ":" + string(listener)
}

func isListening(id string) bool { return strings.HasPrefix(id, listenPrefix) }

// listenerOf finds whom a snoop channel serves.
func listenerOf(snoop string) pbx.ChannelID {
	_, rest, _ := strings.Cut(strings.TrimPrefix(snoop, listenPrefix), ":")
	return pbx.ChannelID(rest)
}

// listen puts a snoop channel on the one side and lets the listener hear it. An
// older one goes when the new one is there, so that switching to a whisper
// loses no word.
func (s *Switch) listen(ctx context.Context, c pbx.Listen) error {
	if err := s.hush(ctx, c.Channel); err != nil {
		return err
	}
	return s.inTurn(ctx, c.Channel, func(*leg) error {
		var itself bool
		if !s.legs.with(c.To, func(l *leg) { itself = l.snoop != "" }) {
			return &refusal{Status: http.StatusNotFound, Reason: "the channel to listen to is not there"}
		}
		if itself {
			return &refusal{Status: http.StatusConflict, Reason: "the channel to listen to itself listens to somebody"}
		}
		snoop, bridge := newSnoop(c.Channel), listenBridge(c.Channel)
		old := ""
		s.legs.with(c.Channel, func(l *leg) { old = l.snoop })
		err := s.snoop(ctx, c, snoop, bridge)
		if err == nil && !s.legs.with(c.Channel, func(l *leg) { l.snoop = snoop }) {
			err = &refusal{Status: http.StatusNotFound, Reason: "the listener has gone"}
		}
		if err != nil {
			s.endSnoop(ctx, snoop)
			if old == "" {
				s.clearListening(ctx, c.Channel)
			}
			return err
		}
		s.endSnoop(ctx, old)
		return nil
	})
}

func (s *Switch) snoop(ctx context.Context, c pbx.Listen, snoop string, bridge pbx.BridgeID) error {
	whisper := "none"
	if c.Whisper {
		whisper = "out"
	}
	err := s.rest.do(ctx, http.MethodPost, path("channels", string(c.To), "snoop", snoop), nil, map[string]string{
		"app": s.cfg.App, "appArgs": "listening", "spy": "both", "whisper": whisper,
	}, nil)
	if err != nil {
		return err
	}
	err = s.rest.do(ctx, http.MethodPost, path("bridges", string(bridge)), nil, map[string]string{"type": "mixing"}, nil)
	var said *refusal
	if err != nil && (!errors.As(err, &said) || said.Status != http.StatusConflict) {
		return err
	}
	if err := s.addTo(ctx, bridge, string(c.Channel)); err != nil {
		return err
	}
	return s.addTo(ctx, bridge, snoop)
}

// addTo adds a channel to a bridge. A snoop channel is answered for before it
// has reached the application (HTTP 422), which takes it a moment.
func (s *Switch) addTo(ctx context.Context, bridge pbx.BridgeID, channel string) error {
	for wait := time.Millisecond; ; wait *= 2 {
		err := s.rest.do(ctx, http.MethodPost, path("bridges", string(bridge), "addChannel"), nil,
			map[string]any{"channel": []string{channel}, "inhibitConnectedLineUpdates": true}, nil)
		var said *refusal
		early := errors.As(err, &said) && said.Status == http.StatusUnprocessableEntity && isListening(channel)
		if !early || wait > time.Second {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stopListening leaves a listener in our hands, hearing nothing.
func (s *Switch) stopListening(ctx context.Context, id pbx.ChannelID) error {
	return s.inTurn(ctx, id, func(*leg) error {
		snoop := ""
		s.legs.with(id, func(l *leg) { snoop, l.snoop = l.snoop, "" })
		if snoop == "" {
			return nil
		}
		s.endSnoop(ctx, snoop)
		return s.endListening(ctx, id)
	})
}

// endSnoop hangs up a snoop channel, if it is still there.
func (s *Switch) endSnoop(ctx context.Context, snoop string) {
	if snoop == "" {
		return
	}
	err := s.rest.do(ctx, http.MethodDelete, path("channels", snoop), nil, nil, nil)
	s.leftBehind(ctx, "a channel that listens", snoop, err)
}

// endListening takes a listener out of the bridge that was made for him, and
// removes it. What is not there any more is as good.
func (s *Switch) endListening(ctx context.Context, listener pbx.ChannelID) error {
	bridge := listenBridge(listener)
	var said *refusal
	if err := s.leave(ctx, bridge, listener); err != nil && !errors.As(err, &said) {
		return err
	}
	err := s.rest.do(ctx, http.MethodDelete, path("bridges", string(bridge)), nil, nil, nil)
	if errors.As(err, &said) && said.Status == http.StatusNotFound {
		return nil
	}
	return err
}

func (s *Switch) clearListening(ctx context.Context, listener pbx.ChannelID) {
	s.leftBehind(ctx, "the bridge of a listener", string(listener), s.endListening(ctx, listener))
}

// leftBehind says what could not be cleared away. The next link clears it.
func (s *Switch) leftBehind(ctx context.Context, what, id string, err error) {
	if err != nil && !errors.Is(refused(ctx, "Listen", err), pbx.ErrGone) {
		s.log.Warn("not cleared away", "what", what, "id", id, "err", err)
	}
}

// snoopEnded is the end of a snoop channel that nobody asked for: who was
// listened to has gone.
func (s *Switch) snoopEnded(link *session, snoop string) {
	listener, current := listenerOf(snoop), false
	s.legs.with(listener, func(l *leg) {
		if current = l.snoop == snoop; current {
			l.snoop = ""
		}
	})
	if current {
		link.chores.Go(func() { s.tidy(link, listener) })
	}
}

// tidy clears away the bridge of somebody who has nobody to listen to any more.
func (s *Switch) tidy(link *session, listener pbx.ChannelID) {
	ctx, cancel := context.WithTimeout(link.ctx, s.cfg.Command)
	defer cancel()
	err := s.inTurn(ctx, listener, func(*leg) error {
		busy := false
		s.legs.with(listener, func(l *leg) { busy = l.snoop != "" })
		if !busy { // otherwise he listens anew, in the same bridge
			s.clearListening(ctx, listener)
		}
		return nil
	})
	s.leftBehind(ctx, "a listener", string(listener), err)
}

// listenerEnded clears away what a listener who has gone leaves.
func (s *Switch) listenerEnded(link *session, listener pbx.ChannelID, snoop string) {
	link.chores.Go(func() {
		ctx, cancel := context.WithTimeout(link.ctx, s.cfg.Command)
		defer cancel()
		s.endSnoop(ctx, snoop)
		s.clearListening(ctx, listener)
	})
}

// eavesdropping is what a new link finds of listeners on the switch.
type eavesdropping struct {
	snoops  []string
	bridges map[pbx.BridgeID][]string
}

// adoptListening goes on with listeners who have a snoop channel beside them in
// their bridge, and clears everything else away: half of it is what remains of
// a listener, or of somebody listened to, who went while there was no link.
func (s *Switch) adoptListening(link *session, found eavesdropping) {
	kept := map[string]bool{}
	for bridge, members := range found.bridges {
		listener := pbx.ChannelID(strings.TrimPrefix(string(bridge), listenPrefix))
		present, snoop := false, ""
		for _, m := range members {
			switch {
			case m == string(listener):
				present = true
			case isListening(m) && listenerOf(m) == listener:
				snoop = m
			}
		}
		if present && snoop != "" && s.legs.with(listener, func(l *leg) { l.snoop = snoop }) {
			kept[snoop] = true
			continue
		}
		link.chores.Go(func() {
			ctx, cancel := context.WithTimeout(link.ctx, s.cfg.Command)
			defer cancel()
			s.clearListening(ctx, listener)
		})
	}
	for _, snoop := range found.snoops {
		if !kept[snoop] {
			link.chores.Go(func() {
				ctx, cancel := context.WithTimeout(link.ctx, s.cfg.Command)
				defer cancel()
				s.endSnoop(ctx, snoop)
			})
		}
	}
}
