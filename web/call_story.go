package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator/record"
)

// CallStory is what happened in a call, in lanes.
type CallStory struct {
	StartedAt time.Time    `json:"startedAt"`
	EndedAt   *time.Time   `json:"endedAt" doc:"null while it goes on"`
	Lanes     []StoryLane  `json:"lanes"`
	Entries   []StoryEntry `json:"entries" doc:"In the order in which they began"`
	Sound     []SoundPiece `json:"sound" doc:"What the recording holds, one piece after the other, if the music on hold is not in it"`
	SoundHeld []SoundPiece `json:"soundHeld" doc:"The same, if it is"`
}

// StoryLane is one track of a story.
type StoryLane struct {
	Key    string `json:"key"`
	Kind   string `json:"kind" enum:"customer,agent,outside,supervisor,recording,routing"`
	Agent  string `json:"agent"`
	Name   string `json:"name" doc:"In the reader's language"`
	Number string `json:"number" doc:"Masked"`
}

// StoryEntry is a moment of a call, or a stretch of time in it.
type StoryEntry struct {
	Kind  string     `json:"kind"`
	Lane  string     `json:"lane"`
	At    time.Time  `json:"at"`
	Until *time.Time `json:"until" doc:"null: a moment, or it still goes on (open)"`
	Open  bool       `json:"open"`
	Agent string     `json:"agent"`
	Text  string     `json:"text" doc:"A sentence, in the reader's language"`
	Why   []string   `json:"why" doc:"Of a routing decision: its reasons as codes"`
	Mode  string     `json:"mode" doc:"Of listening: listen, whisper, barge"`
	Good  bool       `json:"good" doc:"Of ringing: it was answered"`
	Call  string     `json:"call" doc:"The call in which this one was asked for"`
}

// SoundPiece is a stretch of a call that can be heard.
type SoundPiece struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

type storyOutput struct{ Body CallStory }

// callStory tells a call. Who listened is told to those who see all calls, not
// to the agents concerned.
func (s *Server) callStory(ctx context.Context, in *callInput) (*storyOutput, error) {
	f, err := s.call(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	story, err := s.Records.Story(ctx, f.ID)
	if err != nil && !isNotFound(err) { // a call that has just begun has no story yet
		return nil, err
	}
	if !who(ctx).may(permAllCalls) {
		story = story.Public()
	}
	return &storyOutput{s.viewStory(ctx, f, story)}, nil
}

func (s *Server) viewStory(ctx context.Context, f callFacts, story record.Story) CallStory {
	v := CallStory{
		StartedAt: f.ArrivedAt.UTC(), EndedAt: f.EndedAt, Lanes: []StoryLane{}, Entries: []StoryEntry{},
		Sound: soundOf(story.Sound(false)), SoundHeld: soundOf(story.Sound(true)),
	}
	w := storyWords{s: s, ctx: ctx, lang: languageOf(ctx), site: string(f.Site), flow: f.Flow}
	for _, l := range story.Lanes {
		v.Lanes = append(v.Lanes, StoryLane{
			Key: w.key(l.Key, l), Kind: string(l.Kind), Agent: string(l.Agent), Name: w.lane(l, f), Number: Mask(l.Number),
		})
	}
	keys := map[string]string{}
	for i, l := range story.Lanes {
		keys[l.Key] = v.Lanes[i].Key
	}
	for _, e := range story.Entries {
		if e.At.Before(v.StartedAt) {
			v.StartedAt = e.At
		}
		v.Entries = append(v.Entries, StoryEntry{
			Kind: string(e.Kind), Lane: keys[e.Lane], At: e.At.UTC(), Until: e.Until, Open: e.Open, Agent: string(e.Agent),
			Text: w.entry(e), Why: list(reasonsOf(e)), Mode: string(e.Data.Mode),
			Good: e.Data.Outcome == "answered", Call: string(e.Data.Parent),
		})
	}
	return v
}

// reasonsOf are the reasons of a decision; other entries have none.
func reasonsOf(e record.Entry) []string {
	if e.Kind != record.Routed {
		return nil
	}
	return e.Data.Reasons
}

func soundOf(pieces []record.Piece) []SoundPiece {
	out := []SoundPiece{}
	for _, p := range pieces {
		out = append(out, SoundPiece{p.From.UTC(), p.To.UTC()})
	}
	return out
}
