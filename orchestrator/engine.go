package orchestrator

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/pbx"
)

// Config is what an engine must be told.
type Config struct {
	Name  string   // of this engine, unique on the node: holder of its leases
	Sites []SiteID // the sites it serves
}

// Engine leads the calls of one switch: every call in a goroutine of its own,
// every site on a floor of its own.
type Engine struct {
	cfg     Config
	sw      Switchboard
	live    Live
	journal Journal
	dir     Directory
	prompts Prompts
	guard   Guard
	log     *slog.Logger
	metrics *metrics

	floors map[SiteID]*floor
	mirror *mailbox[saved]
	calls  sync.WaitGroup
	liveUp atomic.Bool
	life   context.Context // ends with Run: that of calls which somebody's request begins
	die    context.CancelFunc

	mu       sync.Mutex
	runners  map[CallID]*runner
	channels map[pbx.ChannelID]*runner
	lines    map[pbx.ChannelID]Offer       // nailed-up lines, by their channel
	out      map[pbx.ChannelID]pbx.TrunkID // outgoing legs that the guard let out
	phones   map[pbx.PhoneID]bool
	trunks   map[pbx.TrunkID]bool
	booted   time.Time
	kept     map[SiteID]map[CallID][]byte // what an earlier engine left, until the switch tells what became of it
	adopted  bool                         // it has told
	link     chan struct{}                // closed while the link is up
	watchers map[AgentID]map[chan struct{}]struct{}
}

// Parts are what an engine works with.
type Parts struct {
	Switch    Switchboard
	Live      Live
	Journal   Journal
	Directory Directory
	Prompts   Prompts
	Guard     Guard
	Log       *slog.Logger
	Metrics   prometheus.Registerer
}

// New makes an engine; Run starts it.
func New(ctx context.Context, cfg Config, p Parts) (*Engine, error) {
	e := &Engine{
		cfg: cfg, sw: p.Switch, live: p.Live, journal: p.Journal, dir: p.Directory, prompts: p.Prompts, guard: p.Guard,
		log: p.Log, metrics: newMetrics(p.Metrics),
		floors: map[SiteID]*floor{}, mirror: newMailbox[saved](),
		runners: map[CallID]*runner{}, channels: map[pbx.ChannelID]*runner{}, lines: map[pbx.ChannelID]Offer{}, out: map[pbx.ChannelID]pbx.TrunkID{},
		phones: map[pbx.PhoneID]bool{}, trunks: map[pbx.TrunkID]bool{},
		kept: map[SiteID]map[CallID][]byte{},
		link: make(chan struct{}), watchers: map[AgentID]map[chan struct{}]struct{}{},
	}
	e.life, e.die = context.WithCancel(context.WithoutCancel(ctx))
	for _, s := range cfg.Sites {
		site, err := e.dir.Site(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("read site %s: %w", s, err)
		}
		if len(site.Flows) == 0 {
			return nil, fmt.Errorf("site %s has no flow for its callers", s)
		}
		e.floors[s] = newFloor(e, site)
	}
	return e, nil
}

// Run serves calls until ctx ends. Calls go on at the switch when it returns;
// the next engine adopts them.
func (e *Engine) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	defer context.AfterFunc(ctx, e.die)()
	for _, f := range e.floors {
		g.Go(func() error { return f.run(ctx) })
	}
	g.Go(func() error { return e.reflect(ctx) })
	g.Go(func() error { return e.consume(ctx) })
	err := g.Wait()
	e.calls.Wait()
	return err
}

// consume takes the switch's events, in order, to whom they concern.
func (e *Engine) consume(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case ev, open := <-e.sw.Events():
			if !open {
				return nil
			}
			e.event(ctx, ev)
		}
	}
}

func (e *Engine) event(ctx context.Context, ev pbx.Event) {
	switch ev := ev.(type) {
	case pbx.Connected:
		e.connected(ctx, ev.Snapshot)
	case pbx.Disconnected:
		e.log.Warn("the link to the switch is lost; calls go on there", "err", ev.Err)
		e.unlinked()
	case pbx.Arrived:
		e.arrived(ctx, ev)
	case pbx.PhoneChanged:
		e.phoneChanged(ev.Phone, ev.Online)
	case pbx.TrunkChanged:
		e.trunkChanged(ev.Trunk, ev.Online)
	default:
		if r := e.owner(ev.Subject()); r != nil {
			r.in.put(Happened{ev})
		}
		e.lineEvent(ev)
	}
}

// arrived opens a call for a caller's channel.
func (e *Engine) arrived(ctx context.Context, ev pbx.Arrived) {
	if e.owner(ev.Channel) != nil {
		return // told twice: by the snapshot and by its event
	}
	c := Call{
		ID: CallID(id.New()), Direction: Inbound, Channel: ev.Channel, Trunk: ev.Trunk, Called: ev.Called,
		Caller: dialplan.NormaliseNumber(ev.Caller), CallerName: ev.CallerName, Recording: ev.Recording,
		Language: dialplan.DefaultLanguage, Phase: InFlow, Arrived: ev.At,
	}
	route, known := e.dir.Lead(ctx, ev.Called, ev.Trunk)
	f := e.floors[SiteID(route.Site)]
	site, err := e.dir.Site(ctx, SiteID(route.Site))
	if !known || f == nil || err != nil || site.Flows[route.Flow] == nil {
		e.log.Warn("nobody here answers to the number dialled", "called", ev.Called, "trunk", ev.Trunk,
			"site", route.Site, "flow", route.Flow, "err", err)
		e.refuse(ctx, ev.Channel, pbx.BadNumber)
		return
	}
	c.Site, c.Flow = f.id, route.Flow
	c.Blocked = e.dir.Blacklisted(ctx, c.Site, c.Caller, ev.At)
	c.VIP = e.dir.VIP(ctx, c.Site, c.Caller, ev.At)
	e.trunkUse(f, c.Trunk, 1)
	e.start(ctx, c, f, site, Happened{ev})
	e.recall(ctx, c)
	e.metrics.decision.Observe(time.Since(ev.At).Seconds())
}

