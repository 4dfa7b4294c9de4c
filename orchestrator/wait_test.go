package orchestrator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	. "github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
)

// callsBack lets a waiting caller ask to be called back at the number called
// from.
func (h *house) callsBack(caller *pbxtest.SimCaller) {
	h.t.Helper()
	for range 3 { // leaves the line, this number, yes
		caller.Press("1")
		h.pass(time.Second)
	}
	h.pass(30 * time.Second)
	if _, over := caller.Ended(); !over {
		h.t.Fatalf("the caller who booked a callback is still there and hears %v", caller.Hears())
	}
}

func TestCallbackKeepsTheTruePlace(t *testing.T) {
	open(t, func(h *house) {
		first := h.call("13873112345")
		h.pass(4 * time.Second)
		second := h.call("13973100000")
		h.pass(4 * time.Second)
		h.callsBack(first)
		mobile := h.sim.Number("13873112345").Answers(2 * time.Second)
		phone := h.agent("1001")
		h.pass(5 * time.Second)
		if !phone.Hears().Voice(mobile.Channel()) || second.Hears().Sound != pbxtest.Music {
			t.Fatalf("the agent hears %v, who came second %v: the callback lost its place", phone.Hears(), second.Hears())
		}
		asked, made := h.facts.of(CallCallback), h.facts.of(CallDialled)
		if len(asked) != 1 || len(made) != 1 || made[0].Data.Parent != asked[0].Call || made[0].Data.Purpose != ForCallback {
			t.Errorf("noted: %+v, %+v", asked, made)
		}
		mobile.Hangup()
		h.pass(35 * time.Second)
		if !h.sim.Talking(second, phone) {
			t.Error("the second caller was not served after the first")
		}
		second.Hangup()
		h.pass(40 * time.Second)
		h.clean()
	})
}

func TestCallbackOfTheNightIsMadeInTheMorning(t *testing.T) {
	const flow = `
flow: city
start: line
steps:
  line:
    do: enqueue
    queue: general
    keys: {1: again}
    then: bye
    otherwise: bye
  again:
    do: callback
    quiet: "07:00-08:10"
    next: bye
    otherwise: bye
  bye:
    do: hangup
`
	// The clock of a bubble begins at eight in China.
	openTown(t, town{hours: dialplan.Hours{AlwaysOpen: true}, flow: flow}, func(h *house) {
		caller := h.call("13873112345")
		h.pass(4 * time.Second)
		h.callsBack(caller)
		h.sim.Number("13873112345").Rings()
		phone := h.agent("1001")
		h.pass(5 * time.Minute)
		if phone.Hears().Sound != pbxtest.Silence {
			t.Fatal("somebody was called at night")
		}
		h.is("1001", Ready, "")
		h.pass(4*time.Minute + 30*time.Second)
		if legs := h.facts.of(LegStarted); !slices.ContainsFunc(legs, func(f Fact) bool { return f.Data.Purpose == ForCustomer }) {
			t.Error("nobody was called in the morning")
		}
		h.pass(time.Minute)
		h.clean()
	})
}

func TestWhoRingsAgainGetsTheOldPlaceAndNoCallback(t *testing.T) {
	open(t, func(h *house) {
		first := h.call("13873112345")
		h.pass(4 * time.Second)
		other := h.call("13973100000")
		h.pass(4 * time.Second)
		h.callsBack(first)
		again := h.call("13873112345")
		h.pass(4 * time.Second)
		phone := h.agent("1001")
		h.pass(4 * time.Second)
		if !h.sim.Talking(again, phone) {
			t.Error("who rang again lost the place")
		}
		again.Hangup()
		h.pass(40 * time.Second)
		if !h.sim.Talking(other, phone) {
			t.Error("the callback that nobody needs any more was made")
		}
		other.Hangup()
		h.pass(40 * time.Second)
		h.clean()
	})
}

func TestCallbackDealtWithOtherwiseIsWithdrawn(t *testing.T) {
	open(t, func(h *house) {
		caller := h.call("13873112345")
		h.pass(4 * time.Second)
		h.callsBack(caller)
		h.WithdrawCallback(changsha, h.facts.of(CallCallback)[0].Call)
		h.settle()
		h.clean()
		if left := h.liveState(); len(left.Places) != 0 {
			t.Errorf("still in line: %+v", left.Places)
		}
		phone := h.agent("1001")
		h.pass(10 * time.Second)
		if phone.Hears().Sound != pbxtest.Silence || phone.Ringing() {
			t.Error("the callback was made all the same")
		}
	})
}

