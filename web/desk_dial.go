package web

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/tollfraud"
)

type dialInput struct {
	Body struct {
		Number  string `json:"number,omitempty" maxLength:"60"`
		Agent   string `json:"agent,omitempty" maxLength:"16" doc:"A colleague's employee number"`
		Contact string `json:"contact,omitempty" maxLength:"32" doc:"The code of a contact"`
		CallID  string `json:"callId,omitempty" maxLength:"64" doc:"A past call: its far side is called, and the number stays masked"`
		Task    string `json:"task,omitempty" maxLength:"64" doc:"A work item: its caller is called"`
		Ticket  string `json:"ticket,omitempty" maxLength:"64" doc:"What it is for; alone: the ticket's caller is called"`
	}
}

// dial calls exactly one of those whom the input can name.
func (s *Server) dial(ctx context.Context, in *dialInput) (*deskOutput, error) {
	b := in.Body
	named := 0
	for _, who := range []string{b.Number, b.Agent, b.Contact, b.CallID, b.Task} {
		if who != "" {
			named++
		}
	}
	if named > 1 || named == 0 && b.Ticket == "" {
		return nil, errNoTarget
	}
	errand, err := s.errand(ctx, in)
	if err != nil {
		return nil, err
	}
	if errand.Agent == "" {
		if errand.Number, err = tollfraud.Dialled(errand.Number); err != nil {
			return nil, err
		}
		if err := s.wouldDial(ctx, errand); err != nil {
			return nil, err
		}
	}
	return s.deskAfter(ctx, func(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID) (orchestrator.Agent, error) {
		return s.Desks.Dial(ctx, site, id, errand)
	})
}

// errand finds who is to be called, and what for.
func (s *Server) errand(ctx context.Context, in *dialInput) (orchestrator.Errand, error) {
	b := in.Body
	e := orchestrator.Errand{Number: b.Number, Task: b.Task, Purpose: orchestrator.ForCustomer}
	if b.Ticket != "" {
		p, err := s.ticketPerson(ctx)
		if err != nil {
			return e, err
		}
		t, err := s.Tickets.Get(ctx, b.Ticket, p)
		if err != nil {
			return e, err
		}
		e.Ticket = t.Ref()
		e.Number = cmp.Or(e.Number, t.CallerNumber, t.Caller.ContactNumber)
	}
	var err error
	switch {
	case b.Agent != "":
		p, err := s.colleague(ctx, b.Agent)
		e.Number, e.Purpose = "", orchestrator.ForConsult
		e.Agent, e.AgentSite = orchestrator.AgentID(p.Number), orchestrator.SiteID(p.Site)
		return e, err
	case b.Contact != "":
		c, err := s.contact(ctx, b.Contact)
		if err != nil {
			return e, err
		}
		e.Number = c.Numbers[0]
	case b.CallID != "":
		f, err := s.call(ctx, b.CallID)
		if err != nil {
			return e, err
		}
		e.Number, e.Parent = f.Caller, f.ID
	case b.Task != "":
		e.Number, err = s.numberOfTask(ctx, b.Task)
	}
	if err == nil && e.Number == "" {
		err = errNumberWithheld
	}
	return e, err
}

func (s *Server) numberOfTask(ctx context.Context, task string) (string, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return "", err
	}
	return s.Tasks.Number(ctx, task, p)
}

// wouldDial asks the guard before the agent's own phone rings for nothing. It
// decides again when the number is really dialled: what cannot be told now is
// left to that.
func (s *Server) wouldDial(ctx context.Context, e orchestrator.Errand) error {
	if s.Outbound == nil || s.Guard == nil {
		return nil
	}
	me, now := who(ctx).person, time.Now()
	r := tollfraud.Request{
		Site: me.Site, Agent: me.Number, Number: e.Number, Purpose: string(e.Purpose), At: now, Local: now.In(s.zone(ctx, me.Site)),
	}
	for _, role := range me.Roles {
		r.Roles = append(r.Roles, string(role))
	}
	contacts, err := s.names.contactsOf(ctx, me.Site)
	if err != nil {
		return nil //nolint:nilerr // the guard itself will tell
	}
	_, err = s.Outbound.Would(ctx, r.Stand(knownNumbers(contacts)))
	if _, refused := errors.AsType[*tollfraud.Refusal](err); !refused {
		return nil
	}
	out := orchestrator.Outgoing{
		Site: orchestrator.SiteID(me.Site), Agent: orchestrator.AgentID(me.Number), Channel: pbx.ChannelID("dial-" + id.New()),
		Number: e.Number, Purpose: e.Purpose, At: now,
	}
	if _, err = s.Guard.Allow(ctx, out); err == nil { // things have changed in between
		s.Guard.Ended(out, 0, false)
	}
	return err // and is written down
}
