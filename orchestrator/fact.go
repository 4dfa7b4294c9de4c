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
	AgentMoved     FactKind = "agent.moved"      // Agent; From To Reason Phone By; Call when one is involved

	// What happens inside a call. Agent is who did it, unless said otherwise.
	CallDialled     FactKind = "call.dialled"     // an outbound call begins: Agent; Channel (the customer's leg to be) Direction Number Purpose Ticket Task Parent Recording Language
	CallStep        FactKind = "call.step"        // the flow has come to a step: Step Path
	CallPlaceTold   FactKind = "call.place_told"  // Ahead Wait (seconds; below 0: unknown)
	CallRouted      FactKind = "call.routed"      // why the caller got this agent, or waits: Agent (or none) Queue Wait Reasons
	CallOverflowed  FactKind = "call.overflowed"  // Queue Reason (time, length, unstaffed)
	CallCallback    FactKind = "call.callback"    // the caller asks to be called back, keeping the place: Number Queue Entered Due
	CallMoved       FactKind = "call.moved"       // a supervisor moved the waiting caller: Agent; Queue Priority
	CallHeld        FactKind = "call.held"        // the caller hears music: Agent
	CallRetrieved   FactKind = "call.retrieved"   // and is back: Agent
	CallMuted       FactKind = "call.muted"       // Agent; Channel
	CallUnmuted     FactKind = "call.unmuted"     // Agent; Channel
	CallMasked      FactKind = "call.masked"      // the recording is silent from here: Agent
	CallUnmasked    FactKind = "call.unmasked"    // Agent
	CallKeys        FactKind = "call.keys"        // keys sent to the far side: Agent; Channel (which keys is not kept)
	CallTransferred FactKind = "call.transferred" // Agent (who gave it away); Target Number Queue How (blind, attended, conference, taken_over, rating)
	CallConferenced FactKind = "call.conferenced" // the parties are together: Agent
	CallSwapped     FactKind = "call.swapped"     // Agent; Target: customer or guest is now spoken with
	CallListened    FactKind = "call.listened"    // Agent (the supervisor); Target (the agent) Mode
	CallAway        FactKind = "call.agent_away"  // the agent's phone was lost in mid-talk: Agent; Channel
	CallBack        FactKind = "call.agent_back"  // and is back: Agent; Channel
	CallReferred    FactKind = "call.referred"    // Agent; Referral How (told, transferred)
	CallCut         FactKind = "call.cut"         // the guard ended an outgoing leg: Channel Reason
	LegStarted      FactKind = "leg.started"      // another leg: Channel Purpose, Target (an agent) or Number; Phone
	LegRinging      FactKind = "leg.ringing"      // Channel Purpose
	LegAnswered     FactKind = "leg.answered"     // Channel Purpose
	LegEnded        FactKind = "leg.ended"        // Channel Purpose Cause Outcome
)

// Purpose is what a leg was made for.
type Purpose string

// The purposes.
const (
	ForTalk     Purpose = "talk"     // the agent's own leg of a call that the agent began
	ForCustomer Purpose = "customer" // the customer of an outbound call
	ForCallback Purpose = "callback" // the customer who asked to be called back
	ForConsult  Purpose = "consult"  // a colleague or number asked for advice
	ForHelp     Purpose = "help"     // 内部求助: a supervisor asked for advice
	ForTransfer Purpose = "transfer" // a blind transfer
	ForReferral Purpose = "referral" // another service's number
	ForFlow     Purpose = "flow"     // a number that the flow leads to
	ForListen   Purpose = "listen"   // a supervisor
	ForReturn   Purpose = "return"   // the agent whose phone was lost
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

	Direction Direction  `json:"direction,omitempty"`
	Number    string     `json:"number,omitempty"` // outside number, as dialled
	Target    string     `json:"target,omitempty"` // an agent's number, or a word the kind explains
	Purpose   Purpose    `json:"purpose,omitempty"`
	How       string     `json:"how,omitempty"`
	Mode      ListenMode `json:"mode,omitempty"`
	Step      string     `json:"step,omitempty"`
	Ahead     int        `json:"ahead,omitempty"`
	Wait      int        `json:"wait,omitempty"` // seconds
	Reasons   []string   `json:"reasons,omitempty"`
	Priority  int        `json:"priority,omitempty"`
	Due       time.Time  `json:"due,omitzero"`
	Referral  string     `json:"referral,omitempty"`
	Parent    CallID     `json:"parent,omitempty"` // the call in which a callback was asked for
	Ticket    string     `json:"ticket,omitempty"`
	Task      string     `json:"task,omitempty"`   // the work item that an outbound call is made for
	Person    string     `json:"person,omitempty"` // agent.moved by somebody else: who
}

// Direction is who began a call.
type Direction string

// The directions.
const (
	Inbound  Direction = "in"
	Outbound Direction = "out"      // an agent called somebody outside
	Internal Direction = "internal" // an agent called an agent
)

// ListenMode is how a supervisor takes part in somebody's talk.
type ListenMode string

// The modes: 监听 密语 强插.
const (
	ModeListen  ListenMode = "listen"
	ModeWhisper ListenMode = "whisper"
	ModeBarge   ListenMode = "barge"
)

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
	OutcomeCancelled   Outcome = "cancelled" // by us: shutdown, lost switch, a change of mind
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
	ResultCallback       Result = "callback"        // asked to be called back
	ResultNotReached     Result = "not_reached"     // outbound: nobody answered
)
