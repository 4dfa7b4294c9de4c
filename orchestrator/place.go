package orchestrator

import (
	"time"

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
	Caller   string    `json:"caller"`
	Area     string    `json:"area,omitempty"` // area code of the caller's number, if it tells
}

// Offer is a call ringing at one agent for a limited time.
type Offer struct {
	Call     CallID      `json:"call"`
	Agent    AgentID     `json:"agent"`
	Phone    pbx.PhoneID `json:"phone"`
	Token    int64       `json:"token"` // fencing token: grows with every offer of the site
	Made     time.Time   `json:"made"`
	Deadline time.Time   `json:"deadline"`
}

// Missed reports whether the agent let the offer run out.
func (o Offer) Missed(now time.Time) bool { return !now.Before(o.Deadline) }

// Line is a trunk as the board shows it.
type Line struct {
	Trunk    pbx.TrunkID `json:"trunk"`
	Site     SiteID      `json:"site"`
	Name     string      `json:"name"`
	Online   bool        `json:"online"`
	InUse    int         `json:"in_use"`
	Max      int         `json:"max"` // 0: not limited
	Failures int         `json:"failures"`
}
