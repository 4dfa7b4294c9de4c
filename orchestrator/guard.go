package orchestrator

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Outgoing is a call to an outside number that somebody wants to make.
type Outgoing struct {
	Site    SiteID
	Agent   AgentID // empty: the flow or the engine itself
	Call    CallID
	Channel pbx.ChannelID
	Trunk   pbx.TrunkID // the trunk wished for; empty: the guard chooses
	Number  string
	Purpose Purpose
	At      time.Time
}

// Way is how an outgoing call may go.
type Way struct {
	Trunk   pbx.TrunkID
	Number  string        // as the trunk wants it dialled
	Caller  string        // number to show
	Longest time.Duration // when it is cut; 0: never
}

// Guard stands before every outgoing call: what it does not allow is not
// dialled. A refusal's error tells its kind (errkind) and why.
type Guard interface {
	Allow(ctx context.Context, o Outgoing) (Way, error)
	// Ended reports that an allowed call is over, and whether it was cut for
	// its length. Talked is zero if it was not answered.
	Ended(o Outgoing, talked time.Duration, cut bool)
}
