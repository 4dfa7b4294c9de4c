package live_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/redistest"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
)

// hear reads changes until want comes, and returns what came before it.
func hear(t *testing.T, changes <-chan live.Change, want live.Change) []live.Change {
	t.Helper()
	var before []live.Change
	late := time.After(15 * time.Second)
	for {
		select {
		case c, ok := <-changes:
			if !ok {
				t.Fatalf("closed while waiting for %v", want)
			}
			if c == want {
				return before
			}
			before = append(before, c)
		case <-late:
			t.Fatalf("no %v; heard %v", want, before)
		}
	}
}

var reset = live.Change{Kind: live.Reset}

func TestEveryChangeIsTold(t *testing.T) {
	s, _, _ := start(t)
	ctx := t.Context()
	changes, err := s.Subscribe(ctx, site)
	must(t, err)
	hear(t, changes, reset)

	must(t, s.PutAgent(ctx, agent("1001", 1)))
	hear(t, changes, live.Change{Kind: live.AgentChanged, ID: "1001"})
	must(t, s.Enter(ctx, place("c1", noon)))
	hear(t, changes, live.Change{Kind: live.QueueChanged, ID: "general"})
	token, err := s.Reserve(ctx, place("c1", noon), agent("1001", 1), soon(), 0)
	must(t, err)
	hear(t, changes, live.Change{Kind: live.AgentChanged, ID: "1001"})
	hear(t, changes, live.Change{Kind: live.QueueChanged, ID: "general"})
	must(t, s.CloseOffer(ctx, site, "c1", token))
	hear(t, changes, live.Change{Kind: live.CallChanged, ID: "c1"})
	must(t, s.SaveCall(ctx, site, "c1", []byte("{}")))
	hear(t, changes, live.Change{Kind: live.CallChanged, ID: "c1"})
	must(t, s.PutLine(ctx, orchestrator.Line{Trunk: "t1", Site: site}))
	hear(t, changes, live.Change{Kind: live.LineChanged, ID: "t1"})
	must(t, s.Rebuild(ctx, site, live.State{}))
	hear(t, changes, reset)
}

func TestSubscriberIsToldOfEveryGap(t *testing.T) {
	s, server, _ := start(t)
	ctx := t.Context()
	changes, err := s.Subscribe(ctx, site)
	must(t, err)
	hear(t, changes, reset)
	for range 2 {
		server.Restart()
		if before := hear(t, changes, reset); len(before) > 0 {
			t.Fatalf("%v out of nothing", before)
		}
		must(t, s.PutAgent(ctx, agent("1001", 1)))
		hear(t, changes, live.Change{Kind: live.AgentChanged, ID: "1001"})
	}
}

func TestSubscribingWaitsForAbsentRedis(t *testing.T) {
	server := redistest.Start(t)
	client, err := live.Open(server.URL())
	must(t, err)
	defer client.Close()
	server.Kill()
	changes, err := live.New(client).Subscribe(t.Context(), site)
	must(t, err)
	server.Restart()
	hear(t, changes, reset)
}

func TestSlowReaderHoldsUpNobodyAndMissesNothing(t *testing.T) {
	s, _, _ := start(t)
	ctx := t.Context()
	changes, err := s.Subscribe(ctx, site)
	must(t, err)
	hear(t, changes, reset)
	for rev := range int64(300) {
		must(t, s.PutAgent(ctx, agent("1001", rev+1)))
	}
	must(t, s.PutAgent(ctx, agent("last", 1)))
	before := hear(t, changes, live.Change{Kind: live.AgentChanged, ID: "last"})
	if len(before) == 0 || len(before) > 250 {
		t.Errorf("300 changes of one agent reached the slow reader as %d", len(before))
	}

	// More than is kept becomes one reset.
	for i := range 1500 {
		must(t, s.SaveCall(ctx, site, orchestrator.CallID(fmt.Sprint("c", i)), []byte("{}")))
	}
	hear(t, changes, reset)
}

func TestSubscriptionEndsWithItsContext(t *testing.T) {
	s, server, _ := start(t)
	for _, away := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		changes, err := s.Subscribe(ctx, site)
		must(t, err)
		hear(t, changes, reset)
		if away {
			server.Kill()
		}
		cancel()
		eventually(t, "the end of the channel", func() bool {
			select {
			case _, ok := <-changes:
				return !ok
			default:
				return false
			}
		})
	}
}