func TestWaitingCallbackSurvivesTheEngine(t *testing.T) {
	open(t, func(h *house) {
		caller := h.call("13873112345")
		h.pass(4 * time.Second)
		h.callsBack(caller)
		phone := h.agent("1001", "other")
		h.stop()
		h.begin(h.sim.Controller(), speech{})
		h.pass(12 * time.Second)
		mobile := h.sim.Number("13873112345").Answers(time.Second)
		if _, err := h.SetSkills(h.ctx(), changsha, "2001", "1001", map[string]int{"general": 1}); err != nil {
			t.Fatal(err)
		}
		h.pass(5 * time.Second)
		if !phone.Hears().Voice(mobile.Channel()) {
			t.Error("the callback was forgotten with the engine")
		}
		mobile.Hangup()
		h.pass(40 * time.Second)
		h.clean()
	})
}

func TestOverflowLeadsOnAfterALongWait(t *testing.T) {
	const flow = `
flow: city
start: line
steps:
  line:
    do: enqueue
    queue: general
    limit: 1m
    overflow: duty
    then: bye
    otherwise: bye
  duty:
    do: enqueue
    queue: duty
    then: bye
    otherwise: bye
  bye:
    do: hangup
`
	openTown(t, town{hours: dialplan.Hours{AlwaysOpen: true}, flow: flow}, func(h *house) {
		phone := h.agent("1001", "english") // not for the general queue
		caller := h.call("13873112345")
		h.pass(30 * time.Second)
		if h.sim.Talking(caller, phone) {
			t.Fatal("answered by somebody without the skill")
		}
		h.pass(40 * time.Second)
		if !h.sim.Talking(caller, phone) {
			t.Fatal("the other queue did not serve the caller")
		}
		over, queued := h.facts.of(CallOverflowed), h.facts.of(CallQueued)
		if len(over) != 1 || over[0].Data.Reason != dialplan.OverTime || over[0].Data.Queue != "general" {
			t.Errorf("noted: %+v", over)
		}
		if len(queued) != 2 || !queued[1].Data.Entered.Equal(queued[0].Data.Entered) {
			t.Errorf("the time of entry was not kept: %+v", queued)
		}
		caller.Hangup()
		h.pass(time.Minute)
		h.clean()
	})
}

func TestLastAgentIsPreferredForAWhile(t *testing.T) {
	flow := strings.ReplaceAll(preferring, "PREFER", "20s")
	where := town{hours: dialplan.Hours{AlwaysOpen: true}, flow: flow, last: map[string]AgentID{"13873112345": "1002"}}
	openTown(t, where, func(h *house) {
		idle, last := h.agent("1001"), h.agent("1002")
		caller := h.call("13873112345")
		h.pass(5 * time.Second)
		if !h.sim.Talking(caller, last) {
			t.Fatal("the agent of the last conversation was passed over")
		}
		again := h.call("13873112345")
		h.pass(10 * time.Second)
		if again.Hears().Sound != pbxtest.Music {
			t.Fatal("the caller was not kept for the last agent")
		}
		h.pass(15 * time.Second)
		if !h.sim.Talking(again, idle) {
			t.Error("the caller was kept for ever")
		}
		if routed := h.facts.of(CallRouted); !slices.ContainsFunc(routed, func(f Fact) bool { return slices.Contains(f.Data.Reasons, ChosenLast) }) ||
			!slices.ContainsFunc(routed, func(f Fact) bool { return slices.Contains(f.Data.Reasons, WaitsPrefer+"1002") }) {
			t.Errorf("the story does not tell why: %+v", routed)
		}
		caller.Hangup()
		again.Hangup()
		h.pass(time.Minute)
		h.clean()
	})
}

const preferring = `
flow: city
start: greet
steps:
  greet:
    do: say
    text: 您好。
    next: line
  line:
    do: enqueue
    queue: general
    prefer: PREFER
    then: bye
    otherwise: bye
  bye:
    do: hangup
`

func TestVIPGoesFirst(t *testing.T) {
	open(t, func(h *house) {
		first := h.call("13873112345")
		h.pass(4 * time.Second)
		vip := h.call("13900000001")
		h.pass(4 * time.Second)
		phone := h.agent("1001")
		h.pass(3 * time.Second)
		if !h.sim.Talking(vip, phone) {
			t.Error("the VIP waits like everybody")
		}
		vip.Hangup()
		first.Hangup()
		h.pass(40 * time.Second)
		h.clean()
	})
}

