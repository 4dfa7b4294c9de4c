package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/postgres"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
)

func files(bodies ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i, body := range bodies {
		name := fmt.Sprintf("%05d_step.sql", i+1)
		fsys[name] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + body + "\n")}
	}
	return fsys
}

func TestEachSchemaKeepsItsOwnTablesAndVersion(t *testing.T) {
	pool := postgrestest.New(t,
		postgres.Migrations{Schema: "left_side", FS: files(`CREATE TABLE thing (a int);`, `ALTER TABLE thing ADD b int;`)},
		postgres.Migrations{Schema: "right_side", FS: files(`CREATE TABLE thing (c int);`)})
	for schema, want := range map[string]int{"left_side": 2, "right_side": 1} {
		var got int
		if err := pool.QueryRow(t.Context(), `SELECT max(version_id) FROM `+schema+`.goose_version`).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s is at version %d, want %d", schema, got, want)
		}
	}
	if _, err := pool.Exec(t.Context(), `INSERT INTO left_side.thing (a, b) VALUES (1, 2); INSERT INTO right_side.thing (c) VALUES (3)`); err != nil {
		t.Error(err)
	}
}

func TestProcessesThatStartTogetherMigrateOnce(t *testing.T) {
	pool := postgrestest.New(t)
	// Without the lock the second runner would try to make the table again.
	set := postgres.Migrations{Schema: "thing", FS: files(`SELECT pg_sleep(0.1); CREATE TABLE once (a int);`)}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := postgres.Migrate(t.Context(), pool, set); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestFailedMigrationLeavesNothingOfItselfAndNamesTheFile(t *testing.T) {
	pool := postgrestest.New(t)
	set := postgres.Migrations{Schema: "thing", FS: files(`CREATE TABLE one (a int);`, `CREATE TABLE two (a int); SELECT no_such_function();`)}
	err := postgres.Migrate(t.Context(), pool, set)
	if err == nil || !strings.Contains(err.Error(), "00002_step.sql") || !strings.Contains(err.Error(), "no_such_function") {
		t.Fatalf("error %v does not name file and reason", err)
	}
	var two *string
	if err := pool.QueryRow(t.Context(), `SELECT to_regclass('thing.two')::text`).Scan(&two); err != nil || two != nil {
		t.Errorf("half of the failed file stayed: %v %v", two, err)
	}
	set.FS = files(`CREATE TABLE one (a int);`, `CREATE TABLE two (a int);`)
	if err := postgres.Migrate(t.Context(), pool, set); err != nil {
		t.Errorf("after the file was corrected: %v", err)
	}
}

func TestDatabaseOfANewerProgramIsRefused(t *testing.T) {
	pool := postgrestest.New(t, postgres.Migrations{Schema: "thing", FS: files(`SELECT 1;`, `SELECT 1;`)})
	err := postgres.Migrate(t.Context(), pool, postgres.Migrations{Schema: "thing", FS: files(`SELECT 1;`)})
	if err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("got %v", err)
	}
}

func TestAbsentServerIsUnavailableAndTellsNoPassword(t *testing.T) {
	_, err := postgres.Open(t.Context(), "postgres://yht:geheim@127.0.0.1:1/yht")
	if !errors.Is(err, postgres.ErrUnreachable) || errkind.Of(err) != errkind.Unavailable {
		t.Errorf("got %v, kind %s", err, errkind.Of(err))
	}
	for _, bad := range []string{"", "host=127.0.0.1 password=geheim", "mysql://u:geheim@h/d", "postgres://u:geheim@h:99999999/d", "://geheim"} {
		_, err := postgres.Open(t.Context(), bad)
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("Open(%q): %v", bad, err)
		}
	}
	if err != nil && strings.Contains(err.Error(), "geheim") {
		t.Errorf("the password is in %v", err)
	}
}

func TestBrokenConnectionIsToldFromARefusedQuery(t *testing.T) {
	pool := postgrestest.New(t)
	if _, err := pool.Exec(t.Context(), `SELECT pg_terminate_backend(pg_backend_pid())`); !postgres.Away(err) {
		t.Errorf("our connection was ended: %v", err)
	}
	if _, err := pool.Exec(t.Context(), `SELECT no_such_column`); err == nil || postgres.Away(err) {
		t.Errorf("a mistake of ours: %v", err)
	}
}

func TestOpenEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := postgres.Open(ctx, "postgres://yht@127.0.0.1:1/yht"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
