package web

import (
	"context"
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/record"
)

// What the pages of calls refuse by themselves.
var (
	errNoCall         = errkind.New(errkind.NotFound, "web: no such call for this person")
	errNumberWithheld = errkind.New(errkind.NotFound, "web: the caller's number is not known")
	errBadTime        = errkind.New(errkind.Invalid, "web: the time span cannot be read")
)

func (s *Server) callRoutes(r router) {
	guarded(r, permCalls, "GET /api/calls", "Calls, latest first; agents see their own", s.listCalls)
	guarded(r, permCalls, "GET /api/calls/{id}", "A call with legs, offers and tickets", s.callDetail)
	guarded(r, permCalls, "GET /api/calls/{id}/story", "What happened in the call, in lanes 通话经过", s.callStory)
	guarded(r, permCalls, "GET /api/calls/{id}/caller", "What is known of the caller", s.caller)
	guarded(r, permCalls, "POST /api/calls/{id}/reveal", "Show the caller's number; written to the audit log", s.revealCaller)
	guarded(r, permRecordings, "GET /api/calls/{id}/waveform", "Outline of the recording", s.waveform)
	r.stream(permRecordings, "GET /api/calls/{id}/recording",
		"The recording (WAV, left caller, right agent; Range); written to the audit log", "audio/wav", s.playRecording)
}

// callFacts is what is known of a call, going on or over.
type callFacts struct {
	record.Record
	agents []orchestrator.AgentID // to whom it was offered
	talked []orchestrator.AgentID // who answered it
}

// call finds a call that the person may see: of the site; and, unless the
// person may see all, offered to the person. A call that goes on is known to
// the engine before Postgres.
func (s *Server) call(ctx context.Context, id string) (callFacts, error) {
	f, err := s.callOf(ctx, orchestrator.CallID(id))
	if err != nil {
		return callFacts{}, err
	}
	me := who(ctx)
	site, err := s.names.home(ctx, me.person)
	if err != nil {
		return callFacts{}, err
	}
	mine := slices.Contains(f.agents, orchestrator.AgentID(me.person.Number))
	if string(f.Site) != site {
		return callFacts{}, errNoCall
	}
	if me.may(permAllCalls) || mine {
		return f, nil
	}
	return s.callOfTask(ctx, f)
}

// callOfTask lets people look at a call that they have, or could take, an item
// of, and hear it if it is a message.
func (s *Server) callOfTask(ctx context.Context, f callFacts) (callFacts, error) {
	if !who(ctx).may(permTasks) {
		return callFacts{}, errNoCall
	}
	p, err := s.taskPerson(ctx)
	if err != nil {
		return callFacts{}, err
	}
	look, hear, err := s.Tasks.Concerns(ctx, string(f.ID), p)
	if err != nil || !look {
		if err == nil {
			err = errNoCall
		}
		return callFacts{}, err
	}
	if hear {
		f.talked = append(f.talked, orchestrator.AgentID(p.ID))
	}
	return f, nil
}

func (s *Server) callOf(ctx context.Context, id orchestrator.CallID) (callFacts, error) {
	d, err := s.Records.Get(ctx, id)
	c, alive := s.Desks.Call(id)
	if err != nil && !alive {
		if isNotFound(err) {
			err = errNoCall
		}
		return callFacts{}, err
	}
	f := callFacts{Record: d.Record}
	for _, l := range d.Legs {
		if l.Kind == "agent" || l.Kind == "colleague" {
			f.agents = append(f.agents, l.Agent)
		}
		if l.Kind == "agent" && l.AnsweredAt != nil {
			f.talked = append(f.talked, l.Agent)
		}
	}
	for _, k := range d.Talks {
		f.agents, f.talked = append(f.agents, k.Agent), append(f.talked, k.Agent)
	}
	if f.Agent != "" {
		f.agents, f.talked = append(f.agents, f.Agent), append(f.talked, f.Agent)
	}
	if !alive {
		return f, nil
	}
	if err != nil {
		f.Record = record.Record{
			ID: c.ID, Site: c.Site, Direction: "in", Trunk: c.Trunk, Called: c.Called, Caller: c.Caller,
			CallerName: c.CallerName, Flow: c.Flow, Path: c.Position.Path(), Language: c.Language, ArrivedAt: c.Arrived.UTC(),
			AnsweredAt: moment(c.Answered), EndedAt: moment(c.Ended), Recording: c.Recording,
		}
	}
	if c.Agent != "" {
		f.agents = append(f.agents, c.Agent)
	}
	if c.Agent != "" && c.Phase == orchestrator.InTalk {
		f.talked = append(f.talked, c.Agent)
	}
	return f, nil
}

