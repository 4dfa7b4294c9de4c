package tollfraud

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Zones tells the time zone of a site.
type Zones func(site string) *time.Location

// Guard answers the engine. Run must be running for what is written behind the
// answers: ends of legs, emergencies, refusals while Postgres was away.
type Guard struct {
	store *Store
	zones Zones
	log   *slog.Logger
	later *later

	mu       sync.Mutex
	policies map[string]*Policy // as read last, for what must not wait; nil: not yet
}

// NewGuard returns a guard on a store. It starts nothing.
func NewGuard(store *Store, zones Zones, log *slog.Logger) *Guard {
	return &Guard{store: store, zones: zones, log: log, policies: map[string]*Policy{}, later: newLater()}
}

// answerWithin bounds how long somebody who dials waits for the answer.
const answerWithin = 2 * time.Second

// Allow says how a call may go, or why not as a Refusal. An emergency is
// answered from memory and written down later. Everything else needs Postgres:
// while it is away the ground is Unknown.
func (g *Guard) Allow(ctx context.Context, r Request) (Way, error) {
	r.Local = r.At.In(g.zones(r.Site))
	dialled, err := Dialled(r.Number)
	if why, ok := errors.AsType[*Refusal](err); ok {
		g.tell(refusal(r, why))
		return Way{}, why
	}
	r.Number = dialled
	if p := g.policy(ctx, r.Site); p.Always(r) {
		w, err := Decide(p, r, Usage{})
		g.later.add(func(ctx context.Context) error { return take(ctx, g.store.db, r, w) })
		return w, err
	}
	bounded, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	w, refused, err := g.store.reserve(bounded, r)
	if err != nil {
		g.Ended(r, 0, false) // the answer may have been lost and the place taken
		why := &Refusal{Ground: Unknown, Err: err}
		if ctx.Err() == nil {
			g.tell(refusal(r, why))
		}
		return Way{}, why
	}
	if refused != nil {
		return Way{}, refused
	}
	return w, nil
}

// Ended reports that an allowed leg is over, and whether it was cut for its
// length. It never waits; the place is free a moment later.
func (g *Guard) Ended(r Request, talked time.Duration, cut bool) {
	e := ended(r, talked, cut, time.Now())
	g.later.add(func(ctx context.Context) error { return give(ctx, g.store.db, e) })
}

// tell writes an event down behind the answer.
func (g *Guard) tell(e Event) {
	g.later.add(func(ctx context.Context) error { return write(ctx, g.store.db, e) })
}

// policy is a site's policy as read last. One that was never read is read now,
// if that goes quickly; else the Default holds.
func (g *Guard) policy(ctx context.Context, site string) Policy {
	g.mu.Lock()
	p := g.policies[site]
	g.policies[site] = p // from now on Run reads it
	g.mu.Unlock()
	if p != nil {
		return *p
	}
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	v, err := g.store.Current(ctx, site)
	if err != nil {
		return Default()
	}
	g.keep(site, v.Policy)
	return v.Policy
}

// readWithin bounds how long the first call of a process waits for the rules.
const readWithin = 300 * time.Millisecond

func (g *Guard) keep(site string, p Policy) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.policies[site] = &p
}

// How often Run reads the policies, and how often it forgets old legs.
const (
	rereadEvery = 10 * time.Second
	forgetEvery = time.Hour
)

// Run writes what is to be written and keeps the policies of sites in memory
// up to date, until ctx ends; then it writes what is left, for a moment.
func (g *Guard) Run(ctx context.Context, sites ...string) error {
	for _, site := range sites {
		g.policy(ctx, site)
	}
	reread, forget := time.NewTicker(rereadEvery), time.NewTicker(forgetEvery)
	defer reread.Stop()
	defer forget.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
			defer cancel()
			if left := g.later.work(last, g.log); left > 0 {
				g.log.Warn("calls to outside could not be written down; their places are free when their leases end", "left", left)
			}
			return nil
		case <-g.later.more:
			if g.later.work(ctx, g.log) > 0 {
				g.later.again(ctx)
			}
		case <-reread.C:
			g.reread(ctx)
		case <-forget.C:
			if err := g.store.forget(ctx, time.Now()); err != nil && ctx.Err() == nil {
				g.log.Warn("old legs cannot be forgotten", "err", err)
			}
		}
	}
}

// reread reads the policies again. What cannot be read goes on to hold.
func (g *Guard) reread(ctx context.Context) {
	g.mu.Lock()
	sites := make([]string, 0, len(g.policies))
	for site := range g.policies {
		sites = append(sites, site)
	}
	g.mu.Unlock()
	for _, site := range sites {
		bounded, cancel := context.WithTimeout(ctx, answerWithin)
		v, err := g.store.Current(bounded, site)
		cancel()
		if err != nil {
			return
		}
		g.keep(site, v.Policy)
	}
}
