package orchestrator

import (
	"fmt"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// AgentState is what an agent is doing. See the table in doc.go.
type AgentState string

// The states, as the trade names them: 签出 就绪 振铃 通话 话后处理 示忙 离线.
const (
	SignedOut AgentState = "signed_out"
	Ready     AgentState = "ready"
	RingingAt AgentState = "ringing"
	Talking   AgentState = "talking"
	WrapUp    AgentState = "wrap_up"
	NotReady  AgentState = "not_ready"
	Offline   AgentState = "offline" // signed in, but the phone cannot be reached
)

// AgentAct is something that moves an agent from one state to another.
type AgentAct string

// The acts. The first group is the agent's own (or a supervisor's), the
// second comes from calls, the third from the phone.
const (
	ActSignIn   AgentAct = "sign_in"
	ActSignOut  AgentAct = "sign_out"
	ActReady    AgentAct = "ready"
	ActNotReady AgentAct = "not_ready"

	ActOffer     AgentAct = "offer"     // a caller rings at the agent's phone
	ActAnswer    AgentAct = "answer"    // picked up
	ActMiss      AgentAct = "miss"      // not picked up, busy, rejected, unreachable
	ActRelease   AgentAct = "release"   // the offer ended without the agent's doing
	ActTalkOver  AgentAct = "talk_over" // either side hung up
	ActEngage    AgentAct = "engage"    // asked for by name: advice, transfer, a supervisor's own listening
	ActDismiss   AgentAct = "dismiss"   // only helped, and is free again
	ActDial      AgentAct = "dial"      // begins a call
	ActWrapUpEnd AgentAct = "wrap_up_end"

	ActPhoneLost AgentAct = "phone_lost"
	ActPhoneBack AgentAct = "phone_back"
)

// System reasons for being not ready; the others are data of the site.
const (
	ReasonSignedIn    = "signed_in" // just signed in, not ready yet
	ReasonNoAnswer    = "no_answer"
	ReasonBusy        = "busy"
	ReasonRejected    = "rejected"
	ReasonUnreachable = "unreachable"
)

// defaultWrapUp is the time for writing after a call that came from no queue.
const defaultWrapUp = 30 * time.Second

// agentMoves is the machine: from each state, where each act leads. An act
// that is not in a state's row is refused there.
var agentMoves = map[AgentState]map[AgentAct]AgentState{
	SignedOut: {ActSignIn: NotReady},
	Ready:     {ActSignIn: Ready, ActReady: Ready, ActNotReady: NotReady, ActSignOut: SignedOut, ActOffer: RingingAt, ActEngage: RingingAt, ActDial: Talking, ActPhoneLost: Offline},
	NotReady:  {ActSignIn: NotReady, ActReady: Ready, ActNotReady: NotReady, ActSignOut: SignedOut, ActEngage: RingingAt, ActDial: Talking, ActPhoneLost: Offline},
	Offline:   {ActSignIn: NotReady, ActSignOut: SignedOut, ActPhoneBack: NotReady, ActNotReady: Offline},
	RingingAt: {ActAnswer: Talking, ActMiss: NotReady, ActRelease: Ready},
	Talking:   {ActTalkOver: WrapUp, ActDismiss: Ready},
	WrapUp:    {ActSignIn: WrapUp, ActReady: Ready, ActNotReady: NotReady, ActWrapUpEnd: Ready, ActSignOut: SignedOut, ActDial: Talking, ActPhoneLost: Offline},
}

// Agent is a person at work: signed in at one phone, in one state.
type Agent struct {
	ID     AgentID        `json:"id"`
	Site   SiteID         `json:"site"`
	Name   string         `json:"name"`
	Skills map[string]int `json:"skills"` // skill → level, 1 (learning) to 9 (expert)

	Phone   pbx.PhoneID   `json:"phone,omitempty"`
	Browser bool          `json:"browser,omitempty"` // the phone is the browser's
	Online  bool          `json:"online"`            // the phone can be reached
	Mobile  string        `json:"mobile,omitempty"`  // in place of a phone: a number that is called
	Nailed  bool          `json:"nailed,omitempty"`  // the phone's line stays up between calls
	Line    pbx.ChannelID `json:"line,omitempty"`    // that line, while it is up

	Supervisor bool      `json:"supervisor,omitempty"` // answers calls for help
	AsksHelp   time.Time `json:"asks_help,omitzero"`   // since when the agent asks, and nobody has come

	SkillsToday map[string]int `json:"skills_today,omitempty"` // in place of Skills, on SkillsDay
	SkillsDay   string         `json:"skills_day,omitempty"`

	State  AgentState `json:"state"`
	Reason string     `json:"reason,omitempty"` // why not ready
	Since  time.Time  `json:"since"`            // in this state since
	Idle   time.Time  `json:"idle,omitzero"`    // ringing: ready since, in case the caller leaves
	// Next is the not-ready reason that was asked for while busy with a call;
	// it takes the place of ready when the call is over.
	Next string `json:"next,omitempty"`

	Call  CallID  `json:"call,omitempty"`  // ringing, talking, or just ended (wrap-up)
	Queue QueueID `json:"queue,omitempty"` // where that call came from
	Token int64   `json:"token,omitempty"` // fencing token of the offer

	WrapUpUntil time.Time `json:"wrap_up_until,omitzero"`

	Day      string        `json:"day,omitempty"` // the day, as 2006-01-02 at the site, that the figures belong to
	Answered int           `json:"answered"`
	Missed   int           `json:"missed"`
	TalkTime time.Duration `json:"talk_time"`

	Rev int64 `json:"rev"` // grows with every change
}

// StateError reports an act that the agent's state does not allow.
type StateError struct {
	Agent AgentID
	State AgentState
	Act   AgentAct
}

func (e *StateError) Error() string {
	return fmt.Sprintf("orchestrator: agent %s cannot %s while %s", e.Agent, e.Act, e.State)
}

// Move returns the agent after the act. Reason is kept when the new state is
// not ready. Whoever is released from an offer keeps the place of the longest
// idle.
func (a Agent) Move(act AgentAct, reason string, now time.Time) (Agent, error) {
	to, ok := agentMoves[a.State][act]
	if !ok {
		return a, &StateError{Agent: a.ID, State: a.State, Act: act}
	}
	if act == ActPhoneBack {
		reason = a.Reason
	}
	from := a
	a.State, a.Rev = to, a.Rev+1
	switch to {
	case NotReady, Offline:
		if reason != "" {
			a.Reason = reason
		}
	default:
		a.Reason = ""
	}
	switch {
	case act == ActOffer || act == ActEngage:
		a.Idle, a.Since = from.Since, now
	case act == ActRelease || (act == ActDismiss && !from.Idle.IsZero()):
		a.Since = from.Idle
	case to != from.State || a.Reason != from.Reason:
		a.Since = now
	}
	return a, nil
}

// Free reports whether a caller may be offered to the agent.
func (a Agent) Free() bool {
	return a.State == Ready && a.Online && (!a.Nailed || a.Line != "")
}

// Reachable reports whether the agent can be rung when asked for by name.
func (a Agent) Reachable() bool {
	return (a.State == Ready || a.State == NotReady) && a.Online && (!a.Nailed || a.Line != "")
}

// Level is the agent's level of a skill today; 0: none.
func (a Agent) Level(skill string) int {
	if a.SkillsDay != "" && a.SkillsDay == a.Day {
		return a.SkillsToday[skill]
	}
	return a.Skills[skill]
}

// Staffed reports whether the agent is at work: signed in with a live phone.
func (a Agent) Staffed() bool {
	return a.State == Ready || a.State == RingingAt || a.State == Talking || a.State == WrapUp
}
