package web

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
)

// BoardCall is the call at a seat.
type BoardCall struct {
	ID        string   `json:"id"`
	Caller    string   `json:"caller" doc:"The far side, masked"`
	Direction string   `json:"direction" doc:"in, out or internal"`
	Role      string   `json:"role" doc:"lead, guest or listener"`
	Held      bool     `json:"held" doc:"The customer is on hold"`
	Masked    bool     `json:"masked" doc:"The recording is paused"`
	Away      bool     `json:"away" doc:"The agent's phone is lost; it is rung again when it is back"`
	With      string   `json:"with" doc:"Whom the agent hears: customer, guest, all; empty: there is only one"`
	Listening []string `json:"listening" doc:"Names of supervisors who listen, whisper or have barged in"`
}

// callOf reads the engine's picture of a call.
func callOf(st live.State, id orchestrator.CallID) (orchestrator.Call, bool) {
	var c orchestrator.Call
	raw, there := st.Calls[id]
	return c, there && json.Unmarshal(raw, &c) == nil
}

// viewSeatCall shows a call from the seat of one who takes part in it.
func (s *Server) viewSeatCall(ctx context.Context, a orchestrator.Agent, c orchestrator.Call) *BoardCall {
	v := &BoardCall{
		ID: string(a.Call), Caller: Mask(c.Caller), Direction: cmp.Or(string(c.Direction), string(orchestrator.Inbound)), Role: "lead",
		Held: c.Held, Masked: c.Masked, Away: c.Away, With: string(c.With), Listening: []string{},
	}
	if c.Direction == orchestrator.Outbound {
		v.Caller = Mask(c.Number)
	}
	if mine, is := c.LegOf(a.ID); is {
		v.Role, v.Away = "guest", false
		if mine.Purpose == orchestrator.ForListen {
			v.Role = "listener"
		}
	}
	for _, l := range c.Others {
		if l.Purpose == orchestrator.ForListen && l.Up && l.Agent() != a.ID {
			v.Listening = append(v.Listening, s.names.person(ctx, string(l.Agent())))
		}
	}
	if slices.ContainsFunc(c.Others, func(l orchestrator.Leg) bool { return l.Merged && l.Up && l.Purpose != orchestrator.ForListen }) {
		v.With = "all"
	}
	return v
}

// skillNames are what skills are called; empty, never nil, when the directory
// cannot be asked.
func (n *names) skillNames(ctx context.Context) map[string]string {
	known, _ := n.skillWords.get(ctx, struct{}{}, func(ctx context.Context) (map[string]string, error) {
		all, err := n.s.people.Skills(ctx)
		byCode := make(map[string]string, len(all))
		for _, k := range all {
			byCode[k.Code] = k.Name
		}
		return byCode, err
	})
	if known == nil {
		known = map[string]string{}
	}
	return known
}

// carriers are those whose name a line's name usually begins with.
var carriers = []string{"电信", "移动", "联通", "广电", "铁通"}

// carrierOf tells whose line it is, as far as its name says so.
func carrierOf(name string) string {
	for _, c := range carriers {
		if strings.Contains(name, c) {
			return c
		}
	}
	return ""
}
