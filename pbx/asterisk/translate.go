package asterisk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"github.com/yihaotong/yihaotong/pbx"
)

// head is what every event of ARI has, known to the library or not.
type head struct {
	Type        string `json:"type"`
	Application string `json:"application"`
}

// errMalformed is an event that lacks what its type promises.
var errMalformed = errors.New("asterisk: malformed event")

// hear turns one arrival into the events it means. What cannot be understood
// is counted and logged; only the loss of the application ends the link.
func (s *Switch) hear(ctx context.Context, link *session, a arrival) error {
	switch {
	case a.look != "":
		s.look(ctx, link, a.look, a.at)
		return nil
	case a.unrecorded != "":
		s.answeredUnrecorded(ctx, a)
		return nil
	case a.accounts != nil:
		for _, ep := range s.provs.registered(a.accounts) {
			s.tell(ctx, ep, a.at)
		}
		return nil
	}
	var h head
	if err := json.Unmarshal(a.text, &h); err != nil || h.Type == "" {
		s.malformed(a, "", err)
		return nil
	}
	if !known(h.Type) {
		// The library has no type for ChannelTransfer and some others; a
		// newer Asterisk may say things nobody here has heard of.
		s.metrics.events.WithLabelValues("unknown").Inc()
		s.log.Debug("ARI event of no interest", "type", clean(h.Type))
		return nil
	}
	s.metrics.events.WithLabelValues(h.Type).Inc()
	heard, err := ari.DecodeEvent(a.text)
	if err != nil {
		s.malformed(a, h.Type, err)
		return nil
	}
	switch e := heard.(type) {
	case *ari.ApplicationReplaced:
		if h.Application == s.cfg.App {
			return ErrReplaced
		}
		return nil
	case *ari.PeerStatusChange:
		if a.at.After(link.looked) {
			s.endpointChanged(ctx, e.Endpoint.Resource, e.Endpoint.State == "online", a.at)
		}
		return nil
	}
	out, err := s.translate(link, heard, a.at)
	if err != nil {
		s.malformed(a, h.Type, err)
		return nil
	}
	if out != nil {
		s.emit(ctx, out)
	}
	return nil
}

// known reports whether the driver does something with events of a type.
func known(t string) bool {
	switch t {
	case "StasisStart", "StasisEnd", "ChannelDestroyed", "ChannelStateChange", "ChannelHangupRequest",
		"ChannelDtmfReceived", "ChannelHold", "ChannelUnhold", "ChannelEnteredBridge", "ChannelLeftBridge",
		"PlaybackStarted", "PlaybackContinuing", "PlaybackFinished", "ApplicationReplaced", "PeerStatusChange":
		return true
	}
	return false
}

func (s *Switch) malformed(a arrival, kind string, err error) {
	s.metrics.bad.Inc()
	s.log.Warn("malformed ARI event", "type", kind, "bytes", len(a.text), "err", err)
}

// ofDevice is the number of a soft request to hang up that a channel's own
// technology makes (AST_SOFTHANGUP_DEV): PJSIP does when rtp_timeout is over.
const ofDevice = 1

