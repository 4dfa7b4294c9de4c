package record_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx"
)

type data = orchestrator.FactData

func fact(kind orchestrator.FactKind, at float64, agent orchestrator.AgentID, d data) orchestrator.Fact {
	return orchestrator.Fact{
		ID: id.New(), Kind: kind, At: noon.Add(time.Duration(at * float64(time.Second))), Site: site, Agent: agent, Data: d,
	}
}

// consulted is a call with nearly everything in it: 8001 waits for advice from
// 8002, brings both together and leaves; a supervisor whispers meanwhile.
func consulted() []orchestrator.Fact {
	return []orchestrator.Fact{
		fact(orchestrator.CallArrived, 0, "", data{Channel: "c", Caller: "13812341411"}),
		fact(orchestrator.CallStep, 1, "", data{Step: "greet", Path: "greet"}),
		fact(orchestrator.CallQueued, 5, "", data{Queue: "general"}),
		fact(orchestrator.CallRouted, 5, "", data{Queue: "general", Reasons: []string{"all_busy", "position:1"}}),
		fact(orchestrator.CallOverflowed, 20, "", data{Queue: "general", Reason: "time"}),
		fact(orchestrator.CallQueued, 20.5, "", data{Queue: "second"}),
		fact(orchestrator.CallOffered, 25, "8001", data{Channel: "a1", Queue: "second"}),
		fact(orchestrator.CallOfferEnded, 28, "8001", data{Channel: "a1", Outcome: "answered"}),
		fact(orchestrator.CallAnswered, 28, "8001", data{Channel: "a1", Queue: "second"}),
		fact(orchestrator.CallMasked, 30, "8001", data{}),
		fact(orchestrator.CallUnmasked, 36, "8001", data{}),
		fact(orchestrator.LegStarted, 38, "9001", data{Channel: "s1", Purpose: orchestrator.ForListen, Target: "9001"}),
		fact(orchestrator.LegAnswered, 39, "9001", data{Channel: "s1", Purpose: orchestrator.ForListen, Target: "9001"}),
		fact(orchestrator.CallListened, 39, "9001", data{Target: "8001", Mode: orchestrator.ModeListen}),
		fact(orchestrator.CallListened, 44, "9001", data{Target: "8001", Mode: orchestrator.ModeWhisper}),
		fact(orchestrator.CallHeld, 40, "8001", data{}),
		fact(orchestrator.LegStarted, 40, "8001", data{Channel: "g1", Purpose: orchestrator.ForConsult, Target: "8002"}),
		fact(orchestrator.LegRinging, 41, "8001", data{Channel: "g1", Purpose: orchestrator.ForConsult}),
		fact(orchestrator.LegAnswered, 43, "8001", data{Channel: "g1", Purpose: orchestrator.ForConsult, Target: "8002"}),
		fact(orchestrator.CallRetrieved, 50, "8001", data{}),
		fact(orchestrator.CallConferenced, 50, "8001", data{Channel: "g1", Target: "8002"}),
		fact(orchestrator.LegEnded, 58, "9001", data{Channel: "s1", Purpose: orchestrator.ForListen, Outcome: "answered", Target: "9001"}),
		fact(orchestrator.CallTransferred, 60, "8001", data{Target: "8002", How: "conference"}),
		fact(orchestrator.CallTalkEnded, 60, "8001", data{Channel: "a1", By: "agent"}),
		fact(orchestrator.CallAnswered, 60, "8002", data{Channel: "g1"}),
		fact(orchestrator.CallTransferred, 90, "8002", data{How: "rating"}),
		fact(orchestrator.CallTalkEnded, 90, "8002", data{Channel: "g1", By: "agent"}),
		fact(orchestrator.CallRated, 95, "8002", data{Score: 1}),
		fact(orchestrator.CallEnded, 96, "", data{Channel: "c", Result: "answered"}),
	}
}

