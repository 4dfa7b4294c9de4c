// Package postgrestest gives every test a Postgres database of its own, with
// the schemas it asks for, on the real server named by YHT_TEST_POSTGRES_URL.
//
// Migrating takes a while, copying does not: the schemas are migrated once into
// a template, named by the hash of their files, and each test's database is a
// copy of it. The template stays on the test server for the next run.
package postgrestest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres"
)

// New returns a pool on a new database that holds the given schemas and ends
// with the test. Without a test server the test is skipped, or fails when
// YHT_TEST_REQUIRED=1.
func New(t testing.TB, sets ...postgres.Migrations) *pgxpool.Pool {
	t.Helper()
	pool, _ := NewURL(t, sets...)
	return pool
}

// NewURL is New for tests that start something which connects by itself; it
// returns the address of the database as well.
func NewURL(t testing.TB, sets ...postgres.Migrations) (*pgxpool.Pool, string) {
	t.Helper()
	server := serverURL(t)
	ctx := context.Background() // clean-up must work when the test's context has ended
	template, err := template(ctx, server, sets)
	if err != nil {
		t.Fatalf("postgrestest: prepare the template: %v", err)
	}
	name := "yht_test_" + plain(id.New())
	if err := admin(ctx, server, fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s`, name, template)); err != nil {
		t.Fatalf("postgrestest: create database: %v", err)
	}
	t.Cleanup(func() {
		if err := admin(ctx, server, fmt.Sprintf(`DROP DATABASE IF EXISTS %s WITH (FORCE)`, name)); err != nil {
			t.Errorf("postgrestest: drop database: %v", err)
		}
	})
	own := withDatabase(t, server, name)
	pool, err := postgres.Open(ctx, own)
	if err != nil {
		t.Fatalf("postgrestest: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool, own
}

func serverURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("YHT_TEST_POSTGRES_URL")
	if server == "" {
		const what = "NOT TESTED: YHT_TEST_POSTGRES_URL names no Postgres server (postgres://superuser@127.0.0.1:5432/postgres)"
		if os.Getenv("YHT_TEST_REQUIRED") == "1" {
			t.Fatal(what)
		}
		t.Skip(what)
	}
	return server
}

var (
	mu    sync.Mutex
	ready = map[string]bool{} // templates known to be there, by name
)

// template returns the name of a database that holds the schemas, making it if
// this is the first time these very files are seen.
func template(ctx context.Context, server string, sets []postgres.Migrations) (string, error) {
	sum, err := hash(sets)
	if err != nil {
		return "", err
	}
	name := "yht_template_" + sum
	mu.Lock()
	defer mu.Unlock()
	if ready[name] {
		return name, nil
	}
	conn, err := connect(ctx, server)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	var there bool
	err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there)
	if err == nil && !there {
		err = build(ctx, conn, server, name, sets)
	}
	if err != nil {
		return "", err
	}
	ready[name] = true
	return name, nil
}

// build migrates under another name and renames at the end, so that a template
// that can be seen is whole. Another test process may win the race; that is as
// good.
func build(ctx context.Context, conn *pgx.Conn, server, name string, sets []postgres.Migrations) error {
	draft := "yht_draft_" + plain(id.New())
	if _, err := conn.Exec(ctx, `CREATE DATABASE `+draft); err != nil {
		return err
	}
	defer func() { _, _ = conn.Exec(ctx, `DROP DATABASE IF EXISTS `+draft+` WITH (FORCE)`) }()
	u, err := databaseURL(server, draft)
	if err != nil {
		return err
	}
	pool, err := postgres.Open(ctx, u)
	if err != nil {
		return err
	}
	err = postgres.Migrate(ctx, pool, sets...)
	pool.Close()
	if err != nil {
		return err
	}
	return rename(ctx, conn, draft, name)
}

// rename waits until the server has let go of the connections that migrated:
// Postgres ends them a moment after they were closed.
func rename(ctx context.Context, conn *pgx.Conn, draft, name string) error {
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		_, err := conn.Exec(ctx, fmt.Sprintf(`ALTER DATABASE %s RENAME TO %s`, draft, name))
		switch code := sqlState(err); {
		case code == "55006" && time.Now().Before(deadline): // object_in_use
			continue
		case code == "42P04": // duplicate_database
			return nil
		}
		return err
	}
}

// admin runs one statement on the server's own database.
func admin(ctx context.Context, server, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

func connect(ctx context.Context, server string) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return nil, fmt.Errorf("connect to the test server: %w", err)
	}
	return conn, nil
}

func hash(sets []postgres.Migrations) (string, error) {
	h := sha256.New()
	for _, set := range sets {
		fmt.Fprintf(h, "schema %s\n", set.Schema)
		err := fs.WalkDir(set.FS, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := fs.ReadFile(set.FS, path)
			fmt.Fprintf(h, "file %s %d\n", path, len(b))
			h.Write(b)
			return err
		})
		if err != nil {
			return "", fmt.Errorf("read the migrations of %s: %w", set.Schema, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12]), nil
}

func plain(s string) string { return strings.ReplaceAll(s, "-", "") }

func sqlState(err error) string {
	var coded interface{ SQLState() string }
	if errors.As(err, &coded) {
		return coded.SQLState()
	}
	return ""
}
