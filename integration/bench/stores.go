package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"github.com/yihaotong/yihaotong/internal/postgres"
)

// stores are a database of our own on the given PostgreSQL and an empty
// database of the given Redis; both are gone afterwards.
type stores struct {
	postgresURL, redisURL string
	db                    *pgxpool.Pool
	redis                 *redis.Client
	drop                  func()
	postmaster, server    int // process ids; 0: not on this machine
}

func openStores(ctx context.Context, postgresURL, redisURL string) (*stores, error) {
	s := &stores{}
	if err := s.openPostgres(ctx, postgresURL); err != nil {
		return nil, err
	}
	if err := s.openRedis(ctx, redisURL); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *stores) openPostgres(ctx context.Context, given string) error {
	u, err := url.Parse(given)
	if err != nil {
		return fmt.Errorf("read YHT_POSTGRES_URL: not an address")
	}
	admin, err := pgx.Connect(ctx, given)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL at %s: %w", u.Host, err)
	}
	name := "yht_bench_" + strings.ToLower(rand.Text()[:8])
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return fmt.Errorf("make a database: %w", err)
	}
	s.drop = func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_, _ = admin.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		_ = admin.Close(ctx)
	}
	var backend int
	if err := admin.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&backend); err == nil {
		if f, err := statOf(backend); err == nil {
			s.postmaster = int(f.number(4))
		}
	}
	u.Path = "/" + name
	s.postgresURL = u.String()
	if s.db, err = postgres.Open(ctx, s.postgresURL); err != nil {
		s.drop()
	}
	return err
}

// openRedis takes the first empty database there is.
func (s *stores) openRedis(ctx context.Context, given string) error {
	options, err := redis.ParseURL(given)
	if err != nil {
		return fmt.Errorf("read YHT_REDIS_URL: %w", err)
	}
	for options.DB = range 16 {
		s.redis = redis.NewClient(options)
		n, err := s.redis.DBSize(ctx).Result()
		if err == nil && n == 0 {
			break
		}
		_ = s.redis.Close()
		s.redis = nil
		if err != nil {
			return fmt.Errorf("look into Redis: %w", err)
		}
	}
	if s.redis == nil {
		return fmt.Errorf("none of the 16 databases of the given Redis is empty")
	}
	u, _ := url.Parse(given)
	u.Path = "/" + strconv.Itoa(options.DB)
	s.redisURL = u.String()
	if info, err := s.redis.Info(ctx, "server").Result(); err == nil {
		s.server, _ = strconv.Atoi(infoField(info, "process_id"))
	}
	return nil
}

func infoField(info, name string) string {
	for line := range strings.Lines(info) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func (s *stores) close() {
	if s.redis != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = s.redis.FlushDB(ctx)
		_ = s.redis.Close()
	}
	s.db.Close()
	s.drop()
}

// versions of both servers.
func (s *stores) versions(ctx context.Context) (pg, rd string) {
	_ = s.db.QueryRow(ctx, "SHOW server_version").Scan(&pg)
	info, _ := s.redis.Info(ctx, "server").Result()
	pg, _, _ = strings.Cut(pg, " ")
	return pg, infoField(info, "redis_version")
}

// kept is what the records of our program tell of the calls since a time.
type kept struct {
	calls, answered, open int
	wait                  []time.Duration // from the queue's beginning to the talk's
	recorded              []float64       // seconds of each recording in the vault
	recordings            int             // in the vault
	pending               int             // on the way there
	failed                int
}

func (s *stores) records(ctx context.Context, since time.Time) (k kept, err error) {
	rows, err := s.db.Query(ctx, `
		SELECT r.result, r.ended_at IS NULL,
		       coalesce(extract(epoch FROM r.answered_at - r.queued_at)::float8, -1),
		       coalesce(v.state, ''), coalesce(v.seconds, 0)
		FROM calls.record r LEFT JOIN recording.recording v ON v.call_id = r.id::text
		WHERE r.arrived_at >= $1`, since)
	if err != nil {
		return k, fmt.Errorf("read the call records: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var result, recording string
		var open bool
		var wait, seconds float64
		if err := rows.Scan(&result, &open, &wait, &recording, &seconds); err != nil {
			return k, fmt.Errorf("read a call record: %w", err)
		}
		k.calls++
		if open {
			k.open++
		}
		if result == "answered" {
			k.answered++
		}
		if wait >= 0 {
			k.wait = append(k.wait, time.Duration(wait*float64(time.Second)))
		}
		switch recording {
		case "ready":
			k.recordings++
			k.recorded = append(k.recorded, seconds)
		case "pending":
			// Of a call that nobody answered, it is given up a minute later.
			if result == "answered" {
				k.pending++
			}
		case "failed":
			k.failed++
		}
	}
	return k, rows.Err()
}
