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
		Phone string `json:"phone" enum:"browser,desk"`
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
	p := who(ctx).person
	out := &signInOutput{}
	phone, err := s.choosePhone(ctx, p, in.Body.Phone == "browser", out)
	if err != nil {
		return nil, err
	}
	a, err := s.Desks.SignIn(ctx, orchestrator.Agent{
		ID: orchestrator.AgentID(p.Number), Site: orchestrator.SiteID(p.Site), Name: p.Name, Skills: p.Skills,
		Phone: phone, Browser: in.Body.Phone == "browser",
	})
	if err != nil {
		return nil, err
	}
	s.audience.atWork(who(ctx))
	out.Body.Desk, err = s.viewDesk(ctx, p, a)
	return out, err
}

func (s *Server) choosePhone(ctx context.Context, p directory.Person, browser bool, out *signInOutput) (pbx.PhoneID, error) {
	if browser {
		sip, err := s.newSIP(ctx, p)
		out.Body.SIP = sip
		return browserPhone(p), err
	}
	phones, err := s.people.Phones(ctx, p.Site)
	if err != nil {
		return "", err
	}
	for _, ph := range phones {
		if ph.Person == p.Number {
			return pbx.PhoneID(ph.ID), nil
		}
	}
	return "", errNoDeskPhone
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

func (s *Server) freshSIP(ctx context.Context, _ *struct{}) (*sipOutput, error) {
	sip, err := s.newSIP(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	return &sipOutput{*sip}, nil
}

func (s *Server) signOut(ctx context.Context, _ *struct{}) (*deskOutput, error) {
	return s.deskAfter(ctx, s.Desks.SignOut)
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
	reasons, err := s.names.notReady(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range reasons {
		if r.Code == in.Body.Reason && !r.BySystem {
			return s.deskAfter(ctx, func(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID) (orchestrator.Agent, error) {
				return s.Desks.NotReady(ctx, site, id, r.Code)
			})
		}
	}
	return nil, errUnknownReason
}

func (s *Server) hangup(ctx context.Context, _ *struct{}) (*deskOutput, error) {
	return s.deskAfter(ctx, s.Desks.Hangup)
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
