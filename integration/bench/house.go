package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/dialplan/speech"
)

// house is everything that is measured, started here and ended here.
type house struct {
	tree, root, dir string
	say             func(format string, args ...any)

	stores  *stores
	switch_ *exchange
	program *program
	stage   *stage
	agents  []*agent // signed in, not ready; the first is the one with our own phone

	agentsAt string        // where the telephones of all others listen
	greeting string        // the sound that the flow begins with, without its ending
	greets   time.Duration // how long it lasts

	closers []func()
}

// open starts everything. When it fails, what was started has ended again.
func (h *house) open(ctx context.Context, agents int) (err error) {
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	h.say("building the program, starting Asterisk")
	binary := filepath.Join(h.dir, "yihaotong-bin")
	g, both := errgroup.WithContext(ctx)
	g.Go(func() error { return buildProgram(both, h.root, binary) })
	g.Go(func() (err error) {
		h.switch_, err = startExchange(both, h.tree, h.dir, "asterisk", nil)
		return err
	})
	err = g.Wait()
	if h.switch_ != nil {
		h.later(func() { h.switch_.end(5 * time.Second) })
	}
	if err != nil {
		return err
	}
	if h.stores, err = openStores(ctx, os.Getenv("YHT_POSTGRES_URL"), os.Getenv("YHT_REDIS_URL")); err != nil {
		return err
	}
	h.later(h.stores.close)
	if err := h.start(ctx, binary, agents); err != nil {
		return err
	}
	h.stage = &stage{tree: h.tree, dir: h.dir}
	h.later(h.stage.end)
	return h.staff(ctx, agents)
}

// start brings the demo city and its people into the database and starts the
// program.
func (h *house) start(ctx context.Context, binary string, agents int) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	addr := net.JoinHostPort(loopback.String(), strconv.Itoa(int(port)))
	ari := url.URL{Scheme: "http", User: url.UserPassword(h.switch_.User, h.switch_.Password), Host: h.switch_.HTTP.String()}
	env := settings(map[string]string{
		"YHT_NODE": "bench", "YHT_HTTP_ADDR": addr, "YHT_POSTGRES_URL": h.stores.postgresURL, "YHT_REDIS_URL": h.stores.redisURL,
		"YHT_ASTERISK_URL": ari.String(), "YHT_ASTERISK_SIP": h.switch_.SIP.String(),
		"YHT_DATA_DIR": filepath.Join(h.dir, "data"),
	})
	h.say("making the demo city with %d agents", agents)
	if err := command(ctx, binary, h.dir, env, "migrate"); err != nil {
		return err
	}
	if err := command(ctx, binary, h.dir, env, "init", "--demo"); err != nil {
		return err
	}
	if err := h.stores.seed(ctx, agents); err != nil {
		return err
	}
	if h.program, err = serve(ctx, binary, h.dir, addr, env); err != nil {
		return err
	}
	h.later(func() { h.program.end(10 * time.Second) })
	return h.findGreeting(ctx)
}

// findGreeting has the first words of the city's flow spoken, which the
// program does at its start too, into the same place.
func (h *house) findGreeting(ctx context.Context) error {
	flows, err := dialplan.Builtin()
	if err != nil {
		return err
	}
	voice, err := speech.New(speech.Config{Dir: filepath.Join(h.dir, "data/prompts")}, speech.Espeak{})
	if err != nil {
		return err
	}
	for _, text := range flows["city"].Texts() {
		if !strings.HasPrefix(text, "欢迎拨打12328") {
			continue
		}
		if h.greeting, err = voice.File(ctx, text, dialplan.DefaultLanguage); err != nil {
			return fmt.Errorf("speak the greeting: %w", err)
		}
		info, err := os.Stat(h.greeting + speech.Ending)
		if err != nil {
			return fmt.Errorf("measure the greeting: %w", err)
		}
		h.greets = time.Duration(info.Size()-44) * time.Second / (2 * speech.Rate)
		return nil
	}
	return errors.New("the flow of the city greets nobody")
}

