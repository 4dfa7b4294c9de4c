package orchestrator

import (
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// Place is a caller's place in a queue. It is kept through offers that come
// to nothing: Entered never changes.
type Place struct {
	Call     CallID    `json:"call"`
	Site     SiteID    `json:"site"`
	Queue    QueueID   `json:"queue"`
	Entered  time.Time `json:"entered"`
	Priority int       `json:"priority"` // higher first; 0 is everybody
	Skills   []string  `json:"skills"`   // all wanted

	Levels      map[string]int `json:"levels,omitempty"`      // skill → least level; others: 1
	Prefer      AgentID        `json:"prefer,omitempty"`      // kept for this agent until PreferUntil
	PreferUntil time.Time      `json:"prefer_until,omitzero"` //
	VIP         int            `json:"vip,omitempty"`         // steps of Priority the caller has for being on the list
	Callback    string         `json:"callback,omitempty"`    // nobody waits on the line: this number is called
	Due         time.Time      `json:"due,omitzero"`          // and not before
	Quiet       dialplan.Quiet `json:"quiet,omitzero"`        // nor in these hours

	Caller string `json:"caller"`
	Area   string `json:"area,omitempty"` // area code of the caller's number, if it tells
}

// Offer is a call ringing at one agent for a limited time.
type Offer struct {
	Call     CallID        `json:"call"`
	Agent    AgentID       `json:"agent"`
	Phone    pbx.PhoneID   `json:"phone"`
	Token    int64         `json:"token"`            // fencing token: grows with every offer of the site; below 0: the agent was asked for by name
	Site     SiteID        `json:"site,omitempty"`   // of the agent
	Name     string        `json:"name,omitempty"`   // of the agent
	Number   string        `json:"number,omitempty"` // the agent's mobile, in place of a phone
	Line     pbx.ChannelID `json:"line,omitempty"`   // the agent's nailed-up line, in place of ringing
	Made     time.Time     `json:"made"`
	Deadline time.Time     `json:"deadline"`
}

// ByName reports whether the agent was asked for by name, not found for a
// waiting caller.
func (o Offer) ByName() bool { return o.Token < 0 }

// Missed reports whether the agent let the offer run out.
func (o Offer) Missed(now time.Time) bool { return !now.Before(o.Deadline) }

// Line is a trunk as the board shows it.
type Line struct {
	Trunk    pbx.TrunkID `json:"trunk"`
	Site     SiteID      `json:"site"`
	Name     string      `json:"name"`
	Online   bool        `json:"online"`
	InUse    int         `json:"in_use"` // channels, either way
	Out      int         `json:"out"`    // of them outgoing
	Max      int         `json:"max"`    // 0: not limited
	Failures int         `json:"failures"`
}
