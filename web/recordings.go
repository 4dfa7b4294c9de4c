package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v5"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx/recording"
)

// Archive is what is known of recordings besides their sound: how they are
// found, who heard them, how long they are kept.
type Archive interface {
	Search(ctx context.Context, f recording.Filter) ([]recording.Entry, int, error)
	Describe(ctx context.Context, callIDs ...string) (map[string]recording.Entry, error)
	Spans(ctx context.Context, callID string) (recording.Spans, error)
	Admit(ctx context.Context, a recording.Access) (int64, error)
	Heard(ctx context.Context, id int64, from, to int64) error
	AccessLog(ctx context.Context, callID string) ([]recording.Access, error)
	Hold(ctx context.Context, callID, by, reason string, now time.Time) error
	Lift(ctx context.Context, callID, by, reason string, now time.Time) error
	Holds(ctx context.Context, callID string) ([]recording.LegalHold, error)
	Rules(ctx context.Context, site string) ([]recording.Rule, error)
	SetRule(ctx context.Context, site string, sort recording.Sort, days int, by string, now time.Time) error
}

// Waveform is the outline of a recording: the loudest moment of each of up to
// 600 stretches.
type Waveform struct {
	Seconds float64     `json:"seconds"`
	Left    []float32   `json:"left" doc:"The caller, 0 to 1"`
	Right   []float32   `json:"right" doc:"The agent, 0 to 1"`
	Masked  []SoundSpan `json:"masked" doc:"Where the recording was paused: both sides are silent"`
	Talks   []TalkSpan  `json:"talks" doc:"Who talked when"`
	Own     bool        `json:"own" doc:"A conversation of the reader's own: it is heard without a reason"`
}

// SoundSpan is a stretch of a recording, in seconds from its beginning.
type SoundSpan struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// TalkSpan is when somebody talked.
type TalkSpan struct {
	SoundSpan
	Agent     string `json:"agent"`
	AgentName string `json:"agentName"`
}

type waveformOutput struct{ Body Waveform }

