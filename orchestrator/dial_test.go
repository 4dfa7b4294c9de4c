package orchestrator_test

import (
	"testing"
	"time"

	. "github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
)

func TestOutboundCallRingsTheAgentFirstAndIsRecorded(t *testing.T) {
	open(t, func(h *house) {
		c := &cast{house: h, agent: h.agent("1001"), outside: h.sim.Number(hospital).Answers(2 * time.Second)}
		c.caller = h.call("13999999999") // somebody else, who is turned away
		c.pass(20 * time.Second)
		if _, err := h.Dial(h.ctx(), changsha, "1001", Errand{Number: hospital, Ticket: "T1"}); err != nil {
			t.Fatal(err)
		}
		c.pass(1500 * time.Millisecond)
		c.hear(map[string]string{"agent": "ringback"})
		c.pass(2 * time.Second)
		c.hear(map[string]string{"agent": "outside", "outside": "agent"})
		dialled := h.facts.of(CallDialled)
		if len(dialled) != 1 || dialled[0].Data.Ticket != "T1" || dialled[0].Data.Recording == "" {
			t.Errorf("noted: %+v", dialled)
		}
		c.do("1001", DoHold)
		c.hear(map[string]string{"outside": "music"})
		c.do("1001", DoRetrieve)
		c.outside.Hangup()
		c.settle()
		c.is("1001", WrapUp, "")
		c.over()
	})
}

func TestOutboundCallThatReachesNobodyEndsForTheAgentToo(t *testing.T) {
	for name, plan := range map[string]func(*pbxtest.SimPhone) *pbxtest.SimPhone{
		"busy": (*pbxtest.SimPhone).Busy, "rejected": (*pbxtest.SimPhone).Rejects, "no answer": (*pbxtest.SimPhone).Rings,
	} {
		t.Run(name, func(t *testing.T) {
			open(t, func(h *house) {
				phone := h.agent("1001")
				plan(h.sim.Number(hospital))
				if _, err := h.Dial(h.ctx(), changsha, "1001", Errand{Number: hospital}); err != nil {
					t.Fatal(err)
				}
				h.pass(40 * time.Second)
				if phone.Hears().Sound != pbxtest.Silence {
					t.Errorf("the agent hears %v", phone.Hears())
				}
				if ended := h.facts.of(CallEnded); len(ended) != 1 || ended[0].Data.Result != ResultNotReached {
					t.Errorf("noted: %+v", ended)
				}
				h.clean()
				if h.guard.out != 0 {
					t.Error("the guard believes the call is still out")
				}
			})
		})
	}
}

func TestColleaguesCallEachOther(t *testing.T) {
	open(t, func(h *house) {
		c := &cast{house: h, agent: h.agent("1001"), colleague: h.agent("1002"), caller: h.call("13999999999")}
		c.pass(20 * time.Second)
		if _, err := h.Dial(h.ctx(), changsha, "1001", Errand{Agent: "1002"}); err != nil {
			t.Fatal(err)
		}
		c.pass(3 * time.Second)
		c.hear(map[string]string{"agent": "colleague", "colleague": "agent"})
		c.do("1002", DoHangup)
		c.pass(time.Second)
		c.hear(nil)
		c.is("1001", Ready, "")
		c.is("1002", Ready, "")
		c.over()
	})
}
