package web

import (
	"context"
	"encoding/json"
	"strings"
	"time"

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

// picture is what the board reads of the engine's picture of a call.
type picture struct {
	Direction string               `json:"direction"`
	Agent     orchestrator.AgentID `json:"agent"`
	Caller    string               `json:"caller"`
	Number    string               `json:"number"`
	Trunk     string               `json:"trunk"`
	Channel   string               `json:"channel"`
	Purpose   string               `json:"purpose"`
	Phase     orchestrator.Phase   `json:"phase"`
	Held      bool                 `json:"held"`
	Masked    bool                 `json:"masked"`
	Away      bool                 `json:"away"`
	With      string               `json:"with"`
	VIP       int                  `json:"vip"`
	LastAgent orchestrator.AgentID `json:"last_agent"`
	Ended     time.Time            `json:"ended"`
	Others    []struct {
		Purpose string              `json:"purpose"`
		Offer   *orchestrator.Offer `json:"offer"`
		By      string              `json:"by"`
		Up      bool                `json:"up"`
		Merged  bool                `json:"merged"`
		To      string              `json:"to"`
	} `json:"others"`
}

// What legs are for, as the engine writes it.
const (
	forListen   = "listen"
	forHelp     = "help"
	forCallback = "callback"
)

func pictureOf(st live.State, id orchestrator.CallID) (picture, bool) {
	var p picture
	raw, there := st.Calls[id]
	return p, there && json.Unmarshal(raw, &p) == nil
}

// viewSeatCall shows a call from the seat of one who takes part in it.
func (s *Server) viewSeatCall(ctx context.Context, a orchestrator.Agent, p picture) *BoardCall {
	v := &BoardCall{
		ID: string(a.Call), Caller: Mask(p.Caller), Direction: p.Direction, Role: "lead",
		Held: p.Held, Masked: p.Masked, Away: p.Away, With: p.With, Listening: []string{},
	}
	if v.Direction == "" {
		v.Direction = "in"
	}
	if p.Direction == string(orchestrator.Outbound) {
		v.Caller = Mask(p.Number)
	}
	conference := false
	for _, l := range p.Others {
		mine := l.Offer != nil && l.Offer.Agent == a.ID
		switch {
		case mine && l.Purpose == forListen:
			v.Role = "listener"
		case mine:
			v.Role, v.Away = "guest", false
		case l.Purpose == forListen && l.Up && l.Offer != nil:
			v.Listening = append(v.Listening, s.names.person(ctx, string(l.Offer.Agent)))
		}
		conference = conference || l.Merged && l.Up && l.Purpose != forListen
	}
	if conference {
		v.With = "all"
	}
	return v
}

// asksHelp reports whether the agent waits for a supervisor's advice.
func (p picture) asksHelp(a orchestrator.AgentID) bool {
	for _, l := range p.Others {
		if l.Purpose == forHelp && l.By == string(a) && !l.Up {
			return true
		}
	}
	return false
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

// outInUse counts the calls of agents to customers outside, by trunk.
func outInUse(st live.State) map[string]int {
	n := map[string]int{}
	for id := range st.Calls {
		if p, ok := pictureOf(st, id); ok && p.Direction == string(orchestrator.Outbound) && p.Channel != "" && p.Ended.IsZero() {
			n[p.Trunk]++
		}
	}
	return n
}
