package orchestrator

import (
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Leg is somebody in a call besides the customer and the agent responsible:
// whoever was asked for advice, the members of a conference, supervisors.
type Leg struct {
	Channel pbx.ChannelID `json:"channel"`
	Purpose Purpose       `json:"purpose"`
	Offer   *Offer        `json:"offer,omitempty"`  // an agent's seat; nil: an outside number
	Number  string        `json:"number,omitempty"` // the outside number
	Name    string        `json:"name,omitempty"`
	By      AgentID       `json:"by"` // who asked for it

	Ringing bool      `json:"ringing,omitempty"` // its phone is known to ring
	Up      bool      `json:"up,omitempty"`
	Since   time.Time `json:"since"`            // asked, and then answered, at
	Merged  bool      `json:"merged,omitempty"` // hears everybody
	Muted   bool      `json:"muted,omitempty"`

	Mode     ListenMode `json:"mode,omitempty"`      // a supervisor's
	To       AgentID    `json:"to,omitempty"`        // whose talk the supervisor takes part in
	TakeOver bool       `json:"take_over,omitempty"` // becomes responsible on answering
}

// Agent is the agent at the leg, if it is one's.
func (l Leg) Agent() AgentID {
	if l.Offer == nil {
		return ""
	}
	return l.Offer.Agent
}

// Listening reports whether the leg is a supervisor's who does not speak with
// everybody.
func (l Leg) Listening() bool { return l.Purpose == ForListen && !l.Merged }

// Guest returns who is being asked for advice: the one leg that is neither in
// the conversation nor listening to it.
func (c Call) Guest() (Leg, bool) {
	i := slices.IndexFunc(c.Others, func(l Leg) bool { return !l.Merged && l.Purpose != ForListen })
	if i < 0 {
		return Leg{}, false
	}
	return c.Others[i], true
}

// LegOf returns an agent's leg among the others.
func (c Call) LegOf(id AgentID) (Leg, bool) {
	i := slices.IndexFunc(c.Others, func(l Leg) bool { return id != "" && l.Agent() == id })
	if i < 0 {
		return Leg{}, false
	}
	return c.Others[i], true
}

// occupies reports whether the call takes an agent's time.
func (c Call) occupies(id AgentID) bool {
	_, other := c.LegOf(id)
	return other || c.Seat.Agent == id || (c.Offer != nil && c.Offer.Agent == id) || (c.Colleague != nil && c.Colleague.Agent == id)
}

// Conference reports whether more than customer and agent are together.
func (c Call) Conference() bool {
	return slices.ContainsFunc(c.Others, func(l Leg) bool { return l.Merged && l.Up })
}

// channels lists every channel of the call.
func (c Call) channels() []pbx.ChannelID {
	var all []pbx.ChannelID
	if c.Channel != "" {
		all = append(all, c.Channel)
	}
	if c.AgentLeg != "" {
		all = append(all, c.AgentLeg)
	}
	for _, l := range c.Others {
		all = append(all, l.Channel)
	}
	return all
}

// other returns the leg with a channel, to be changed; nil if there is none.
func (t *turn) other(ch pbx.ChannelID) *Leg {
	for i := range t.Others {
		if t.Others[i].Channel == ch {
			return &t.Others[i]
		}
	}
	return nil
}

// remove takes a leg out of the others.
func (t *turn) remove(ch pbx.ChannelID) {
	t.Others = slices.DeleteFunc(t.Others, func(l Leg) bool { return l.Channel == ch })
	for _, timer := range []Timer{goneTimer(ch), lineTimer(ch), cutTimer(ch)} {
		delete(t.Timers, timer)
	}
}
