package asterisk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/yihaotong/yihaotong/pbx"
)

// Config says which Asterisk to drive, and how.
type Config struct {
	URL      string // of Asterisk's HTTP server, as http://127.0.0.1:8088
	User     string // of ari.conf
	Password string
	App      string // Stasis application; default "yihaotong"

	// Qualify is how often Asterisk asks a phone and a trunk's server whether
	// they are alive (seconds resolution). Zero: never; a phone then counts as
	// reachable until its registration runs out. See RecommendedQualify.
	Qualify time.Duration

	Command   time.Duration // limit of a command whose context has no deadline; default 5 s
	Heartbeat time.Duration // between two pings of the event socket; default 2 s
	Patience  time.Duration // for a pong, for a connection; default 3 s
	Backlog   int           // events that may wait for the reader before the link is given up; default 100,000
}

// RecommendedQualify notices a phone that has lost its power or its network
// within 35 s, for 17 questions a second to 500 phones. A browser's is noticed
// at once, by its connection. It is what the configuration begins with.
const RecommendedQualify = 30 * time.Second

// ErrReplaced ends Run: another process has opened the same application and
// receives its events from now on.
var ErrReplaced = errors.New("asterisk: another process has taken over the application")

// ErrRunning is returned by a second Run.
var ErrRunning = errors.New("asterisk: Run may be called once")

// Switch is one Asterisk. It implements pbx.Switch.
type Switch struct {
	bad     error // why it cannot run
	cfg     Config
	log     *slog.Logger
	metrics *metrics
	rest    *rest
	legs    *book
	provs   *provisions
	events  chan pbx.Event
	link    atomic.Pointer[session] // nil: no link
	ran     atomic.Bool
	doubts  int // links in a row that were opened and proved deaf; Run's

	unwatched atomic.Bool // it has been said that registrations cannot be known

	mu     sync.Mutex
	booted time.Time // of the Asterisk that knows our phones and trunks
}

var _ pbx.Switch = (*Switch)(nil)

// New prepares a Switch; nothing happens before Run, which also reports a URL
// that cannot be used. The metrics are registered with reg, unless it is nil.
func New(cfg Config, log *slog.Logger, reg prometheus.Registerer) *Switch {
	base, err := parseURL(cfg.URL)
	if cfg.App == "" {
		cfg.App = "yihaotong"
	}
	orDuration(&cfg.Command, 5*time.Second)
	orDuration(&cfg.Heartbeat, 2*time.Second)
	orDuration(&cfg.Patience, 3*time.Second)
	if cfg.Backlog == 0 {
		cfg.Backlog = 100_000
	}
	m := newMetrics(reg)
	return &Switch{
		bad: err, cfg: cfg, log: log.With("switch", base.Host), metrics: m,
		rest: newRest(base, cfg, m), legs: newBook(), provs: newProvisions(),
		events: make(chan pbx.Event, 64),
	}
}

func parseURL(text string) (*url.URL, error) {
	base, err := url.Parse(text)
	if err != nil || (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" {
		return &url.URL{}, fmt.Errorf("asterisk: URL %q: need http://host:port", text)
	}
	return base, nil
}

func orDuration(p *time.Duration, v time.Duration) {
	if *p == 0 {
		*p = v
	}
}

// Events is the one ordered stream of events.
func (s *Switch) Events() <-chan pbx.Event { return s.events }

// Run keeps the link to Asterisk until ctx ends, which is no error, or until
// another process takes over the application (ErrReplaced). While Asterisk is
// away it tries again, at first after 100 ms, then more slowly up to 3 s.
func (s *Switch) Run(ctx context.Context) error {
	if s.ran.Swap(true) {
		return ErrRunning
	}
	defer close(s.events)
	if s.bad != nil {
		return s.bad
	}
	defer s.rest.close()
	const first, last = 100 * time.Millisecond, 3 * time.Second
	wait, failures := first, 0
	for {
		connected, err := s.session(ctx)
		if connected && ctx.Err() == nil {
			s.emit(ctx, pbx.Disconnected{Wide: wide(time.Now()), Err: err})
			wait, failures = first, 0
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrReplaced):
			return err
		case connected:
			s.log.Warn("link to Asterisk lost", "err", err)
		case failures%20 == 0: // at once, then about every minute
			s.log.Error("cannot reach Asterisk; trying on", "err", err, "attempt", failures+1)
		}
		failures++
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait/2 + rand.N(wait/2)):
		}
		wait = min(2*wait, last)
	}
}

// emit hands one event to the reader; it waits for the reader, but no longer
// than ctx.
func (s *Switch) emit(ctx context.Context, e pbx.Event) {
	select {
	case s.events <- e:
	case <-ctx.Done():
	}
}

func wide(at time.Time) pbx.Wide { return pbx.Wide{At: at} }
