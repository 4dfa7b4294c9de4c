package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v5"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx/recording"
)

// Waveform is the outline of a recording: the loudest moment of each of up to
// 600 stretches.
type Waveform struct {
	Seconds float64   `json:"seconds"`
	Left    []float32 `json:"left" doc:"The caller, 0 to 1"`
	Right   []float32 `json:"right" doc:"The agent, 0 to 1"`
}

type waveformOutput struct{ Body Waveform }

func (s *Server) waveform(ctx context.Context, in *callInput) (*waveformOutput, error) {
	f, err := s.audible(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	w, err := s.Recordings.Waveform(ctx, string(f.ID))
	return &waveformOutput{Waveform{w.Seconds, list(w.Left), list(w.Right)}}, f.silence(err)
}

// silence explains why there is no recording: while the call goes on, it is
// only not there yet.
func (f callFacts) silence(err error) error {
	if errors.Is(err, recording.ErrNone) && f.EndedAt == nil && f.Recording != "" {
		return recording.ErrPending
	}
	return err
}

// audible finds a call whose recording the person may hear: who may see all
// calls hears all, agents hear what they said themselves.
func (s *Server) audible(ctx context.Context, id string) (callFacts, error) {
	f, err := s.call(ctx, id)
	if err != nil {
		return callFacts{}, err
	}
	me := who(ctx)
	if !me.may(permAllCalls) && !slices.Contains(f.talked, orchestrator.AgentID(me.person.Number)) {
		return callFacts{}, errNoCall
	}
	return f, nil
}

// heardFor is how long one line of the audit log stands for one person hearing
// one recording: a player asks for it piece by piece.
const heardFor = 10 * time.Minute

func (s *Server) playRecording(c *echo.Context) error {
	sound, info, err := s.openRecording(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	defer func() { _ = sound.Close() }()
	h := c.Response().Header()
	h.Set("Content-Type", "audio/wav")
	h.Set("Content-Disposition", `inline; filename="`+info.CallID+`.wav"`)
	h.Set("ETag", `"`+info.CallID+`"`) // a sealed recording never changes
	http.ServeContent(c.Response(), c.Request(), "", info.At, sound)
	return nil
}

// openWithin bounds the opening of a recording: the first time, the whole file
// is read and checked against its seal.
const openWithin = 30 * time.Second

// openRecording opens a recording that the person may hear, and writes that
// down. The playing has no bound, all before it has.
func (s *Server) openRecording(ctx context.Context, id string) (io.ReadSeekCloser, recording.Info, error) {
	asking, asked := context.WithTimeout(ctx, s.within)
	defer asked()
	f, err := s.audible(asking, id)
	if err != nil {
		return nil, recording.Info{}, err
	}
	opening, opened := context.WithTimeout(ctx, openWithin)
	defer opened()
	sound, info, err := s.Recordings.Open(opening, string(f.ID))
	if err != nil {
		return nil, info, f.silence(err)
	}
	noting, noted := context.WithTimeout(ctx, s.within)
	defer noted()
	if err := s.noteHearing(noting, string(f.ID)); err != nil {
		_ = sound.Close()
		return nil, info, err
	}
	return sound, info, nil
}

// noteHearing writes down who hears what, before anything is heard.
func (s *Server) noteHearing(ctx context.Context, call string) error {
	me := who(ctx).person.Number
	if err := s.hearing.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.hearing.Release(1)
	now := time.Now()
	key := me + " " + call
	if now.Sub(s.heard[key]) < heardFor {
		return nil
	}
	if err := s.people.RecordReveal(ctx, me, "recording/"+call, "播放录音", now); err != nil {
		return err
	}
	if s.heard == nil || len(s.heard) > memoMost {
		s.heard = map[string]time.Time{}
	}
	s.heard[key] = now
	return nil
}
