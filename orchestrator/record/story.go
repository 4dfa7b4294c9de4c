package record

import (
	"cmp"
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// Story is what happened in a call, in order, in lanes that run beside each
// other as the people did.
type Story struct {
	Lanes   []Lane
	Entries []Entry
}

// Entry is a moment of a call, or a stretch of time in it.
type Entry struct {
	Kind  EntryKind
	Lane  string // Lane.Key
	At    time.Time
	Until *time.Time // end of a stretch; nil: a moment, or it still goes on (see Open)
	Open  bool
	Agent orchestrator.AgentID // who did it, or whose stretch it is
	Data  orchestrator.FactData

	// Private marks what the agent concerned is not told: a supervisor
	// listening, also if the agent was whispered to.
	Private bool
	guest   bool // of a talk: not responsible for the caller
}

// EntryKind says what an entry tells.
type EntryKind string

// The moments.
const (
	Arrived     EntryKind = "arrived"
	Dialled     EntryKind = "dialled"
	Step        EntryKind = "step"
	Routed      EntryKind = "routed" // a decision with its reasons
	PlaceTold   EntryKind = "place_told"
	Overflowed  EntryKind = "overflowed"
	Callback    EntryKind = "callback"
	Moved       EntryKind = "moved"
	Keys        EntryKind = "keys"
	Transferred EntryKind = "transferred"
	Conferenced EntryKind = "conferenced"
	Swapped     EntryKind = "swapped"
	Referred    EntryKind = "referred"
	Cut         EntryKind = "cut"
	Rated       EntryKind = "rated"
	Ended       EntryKind = "ended"
)

// The stretches.
const (
	Wait       EntryKind = "wait"
	Ring       EntryKind = "ring" // Data.Outcome tells how it ended
	Talk       EntryKind = "talk" // with the far side
	Hold       EntryKind = "hold" // the far side hears music
	Mute       EntryKind = "mute"
	Mask       EntryKind = "mask" // the recording is silent
	Consult    EntryKind = "consult"
	Conference EntryKind = "conference"
	Listen     EntryKind = "listen" // Data.Mode: listen, whisper, barge
	Away       EntryKind = "away"   // the agent's phone is lost
	Message    EntryKind = "message"
)

// Lane is one track of a story.
type Lane struct {
	Key    string
	Kind   LaneKind
	Agent  orchestrator.AgentID // of an agent's or a supervisor's
	Number string               // of an outside one
}

// LaneKind says whose a lane is.
type LaneKind string

// The lanes, in the order in which they are shown.
const (
	CustomerLane   LaneKind = "customer"
	AgentLane      LaneKind = "agent"
	OutsideLane    LaneKind = "outside"
	SupervisorLane LaneKind = "supervisor"
	RecordingLane  LaneKind = "recording"
	RoutingLane    LaneKind = "routing"
)

var laneOrder = []LaneKind{CustomerLane, AgentLane, OutsideLane, SupervisorLane, RecordingLane, RoutingLane}

// Tell makes the story of a call's facts, in whatever order they came. It
// believes the facts: a stretch that nothing ended ends with the call.
func Tell(facts []orchestrator.Fact) Story {
	facts = slices.Clone(facts)
	slices.SortStableFunc(facts, func(a, b orchestrator.Fact) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	t := teller{open: map[string]int{}, legs: map[string]leg{}}
	for _, f := range facts {
		t.fact(f)
	}
	slices.SortStableFunc(t.Entries, func(a, b Entry) int { return a.At.Compare(b.At) })
	slices.SortStableFunc(t.Lanes, func(a, b Lane) int {
		return cmp.Compare(slices.Index(laneOrder, a.Kind), slices.Index(laneOrder, b.Kind))
	})
	return t.Story
}

// Public is the story without what the agents concerned are not told.
func (s Story) Public() Story {
	s.Entries = slices.DeleteFunc(slices.Clone(s.Entries), func(e Entry) bool { return e.Private })
	s.Lanes = slices.DeleteFunc(slices.Clone(s.Lanes), func(l Lane) bool { return l.Kind == SupervisorLane })
	return s
}

// Piece is a stretch of a call whose sound is in the recording.
type Piece struct{ From, To time.Time }

// Sound returns what is recorded of a call: the far side talking with anybody,
// or leaving a message. The recording is these pieces one after the other. Held
// tells whether the music on hold is in it.
func (s Story) Sound(held bool) []Piece {
	var talks, holds []Piece
	for _, e := range s.Entries {
		if e.Until == nil {
			continue
		}
		switch e.Kind {
		case Talk, Conference, Message:
			talks = append(talks, Piece{e.At, *e.Until})
		case Hold:
			holds = append(holds, Piece{e.At, *e.Until})
		}
	}
	talks = union(talks)
	if held {
		return talks
	}
	for _, h := range holds {
		talks = without(talks, h)
	}
	return talks
}

// union joins pieces that overlap.
func union(pieces []Piece) []Piece {
	slices.SortFunc(pieces, func(a, b Piece) int { return a.From.Compare(b.From) })
	var out []Piece
	for _, p := range pieces {
		if n := len(out); n > 0 && !p.From.After(out[n-1].To) {
			if p.To.After(out[n-1].To) {
				out[n-1].To = p.To
			}
			continue
		}
		out = append(out, p)
	}
	return out
}

// without cuts a stretch out of pieces.
func without(pieces []Piece, cut Piece) []Piece {
	var out []Piece
	for _, p := range pieces {
		if !cut.From.Before(p.To) || !p.From.Before(cut.To) {
			out = append(out, p)
			continue
		}
		if p.From.Before(cut.From) {
			out = append(out, Piece{p.From, cut.From})
		}
		if cut.To.Before(p.To) {
			out = append(out, Piece{cut.To, p.To})
		}
	}
	return out
}
