package orchestrator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
)

func TestCallIsGreetedAnsweredRatedAndClosed(t *testing.T) {
	open(t, func(h *house) {
		phone := h.agent("1001")
		caller := h.call("13873112345")
		if heard := caller.Hears(); heard.File != "/prompts/"+greeting {
			t.Fatalf("the caller hears %v, want the greeting", heard)
		}
		h.pass(3 * time.Second) // greeting over, ringing, answered after a second
		if !h.sim.Talking(caller, phone) {
			t.Fatal("caller and agent do not hear each other")
		}
		h.is("1001", Talking, "")
		if shown, _ := phone.Shows(); shown != "138****2345" {
			t.Errorf("the agent's phone shows %q", shown)
		}
		h.pass(time.Minute)
		phone.Hangup()
		h.settle()
		h.is("1001", WrapUp, "")
		if heard := caller.Hears(); heard.Sound != pbxtest.Prompt {
			t.Fatalf("after the talk the caller hears %v, want the question for a rating", heard)
		}
		h.pass(2 * time.Second)
		caller.Press("1")
		h.pass(10 * time.Second) // thanks and goodbye
		if _, over := caller.Ended(); !over {
			t.Fatal("the caller is still there")
		}
		h.pass(30 * time.Second)
		h.is("1001", Ready, "")
		h.clean()

		h.facts.mu.Lock()
		var calls []Fact
		for _, f := range h.facts.facts {
			if f.Kind != AgentMoved {
				calls = append(calls, f)
			}
		}
		h.facts.mu.Unlock()
		want := []FactKind{
			CallArrived, CallStep, CallQueued, CallRouted, CallOffered, CallRinging, CallOfferEnded, CallAnswered,
			CallTalkEnded, CallStep, CallRated, CallStep, CallEnded,
		}
		if got := kinds(calls); !slices.Equal(got, want) {
			t.Errorf("facts %v\nwant  %v", got, want)
		}
		end := calls[len(calls)-1].Data
		if end.Result != ResultAnswered || end.By != ByAgent {
			t.Errorf("the call ended %q by %q", end.Result, end.By)
		}
		if rated := h.facts.of(CallRated)[0]; rated.Data.Score != 1 || rated.Agent != "1001" {
			t.Errorf("rating %d of agent %s", rated.Data.Score, rated.Agent)
		}
	})
}

func TestCallerWhoHangsUpAnywhereLeavesNothingRinging(t *testing.T) {
	for moment := 100 * time.Millisecond; moment < 7*time.Second; moment += 300 * time.Millisecond {
		t.Run(moment.String(), func(t *testing.T) {
			open(t, func(h *house) {
				phone := h.agent("1001")
				phone.Answers(2 * time.Second)
				caller := h.call("13873112345")
				h.pass(moment)
				caller.Hangup()
				h.pass(6 * time.Second)
				if phone.Hears().Sound == pbxtest.Voices {
					t.Error("the agent still has somebody on the line")
				}
				h.clean()
				if s := h.liveState(); len(s.Places)+len(s.Offers)+len(s.Calls) != 0 {
					t.Errorf("left in Redis: %+v", s)
				}
				h.pass(31 * time.Second)
				h.is("1001", Ready, "")
			})
		})
	}
}

func TestFailedOfferMakesAgentNotReadyAndKeepsTheCallersPlace(t *testing.T) {
	for reason, phone := range map[string]func(*pbxtest.SimPhone) *pbxtest.SimPhone{
		ReasonNoAnswer: (*pbxtest.SimPhone).Rings,
		ReasonBusy:     (*pbxtest.SimPhone).Busy,
		ReasonRejected: (*pbxtest.SimPhone).Rejects,
	} {
		t.Run(reason, func(t *testing.T) {
			open(t, func(h *house) {
				phone(h.agent("1001"))
				first := h.call("13873112345")
				h.pass(time.Second)
				second := h.call("13973100000")
				h.pass(30 * time.Second)
				h.is("1001", NotReady, reason)
				if s := h.liveState(); len(s.Places) != 2 {
					t.Fatalf("%d callers wait in Redis, want 2", len(s.Places))
				}
				willing := h.agent("1002")
				h.pass(2 * time.Second)
				if !h.sim.Talking(first, willing) {
					t.Error("the first caller has lost the first place")
				}
				second.Hangup()
				first.Hangup()
				h.pass(time.Second)
				h.clean()
			})
		})
	}
}

