package directory_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
)

const (
	demoPassword = "Yht-12328-demo"
	changsha     = "430100"
)

// noon is when most tests take place: a Friday.
var noon = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

// demo returns a store that holds the demo city.
func demo(t *testing.T) (*directory.Store, *pgxpool.Pool) {
	t.Helper()
	pool := postgrestest.New(t, directory.Migrations)
	s := directory.New(pool)
	if err := s.SeedDemo(t.Context(), directory.Demo{Password: demoPassword, Realm: "yihaotong"}, noon); err != nil {
		t.Fatal(err)
	}
	return s, pool
}

// exec is for what only a hand in the database could do.
func exec(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// contents returns a fingerprint of every table, rows in any order.
func contents(t *testing.T, pool *pgxpool.Pool) map[string]string {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	rows, err := pool.Query(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = 'directory' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		names = append(names, n)
	}
	sums := map[string]string{}
	for _, n := range names {
		var sum string
		err := pool.QueryRow(ctx, `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM directory.`+n+` t`).Scan(&sum)
		if err != nil {
			t.Fatal(err)
		}
		sums[n] = sum
	}
	return sums
}
