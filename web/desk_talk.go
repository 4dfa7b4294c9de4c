package web

import (
	"context"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// talkRoutes are what an agent does with the call at the desk. Which of them
// make sense now is in the desk's call: can.
func (s *Server) talkRoutes(r router) {
	for _, o := range []struct {
		act     orchestrator.Act
		summary string
	}{
		{orchestrator.DoHold, "Let the caller wait with music 保持"},
		{orchestrator.DoRetrieve, "Back to the caller on hold 恢复"},
		{orchestrator.DoMute, "Mute me 静音"},
		{orchestrator.DoUnmute, "Unmute me 取消静音"},
		{orchestrator.DoMask, "Silence on the recording 录音暂停"},
		{orchestrator.DoUnmask, "Record again 恢复录音"},
		{orchestrator.DoSwap, "Speak with the other side 轮流通话"},
		{orchestrator.DoComplete, "Hand the caller to whoever was asked 完成转接"},
		{orchestrator.DoConference, "Everybody together 三方通话"},
		{orchestrator.DoLeave, "Leave a conference that goes on 退出会议"},
		{orchestrator.DoCancel, "Back to the caller, without whoever was asked 回到来电人"},
		{orchestrator.DoRate, "To the rating, and end the talk 转评价"},
		{orchestrator.DoHangup, "Leave the call, or refuse the one that rings 挂机"},
	} {
		guarded(r, permDesk, "POST /api/desk/"+string(o.act), o.summary, func(ctx context.Context, _ *struct{}) (*deskOutput, error) {
			return s.ask(ctx, orchestrator.Simple{Act: o.act})
		})
	}
	guarded(r, permDesk, "POST /api/desk/keys", "Press keys towards the far side 按键", s.keys)
	guarded(r, permDesk, "POST /api/desk/consult", "Ask somebody; the caller waits 咨询, 内部求助", s.consult)
	guarded(r, permDesk, "POST /api/desk/transfer", "Give the caller away at once 转接", s.transfer)
	guarded(r, permDesk, "POST /api/desk/drop", "Remove somebody from the conference 移除", s.drop)
	guarded(r, permDesk, "POST /api/desk/refer", "Name another service to the caller, or lead there 转办告知", s.refer)
	guarded(r, permDesk, "POST /api/desk/dial", "Call somebody 外呼", s.dial)
}

// ask wants something done with the call at the desk.
func (s *Server) ask(ctx context.Context, want orchestrator.Request) (*deskOutput, error) {
	return s.deskAfter(ctx, func(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID) (orchestrator.Agent, error) {
		return s.Desks.Ask(ctx, site, id, want)
	})
}

type keysInput struct {
	Body struct {
		Keys string `json:"keys" pattern:"^[0-9*#]{1,32}$"`
	}
}

func (s *Server) keys(ctx context.Context, in *keysInput) (*deskOutput, error) {
	return s.ask(ctx, orchestrator.Keys{Keys: in.Body.Keys})
}

type dropInput struct {
	Body struct {
		Leg string `json:"leg" minLength:"1" maxLength:"128" doc:"As in the call's parties"`
	}
}

func (s *Server) drop(ctx context.Context, in *dropInput) (*deskOutput, error) {
	return s.ask(ctx, orchestrator.Drop{Leg: in.Body.Leg})
}

type targetInput struct {
	Body struct {
		Target Target `json:"target"`
	}
}

func (s *Server) consult(ctx context.Context, in *targetInput) (*deskOutput, error) {
	to, err := s.reach(ctx, in.Body.Target, orchestrator.ForConsult)
	if err != nil {
		return nil, err
	}
	return s.deskAfter(ctx, func(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID) (orchestrator.Agent, error) {
		return s.Desks.Consult(ctx, site, id, to)
	})
}

func (s *Server) transfer(ctx context.Context, in *targetInput) (*deskOutput, error) {
	to, err := s.reach(ctx, in.Body.Target, orchestrator.ForTransfer)
	if err != nil {
		return nil, err
	}
	return s.deskAfter(ctx, func(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID) (orchestrator.Agent, error) {
		return s.Desks.Transfer(ctx, site, id, to)
	})
}

// reach finds whom an agent wants, and asks the guard first if it is a number:
// a caller must not lose the agent for a number that will not be dialled.
func (s *Server) reach(ctx context.Context, t Target, purpose orchestrator.Purpose) (orchestrator.Target, error) {
	to, err := s.targetOf(ctx, t, purpose)
	if err == nil && to.Number != "" {
		err = s.wouldDial(ctx, orchestrator.Errand{Number: to.Number, Purpose: purpose})
	}
	return to, err
}

type referInput struct {
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"32" doc:"Of a contact"`
		How  string `json:"how" enum:"told,transfer"`
	}
}

func (s *Server) refer(ctx context.Context, in *referInput) (*deskOutput, error) {
	c, err := s.contact(ctx, in.Body.Code)
	if err != nil {
		return nil, err
	}
	var to *orchestrator.Target
	switch {
	case in.Body.How == "told" && !c.Told:
		return nil, errNotTold
	case in.Body.How == "transfer" && !c.Transfer:
		return nil, errNoWayThere
	case in.Body.How == "transfer":
		to = &orchestrator.Target{Number: c.Numbers[0], Name: c.Name}
		if err := s.wouldDial(ctx, orchestrator.Errand{Number: to.Number, Purpose: orchestrator.ForReferral}); err != nil {
			return nil, err
		}
	}
	return s.deskAfter(ctx, func(ctx context.Context, site orchestrator.SiteID, id orchestrator.AgentID) (orchestrator.Agent, error) {
		return s.Desks.Refer(ctx, site, id, c.Code, to)
	})
}
