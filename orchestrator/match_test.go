package orchestrator

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestNobodyIsGivenTwiceAndNoFittingPairIsLeft(t *testing.T) {
	start := time.Unix(1_000_000, 0)
	skills := []string{"general", "english", "truck"}
	rapid.Check(t, func(t *rapid.T) {
		some := func(label string) []string {
			return rapid.SliceOfDistinct(rapid.SampledFrom(skills), rapid.ID[string]).Draw(t, label)
		}
		var waiting []Place
		for i := range rapid.IntRange(0, 8).Draw(t, "callers") {
			waiting = append(waiting, Place{
				Call: CallID(fmt.Sprint(i)), Queue: "general", Skills: some("wanted"),
				Priority: rapid.IntRange(0, 2).Draw(t, "priority"),
				Entered:  start.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "entered")) * time.Second),
			})
		}
		var agents []Agent
		for i := range rapid.IntRange(0, 8).Draw(t, "agents") {
			a := Agent{
				ID: AgentID(fmt.Sprint(i)), Online: rapid.Bool().Draw(t, "online"), Skills: map[string]int{},
				State: rapid.SampledFrom([]AgentState{Ready, Talking, NotReady}).Draw(t, "state"),
				Since: start.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "since")) * time.Second),
			}
			for _, s := range some("has") {
				a.Skills[s] = 1
			}
			agents = append(agents, a)
		}
		now := start.Add(10 * time.Minute)
		calls, taken := map[CallID]bool{}, map[AgentID]bool{}
		for _, p := range Match(waiting, agents, nil, now) {
			if calls[p.Place.Call] || taken[p.Agent.ID] {
				t.Fatalf("given twice: %+v", p)
			}
			if !p.Agent.Free() || !p.Agent.Fits(p.Place) {
				t.Fatalf("does not fit: %+v", p)
			}
			calls[p.Place.Call], taken[p.Agent.ID] = true, true
		}
		for _, w := range waiting {
			for _, a := range agents {
				if !calls[w.Call] && !taken[a.ID] && a.Free() && a.Fits(w) {
					t.Fatalf("caller %s and agent %s were left apart", w.Call, a.ID)
				}
			}
		}
	})
}

func TestLongWaitOvertakesPriority(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	old := Place{Call: "old", Entered: now.Add(-5 * ageing)}
	favoured := Place{Call: "favoured", Priority: 3, Entered: now}
	agent := []Agent{{ID: "1", State: Ready, Online: true}}
	if got := Match([]Place{favoured, old}, agent, nil, now); got[0].Place.Call != "old" {
		t.Errorf("%s is served first", got[0].Place.Call)
	}
	if got := Match([]Place{{Call: "plain", Entered: now.Add(-time.Second)}, favoured}, agent, nil, now); got[0].Place.Call != "favoured" {
		t.Errorf("%s is served first", got[0].Place.Call)
	}
}

func TestExpectedWaitFollowsWhatCallsTake(t *testing.T) {
	var p Pace
	if got := p.Wait(0, 0); got >= 0 {
		t.Errorf("with nobody at work the wait is %v, want unknown", got)
	}
	for range 100 {
		p.Took(time.Minute)
	}
	if got := p.Wait(3, 2); got != 2*time.Minute {
		t.Errorf("4 calls of a minute by 2 agents: %v", got)
	}
}