func (s *Server) waveform(ctx context.Context, in *callInput) (*waveformOutput, error) {
	f, err := s.audible(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	w, err := s.Recordings.Waveform(ctx, string(f.ID))
	if err != nil {
		return nil, f.silence(err)
	}
	spans, err := s.Archive.Spans(ctx, string(f.ID))
	if err != nil {
		return nil, err
	}
	out := &waveformOutput{Waveform{
		Seconds: w.Seconds, Left: list(w.Left), Right: list(w.Right), Masked: viewSpans(spans.Masked), Talks: []TalkSpan{}, Own: f.own(ctx),
	}}
	for i, t := range spans.Talks {
		out.Body.Talks = append(out.Body.Talks, TalkSpan{SoundSpan(t), spans.Agents[i], s.names.person(ctx, spans.Agents[i])})
	}
	return out, nil
}

func viewSpans(spans []recording.Span) []SoundSpan {
	views := make([]SoundSpan, 0, len(spans))
	for _, m := range spans {
		views = append(views, SoundSpan(m))
	}
	return views
}

// own reports whether the reader is heard in the call.
func (f callFacts) own(ctx context.Context) bool {
	return slices.Contains(f.talked, orchestrator.AgentID(who(ctx).person.Number))
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

// heardFor is how long one line of the logs stands for one person hearing one
// recording: a player asks for it piece by piece.
const heardFor = 10 * time.Minute

// hearing is the line of the access log under which somebody hears a recording.
type hearing struct {
	line int64
	at   time.Time
}

func (s *Server) playRecording(c *echo.Context) error {
	return s.giveOut(c, recording.Play, "inline")
}

func (s *Server) downloadRecording(c *echo.Context) error {
	return s.giveOut(c, recording.Download, "attachment")
}

// giveOut sends a recording, or a piece of it, and writes down which.
func (s *Server) giveOut(c *echo.Context, use recording.Use, disposition string) error {
	ctx := c.Request().Context()
	sound, info, line, err := s.openRecording(ctx, c.Param("id"), use, c.QueryParam("reason"))
	if err != nil {
		return err
	}
	defer func() { _ = sound.Close() }()
	h := c.Response().Header()
	h.Set("Content-Type", "audio/wav")
	h.Set("Content-Disposition", disposition+`; filename="`+info.CallID+`.wav"`)
	h.Set("ETag", `"`+info.CallID+`"`) // a sealed recording never changes
	h.Set("Cache-Control", "private, no-store")
	heard := &listening{ReadSeeker: sound}
	http.ServeContent(c.Response(), c.Request(), "", info.At, heard)
	noting, noted := context.WithTimeout(context.WithoutCancel(ctx), s.within)
	defer noted()
	if err := s.Archive.Heard(noting, line, heard.from, heard.to); err != nil {
		s.log.Warn("what was heard of a recording is not written down; that it was heard is", "call", info.CallID, "err", err)
	}
	return nil
}

// listening notes from where to where somebody read last.
type listening struct {
	io.ReadSeeker
	from, to int64
}

func (l *listening) Seek(offset int64, whence int) (int64, error) {
	at, err := l.ReadSeeker.Seek(offset, whence)
	l.from, l.to = at, at
	return at, err
}

func (l *listening) Read(p []byte) (int, error) {
	n, err := l.ReadSeeker.Read(p)
	l.to += int64(n)
	return n, err
}

// openWithin bounds the opening of a recording: a short one is read whole and
// checked against its seal.
const openWithin = 30 * time.Second

// openRecording opens a recording that the person may hear, and writes that
// down. The playing has no bound, all before it has.
func (s *Server) openRecording(ctx context.Context, id string, use recording.Use, reason string) (io.ReadSeekCloser, recording.Info, int64, error) {
	asking, asked := context.WithTimeout(ctx, s.within)
	defer asked()
	f, err := s.audible(asking, id)
	if err != nil {
		return nil, recording.Info{}, 0, err
	}
	opening, opened := context.WithTimeout(ctx, openWithin)
	defer opened()
	sound, info, err := s.Recordings.Open(opening, string(f.ID))
	if err != nil {
		return nil, info, 0, f.silence(err)
	}
	noting, noted := context.WithTimeout(ctx, s.within)
	defer noted()
	line, err := s.noteHearing(noting, f, use, reason)
	if err != nil {
		_ = sound.Close()
		return nil, info, 0, err
	}
	return sound, info, line, nil
}

// noteHearing writes down who hears what and why, before anything is heard, and
// returns the line of the access log.
func (s *Server) noteHearing(ctx context.Context, f callFacts, use recording.Use, reason string) (int64, error) {
	me := who(ctx).person.Number
	if err := s.hearing.Acquire(ctx, 1); err != nil {
		return 0, err
	}
	defer s.hearing.Release(1)
	now := time.Now()
	key := strings.Join([]string{me, string(f.ID), string(use), reason}, "\x00")
	if h := s.heard[key]; now.Sub(h.at) < heardFor && use == recording.Play {
		return h.line, nil
	}
	line, err := s.Archive.Admit(ctx, recording.Access{
		At: now, Person: me, CallID: string(f.ID), Use: use, Own: f.own(ctx), Reason: reason,
	})
	if err != nil {
		return 0, err
	}
	words := map[recording.Use]string{recording.Play: "播放录音", recording.Download: "下载录音"}[use]
	if reason = strings.TrimSpace(reason); reason != "" {
		words = clipped(words+"："+reason, 500)
	}
	if err := s.people.RecordReveal(ctx, me, "recording/"+string(f.ID), words, now); err != nil {
		return 0, err
	}
	if s.heard == nil || len(s.heard) > memoMost {
		s.heard = map[string]hearing{}
	}
	s.heard[key] = hearing{line, now}
	return line, nil
}

// clipped cuts a text to so many characters.
func clipped(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}
