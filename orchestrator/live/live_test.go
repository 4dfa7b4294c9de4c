package live_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
)

func TestReserveHasOneWinner(t *testing.T) {
	s, _, _ := start(t)
	ctx := t.Context()
	must(t, s.PutAgent(ctx, agent("1001", 7)))
	const n = 50
	for i := range n {
		must(t, s.Enter(ctx, place(orchestrator.CallID(fmt.Sprint("c", i)), noon)))
	}
	tokens, errs := make([]int64, n), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			tokens[i], errs[i] = s.Reserve(ctx, place(orchestrator.CallID(fmt.Sprint("c", i)), noon), agent("1001", 7), soon(), 0)
		})
	}
	wg.Wait()
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner >= 0:
			t.Fatalf("both c%d and c%d won the agent", winner, i)
		case err == nil:
			winner = i
		case !errors.Is(err, orchestrator.ErrAgentTaken):
			t.Fatalf("c%d lost with %v, want ErrAgentTaken", i, err)
		}
	}
	if winner < 0 {
		t.Fatal("nobody won")
	}
	st := loaded(t, s)
	if len(st.Places) != n-1 {
		t.Errorf("%d callers wait, want %d", len(st.Places), n-1)
	}
	a, call := st.Agents[0], orchestrator.CallID(fmt.Sprint("c", winner))
	if a.State != orchestrator.RingingAt || a.Rev != 8 || a.Call != call || a.Queue != "general" || a.Token != tokens[winner] {
		t.Errorf("the agent is %+v", a)
	}
	if a.TalkTime != 123_456_789_012_345 || a.Name != "王芳" || a.Skills["taxi"] != 5 {
		t.Errorf("the script spoiled the agent: %+v", a)
	}
	if len(st.Offers) != 1 || st.Offers[0].Call != call || st.Offers[0].Agent != "1001" ||
		st.Offers[0].Phone != "p1" || st.Offers[0].Token != tokens[winner] {
		t.Errorf("offers are %+v", st.Offers)
	}
}