// translate finds what an event of a channel means for us; nil: nothing.
func (s *Switch) translate(link *session, heard ari.Event, at time.Time) (pbx.Event, error) {
	switch e := heard.(type) {
	case *ari.StasisStart:
		return s.started(link, e, at)
	case *ari.StasisEnd:
		if s.passing(e.Channel.ID) {
			return nil, nil
		}
		return s.ended(link, e.Channel.ID, "", at)
	case *ari.ChannelDestroyed:
		return s.ended(link, e.Channel.ID, CauseOf(e.Cause), at)
	case *ari.ChannelHangupRequest:
		return nil, s.note(e.Channel.ID, func(l *leg) {
			switch {
			case l.cause != "": // ours
			case e.Soft && e.Cause == ofDevice: // no sound has come for too long
				l.cause = pbx.Unreachable
			case e.Soft: // the number of a soft request is no cause
			case l.inbound: // a caller may go in any state: 0 after BYE, 127 after CANCEL
				l.cause = pbx.Normal
			case e.Cause != 0: // 0: a BYE without a Reason
				l.cause = CauseOf(e.Cause)
			}
		})
	case *ari.ChannelStateChange:
		return s.ringing(e, at)
	case *ari.ChannelDtmfReceived:
		return s.pressed(e, at)
	case *ari.ChannelHold:
		s.holds(link, pbx.ChannelID(e.Channel.ID), true)
		return s.ofKnown(e.Channel.ID, func(of pbx.Of) pbx.Event { return pbx.Held{Of: of} }, at)
	case *ari.ChannelUnhold:
		s.holds(link, pbx.ChannelID(e.Channel.ID), false)
		return s.ofKnown(e.Channel.ID, func(of pbx.Of) pbx.Event { return pbx.Resumed{Of: of} }, at)
	case *ari.ChannelEnteredBridge:
		return nil, s.note(e.Channel.ID, func(l *leg) {
			if l.bridge = pbx.BridgeID(e.Bridge.ID); l.held {
				link.chores.Go(func() { s.holds(link, l.id, true) })
			}
		})
	case *ari.ChannelLeftBridge:
		return nil, s.note(e.Channel.ID, func(l *leg) {
			if l.bridge = ""; l.held {
				link.chores.Go(func() { s.holds(link, l.id, true) })
			}
		})
	case *ari.PlaybackStarted:
		return nil, s.playing(e.Playback, time.Time(e.Timestamp), false)
	case *ari.PlaybackContinuing:
		return nil, s.playing(e.Playback, time.Time(e.Timestamp), true)
	case *ari.PlaybackFinished:
		return s.played(link, e, at)
	}
	return nil, nil
}

// note remembers something of a known channel; of others it is of no interest.
func (s *Switch) note(id string, f func(*leg)) error {
	if id == "" {
		return fmt.Errorf("%w: no channel", errMalformed)
	}
	s.legs.with(pbx.ChannelID(id), f)
	return nil
}

// ofKnown makes an event, but only of a channel that has not ended.
func (s *Switch) ofKnown(id string, make func(pbx.Of) pbx.Event, at time.Time) (pbx.Event, error) {
	var out pbx.Event
	err := s.note(id, func(l *leg) { out = make(pbx.Of{Channel: l.id, At: at}) })
	return out, err
}

// started is a caller who arrives, or an answered phone.
func (s *Switch) started(link *session, e *ari.StasisStart, at time.Time) (pbx.Event, error) {
	id := pbx.ChannelID(e.Channel.ID)
	if id == "" || len(e.Args) == 0 {
		return nil, fmt.Errorf("%w: no channel or no arguments", errMalformed)
	}
	switch e.Args[0] {
	case "arrived":
		return s.arrived(e, at)
	case "listening":
		return nil, nil
	case "to-record":
		s.legs.add(newLeg(id)) // if need be: asked for before a restart of ours
		again := false
		s.legs.with(id, func(l *leg) {
			again = l.recording || l.up
			l.seen, l.rang, l.recording = true, true, true
		})
		if !again { // otherwise the snapshot has seen it
			s.toRecord(link, id)
		}
		return nil, nil
	}
	return s.answered(id, at), nil
}

// answered is a phone or a number that has picked up and is in our hands.
func (s *Switch) answered(id pbx.ChannelID, at time.Time) pbx.Event {
	s.legs.add(newLeg(id)) // if need be: asked for before a restart of ours
	told := false
	s.legs.with(id, func(l *leg) {
		told = l.up
		l.seen, l.rang, l.up, l.recording = true, true, true, false
	})
	if told { // by the snapshot
		return nil
	}
	return pbx.Answered{Of: pbx.Of{Channel: id, At: at}}
}

// answeredUnrecorded tells of an answered channel whose recording could not be
// begun, unless it has ended since.
func (s *Switch) answeredUnrecorded(ctx context.Context, a arrival) {
	if !s.legs.with(a.unrecorded, func(*leg) {}) {
		return
	}
	if e := s.answered(a.unrecorded, a.at); e != nil {
		s.emit(ctx, e)
	}
}

