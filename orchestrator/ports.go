package orchestrator

import (
	"context"
	"errors"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/pbx"
)

// Switchboard is what the engine asks of a telephone switch.
type Switchboard interface {
	Events() <-chan pbx.Event
	Do(ctx context.Context, c pbx.Command) error
	RemovePhone(ctx context.Context, id pbx.PhoneID) error
}

// Journal keeps what happened. Append never waits for a disk or a database.
type Journal interface {
	Append(f Fact)
}

// Prompts makes texts and recordings into sound files that the switch can
// play; the results are paths without ending.
type Prompts interface {
	File(ctx context.Context, text, language string) (string, error)
	Named(ctx context.Context, name string) (string, error)
}

// Directory is what the engine asks about sites and numbers. The answers may
// be cached; a call asks once, when it arrives.
type Directory interface {
	// Lead finds the site and flow of a dialled number; false when nobody
	// here answers to it.
	Lead(ctx context.Context, called string, trunk pbx.TrunkID) (dialplan.Route, bool)
	// Site tells what calls of a site follow.
	Site(ctx context.Context, site SiteID) (Site, error)
	// Blacklisted reports whether a number may not call a site.
	Blacklisted(ctx context.Context, site SiteID, number string, at time.Time) bool
	// VIP tells by how many steps a number goes before others; 0: not on the
	// list.
	VIP(ctx context.Context, site SiteID, number string, at time.Time) int
	// LastAgent finds who spoke with a number last, if it was short ago. It may
	// ask a database and is never waited for.
	LastAgent(ctx context.Context, site SiteID, number string) (AgentID, bool)
}

// Site is a hotline as the engine needs to know it.
type Site struct {
	ID       SiteID
	Location *time.Location
	Hours    dialplan.Hours
	Flows    map[string]*dialplan.Flow
	Queues   map[QueueID]Queue
	Lines    []Line // with no counts
	Contacts map[string]dialplan.Contact
}

// Queue is where callers wait for agents with certain skills.
type Queue struct {
	ID      QueueID
	Name    string
	Skills  []string       // wanted besides those the flow names
	RingFor time.Duration  // how long an agent's phone rings
	WrapUp  time.Duration  // time for what must be written after a talk
	Levels  map[string]int // skill → least level; others: 1
	ByLevel bool           // the best skilled before the longest idle
}

// SiteState is everything live of a site at one moment.
type SiteState struct {
	Agents []Agent
	Places []Place
	Offers []Offer
	Calls  map[CallID][]byte // Call as JSON
	Lines  []Line
}

// Live keeps the state of now where every process of ours can see it, and
// lets exactly one offer win. It may be away or forget everything at any
// time; the engine then fills it again with Rebuild.
type Live interface {
	PutAgent(ctx context.Context, a Agent) error
	// Reserve takes the caller out of the queue and the agent out of the
	// ready ones, or nothing. It returns the offer's fencing token.
	Reserve(ctx context.Context, p Place, a Agent, deadline time.Time, epoch int64) (int64, error)
	Enter(ctx context.Context, p Place) error
	Leave(ctx context.Context, site SiteID, queue QueueID, call CallID) error
	CloseOffer(ctx context.Context, site SiteID, call CallID, token int64) error
	SaveCall(ctx context.Context, site SiteID, call CallID, json []byte) error
	DropCall(ctx context.Context, site SiteID, call CallID) error
	PutLine(ctx context.Context, l Line) error
	Load(ctx context.Context, site SiteID) (SiteState, error)
	Rebuild(ctx context.Context, site SiteID, s SiteState) error
	Acquire(ctx context.Context, name, holder string, ttl time.Duration) (epoch int64, ok bool, err error)
	Renew(ctx context.Context, name, holder string, ttl time.Duration) error
	Release(ctx context.Context, name, holder string) error
}

// What Live answers with.
var (
	ErrAgentTaken = errors.New("orchestrator: the agent is no longer free")
	ErrCallerGone = errors.New("orchestrator: the caller is no longer waiting")
	ErrFenced     = errors.New("orchestrator: another dispatcher has taken over")
	ErrForgotten  = errors.New("orchestrator: the live state was wiped")
	ErrStale      = errors.New("orchestrator: a newer state is already there")
	ErrLiveDown   = errors.New("orchestrator: the live state cannot be reached")
)
