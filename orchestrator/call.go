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
	Reaching  Phase = "reaching"  // a call that an agent began: the agent's own phone is rung
	Calling   Phase = "calling"   // the customer's phone is rung for the agent
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
	WaitOver    Timer = "wait"     // the flow wants to know of so long a wait
	ComfortDue  Timer = "comfort"  // the agent's phone was not lost for a moment only
	RedialDue   Timer = "redial"   // the lost phone may be back: ring it
	ConfirmOver Timer = "confirm"  // nobody pressed the key at an agent's mobile
)

// Timers of single legs.
func goneTimer(ch pbx.ChannelID) Timer { return Timer("gone:" + ch) } // its phone was lost
func lineTimer(ch pbx.ChannelID) Timer { return Timer("line:" + ch) } // the tone on a nailed-up line is over
func cutTimer(ch pbx.ChannelID) Timer  { return Timer("cut:" + ch) }  // an outgoing leg has its longest time

// With is whom the agent speaks with while there is somebody else to speak with.
type With string

// The sides of a consultation.
const (
	WithCustomer With = "customer"
	WithGuest    With = "guest"
)

// Call is everything the engine knows about one call. It is a plain value
// that survives as JSON, so that another engine can go on with it.
type Call struct {
	ID         CallID        `json:"id"`
	Site       SiteID        `json:"site"`
	Direction  Direction     `json:"direction,omitempty"`
	Channel    pbx.ChannelID `json:"channel"` // the customer's leg; none in a call between agents
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
	Seat       Offer            `json:"seat,omitzero"`         // where the agent responsible sits

	Others    []Leg                           `json:"others,omitempty"`
	Spots     map[pbx.ChannelID]Spot          `json:"spots,omitempty"`
	With      With                            `json:"with,omitempty"`
	Held      bool                            `json:"held,omitempty"`       // the customer hears music
	PhoneHeld bool                            `json:"phone_held,omitempty"` // the agent's phone has its own hold key pressed
	HeldSince time.Time                       `json:"held_since,omitzero"`
	Muted     bool                            `json:"muted,omitempty"`  // the agent
	Masked    bool                            `json:"masked,omitempty"` // the recording is silent
	MaskedAt  time.Time                       `json:"masked_at,omitzero"`
	Away      bool                            `json:"away,omitempty"`      // the agent's phone was lost in mid-talk
	Returning bool                            `json:"returning,omitempty"` // and AgentLeg rings it again
	Blind     bool                            `json:"blind,omitempty"`     // dialling is an agent's transfer, not the flow's
	Confirm   pbx.ChannelID                   `json:"confirm,omitempty"`   // a mobile that must press a key
	Longest   map[pbx.ChannelID]time.Duration `json:"longest,omitempty"`   // of outgoing legs
	Out       map[pbx.ChannelID]pbx.TrunkID   `json:"out,omitempty"`       // the outgoing legs that the guard let out, and their trunks

	MessageAt  time.Time     `json:"message_at,omitzero"` // when the message began
	MessageMin time.Duration `json:"message_min,omitempty"`

	OutNumber  string    `json:"out_number,omitempty"` // dialling, outside: the number
	OutPurpose Purpose   `json:"out_purpose,omitempty"`
	OutSince   time.Time `json:"out_since,omitzero"` // answered

	Contacts map[string]dialplan.Contact `json:"-"` // of the site, for the flow

	LastAgent AgentID   `json:"last_agent,omitempty"` // of the caller's latest call, if it was short ago
	VIP       int       `json:"vip,omitempty"`        // steps of priority
	Colleague *Offer    `json:"colleague,omitempty"`  // internal: who is to be rung
	Number    string    `json:"number,omitempty"`     // outbound: whom to reach
	Purpose   Purpose   `json:"purpose,omitempty"`    // outbound: what for
	Parent    CallID    `json:"parent,omitempty"`     // the call in which this callback was asked for
	Kept      bool      `json:"kept,omitempty"`       // Place is that of a line the caller has left for the flow
	Referral  string    `json:"referral,omitempty"`
	Ticket    string    `json:"ticket,omitempty"`
	Task      string    `json:"task,omitempty"`
	Told      time.Time `json:"told,omitzero"`       // when the wait was first announced
	ToldWait  int       `json:"told_wait,omitempty"` // and as what, in seconds; below 0: unknown

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
	// RoomTold answers AskRoom: how many wait before the caller, and how many
	// agents who could take the call are at work.
	RoomTold struct{ Ahead, Staffed int }
	// Asked is what an agent or supervisor wants done with the call.
	Asked struct {
		By   AgentID
		Want Request
	}
	// PhoneGone reports that an agent's phone vanished in mid-talk; For is
	// how long it may take to come back. PhoneBack takes it back.
	PhoneGone struct {
		Agent AgentID
		For   time.Duration
	}
	// PhoneBack ends PhoneGone.
	PhoneBack struct{ Agent AgentID }
	// Returned reports that an agent's browser was opened anew: the leg it had
	// is dead, its phone will register again.
	Returned struct{ Agent AgentID }
	// Known tells who spoke with the caller last.
	Known struct{ LastAgent AgentID }
	// Allowed tells that the guard let a leg go out, where, and for how long.
	Allowed struct {
		Channel pbx.ChannelID
		Trunk   pbx.TrunkID
		Longest time.Duration
	}
	// Merge gives a caller who rings again the earlier place of a callback.
	Merge struct{ Entered time.Time }
	// Moved is a supervisor's change of a waiting caller's place.
	Moved struct {
		By AgentID
		Move
	}
	// Begun starts a call that begins here.
	Begun struct{}
	// Withdrawn ends a callback that is no longer wanted.
	Withdrawn struct{}
	// Relinked reports that the link to the switch was lost and is back, and
	// what the switch holds of this call now.
	Relinked struct {
		There map[pbx.ChannelID]*pbx.Channel
	}
	// Lost reports that the switch died with the call.
	Lost struct{}
)

