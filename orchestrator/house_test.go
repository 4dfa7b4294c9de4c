package orchestrator_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/internal/redistest"
	. "github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
)

const (
	changsha = SiteID("430100")
	trunk    = pbx.TrunkID("trunk")
	greeting = "欢迎拨打12328交通运输服务监督电话"
)

// house is a hotline on the simulated switch with a real Redis, in the time of
// a synctest bubble.
type house struct {
	*Engine
	t     *testing.T
	sim   *pbxtest.Sim
	facts *notebook
	store *live.Store
	town  town
	guard porter
	stop  func()
}

// porter is a guard that lets everything out by the one trunk, but the numbers
// it was told not to.
type porter struct {
	mu      sync.Mutex
	refused map[string]error
	longest time.Duration
	out     int // calls let out and not over
}

func (p *porter) Allow(_ context.Context, o Outgoing) (Way, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.refused[o.Number]; err != nil {
		return Way{}, err
	}
	p.out++
	return Way{Trunk: trunk, Number: o.Number, Longest: p.longest}, nil
}

func (p *porter) Ended(Outgoing, time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out--
}

// notebook is a journal that can be read.
type notebook struct {
	mu    sync.Mutex
	facts []Fact
}

func (n *notebook) Append(f Fact) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.facts = append(n.facts, f)
}

// of returns the facts of a kind.
func (n *notebook) of(kind FactKind) []Fact {
	n.mu.Lock()
	defer n.mu.Unlock()
	var found []Fact
	for _, f := range n.facts {
		if f.Kind == kind {
			found = append(found, f)
		}
	}
	return found
}

// speech makes no sound: the simulated switch gives every file two seconds.
type speech struct{ broken string }

func (s speech) File(_ context.Context, text, _ string) (string, error) {
	if s.broken != "" && text == s.broken {
		return "", fmt.Errorf("espeak-ng is not installed")
	}
	return "/prompts/" + text, nil
}

func (s speech) Named(_ context.Context, name string) (string, error) { return "/uploads/" + name, nil }

// town is a directory of one site.
type town struct {
	hours dialplan.Hours
	flow  string // YAML of a flow in place of "city"
	last  map[string]AgentID
	where *time.Location // China, if nil
}

func (town) Lead(_ context.Context, called string, t pbx.TrunkID) (dialplan.Route, bool) {
	return dialplan.Numbers{
		{Number: "12328", Site: string(changsha), Flow: "city"},
		{Number: "073112328", Site: string(changsha), Flow: "city"},
	}.Lead(called, t)
}

// builtin reads the flows once: the engine asks often.
var builtin = sync.OnceValues(dialplan.Builtin)

func (t town) Site(context.Context, SiteID) (Site, error) {
	flows, err := builtin()
	if t.flow != "" {
		flows = map[string]*dialplan.Flow{}
		flows["city"], err = dialplan.Parse("test.yaml", []byte(t.flow))
	}
	return Site{
		ID: changsha, Location: cmp.Or(t.where, dialplan.China), Hours: t.hours, Flows: flows,
		Queues: map[QueueID]Queue{
			"general": {ID: "general", Skills: []string{"general"}, RingFor: 20 * time.Second, WrapUp: 30 * time.Second},
			"duty":    {ID: "duty", RingFor: 20 * time.Second, WrapUp: 30 * time.Second},
		},
		Lines: []Line{{Trunk: trunk, Name: "电信中继", Max: 30, Online: true}},
	}, err
}

func (town) Blacklisted(_ context.Context, _ SiteID, number string, _ time.Time) bool {
	return number == "13999999999"
}

func (town) VIP(_ context.Context, _ SiteID, number string, _ time.Time) int {
	if number == "13900000001" {
		return 3
	}
	return 0
}

func (t town) LastAgent(_ context.Context, _ SiteID, number string) (AgentID, bool) {
	id, ok := t.last[number]
	return id, ok
}

// open runs f in a bubble with an engine at work.
func open(t *testing.T, f func(h *house)) {
	t.Helper()
	server := redistest.Start(t)
	openOn(t, server, speech{}, f)
}

