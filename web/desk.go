package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
)

func (s *Server) deskRoutes(r router) {
	guarded(r, permDesk, "GET /api/desk", "My desk", s.desk)
	guarded(r, permDesk, "GET /api/desk/targets", "Whom a call can be brought to", s.targets)
	guarded(r, permDesk, "POST /api/desk/sign-in", "Sign in at a phone 签入", s.signIn)
	guarded(r, permDesk, "POST /api/desk/sip", "Fresh SIP credentials for the browser phone", s.freshSIP)
	guarded(r, permDesk, "POST /api/desk/sign-out", "Sign out 签出", s.signOut)
	guarded(r, permDesk, "POST /api/desk/ready", "Ready 就绪", s.ready)
	guarded(r, permDesk, "POST /api/desk/not-ready", "Not ready 示忙", s.notReady)
	guarded(r, permDesk, "POST /api/desk/wrap-up", "Extend the wrap-up 延长话后处理", s.extendWrapUp)
}

type deskOutput struct{ Body Desk }

func (s *Server) desk(ctx context.Context, _ *struct{}) (*deskOutput, error) {
	return s.deskAfter(ctx, s.Desks.Agent)
}

// deskAfter does one thing to the agent's seat and shows the seat.
func (s *Server) deskAfter(ctx context.Context,
	do func(context.Context, orchestrator.SiteID, orchestrator.AgentID) (orchestrator.Agent, error),
) (*deskOutput, error) {
	p := who(ctx).person
	a, err := do(ctx, orchestrator.SiteID(p.Site), orchestrator.AgentID(p.Number))
	if err != nil {
		return nil, err
	}
	d, err := s.viewDesk(ctx, p, a)
	return &deskOutput{d}, err
}

type signInInput struct {
	Body struct {
		Phone    string `json:"phone" enum:"browser,desk,mobile"`
		Nailed   bool   `json:"nailed,omitempty" doc:"The phone's line stays up between calls 长连线路"`
		TakeOver bool   `json:"takeOver,omitempty" doc:"Also if the person works in another session"`
	}
}

type signInOutput struct {
	Body struct {
		Desk Desk `json:"desk"`
		SIP  *SIP `json:"sip" doc:"For the browser phone; null for a desk phone"`
	}
}

// SIP is what a browser phone registers with.
type SIP struct {
	URI       string    `json:"uri"`
	User      string    `json:"user"`
	Password  string    `json:"password"`
	Realm     string    `json:"realm"`
	WS        string    `json:"ws" doc:"Path or URL of SIP over WebSocket"`
	ExpiresAt time.Time `json:"expiresAt" doc:"Ask for new credentials before; calls in progress are not touched"`
}

// sipLife is how long credentials of a browser phone are meant to be used.
const sipLife = 12 * time.Hour

func (s *Server) signIn(ctx context.Context, in *signInInput) (*signInOutput, error) {
	me := who(ctx)
	p := me.person
	if err := s.mayMove(ctx, me, in.Body.TakeOver); err != nil {
		return nil, err
	}
	a := orchestrator.Agent{
		ID: orchestrator.AgentID(p.Number), Site: orchestrator.SiteID(p.Site), Name: p.Name, Skills: p.Skills,
		Nailed: in.Body.Nailed, Supervisor: p.Has(directory.Supervisor),
	}
	out := &signInOutput{}
	var err error
	if out.Body.SIP, err = s.choosePhone(ctx, p, in.Body.Phone, &a); err != nil {
		return nil, err
	}
	if a, err = s.Desks.SignIn(ctx, a); err != nil {
		return nil, err
	}
	s.audience.atWork(me)
	out.Body.Desk, err = s.viewDesk(ctx, p, a)
	return out, err
}

// mayMove asks before the desk of somebody who works in another session is
// brought here.
func (s *Server) mayMove(ctx context.Context, me identity, takeOver bool) error {
	since, elsewhere := s.audience.elsewhere(me)
	if !elsewhere || takeOver {
		return nil
	}
	a, err := s.Desks.Agent(ctx, orchestrator.SiteID(me.person.Site), orchestrator.AgentID(me.person.Number))
	if err == nil && a.State == orchestrator.SignedOut {
		return nil // only looks at the desk there
	}
	return &elsewhereError{since}
}

