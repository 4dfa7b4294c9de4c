package web

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/ticketing"
)

// errNotRevealed refuses the caller of a confidential ticket.
var errNotRevealed = errkind.New(errkind.Forbidden, "web: the caller of the ticket is confidential")

func (s *Server) ticketRoutes(r router) {
	guarded(r, permTickets, "GET /api/tickets", "Tickets, newest first", s.listTickets)
	guarded(r, permTickets, "POST /api/tickets", "Begin a draft, or find the draft of the call", s.createTicket)
	guarded(r, permTickets, "GET /api/tickets/{id}", "A ticket", s.ticket)
	guarded(r, permTickets, "PUT /api/tickets/{id}", "Save a draft 保存", s.saveTicket)
	guarded(r, permTickets, "DELETE /api/tickets/{id}", "Cancel a draft 撤销", s.cancelTicket)
	guarded(r, permTickets, "POST /api/tickets/{id}/actions/{action}", "Move a ticket on", s.actOnTicket)
	guarded(r, permTickets, "POST /api/tickets/{id}/reveal", "Show the caller's numbers; written to the audit log", s.revealTicket)
}

type ticketOutput struct{ Body Ticket }

// ticketAnswer shows a ticket after a domain call, or the ticket that was in
// the way.
func (s *Server) ticketAnswer(ctx context.Context, p ticketing.Person, t ticketing.Ticket, err error) (*ticketOutput, error) {
	if stale, ok := errors.AsType[*ticketing.StaleError](err); ok {
		problem := describe(err, languageOf(ctx))
		if now, err := s.viewTicket(ctx, stale.Current, p); err == nil {
			problem.Current = now
		}
		return nil, problem
	}
	if err != nil {
		return nil, err
	}
	v, err := s.viewTicket(ctx, t, p)
	return &ticketOutput{v}, err
}

