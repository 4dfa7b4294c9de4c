package orchestrator_test

import (
	"testing"
	"time"

	. "github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
)

func TestReloadedBrowserIsBackInTheTalk(t *testing.T) {
	open(t, func(h *house) {
		phone := h.browser("1001")
		caller := h.call("13873112345")
		h.pass(4 * time.Second)
		phone.Offline()
		h.settle()
		if _, err := h.SignIn(h.ctx(), Agent{ID: "1001", Site: changsha, Phone: "b1001", Browser: true}); err != nil {
			t.Fatal(err)
		}
		h.settle()
		if heard := caller.Hears(); heard.Sound != pbxtest.Prompt && heard.Sound != pbxtest.Music {
			t.Errorf("meanwhile the caller hears %v", heard)
		}
		h.pass(700 * time.Millisecond)
		phone.Online()
		h.pass(2200 * time.Millisecond) // the phone answers by itself after a second
		if !h.sim.Talking(caller, phone) {
			t.Fatal("the agent is not back within 3 s")
		}
		h.is("1001", Talking, "")
		phone.Hangup()
		h.pass(time.Minute)
		h.clean()
	})
}

func TestLinkOfABrowserThatBlinksEndsNothing(t *testing.T) {
	open(t, func(h *house) {
		phone := h.browser("1001")
		caller := h.call("13873112345")
		h.pass(4 * time.Second)
		leg := phone.Channel()
		phone.Offline()
		h.pass(2 * time.Second)
		if !h.sim.Talking(caller, phone) {
			t.Fatal("a blink interrupted the talk")
		}
		phone.Online()
		h.pass(5 * time.Second)
		phone.Offline()
		h.pass(5 * time.Second)
		if heard := caller.Hears(); heard.Sound == pbxtest.Voices {
			t.Fatalf("after 5 s the caller hears %v", heard)
		}
		phone.Online()
		h.settle()
		if !h.sim.Talking(caller, phone) || phone.Channel() != leg {
			t.Error("the agent whose network is back is not in the talk")
		}
		caller.Hangup()
		h.pass(time.Minute)
		h.clean()
	})
}

func TestNailedUpLineTakesCallsWithoutRinging(t *testing.T) {
	open(t, func(h *house) {
		id := pbx.PhoneID("d1001")
		if err := h.sim.PutPhone(h.ctx(), pbx.Phone{ID: id, Secret: "s"}); err != nil {
			t.Fatal(err)
		}
		phone := h.sim.Phone(id).Answers(time.Second)
		h.settle()
		a := Agent{ID: "1001", Site: changsha, Skills: map[string]int{"general": 1}, Phone: id, Nailed: true}
		if _, err := h.SignIn(h.ctx(), a); err != nil {
			t.Fatal(err)
		}
		h.pass(2 * time.Second)
		if _, err := h.Ready(h.ctx(), changsha, "1001"); err != nil {
			t.Fatal(err)
		}
		line := phone.Channel()
		for range 2 {
			caller := h.call("13873112345")
			h.pass(4500 * time.Millisecond)
			if !h.sim.Talking(caller, phone) || phone.Channel() != line {
				t.Fatal("the caller was not put through on the line that is up")
			}
			caller.Hangup()
			h.pass(40 * time.Second)
			h.is("1001", Ready, "")
		}
		caller := h.call("13873112345")
		h.pass(4500 * time.Millisecond)
		h.do("1001", DoHangup)
		if caller.Hears().Sound != pbxtest.Prompt || phone.Channel() != line {
			t.Error("the agent's button did not lead the caller to the rating, or ended the line")
		}
		caller.Hangup()
		h.pass(40 * time.Second)
		phone.Hangup()
		h.pass(10 * time.Second)
		if phone.Channel() == "" || phone.Channel() == line {
			t.Error("the line was not brought up again")
		}
		if _, err := h.SignOut(h.ctx(), changsha, "1001"); err != nil {
			t.Fatal(err)
		}
		h.settle()
		h.clean()
	})
}

func TestAgentOnAMobileConfirmsWithAKey(t *testing.T) {
	open(t, func(h *house) {
		mobile := h.sim.Number("13700000001").Answers(time.Second)
		a := Agent{ID: "1001", Site: changsha, Skills: map[string]int{"general": 1}, Mobile: "13700000001"}
		if _, err := h.SignIn(h.ctx(), a); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Ready(h.ctx(), changsha, "1001"); err != nil {
			t.Fatal(err)
		}
		caller := h.call("13873112345")
		h.pass(4 * time.Second)
		if mobile.Hears().Sound != pbxtest.Prompt || caller.Hears().Sound != pbxtest.Music {
			t.Fatalf("the agent hears %v and the caller %v before the key", mobile.Hears(), caller.Hears())
		}
		mobile.Press("1")
		h.settle()
		if !h.sim.Talking(caller, mobile) {
			t.Error("the key did not connect them")
		}
		caller.Hangup()
		h.pass(40 * time.Second)
		mailbox := h.call("13873112345")
		h.pass(40 * time.Second)
		h.is("1001", NotReady, ReasonNoAnswer)
		mailbox.Hangup()
		h.pass(10 * time.Second)
		h.clean()
		if h.guard.out != 0 {
			t.Errorf("the guard believes that %d calls are out", h.guard.out)
		}
	})
}
