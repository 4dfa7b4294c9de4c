package live

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// patience bounds every call: a caller's next prompt waits for it.
const patience = time.Second

// Store is the live state of all sites of one Redis. Its methods may be called
// by any number of goroutines; each returns within a second, with an error that
// matches ErrUnavailable when Redis is away.
type Store struct {
	redis redis.UniversalClient
}

var _ orchestrator.Live = (*Store)(nil)

// New returns a store on a client, which the caller closes. Open makes one with
// fitting time-outs.
func New(client redis.UniversalClient) *Store { return &Store{client} }

// Open returns a client for the Redis at url (redis://user:password@host:port/db,
// rediss://… or unix://…), with short time-outs and without the client's own
// retries. It does not connect.
func Open(url string) (redis.UniversalClient, error) {
	opt, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("live: the address must look like redis://host:6379/0: %w", err)
	}
	opt.DialTimeout, opt.ReadTimeout, opt.WriteTimeout = patience, patience, patience
	opt.PoolTimeout = patience
	opt.ContextTimeoutEnabled = true
	// A repeated command may come after its own effect; we repeat ourselves
	// where that is harmless.
	opt.MaxRetries, opt.DialerRetries = -1, 1
	opt.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	quiet()
	return redis.NewClient(opt), nil
}

// quiet leads the client's own log lines, one for each failed dial, to slog's
// debug level: the errors themselves reach whoever asked.
var quiet = sync.OnceFunc(func() { redis.SetLogger(debugLog{}) })

type debugLog struct{}

func (debugLog) Printf(ctx context.Context, format string, v ...any) {
	slog.DebugContext(ctx, "redis client", "says", fmt.Sprintf(format, v...))
}

// Ping asks whether Redis answers.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.redis.Ping(ctx).Err(); err != nil {
		return trouble("ping", err)
	}
	return nil
}

// Forgotten reports whether Redis has lost a site since the last Rebuild, or
// never had it.
func (s *Store) Forgotten(ctx context.Context, site orchestrator.SiteID) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	n, err := s.redis.Exists(ctx, of(site).born()).Result()
	if err != nil {
		return false, trouble("ask for site "+string(site), err)
	}
	return n == 0, nil
}
