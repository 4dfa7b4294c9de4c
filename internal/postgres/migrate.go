package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"regexp"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// Migrations is what a package that keeps data hands to Migrate: the Postgres
// schema it owns and the goose files (00001_what_it_does.sql, …) in the root of
// FS. Unqualified names in the files mean that schema. A file that has been
// released is never changed; the next one corrects it.
type Migrations struct {
	Schema string
	FS     fs.FS
}

// Embedded makes the Migrations of a schema from files that a package has
// compiled in, below its folder migrations.
func Embedded(schema string, files embed.FS) Migrations {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return Migrations{Schema: schema, FS: sub}
}

// migrating is the advisory lock that keeps two starting processes from
// migrating one database at once. Any number will do, if nobody else uses it.
const migrating = 0x12328_0001

var plainName = regexp.MustCompile(`^[a-z][a-z_]*$`)

// Migrate brings the schemas up to date, in the order given, and logs one line
// for each file applied. Processes that start together wait for each other. A
// database that is ahead of this program (a newer one has been here) is
// refused.
func Migrate(ctx context.Context, pool *pgxpool.Pool, sets ...Migrations) error {
	// The lock belongs to a connection, so it holds one of its own; it ends
	// with the connection, whatever happens to us.
	conn, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig.Copy())
	if err != nil {
		return fmt.Errorf("postgres: connect to migrate: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(migrating)); err != nil {
		return fmt.Errorf("postgres: wait for the right to migrate: %w", err)
	}
	for _, set := range sets {
		if !plainName.MatchString(set.Schema) {
			return fmt.Errorf("postgres: %q is not a name for a schema", set.Schema)
		}
		if _, err := conn.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+set.Schema); err != nil {
			return fmt.Errorf("postgres: create schema %s: %w", set.Schema, err)
		}
		if err := up(ctx, pool, set); err != nil {
			return fmt.Errorf("postgres: migrate schema %s: %w", set.Schema, err)
		}
	}
	return nil
}

func up(ctx context.Context, pool *pgxpool.Pool, set Migrations) error {
	cfg := pool.Config().ConnConfig.Copy()
	cfg.RuntimeParams["search_path"] = set.Schema + ", public"
	db := stdlib.OpenDB(*cfg)
	defer func() { _ = db.Close() }()

	p, err := goose.NewProvider(goose.DialectPostgres, db, set.FS,
		goose.WithTableName(set.Schema+".goose_version"),
		goose.WithDisableGlobalRegistry(true),
		goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	if err := notAhead(ctx, p); err != nil {
		return err
	}
	done, err := p.Up(ctx)
	if partial, ok := errors.AsType[*goose.PartialError](err); ok {
		done = partial.Applied
		err = fmt.Errorf("%s: %w", partial.Failed.Source.Path, partial.Err)
	}
	for _, r := range done {
		slog.InfoContext(ctx, "migrated", "schema", set.Schema, "file", r.Source.Path, "took", r.Duration)
	}
	return err
}

// notAhead refuses a database that holds a migration which this program does
// not know.
func notAhead(ctx context.Context, p *goose.Provider) error {
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return fmt.Errorf("the database is at version %d and this program knows only %d: start the newer program", have, want)
	}
	return nil
}
