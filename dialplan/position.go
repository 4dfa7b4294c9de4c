package dialplan

import (
	"slices"
	"strings"
)

// Phase tells what the flow waits for.
type Phase string

// The phases. The zero Phase is that of a flow which has not begun.
const (
	Sounding Phase = "sounding" // a Say or PlayFile is heard
	Awaiting Phase = "awaiting" // a key or Silence is awaited
	Handed   Phase = "handed"   // a queue, an outside number, the recorder or the list of callbacks has the caller
	Over     Phase = "over"     // hung up; nothing follows
)

// Position is where a caller stands in a flow. It is a plain value: keep it as
// JSON. The zero value has not begun.
type Position struct {
	Step     string            `json:"step,omitempty"`
	Phase    Phase             `json:"phase,omitempty"`
	Part     part              `json:"part,omitempty"`     // which sound of the step plays
	Fallback bool              `json:"fallback,omitempty"` // its recording failed, its text is heard
	Said     int               `json:"said,omitempty"`     // how many sentences of the sound have been heard, where it has several
	Tries    int               `json:"tries,omitempty"`    // fruitless tries at this step
	Typed    string            `json:"typed,omitempty"`    // keys pressed so far at a digits step; the number to call back
	Digits   map[string]string `json:"digits,omitempty"`   // what digits steps have collected
	Language string            `json:"language,omitempty"` // chosen by the caller
	Answered bool              `json:"answered,omitempty"`
	Rated    int               `json:"rated,omitempty"` // the rating of the latest talk, 1 to 3; 0: none
	Walk     []string          `json:"walk,omitempty"`  // see Path
}

// maxWalk bounds Position.Walk, in steps.
const maxWalk = 64

// What stands in a path between steps, and between a step and the key chosen
// there. No name of a step holds them.
const (
	pathMark = ">"
	keyMark  = ":"
)

// Begun reports whether the flow has begun.
func (p Position) Begun() bool { return p.Phase != "" }

// Over reports whether the flow has ended.
func (p Position) Over() bool { return p.Phase == Over }

// Path is the way the caller has walked, the keys chosen included, as in
// "greet>menu:1>queue". A very long walk ends in "…".
func (p Position) Path() string { return strings.Join(p.Walk, pathMark) }

// walked adds a step to the path without touching the slice of an earlier
// position.
func (p *Position) walked(step string) {
	switch {
	case len(p.Walk) < maxWalk:
		p.Walk = append(slices.Clip(p.Walk), step)
	case len(p.Walk) == maxWalk:
		p.Walk = append(slices.Clip(p.Walk), "…")
	}
}

// chose adds the key chosen at the present step to the path.
func (p *Position) chose(key string) {
	n := len(p.Walk)
	if n == 0 || n > maxWalk {
		return
	}
	p.Walk = slices.Clone(p.Walk)
	p.Walk[n-1] += keyMark + key
}