// PageInput is a page of a list. It is exported because huma binds no other embedded struct.
type PageInput struct {
	Page     int `query:"page" minimum:"1" maximum:"100000" default:"1"`
	PageSize int `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
}

type ticketsInput struct {
	PageInput
	State string `query:"state" maxLength:"300" doc:"States, separated by commas"`
	Query string `query:"q" maxLength:"100" doc:"Part of number, title, content, unit or plate, or a whole telephone number"`
	Mine  bool   `query:"mine"`
}

type ticketsOutput struct {
	Body struct {
		Items []TicketSummary `json:"items"`
		Total int             `json:"total"`
	}
}

func (s *Server) listTickets(ctx context.Context, in *ticketsInput) (*ticketsOutput, error) {
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	f := ticketing.Filter{For: p, Mine: in.Mine, Query: in.Query, Page: in.Page, PageSize: in.PageSize}
	for name := range strings.SplitSeq(in.State, ",") {
		if name = strings.TrimSpace(name); name != "" {
			f.States = append(f.States, ticketing.State(name))
		}
	}
	found, total, err := s.Tickets.List(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &ticketsOutput{}
	out.Body.Items, out.Body.Total = s.summaries(ctx, found), total
	return out, nil
}

func (s *Server) createTicket(ctx context.Context, in *struct{ Body TicketFields }) (*ticketOutput, error) {
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	fields, err := in.Body.fields()
	if err != nil {
		return nil, err
	}
	draft := ticketing.NewDraft{Site: p.Site, CallID: in.Body.CallID, Fields: fields, By: p}
	if draft.CallID != "" {
		if err := s.fillFromCall(ctx, &draft); err != nil {
			return nil, err
		}
	}
	t, err := s.Tickets.Draft(ctx, draft)
	return s.ticketAnswer(ctx, p, t, err)
}

// fillFromCall puts into a draft what the switch knows, where the person has
// typed nothing.
func (s *Server) fillFromCall(ctx context.Context, d *ticketing.NewDraft) error {
	call, err := s.call(ctx, d.CallID)
	if err != nil {
		return err
	}
	d.CallerNumber = call.Caller
	if d.Fields.Caller.Language == "" {
		d.Fields.Caller.Language = call.Language
	}
	if d.Fields.Subject.Region == "" {
		d.Fields.Subject.Region = s.likelyRegion(ctx, call)
	}
	return nil
}

// likelyRegion is where a call is probably about: where its number belongs, if
// that is one place, else the site's own region.
func (s *Server) likelyRegion(ctx context.Context, call callFacts) string {
	origin, err := s.Catalogue.RegionOfNumber(ctx, call.Caller)
	if err == nil && len(origin.Regions) == 1 {
		return origin.Regions[0].Code
	}
	return string(call.Site)
}

// TicketInput names a ticket. It is exported because huma binds no other embedded struct.
type TicketInput struct {
	ID string `path:"id" maxLength:"64" doc:"Number or draft id"`
}

func (s *Server) ticket(ctx context.Context, in *TicketInput) (*ticketOutput, error) {
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Tickets.Get(ctx, in.ID, p)
	return s.ticketAnswer(ctx, p, t, err)
}

type saveInput struct {
	TicketInput
	Body struct {
		Rev int64 `json:"rev" doc:"The revision that was edited"`
		TicketFields
	}
}

func (s *Server) saveTicket(ctx context.Context, in *saveInput) (*ticketOutput, error) {
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	fields, err := in.Body.fields()
	if err != nil {
		return nil, err
	}
	t, err := s.Tickets.Save(ctx, in.ID, in.Body.Rev, fields, p)
	return s.ticketAnswer(ctx, p, t, err)
}

type cancelInput struct {
	TicketInput
	Rev int64 `query:"rev" required:"true"`
}

func (s *Server) cancelTicket(ctx context.Context, in *cancelInput) (*struct{}, error) {
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Tickets.Act(ctx, in.ID, ticketing.ActCancel, ticketing.ActInput{Rev: in.Rev, By: p}, time.Now())
	_, err = s.ticketAnswer(ctx, p, t, err)
	return nil, err
}

type actInput struct {
	TicketInput
	Action string `path:"action" maxLength:"32" doc:"submit 登记, instant_reply 即时答复, refer 告知, cancel 撤销, restore 恢复"`
	Body   struct {
		Rev   int64  `json:"rev"`
		Note  string `json:"note,omitempty"`
		Reply string `json:"reply,omitempty" doc:"What the caller was answered; empty: what was typed into the draft. instant_reply needs one of them"`
	}
}

func (s *Server) actOnTicket(ctx context.Context, in *actInput) (*ticketOutput, error) {
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	act := ticketing.ActInput{Rev: in.Body.Rev, Note: in.Body.Note, By: p}
	if in.Body.Reply != "" {
		act.Reply = &ticketing.Reply{Public: in.Body.Reply}
	}
	t, err := s.Tickets.Act(ctx, in.ID, ticketing.Action(in.Action), act, time.Now())
	return s.ticketAnswer(ctx, p, t, err)
}

type revealInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Reason string `json:"reason" doc:"2 to 500 characters, for the audit log"`
	}
}

type revealedTicket struct {
	Body struct {
		CallerNumber  string `json:"callerNumber"`
		ContactNumber string `json:"contactNumber"`
	}
}

func (s *Server) revealTicket(ctx context.Context, in *revealInput) (*revealedTicket, error) {
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Tickets.Get(ctx, in.ID, p)
	if err != nil {
		return nil, err
	}
	if !p.MayReveal(t) {
		return nil, errNotRevealed
	}
	if err := s.people.RecordReveal(ctx, p.ID, "ticket/"+t.Ref(), in.Body.Reason, time.Now()); err != nil {
		return nil, err
	}
	out := &revealedTicket{}
	out.Body.CallerNumber, out.Body.ContactNumber = t.CallerNumber, t.Caller.ContactNumber
	return out, nil
}
