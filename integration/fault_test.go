package integration

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

// office is a hotline with one agent at a desk phone who is ready.
func office(t *testing.T) (*hotline.Hotline, *hotline.Person) {
	t.Helper()
	t.Parallel()
	h := hotline.Start(t)
	h.Asterisk.Agent(t, asterisktest.Phone{User: "d1001", Password: hotline.Password, Tone: 1000})
	agent := h.LogIn("1001")
	agent.SitDown()
	return h, agent
}

// bridged reports whether two channels are in one bridge on the switch.
func bridged(t *testing.T, h *hotline.Hotline) error {
	t.Helper()
	if out := h.Asterisk.CLI(t, "core show channels concise"); strings.Count(out, "yht-") == 0 {
		return fmt.Errorf("no conversation on the switch: %s", out)
	}
	return nil
}

func TestConversationSurvivesKillOfTheProgram(t *testing.T) {
	h, agent := office(t)
	caller := h.Call(t, "13873112345")
	call := agent.AwaitState(t, "talking", 30*time.Second).Text("call", "id")
	waiting := h.Call(t, "13973100000")
	h.Await("the second caller to wait", 20*time.Second, func() error { return places(h, 1) })

	h.Kill()
	if err := bridged(t, h); err != nil {
		t.Fatal(err)
	}
	h.Boot()
	h.Await("readiness", 30*time.Second, func() error { return ready(h) })
	if desk := agent.AwaitState(t, "talking", 20*time.Second); desk.Text("call", "id") != call {
		t.Fatalf("the agent is back in another call: %v", desk)
	}
	agent.Do("POST", "/api/desk/hangup", nil)
	caller.Wait(t, 60*time.Second)
	record := awaitRecord(t, h, agent, call)
	if record.Text("result") != "answered" {
		t.Errorf("the call is recorded as %v", record)
	}
	hearsBoth(t, agent, call)

	// Who waited is still first in line.
	agent.Do("POST", "/api/desk/ready", nil)
	if next := agent.AwaitState(t, "talking", 20*time.Second); next.Text("call", "id") == call {
		t.Error("the second caller is not connected")
	}
	agent.Do("POST", "/api/desk/hangup", nil)
	waiting.Wait(t, 60*time.Second)
	h.Quiet()
}

// places checks how many callers wait on the board.
func places(h *hotline.Hotline, want int) error {
	_, board, err := h.LogIn("2001").Try("GET", "/api/board", nil)
	if err != nil {
		return err
	}
	if n := board.At("kpis", "waiting"); n != float64(want) {
		return fmt.Errorf("%v callers wait", n)
	}
	return nil
}

func ready(h *hotline.Hotline) error { return answers(h, "/readyz", http.StatusOK) }

// answers checks the status of a page that needs no log-in.
func answers(h *hotline.Hotline, path string, want int) error {
	res, err := http.Get(h.URL + path)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // read only
	if res.StatusCode != want {
		return fmt.Errorf("%s answers %s", path, res.Status)
	}
	return nil
}

func TestKilledSwitchFreesTheAgentAndTheNextCallIsServed(t *testing.T) {
	h, agent := office(t)
	h.Call(t, "13873112345")
	call := agent.AwaitState(t, "talking", 30*time.Second).Text("call", "id")
	h.Asterisk.Kill(t)
	h.Asterisk.Boot(t)
	h.Await("the end of the call in the records", 30*time.Second, func() error {
		_, record, err := agent.Try("GET", "/api/calls/"+call, nil)
		if err != nil || record.Text("result") != "lost" {
			return fmt.Errorf("result %q, %w", record.Text("result"), err)
		}
		return nil
	})
	h.Asterisk.Agent(t, asterisktest.Phone{User: "d1001", Password: hotline.Password, Tone: 1000})
	agent.SitDown()
	next := h.Call(t, "13973100000")
	agent.AwaitState(t, "talking", 30*time.Second)
	agent.Do("POST", "/api/desk/hangup", nil)
	next.Wait(t, 60*time.Second)
	h.Quiet()
}

