package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/yihaotong/yihaotong/alarm"
	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/dialplan/speech"
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/config"
	"github.com/yihaotong/yihaotong/internal/machine"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
	"github.com/yihaotong/yihaotong/orchestrator/live"
	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/quality"
	"github.com/yihaotong/yihaotong/tasks"
	"github.com/yihaotong/yihaotong/tollfraud"
	"github.com/yihaotong/yihaotong/web"
)

// node is everything one process runs.
type node struct {
	log       *slog.Logger
	registry  *registry
	guard     *tollfraud.Guard
	sw        *asterisk.Switch
	redis     *redis.Client
	journal   *journal.Journal
	engine    *orchestrator.Engine
	collector *recording.Collector
	clerk     *quality.Clerk
	prompts   *speech.Cache
	machine   *machine.Watch
	alarms    *alarm.Centre
	edge      *web.Server

	tasks       *tasks.Store
	transcriber *tasks.Transcriber // nil: no engine is configured
}

// assemble builds a node on a database that is up to date. Nothing runs yet.
func assemble(ctx context.Context, c config.Config, pool *pgxpool.Pool, log *slog.Logger) (*node, error) {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	n := &node{log: log}
	people := directory.New(pool)
	var err error
	if n.registry, err = newRegistry(ctx, people, filepath.Join(c.Data.Dir, "flows"), log); err != nil {
		return nil, err
	}
	n.guard = tollfraud.NewGuard(tollfraud.NewStore(pool), n.registry.zone, log)
	if n.sw, err = newSwitch(c, log, reg); err != nil {
		return nil, err
	}
	options, err := redis.ParseURL(c.Redis.URL)
	if err != nil {
		return nil, fmt.Errorf("read redis.url: %w", err)
	}
	n.redis = redis.NewClient(options)
	store := live.New(n.redis)
	if n.prompts, err = newPrompts(c, log); err != nil {
		return nil, err
	}
	if n.journal, err = journal.Open(filepath.Join(c.Data.Dir, "journal"), log); err != nil {
		return nil, err
	}
	reg.MustRegister(n.journal)
	n.journal.InTx(collectRecordings)
	n.journal.InTx(recordReferrals)
	n.tasks = newTasks(c, pool, people)
	n.journal.InTx(followTasks(n.tasks))
	n.journal.ShipTo(pool)
	vaultAt, err := vaultOptions(c)
	if err != nil {
		return nil, err
	}
	if n.collector, err = recording.NewCollector(pool, n.sw, c.Data.Dir, log, vaultAt...); err != nil {
		return nil, err
	}
	n.collector.Retire(ticketTies{pool})
	reg.MustRegister(n.collector)
	n.engine, err = orchestrator.New(ctx, orchestrator.Config{Name: c.Node.ID, Sites: n.registry.siteIDs()}, orchestrator.Parts{
		Switch: n.sw, Live: store, Journal: n.journal, Directory: acquaintance{n.registry, record.New(pool), log},
		Prompts: spoken{n.prompts}, Guard: guard{n.guard, n.registry}, Log: log, Metrics: reg,
	})
	if err != nil {
		return nil, err
	}
	n.machine = machine.New(c.Data.Dir)
	reg.MustRegister(n.machine)
	n.alarms = newAlarms(n, pool, people, store, log)
	n.edge, err = newEdge(c, pool, people, n, store, promhttp.HandlerFor(reg, promhttp.HandlerOpts{}), log)
	return n, err
}

// newSwitch makes the link to the telephone switch.
func newSwitch(c config.Config, log *slog.Logger, reg prometheus.Registerer) (*asterisk.Switch, error) {
	u, err := url.Parse(c.Asterisk.URL)
	if err != nil {
		return nil, fmt.Errorf("read asterisk.url: %w", err)
	}
	password, _ := u.User.Password()
	user := u.User.Username()
	u.User = nil
	return asterisk.New(asterisk.Config{URL: u.String(), User: user, Password: password, App: c.Asterisk.App, Qualify: c.Asterisk.Qualify}, log, reg), nil
}

