package recording

import (
	"context"
	"embed"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations makes the Postgres schema recording.
var Migrations = postgres.Embedded("recording", migrationFiles)

// RiverSchema is the Postgres schema in which the jobs of River are.
const RiverSchema = "river"

// migratingRiver is the advisory lock that keeps two starting processes from
// migrating River's tables at once.
const migratingRiver = 0x12328_0002

// MigrateRiver brings River's own tables up to date. Processes that start
// together wait for each other.
func MigrateRiver(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("recording: connect to migrate River: %w", err)
	}
	defer conn.Release()
	if err := lockRiver(ctx, conn); err != nil {
		return fmt.Errorf("recording: wait for the right to migrate River: %w", err)
	}
	defer func() {
		_, err := conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(migratingRiver))
		if err != nil { // the lock ends with the connection
			_ = conn.Conn().Close(context.WithoutCancel(ctx))
		}
	}()
	if _, err := conn.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+RiverSchema); err != nil {
		return fmt.Errorf("recording: create schema %s: %w", RiverSchema, err)
	}
	quiet := slog.New(slog.DiscardHandler)
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: RiverSchema, Logger: quiet})
	if err != nil {
		return fmt.Errorf("recording: prepare River's migration: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("recording: migrate River: %w", err)
	}
	return nil
}

// lockRiver asks again and again instead of waiting in the database: River
// builds indexes concurrently, which waits for every statement under way, and a
// statement that waits for our lock would be one.
func lockRiver(ctx context.Context, conn *pgxpool.Conn) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		var ours bool
		err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, int64(migratingRiver)).Scan(&ours)
		if err != nil || ours {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