// recall looks up who spoke with a caller last. The call does not wait for it.
func (e *Engine) recall(ctx context.Context, c Call) {
	if c.Caller == "" {
		return
	}
	e.calls.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, liveTimeout)
		defer cancel()
		if agent, ok := e.dir.LastAgent(ctx, c.Site, c.Caller); ok {
			e.tell(c.ID, Known{agent})
		}
	})
}

// open begins a call that begins here.
func (e *Engine) open(ctx context.Context, c Call, first Input) CallID {
	f := e.floors[c.Site]
	if f == nil {
		return ""
	}
	site, err := e.dir.Site(ctx, c.Site)
	if err != nil {
		e.log.Error("begin a call", "site", c.Site, "err", err)
		return ""
	}
	if c.ID == "" {
		c.ID = CallID(id.New())
	}
	c.Recording = pbx.RecordingOf(customerLeg(c.ID))
	if c.Direction == Internal {
		c.Recording = ""
	}
	if c.Place != nil {
		place := *c.Place
		place.Call = c.ID
		c.Place = &place
	}
	e.start(ctx, c, f, site, first)
	return c.ID
}

// refuse ends a channel that belongs to no call.
func (e *Engine) refuse(ctx context.Context, ch pbx.ChannelID, cause pbx.Cause) {
	e.calls.Go(func() {
		if err := e.command(ctx, pbx.Hangup{Channel: ch, Cause: cause}); err != nil {
			e.log.Warn("refuse channel", "channel", ch, "err", err)
		}
	})
}

// start gives a call its goroutine and its first input.
func (e *Engine) start(ctx context.Context, c Call, f *floor, site Site, first Input) {
	r := e.newRunner(c, f, site)
	e.mu.Lock()
	e.runners[c.ID] = r
	for _, ch := range c.channels() {
		e.channels[ch] = r
	}
	e.mu.Unlock()
	e.metrics.current.Inc()
	r.in.put(first)
	e.calls.Go(func() {
		r.run(ctx)
		e.ended(r)
	})
}

func (e *Engine) ended(r *runner) {
	c := r.seen.Load()
	e.mu.Lock()
	delete(e.runners, c.ID)
	for ch, owner := range e.channels {
		if owner == r {
			delete(e.channels, ch)
		}
	}
	e.mu.Unlock()
	e.metrics.current.Dec()
	for _, in := range r.in.take() { // nothing more can be put
		switch late := in.(type) {
		case Proposed:
			r.floor.post(func() { r.floor.offerClosed(late.Offer, OutcomeCancelled, time.Now()) })
		case awaited:
			late.reply <- ErrNoTalk
		}
	}
	if c.Phase == Over {
		e.metrics.calls.WithLabelValues(string(c.Result)).Inc()
		if c.Direction == Inbound {
			e.trunkUse(r.floor, c.Trunk, -1)
		}
	}
}

func (e *Engine) own(ch pbx.ChannelID, r *runner) {
	e.mu.Lock()
	e.channels[ch] = r
	e.mu.Unlock()
}

func (e *Engine) disown(ch pbx.ChannelID, r *runner) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.channels[ch] == r {
		delete(e.channels, ch)
	}
}

func (e *Engine) owner(ch pbx.ChannelID) *runner {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.channels[ch]
}

// tell gives a call an input, and reports whether the call was still there to
// take it.
func (e *Engine) tell(call CallID, in Input) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.runners[call]
	if r != nil {
		r.in.put(in)
	}
	return r != nil
}

// saved is a call as the live state keeps it.
type saved struct {
	site SiteID
	call CallID
	json []byte
	over bool
}

// reflect keeps the live state's copies of calls up to date; only the latest
// of each matters.
func (e *Engine) reflect(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-e.mirror.ready:
		}
		latest := map[CallID]saved{}
		for _, s := range e.mirror.take() {
			latest[s.call] = s
		}
		for _, s := range latest {
			e.save(ctx, s)
		}
	}
}

// saveAgain saves what may have changed while the live state was built anew
// from these calls.
func (e *Engine) saveAgain(site SiteID, written map[CallID][]byte) {
	gone := maps.Clone(written)
	for _, c := range e.Calls(site) {
		e.tell(c.ID, Due{}) // means nothing, and is published as every step is
		delete(gone, c.ID)
	}
	for id := range gone {
		if !e.keeps(site, id) {
			e.mirror.put(saved{site: site, call: id, over: true})
		}
	}
}

func (e *Engine) save(ctx context.Context, s saved) {
	if !e.liveUp.Load() {
		return // Rebuild writes every call when it is back
	}
	ctx, cancel := context.WithTimeout(ctx, liveTimeout)
	defer cancel()
	var err error
	if s.over {
		err = e.live.DropCall(ctx, s.site, s.call)
	} else {
		err = e.live.SaveCall(ctx, s.site, s.call, s.json)
	}
	if err != nil {
		e.log.Warn("save call", "call", s.call, "err", err)
	}
}
