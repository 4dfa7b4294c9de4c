package directory

import (
	"context"
	"embed"
	"runtime"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations makes the schema "directory".
var Migrations = postgres.Embedded("directory", files)

// What a question can come back with.
var (
	ErrNotFound = errkind.New(errkind.NotFound, "directory: there is no such entry")
	ErrExists   = errkind.New(errkind.Conflict, "directory: it is there already")
)

// Store answers questions about the directory and changes it. It is safe for
// use by many goroutines.
type Store struct {
	db     *pgxpool.Pool
	policy Policy
	// hashing bounds how many passwords are hashed at once: each takes 19 MiB
	// and a core, and anybody can ask for it.
	hashing chan struct{}
}

// New returns a store on a database that holds Migrations.
func New(pool *pgxpool.Pool) *Store { return NewWithPolicy(pool, DefaultPolicy) }

// NewWithPolicy is New with other rules for passwords.
func NewWithPolicy(pool *pgxpool.Pool, policy Policy) *Store {
	return &Store{db: pool, policy: policy, hashing: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// querier is a pool or a transaction.
type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// collect runs a query and returns its rows as values of T, whose fields are
// named like the columns.
func collect[T any](ctx context.Context, db querier, sql string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}
