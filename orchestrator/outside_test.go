package orchestrator_test

import (
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	. "github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
)

func TestClosedOfficeTakesAMessage(t *testing.T) {
	for _, how := range []string{"hash", "hang up", "longest time"} {
		t.Run(how, func(t *testing.T) {
			openTown(t, town{hours: dialplan.Hours{}}, func(h *house) {
				caller := h.call("13873112345")
				h.pass(3 * time.Second) // the greeting
				caller.Press("1")
				h.pass(5 * time.Second) // what to say, the tone
				if heard := caller.Hears(); heard.Sound != pbxtest.Silence {
					t.Fatalf("while leaving a message the caller hears %v", heard)
				}
				h.pass(20 * time.Second)
				switch how {
				case "hash":
					caller.Press("#")
				case "hang up":
					caller.Hangup()
				case "longest time":
					h.pass(3 * time.Minute)
				}
				h.pass(10 * time.Second)
				if _, over := caller.Ended(); !over {
					t.Error("the caller is still there")
				}
				h.clean()
				if n := len(h.facts.of(CallMessage)); n != 1 {
					t.Errorf("%d messages noted", n)
				}
				if end := h.facts.of(CallEnded)[0]; end.Data.Result != ResultMessage || end.Data.Recording == "" {
					t.Errorf("the call ended as %+v", end.Data)
				}
			})
		})
	}
}

const referral = `
flow: city
start: refer
steps:
  refer:
    do: transfer
    text: 正在为您转接12345，请稍候。
    number: "12345"
    timeout: 15s
    then: bye
    otherwise: sorry
  sorry:
    do: hangup
    text: 对方暂时无法接听，请您稍后再拨。
  bye:
    do: hangup
    text: 感谢您的来电，再见。
`

func TestFlowLeadsOnToAnOutsideNumber(t *testing.T) {
	where := town{hours: dialplan.Hours{AlwaysOpen: true}, flow: referral}
	t.Run("answered", func(t *testing.T) {
		openTown(t, where, func(h *house) {
			other := h.sim.Number("12345").Answers(3 * time.Second)
			caller := h.call("13873112345")
			h.pass(4 * time.Second)
			if heard := caller.Hears(); heard.Sound != pbxtest.Music {
				t.Errorf("while it rings the caller hears %v", heard)
			}
			h.pass(3 * time.Second)
			if !h.sim.Talking(caller, other) {
				t.Fatal("the caller is not connected")
			}
			other.Hangup()
			h.pass(5 * time.Second)
			h.clean()
			if end := h.facts.of(CallEnded)[0]; end.Data.Result != ResultTransferred {
				t.Errorf("the call ended as %+v", end.Data)
			}
		})
	})
	for how, other := range map[string]func(*pbxtest.SimPhone) *pbxtest.SimPhone{
		"no answer": (*pbxtest.SimPhone).Rings, "busy": (*pbxtest.SimPhone).Busy,
	} {
		t.Run(how, func(t *testing.T) {
			openTown(t, where, func(h *house) {
				other(h.sim.Number("12345"))
				caller := h.call("13873112345")
				h.pass(30 * time.Second)
				if _, over := caller.Ended(); !over {
					t.Error("the flow did not go on")
				}
				h.clean()
			})
		})
	}
	t.Run("caller gives up", func(t *testing.T) {
		openTown(t, where, func(h *house) {
			h.sim.Number("12345").Rings()
			caller := h.call("13873112345")
			h.pass(5 * time.Second)
			caller.Hangup()
			h.pass(6 * time.Second)
			h.clean()
		})
	})
}

const astray = `
flow: city
start: queue
steps:
  queue:
    do: enqueue
    queue: nowhere
    then: bye
    otherwise: general
  general:
    do: enqueue
    queue: general
    then: bye
    otherwise: bye
  bye:
    do: hangup
    text: 感谢您的来电，再见。
`

func TestQueueThatIsNotThereLosesNobody(t *testing.T) {
	openTown(t, town{hours: dialplan.Hours{AlwaysOpen: true}, flow: astray}, func(h *house) {
		phone := h.agent("1001")
		caller := h.call("13873112345")
		h.pass(2 * time.Second)
		if !h.sim.Talking(caller, phone) {
			t.Error("the caller did not reach the queue that is there")
		}
	})
}
