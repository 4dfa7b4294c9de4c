// Package postgres opens our database and brings its schemas up to date. It
// knows no table: every package that keeps data owns one Postgres schema and
// the migrations of it, and writes its own SQL.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Away reports whether an error of a query means that the server is away or
// going (no connection, restarting, out of connections), as opposed to a
// refusal of what was asked: then the same may be tried again later.
func Away(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		// Class 08 connection exception, 57P01–57P03 shutdown and start-up,
		// 53300 too many connections.
		return strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "57P0") || pg.Code == "53300"
	}
	_, dialling := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	return dialling || network || pgconn.SafeToRetry(err) || errors.Is(err, io.ErrUnexpectedEOF)
}

// ErrUnreachable is in the chain of every error of Open that means “the server
// is away”, as opposed to “the address is wrong”.
var ErrUnreachable = errkind.New(errkind.Unavailable, "postgres: the server cannot be reached")

// connectWithin bounds one attempt to connect, also later ones of the pool: a
// server behind a dead route must not hold a request for minutes.
const connectWithin = 5 * time.Second

// Open returns a pool of connections to the database at rawURL
// (postgres://user:password@host:port/database?sslmode=…), after one
// connection has been made. The parameters of the URL (pool_max_conns,
// connect_timeout, application_name, …) win over our defaults. Errors never
// hold the password.
func Open(ctx context.Context, rawURL string) (*pgxpool.Pool, error) {
	cfg, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("postgres: open %s: %w", Where(rawURL), err)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*connectWithin)
	defer cancel()
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		if Away(err) {
			err = fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
		return nil, fmt.Errorf("connect to %s: %w", Where(rawURL), err)
	}
	return pool, nil
}

func parse(rawURL string) (*pgxpool.Config, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, fmt.Errorf("postgres: the address must look like postgres://user:password@host:5432/database")
	}
	cfg, err := pgxpool.ParseConfig(rawURL)
	if err != nil {
		return nil, fmt.Errorf("postgres: address %s: %w", Where(rawURL), err)
	}
	given := u.Query()
	if !given.Has("pool_max_conns") {
		cfg.MaxConns = max(cfg.MaxConns, 16)
	}
	if !given.Has("connect_timeout") {
		cfg.ConnConfig.ConnectTimeout = connectWithin
	}
	if !given.Has("pool_max_conn_lifetime_jitter") {
		cfg.MaxConnLifetimeJitter = cfg.MaxConnLifetime / 10
	}
	set := cfg.ConnConfig.RuntimeParams
	if set["application_name"] == "" {
		set["application_name"] = "yihaotong"
	}
	// Dates are compared and cut by SQL as well as by Go: both must mean the
	// same moment. Whoever wants local days says so (AT TIME ZONE).
	if set["timezone"] == "" {
		set["timezone"] = "UTC"
	}
	return cfg, nil
}

// Where names the server and database of an address for people and logs,
// without user and password.
func Where(rawURL string) string {
	cfg, err := pgx.ParseConfig(rawURL)
	if err != nil {
		return "the given address"
	}
	return fmt.Sprintf("%s:%d/%s", cfg.Host, cfg.Port, cfg.Database)
}
