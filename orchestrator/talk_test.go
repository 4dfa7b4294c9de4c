package orchestrator_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	. "github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
)

// cast is a talk that has begun: a caller with agent 1001, a colleague 1002, a
// supervisor 2001 and a number outside.
type cast struct {
	*house
	caller                  *pbxtest.SimCaller
	agent, colleague, chief *pbxtest.SimPhone
	outside                 *pbxtest.SimPhone
}

const hospital = "057188888888"

// talking runs f with a caller who speaks with 1001.
func talking(t *testing.T, f func(c *cast)) {
	t.Helper()
	open(t, func(h *house) { f(begin(h)) })
}

func begin(h *house) *cast {
	c := &cast{house: h, agent: h.agent("1001"), outside: h.sim.Number(hospital).Answers(time.Second)}
	c.caller = h.call("13873112345")
	h.pass(4 * time.Second)
	c.colleague, c.chief = h.agent("1002"), h.supervisor("2001")
	c.hear(map[string]string{"caller": "agent", "agent": "caller"})
	return c
}

// supervisor signs somebody in who answers calls for help.
func (h *house) supervisor(number string) *pbxtest.SimPhone {
	h.t.Helper()
	id := pbx.PhoneID("d" + number)
	if err := h.sim.PutPhone(h.ctx(), pbx.Phone{ID: id, Secret: "s"}); err != nil {
		h.t.Fatal(err)
	}
	phone := h.sim.Phone(id).Answers(time.Second)
	h.settle()
	if _, err := h.SignIn(h.ctx(), Agent{ID: AgentID(number), Site: changsha, Name: number, Phone: id, Supervisor: true}); err != nil {
		h.t.Fatal(err)
	}
	h.settle()
	return phone
}

// ask does something for an agent and fails the test if it is refused.
func (h *house) ask(by string, want Request) {
	h.t.Helper()
	if _, err := h.Ask(h.ctx(), changsha, AgentID(by), want); err != nil {
		h.t.Fatalf("%s asks for %+v: %v", by, want, err)
	}
	h.settle()
}

func (h *house) do(by string, act Act) {
	h.t.Helper()
	h.ask(by, Simple{Act: act})
}

func (h *house) consult(by string, to Target) {
	h.t.Helper()
	if _, err := h.Consult(h.ctx(), changsha, AgentID(by), to); err != nil {
		h.t.Fatalf("%s consults %+v: %v", by, to, err)
	}
	h.settle()
}

func (h *house) transfer(by string, to Target) {
	h.t.Helper()
	if _, err := h.Transfer(h.ctx(), changsha, AgentID(by), to); err != nil {
		h.t.Fatalf("%s transfers to %+v: %v", by, to, err)
	}
	h.settle()
}

func (h *house) listen(by, agent string, mode ListenMode) {
	h.t.Helper()
	if _, err := h.ListenIn(h.ctx(), changsha, AgentID(by), AgentID(agent), mode, false); err != nil {
		h.t.Fatalf("%s listens to %s: %v", by, agent, err)
	}
	h.pass(2 * time.Second)
}

// ear is somebody who can hear.
type ear interface {
	Hears() pbxtest.Hearing
	Channel() pbx.ChannelID
}

func (c *cast) ears() map[string]ear {
	return map[string]ear{
		"caller": c.caller, "agent": c.agent, "colleague": c.colleague, "chief": c.chief, "outside": c.outside,
	}
}

// hear checks what everybody hears: names in order of the alphabet, or a sound.
// Whoever is not named hears nothing.
func (c *cast) hear(want map[string]string) {
	c.t.Helper()
	ears := c.ears()
	for name, e := range ears {
		if e == ear((*pbxtest.SimPhone)(nil)) {
			continue
		}
		got := ""
		heard := e.Hears()
		switch heard.Sound {
		case pbxtest.Voices:
			var names []string
			for other, o := range ears {
				if o != ear((*pbxtest.SimPhone)(nil)) && o.Channel() != "" && heard.Voice(o.Channel()) {
					names = append(names, other)
				}
			}
			slices.Sort(names)
			for i, n := range names {
				if i > 0 {
					got += " "
				}
				got += n
			}
		case pbxtest.Silence:
		case pbxtest.Music:
			got = "music"
		case pbxtest.RingTone:
			got = "ringback"
		default:
			got = string(heard.Sound)
		}
		if got != want[name] {
			c.t.Errorf("%s hears %q, want %q", name, got, want[name])
		}
	}
	if c.t.Failed() {
		c.t.FailNow()
	}
}

