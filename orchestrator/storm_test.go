package orchestrator_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	. "github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
)

// TestAnythingAtAnyMomentLeavesNothingBehind lets agents, a supervisor and the
// caller do whatever comes to their minds, at random moments, phones refusing
// and vanishing among it. Whatever happens, in the end nobody is left ringing,
// muted, on hold or in a state that is not one of rest.
func TestAnythingAtAnyMomentLeavesNothingBehind(t *testing.T) {
	server := redisFor(t)
	for seed := range uint64(200) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			defer server.Flush()
			openOn(t, server, speech{}, func(h *house) { (&storm{house: h, dice: rand.New(rand.NewPCG(seed, 1))}).rage() })
		})
	}
}

// TestAnythingAtAnyMomentAndTheProgramKilledLeavesNothingBehind is the same
// storm with an engine that dies at random moments, while calls and people go
// on without it for a while. At half of the deaths it has just done something
// and not had the time to write it down: then the story may tell it twice, or
// not at all.
func TestAnythingAtAnyMomentAndTheProgramKilledLeavesNothingBehind(t *testing.T) {
	server := redisFor(t)
	for seed := range uint64(400) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			defer server.Flush()
			openOn(t, server, speech{}, func(h *house) {
				(&storm{house: h, dice: rand.New(rand.NewPCG(seed, 2)), kills: 12, abrupt: seed%2 == 1}).rage()
			})
		})
	}
}

type storm struct {
	*house
	kills   int  // one act in so many is the end of the engine; 0: none
	abrupt  bool // before it has written down what was done last
	dice    *rand.Rand
	phones  map[string]*pbxtest.SimPhone
	callers []*pbxtest.SimCaller
	done    []string
}

var (
	everybody = []string{"1001", "1002", "1003", "2001"}
	simple    = []Act{
		DoHold, DoRetrieve, DoMute, DoUnmute, DoMask, DoUnmask, DoCancel, DoSwap, DoComplete, DoConference, DoLeave, DoRate, DoHangup,
	}
)

func (s *storm) rage() {
	s.t.Helper()
	s.phones = map[string]*pbxtest.SimPhone{
		"1001": s.agent("1001"), "1002": s.agent("1002"), "1003": s.browser("1003"), "2001": s.supervisor("2001"),
	}
	outside := s.sim.Number(hospital).Answers(time.Second)
	plans := []func(*pbxtest.SimPhone){
		func(p *pbxtest.SimPhone) { p.Answers(time.Second) }, func(p *pbxtest.SimPhone) { p.Answers(3 * time.Second) },
		func(p *pbxtest.SimPhone) { p.Busy() }, func(p *pbxtest.SimPhone) { p.Rejects() }, func(p *pbxtest.SimPhone) { p.Rings() },
	}
	s.callers = append(s.callers, s.call("13873112345"), s.call("13973100000"))
	s.pass(4 * time.Second)
	for range 40 {
		if !s.abrupt {
			s.perhapsKill(outside)
		}
		s.act(outside, plans)
		if s.abrupt {
			s.perhapsKill(outside)
		}
		s.pass(time.Duration(s.dice.IntN(1500)) * time.Millisecond)
	}
	for _, c := range s.callers {
		c.Hangup()
	}
	for _, p := range s.phones {
		p.Online().Answers(time.Second)
	}
	for range 4 { // a phone that is hung up may hand its caller to another
		s.pass(30 * time.Second)
		outside.Hangup()
		for id, p := range s.phones {
			p.Hangup()
			_, _ = s.Hangup(s.ctx(), changsha, AgentID(id)) // there may be nothing
		}
	}
	s.pass(3 * time.Minute)
	for id, p := range s.phones {
		a, err := s.Agent(s.ctx(), changsha, AgentID(id))
		if err != nil {
			s.t.Fatal(err)
		}
		if a.State != Ready && a.State != NotReady && a.State != SignedOut {
			s.t.Errorf("%s is %s, call %s", id, a.State, a.Call)
		}
		if heard := p.Hears(); heard.Sound != pbxtest.Silence || p.Ringing() {
			s.t.Errorf("%s hears %v (ringing: %t)", id, heard, p.Ringing())
		}
	}
	if s.guard.out != 0 && !s.abrupt {
		s.t.Errorf("the guard believes that %d calls are out", s.guard.out)
	}
	if left := s.liveState(); len(left.Places)+len(left.Offers)+len(left.Calls) != 0 {
		s.t.Errorf("left in Redis: %d places, %d offers, %d calls", len(left.Places), len(left.Offers), len(left.Calls))
	}
	if left := s.sim.Orphans(); len(left) > 0 {
		s.t.Errorf("left on the switch: %v", left)
	}
	if !s.abrupt {
		s.storyIsWhole()
	}
	if s.t.Failed() {
		for _, d := range s.done {
			s.t.Log(d)
		}
		for _, f := range s.facts.facts {
			s.t.Logf("%s %s %s by %s: %+v", f.At.Format("04:05.000"), f.Call, f.Kind, f.Agent, f.Data)
		}
	}
}

func (s *storm) perhapsKill(outside *pbxtest.SimPhone) {
	if s.kills > 0 && s.dice.IntN(s.kills) == 0 {
		s.kill(outside)
	}
}

