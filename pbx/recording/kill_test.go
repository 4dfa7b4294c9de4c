package recording

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
)

// folder is a switch's disk that survives a process.
type folder string

func (f folder) OpenRecording(_ context.Context, name string) (io.ReadCloser, int64, bool, error) {
	file, err := os.Open(filepath.Join(string(f), name))
	if err != nil {
		return nil, 0, false, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, false, err
	}
	return file, info.Size(), true, nil
}

func (f folder) DeleteRecording(_ context.Context, name string) error {
	return os.Remove(filepath.Join(string(f), name))
}

// TestMain lets this program be the child that
// TestRecordingSurvivesAKillAfterEachStep kills.
func TestMain(m *testing.M) {
	if step := os.Getenv("RECORDING_TEST_KILL_AT"); step != "" {
		panic(fmt.Sprintf("step %s never came: %v", step, collectAndDie(step)))
	}
	os.Exit(m.Run())
}

// collectAndDie collects one recording and is gone at the step it is told.
func collectAndDie(step string) error {
	ctx := context.Background()
	pool, err := postgres.Open(ctx, os.Getenv("RECORDING_TEST_URL"))
	if err != nil {
		return err
	}
	c, err := NewCollector(pool, folder(os.Getenv("RECORDING_TEST_SWITCH")), os.Getenv("RECORDING_TEST_DATA"), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	c.step = func(name string) {
		if name == step {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	return c.collect(ctx, os.Getenv("RECORDING_TEST_CALL"), time.Now())
}

func TestRecordingSurvivesAKillAfterEachStep(t *testing.T) {
	pool, url := postgrestest.NewURL(t, Migrations)
	if err := MigrateRiver(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	data, disk := t.TempDir(), t.TempDir()
	for _, step := range []string{"opened", "renamed", "kept", "deleted"} {
		t.Run(step, func(t *testing.T) {
			call, raw := id.New(), talk(1)
			onSwitch := filepath.Join(disk, call)
			if err := os.WriteFile(onSwitch, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error { return Enqueue(t.Context(), tx, call, call) }); err != nil {
				t.Fatal(err)
			}
			child := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // ourselves
			child.Env = append(os.Environ(), "RECORDING_TEST_KILL_AT="+step, "RECORDING_TEST_URL="+url,
				"RECORDING_TEST_SWITCH="+disk, "RECORDING_TEST_DATA="+data, "RECORDING_TEST_CALL="+call)
			out, err := child.CombinedOutput()
			if child.ProcessState == nil || child.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("the child was not killed: %v\n%s", err, out)
			}
			v, err := NewVault(pool, data)
			if err != nil {
				t.Fatal(err)
			}
			safe := playable(t, v, call, raw)
			if _, err := os.Stat(onSwitch); err != nil && !safe {
				t.Error("the switch's file is gone and the vault has none")
			}
			c, err := NewCollector(pool, folder(disk), data, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			collectSoon(t, c, call)
			if !playable(t, v, call, raw) {
				t.Error("the recording cannot be played")
			}
			if _, err := os.Stat(onSwitch); !os.IsNotExist(err) {
				t.Errorf("the switch still has it: %v", err)
			}
		})
	}
}

// collectSoon collects as soon as the database has noticed that the killed
// process does not hold its lock any more.
func collectSoon(t *testing.T, c *Collector, call string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err := c.collect(t.Context(), call, time.Now())
		if err == nil {
			return
		}
		if !errors.As(err, new(*later)) || time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func playable(t *testing.T, v *Vault, call string, raw []byte) bool {
	t.Helper()
	wav, _, err := v.Open(t.Context(), call)
	if err != nil {
		return false
	}
	defer func() { _ = wav.Close() }()
	all, err := io.ReadAll(wav)
	return err == nil && bytes.Equal(all[headBytes:], raw)
}
