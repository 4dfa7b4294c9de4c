package asterisktest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx/asterisk/config"
)

// Instance is one private Asterisk.
type Instance struct {
	config.Options // as rendered, defaults filled where a test needs them
	Dir            string
	TrunkPort      uint16 // where the static trunk "trunk" (127.0.0.2/32) sends calls to: 127.0.0.1

	base uint16

	mu      sync.Mutex
	process *exec.Cmd
	exited  chan struct{}
	output  bytes.Buffer
	sipps   uint16 // ports and folders given to SIPp processes so far
}

// Option changes what is rendered before Asterisk starts.
type Option func(*config.Options)

// WithoutTrunk leaves the static trunk out: until something is pushed there is
// no PJSIP endpoint at all.
func WithoutTrunk(o *config.Options) { o.Trunks = nil }

// Tree returns the unpacked Asterisk, or skips the test.
func Tree(t testing.TB) string {
	t.Helper()
	tree := os.Getenv("YHT_ASTERISK_TREE")
	if tree == "" {
		if os.Getenv("YHT_TEST_REQUIRED") == "1" {
			t.Fatal("YHT_ASTERISK_TREE is not set, and YHT_TEST_REQUIRED=1")
		}
		t.Skip("YHT_ASTERISK_TREE is not set: no Asterisk to test with")
	}
	return tree
}

// Start renders a configuration below a temporary folder, starts Asterisk with
// it, waits until it is fully booted, and ends it when the test does. It has
// one static trunk, "trunk", unless WithoutTrunk is given: whoever calls from
// 127.0.0.2.
func Start(t testing.TB, opts ...Option) *Instance {
	t.Helper()
	tree := Tree(t)
	dir, err := os.MkdirTemp("", "yht-asterisk-")
	if err != nil {
		t.Fatalf("asterisktest: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) //nolint:gosec // made above
	base := claim(t)
	loopback := netip.MustParseAddr("127.0.0.1")
	i := &Instance{Dir: dir, base: base, TrunkPort: base + 9}
	i.Options = config.Options{
		Tree: tree, Out: filepath.Join(dir, "asterisk"),
		SIP:      netip.AddrPortFrom(loopback, base+1),
		HTTP:     netip.AddrPortFrom(loopback, base+2),
		RTP:      config.Ports{First: base + 100, Last: base + 299},
		User:     "yihaotong",
		Password: "asterisktest",
		App:      "yihaotong",
		Retry:    1,
		Trunks: []config.Trunk{{
			ID: "trunk", Match: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")},
			Server: netip.AddrPortFrom(loopback, base+9),
		}},
		Qualify: -1,
	}
	for _, opt := range opts {
		opt(&i.Options)
	}
	if err := config.Render(i.Options); err != nil {
		t.Fatalf("asterisktest: %v", err)
	}
	t.Cleanup(func() {
		i.Stop(t)
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(i.Out, "var/log/messages"))
			t.Logf("Asterisk's log, the end of it:\n%s", tail(log, 6000))
		}
	})
	i.Boot(t)
	return i
}

// URL is where ARI is.
func (i *Instance) URL() string { return "http://" + i.HTTP.String() }

// Boot starts Asterisk, on the same ports and folders as before, and waits
// until it is fully booted.
func (i *Instance) Boot(t testing.TB) {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.process != nil {
		t.Fatal("asterisktest: Asterisk runs already")
	}
	i.output.Reset()
	cmd := config.Command(i.Tree, i.Out, "-f")
	cmd.Stdout, cmd.Stderr = &i.output, &i.output
	if err := cmd.Start(); err != nil {
		t.Fatalf("asterisktest: start Asterisk: %v", err)
	}
	exited := make(chan struct{})
	go func() { defer close(exited); _ = cmd.Wait() }()
	i.process, i.exited = cmd, exited
	deadline := time.Now().Add(30 * time.Second)
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		out, err := i.cli(ctx, "core waitfullybooted")
		cancel()
		if err == nil && bytes.Contains(out, []byte("fully booted")) {
			return
		}
		select {
		case <-exited:
			t.Fatalf("asterisktest: Asterisk ended while booting:\n%s", tail(i.output.Bytes(), 4000))
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("asterisktest: Asterisk does not boot: %v\n%s", err, out)
		}
	}
}

// Stop asks Asterisk to end, and kills it after 5 s. Nothing happens when it
// does not run.
func (i *Instance) Stop(t testing.TB) { i.end(t, syscall.SIGTERM) }

// Kill ends Asterisk the way a power cut would.
func (i *Instance) Kill(t testing.TB) { i.end(t, syscall.SIGKILL) }

// Freeze stops the process without ending it; its sockets stay open. The
// returned function lets it go on.
func (i *Instance) Freeze(t testing.TB) (thaw func()) {
	t.Helper()
	i.signal(t, syscall.SIGSTOP)
	for limit := time.Now().Add(5 * time.Second); !i.stopped(); time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("asterisktest: Asterisk does not freeze")
		}
	}
	return func() { i.signal(t, syscall.SIGCONT) }
}

// stopped reports whether every thread has taken notice of SIGSTOP (proc(5)).
func (i *Instance) stopped() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", i.process.Process.Pid))
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		_, after, _ := bytes.Cut(text, []byte(") "))
		if err != nil || len(after) == 0 || after[0] != 'T' {
			return false
		}
	}
	return err == nil && len(threads) > 0
}

func (i *Instance) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.process == nil {
		return
	}
	if err := i.process.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("asterisktest: signal Asterisk: %v", err)
	}
}

func (i *Instance) end(t testing.TB, sig syscall.Signal) {
	t.Helper()
	i.signal(t, syscall.SIGCONT)
	i.signal(t, sig)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.process == nil {
		return
	}
	select {
	case <-i.exited:
	case <-time.After(5 * time.Second):
		_ = i.process.Process.Kill()
		<-i.exited
	}
	i.process = nil
}

// CLI runs a command on Asterisk's console and returns what it says.
func (i *Instance) CLI(t testing.TB, command string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
	defer cancel()
	out, err := i.cli(ctx, command)
	if err != nil {
		t.Fatalf("asterisktest: %s: %v: %s", command, err, out)
	}
	return string(out)
}

func (i *Instance) cli(ctx context.Context, command string) ([]byte, error) {
	c := config.Command(i.Tree, i.Out, "-rx", command)
	cmd := exec.CommandContext(ctx, c.Path, c.Args[1:]...)
	return cmd.CombinedOutput()
}

// claim finds a block of ports that nobody uses and holds it.
func claim(t testing.TB) uint16 {
	t.Helper()
	const blocks, first, size = 24, 20000, 500
	start := os.Getpid()
	for n := range blocks {
		base := uint16(first + (start+n)%blocks*size)
		hold, err := net.Listen("tcp", local(base))
		if err != nil {
			continue
		}
		if free(base+1) && free(base+2) && free(base+9) {
			t.Cleanup(func() { _ = hold.Close() })
			return base
		}
		_ = hold.Close()
	}
	t.Fatal("asterisktest: no free block of ports between 20000 and 32000")
	return 0
}

func local(port uint16) string { return fmt.Sprintf("127.0.0.1:%d", port) }

func free(port uint16) bool {
	l, err := net.Listen("tcp", local(port))
	if err != nil {
		return false
	}
	defer l.Close() //nolint:errcheck // a probe
	u, err := net.ListenPacket("udp", local(port))
	if err != nil {
		return false
	}
	return u.Close() == nil
}

func tail(text []byte, n int) []byte { return text[max(0, len(text)-n):] }