// passing reports whether a channel has left the application only to have its
// recording begun.
func (s *Switch) passing(id string) bool {
	is := false
	s.legs.with(pbx.ChannelID(id), func(l *leg) { is = l.recording })
	return is
}

// arrived is a caller.
func (s *Switch) arrived(e *ari.StasisStart, at time.Time) (pbx.Event, error) {
	id := pbx.ChannelID(e.Channel.ID)
	l := newLeg(id)
	l.inbound, l.seen = true, true
	if len(e.Args) > 1 {
		l.trunk = pbx.TrunkID(clean(e.Args[1]))
	}
	if !s.legs.add(l) {
		return nil, nil // the snapshot has told it
	}
	name := ""
	if len(e.Args) > 2 && recording.MatchString(e.Args[2]) {
		name = e.Args[2]
	}
	return pbx.Arrived{
		Of: pbx.Of{Channel: id, At: at}, Trunk: l.trunk, Called: called(e.Channel.GetDialplan().GetExten()),
		Caller:     clean(e.Channel.GetCaller().GetNumber()),
		CallerName: clean(e.Channel.GetCaller().GetName()),
		Recording:  name,
	}, nil
}

// called is the dialled number. The dialplan has put an s before it, which is
// also how it writes none at all.
func called(exten string) string {
	return strings.TrimPrefix(strings.TrimPrefix(clean(exten), "s"), "s")
}

// ended closes a channel once. An empty cause is what StasisEnd says: nothing.
func (s *Switch) ended(link *session, id string, cause pbx.Cause, at time.Time) (pbx.Event, error) {
	if id == "" {
		return nil, fmt.Errorf("%w: no channel", errMalformed)
	}
	if isListening(id) {
		s.snoopEnded(link, id)
		return nil, nil
	}
	snoop, music := "", pbx.BridgeID("")
	known := s.legs.with(pbx.ChannelID(id), func(l *leg) {
		snoop, music = l.snoop, l.musicIn
		switch {
		case l.cause != "": // a hang-up request, or our own command, said it better
			cause = l.cause
		case cause == "":
			cause = pbx.Normal
		}
		if cause == pbx.NoAnswer && !l.rang && l.phone != "" {
			// A phone that did not even ring is not there.
			cause = pbx.Unreachable
		}
	})
	if !known || !s.legs.drop(pbx.ChannelID(id)) {
		return nil, nil
	}
	if music != "" { // its phone held, and whoever waited waits no more
		link.chores.Go(func() {
			ctx, cancel := context.WithTimeout(link.ctx, s.cfg.Command)
			defer cancel()
			_ = s.bridgeMusic(ctx, http.MethodDelete, music) // the bridge is about to go
		})
	}
	if snoop != "" {
		s.listenerEnded(link, pbx.ChannelID(id), snoop)
	}
	return pbx.Ended{Of: pbx.Of{Channel: pbx.ChannelID(id), At: at}, Cause: cause}, nil
}

func (s *Switch) ringing(e *ari.ChannelStateChange, at time.Time) (pbx.Event, error) {
	var out pbx.Event
	err := s.note(e.Channel.ID, func(l *leg) {
		l.seen = true
		if e.Channel.State == "Ringing" && !l.inbound && !l.rang {
			l.rang = true
			out = pbx.Ringing{Of: pbx.Of{Channel: l.id, At: at}}
		}
	})
	return out, err
}

func (s *Switch) pressed(e *ari.ChannelDtmfReceived, at time.Time) (pbx.Event, error) {
	if len(e.Digit) != 1 || !strings.Contains("0123456789*#ABCD", e.Digit) {
		return nil, fmt.Errorf("%w: digit %q", errMalformed, clean(e.Digit))
	}
	var out pbx.Event
	err := s.note(e.Channel.ID, func(l *leg) {
		length := time.Duration(e.DurationMs) * time.Millisecond
		if !l.keys.again(e.Digit[0], length, time.Time(e.Timestamp), len(l.plays) > 0) {
			out = pbx.Pressed{Of: pbx.Of{Channel: l.id, At: at}, Digit: e.Digit[0]}
		}
	})
	return out, err
}