func TestUnreachablePhoneIsNotOfferedTwice(t *testing.T) {
	open(t, func(h *house) {
		h.agent("1001")
		h.sim.FailNext(pbx.Originate{}, &pbx.Error{Command: "Originate", Kind: pbx.Refused, Reason: "unreachable"})
		caller := h.call("13873112345")
		h.pass(3 * time.Second)
		h.is("1001", NotReady, ReasonUnreachable)
		caller.Hangup()
		h.pass(time.Second)
		h.clean()
	})
}

func TestLongestIdleAgentWithTheSkillTakesTheCall(t *testing.T) {
	open(t, func(h *house) {
		h.agent("1001", "english")
		h.pass(time.Second)
		longest := h.agent("1002")
		h.pass(time.Second)
		h.agent("1003")
		caller := h.call("13873112345")
		h.pass(4 * time.Second)
		if !h.sim.Talking(caller, longest) {
			t.Error("another agent than the longest idle with the skill has the call")
		}
		caller.Hangup()
		h.pass(time.Second)
	})
}

func TestWaitingCallerHearsMusicAndPlace(t *testing.T) {
	open(t, func(h *house) {
		h.call("13873112345")
		caller := h.call("13973100000")
		h.pass(3 * time.Second)
		if heard := caller.Hears(); heard.Sound != pbxtest.Music {
			t.Fatalf("a waiting caller hears %v, want music", heard)
		}
		h.pass(30 * time.Second)
		heard := caller.Hears()
		if want := "/prompts/您前面还有1位来电者，请稍候。"; !strings.HasPrefix(heard.File, want) {
			t.Errorf("after 30 s the caller hears %v, want %s", heard, want)
		}
		h.pass(3 * time.Second)
		if heard := caller.Hears(); heard.Sound != pbxtest.Music {
			t.Errorf("after the announcement the caller hears %v, want music", heard)
		}
	})
}

func TestNobodyIsDroppedBecauseNobodyIsThere(t *testing.T) {
	open(t, func(h *house) {
		caller := h.call("13873112345")
		h.pass(20 * time.Minute)
		if _, over := caller.Ended(); over {
			t.Fatal("the caller was dropped")
		}
		phone := h.agent("1001")
		h.pass(4 * time.Second)
		if !h.sim.Talking(caller, phone) {
			t.Error("the caller is not answered")
		}
	})
}

func TestBlacklistedAndMisdialledCallersAreTurnedAway(t *testing.T) {
	open(t, func(h *house) {
		h.agent("1001")
		blocked := h.call("13999999999")
		wrong := h.sim.Call(trunk, "99999", "13873112345")
		h.pass(5 * time.Second)
		if _, over := blocked.Ended(); !over {
			t.Error("a blacklisted caller is still there")
		}
		if cause, over := wrong.Ended(); !over || cause != pbx.BadNumber {
			t.Errorf("a number nobody answers to: %v %v", cause, over)
		}
		if end := h.facts.of(CallEnded); len(end) != 1 || end[0].Data.Result != ResultRefused {
			t.Errorf("facts of the blocked call: %+v", end)
		}
		h.clean()
	})
}

func TestBreakAskedForDuringACallComesAfterIt(t *testing.T) {
	open(t, func(h *house) {
		phone := h.agent("1001")
		h.call("13873112345")
		h.pass(4 * time.Second)
		if _, err := h.NotReady(h.ctx(), changsha, "1001", "lunch"); err != nil {
			t.Fatal(err)
		}
		h.is("1001", Talking, "")
		phone.Hangup()
		h.settle()
		if _, err := h.ExtendWrapUp(h.ctx(), changsha, "1001", 30*time.Second); err != nil {
			t.Fatal(err)
		}
		h.pass(45 * time.Second)
		h.is("1001", WrapUp, "")
		h.pass(20 * time.Second)
		h.is("1001", NotReady, "lunch")
	})
}

func TestPromptThatCannotBeMadeDoesNotStopTheCall(t *testing.T) {
	openOn(t, redisFor(t), speech{broken: greeting}, func(h *house) {
		phone := h.agent("1001")
		caller := h.call("13873112345")
		h.pass(3 * time.Second)
		if !h.sim.Talking(caller, phone) {
			t.Error("the call stopped at a prompt that could not be made")
		}
	})
}

func TestKeysNobodyAskedForAreHarmless(t *testing.T) {
	open(t, func(h *house) {
		phone := h.agent("1001")
		caller := h.call("13873112345")
		for range 40 {
			caller.Press("1*#0D")
			h.pass(100 * time.Millisecond)
		}
		if !h.sim.Talking(caller, phone) {
			t.Error("keys have led the call astray")
		}
	})
}
