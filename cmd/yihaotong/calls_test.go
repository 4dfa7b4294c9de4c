package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
)

func TestReconcilePrintsWhatDiffers(t *testing.T) {
	pool, url := postgrestest.NewURL(t, journal.Migrations)
	t.Setenv("YHT_POSTGRES_URL", url)
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	call := id.New()
	for channel, ended := range map[string]time.Duration{"fine": 60 * time.Second, "late": 64 * time.Second} {
		_, err := pool.Exec(t.Context(), `
			INSERT INTO calls.leg (call_id, channel, kind, started_at, answered_at, ended_at) VALUES ($1, $2, 'agent', $3, $4, $5)`,
			call, channel, noon, noon.Add(5*time.Second), noon.Add(ended))
		if err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "records")
	var lines []string
	for _, channel := range []string{"fine", "late", "stranger"} {
		for _, l := range []string{`"CHAN_START","1772452800.200000"`, `"ANSWER","1772452805.100000"`, `"CHAN_END","1772452860.300000"`} {
			lines = append(lines, l+`,"`+channel+`","`+channel+`"`)
		}
	}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\nhalf a li"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(from, to string) (string, error) {
		var out bytes.Buffer
		cmd := command()
		cmd.SetOut(&out)
		cmd.SetArgs([]string{"calls", "reconcile", "--cdr", file, "--from", from, "--to", to})
		err := cmd.ExecuteContext(t.Context())
		return out.String(), err
	}
	out, err := run("2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z")
	if !errors.Is(err, errDiffers) || !strings.HasPrefix(out, "2 legs, 2 of them in the switch's records; the greatest difference is 3.7s; 2 differences beyond 1s\n") ||
		!strings.Contains(out, "late") || !strings.Contains(out, "3.7s") || !strings.Contains(out, "stranger") || strings.Contains(out, "fine") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := run("2026-04-01", "2026-04-02"); err != nil || !strings.HasPrefix(out, "0 legs") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := run("yesterday", "2026-04-02"); err == nil {
		t.Error("yesterday is a moment")
	}
}
