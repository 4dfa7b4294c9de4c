package orchestrator

import (
	"fmt"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// Phase is how far a call has come. See the diagram in doc.go.
type Phase string

// The phases.
const (
	InFlow    Phase = "flow"      // the flow leads: prompts, menus, rating
	Queued    Phase = "queued"    // waits for an agent
	Offered   Phase = "offered"   // waits while it rings at an agent
	InTalk    Phase = "talk"      // speaks with an agent
	Dialling  Phase = "dialling"  // an outside number rings for the caller
	Outside   Phase = "outside"   // speaks with it
	Recording Phase = "recording" // leaves a message
	Closing   Phase = "closing"   // the caller is gone; the agent's leg is not yet
	Over      Phase = "over"
)

// Timer names one of the moments a call waits for.
type Timer string

// The timers.
const (
	AwaitInput  Timer = "await"    // the flow waits for a key
	AnnounceDue Timer = "announce" // position and expected wait
	RingOver    Timer = "ring"     // the agent did not answer, and the switch did not say so
	Vanished    Timer = "vanished" // the agent's phone was lost in mid-talk
	CloseOver   Timer = "close"    // the agent's leg did not end in time
	MessageOver Timer = "message"  // a message has its longest time
)

// Call is everything the engine knows about one call. It is a plain value
// that survives as JSON, so that another engine can go on with it.
type Call struct {
	ID         CallID        `json:"id"`
	Site       SiteID        `json:"site"`
	Channel    pbx.ChannelID `json:"channel"` // the caller's leg
	Trunk      pbx.TrunkID   `json:"trunk"`
	Called     string        `json:"called"`
	Caller     string        `json:"caller"`
	CallerName string        `json:"caller_name,omitempty"`
	Recording  string        `json:"recording,omitempty"`
	Language   string        `json:"language"`
	Blocked    bool          `json:"blocked,omitempty"` // the caller is on the blacklist

	Phase    Phase               `json:"phase"`
	Flow     string              `json:"flow"`
	Position dialplan.Position   `json:"position"`
	Timers   map[Timer]time.Time `json:"timers,omitempty"`

	Play  pbx.PlayID `json:"play,omitempty"` // what the caller hears, if we must wait for it
	Plays int        `json:"plays"`
	Legs  int        `json:"legs"` // agents' legs so far; numbers their ids

	Place      *Place           `json:"place,omitempty"`  // kept from entering the queue to the end
	Waiting    dialplan.Enqueue `json:"waiting,omitzero"` // how the flow wants the wait to be
	Offer      *Offer           `json:"offer,omitempty"`
	Agent      AgentID          `json:"agent,omitempty"`       // offered or talking; the last one afterwards
	AgentLeg   pbx.ChannelID    `json:"agent_leg,omitempty"`   // while it lives
	AgentHeard bool             `json:"agent_heard,omitempty"` // the agent's phone has rung
	Bridge     pbx.BridgeID     `json:"bridge,omitempty"`

	Arrived   time.Time `json:"arrived"`
	OfferedAt time.Time `json:"offered_at,omitzero"`
	Answered  time.Time `json:"answered,omitzero"` // first talk
	TalkEnded time.Time `json:"talk_ended,omitzero"`
	Ended     time.Time `json:"ended,omitzero"`
	Rating    int       `json:"rating,omitempty"`
	Result    Result    `json:"result,omitempty"`
	EndedBy   Side      `json:"ended_by,omitempty"`
	HungUp    bool      `json:"hung_up,omitempty"` // by us; we wait for the switch to say so
}

// Input is something a call must react to.
type Input interface{ input() }

type (
	// Happened is an event of one of the call's channels.
	Happened struct{ Event pbx.Event }
	// Due reports that a timer has run out.
	Due struct{ Timer Timer }
	// Failed reports that the switch refused a command for good.
	Failed struct {
		Command pbx.Command
		Err     error
	}
	// Proposed gives the call to an agent who was reserved for it.
	Proposed struct{ Offer Offer }
	// PlaceTold answers AskPlace. A Wait below zero is unknown.
	PlaceTold struct {
		Ahead int
		Wait  time.Duration
	}
	// HangupAsked is the agent's hang-up button.
	HangupAsked struct{}
	// PhoneGone reports that the agent's phone vanished in mid-talk; For is
	// how long it may take to come back. PhoneBack takes it back.
	PhoneGone struct{ For time.Duration }
	// PhoneBack ends PhoneGone.
	PhoneBack struct{}
	// Relinked reports that the link to the switch was lost and is back, and
	// what the switch holds of this call now.
	Relinked struct{ Caller, Agent *pbx.Channel }
	// Lost reports that the switch died with the call.
	Lost struct{}
)

func (Happened) input()    {}
func (Due) input()         {}
func (Failed) input()      {}
func (Proposed) input()    {}
func (PlaceTold) input()   {}
func (HangupAsked) input() {}
func (PhoneGone) input()   {}
func (PhoneBack) input()   {}
func (Relinked) input()    {}
func (Lost) input()        {}

// Effect is something a step wants done.
type Effect interface{ effect() }

type (
	// Do gives a command to the switch.
	Do struct{ Command pbx.Command }
	// Speak says a text to the caller.
	Speak struct {
		Play     pbx.PlayID
		Text     string
		Language string
	}
	// PlayNamed plays an uploaded recording to the caller.
	PlayNamed struct {
		Play pbx.PlayID
		Name string
	}
	// EnterQueue takes the call's place in the queue, new or again.
	EnterQueue struct{ Place Place }
	// LeaveQueue gives it up.
	LeaveQueue struct{ Queue QueueID }
	// AskPlace wants a PlaceTold.
	AskPlace struct{}
	// OfferClosed tells the floor how an offer ended.
	OfferClosed struct {
		Offer   Offer
		Outcome Outcome
	}
	// TalkOver tells the floor that the agent's talk has ended.
	TalkOver struct{ Agent AgentID }
	// Note writes to the journal.
	Note struct{ Fact Fact }
)

func (Do) effect()          {}
func (Speak) effect()       {}
func (PlayNamed) effect()   {}
func (EnterQueue) effect()  {}
func (LeaveQueue) effect()  {}
func (AskPlace) effect()    {}
func (OfferClosed) effect() {}
func (TalkOver) effect()    {}
func (Note) effect()        {}

// Variables that every channel of ours carries, so that an engine that knows
// nothing can adopt it.
const (
	VarCall    = "CALL"
	VarSite    = "SITE"
	VarRole    = "ROLE" // caller or agent
	VarAgent   = "AGENT"
	VarQueue   = "QUEUE"
	VarEntered = "ENTERED" // RFC 3339, the original time of entry
)

// agentLeg returns the id of the n-th agent's leg of a call.
func agentLeg(c CallID, n int) pbx.ChannelID {
	return pbx.ChannelID(fmt.Sprintf("yht-%s-a%d", c, n))
}

// next returns the timer that runs out first.
func (c Call) next() (Timer, time.Time, bool) {
	var first Timer
	var at time.Time
	for t, when := range c.Timers {
		if first == "" || when.Before(at) || (when.Equal(at) && t < first) {
			first, at = t, when
		}
	}
	return first, at, first != ""
}

// Waited is how long the caller waited in the queue until now, or until the
// answer.
func (c Call) Waited(now time.Time) time.Duration {
	if c.Place == nil {
		return 0
	}
	end := now
	if !c.Answered.IsZero() {
		end = c.Answered
	} else if !c.Ended.IsZero() {
		end = c.Ended
	}
	return max(0, end.Sub(c.Place.Entered))
}