// staff registers the telephones and brings the agents to their desks.
func (h *house) staff(ctx context.Context, n int) error {
	h.say("registering %d telephones, logging the agents in", n)
	err := until(ctx, 30*time.Second, "the switch knows the telephones", func() (bool, error) {
		known, err := h.switch_.endpoints(ctx, "d3")
		return known == n+1, errors.Join(err, h.program.failure())
	})
	if err != nil {
		return err
	}
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	h.agentsAt = net.JoinHostPort(loopback.String(), strconv.Itoa(int(ports[0])))
	if err := h.stage.register(ctx, h.switch_.SIP.String(), ports[0], phones(n)); err != nil {
		return err
	}
	if err := h.stage.agents(h.switch_.SIP.String(), ports[0], ports[1]); err != nil {
		return err
	}
	h.agents = make([]*agent, n+1)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for i := range h.agents {
		g.Go(func() (err error) {
			h.agents[i], err = logIn(ctx, h.program.url, firstAgent+i)
			return err
		})
	}
	return g.Wait()
}

// later notes what is to be done at the end, the last first.
func (h *house) later(do func()) { h.closers = append(h.closers, do) }

func (h *house) close() {
	for len(h.closers) > 0 {
		last := len(h.closers) - 1
		h.closers[last]()
		h.closers = h.closers[:last]
	}
}

// meter reads everybody who has a part in a call.
func (h *house) meter(x *exchange) meter {
	m := meter{
		asterisk: func() (usage, error) { return usageOf(x.cmd.Process.Pid) },
		ours:     func() (usage, error) { return usageOf(h.program.cmd.Process.Pid) },
		peers:    h.stage.usage,
	}
	if pid := h.stores.postmaster; pid > 1 {
		m[database] = func() (usage, error) { return usageOfFamily(pid) }
	}
	if pid := h.stores.server; pid > 0 {
		m[redisDB] = func() (usage, error) { return usageOf(pid) }
	}
	return m
}

// allReady makes every agent but the first ready: also those whom an earlier
// load has left not ready.
func (h *house) allReady(ctx context.Context) error {
	return each(ctx, h.agents[1:], func(ctx context.Context, a *agent) error {
		return until(ctx, 20*time.Second, "agent "+a.number+" is ready", func() (bool, error) {
			s, err := a.seat(ctx)
			if err != nil || s.State == "ready" {
				return err == nil, err
			}
			_ = a.ready(ctx) // refused while a call is ending: asked again
			return false, h.program.failure()
		})
	})
}

// settlePause is long, because what we ask costs those who are measured.
const settlePause = 250 * time.Millisecond

// settled waits until no call is left, all facts are in Postgres and all
// recordings of answered calls since a time are in the vault. That it does not
// come about within limit is a finding, which is said, and no error.
func (h *house) settled(ctx context.Context, since time.Time, limit time.Duration) (atRest bool, err error) {
	var left string
	err = untilEvery(ctx, settlePause, limit, "all calls, records and recordings are where they belong", func() (bool, error) {
		m, err := h.program.metrics(ctx)
		if err != nil {
			return false, errors.Join(err, h.program.failure())
		}
		calls, lag := m["yihaotong_calls_current"], m["yihaotong_journal_lag"]
		left = fmt.Sprintf("%g calls are going on, %g facts are not in Postgres", calls, lag)
		if calls > 0 || lag > 0 {
			return false, nil
		}
		k, err := h.stores.records(ctx, since)
		left = fmt.Sprintf("%d records are open, %d recordings pending", k.open, k.pending)
		return k.open == 0 && k.pending == 0, err
	})
	if errors.Is(err, errTimeout) && ctx.Err() == nil {
		h.say("  not at rest after %s: %s", limit, left)
		return false, nil
	}
	return err == nil, err
}
