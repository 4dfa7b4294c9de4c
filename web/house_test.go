package web_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"log/slog"
	"math"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/yihaotong/yihaotong/alarm"
	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/postgres"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/internal/redistest"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
	"github.com/yihaotong/yihaotong/orchestrator/live"
	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/quality"
	"github.com/yihaotong/yihaotong/roster"
	"github.com/yihaotong/yihaotong/statistics"
	"github.com/yihaotong/yihaotong/tasks"
	"github.com/yihaotong/yihaotong/ticketing"
	"github.com/yihaotong/yihaotong/tollfraud"
	"github.com/yihaotong/yihaotong/web"
	"github.com/yihaotong/yihaotong/web/auth"
	"github.com/yihaotong/yihaotong/web/console"
)

const (
	changsha = orchestrator.SiteID("430100")
	trunk    = pbx.TrunkID("trunk")
	password = "Chang-Sha-12328"
	patience = 15 * time.Second // for what happens in milliseconds on a quiet machine
)

// house is the whole program without a front end: the real engine on the
// simulated switch, with real Postgres and Redis, behind a real HTTP server.
type house struct {
	t        *testing.T
	http     *httptest.Server
	edge     *web.Server
	sim      *pbxtest.Sim
	engine   *orchestrator.Engine
	people   *directory.Store
	pool     *pgxpool.Pool // straight to Postgres
	postgres *relay        // by which the program reaches it
	redis    *redistest.Server
	log      *logbook
	gauge    *gauge // what alarms are measured by
}

// logbook keeps what the program logs.
type logbook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

type option func(*web.Deps)

// limits of sessions, unless a test says otherwise.
var limits = auth.Limits{Idle: 30 * time.Minute, Max: 12 * time.Hour}

