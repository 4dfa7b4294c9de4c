package live_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
)

// picture is what Redis should hold, kept the simple way.
type picture struct {
	agents map[orchestrator.AgentID]orchestrator.Agent
	places map[orchestrator.CallID]orchestrator.Place
	offers map[orchestrator.CallID]int64
	token  int64
}

// TestRedisHoldsWhatWasDone does what engines do in any order and compares
// Redis with a picture kept in maps after every step.
func TestRedisHoldsWhatWasDone(t *testing.T) {
	s, server, _ := start(t)
	ctx := t.Context()
	ids := []orchestrator.AgentID{"1", "2", "3"}
	calls := []orchestrator.CallID{"a", "b", "c"}
	queues := []orchestrator.QueueID{"general", "night"}
	rapid.Check(t, func(rt *rapid.T) {
		server.Flush()
		m := picture{map[orchestrator.AgentID]orchestrator.Agent{}, map[orchestrator.CallID]orchestrator.Place{}, map[orchestrator.CallID]int64{}, 0}
		must(t, s.Rebuild(ctx, site, live.State{}))
		drawPlace := func() orchestrator.Place {
			p := place(rapid.SampledFrom(calls).Draw(rt, "call"), noon.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "entered"))*time.Second))
			p.Queue = rapid.SampledFrom(queues).Draw(rt, "queue")
			return p
		}
		rt.Repeat(map[string]func(*rapid.T){
			"put": func(rt *rapid.T) {
				a := agent(rapid.SampledFrom(ids).Draw(rt, "agent"), int64(rapid.IntRange(1, 12).Draw(rt, "rev")))
				a.State = rapid.SampledFrom([]orchestrator.AgentState{orchestrator.Ready, orchestrator.Talking}).Draw(rt, "state")
				err := s.PutAgent(ctx, a)
				old, known := m.agents[a.ID]
				switch {
				case !known || a.Rev > old.Rev:
					must(rt, err)
					m.agents[a.ID] = a
				case fmt.Sprint(a) == fmt.Sprint(old):
					must(rt, err)
				default:
					wants(rt, err, orchestrator.ErrStale)
				}
			},
			"enter": func(rt *rapid.T) {
				p := drawPlace()
				must(rt, s.Enter(ctx, p))
				m.places[p.Call] = p
			},
			"leave": func(rt *rapid.T) {
				p := drawPlace()
				must(rt, s.Leave(ctx, site, p.Queue, p.Call))
				if m.places[p.Call].Queue == p.Queue {
					delete(m.places, p.Call)
				}
			},
			"reserve": func(rt *rapid.T) {
				p, id := drawPlace(), rapid.SampledFrom(ids).Draw(rt, "agent")
				a, known := m.agents[id]
				if !known {
					a = agent(id, 1)
				}
				token, err := s.Reserve(ctx, p, a, soon(), 0)
				switch {
				case !a.Free():
					wants(rt, err, orchestrator.ErrAgentTaken)
				case !known:
					wants(rt, err, orchestrator.ErrForgotten)
				case m.places[p.Call].Queue != p.Queue:
					wants(rt, err, orchestrator.ErrCallerGone)
				default:
					must(rt, err)
					if token <= m.token {
						rt.Fatalf("token %d after %d", token, m.token)
					}
					a, err = a.Move(orchestrator.ActOffer, "", noon)
					must(rt, err)
					a.Call, a.Queue, a.Token = p.Call, p.Queue, token
					m.agents[id], m.offers[p.Call], m.token = a, token, token
					delete(m.places, p.Call)
				}
			},
			"close": func(rt *rapid.T) {
				call := rapid.SampledFrom(calls).Draw(rt, "call")
				token := m.offers[call] - int64(rapid.IntRange(0, 1).Draw(rt, "older"))
				err := s.CloseOffer(ctx, site, call, token)
				if have, out := m.offers[call]; out && have != token {
					wants(rt, err, orchestrator.ErrStale)
				} else {
					must(rt, err)
					delete(m.offers, call)
				}
			},
			"rebuild": func(rt *rapid.T) {
				st := loaded(rt, s)
				if rapid.Bool().Draw(rt, "wiped") {
					server.Flush()
					_, err := s.Reserve(ctx, place("a", noon), agent("1", 1), soon(), 0)
					wants(rt, err, orchestrator.ErrForgotten)
				}
				must(rt, s.Rebuild(ctx, site, st))
			},
			"": func(rt *rapid.T) { m.compare(rt, loaded(rt, s)) },
		})
	})
}

func (m picture) compare(t *rapid.T, st live.State) {
	for i := range st.Agents { // the moment of ringing is the store's own
		if st.Agents[i].State == orchestrator.RingingAt {
			st.Agents[i].Since = noon
		}
	}
	want := slices.SortedFunc(maps.Values(m.agents), func(a, b orchestrator.Agent) int { return int(a.ID[0]) - int(b.ID[0]) })
	if fmt.Sprint(st.Agents) != fmt.Sprint(want) {
		t.Fatalf("agents are\n%+v\nwant\n%+v", st.Agents, want)
	}
	if len(st.Places) != len(m.places) || len(st.Offers) != len(m.offers) {
		t.Fatalf("%d wait and %d are offered, want %d and %d", len(st.Places), len(st.Offers), len(m.places), len(m.offers))
	}
	for _, p := range st.Places {
		if fmt.Sprint(p) != fmt.Sprint(m.places[p.Call]) {
			t.Fatalf("place is %+v, want %+v", p, m.places[p.Call])
		}
	}
	for _, o := range st.Offers {
		if o.Token != m.offers[o.Call] {
			t.Fatalf("offer of %s has token %d, want %d", o.Call, o.Token, m.offers[o.Call])
		}
	}
}
