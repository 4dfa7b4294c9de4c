package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"github.com/yihaotong/yihaotong/pbx"
)

// ErrNotPlayed is within the Err of a PlayEnded: a file that is missing, or
// that Asterisk cannot read.
var ErrNotPlayed = errors.New("cannot be played")

// unheard is how soon (by Asterisk's clock) the next file of a list begins
// when the one before could not be played: Asterisk says nothing else of it.
// The shortest sound there can be, one frame, takes 20 ms.
const unheard = 10 * time.Millisecond

// target finds the channel a play was for.
func target(p ari.PlaybackData) (pbx.ChannelID, error) {
	id, ok := strings.CutPrefix(p.TargetURI, "channel:")
	if !ok || id == "" || p.ID == "" {
		return "", fmt.Errorf("%w: playback %q of %q", errMalformed, clean(p.ID), clean(p.TargetURI))
	}
	return pbx.ChannelID(id), nil
}

// playing follows a play from file to file.
func (s *Switch) playing(p ari.PlaybackData, at time.Time, over bool) error {
	id, err := target(p)
	if err != nil {
		return err
	}
	s.legs.with(id, func(l *leg) {
		now := l.plays[pbx.PlayID(p.ID)]
		switch {
		case now == nil:
		case !over:
			now.file, now.started = p.MediaURI, at
		case now.err == nil && !now.started.IsZero() && at.Sub(now.started) < unheard:
			now.err = notPlayed(now.file)
		}
	})
	return nil
}

func notPlayed(uri string) error {
	return fmt.Errorf("asterisk: %s: %w", strings.TrimPrefix(uri, "sound:"), ErrNotPlayed)
}

// played ends a play, and lets the music go on that it had interrupted.
func (s *Switch) played(link *session, e *ari.PlaybackFinished, at time.Time) (pbx.Event, error) {
	id, err := target(e.Playback)
	if err != nil {
		return nil, err
	}
	out := pbx.PlayEnded{Of: pbx.Of{Channel: id, At: at}, Play: pbx.PlayID(e.Playback.ID)}
	resume := false
	known := s.legs.with(id, func(l *leg) {
		if p := l.plays[out.Play]; p != nil {
			out.Err = p.err
		}
		if out.Err == nil && e.Playback.State == "failed" {
			out.Err = notPlayed(e.Playback.MediaURI)
		}
		delete(l.plays, out.Play)
		resume = l.music.on && len(l.plays) == 0 && l.bridge == ""
	})
	if !known {
		return nil, nil
	}
	if resume {
		link.chores.Go(func() { s.resume(link.ctx, id) })
	}
	return out, nil
}

// resume starts the music of a channel again, unless something else has been
// asked for since. Asterisk forgets the music when it plays a file.
func (s *Switch) resume(ctx context.Context, id pbx.ChannelID) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Command)
	defer cancel()
	l, err := s.legs.take(ctx, id)
	if err != nil {
		return
	}
	defer l.give()
	var due bool
	var class string
	s.legs.with(id, func(l *leg) {
		due = l.music.on && len(l.plays) == 0 && l.bridge == ""
		class = l.music.class
	})
	if !due {
		return
	}
	err = s.rest.do(ctx, http.MethodPost, path("channels", string(id), "moh"), musicClass(class), nil, nil)
	if err != nil && !errors.Is(refused(ctx, "resume music", err), pbx.ErrGone) {
		s.log.Warn("music did not go on", "channel", id, "err", err)
	}
}

func musicClass(class string) url.Values {
	if class == "" {
		return nil
	}
	return url.Values{"mohClass": {class}}
}