// newPrompts makes the voice.
func newPrompts(c config.Config, log *slog.Logger) (*speech.Cache, error) {
	voices := []speech.Synthesizer{speech.Espeak{}}
	if c.Speech.Engine != "espeak" {
		voices = append([]speech.Synthesizer{speech.HTTP{URL: c.Speech.Engine}}, voices...)
	}
	return speech.New(speech.Config{Dir: filepath.Join(c.Data.Dir, "prompts"), Log: log}, voices...)
}

// spoken gives the engine its prompts.
type spoken struct{ *speech.Cache }

// Named implements orchestrator.Prompts.
func (s spoken) Named(_ context.Context, name string) (string, error) {
	switch name {
	case orchestrator.Beep:
		return s.Beep()
	case orchestrator.RingIn:
		return s.RingIn()
	}
	return s.Recording(name)
}

// run serves until ctx ends or a part can no longer do its work. The journal
// ends last: the others still have things to note.
func (n *node) run(ctx context.Context) error {
	writing, stopWriting := context.WithCancel(context.WithoutCancel(ctx))
	journalled := make(chan error, 1)
	go func() { journalled <- n.journal.Run(writing) }()
	guarded := make(chan error, 1)
	go func() { guarded <- n.guard.Run(writing, n.registry.sites()...) }()

	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return n.sw.Run(ctx) })
	g.Go(func() error { return n.engine.Run(ctx) })
	g.Go(func() error { return n.collector.Run(ctx) })
	g.Go(func() error { return n.clerk.Run(ctx) })
	g.Go(func() error { return n.registry.run(ctx) })
	if n.transcriber != nil {
		g.Go(func() error { return n.transcriber.Run(ctx) })
	}
	g.Go(func() error { return n.machine.Run(ctx) })
	g.Go(func() error { return n.alarms.Run(ctx) })
	g.Go(func() error { return n.provision(ctx) })
	g.Go(func() error { return n.warm(ctx) })
	g.Go(func() error {
		<-ctx.Done()
		n.edge.Close()
		return nil
	})
	err := g.Wait()
	stopWriting()
	if gerr := <-guarded; err == nil {
		err = gerr
	}
	if jerr := <-journalled; err == nil {
		err = jerr
	}
	if cerr := n.journal.Close(); err == nil {
		err = cerr
	}
	_ = n.redis.Close()
	return err
}

// provisionEvery is how soon a new phone or trunk reaches the switch.
const provisionEvery = 10 * time.Second

// provision makes the trunks and desk phones of the directory known to the
// switch, at the start and whenever they change.
func (n *node) provision(ctx context.Context) error {
	given := map[string]any{}
	for {
		for _, t := range n.registry.trunks() {
			n.give(ctx, given, "trunk "+string(t.ID), t, func(ctx context.Context) error { return n.sw.PutTrunk(ctx, t) })
		}
		for _, p := range n.registry.phones() {
			n.give(ctx, given, "phone "+string(p.ID), p, func(ctx context.Context) error { return n.sw.PutPhone(ctx, p) })
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(provisionEvery):
		}
	}
}

// give tells the switch about one thing, if it is news. What is put while there
// is no link, the driver gives to the switch when there is one.
func (n *node) give(ctx context.Context, given map[string]any, name string, value any, put func(context.Context) error) {
	if reflect.DeepEqual(given[name], value) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err := put(ctx)
	if err != nil && !errors.Is(err, pbx.ErrUnavailable) && ctx.Err() == nil {
		n.log.Warn("the switch does not know it yet; trying again", "what", name, "err", err)
		return
	}
	given[name] = value
}

// warm makes the prompts that callers will need, so that the first of them
// does not wait for the voice. A prompt that cannot be made is told, loudly.
func (n *node) warm(ctx context.Context) error {
	texts := map[string]bool{}
	for _, f := range n.registry.flows() {
		for _, t := range f.Texts() {
			texts[t] = true
		}
	}
	for _, p := range dialplan.Phrases {
		texts[p.In(dialplan.DefaultLanguage)] = true
	}
	for ahead := range 10 {
		texts[dialplan.Announcement(ahead, time.Duration(ahead+1)*time.Minute, dialplan.DefaultLanguage)] = true
	}
	all := make([]string, 0, len(texts))
	for t := range texts {
		all = append(all, t)
	}
	if err := n.prompts.Warm(ctx, all); err != nil && ctx.Err() == nil {
		n.log.Error("prompts cannot be made; callers will miss them", "err", err)
	}
	return nil
}