type callsInput struct {
	PageInput
	Mine   bool   `query:"mine"`
	From   string `query:"from" maxLength:"40" doc:"RFC 3339, or a day as 2026-11-22"`
	To     string `query:"to" maxLength:"40" doc:"RFC 3339 (not included), or a day (included)"`
	Result string `query:"result" maxLength:"32"`
	Query  string `query:"q" maxLength:"100" doc:"Within numbers, caller's name, queue, agent or id"`

	Direction string `query:"direction" enum:",in,out,internal"`
	Kind      string `query:"kind" enum:",transferred,missed,message,callback,masked,dissatisfied" doc:"What happened in them"`
}

type callsOutput struct {
	Body struct {
		Items []CallRecord `json:"items"`
		Total int          `json:"total"`
	}
}

func (s *Server) listCalls(ctx context.Context, in *callsInput) (*callsOutput, error) {
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	f := record.Filter{
		Site: orchestrator.SiteID(p.Site), Result: orchestrator.Result(in.Result), Text: in.Query,
		Way: orchestrator.Direction(in.Direction), Kind: record.Kind(in.Kind),
		Offset: (in.Page - 1) * in.PageSize, Limit: in.PageSize,
	}
	if in.Mine || !who(ctx).may(permAllCalls) {
		f.Agent = orchestrator.AgentID(p.ID)
	}
	if f.From, err = when(in.From, false); err == nil {
		f.To, err = when(in.To, true)
	}
	if err != nil {
		return nil, err
	}
	found, total, err := s.Records.List(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &callsOutput{}
	out.Body.Total = total
	out.Body.Items, err = s.viewRecords(ctx, found, p)
	return out, err
}

// when reads a moment, or a day: its begin, or its end.
func when(text string, end bool) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, china); err == nil {
		if end {
			day = day.AddDate(0, 0, 1)
		}
		return day, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Year() < 1900 || t.Year() > 9998 {
		return time.Time{}, errBadTime
	}
	return t, nil
}

type callInput struct {
	ID string `path:"id" maxLength:"64"`
}

type callOutput struct{ Body CallDetail }

func (s *Server) callDetail(ctx context.Context, in *callInput) (*callOutput, error) {
	f, err := s.call(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	views, err := s.viewRecords(ctx, []record.Record{f.Record}, p)
	if err != nil {
		return nil, err
	}
	out := &callOutput{CallDetail{CallRecord: views[0], Legs: []CallLeg{}, Offers: []CallOffer{}}}
	d, err := s.Records.Get(ctx, f.ID)
	if err != nil && !isNotFound(err) {
		return nil, err
	}
	out.Body.Legs, out.Body.Offers = s.viewLegs(ctx, d)
	tickets, err := s.Tickets.OfCalls(ctx, []string{in.ID}, p)
	out.Body.Tickets = s.summaries(ctx, tickets[in.ID])
	return out, err
}

type callerOutput struct{ Body Caller }

// earlierCalls is how many calls of the same number are shown.
const earlierCalls = 10

func (s *Server) caller(ctx context.Context, in *callInput) (*callerOutput, error) {
	f, err := s.call(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	earlier, err := s.Records.OfCaller(ctx, f.Site, f.Caller, f.ArrivedAt, earlierCalls)
	if err != nil {
		return nil, err
	}
	out := &callerOutput{Caller{Caller: Mask(f.Caller), Region: s.names.region(ctx, f.Caller)}}
	if out.Body.EarlierCalls, err = s.viewRecords(ctx, earlier, p); err != nil {
		return nil, err
	}
	open, err := s.Tickets.OpenOfCaller(ctx, string(f.Site), f.Caller)
	if err != nil {
		return nil, err
	}
	out.Body.OpenTickets = s.summaries(ctx, open)
	vip, err := s.Numbers.VIP(ctx, string(f.Site), f.Caller, time.Now())
	if err != nil {
		return nil, err
	}
	out.Body.VIP = vip > 0
	out.Body.Blacklisted, err = s.Catalogue.Blacklisted(ctx, string(f.Site), f.Caller, time.Now())
	return out, err
}

type revealedCaller struct {
	Body struct {
		Number string `json:"number"`
	}
}

func (s *Server) revealCaller(ctx context.Context, in *revealInput) (*revealedCaller, error) {
	f, err := s.call(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if f.Caller == "" {
		return nil, errNumberWithheld
	}
	if err := s.people.RecordReveal(ctx, who(ctx).person.Number, "call/"+string(f.ID), in.Body.Reason, time.Now()); err != nil {
		return nil, err
	}
	out := &revealedCaller{}
	out.Body.Number = f.Caller
	return out, nil
}

func isNotFound(err error) bool { return errkind.Of(err) == errkind.NotFound }
