package orchestrator

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// drawn reads the table of agent moves from the package comment.
func drawn(t *testing.T) map[AgentState]map[AgentAct]AgentState {
	t.Helper()
	src, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^//\t(\w+) +((?:\w+→\w+ ?)+)$`)
	table := map[AgentState]map[AgentAct]AgentState{}
	for _, m := range row.FindAllStringSubmatch(string(src), -1) {
		moves := map[AgentAct]AgentState{}
		for _, move := range strings.Fields(m[2]) {
			act, to, _ := strings.Cut(move, "→")
			moves[AgentAct(act)] = AgentState(to)
		}
		table[AgentState(m[1])] = moves
	}
	return table
}

func TestEveryAgentMoveIsAsDrawn(t *testing.T) {
	table := drawn(t)
	states := []AgentState{SignedOut, Ready, RingingAt, Talking, WrapUp, NotReady, Offline}
	acts := []AgentAct{
		ActSignIn, ActSignOut, ActReady, ActNotReady, ActOffer, ActAnswer, ActMiss, ActRelease,
		ActTalkOver, ActWrapUpEnd, ActEngage, ActDismiss, ActDial, ActPhoneLost, ActPhoneBack,
	}
	now := time.Unix(1000, 0)
	for _, from := range states {
		for _, act := range acts {
			a, err := Agent{ID: "1001", State: from}.Move(act, "why", now)
			want, allowed := table[from][act]
			var refused *StateError
			switch {
			case allowed && (err != nil || a.State != want):
				t.Errorf("%s %s: got %s, %v; drawn %s", from, act, a.State, err, want)
			case !allowed && !errors.As(err, &refused):
				t.Errorf("%s %s: got %s, %v; drawn as refused", from, act, a.State, err)
			case allowed && a.Rev != 1:
				t.Errorf("%s %s: the revision did not grow", from, act)
			}
		}
	}
}

func TestReleasedAgentKeepsThePlaceOfTheLongestIdle(t *testing.T) {
	idle := time.Unix(1000, 0)
	a := Agent{State: Ready, Since: idle}
	a, _ = a.Move(ActOffer, "", idle.Add(time.Minute))
	a, _ = a.Move(ActRelease, "", idle.Add(2*time.Minute))
	if !a.Since.Equal(idle) {
		t.Errorf("idle since %v, want %v", a.Since, idle)
	}
}
