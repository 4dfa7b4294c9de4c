package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
	"github.com/yihaotong/yihaotong/integration/timeline"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

// TestBrowser is everything that people do in the browser, on one hotline: the
// first call and its ticket, the whole telephone desk with agent and supervisor
// at browsers, telephones outside and at colleagues, and the pages afterwards.
func TestBrowser(t *testing.T) {
	cast := timeline.Gather(t)
	t.Run("a caller becomes a ticket", func(t *testing.T) { callerBecomesTicket(t, cast) })
	t.Run("the whole desk", func(t *testing.T) { openBrowser(t, cast, "talk.spec.ts")() })
	t.Run("the floor", func(t *testing.T) { floorIsSeen(t, cast) })
	t.Run("the pages", func(t *testing.T) { openBrowser(t, cast, "pages.spec.ts")() })
}

// callerBecomesTicket is first light: Chromium with a tone for a microphone
// logs in as an agent, answers a SIPp caller, writes the ticket and finds
// everything afterwards.
func callerBecomesTicket(t *testing.T, cast *timeline.Cast) {
	h := cast.Hotline
	browser := openBrowser(t, cast, "desk.spec.ts")
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
	if record.Text("result") != "answered" || record.Text("agent") != "1001" || record.At("rating") != 2.0 {
		t.Errorf("call record: %v", record)
	}
	hearsBoth(t, agent, call)
}

// floorIsSeen shows the board while one agent talks, one has declined and a
// caller waits, in both languages and two sizes.
func floorIsSeen(t *testing.T, cast *timeline.Cast) {
	stage := cast.Direct(t)
	for _, line := range []string{
		"at 0s 1001 signs in over, 1001 is ready, A dials 12328", "by 15s 1001 is talking",
		"at 0s 1002 rejects calls, 1002 signs in, 1002 is ready, B dials 12328", "by 15s 1002 is not ready",
		"at 0s 1003 signs in, 1003 breaks meal, 2001 signs in over, 2001 watches longest_wait over 2",
	} {
		answer := httptest.NewRecorder()
		stage.ServeHTTP(answer, httptest.NewRequest("POST", "/", strings.NewReader(line)))
		if answer.Code != http.StatusOK {
			t.Fatalf("%s: %s", line, answer.Body)
		}
	}
	openBrowser(t, cast, "board.spec.ts")()
}

// openBrowser starts the browser on one of the specs; the returned function
// waits for its end and returns what it said. The specs have scenes played
// (YHT_STAGE) and people with voices (YHT_MICROPHONES). Pictures are kept in
// YHT_PICTURES, if that is set.
func openBrowser(t *testing.T, cast *timeline.Cast, spec string) func() string {
	t.Helper()
	h := cast.Hotline
	chromium := os.Getenv("YHT_CHROMIUM")
	if chromium == "" {
		if os.Getenv("YHT_TEST_REQUIRED") == "1" {
			t.Fatal("YHT_CHROMIUM is not set, and YHT_TEST_REQUIRED=1")
		}
		t.Skip("YHT_CHROMIUM is not set: no browser to test with")
	}
	mic := filepath.Join(h.Dir, "microphone.wav")
	asterisktest.WriteWAV(t, mic, asterisktest.Sine(1000, 10, 8000))
	for who, tone := range timeline.Voices() {
		asterisktest.WriteWAV(t, filepath.Join(h.Dir, who+".wav"), asterisktest.Sine(float64(tone), 10, 8000))
	}
	voices, err := json.Marshal(timeline.Voices())
	if err != nil {
		t.Fatal(err)
	}
	stage := httptest.NewServer(cast.Direct(t))
	t.Cleanup(stage.Close)
	cmd := exec.Command("npx", "playwright", "test", spec)
	cmd.Dir = "browser"
	cmd.Env = append(os.Environ(), "YHT_URL="+h.URL, "YHT_MICROPHONE="+mic, "YHT_CHROMIUM="+chromium,
		"YHT_STAGE="+stage.URL, "YHT_MICROPHONES="+h.Dir, "YHT_VOICES="+string(voices),
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
