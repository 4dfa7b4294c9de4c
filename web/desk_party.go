package web

import (
	"cmp"
	"context"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// Party is somebody in a call besides the one who looks at it.
type Party struct {
	Leg     string     `json:"leg" doc:"To remove it by"`
	Kind    string     `json:"kind" enum:"customer,agent,outside"`
	Agent   string     `json:"agent"`
	Name    string     `json:"name"`
	Number  string     `json:"number" doc:"Masked"`
	State   string     `json:"state" enum:"dialling,ringing,talking,held,waiting,listening"`
	Purpose string     `json:"purpose" doc:"customer, talk (the agent responsible), consult, help, transfer, conference, listen"`
	Since   *time.Time `json:"since" doc:"In this state"`
}

// viewParties lists everybody in a call but one: the customer, the agent
// responsible, the others. Who listens in silence, or speaks to an agent
// alone, is shown to other supervisors only.
func (s *Server) viewParties(ctx context.Context, c orchestrator.Call, but orchestrator.AgentID, role string) []Party {
	parties := []Party{}
	if c.Channel != "" || c.Direction == orchestrator.Outbound {
		parties = append(parties, viewCustomer(c))
	}
	if lead, there := s.viewLead(ctx, c, but); there {
		parties = append(parties, lead)
	}
	for _, l := range c.Others {
		if l.Agent() == but && but != "" || l.Listening() && role != roleListener {
			continue
		}
		parties = append(parties, s.viewLeg(ctx, c, l))
	}
	if c.Colleague != nil && c.Colleague.Agent != but { // will be rung
		parties = append(parties, Party{
			Kind: "agent", Agent: string(c.Colleague.Agent), Name: c.Colleague.Name, State: "waiting",
			Purpose: string(orchestrator.ForConsult), Since: moment(c.Arrived),
		})
	}
	return parties
}

func viewCustomer(c orchestrator.Call) Party {
	v := Party{
		Leg: string(c.Channel), Kind: "customer", Name: display(c.CallerName), Number: Mask(cmp.Or(c.Caller, c.Number)),
		Purpose: string(orchestrator.ForCustomer), State: "talking", Since: moment(c.Answered),
	}
	switch {
	case c.Phase == orchestrator.Reaching:
		v.State, v.Since = "waiting", moment(c.Arrived)
	case c.Phase == orchestrator.Calling:
		v.State, v.Since = "dialling", moment(c.Arrived)
	case c.Phase == orchestrator.Offered, c.Phase == orchestrator.Queued, c.Phase == orchestrator.Dialling:
		v.State, v.Since = "waiting", moment(c.Arrived)
		if c.Place != nil {
			v.Since = moment(c.Place.Entered)
		}
	case c.Held:
		v.State, v.Since = "held", moment(c.HeldSince)
	case c.Away:
		v.State = "held"
	}
	return v
}

// viewLead shows who is responsible for the caller now: an agent, or an
// outside number that the caller was led to. Whoever is rung for advice sees
// in the purpose what it is about.
func (s *Server) viewLead(ctx context.Context, c orchestrator.Call, to orchestrator.AgentID) (Party, bool) {
	v := Party{
		Leg: string(c.AgentLeg), Kind: "agent", Agent: string(c.Agent), State: "talking",
		Purpose: string(orchestrator.ForTalk), Since: cmp.Or(moment(c.Answered), moment(c.Arrived)),
	}
	switch c.Phase {
	case orchestrator.Dialling, orchestrator.Outside:
		v.Kind, v.Agent, v.Number, v.Purpose = "outside", "", Mask(c.OutNumber), string(c.OutPurpose)
		v.State, v.Since = "talking", moment(c.OutSince)
		if c.Phase == orchestrator.Dialling {
			v.State = "dialling"
		}
		return v, true
	case orchestrator.Offered, orchestrator.Reaching:
		v.State = "ringing"
	case orchestrator.InTalk, orchestrator.Calling:
		if c.Away {
			v.State = "dialling"
		}
	default:
		return v, false
	}
	if l, asked := c.LegOf(to); asked && !l.Up && l.Purpose != orchestrator.ForListen {
		v.Purpose = string(l.Purpose)
	}
	v.Name = cmp.Or(c.Seat.Name, s.names.person(ctx, v.Agent))
	if c.Seat.Agent != c.Agent {
		v.Name = s.names.person(ctx, v.Agent)
	}
	return v, c.Agent != to && c.Agent != ""
}

// viewLeg shows one of the others.
func (s *Server) viewLeg(ctx context.Context, c orchestrator.Call, l orchestrator.Leg) Party {
	v := Party{
		Leg: string(l.Channel), Kind: "outside", Name: l.Name, Number: Mask(l.Number), Purpose: string(l.Purpose), Since: moment(l.Since),
	}
	if l.Offer != nil {
		v.Kind, v.Agent, v.Number = "agent", string(l.Offer.Agent), ""
		v.Name = cmp.Or(l.Offer.Name, s.names.person(ctx, v.Agent))
	}
	switch {
	case !l.Up && l.Ringing:
		v.State = "ringing"
	case !l.Up:
		v.State = "dialling"
	case l.Listening():
		v.State = "listening"
	case l.Merged, c.With == orchestrator.WithGuest:
		v.State = "talking"
	default:
		v.State = "waiting"
	}
	if l.Merged && l.Up && l.Purpose != orchestrator.ForListen && c.Channel != "" {
		v.Purpose = purposeConference
	}
	return v
}

// purposeConference is that of whoever was brought into the conversation.
const purposeConference = "conference"