func TestOneCallerIsGivenToOneAgent(t *testing.T) {
	s, _, _ := start(t)
	ctx := t.Context()
	must(t, s.Enter(ctx, place("c", noon)))
	var wg sync.WaitGroup
	errs := make([]error, 20)
	for i := range errs {
		id := orchestrator.AgentID(fmt.Sprint(1000 + i))
		must(t, s.PutAgent(ctx, agent(id, 1)))
		wg.Go(func() { _, errs[i] = s.Reserve(ctx, place("c", noon), agent(id, 1), soon(), 0) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wants(t, err, orchestrator.ErrCallerGone)
		}
	}
	ringing := 0
	for _, a := range loaded(t, s).Agents {
		if a.State == orchestrator.RingingAt {
			ringing++
		}
	}
	if won != 1 || ringing != 1 {
		t.Errorf("%d won and %d agents ring, want 1 and 1", won, ringing)
	}
}

func TestReserveRefusesWithoutChangingAnything(t *testing.T) {
	s, _, _ := start(t)
	ctx := t.Context()
	busy := agent("1002", 4)
	busy.State = orchestrator.Talking
	unheard := agent("1003", 1)
	unheard.Online = false
	must(t, s.PutAgent(ctx, agent("1001", 3)))
	must(t, s.PutAgent(ctx, busy))
	must(t, s.PutAgent(ctx, unheard))
	must(t, s.Enter(ctx, place("waiting", noon)))
	elsewhere := place("waiting", noon)
	elsewhere.Queue = "night"
	first, ok, err := s.Acquire(ctx, "dispatch:430100", "a", time.Millisecond)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	eventually(t, "a new holder", func() bool {
		_, ok, err := s.Acquire(ctx, "dispatch:430100", "b", time.Minute)
		return ok && err == nil
	})
	epoch := first + 1
	before := loaded(t, s)

	tests := []struct {
		name  string
		place orchestrator.Place
		agent orchestrator.Agent
		epoch int64
		want  error
	}{
		{"the caller has hung up", place("gone", noon), agent("1001", 3), epoch, orchestrator.ErrCallerGone},
		{"the caller waits in another queue", elsewhere, agent("1001", 3), epoch, orchestrator.ErrCallerGone},
		{"the agent has changed since", place("waiting", noon), agent("1001", 2), epoch, orchestrator.ErrAgentTaken},
		{"the agent is busy there", place("waiting", noon), agent("1002", 4), epoch, orchestrator.ErrAgentTaken},
		{"the agent is busy here", place("waiting", noon), busy, epoch, orchestrator.ErrAgentTaken},
		{"the phone cannot be reached", place("waiting", noon), agent("1003", 1), epoch, orchestrator.ErrAgentTaken},
		{"Redis does not know the agent", place("waiting", noon), agent("1009", 1), epoch, orchestrator.ErrForgotten},
		{"another dispatcher has taken over", place("waiting", noon), agent("1001", 3), first, orchestrator.ErrFenced},
	}
	for _, tt := range tests {
		if _, err := s.Reserve(ctx, tt.place, tt.agent, soon(), tt.epoch); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if after := loaded(t, s); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("a refusal changed the state from\n%v\nto\n%v", before, after)
	}
	if _, err := s.Reserve(ctx, place("waiting", noon), agent("1001", 3), soon(), epoch); err != nil {
		t.Errorf("and yet it was possible: %v", err)
	}
}

func TestWipedRedisIsNoticedAndRebuilt(t *testing.T) {
	s, server, client := start(t)
	ctx := t.Context()
	must(t, s.PutAgent(ctx, agent("1001", 3)))
	must(t, s.Enter(ctx, place("c1", noon)))
	token, err := s.Reserve(ctx, place("c1", noon), agent("1001", 3), soon(), 0)
	must(t, err)
	known := loaded(t, s)
	known.Agents = append(known.Agents, agent("1002", 9))
	known.Places = append(known.Places, place("c2", noon))
	known.Calls = map[orchestrator.CallID][]byte{"c1": []byte(`{"x":"\u0000é"}`)}
	known.Lines = []orchestrator.Line{{Trunk: "t1", Site: site, Name: "电信", Online: true, Max: 30}}

	server.Restart()
	if lost, err := s.Forgotten(ctx, site); err != nil || !lost {
		t.Fatalf("forgotten %v, %v", lost, err)
	}
	// What is written before anybody has noticed must not hide the loss: this
	// caller would be taken for one who has hung up.
	must(t, s.PutAgent(ctx, agent("1002", 9)))
	_, err = s.Reserve(ctx, place("c2", noon), agent("1002", 9), soon(), 0)
	wants(t, err, orchestrator.ErrForgotten)

	must(t, s.Rebuild(ctx, site, known))
	if got := loaded(t, s); fmt.Sprint(got) != fmt.Sprint(known) {
		t.Fatalf("rebuilt\n%v\nwant\n%v", got, known)
	}
	next, err := s.Reserve(ctx, place("c2", noon), agent("1002", 9), soon(), 0)
	if err != nil || next <= token {
		t.Fatalf("token %d after %d, %v", next, token, err)
	}
	must(t, s.Enter(ctx, place("c3", noon)))
	must(t, s.Rebuild(ctx, site, live.State{}))
	left := client.Keys(ctx, "*").Val()
	slices.Sort(left)
	if fmt.Sprint(left) != "[yht:{430100}:born yht:{430100}:fence]" {
		t.Errorf("rebuilding to nothing left the keys %v", left)
	}
	if st := loaded(t, s); len(st.Agents)+len(st.Places)+len(st.Offers)+len(st.Calls)+len(st.Lines) != 0 {
		t.Errorf("rebuilding to nothing left %+v", st)
	}
}

func TestCallerReturnsToItsTruePlace(t *testing.T) {
	s, _, client := start(t)
	ctx := t.Context()
	for i, call := range []orchestrator.CallID{"first", "second", "third"} {
		must(t, s.Enter(ctx, place(call, noon.Add(time.Duration(i)*time.Second))))
	}
	must(t, s.PutAgent(ctx, agent("1001", 1)))
	token, err := s.Reserve(ctx, place("first", noon), agent("1001", 1), soon(), 0)
	must(t, err)
	must(t, s.CloseOffer(ctx, site, "first", token))
	for range 2 {
		must(t, s.Enter(ctx, place("first", noon)))
	}
	order, err := client.ZRange(ctx, "yht:{430100}:queue:general", 0, -1).Result()
	if err != nil || fmt.Sprint(order) != "[first second third]" {
		t.Fatalf("the queue is %v, %v", order, err)
	}
	if p := loaded(t, s).Places[0]; !p.Entered.Equal(noon) || p.Caller != place("", noon).Caller {
		t.Errorf("the place came back as %+v", p)
	}

	night := place("first", noon)
	night.Queue = "night"
	must(t, s.Enter(ctx, night))
	must(t, s.Leave(ctx, site, "general", "first")) // late, and no longer true
	if st := loaded(t, s); len(st.Places) != 3 || st.Places[0].Queue != "night" {
		t.Errorf("places are %+v", st.Places)
	}
	if n := client.ZCard(ctx, "yht:{430100}:queue:general").Val(); n != 2 {
		t.Errorf("%d wait in the queue that was left, want 2", n)
	}
	must(t, s.Leave(ctx, site, "night", "first"))
	must(t, s.Leave(ctx, site, "night", "first"))
	if st := loaded(t, s); len(st.Places) != 2 {
		t.Errorf("places are %+v", st.Places)
	}
}

func TestOlderAgentNeverOverwritesNewer(t *testing.T) {
	s, _, _ := start(t)
	ctx := t.Context()
	must(t, s.PutAgent(ctx, agent("1001", 5)))
	must(t, s.PutAgent(ctx, agent("1001", 5))) // the same again: the answer was lost
	other := agent("1001", 5)
	other.Name = "李"
	wants(t, s.PutAgent(ctx, other), orchestrator.ErrStale)
	other.Rev = 4
	wants(t, s.PutAgent(ctx, other), orchestrator.ErrStale)
	other.Rev = 6
	must(t, s.PutAgent(ctx, other))
	if a := loaded(t, s).Agents[0]; a.Rev != 6 || a.Name != "李" {
		t.Errorf("agent is %+v", a)
	}
}

func TestOldTokenDoesNotCloseNewOffer(t *testing.T) {
	s, _, _ := start(t)
	ctx := t.Context()
	must(t, s.PutAgent(ctx, agent("1001", 1)))
	must(t, s.PutAgent(ctx, agent("1002", 1)))
	must(t, s.Enter(ctx, place("c", noon)))
	old, err := s.Reserve(ctx, place("c", noon), agent("1001", 1), soon(), 0)
	must(t, err)
	must(t, s.Enter(ctx, place("c", noon)))
	token, err := s.Reserve(ctx, place("c", noon), agent("1002", 1), soon(), 0)
	must(t, err)
	wants(t, s.CloseOffer(ctx, site, "c", old), orchestrator.ErrStale)
	if st := loaded(t, s); len(st.Offers) != 1 || st.Offers[0].Token != token {
		t.Fatalf("offers are %+v", st.Offers)
	}
	must(t, s.CloseOffer(ctx, site, "c", token))
	must(t, s.CloseOffer(ctx, site, "c", token))
	if st := loaded(t, s); len(st.Offers) != 0 {
		t.Errorf("offers are %+v", st.Offers)
	}
}

func TestOfferEndsWithItsLease(t *testing.T) {
	s, _, _ := start(t)
	ctx := t.Context()
	must(t, s.PutAgent(ctx, agent("1001", 1)))
	must(t, s.Enter(ctx, place("c", noon)))
	_, err := s.Reserve(ctx, place("c", noon), agent("1001", 1), time.Now().Add(30*time.Millisecond), 0)
	must(t, err)
	eventually(t, "the end of the offer", func() bool { return len(loaded(t, s).Offers) == 0 })
}

func TestLeaseHasOneHolderAndItsEpochGrows(t *testing.T) {
	s, server, _ := start(t)
	ctx := t.Context()
	acquire := func(holder string, ttl time.Duration) (int64, bool) {
		t.Helper()
		epoch, ok, err := s.Acquire(ctx, "node:pbx1", holder, ttl)
		must(t, err)
		return epoch, ok
	}
	first, ok := acquire("a", time.Minute)
	if !ok {
		t.Fatal("a free lease was refused")
	}
	if _, ok := acquire("b", time.Minute); ok {
		t.Fatal("two hold the lease")
	}
	if again, ok := acquire("a", time.Minute); !ok || again != first {
		t.Fatalf("the holder got %d %v, want %d again", again, ok, first)
	}
	must(t, s.Renew(ctx, "node:pbx1", "a", time.Minute))
	wants(t, s.Renew(ctx, "node:pbx1", "b", time.Minute), orchestrator.ErrFenced)
	wants(t, s.Release(ctx, "node:pbx1", "b"), orchestrator.ErrFenced)
	must(t, s.Release(ctx, "node:pbx1", "a"))
	second, ok := acquire("b", 20*time.Millisecond)
	if !ok || second <= first {
		t.Fatalf("epoch %d %v after %d", second, ok, first)
	}
	var third int64
	eventually(t, "the end of the lease", func() bool { third, ok = acquire("a", time.Minute); return ok })
	wants(t, s.Renew(ctx, "node:pbx1", "b", time.Minute), orchestrator.ErrFenced)
	server.Flush()
	wants(t, s.Renew(ctx, "node:pbx1", "a", time.Minute), orchestrator.ErrFenced)
	fourth, ok := acquire("b", time.Minute)
	if !ok || third <= second || fourth <= third {
		t.Fatalf("epochs %d, %d, %d, %d do not grow", first, second, third, fourth)
	}
}

func TestRedisAwayIsToldQuickly(t *testing.T) {
	s, server, _ := start(t)
	ctx := t.Context()
	server.Kill()
	calls := map[string]func() error{
		"PutAgent": func() error { return s.PutAgent(ctx, agent("1", 1)) },
		"Reserve":  func() error { _, err := s.Reserve(ctx, place("c", noon), agent("1", 1), soon(), 0); return err },
		"Enter":    func() error { return s.Enter(ctx, place("c", noon)) },
		"SaveCall": func() error { return s.SaveCall(ctx, site, "c", []byte("{}")) },
		"Calls":    func() error { _, err := s.Calls(ctx, site); return err },
		"Load":     func() error { _, err := s.Load(ctx, site); return err },
		"Rebuild":  func() error { return s.Rebuild(ctx, site, live.State{}) },
		"Acquire":  func() error { _, _, err := s.Acquire(ctx, "node:1", "a", time.Second); return err },
		"Ping":     func() error { return s.Ping(ctx) },
	}
	for name, call := range calls {
		from := time.Now()
		err := call()
		if took := time.Since(from); took > 1500*time.Millisecond {
			t.Errorf("%s took %v", name, took)
		}
		if !errors.Is(err, live.ErrUnavailable) || !errors.Is(err, orchestrator.ErrLiveDown) || errkind.Of(err) != errkind.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	server.Restart()
	must(t, s.Ping(ctx))
}

func TestPicturesOfCallsComeAndGo(t *testing.T) {
	s, _, _ := start(t)
	ctx := t.Context()
	body := []byte("{\"caller\":\"a\\\"b%0A\\u0000\",\"n\":9007199254740993}")
	must(t, s.SaveCall(ctx, site, "c1", body))
	must(t, s.SaveCall(ctx, site, "c2", []byte("{}")))
	if s.SaveCall(ctx, site, "c3", nil) == nil {
		t.Error("an empty picture was saved")
	}
	must(t, s.DropCall(ctx, site, "c2"))
	calls, err := s.Calls(ctx, site)
	if err != nil || len(calls) != 1 || string(calls["c1"]) != string(body) {
		t.Errorf("calls are %q, %v", calls, err)
	}
}

func TestSitesDoNotSeeEachOther(t *testing.T) {
	s, _, _ := start(t)
	ctx := t.Context()
	must(t, s.Enter(ctx, place("c", noon)))
	other := agent("1001", 1)
	other.Site = "430200"
	must(t, s.PutAgent(ctx, other))
	if st := loaded(t, s); len(st.Agents) != 0 {
		t.Errorf("site %s has %+v", site, st.Agents)
	}
	must(t, s.Rebuild(ctx, "430200", live.State{}))
	if st := loaded(t, s); len(st.Places) != 1 {
		t.Errorf("rebuilding a site emptied another")
	}
}
