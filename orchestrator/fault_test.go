package orchestrator_test

import (
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/redistest"
	. "github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
)

func redisFor(t *testing.T) *redistest.Server { return redistest.Start(t) }

func TestCallsGoOnWithoutRedisAndRoutingResumesAfterwards(t *testing.T) {
	server := redisFor(t)
	openOn(t, server, speech{}, func(h *house) {
		phone := h.agent("1001")
		talking := h.call("13873112345")
		h.pass(4 * time.Second)
		server.Kill()
		waiting := h.call("13973100000")
		h.pass(10 * time.Second)
		if !h.sim.Talking(talking, phone) {
			t.Fatal("the conversation did not survive Redis")
		}
		if heard := waiting.Hears(); heard.Sound != pbxtest.Music {
			t.Fatalf("who called meanwhile hears %v, want music", heard)
		}
		talking.Hangup()
		h.pass(time.Minute)
		h.is("1001", Ready, "")
		server.Restart()
		h.pass(5 * time.Second)
		if !h.sim.Talking(waiting, phone) {
			t.Error("the waiting caller was not routed after Redis came back")
		}
		if s := h.liveState(); len(s.Agents) != 1 || len(s.Calls) != 1 {
			t.Errorf("Redis was not filled again: %+v", s)
		}
	})
}

func TestWipedRedisIsFilledAgain(t *testing.T) {
	server := redisFor(t)
	openOn(t, server, speech{}, func(h *house) {
		caller := h.call("13873112345")
		h.pass(3 * time.Second)
		server.Flush()
		phone := h.agent("1001")
		h.pass(5 * time.Second)
		if !h.sim.Talking(caller, phone) {
			t.Error("the caller was not routed after Redis was wiped")
		}
	})
}

func TestLostLinkEndsNothingThatTheSwitchStillHolds(t *testing.T) {
	open(t, func(h *house) {
		phone := h.agent("1001")
		talking := h.call("13873112345")
		h.pass(4 * time.Second)
		leaving := h.call("13973100000")
		h.pass(3 * time.Second)
		h.sim.Cut()
		leaving.Hangup()
		arriving := h.sim.Call(trunk, "12328", "13773100000")
		h.pass(30 * time.Second)
		h.sim.Heal()
		h.pass(2 * time.Second)
		if !h.sim.Talking(talking, phone) {
			t.Error("the conversation did not survive the link")
		}
		if n := h.Health().Calls; n != 2 {
			t.Errorf("%d calls are led, want the conversation and the one that arrived meanwhile", n)
		}
		if heard := arriving.Hears(); heard.Sound == pbxtest.Silence {
			t.Errorf("who arrived meanwhile hears %v", heard)
		}
	})
}

func TestOriginateThatTimesOutLeavesNoPhoneRinging(t *testing.T) {
	open(t, func(h *house) {
		phone := h.agent("1001")
		phone.Rings()
		h.sim.Delay(pbx.Originate{}, 10*time.Second)
		caller := h.call("13873112345")
		h.pass(9 * time.Second)
		h.is("1001", NotReady, ReasonUnreachable)
		if phone.Ringing() {
			t.Error("the phone rings for nobody")
		}
		caller.Hangup()
		h.pass(6 * time.Second)
		h.clean()
	})
}

func TestDeadSwitchClosesItsCallsAndFreesAgents(t *testing.T) {
	open(t, func(h *house) {
		h.agent("1001")
		h.call("13873112345")
		h.pass(4 * time.Second)
		h.sim.Kill()
		h.pass(time.Second)
		h.sim.Boot()
		h.pass(40 * time.Second)
		h.clean()
		end := h.facts.of(CallEnded)
		if len(end) != 1 || end[0].Data.Result != ResultLost || end[0].Data.Cause != pbx.SwitchLost {
			t.Errorf("the call was closed as %+v", end)
		}
		h.is("1001", Ready, "")
	})
}

func TestNextEngineAdoptsEveryCall(t *testing.T) {
	open(t, func(h *house) {
		phone := h.agent("1001")
		talking := h.call("13873112345")
		h.pass(4 * time.Second)
		first := h.call("13973100001")
		h.pass(5 * time.Second)
		second := h.call("13973100002")
		h.pass(5 * time.Second)

		h.stop()
		h.pass(3 * time.Second)
		h.begin(h.sim.Controller(), speech{})
		h.pass(11 * time.Second) // until the lease of the dead engine has run out
		if !h.sim.Talking(talking, phone) {
			t.Fatal("the conversation was disturbed")
		}
		h.is("1001", Talking, "")
		talking.Hangup()
		h.pass(40 * time.Second)
		if !h.sim.Talking(first, phone) {
			t.Error("who waited longest was not next")
		}
		first.Hangup()
		h.pass(40 * time.Second)
		if !h.sim.Talking(second, phone) {
			t.Error("who waited second longest was not next")
		}
	})
}