func (Happened) input()  {}
func (Due) input()       {}
func (Failed) input()    {}
func (Proposed) input()  {}
func (PlaceTold) input() {}
func (RoomTold) input()  {}
func (Moved) input()     {}
func (Begun) input()     {}
func (Asked) input()     {}
func (PhoneGone) input() {}
func (PhoneBack) input() {}
func (Returned) input()  {}
func (Known) input()     {}
func (Allowed) input()   {}
func (Merge) input()     {}
func (Withdrawn) input() {}
func (Relinked) input()  {}
func (Lost) input()      {}

// Effect is something a step wants done.
type Effect interface{ effect() }

type (
	// Do gives a command to the switch.
	Do struct{ Command pbx.Command }
	// Speak says a text to the caller, or on another channel of the call.
	Speak struct {
		Channel  pbx.ChannelID // empty: the caller's
		Play     pbx.PlayID
		Text     string
		Language string
	}
	// PlayNamed plays an uploaded recording to the caller, or on another
	// channel of the call.
	PlayNamed struct {
		Channel pbx.ChannelID // empty: the caller's
		Play    pbx.PlayID
		Name    string
	}
	// EnterQueue takes the call's place in the queue, new or again.
	EnterQueue struct{ Place Place }
	// LeaveQueue gives it up.
	LeaveQueue struct{ Queue QueueID }
	// AskPlace wants a PlaceTold.
	AskPlace struct{}
	// AskRoom wants a RoomTold.
	AskRoom struct{}
	// OfferClosed tells the floor how an offer ended.
	OfferClosed struct {
		Offer   Offer
		Outcome Outcome
	}
	// TalkOver tells the floor that an agent's talk has ended, for one who was
	// responsible: wrap-up follows.
	TalkOver struct{ Seat Offer }
	// Dismissed tells the floor that somebody who only helped is free again.
	Dismissed struct{ Seat Offer }
	// LineFree gives a nailed-up line back to the floor.
	LineFree struct{ Seat Offer }
	// OutgoingOver tells the guard that an outgoing leg has ended.
	OutgoingOver struct {
		Outgoing Outgoing
		Talked   time.Duration
		Cut      bool
	}
	// Open begins another call: a callback that waits in the caller's place.
	Open struct{ Call Call }
	// Refuse tells whoever asked that it cannot be done.
	Refuse struct{ Err error }
	// Note writes to the journal.
	Note struct{ Fact Fact }
)

func (Do) effect()           {}
func (Speak) effect()        {}
func (PlayNamed) effect()    {}
func (EnterQueue) effect()   {}
func (LeaveQueue) effect()   {}
func (AskPlace) effect()     {}
func (AskRoom) effect()      {}
func (OfferClosed) effect()  {}
func (TalkOver) effect()     {}
func (Dismissed) effect()    {}
func (LineFree) effect()     {}
func (OutgoingOver) effect() {}
func (Open) effect()         {}
func (Refuse) effect()       {}
func (Note) effect()         {}

// Variables that every channel of ours carries, so that an engine that knows
// nothing can adopt it.
const (
	VarCall    = "CALL"
	VarSite    = "SITE"
	VarRole    = "ROLE" // caller, customer, agent, guest, listener, outside or line
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
		if when.IsZero() {
			continue // has run out, and is remembered
		}
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
