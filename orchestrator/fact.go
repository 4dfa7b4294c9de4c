package orchestrator

import (
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Fact is something that happened to a call or an agent: one line of the
// journal, written once, never changed. Call records, legs and the agent log
// are projections of facts.
type Fact struct {
	ID    string    `json:"id"` // UUIDv7, the key that makes applying it twice harmless
	Kind  FactKind  `json:"kind"`
	At    time.Time `json:"at"`
	Site  SiteID    `json:"site"`
	Call  CallID    `json:"call,omitempty"`
	Agent AgentID   `json:"agent,omitempty"`
	Data  FactData  `json:"data"`
}

// FactKind says what happened.
type FactKind string

// The kinds, each with the fields of FactData it fills.
const (
	CallArrived    FactKind = "call.arrived"     // Channel Trunk Called Caller CallerName Flow Recording Language
	CallQueued     FactKind = "call.queued"      // Queue Skills Path Language Entered
	CallOffered    FactKind = "call.offered"     // Agent; Channel Phone Queue Token
	CallRinging    FactKind = "call.ringing"     // Agent; Channel
	CallOfferEnded FactKind = "call.offer_ended" // Agent; Channel Outcome (see Outcome…) Cause
	CallAnswered   FactKind = "call.answered"    // Agent; Channel Queue
	CallTalkEnded  FactKind = "call.talk_ended"  // Agent; Channel By Cause
	CallRated      FactKind = "call.rated"       // Agent; Score
	CallMessage    FactKind = "call.message"     // the caller left a message
	CallEnded      FactKind = "call.ended"       // Channel Cause By Result Path Recording
	AgentMoved     FactKind = "agent.moved"      // Agent; From To Reason Phone; Call when one is involved
)

// FactData are the particulars of a fact; which are set depends on the kind.
type FactData struct {
	Channel    pbx.ChannelID `json:"channel,omitempty"`
	Trunk      pbx.TrunkID   `json:"trunk,omitempty"`
	Phone      pbx.PhoneID   `json:"phone,omitempty"`
	Called     string        `json:"called,omitempty"`
	Caller     string        `json:"caller,omitempty"`
	CallerName string        `json:"caller_name,omitempty"`
	Flow       string        `json:"flow,omitempty"`
	Path       string        `json:"path,omitempty"`
	Language   string        `json:"language,omitempty"`
	Recording  string        `json:"recording,omitempty"` // its name on the switch
	Queue      QueueID       `json:"queue,omitempty"`
	Skills     []string      `json:"skills,omitempty"`
	Entered    time.Time     `json:"entered,omitzero"`
	Token      int64         `json:"token,omitempty"`
	Outcome    Outcome       `json:"outcome,omitempty"`
	Cause      pbx.Cause     `json:"cause,omitempty"`
	By         Side          `json:"by,omitempty"`
	Result     Result        `json:"result,omitempty"`
	Score      int           `json:"score,omitempty"` // 1 非常满意 2 满意 3 不满意
	From       AgentState    `json:"from,omitempty"`
	To         AgentState    `json:"to,omitempty"`
	Reason     string        `json:"reason,omitempty"`
}

// Outcome is how an offer ended.
type Outcome string

// The outcomes.
const (
	OutcomeAnswered    Outcome = "answered"
	OutcomeNoAnswer    Outcome = "no_answer"
	OutcomeBusy        Outcome = "busy"
	OutcomeRejected    Outcome = "rejected"
	OutcomeUnreachable Outcome = "unreachable"
	OutcomeCallerLeft  Outcome = "caller_left"
	OutcomeCancelled   Outcome = "cancelled" // by us: shutdown, lost switch
)

// Side is who ended something.
type Side string

// The sides.
const (
	ByCaller Side = "caller"
	ByAgent  Side = "agent"
	BySystem Side = "system"
)

// Result is what became of a call.
type Result string

// The results.
const (
	ResultAnswered       Result = "answered"        // a person spoke with the caller
	ResultAbandonedFlow  Result = "abandoned_flow"  // left before asking for a person
	ResultAbandonedQueue Result = "abandoned_queue" // left while waiting
	ResultMessage        Result = "message"         // left a message
	ResultTransferred    Result = "transferred"     // led on to another number
	ResultFlowEnded      Result = "flow_ended"      // the flow itself ended the call
	ResultLost           Result = "lost"            // the switch died with the call
	ResultRefused        Result = "refused"         // blacklist, unknown number
)