func TestCallsGoOnWithoutPostgresAndNothingIsLost(t *testing.T) {
	h, agent := office(t)
	first := h.Call(t, "13873112345")
	agent.AwaitState(t, "talking", 30*time.Second)
	h.Postgres.Shut()
	status, problem, err := agent.Try("GET", "/api/calls", nil)
	if err != nil || status != http.StatusServiceUnavailable || problem.Text("detail") == "" {
		t.Errorf("without a database the console says %d %v %v", status, problem, err)
	}
	second := h.Call(t, "13973100000")
	h.Await("the second caller on the switch", 20*time.Second, func() error {
		if out := h.Asterisk.CLI(t, "core show channels count"); !strings.Contains(out, "3 active channels") {
			return fmt.Errorf("%s", out)
		}
		return nil
	})
	first.Kill() // a caller whose phone dies without a word
	h.Asterisk.CLI(t, "channel request hangup all")
	second.Wait(t, 30*time.Second)
	h.Postgres.Open()
	h.Await("both calls in the records", 30*time.Second, func() error {
		status, list, err := h.LogIn("2001").Try("GET", "/api/calls", nil)
		if err != nil || status != http.StatusOK {
			return fmt.Errorf("%d %w", status, err)
		}
		items, _ := list.At("items").([]any)
		for _, item := range items {
			if o := hotline.Object(item.(map[string]any)); o.Text("result") == "" {
				return fmt.Errorf("still open: %v", o)
			}
		}
		if len(items) != 2 {
			return fmt.Errorf("%d calls", len(items))
		}
		return nil
	})
	h.Quiet()
}

func TestCallsAreServedAgainAfterRedisWasAway(t *testing.T) {
	h, agent := office(t)
	first := h.Call(t, "13873112345")
	agent.AwaitState(t, "talking", 30*time.Second)
	h.Redis.Kill()
	agent.Do("POST", "/api/desk/hangup", nil) // the desk works without Redis
	agent.AwaitState(t, "wrap_up", 5*time.Second)
	first.Wait(t, 60*time.Second)
	second := h.Call(t, "13973100000")
	agent.Do("POST", "/api/desk/ready", nil)
	h.Redis.Restart()
	agent.AwaitState(t, "talking", 30*time.Second)
	agent.Do("POST", "/api/desk/hangup", nil)
	second.Wait(t, 60*time.Second)
	h.Quiet()
}

func TestNobodyAnswersAndTheCallerStays(t *testing.T) {
	t.Parallel()
	h := hotline.Start(t)
	for code, reason := range map[int]string{486: "busy", 603: "rejected"} {
		number := map[int]string{486: "1001", 603: "1002"}[code]
		h.Asterisk.Agent(t, asterisktest.Phone{User: "d" + number, Password: hotline.Password, Scenario: "agent_rejects", Code: code})
		agent := h.LogIn(number)
		agent.SitDown()
		t.Cleanup(func() {
			if desk := agent.AwaitState(t, "not_ready", time.Second); desk.Text("reason") != reason {
				t.Errorf("agent %s is not ready because of %q, want %q", number, desk.Text("reason"), reason)
			}
		})
	}
	caller := h.Call(t, "13873112345")
	h.LogIn("1001").AwaitState(t, "not_ready", 30*time.Second)
	h.LogIn("1002").AwaitState(t, "not_ready", 30*time.Second)
	if err := places(h, 1); err != nil {
		t.Errorf("after both agents declined: %v", err)
	}
	h.Asterisk.Agent(t, asterisktest.Phone{User: "d1003", Password: hotline.Password})
	third := h.LogIn("1003")
	third.SitDown()
	third.AwaitState(t, "talking", 20*time.Second)
	third.Do("POST", "/api/desk/hangup", nil)
	caller.Wait(t, 60*time.Second)
	h.Quiet()
}

func TestServersAbsentAtTheStartAreWaitedFor(t *testing.T) {
	h, _ := office(t)
	h.Stop()
	h.Redis.Kill()
	h.Asterisk.Stop(t)
	h.Postgres.Shut()

	h.Boot()
	h.Await("the process to live", 20*time.Second, func() error { return answers(h, "/healthz", http.StatusOK) })
	if err := answers(h, "/readyz", http.StatusServiceUnavailable); err != nil {
		t.Errorf("without any server: %v", err)
	}
	h.Postgres.Open()
	h.Redis.Restart()
	h.Asterisk.Boot(t)
	h.Await("readiness", 30*time.Second, func() error { return ready(h) })

	h.Asterisk.Agent(t, asterisktest.Phone{User: "d1001", Password: hotline.Password})
	agent := h.LogIn("1001")
	agent.SitDown()
	caller := h.Call(t, "13873112345")
	agent.AwaitState(t, "talking", 30*time.Second)
	agent.Do("POST", "/api/desk/hangup", nil)
	caller.Wait(t, 60*time.Second)
	h.Quiet()
}
