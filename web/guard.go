package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/tollfraud"
)

// Outbound is what the edge asks of the guard before calls to outside.
type Outbound interface {
	Current(ctx context.Context, site string) (tollfraud.Version, error)
	Versions(ctx context.Context, site string, limit int) ([]tollfraud.Version, error)
	Keep(ctx context.Context, site, by string, rev int, p tollfraud.Policy, reason string, now time.Time) (tollfraud.Version, error)
	SwitchOf(ctx context.Context, site string) (tollfraud.Switch, error)
	Turn(ctx context.Context, site, by string, locked bool, reason string, now time.Time) (tollfraud.Switch, error)
	Now(ctx context.Context, site string, now time.Time) ([]tollfraud.Leg, error)
	Events(ctx context.Context, f tollfraud.EventFilter) ([]tollfraud.Event, int, error)
	Would(ctx context.Context, r tollfraud.Request) (tollfraud.Way, error)
}

func (s *Server) guardRoutes(r router) {
	guarded(r, permSystem, "GET /api/guard", "Rules for calls to outside, and what goes on 外呼防护", s.guard)
	guarded(r, permSystem, "PUT /api/guard", "Change the rules", s.changeGuard)
	guarded(r, permSystem, "GET /api/guard/versions", "Earlier rules, newest first", s.guardVersions)
	guarded(r, permSystem, "POST /api/guard/lock", "Stop calls to outside at once 锁定外呼", s.lockOutbound)
	guarded(r, permSystem, "POST /api/guard/unlock", "Let calls to outside go on 解除锁定", s.unlockOutbound)
	guarded(r, permSystem, "POST /api/guard/try", "Would this number be dialled? Nothing is", s.tryNumber)
	guarded(r, permSystem, "GET /api/guard/events", "Refusals, cuts and changes, newest first", s.guardEvents)
}

type guardOutput struct{ Body GuardView }

func (s *Server) guard(ctx context.Context, _ *struct{}) (*guardOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	v, err := s.Outbound.Current(ctx, site)
	if err != nil {
		return nil, err
	}
	return s.guardAnswer(ctx, site, v)
}

// guardAnswer shows the rules with what goes on now.
func (s *Server) guardAnswer(ctx context.Context, site string, v tollfraud.Version) (*guardOutput, error) {
	position, err := s.Outbound.SwitchOf(ctx, site)
	if err != nil {
		return nil, err
	}
	legs, err := s.Outbound.Now(ctx, site, time.Now())
	if err != nil {
		return nil, err
	}
	trunks, err := s.Numbers.Trunks(ctx)
	if err != nil {
		return nil, err
	}
	out := &guardOutput{GuardView{
		GuardVersion: s.viewGuardVersion(ctx, v), Switch: s.viewSwitch(ctx, position), Trunks: viewTrunks(trunks), Calls: []GuardCall{},
	}}
	for _, l := range legs {
		out.Body.Calls = append(out.Body.Calls, GuardCall{
			Call: l.Call, Agent: l.Agent, AgentName: s.names.person(ctx, l.Agent), Number: tollfraud.Mask(l.Number),
			Trunk: l.Trunk, Purpose: l.Purpose, Since: l.At.UTC(),
		})
	}
	return out, nil
}

type changeGuardInput struct {
	Body struct {
		Rev    int         `json:"rev" minimum:"0" doc:"The version that was changed"`
		Policy GuardPolicy `json:"policy"`
		Reason string      `json:"reason,omitempty" maxLength:"500"`
	}
}

func (s *Server) changeGuard(ctx context.Context, in *changeGuardInput) (*guardOutput, error) {
	me := who(ctx).person
	site, err := s.names.home(ctx, me)
	if err != nil {
		return nil, err
	}
	v, err := s.Outbound.Keep(ctx, site, me.Number, in.Body.Rev, in.Body.Policy.policy(), in.Body.Reason, time.Now())
	if err != nil {
		return nil, err
	}
	return s.guardAnswer(ctx, site, v)
}

type guardVersionsOutput struct{ Body []GuardVersion }

func (s *Server) guardVersions(ctx context.Context, _ *struct{}) (*guardVersionsOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	const most = 20
	found, err := s.Outbound.Versions(ctx, site, most)
	if err != nil {
		return nil, err
	}
	out := &guardVersionsOutput{Body: []GuardVersion{}}
	for _, v := range found {
		out.Body = append(out.Body, s.viewGuardVersion(ctx, v))
	}
	return out, nil
}

type reasonInput struct {
	Body struct {
		Reason string `json:"reason" maxLength:"500" doc:"2 to 500 characters"`
	}
}

type switchOutput struct{ Body GuardSwitch }

