// Package record reads the past of calls: records, legs and offers as
// orchestrator/journal projects them from facts, for people and for tickets.
// It writes nothing, and it shows numbers in full: masking is the edge's work.
package record

import (
	"time"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
)

// ErrNotFound says that there is no such call.
var ErrNotFound = errkind.New(errkind.NotFound, "record: no such call")

// Record is one call from the caller's arrival to its end. A moment that has
// not come, or never came, is nil.
type Record struct {
	ID         orchestrator.CallID
	Site       orchestrator.SiteID
	Direction  orchestrator.Direction
	Trunk      pbx.TrunkID
	Called     string
	Caller     string // the far side's number: who called us, or whom we called
	CallerName string
	Area       string // area code of the caller's number, with its 0; "" when it tells none
	Flow       string
	Path       string // through the flow
	Language   string
	Queue      orchestrator.QueueID // the last one; "" when nobody was asked for
	Skills     []string

	ArrivedAt      time.Time
	QueuedAt       *time.Time // asked for a person
	FirstOfferedAt *time.Time
	AnsweredAt     *time.Time // begin of the first talk
	TalkEndedAt    *time.Time
	EndedAt        *time.Time

	Agent     orchestrator.AgentID // who was last responsible for the caller
	Offers    int                  // phones that rang or should have
	Result    orchestrator.Result  // "" while the call goes on
	Rating    *int                 // 1 非常满意 2 满意 3 不满意
	Cause     pbx.Cause
	EndedBy   orchestrator.Side
	Recording string // its name on the switch; "" when there is none

	FirstQueue orchestrator.QueueID // where the caller asked first
	Transfers  int                  // how often somebody gave the caller to another
	Held       int                  // seconds
	Masked     bool                 // the recording is silent in places
	Conference bool
	Message    bool // the caller left one
	Callback   bool // the caller asked to be called back
	Purpose    orchestrator.Purpose
	Ticket     string // what an outbound call was made for
	Task       string
}

// Waited is how long the caller waited for a person until now: from entering
// the queue to the answer, or to the end of the call.
func (r Record) Waited(now time.Time) time.Duration {
	if r.QueuedAt == nil {
		return 0
	}
	return max(0, first(now, r.AnsweredAt, r.EndedAt).Sub(*r.QueuedAt))
}

// Talked is how long the caller has talked with people until now.
func (r Record) Talked(now time.Time) time.Duration {
	if r.AnsweredAt == nil {
		return 0
	}
	return max(0, first(now, r.TalkEndedAt, r.EndedAt).Sub(*r.AnsweredAt))
}

// first returns the first moment that has come.
func first(otherwise time.Time, moments ...*time.Time) time.Time {
	for _, m := range moments {
		if m != nil {
			return *m
		}
	}
	return otherwise
}

// Leg is one channel of a call.
type Leg struct {
	Channel    pbx.ChannelID
	Kind       string               // caller, agent, customer, outside, colleague, supervisor
	Agent      orchestrator.AgentID // "" on the caller's leg
	Phone      pbx.PhoneID
	StartedAt  time.Time
	RingingAt  *time.Time
	AnsweredAt *time.Time
	EndedAt    *time.Time
	Outcome    orchestrator.Outcome // of the offer; "" on the caller's leg
	Cause      pbx.Cause
	Purpose    orchestrator.Purpose // "" for the caller's, and for offers
	Number     string               // of an outside one
}

// Detail is a call with all its legs, in the order in which they began, and
// with who talked.
type Detail struct {
	Record Record
	Legs   []Leg
	Talks  []AgentTalk
}

// Offers returns the legs that are offers to agents.
func (d Detail) Offers() []Leg {
	var offers []Leg
	for _, l := range d.Legs {
		if l.Kind == "agent" && l.Purpose == "" {
			offers = append(offers, l)
		}
	}
	return offers
}

// Figures are what an agent has done in a time.
type Figures struct {
	Offered  int // phone rang or should have
	Answered int
	Missed   int // not picked up, busy, rejected or unreachable
	TalkTime time.Duration
}