// over hangs up and checks that nothing is left.
func (c *cast) over() {
	c.t.Helper()
	c.caller.Hangup()
	c.pass(6 * time.Second)
	c.hear(nil)
	c.clean()
	c.pass(31 * time.Second)
	if s := c.liveState(); len(s.Places)+len(s.Offers)+len(s.Calls) != 0 {
		c.t.Errorf("left in Redis: %+v", s)
	}
	if n := c.guard.out; n != 0 {
		c.t.Errorf("the guard believes that %d calls are out", n)
	}
	for _, a := range c.liveState().Agents {
		if a.State != Ready && a.State != NotReady && a.State != SignedOut {
			c.t.Errorf("agent %s is %s at the end", a.ID, a.State)
		}
	}
}

var together = map[string]string{"caller": "agent", "agent": "caller"}

func TestHoldPlaysMusicAndRetrieveBringsBack(t *testing.T) {
	talking(t, func(c *cast) {
		c.do("1001", DoHold)
		c.hear(map[string]string{"caller": "music"})
		if _, err := c.Ask(c.ctx(), changsha, "1001", Simple{Act: DoHold}); err == nil {
			t.Error("holding twice was not refused")
		}
		c.do("1001", DoRetrieve)
		c.hear(together)
		c.over()
	})
}

func TestHoldKeyOfThePhoneItselfIsInTheStory(t *testing.T) {
	talking(t, func(c *cast) {
		c.agent.Hold()
		c.settle()
		c.agent.Resume()
		c.settle()
		c.hear(together)
		c.agent.Hold()
		c.settle()
		c.over()
		if held, back := len(c.facts.of(CallHeld)), len(c.facts.of(CallRetrieved)); held != 2 || back != 2 {
			t.Errorf("held %d times, retrieved %d times", held, back)
		}
	})
}

func TestMuteIsHeardByNobodyAndEndsWithTheTalk(t *testing.T) {
	talking(t, func(c *cast) {
		c.do("1001", DoMute)
		c.hear(map[string]string{"agent": "caller"})
		c.do("1001", DoUnmute)
		c.hear(together)
		c.over()
	})
}

func TestMaskSilencesTheRecordingUntilTheTalkIsHandedOver(t *testing.T) {
	talking(t, func(c *cast) {
		c.do("1001", DoMask)
		if !c.sim.Masked(c.caller.Channel()) {
			t.Fatal("the recording goes on")
		}
		c.transfer("1001", Target{Agent: "1002"})
		if c.sim.Masked(c.caller.Channel()) {
			t.Error("the recording is silent for the next agent, too")
		}
		c.over()
	})
}

func TestConsultationIsPrivateAndEndsInEveryWay(t *testing.T) {
	asking := map[string]string{"caller": "music", "agent": "colleague", "colleague": "agent"}
	handed := map[string]string{"caller": "colleague", "colleague": "caller"}
	for name, end := range map[string]struct {
		do   func(c *cast)
		want map[string]string
	}{
		"completed":           {func(c *cast) { c.do("1001", DoComplete) }, handed},
		"change of mind":      {func(c *cast) { c.do("1001", DoCancel) }, together},
		"agent hangs up":      {func(c *cast) { c.agent.Hangup() }, handed},
		"colleague hangs up":  {func(c *cast) { c.colleague.Hangup() }, together},
		"colleague's button":  {func(c *cast) { c.do("1002", DoHangup) }, together},
		"swapped":             {func(c *cast) { c.do("1001", DoSwap) }, map[string]string{"caller": "agent", "agent": "caller", "colleague": "music"}},
		"swapped twice":       {func(c *cast) { c.do("1001", DoSwap); c.do("1001", DoSwap) }, asking},
		"swapped, handed on":  {func(c *cast) { c.do("1001", DoSwap); c.do("1001", DoComplete) }, handed},
		"joined":              {func(c *cast) { c.do("1001", DoConference) }, map[string]string{"caller": "agent colleague", "agent": "caller colleague", "colleague": "agent caller"}},
		"joined, agent left":  {func(c *cast) { c.do("1001", DoConference); c.do("1001", DoLeave) }, handed},
		"joined, agent gone":  {func(c *cast) { c.do("1001", DoConference); c.agent.Hangup() }, handed},
		"joined, guest gone":  {func(c *cast) { c.do("1001", DoConference); c.colleague.Hangup() }, together},
		"joined, guest moved": {func(c *cast) { c.do("1001", DoConference); c.ask("1001", Drop{Leg: string(c.colleague.Channel())}) }, together},
	} {
		t.Run(name, func(t *testing.T) {
			talking(t, func(c *cast) {
				c.consult("1001", Target{Agent: "1002"})
				c.hear(map[string]string{"caller": "music", "agent": "ringback"})
				c.pass(2 * time.Second)
				c.hear(asking)
				end.do(c)
				c.settle()
				c.hear(end.want)
				c.over()
			})
		})
	}
}

