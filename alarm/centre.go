package alarm

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"
)

// Source measures a site. It does not fail: what it cannot measure is missing
// from the picture. It returns within a few seconds.
type Source interface {
	Picture(ctx context.Context, site string) Picture
}

// The rhythm of a centre.
const (
	lookEvery  = time.Second
	readWithin = 2 * time.Second
	readAgain  = 30 * time.Second // also when nothing was heard
)

// Centre watches over sites and knows what goes on at them, for everybody this
// process serves.
type Centre struct {
	store  *Store
	source Source
	link   *link
	log    *slog.Logger
	sites  map[string]*watch
	pace   time.Duration
	now    func() time.Time
}

// NewCentre watches sites with a source, on a database that holds Migrations.
// It starts nothing.
func NewCentre(pool *pgxpool.Pool, sites []string, source Source, log *slog.Logger) *Centre {
	c := &Centre{
		store: New(pool), source: source, log: log, sites: map[string]*watch{}, pace: lookEvery, now: time.Now,
	}
	for _, site := range sites {
		c.sites[site] = &watch{
			site: site, open: map[Key]Episode{}, state: State{}, stale: make(chan struct{}, 1),
			listeners: map[chan struct{}]struct{}{},
		}
	}
	c.link = &link{pool: pool, sites: sites, heard: c.heard, log: log}
	return c
}

// Run watches until ctx ends. Every goroutine it starts has ended when it
// returns.
func (c *Centre) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { c.link.run(ctx); return nil })
	for _, w := range c.sites {
		g.Go(func() error { c.watchOver(ctx, w); return nil })
	}
	return g.Wait()
}

// Now returns the episodes of a site that go on and the notices that hold, the
// newest first.
func (c *Centre) Now(site string) ([]Episode, []Notice) {
	w := c.sites[site]
	if w == nil {
		return nil, nil
	}
	return w.current(c.now())
}

// Watch signals whenever what Now returns has changed, until stop is called.
// That a notice has run out is no signal.
func (c *Centre) Watch(site string) (changed <-chan struct{}, stop func()) {
	w := c.sites[site]
	if w == nil {
		return nil, func() {}
	}
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listeners[ch] = struct{}{}
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.listeners, ch)
	}
}

// heard notes that a site, or any, has to be read again.
func (c *Centre) heard(site string) {
	for _, w := range c.sites {
		if site != "" && site != w.site {
			continue
		}
		select {
		case w.stale <- struct{}{}:
		default:
		}
	}
}

// watchOver looks at one site again and again.
func (c *Centre) watchOver(ctx context.Context, w *watch) {
	tick := time.NewTicker(c.pace)
	defer tick.Stop()
	var read time.Time
	for {
		reread := false
		select {
		case <-ctx.Done():
			return
		case <-w.stale:
			reread = true
		case <-tick.C:
		}
		role := c.link.role(w.site)
		if role != w.role {
			w.role, reread = role, true
		}
		now := c.now()
		if role != Alone && (reread || now.Sub(read) >= readAgain) {
			if c.read(ctx, w) {
				read = now
			}
		}
		if role == Follows {
			w.forget()
			continue
		}
		c.look(ctx, w)
	}
}

// read takes over what the database holds of a site.
func (c *Centre) read(ctx context.Context, w *watch) bool {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	if w.role == Leads {
		if err := c.store.Found(ctx, w.site, c.now()); err != nil {
			return false // the link tells that the database is away
		}
		c.save(ctx, w)
	}
	rules, err := c.store.Rules(ctx, w.site)
	if err != nil {
		return false
	}
	open, err := c.store.Open(ctx, w.site)
	if err != nil {
		return false
	}
	notices, err := c.store.Notices(ctx, w.site, c.now())
	if err != nil {
		return false
	}
	w.takeOver(rules, open, notices, c.now())
	return true
}

// look evaluates a site once.
func (c *Centre) look(ctx context.Context, w *watch) {
	p := c.source.Picture(ctx, w.site)
	if ctx.Err() != nil {
		return
	}
	w.evaluate(p, c.now())
	if w.role == Leads {
		saving, cancel := context.WithTimeout(ctx, readWithin)
		defer cancel()
		c.save(saving, w)
	}
}

// save writes down what is not yet, in its order.
func (c *Centre) save(ctx context.Context, w *watch) {
	for len(w.unsaved) > 0 {
		e := w.unsaved[0]
		there, err := e, error(nil)
		if e.Closed != nil {
			err = c.store.end(ctx, e)
		} else {
			there, err = c.store.begin(ctx, e)
		}
		if err != nil && retry(ctx, err) {
			return
		}
		if err != nil { // would fail for ever
			c.log.Error("an alarm cannot be written down", "kind", string(e.Kind), "site", e.Site, "err", err)
		}
		w.saved(e, there)
	}
}

// watch is one site as a centre knows it. role, state, rules and unsaved belong
// to the goroutine of watchOver.
type watch struct {
	site    string
	stale   chan struct{}
	role    Role
	rules   []Rule
	state   State
	unsaved []Episode // begun or ended, and not written down

	mu        sync.Mutex
	open      map[Key]Episode
	notices   []Notice
	listeners map[chan struct{}]struct{}
}
