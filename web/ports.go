package web

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/statistics"
	"github.com/yihaotong/yihaotong/ticketing"
)

// Desks is what the edge asks of the engine: an agent's own seat, and what a
// supervisor does with others'.
type Desks interface {
	SignIn(ctx context.Context, a orchestrator.Agent) (orchestrator.Agent, error)
	SignOut(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID) (orchestrator.Agent, error)
	Ready(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID) (orchestrator.Agent, error)
	NotReady(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID, reason string) (orchestrator.Agent, error)
	ExtendWrapUp(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID, by time.Duration) (orchestrator.Agent, error)
	Ask(ctx context.Context, site orchestrator.SiteID, by orchestrator.AgentID, want orchestrator.Request) (orchestrator.Agent, error)
	Consult(ctx context.Context, site orchestrator.SiteID, by orchestrator.AgentID, to orchestrator.Target) (orchestrator.Agent, error)
	Transfer(ctx context.Context, site orchestrator.SiteID, by orchestrator.AgentID, to orchestrator.Target) (orchestrator.Agent, error)
	Refer(ctx context.Context, site orchestrator.SiteID, by orchestrator.AgentID, code string, to *orchestrator.Target) (orchestrator.Agent, error)
	Dial(ctx context.Context, site orchestrator.SiteID, by orchestrator.AgentID, d orchestrator.Errand) (orchestrator.Agent, error)

	ListenIn(ctx context.Context, site orchestrator.SiteID, by, agent orchestrator.AgentID, mode orchestrator.ListenMode, over bool) (orchestrator.Agent, error)
	Force(ctx context.Context, site orchestrator.SiteID, by, id orchestrator.AgentID, act orchestrator.AgentAct, reason string) (orchestrator.Agent, error)
	SetSkills(ctx context.Context, site orchestrator.SiteID, by, id orchestrator.AgentID, skills map[string]int) (orchestrator.Agent, error)
	WithdrawCallback(site orchestrator.SiteID, parent orchestrator.CallID)
	MoveWaiting(ctx context.Context, site orchestrator.SiteID, by orchestrator.AgentID, call orchestrator.CallID, m orchestrator.Move) error

	Agent(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID) (orchestrator.Agent, error)
	Call(id orchestrator.CallID) (orchestrator.Call, bool)
	Watch(id orchestrator.AgentID) (changed <-chan struct{}, stop func())
	Health() orchestrator.Health
}

// Phones gives agents' phones to the switch. The engine takes them back when
// their agents sign out.
type Phones interface {
	PutPhone(ctx context.Context, p pbx.Phone) error
}

// Flows words the ways of callers: what people read for a path such as
// “greet>menu:1>general” through a flow, step by step; never nil. Language is
// zh or en.
type Flows interface {
	Titles(flow, path, language string) []string
}

// Floor is the live state of a site, for the board.
type Floor interface {
	Load(ctx context.Context, site orchestrator.SiteID) (live.State, error)
	Subscribe(ctx context.Context, site orchestrator.SiteID) (<-chan live.Change, error)
	Ping(ctx context.Context) error
}

// People is what the edge asks of the directory.
type People interface {
	Authenticate(ctx context.Context, number, password string, now time.Time) (directory.Person, error)
	ChangePassword(ctx context.Context, number, old, password string, now time.Time) error
	Person(ctx context.Context, number string) (directory.Person, error)
	People(ctx context.Context, site string) ([]directory.Person, error)
	Site(ctx context.Context, code string) (directory.Site, error)
	Queues(ctx context.Context, site string) ([]directory.Queue, error)
	NotReadyReasons(ctx context.Context) ([]directory.NotReadyReason, error)
	Skills(ctx context.Context) ([]directory.Skill, error)
	Phones(ctx context.Context, site string) ([]directory.Phone, error)
	RecordReveal(ctx context.Context, by, subject, reason string, now time.Time) error
}

// Catalogue is what the edge looks up about places and categories.
type Catalogue interface {
	Sites(ctx context.Context) ([]directory.Site, error)
	Regions(ctx context.Context) ([]directory.Region, error)
	RegionOfNumber(ctx context.Context, number string) (directory.Origin, error)
	Categories(ctx context.Context) (directory.Categories, error)
	Blacklisted(ctx context.Context, site, number string, now time.Time) (bool, error)
}

// Records is the past of calls.
type Records interface {
	List(ctx context.Context, f record.Filter) (records []record.Record, total int, err error)
	Get(ctx context.Context, call orchestrator.CallID) (record.Detail, error)
	Story(ctx context.Context, call orchestrator.CallID) (record.Story, error)
	OfCaller(ctx context.Context, site orchestrator.SiteID, caller string, before time.Time, limit int) ([]record.Record, error)
}

// Recordings is where recordings are kept.
type Recordings interface {
	Find(ctx context.Context, callIDs ...string) (map[string]recording.Info, error)
	Open(ctx context.Context, callID string) (io.ReadSeekCloser, recording.Info, error)
	Waveform(ctx context.Context, callID string) (recording.Waveform, error)
}

// Tickets is where tickets are kept.
type Tickets interface {
	Draft(ctx context.Context, n ticketing.NewDraft) (ticketing.Ticket, error)
	Get(ctx context.Context, ref string, p ticketing.Person) (ticketing.Ticket, error)
	Save(ctx context.Context, ref string, rev int64, f ticketing.Fields, by ticketing.Person) (ticketing.Ticket, error)
	Act(ctx context.Context, ref string, a ticketing.Action, in ticketing.ActInput, now time.Time) (ticketing.Ticket, error)
	List(ctx context.Context, f ticketing.Filter) ([]ticketing.Ticket, int, error)
	Log(ctx context.Context, ref string, p ticketing.Person) ([]ticketing.LogEntry, error)
	Missing(ctx context.Context, t ticketing.Ticket) ([]ticketing.FieldProblem, error)
	OpenOfCaller(ctx context.Context, site, number string) ([]ticketing.Ticket, error)
	OfCalls(ctx context.Context, callIDs []string, p ticketing.Person) (map[string][]ticketing.Ticket, error)
	BusinessTypes(ctx context.Context) ([]ticketing.Code, error)
}

// Figures counts calls.
type Figures interface {
	Today(ctx context.Context, site string, where *time.Location, now time.Time) (statistics.Counts, error)
	Trend(ctx context.Context, site string, from, to time.Time, step time.Duration) ([]statistics.Point, error)
}

// Health tells what of the program works.
type Health interface {
	Ping(ctx context.Context) error // Postgres
	Lag() int                       // facts that are not in Postgres yet
}

// Config is what the edge must be told.
type Config struct {
	SIP     string       // host:port of the switch, shown to people
	SIPURL  string       // SIP over WebSocket at the switch, as ws://127.0.0.1:8088/ws; empty: no browser phones
	Console http.Handler // the front end: console.Handler()
	Metrics http.Handler // nil: /metrics is not there

	AnswerWithin time.Duration // how long a request of the API may take; 0: 10 s
}