// browser signs an agent in at a browser phone and makes the agent ready.
func (h *house) browser(number string) *pbxtest.SimPhone {
	h.t.Helper()
	id := pbx.PhoneID("b" + number)
	if err := h.sim.PutPhone(h.ctx(), pbx.Phone{ID: id, Browser: true, Secret: "s"}); err != nil {
		h.t.Fatal(err)
	}
	phone := h.sim.Phone(id).Answers(time.Second)
	h.settle()
	a := Agent{ID: AgentID(number), Site: changsha, Skills: map[string]int{"general": 1}, Phone: id, Browser: true}
	if _, err := h.SignIn(h.ctx(), a); err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.Ready(h.ctx(), changsha, a.ID); err != nil {
		h.t.Fatal(err)
	}
	return phone
}

func TestBrowserBackSoonIsReadyAgainAndOneGoneForGoodIsSignedOut(t *testing.T) {
	open(t, func(h *house) {
		phone := h.browser("1001")
		phone.Offline()
		h.settle()
		h.is("1001", Offline, "")
		h.pass(20 * time.Second)
		phone.Online()
		h.settle()
		h.is("1001", Ready, "")
		phone.Offline()
		h.pass(31 * time.Minute)
		h.is("1001", SignedOut, "")
		if _, known := h.sim.Snapshot().Phones["b1001"]; known {
			t.Error("the credentials of a browser that is gone are still good")
		}
	})
}

func TestCallerReturnsToTheFrontWhenTheBrowserVanishes(t *testing.T) {
	open(t, func(h *house) {
		phone := h.browser("1001")
		caller := h.call("13873112345")
		h.pass(4 * time.Second)
		other := h.call("13973100000")
		h.pass(3 * time.Second)
		phone.Offline()
		h.pass(25 * time.Second)
		if _, over := caller.Ended(); over {
			t.Fatal("the caller was dropped with the agent's browser")
		}
		second := h.agent("1002")
		h.pass(4 * time.Second)
		if !h.sim.Talking(caller, second) {
			t.Error("the caller is not first in line")
		}
		other.Hangup()
		h.settle()
	})
}

func TestCallerReturnsToTheFrontWhenADeskPhoneDies(t *testing.T) {
	open(t, func(h *house) {
		phone := h.agent("1001")
		caller := h.call("13873112345")
		h.pass(4 * time.Second)
		other := h.call("13973100000")
		h.pass(3 * time.Second)
		phone.Dies()
		h.pass(time.Second)
		h.is("1001", WrapUp, "")
		second := h.agent("1002")
		h.pass(4 * time.Second)
		if !h.sim.Talking(caller, second) {
			t.Error("the caller is not first in line")
		}
		other.Hangup()
		h.settle()
	})
}

func TestGuestGoesOnWithTheCallerWhenTheDeskPhoneDies(t *testing.T) {
	open(t, func(h *house) {
		phone := h.agent("1001")
		caller := h.call("13873112345")
		h.pass(4 * time.Second)
		second := h.agent("1002")
		if _, err := h.Consult(h.ctx(), changsha, "1001", Target{Agent: "1002"}); err != nil {
			t.Fatal(err)
		}
		h.pass(2 * time.Second)
		phone.Dies()
		h.pass(time.Second)
		if !h.sim.Talking(caller, second) {
			t.Error("the caller does not speak with the colleague")
		}
	})
}

func TestDialledCallEndsWithTheEngine(t *testing.T) {
	open(t, func(h *house) {
		phone := h.agent("1001")
		h.sim.Number(hospital).Answers(time.Second)
		if _, err := h.Dial(h.ctx(), changsha, "1001", Errand{Number: hospital}); err != nil {
			t.Fatal(err)
		}
		h.pass(3 * time.Second)
		h.stop() // returns: no call holds the engine up
		h.begin(h.sim.Controller(), speech{})
		h.pass(time.Second)
		h.is("1001", Talking, "")
		if lines := h.liveState().Lines; len(lines) != 1 || lines[0].Out != 1 {
			t.Errorf("the lines are %+v, want one with one call to outside", lines)
		}
		phone.Hangup()
		h.pass(time.Second)
		if h.guard.out != 0 {
			t.Errorf("the guard believes that %d calls are out", h.guard.out)
		}
	})
}

func TestDialledCustomerWhomNobodyTakesIsLetGo(t *testing.T) {
	for name, to := range map[string]Target{"a colleague": {Agent: "1002"}, "a number": {Number: "057188777777"}} {
		t.Run(name, func(t *testing.T) {
			open(t, func(h *house) {
				h.agent("1001")
				h.agent("1002")
				h.sim.Phone("d1002").Rejects()
				customer := h.sim.Number(hospital).Answers(time.Second)
				h.sim.Number("057188777777").Busy()
				if _, err := h.Dial(h.ctx(), changsha, "1001", Errand{Number: hospital}); err != nil {
					t.Fatal(err)
				}
				h.pass(3 * time.Second)
				if _, err := h.Transfer(h.ctx(), changsha, "1001", to); err != nil {
					t.Fatal(err)
				}
				h.pass(10 * time.Second)
				if customer.Channel() != "" {
					t.Error("the customer is still on the line")
				}
				h.clean()
				if h.guard.out != 0 {
					t.Errorf("the guard believes that %d calls are out", h.guard.out)
				}
			})
		})
	}
}