func TestSupervisorMovesAWaitingCaller(t *testing.T) {
	open(t, func(h *house) {
		first := h.call("13873112345")
		h.pass(4 * time.Second)
		second := h.call("13973100000")
		h.pass(4 * time.Second)
		high := 9
		places := h.liveState().Places
		if err := h.MoveWaiting(h.ctx(), changsha, "2001", places[1].Call, Move{Priority: &high}); err != nil {
			t.Fatal(err)
		}
		h.settle()
		phone := h.agent("1001")
		h.pass(3 * time.Second)
		if !h.sim.Talking(second, phone) {
			t.Error("the caller who was moved to the front is not served first")
		}
		duty := h.agent("1002", "other")
		if err := h.MoveWaiting(h.ctx(), changsha, "2001", places[0].Call, Move{Queue: "duty"}); err != nil {
			t.Fatal(err)
		}
		h.pass(3 * time.Second)
		if !h.sim.Talking(first, duty) {
			t.Error("the caller who was moved to another queue is not served there")
		}
		if err := h.MoveWaiting(h.ctx(), changsha, "2001", places[0].Call, Move{Queue: "duty"}); err == nil {
			t.Error("a caller who does not wait was moved")
		}
		first.Hangup()
		second.Hangup()
		h.pass(time.Minute)
		h.clean()
	})
}

func TestSkillsForTodayRouteAtOnceAndEndWithTheDay(t *testing.T) {
	where := town{hours: dialplan.Hours{AlwaysOpen: true}, where: time.FixedZone("", 23*3600+50*60)}
	openTown(t, where, func(h *house) {
		phone := h.agent("1001", "other")
		caller := h.call("13873112345")
		h.pass(3 * time.Second)
		if _, err := h.SetSkills(h.ctx(), changsha, "2001", "1001", map[string]int{"general": 5}); err != nil {
			t.Fatal(err)
		}
		h.pass(3 * time.Second)
		if !h.sim.Talking(caller, phone) {
			t.Fatal("the skill given for today does not count")
		}
		caller.Hangup()
		h.pass(15 * time.Minute)
		tomorrow := h.call("13873112345")
		h.pass(10 * time.Second)
		if h.sim.Talking(tomorrow, phone) {
			t.Error("the skill given for yesterday still counts")
		}
		tomorrow.Hangup()
		h.pass(time.Minute)
		h.clean()
	})
}

func TestForcedSignOutWaitsForTheEndOfTheCall(t *testing.T) {
	talking(t, func(c *cast) {
		if _, err := c.Force(c.ctx(), changsha, "2001", "1001", ActSignOut, ""); err != nil {
			t.Fatal(err)
		}
		c.hear(together)
		c.over()
		c.is("1001", SignedOut, "")
		if _, err := c.Force(c.ctx(), changsha, "2001", "1002", ActNotReady, "break"); err != nil {
			t.Fatal(err)
		}
		moves := c.facts.of(AgentMoved)
		if last := moves[len(moves)-1]; last.Data.Person != "2001" {
			t.Errorf("the log does not say who did it: %+v", last)
		}
	})
}

func TestOverflowByLengthLeadsOnThoughNobodyIsThere(t *testing.T) {
	const flow = `
flow: city
start: line
steps:
  line:
    do: enqueue
    queue: general
    max_ahead: 1
    overflow: duty
    then: bye
    otherwise: bye
  duty:
    do: enqueue
    queue: duty
    then: bye
    otherwise: bye
  bye:
    do: hangup
`
	openTown(t, town{hours: dialplan.Hours{AlwaysOpen: true}, flow: flow}, func(h *house) {
		for _, number := range []string{"13873112345", "13973100000", "13773155555"} {
			h.call(number)
			h.pass(time.Second)
		}
		over, queued := h.facts.of(CallOverflowed), h.facts.of(CallQueued)
		if len(over) != 1 || over[0].Data.Reason != dialplan.OverLength {
			t.Errorf("noted: %+v", over)
		}
		if len(queued) != 4 || queued[3].Data.Queue != "duty" {
			t.Errorf("the third caller was not led to the other queue: %+v", queued)
		}
	})
}