func (s *Server) lockOutbound(ctx context.Context, in *reasonInput) (*switchOutput, error) {
	return s.turn(ctx, true, in.Body.Reason)
}

func (s *Server) unlockOutbound(ctx context.Context, in *reasonInput) (*switchOutput, error) {
	return s.turn(ctx, false, in.Body.Reason)
}

func (s *Server) turn(ctx context.Context, locked bool, reason string) (*switchOutput, error) {
	me := who(ctx).person
	site, err := s.names.home(ctx, me)
	if err != nil {
		return nil, err
	}
	position, err := s.Outbound.Turn(ctx, site, me.Number, locked, reason, time.Now())
	if err != nil {
		return nil, err
	}
	return &switchOutput{s.viewSwitch(ctx, position)}, nil
}

type tryInput struct {
	Body struct {
		Number string `json:"number" maxLength:"60"`
		Agent  string `json:"agent,omitempty" maxLength:"16" doc:"Who would dial; empty: nobody in particular"`
	}
}

type tryOutput struct{ Body GuardTrial }

func (s *Server) tryNumber(ctx context.Context, in *tryInput) (*tryOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	r := tollfraud.Request{Site: site, At: now, Local: now.In(s.zone(ctx, site))}
	if r.Number, err = tollfraud.Dialled(in.Body.Number); err != nil {
		return trial(ctx, tollfraud.Way{}, in.Body.Number, err)
	}
	if in.Body.Agent != "" {
		p, err := s.people.Person(ctx, in.Body.Agent)
		if err != nil {
			return nil, err
		}
		r.Agent = p.Number
		for _, role := range p.Roles {
			r.Roles = append(r.Roles, string(role))
		}
	}
	contacts, err := s.Numbers.Contacts(ctx, site)
	if err != nil {
		return nil, err
	}
	people, err := s.people.People(ctx, site)
	if err != nil {
		return nil, err
	}
	r = r.Stand(append(knownNumbers(contacts), mobileNumbers(people)...))
	w, err := s.Outbound.Would(ctx, r)
	return trial(ctx, w, r.Number, err)
}

// knownNumbers are the numbers of the contacts in use.
func knownNumbers(contacts []directory.Contact) []tollfraud.Known {
	var list []tollfraud.Known
	for _, c := range contacts {
		for _, n := range c.Numbers {
			if c.Active {
				list = append(list, tollfraud.Known{Number: n, Trunk: c.Trunk, Emergency: c.Emergency, Referral: c.Kind == directory.Referral})
			}
		}
	}
	return list
}

// mobileNumbers are those of the people who work here.
func mobileNumbers(people []directory.Person) []tollfraud.Known {
	var list []tollfraud.Known
	for _, p := range people {
		if p.Active && p.Mobile != "" {
			list = append(list, tollfraud.Known{Number: p.Mobile, Colleague: true})
		}
	}
	return list
}

type guardEventsInput struct {
	PageInput
	From   string `query:"from" maxLength:"40" doc:"RFC 3339, or a day as 2026-11-22"`
	To     string `query:"to" maxLength:"40" doc:"RFC 3339 (not included), or a day (included)"`
	Kind   string `query:"kind" maxLength:"16" enum:"refused,cut,lock,unlock,policy"`
	Ground string `query:"ground" maxLength:"32"`
	Person string `query:"person" maxLength:"16"`
}

type guardEventsOutput struct {
	Body struct {
		Items []GuardEvent `json:"items"`
		Total int          `json:"total"`
	}
}

func (s *Server) guardEvents(ctx context.Context, in *guardEventsInput) (*guardEventsOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	f := tollfraud.EventFilter{
		Site: site, Kind: tollfraud.EventKind(in.Kind), Ground: tollfraud.Ground(in.Ground), Person: in.Person,
		Offset: (in.Page - 1) * in.PageSize, Limit: in.PageSize,
	}
	if f.From, err = when(in.From, false); err == nil {
		f.To, err = when(in.To, true)
	}
	if err != nil {
		return nil, err
	}
	if f.To.IsZero() {
		f.To = time.Now().Add(time.Minute)
	}
	found, total, err := s.Outbound.Events(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &guardEventsOutput{}
	out.Body.Items, out.Body.Total = []GuardEvent{}, total
	for _, e := range found {
		out.Body.Items = append(out.Body.Items, GuardEvent{
			ID: e.ID, At: e.At.UTC(), Kind: string(e.Kind), Ground: string(e.Ground), Person: e.Person, PersonName: s.names.person(ctx, e.Person),
			Call: e.Call, Number: e.Number, Rule: e.Name, Limit: e.Most, Reason: e.Reason,
			Words: pick(languageOf(ctx), groundWords(e.Ground, e.Most)),
		})
	}
	return out, nil
}