// choosePhone finds the phone of a kind that is the person's.
func (s *Server) choosePhone(ctx context.Context, p directory.Person, kind string, at *orchestrator.Agent) (*SIP, error) {
	switch kind {
	case "browser":
		at.Phone, at.Browser = browserPhone(p), true
		return s.newSIP(ctx, p)
	case "mobile":
		if p.Mobile == "" {
			return nil, errNoMobile
		}
		at.Mobile = p.Mobile
		return nil, nil
	}
	phones, err := s.people.Phones(ctx, p.Site)
	if err != nil {
		return nil, err
	}
	for _, ph := range phones {
		if ph.Person == p.Number {
			at.Phone = pbx.PhoneID(ph.ID)
			return nil, nil
		}
	}
	return nil, errNoDeskPhone
}

// browserPhone is the SIP name of a person's browser.
func browserPhone(p directory.Person) pbx.PhoneID { return pbx.PhoneID("b" + p.Number) }

// newSIP gives a person's browser phone a new password; the old one is void.
func (s *Server) newSIP(ctx context.Context, p directory.Person) (*SIP, error) {
	password := rand.Text()
	id := browserPhone(p)
	if err := s.Phones.PutPhone(ctx, pbx.Phone{ID: id, Browser: true, Secret: password}); err != nil {
		return nil, fmt.Errorf("give %s a browser phone: %w", p.Number, err)
	}
	return &SIP{
		URI: "sip:" + string(id) + "@" + s.sipHost(), User: string(id), Password: password, Realm: pbx.Realm,
		WS: "/sip", ExpiresAt: time.Now().Add(sipLife).UTC(),
	}, nil
}

type sipOutput struct{ Body SIP }

// freshSIP renews the credentials of whoever works here. Another session of
// the same person must not make theirs void.
func (s *Server) freshSIP(ctx context.Context, _ *struct{}) (*sipOutput, error) {
	me := who(ctx)
	if since, elsewhere := s.audience.elsewhere(me); elsewhere {
		return nil, &elsewhereError{since}
	}
	sip, err := s.newSIP(ctx, me.person)
	if err != nil {
		return nil, err
	}
	return &sipOutput{*sip}, nil
}

func (s *Server) signOut(ctx context.Context, _ *struct{}) (*deskOutput, error) {
	out, err := s.deskAfter(ctx, s.Desks.SignOut)
	if err == nil {
		s.audience.offWork(who(ctx))
	}
	return out, err
}

func (s *Server) ready(ctx context.Context, _ *struct{}) (*deskOutput, error) {
	return s.deskAfter(ctx, s.Desks.Ready)
}

type notReadyInput struct {
	Body struct {
		Reason string `json:"reason" maxLength:"32"`
	}
}

func (s *Server) notReady(ctx context.Context, in *notReadyInput) (*deskOutput, error) {
	if err := s.checkReason(ctx, in.Body.Reason); err != nil {
		return nil, err
	}
	return s.deskAfter(ctx, func(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID) (orchestrator.Agent, error) {
		return s.Desks.NotReady(ctx, site, id, in.Body.Reason)
	})
}

// checkReason refuses what is no reason that people choose.
func (s *Server) checkReason(ctx context.Context, reason string) error {
	reasons, err := s.names.notReady(ctx)
	if err != nil {
		return err
	}
	for _, r := range reasons {
		if r.Code == reason && !r.BySystem {
			return nil
		}
	}
	return errUnknownReason
}

type wrapUpInput struct {
	Body struct {
		ExtendSeconds int `json:"extendSeconds" minimum:"1" maximum:"600"`
	}
}

func (s *Server) extendWrapUp(ctx context.Context, in *wrapUpInput) (*deskOutput, error) {
	return s.deskAfter(ctx, func(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID) (orchestrator.Agent, error) {
		return s.Desks.ExtendWrapUp(ctx, site, id, time.Duration(in.Body.ExtendSeconds)*time.Second)
	})
}
