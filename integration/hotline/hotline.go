package hotline

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/dialplan/speech"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/internal/redistest"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
	"github.com/yihaotong/yihaotong/pbx/asterisk/config"
)

// Password is everybody's in the demo city.
const Password = "Yht-12328-demo"

// Hotline is one running system.
type Hotline struct {
	URL      string // of the console
	Asterisk *asterisktest.Instance
	Redis    *redistest.Server
	DB       *pgxpool.Pool
	Dir      string // its data
	Postgres *Gate  // between the program and the database

	t       testing.TB
	program string
	env     []string
	mu      sync.Mutex
	process *exec.Cmd
	exited  chan struct{}
	log     *os.File
}

// Start starts everything and waits until calls can be served.
func Start(t testing.TB, opts ...asterisktest.Option) *Hotline {
	t.Helper()
	return StartPrepared(t, func(*Hotline) {}, opts...)
}

// StartPrepared is Start with something done to the new database before the
// program begins to work.
func StartPrepared(t testing.TB, prepare func(*Hotline), opts ...asterisktest.Option) *Hotline {
	t.Helper()
	dir, err := os.MkdirTemp("", "yht-hotline-")
	if err != nil {
		t.Fatalf("hotline: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	music, err := speech.MusicOnHold(filepath.Join(dir, "music"))
	if err != nil {
		t.Fatalf("hotline: %v", err)
	}
	h := &Hotline{t: t, Dir: dir, program: build(t)}
	h.Asterisk = asterisktest.Start(t, append([]asterisktest.Option{func(o *config.Options) { o.Music = music }}, opts...)...)
	h.Redis = redistest.Start(t)
	var database string
	h.DB, database = postgrestest.NewURL(t)
	h.Postgres = openGate(t, database)
	addr := freeAddr(t)
	h.URL = "http://" + addr
	h.env = append(clean(os.Environ()),
		"YHT_HTTP_ADDR="+addr, "YHT_POSTGRES_URL="+h.Postgres.URL, "YHT_REDIS_URL="+h.Redis.URL(),
		fmt.Sprintf("YHT_ASTERISK_URL=http://%s:%s@%s", h.Asterisk.User, h.Asterisk.Password, h.Asterisk.HTTP),
		"YHT_ASTERISK_SIP="+h.Asterisk.SIP.String(), "YHT_DATA_DIR="+dir, "YHT_NODE=test",
	)
	if h.log, err = os.Create(filepath.Join(dir, "program.log")); err != nil {
		t.Fatalf("hotline: %v", err)
	}
	t.Cleanup(func() {
		h.Stop()
		if t.Failed() {
			log, _ := os.ReadFile(h.log.Name())
			t.Logf("the program's log, the end of it:\n%s", log[max(0, len(log)-8000):])
		}
	})
	h.Run("init", "--demo")
	prepare(h)
	h.Boot()
	h.Await("readiness", 30*time.Second, func() error { return h.get("/readyz") })
	return h
}

// build compiles the program once for all tests of a process, with the race
// detector, so that races in real life are seen too.
var build = func() func(testing.TB) string {
	var once sync.Once
	var path string
	var failed error
	return func(t testing.TB) string {
		t.Helper()
		once.Do(func() {
			if path = os.Getenv("YHT_TEST_PROGRAM"); path != "" {
				return // built already, for those who try one scene again and again
			}
			dir, err := os.MkdirTemp("", "yht-program-")
			if err != nil {
				failed = err
				return
			}
			path = filepath.Join(dir, "yihaotong")
			out, err := exec.Command("go", "build", "-race", "-o", path, "github.com/yihaotong/yihaotong/cmd/yihaotong").CombinedOutput()
			if err != nil {
				failed = fmt.Errorf("build: %w\n%s", err, out)
			}
		})
		if failed != nil {
			t.Fatalf("hotline: %v", failed)
		}
		return path
	}
}()

// clean drops what would reach into the system from the tester's own settings.
func clean(env []string) []string {
	var kept []string
	for _, e := range env {
		if !strings.HasPrefix(e, "YHT_") {
			kept = append(kept, e)
		}
	}
	return kept
}

// Run runs a sub-command of the program to its end. The database is migrated
// first.
func (h *Hotline) Run(args ...string) {
	h.t.Helper()
	for _, a := range [][]string{{"migrate"}, args} {
		cmd := exec.Command(h.program, a...)
		cmd.Env = h.env
		if out, err := cmd.CombinedOutput(); err != nil {
			h.t.Fatalf("hotline: yihaotong %v: %v\n%s", a, err, out)
		}
	}
}

// Set gives the program settings, as YHT_LOG_LEVEL=debug, from its next start
// on.
func (h *Hotline) Set(settings ...string) { h.env = append(h.env, settings...) }

// Boot starts the program; it does not wait until it is ready.
func (h *Hotline) Boot() {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	cmd := exec.Command(h.program, "serve")
	cmd.Env, cmd.Stdout, cmd.Stderr = h.env, h.log, h.log
	if err := cmd.Start(); err != nil {
		h.t.Fatalf("hotline: start: %v", err)
	}
	exited := make(chan struct{})
	go func() { defer close(exited); _ = cmd.Wait() }()
	h.process, h.exited = cmd, exited
}

// Kill ends the program the way a power cut would.
func (h *Hotline) Kill() { h.end(syscall.SIGKILL) }

// Stop asks the program to end.
func (h *Hotline) Stop() { h.end(syscall.SIGTERM) }

func (h *Hotline) end(sig syscall.Signal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.process == nil {
		return
	}
	_ = h.process.Process.Signal(sig)
	select {
	case <-h.exited:
	case <-time.After(20 * time.Second):
		h.t.Errorf("hotline: the program does not end on %v", sig)
		_ = h.process.Process.Kill()
		<-h.exited
	}
	h.process = nil
}

// Log is what the program has told so far.
func (h *Hotline) Log() string {
	log, _ := os.ReadFile(h.log.Name())
	return string(log)
}

// Await polls until check has nothing to say against it.
func (h *Hotline) Await(what string, within time.Duration, check func() error) {
	h.t.Helper()
	deadline := time.Now().Add(within)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			h.t.Fatalf("after %v still waiting for %s: %v", within, what, err)
		}
		time.Sleep(25 * time.Millisecond)
	}
}

func (h *Hotline) get(path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL+path, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // read only
	if res.StatusCode != http.StatusOK {
		var body bytes.Buffer
		_, _ = body.ReadFrom(res.Body)
		return fmt.Errorf("%s: %s %s", path, res.Status, body.String())
	}
	return nil
}

// Runs reports whether the program has been started and not ended since.
func (h *Hotline) Runs() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.process != nil
}

// Ready reports whether calls can be served.
func (h *Hotline) Ready() error { return h.get("/readyz") }

// Quiet waits until the switch holds no channel and no bridge.
func (h *Hotline) Quiet() {
	h.t.Helper()
	h.Await("an empty switch", 15*time.Second, func() error {
		if out := h.Asterisk.CLI(h.t, "core show channels count"); !strings.Contains(out, "0 active channels") {
			return fmt.Errorf("%s", out)
		}
		if out := h.Asterisk.CLI(h.t, "bridge show all"); strings.Count(strings.TrimSpace(out), "\n") > 0 {
			return fmt.Errorf("%s", out)
		}
		return nil
	})
}

func freeAddr(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("hotline: %v", err)
	}
	defer l.Close() //nolint:errcheck // a probe
	return l.Addr().String()
}
