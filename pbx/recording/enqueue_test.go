package recording

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestEnqueueBelongsToItsTransactionAndCountsOnce(t *testing.T) {
	b := newBench(t)
	undo := errors.New("undo")
	err := pgx.BeginFunc(t.Context(), b.pool, func(tx pgx.Tx) error {
		return errors.Join(Enqueue(t.Context(), tx, "call-1", "n"), undo)
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
	for range 3 {
		err := pgx.BeginFunc(t.Context(), b.pool, func(tx pgx.Tx) error { return Enqueue(t.Context(), tx, "call-2", "yihaotong/17.1") })
		if err != nil {
			t.Fatal(err)
		}
	}
	var jobs int64
	b.number(&jobs, `SELECT count(*) FROM river.river_job`)
	if jobs != 1 || b.info("call-1").State != None || b.info("call-2").State != Pending {
		t.Errorf("%d jobs, %+v, %+v", jobs, b.info("call-1"), b.info("call-2"))
	}
	for _, bad := range [][2]string{{"", "n"}, {"../x", "n"}, {".x", "n"}, {"a/b", "n"}, {"a", ""}, {"a", "x\x00"}, {"a\n", "n"}, {strings.Repeat("a", 129), "n"}, {"\xff", "n"}} {
		err := pgx.BeginFunc(t.Context(), b.pool, func(tx pgx.Tx) error { return Enqueue(t.Context(), tx, bad[0], bad[1]) })
		if !errors.Is(err, ErrBadID) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestProcessesThatStartTogetherMigrateRiverOnce(t *testing.T) {
	b := newBench(t)
	if _, err := b.pool.Exec(t.Context(), `DROP SCHEMA river CASCADE`); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := MigrateRiver(t.Context(), b.pool); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
