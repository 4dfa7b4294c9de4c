package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/yihaotong/yihaotong/alarm"
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/postgres"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/quality"
	"github.com/yihaotong/yihaotong/roster"
	"github.com/yihaotong/yihaotong/tasks"
	"github.com/yihaotong/yihaotong/ticketing"
	"github.com/yihaotong/yihaotong/tollfraud"
	"github.com/yihaotong/yihaotong/web/auth"
)

// schemas are the packages that keep data, in the order they are migrated.
var schemas = []postgres.Migrations{
	directory.Migrations, journal.Migrations, recording.Migrations, quality.Migrations, ticketing.Migrations, tasks.Migrations, roster.Migrations, auth.Migrations, alarm.Migrations, tollfraud.Migrations,
}

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database up to date",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withDatabase(cmd, func(pool *pgxpool.Pool) error { return migrate(cmd.Context(), pool) })
		},
	}
}

// withDatabase does something with the configured database.
func withDatabase(cmd *cobra.Command, do func(*pgxpool.Pool) error) error {
	c, _, err := settings(cmd, "postgres.url")
	if err != nil {
		return err
	}
	pool, err := postgres.Open(cmd.Context(), c.Postgres.URL)
	if err != nil {
		return err
	}
	defer pool.Close()
	return do(pool)
}

// migrate brings every schema up to date.
func migrate(ctx context.Context, pool *pgxpool.Pool) error {
	if err := postgres.Migrate(ctx, pool, schemas...); err != nil {
		return err
	}
	if err := recording.MigrateRiver(ctx, pool); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
}