// kill ends the engine as a power cut would, and starts the next after a while
// in which people at their telephones do as they like.
func (s *storm) kill(outside *pbxtest.SimPhone) {
	s.did("the engine is killed")
	s.stop()
	for range s.dice.IntN(3) {
		s.pass(time.Duration(s.dice.IntN(2000)) * time.Millisecond)
		switch s.dice.IntN(4) {
		case 0:
			s.callers[s.dice.IntN(len(s.callers))].Hangup()
		case 1:
			s.phones[everybody[s.dice.IntN(len(everybody))]].Hangup()
		case 2:
			outside.Hangup()
		}
	}
	s.begin(s.sim.Controller(), speech{})
	s.pass(500 * time.Millisecond)
	s.did("the engine that was killed has started again")
}

// act does one thing; most of them will be refused.
func (s *storm) act(outside *pbxtest.SimPhone, plans []func(*pbxtest.SimPhone)) {
	who := everybody[s.dice.IntN(len(everybody))]
	other := everybody[s.dice.IntN(len(everybody))]
	id, ctx := AgentID(who), s.ctx()
	var err error
	what := ""
	switch n := s.dice.IntN(22); {
	case n < 8:
		act := simple[s.dice.IntN(len(simple))]
		what = string(act)
		_, err = s.Ask(ctx, changsha, id, Simple{Act: act})
	case n < 10:
		what = "consult " + other
		_, err = s.Consult(ctx, changsha, id, Target{Agent: AgentID(other)})
	case n == 10:
		what = "consult a number"
		_, err = s.Consult(ctx, changsha, id, Target{Number: hospital})
	case n == 11:
		what = "transfer to " + other
		_, err = s.Transfer(ctx, changsha, id, Target{Agent: AgentID(other)})
	case n == 12:
		what = "transfer to a number"
		_, err = s.Transfer(ctx, changsha, id, Target{Number: hospital})
	case n == 13:
		what = "transfer to a queue"
		_, err = s.Transfer(ctx, changsha, id, Target{Queue: "duty"})
	case n < 16:
		mode := []ListenMode{ModeListen, ModeWhisper, ModeBarge}[s.dice.IntN(3)]
		over := s.dice.IntN(5) == 0
		what = fmt.Sprintf("%s %s, take over: %t", mode, other, over)
		_, err = s.ListenIn(ctx, changsha, id, AgentID(other), mode, over)
	case n == 16:
		what = "dial"
		_, err = s.Dial(ctx, changsha, id, Errand{Number: hospital})
	case n == 17:
		what = "dial " + other
		_, err = s.Dial(ctx, changsha, id, Errand{Agent: AgentID(other)})
	case n == 18:
		what = "hang up the phone"
		s.phones[who].Hangup()
	case n == 19:
		what = "ready"
		_, err = s.Ready(ctx, changsha, id)
	case n == 20:
		s.fate(who, outside, plans)
		return
	default:
		caller := s.dice.IntN(len(s.callers))
		what = fmt.Sprintf("caller %d hangs up, another comes", caller)
		s.callers[caller].Hangup()
		s.callers[caller] = s.sim.Call(trunk, "12328", fmt.Sprintf("1387311%04d", s.dice.IntN(10000)))
	}
	s.did("%s: %s: %v", who, what, err)
}

// fate changes what phones and people outside do.
func (s *storm) fate(who string, outside *pbxtest.SimPhone, plans []func(*pbxtest.SimPhone)) {
	switch s.dice.IntN(4) {
	case 0:
		outside.Hangup()
	case 1:
		plans[s.dice.IntN(len(plans))](outside)
	case 2:
		plans[s.dice.IntN(len(plans))](s.phones[who])
	case 3:
		s.phones["1003"].Offline()
		if s.dice.IntN(2) == 0 {
			_, _ = s.SignIn(s.ctx(), Agent{ID: "1003", Site: changsha, Phone: "b1003", Browser: true, Skills: map[string]int{"general": 1}})
		}
		s.pass(time.Duration(s.dice.IntN(5000)) * time.Millisecond)
		s.phones["1003"].Online()
	}
	s.did("fate strikes %s", who)
}

func (s *storm) did(format string, args ...any) {
	s.done = append(s.done, time.Now().Format("04:05.000 ")+fmt.Sprintf(format, args...))
}

// storyIsWhole checks that what the facts open they close: holds, mutes, masks
// and legs, and every call.
func (s *storm) storyIsWhole() {
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	open := map[string]int{}
	legs := map[pbx.ChannelID]string{}
	for _, f := range s.facts.facts {
		call := string(f.Call)
		switch f.Kind {
		case CallHeld:
			open["hold "+call]++
		case CallRetrieved:
			open["hold "+call]--
		case CallMasked:
			open["mask "+call]++
		case CallUnmasked:
			open["mask "+call]--
		case CallArrived, CallDialled:
			open["call "+call]++
		case CallEnded:
			open["call "+call]--
		case LegStarted:
			legs[f.Data.Channel] = string(f.Data.Purpose)
		case LegEnded, CallOfferEnded, CallTalkEnded:
			delete(legs, f.Data.Channel)
		case CallAnswered:
			open["talk "+call+" "+string(f.Agent)]++
			delete(legs, f.Data.Channel)
		}
		if f.Kind == CallTalkEnded {
			open["talk "+call+" "+string(f.Agent)]--
		}
	}
	for what, n := range open {
		if n != 0 {
			s.t.Errorf("the story does not close: %s (%+d)", what, n)
		}
	}
	for ch, purpose := range legs {
		s.t.Errorf("the story does not tell the end of the leg %s for %s", ch, purpose)
	}
}
