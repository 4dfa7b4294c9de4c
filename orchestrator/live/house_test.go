package live_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/yihaotong/yihaotong/internal/redistest"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
)

const site = orchestrator.SiteID("430100")

var noon = time.Date(2026, 3, 2, 12, 0, 0, 123456789, time.UTC)

// start gives a test its own Redis and a store on it that knows the site.
func start(t *testing.T) (*live.Store, *redistest.Server, redis.UniversalClient) {
	t.Helper()
	server := redistest.Start(t)
	client, err := live.Open(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	s := live.New(client)
	must(t, s.Rebuild(t.Context(), site, live.State{}))
	return s, server, client
}

// tb is what a helper needs of a test, ours or rapid's.
type tb interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func must(t tb, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t tb, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error is %v, want %v", err, want)
	}
}

func agent(id orchestrator.AgentID, rev int64) orchestrator.Agent {
	return orchestrator.Agent{
		ID: id, Site: site, Name: "王芳", Phone: "p1", Online: true, State: orchestrator.Ready,
		Since: noon, Rev: rev, Skills: map[string]int{"taxi": 5}, TalkTime: 123_456_789_012_345,
	}
}

func place(call orchestrator.CallID, entered time.Time) orchestrator.Place {
	return orchestrator.Place{
		Call: call, Site: site, Queue: "general", Entered: entered, Skills: []string{"taxi"}, Caller: "0731\"8\n5",
	}
}

func soon() time.Time { return time.Now().Add(time.Minute) }

func loaded(t tb, s *live.Store) live.State {
	t.Helper()
	st, err := s.Load(context.Background(), site)
	must(t, err)
	return st
}

func eventually(t tb, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no sign of %s", what)
		}
	}
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