// open starts a house. Everything ends with the test.
func open(t *testing.T, options ...option) *house {
	t.Helper()
	t.Parallel()
	h := &house{t: t, sim: pbxtest.NewSim(t), redis: redistest.Start(t), log: &logbook{}}
	var address string
	h.pool, address = postgrestest.NewURL(t, directory.Migrations, journal.Migrations, recording.Migrations, quality.Migrations, ticketing.Migrations, roster.Migrations, auth.Migrations, tasks.Migrations, alarm.Migrations, tollfraud.Migrations)
	ctx := context.Background()
	if err := recording.MigrateRiver(ctx, h.pool); err != nil {
		t.Fatal(err)
	}
	h.postgres = relayTo(t, address)
	pool, err := postgres.Open(ctx, h.postgres.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	h.people = directory.New(pool)
	if err := h.people.SeedDemo(ctx, directory.Demo{Password: password, Realm: pbx.Realm}, time.Now()); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client, err := live.Open(h.redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	store := live.New(client)
	facts, err := journal.Open(t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	facts.InTx(collect)
	items := tasks.New(pool, h.able, false)
	facts.InTx(follow(items))
	facts.ShipTo(pool)
	h.engine, err = orchestrator.New(ctx, orchestrator.Config{Name: "test", Sites: []orchestrator.SiteID{changsha}}, orchestrator.Parts{
		Switch: h.sim.Link, Live: store, Journal: facts, Directory: town{}, Prompts: speech{}, Guard: gate{}, Log: log, Metrics: prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	collector, err := recording.NewCollector(pool, tones{}, dir, log)
	if err != nil {
		t.Fatal(err)
	}
	vault, err := recording.NewVault(pool, dir)
	if err != nil {
		t.Fatal(err)
	}
	deps := web.Deps{
		Config:   web.Config{SIP: "127.0.0.1:5060", SIPURL: "ws://127.0.0.1:1/ws", Console: console.Handler()},
		Sessions: auth.New(pool, limits), People: h.people, Catalogue: h.people, Desks: h.engine, Phones: h.sim.Link, Flows: town{},
		Floor: store, Records: record.New(pool), Tickets: ticketing.New(pool, categories{h.people}, nil),
		Recordings: vault, Figures: statistics.New(pool),
		Roster: roster.New(pool), WorkDays: h.people, PastCalls: &past{}, Health: vitals{pool, facts}, Outbound: tollfraud.NewStore(pool), Numbers: h.people, Guard: gate{}, Log: log,
	}
	deps.Tasks = items
	deps.Archive, deps.Quality = vault, quality.New(pool, recorded{vault}, &inspectors{h.people})
	h.gauge = &gauge{}
	centre := alarm.NewCentre(pool, []string{string(changsha)}, h.gauge, log)
	deps.Alarms = web.Alarms{Centre: centre, Book: alarm.New(pool)}
	for _, o := range options {
		o(&deps)
	}
	h.edge = web.New(deps)
	h.http = httptest.NewServer(h.edge)

	work, stop := context.WithCancel(ctx)
	writing, stopWriting := context.WithCancel(ctx)
	var engine, journalling sync.WaitGroup
	journalling.Go(func() { _ = facts.Run(writing) })
	engine.Go(func() { _ = h.sim.Run(work) })
	engine.Go(func() { _ = h.engine.Run(work) })
	engine.Go(func() { _ = collector.Run(work) })
	engine.Go(func() { _ = centre.Run(work) })
	t.Cleanup(func() {
		h.postgres.heal()
		h.edge.Close()
		h.http.Close()
		stop()
		engine.Wait()
		stopWriting()
		journalling.Wait()
		_ = facts.Close()
		_ = client.Close()
		if t.Failed() {
			t.Log(h.log)
		}
	})
	h.eventually("the engine is at work", func() bool { s := h.engine.Health(); return s.Switch && s.Live })
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := h.sim.PutTrunk(within, pbx.Trunk{ID: trunk}); err != nil {
		t.Fatal(err)
	}
	return h
}

// eventually waits until something is so.
func (h *house) eventually(what string, is func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("never: %s", what)
		}
	}
}

// collect orders recordings, as cmd does.
func collect(ctx context.Context, tx pgx.Tx, facts []orchestrator.Fact) error {
	for _, f := range facts {
		if f.Kind == orchestrator.CallEnded && f.Data.Recording != "" {
			if err := recording.Enqueue(ctx, tx, string(f.Call), f.Data.Recording); err != nil {
				return err
			}
		}
	}
	return recording.Note(ctx, tx, moments(facts)...)
}

// town is the engine's directory: one site whose callers are led straight to
// its people.
type town struct{}

func (town) Lead(_ context.Context, called string, t pbx.TrunkID) (dialplan.Route, bool) {
	return dialplan.Numbers{{Number: "12328", Site: string(changsha), Flow: "short"}}.Lead(called, t)
}

func (town) Titles(flow, path, language string) []string {
	flows := map[string]*dialplan.Flow{}
	if site, err := (town{}).Site(context.Background(), changsha); err == nil {
		flows = site.Flows
	}
	return flows[flow].Titles(path, language)
}

const shortFlow = `
flow: short
title: 直接转人工
start: people
steps:
  people:
    do: enqueue
    title: {zh: 转人工服务, en: To an agent}
    queue: general
    then: bye
    otherwise: bye
  bye:
    do: hangup
    text: 感谢您的来电，再见。
`

func (town) Site(context.Context, orchestrator.SiteID) (orchestrator.Site, error) {
	flow, err := dialplan.Parse("short.yaml", []byte(shortFlow))
	return orchestrator.Site{
		ID: changsha, Location: dialplan.China, Hours: dialplan.Hours{AlwaysOpen: true},
		Flows: map[string]*dialplan.Flow{"short": flow},
		Queues: map[orchestrator.QueueID]orchestrator.Queue{
			"general": {ID: "general", Name: "综合业务", Skills: []string{"general"}, RingFor: 20 * time.Second, WrapUp: 30 * time.Second},
		},
		Lines: []orchestrator.Line{{Trunk: trunk, Name: "电信中继", Max: 30, Online: true}},
	}, err
}

func (town) Blacklisted(context.Context, orchestrator.SiteID, string, time.Time) bool { return false }

func (town) VIP(context.Context, orchestrator.SiteID, string, time.Time) int { return 0 }

func (town) LastAgent(context.Context, orchestrator.SiteID, string) (orchestrator.AgentID, bool) {
	return "", false
}

// gate lets calls out to mobile telephones and to a few short numbers.
type gate struct{}

var errGate = errkind.New(errkind.Forbidden, "web_test: the number is not allowed")

func (gate) Allow(_ context.Context, o orchestrator.Outgoing) (orchestrator.Way, error) {
	if len(o.Number) > 5 && !strings.HasPrefix(o.Number, "1") {
		return orchestrator.Way{}, errGate
	}
	return orchestrator.Way{Trunk: trunk, Number: o.Number, Caller: "12328"}, nil
}

func (gate) Ended(orchestrator.Outgoing, time.Duration, bool) {}

// speech makes no sound.
type speech struct{}

func (speech) File(_ context.Context, text, _ string) (string, error) { return "/prompts/" + text, nil }

func (speech) Named(_ context.Context, name string) (string, error) { return "/uploads/" + name, nil }

// tones is the switch's disk: every recording is two seconds, the caller at
// 440 Hz, the agent at 1000 Hz and half as loud.
type tones struct{}

func (tones) OpenRecording(context.Context, string) (io.ReadCloser, int64, bool, error) {
	const frames = 2 * 8000
	b := make([]byte, 0, frames*4)
	for i := range frames {
		t := 2 * math.Pi * float64(i) / 8000
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(16000*math.Sin(440*t))))
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(8000*math.Sin(1000*t))))
	}
	return io.NopCloser(bytes.NewReader(b)), int64(len(b)), true, nil
}

func (tones) DeleteRecording(context.Context, string) error { return nil }

// vitals and categories join packages as cmd does.
type vitals struct {
	*pgxpool.Pool
	journal *journal.Journal
}

func (v vitals) Lag() int { return v.journal.Lag() }

type categories struct{ people *directory.Store }

func (c categories) Category(ctx context.Context, code string) (*ticketing.Category, error) {
	set, err := c.people.Categories(ctx)
	if err != nil {
		return nil, err
	}
	found, ok := set.Find(code)
	if !ok {
		return nil, nil
	}
	return &ticketing.Category{Code: found.Code, Version: set.Version, InScope: found.InScope}, nil
}