func TestConsultedWhoDoesNotAnswerGivesTheCallerBack(t *testing.T) {
	for name, plan := range map[string]func(*pbxtest.SimPhone) *pbxtest.SimPhone{
		"busy": (*pbxtest.SimPhone).Busy, "rejects": (*pbxtest.SimPhone).Rejects, "rings": (*pbxtest.SimPhone).Rings,
	} {
		t.Run(name, func(t *testing.T) {
			talking(t, func(c *cast) {
				plan(c.colleague)
				c.consult("1001", Target{Agent: "1002"})
				c.pass(25 * time.Second)
				c.hear(together)
				c.is("1002", Ready, "")
				c.over()
			})
		})
	}
}

func TestHangingUpWhileTheColleagueRingsHandsTheCallerOver(t *testing.T) {
	talking(t, func(c *cast) {
		c.colleague.Answers(4 * time.Second)
		c.consult("1001", Target{Agent: "1002"})
		c.pass(time.Second)
		c.agent.Hangup()
		c.settle()
		c.hear(map[string]string{"caller": "music"})
		c.is("1001", WrapUp, "")
		c.pass(4 * time.Second)
		c.hear(map[string]string{"caller": "colleague", "colleague": "caller"})
		c.over()
	})
}

func TestConsultingANumberPassesTheGuard(t *testing.T) {
	talking(t, func(c *cast) {
		no := errors.New("premium number")
		c.guard.refused = map[string]error{"16899999": no}
		if _, err := c.Consult(c.ctx(), changsha, "1001", Target{Number: "16899999"}); !errors.Is(err, no) {
			t.Fatalf("a premium number: %v", err)
		}
		c.settle()
		c.hear(together)
		c.guard.longest = time.Minute
		c.consult("1001", Target{Number: hospital})
		c.pass(2 * time.Second)
		c.hear(map[string]string{"caller": "music", "agent": "outside", "outside": "agent"})
		c.do("1001", DoComplete)
		c.hear(map[string]string{"caller": "outside", "outside": "caller"})
		c.is("1001", WrapUp, "")
		c.pass(time.Minute)
		if c.outside.Hears().Sound == pbxtest.Voices {
			t.Error("an outgoing leg was not cut at its longest time")
		}
		if len(c.facts.of(CallCut)) != 1 {
			t.Error("the cut is not in the story")
		}
		c.over()
	})
}

func TestBlindTransfer(t *testing.T) {
	for name, test := range map[string]struct {
		to      Target
		prepare func(c *cast)
		want    map[string]string
	}{
		"to a colleague":           {Target{Agent: "1002"}, nil, map[string]string{"caller": "colleague", "colleague": "caller"}},
		"to a number":              {Target{Number: hospital}, nil, map[string]string{"caller": "outside", "outside": "caller"}},
		"to a queue":               {Target{Queue: "duty"}, nil, map[string]string{"caller": "colleague", "colleague": "caller"}},
		"to a busy colleague":      {Target{Agent: "2001"}, func(c *cast) { c.chief.Busy() }, map[string]string{"caller": "colleague", "colleague": "caller"}},
		"to a number that is busy": {Target{Number: hospital}, func(c *cast) { c.outside.Busy() }, map[string]string{"caller": "colleague", "colleague": "caller"}},
	} {
		t.Run(name, func(t *testing.T) {
			talking(t, func(c *cast) {
				if test.prepare != nil {
					test.prepare(c)
				}
				c.transfer("1001", test.to)
				c.is("1001", WrapUp, "")
				c.pass(4 * time.Second)
				c.hear(test.want)
				c.over()
			})
		})
	}
}

func TestTransfersThatCannotBeAreRefusedAndTheTalkGoesOn(t *testing.T) {
	talking(t, func(c *cast) {
		for name, to := range map[string]Target{
			"to oneself": {Agent: "1001"}, "to nobody": {Agent: "9999"}, "to no queue": {Queue: "nowhere"},
		} {
			if _, err := c.Transfer(c.ctx(), changsha, "1001", to); err == nil {
				t.Errorf("a transfer %s was not refused", name)
			}
		}
		if _, err := c.SignOut(c.ctx(), changsha, "1002"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Consult(c.ctx(), changsha, "1001", Target{Agent: "1002"}); !errors.Is(err, ErrColleagueBusy) {
			t.Errorf("asking somebody who just left: %v", err)
		}
		c.hear(together)
		c.over()
	})
}