// openTown is open for a site of its own.
func openTown(t *testing.T, where town, f func(h *house)) {
	t.Helper()
	openHouse(t, redistest.Start(t), speech{}, where, f)
}

func openOn(t *testing.T, server *redistest.Server, p Prompts, f func(h *house)) {
	t.Helper()
	openHouse(t, server, p, town{hours: dialplan.Hours{AlwaysOpen: true}}, f)
}

func openHouse(t *testing.T, server *redistest.Server, p Prompts, where town, f func(h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		options, err := redis.ParseURL(server.URL())
		if err != nil {
			t.Fatal(err)
		}
		client := redis.NewClient(options)
		defer client.Close()
		h := &house{t: t, sim: pbxtest.NewSim(t), facts: &notebook{}, store: live.New(client), town: where}
		h.begin(h.sim.Link, p)
		if err := h.sim.PutTrunk(h.ctx(), pbx.Trunk{ID: trunk}); err != nil {
			t.Fatal(err)
		}
		f(h)
		h.stop()
	})
}

// begin starts an engine on a link; stop ends it as a crash would: nothing is
// said to the switch.
func (h *house) begin(link *pbxtest.Link, p Prompts) {
	h.t.Helper()
	engine, err := New(h.ctx(), Config{Name: "engine", Sites: []SiteID{changsha}}, Parts{
		Switch: link, Live: h.store, Journal: h.facts, Directory: h.town, Prompts: p, Guard: &h.guard,
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.Engine = engine
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = link.Run(ctx) })
	running.Go(func() { _ = engine.Run(ctx) })
	h.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	h.t.Cleanup(h.stop)
	h.settle()
}

func (h *house) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	h.t.Cleanup(cancel)
	return ctx
}

// settle lets everything that is due now happen. Redis is outside the bubble,
// so a short time passes too.
func (h *house) settle() { h.pass(50 * time.Millisecond) }

// pass lets time go by.
func (h *house) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// agent signs an agent in at a phone that answers after a second, and makes
// the agent ready.
func (h *house) agent(number string, skills ...string) *pbxtest.SimPhone {
	h.t.Helper()
	if len(skills) == 0 {
		skills = []string{"general"}
	}
	id := pbx.PhoneID("d" + number)
	if err := h.sim.PutPhone(h.ctx(), pbx.Phone{ID: id, Secret: "s"}); err != nil {
		h.t.Fatal(err)
	}
	phone := h.sim.Phone(id).Answers(time.Second)
	h.settle()
	levels := map[string]int{}
	for _, s := range skills {
		levels[s] = 1
	}
	_, err := h.SignIn(h.ctx(), Agent{ID: AgentID(number), Site: changsha, Name: number, Skills: levels, Phone: id})
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.Ready(h.ctx(), changsha, AgentID(number)); err != nil {
		h.t.Fatal(err)
	}
	h.settle()
	return phone
}

// is fails the test unless the agent is in the state, for the reason.
func (h *house) is(number string, state AgentState, reason string) Agent {
	h.t.Helper()
	a, err := h.Agent(h.ctx(), changsha, AgentID(number))
	if err != nil {
		h.t.Fatal(err)
	}
	if a.State != state || a.Reason != reason {
		h.t.Fatalf("agent %s is %s (%s), want %s (%s)", number, a.State, a.Reason, state, reason)
	}
	return a
}

// call places a call and lets it hear the greeting.
func (h *house) call(number string) *pbxtest.SimCaller {
	c := h.sim.Call(trunk, "12328", number)
	h.settle()
	return c
}

// clean fails the test if anything is left behind.
func (h *house) clean() {
	h.t.Helper()
	if left := h.sim.Orphans(); len(left) > 0 {
		h.t.Fatalf("left behind on the switch: %v", left)
	}
	if n := h.Health().Calls; n != 0 {
		h.t.Fatalf("%d calls are still being led", n)
	}
}

// live reads what Redis holds.
func (h *house) liveState() SiteState {
	h.t.Helper()
	s, err := h.store.Load(h.ctx(), changsha)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func kinds(facts []Fact) []FactKind {
	var k []FactKind
	for _, f := range facts {
		k = append(k, f.Kind)
	}
	return slices.Compact(k)
}