// told writes a story down, a line for each entry.
func told(s record.Story) string {
	var b strings.Builder
	for _, e := range s.Entries {
		fmt.Fprintf(&b, "%s %s", e.At.Sub(noon), e.Kind)
		if e.Until != nil {
			fmt.Fprintf(&b, " until %s", e.Until.Sub(noon))
		}
		if e.Open {
			b.WriteString(" …")
		}
		fmt.Fprintf(&b, " %s", e.Lane)
		if e.Agent != "" {
			fmt.Fprintf(&b, " by %s", e.Agent)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

const consultedStory = `0s arrived customer
1s step customer
5s wait until 20.5s customer
5s routed routing
20s overflowed routing
20.5s wait until 28s customer
25s ring until 28s agent:8001 by 8001
28s talk until 1m0s agent:8001 by 8001
30s mask until 36s recording by 8001
38s ring until 39s supervisor:9001 by 9001
39s listen until 44s supervisor:9001 by 9001
40s hold until 50s customer by 8001
40s ring until 43s agent:8002 by 8002
43s consult until 50s agent:8002 by 8002
44s listen until 58s supervisor:9001 by 9001
50s conferenced agent:8001 by 8001
50s conference until 1m0s agent:8002 by 8002
1m0s transferred agent:8001 by 8001
1m0s talk until 1m30s agent:8002 by 8002
1m30s transferred agent:8002 by 8002
1m35s rated customer by 8002
1m36s ended customer
`

func TestStoryTellsTheCallInLanes(t *testing.T) {
	s := record.Tell(consulted())
	if got := told(s); got != consultedStory {
		t.Errorf("told:\n%s\nwant:\n%s", got, consultedStory)
	}
	var lanes []string
	for _, l := range s.Lanes {
		lanes = append(lanes, l.Key)
	}
	if got := fmt.Sprint(lanes); got != "[customer agent:8001 agent:8002 supervisor:9001 recording routing]" {
		t.Errorf("lanes %s", got)
	}
	sum := s.Sum()
	if sum.FirstQueue != "general" || sum.Agent != "8002" || sum.Transfers != 1 || sum.Held != 10*time.Second || !sum.Masked || !sum.Conference {
		t.Errorf("%+v", sum)
	}
	var talks []string
	for _, k := range sum.Talks {
		talks = append(talks, fmt.Sprintf("%s %s %s %t %s", k.Agent, k.From.Sub(noon), k.To.Sub(noon), k.Responsible, k.Held))
	}
	if got := strings.Join(talks, ", "); got != "8001 28s 1m0s true 10s, 8002 50s 1m0s false 0s, 8002 1m0s 1m30s true 0s" {
		t.Errorf("talks %s", got)
	}
}

func TestStoryDoesNotDependOnTheOrderOfFacts(t *testing.T) {
	facts := consulted()
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		rnd.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
		if got := told(record.Tell(facts)); got != consultedStory {
			t.Fatalf("told:\n%s", got)
		}
	}
}

func TestAgentsAreNotToldOfListeners(t *testing.T) {
	s := record.Tell(consulted()).Public()
	if text := told(s); strings.Contains(text, "listen") || strings.Contains(text, "9001") {
		t.Errorf("told:\n%s", text)
	}
	if slices.ContainsFunc(s.Lanes, func(l record.Lane) bool { return l.Kind == record.SupervisorLane }) {
		t.Error("the supervisor's lane is shown")
	}
}

func TestSoundIsTheTalkWithoutTheMusic(t *testing.T) {
	s := record.Tell(consulted())
	say := func(pieces []record.Piece) string {
		var out []string
		for _, p := range pieces {
			out = append(out, fmt.Sprint(p.From.Sub(noon), "–", p.To.Sub(noon)))
		}
		return strings.Join(out, ", ")
	}
	if got := say(s.Sound(false)); got != "28s–40s, 50s–1m30s" {
		t.Errorf("without music: %s", got)
	}
	if got := say(s.Sound(true)); got != "28s–1m30s" {
		t.Errorf("with music: %s", got)
	}
}

func TestEveryStretchEndsWithTheCall(t *testing.T) {
	for cut := range consulted() {
		facts := consulted()
		end := facts[len(facts)-1]
		facts = append(facts[:cut:cut], end)
		for _, e := range record.Tell(facts).Entries {
			if e.Open {
				t.Errorf("after %d facts %s of %s goes on", cut, e.Kind, e.Lane)
			}
			if e.Until != nil && e.Until.Before(e.At) {
				t.Errorf("%s ends before it begins", e.Kind)
			}
		}
	}
}

func TestOutboundInternalAndTransferStories(t *testing.T) {
	for _, tt := range []struct {
		name  string
		facts []orchestrator.Fact
		want  string
	}{
		{"an outbound call that is handed to a number", []orchestrator.Fact{
			fact(orchestrator.CallDialled, 0, "8001", data{Channel: "x", Number: "13812341411", Direction: orchestrator.Outbound}),
			fact(orchestrator.LegStarted, 0, "8001", data{Channel: "a", Purpose: orchestrator.ForTalk, Target: "8001"}),
			fact(orchestrator.LegAnswered, 2, "8001", data{Channel: "a", Purpose: orchestrator.ForTalk, Target: "8001"}),
			fact(orchestrator.LegStarted, 2, "8001", data{Channel: "x", Purpose: orchestrator.ForCustomer, Number: "13812341411"}),
			fact(orchestrator.LegAnswered, 5, "8001", data{Channel: "x", Purpose: orchestrator.ForCustomer, Number: "13812341411"}),
			fact(orchestrator.CallAnswered, 5, "8001", data{Channel: "a"}),
			fact(orchestrator.LegStarted, 10, "8001", data{Channel: "o", Purpose: orchestrator.ForTransfer, Number: "12122"}),
			fact(orchestrator.CallTransferred, 10, "8001", data{Number: "12122", How: "blind"}),
			fact(orchestrator.CallTalkEnded, 10, "8001", data{}),
			fact(orchestrator.LegAnswered, 14, "8001", data{Channel: "o", Purpose: orchestrator.ForTransfer}),
			fact(orchestrator.CallEnded, 30, "", data{Channel: "x", Result: "answered"}),
		}, `0s dialled agent:8001 by 8001
0s ring until 2s agent:8001 by 8001
2s ring until 5s customer
5s talk until 10s agent:8001 by 8001
10s ring until 14s outside:12122
10s transferred agent:8001 by 8001
14s talk until 30s outside:12122
30s ended customer
`},
		{"a callback that waits for its turn", []orchestrator.Fact{
			fact(orchestrator.CallDialled, 0, "", data{Channel: "x", Number: "13812341411", Direction: orchestrator.Outbound, Purpose: orchestrator.ForCallback, Parent: "p"}),
			fact(orchestrator.CallQueued, 0, "", data{Queue: "general"}),
			fact(orchestrator.CallOffered, 50, "8001", data{Channel: "a"}),
			fact(orchestrator.CallOfferEnded, 53, "8001", data{Channel: "a", Outcome: "answered"}),
			fact(orchestrator.LegStarted, 53, "8001", data{Channel: "x", Purpose: orchestrator.ForCustomer, Number: "13812341411"}),
			fact(orchestrator.LegEnded, 80, "8001", data{Channel: "x", Purpose: orchestrator.ForCustomer, Outcome: "no_answer"}),
			fact(orchestrator.CallEnded, 80, "", data{Channel: "x", Result: orchestrator.ResultNotReached}),
		}, `0s dialled routing
0s wait until 1m20s customer
50s ring until 53s agent:8001 by 8001
53s ring until 1m20s customer
1m20s ended customer
`},
		{"a call between agents", []orchestrator.Fact{
			fact(orchestrator.CallDialled, 0, "8001", data{Direction: orchestrator.Internal, Target: "8002"}),
			fact(orchestrator.LegStarted, 1, "8001", data{Channel: "g", Purpose: orchestrator.ForConsult, Target: "8002"}),
			fact(orchestrator.LegAnswered, 3, "8001", data{Channel: "g", Purpose: orchestrator.ForConsult, Target: "8002"}),
			fact(orchestrator.LegEnded, 9, "8001", data{Channel: "g", Purpose: orchestrator.ForConsult, Target: "8002", Outcome: "answered"}),
			fact(orchestrator.CallEnded, 9, "", data{Result: "answered"}),
		}, `0s dialled agent:8001 by 8001
1s ring until 3s agent:8002 by 8002
3s talk until 9s agent:8001 by 8001
3s talk until 9s agent:8002 by 8002
9s ended customer
`},
	} {
		if got := told(record.Tell(tt.facts)); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

func TestReconcileTellsWhatDiffers(t *testing.T) {
	at := func(s float64) time.Time { return noon.Add(time.Duration(s * float64(time.Second))) }
	p := func(s float64) *time.Time { v := at(s); return &v }
	leg := func(channel, kind string, start float64, answer, end *time.Time) record.KnownLeg {
		return record.KnownLeg{Call: "c1", Leg: record.Leg{
			Channel: pbx.ChannelID(channel), Kind: kind, StartedAt: at(start), AnsweredAt: answer, EndedAt: end,
		}}
	}
	r := record.Reconcile([]record.KnownLeg{
		leg("fine", "agent", 0, p(5), p(60)),
		leg("caller", "caller", 0, nil, p(60)),
		leg("late", "agent", 0, p(5), p(63.5)),
		leg("unanswered", "agent", 0, p(5), p(20)),
		leg("lost", "agent", 0, nil, p(20)),
		leg("yht-line-1", "agent", 0, nil, p(20)),
	}, []record.Measured{
		{Channel: "fine", Start: at(-0.2), Answer: at(5.4), End: at(30)},
		{Channel: "fine", Start: at(30), End: at(60.9)},
		{Channel: "caller", Start: at(0), Answer: at(0.1), End: at(60)},
		{Channel: "late", Start: at(0), Answer: at(5), End: at(60)},
		{Channel: "unanswered", Start: at(0), End: at(20)},
		{Channel: "stranger", Start: at(7), Answer: at(8), End: at(9)},
		{Channel: "yht-line-1", Start: at(-900), Answer: at(-890), End: at(900)},
		{Channel: "noise", Start: at(7), End: at(9)},
	}, time.Second)
	var got []string
	for _, d := range r.Differences {
		got = append(got, d.Channel+" "+d.Moment)
	}
	slices.Sort(got)
	if fmt.Sprint(got) != "[late end lost missing stranger unknown unanswered answered]" || r.Legs != 5 || r.Matched != 4 || r.Worst != 3500*time.Millisecond {
		t.Errorf("%v %+v", got, r)
	}
}
