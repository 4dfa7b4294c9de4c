package integration

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

// TestCallerAnsweredInTheBrowserBecomesATicket is first light: Chromium with a
// tone for a microphone logs in as an agent, answers a SIPp caller, writes the
// ticket and finds everything afterwards.
func TestCallerAnsweredInTheBrowserBecomesATicket(t *testing.T) {
	h := hotline.Start(t)
	browser := openBrowser(t, h, "desk.spec.ts")
	agent := h.LogIn("1001")
	agent.AwaitState(t, "ready", 60*time.Second)
	caller := h.Call(t, "13873112345")
	out := browser()
	caller.Wait(t, 90*time.Second)
	h.Quiet()

	number := regexp.MustCompile(`ticket=(\d{22})`).FindStringSubmatch(out)
	if number == nil {
		t.Fatalf("the browser names no ticket:\n%s", out)
	}
	ticket := agent.Do("GET", "/api/tickets/"+number[1], nil)
	calls, _ := ticket.At("calls").([]any)
	if len(calls) != 1 {
		t.Fatalf("the ticket has %d calls", len(calls))
	}
	call := hotline.Object(calls[0].(map[string]any)).Text("id")
	record := awaitRecord(t, h, agent, call)
	if record.Text("result") != "answered" || record.Text("agent") != "1001" || record.At("rating") != 1.0 {
		t.Errorf("call record: %v", record)
	}
	hearsBoth(t, agent, call)
}

// TestSupervisorSeesTheFloorInTheBrowser shows the board while one agent talks,
// one has declined and a caller waits, in both languages and two sizes.
func TestSupervisorSeesTheFloorInTheBrowser(t *testing.T) {
	h := hotline.Start(t)
	h.Asterisk.Agent(t, asterisktest.Phone{User: "d1001", Password: hotline.Password})
	agent := h.LogIn("1001")
	agent.SitDown()
	h.Call(t, "13873112345")
	agent.AwaitState(t, "talking", 30*time.Second)
	h.Asterisk.Agent(t, asterisktest.Phone{User: "d1002", Password: hotline.Password, Scenario: "agent_rejects", Code: 603})
	h.LogIn("1002").SitDown()
	h.Call(t, "13973100000")
	h.LogIn("1002").AwaitState(t, "not_ready", 30*time.Second)
	openBrowser(t, h, "board.spec.ts")()
}

// openBrowser starts the browser on one of the specs; the returned function
// waits for its end and returns what it said. Pictures are kept in
// YHT_PICTURES, if that is set.
func openBrowser(t *testing.T, h *hotline.Hotline, spec string) func() string {
	t.Helper()
	chromium := os.Getenv("YHT_CHROMIUM")
	if chromium == "" {
		if os.Getenv("YHT_TEST_REQUIRED") == "1" {
			t.Fatal("YHT_CHROMIUM is not set, and YHT_TEST_REQUIRED=1")
		}
		t.Skip("YHT_CHROMIUM is not set: no browser to test with")
	}
	mic := filepath.Join(h.Dir, "microphone.wav")
	asterisktest.WriteWAV(t, mic, asterisktest.Sine(1000, 10, 8000))
	cmd := exec.Command("npx", "playwright", "test", spec)
	cmd.Dir = "browser"
	cmd.Env = append(os.Environ(), "YHT_URL="+h.URL, "YHT_MICROPHONE="+mic, "YHT_CHROMIUM="+chromium,
		"YHT_BROWSER_OUTPUT="+filepath.Join(h.Dir, "browser"))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&said, testWriter{t}), io.MultiWriter(&said, testWriter{t})
	if err := cmd.Start(); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
	})
	return func() string {
		t.Helper()
		select {
		case err := <-done:
			if err != nil {
				keepFailure(t, filepath.Join(h.Dir, "browser"))
				t.Fatalf("the browser: %v", err)
			}
		case <-time.After(3 * time.Minute):
			t.Fatal("the browser does not come to an end")
		}
		return said.String()
	}
}

// keepFailure saves pictures of a failed page beyond the test's own folder.
func keepFailure(t *testing.T, dir string) {
	found, _ := filepath.Glob(filepath.Join(dir, "*", "*.png"))
	for n, file := range found {
		to := filepath.Join(os.TempDir(), fmt.Sprintf("yht-browser-failure-%d.png", n))
		if raw, err := os.ReadFile(file); err == nil && os.WriteFile(to, raw, 0o600) == nil {
			t.Logf("picture of the page: %s", to)
		}
	}
}

// testWriter shows a process's output as the test's.
type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Logf("%s", bytes.TrimRight(p, "\n"))
	return len(p), nil
}
