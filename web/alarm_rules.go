package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/alarm"
)

// AlarmRule says when something is wrong.
type AlarmRule struct {
	ID            string         `json:"id"`
	Rev           int64          `json:"rev"`
	Kind          alarm.Kind     `json:"kind"`
	Subject       string         `json:"subject"`
	Threshold     float64        `json:"threshold"`
	Clear         float64        `json:"clear"`
	HoldSeconds   int            `json:"holdSeconds"`
	SettleSeconds int            `json:"settleSeconds"`
	Severity      alarm.Severity `json:"severity"`
	QuietFrom     string         `json:"quietFrom" doc:"As 22:00; empty: none"`
	QuietTo       string         `json:"quietTo"`
	Sound         bool           `json:"sound"`
	Active        bool           `json:"active"`
	ChangedBy     string         `json:"changedBy" doc:"Empty: the program"`
	ChangedByName string         `json:"changedByName"`
	ChangedAt     time.Time      `json:"changedAt"`
}

// AlarmKind is something that can be watched.
type AlarmKind struct {
	Kind  alarm.Kind  `json:"kind"`
	Unit  alarm.Unit  `json:"unit" doc:"seconds, calls, seats, percent, count; flag: there is no threshold"`
	Scope alarm.Scope `json:"scope" doc:"site, queue or trunk"`
	Below bool        `json:"below" doc:"Wrong is less than the threshold"`
	Most  float64     `json:"most" doc:"The largest threshold"`
}

// AlarmRuleFields are what a person decides about a rule.
type AlarmRuleFields struct {
	Threshold     float64        `json:"threshold"`
	Clear         float64        `json:"clear"`
	HoldSeconds   int            `json:"holdSeconds" minimum:"0" maximum:"86400"`
	SettleSeconds int            `json:"settleSeconds" minimum:"0" maximum:"86400"`
	Severity      alarm.Severity `json:"severity" enum:"minor,warning,critical"`
	QuietFrom     string         `json:"quietFrom,omitempty" maxLength:"5"`
	QuietTo       string         `json:"quietTo,omitempty" maxLength:"5"`
	Sound         bool           `json:"sound"`
	Active        bool           `json:"active"`
}

func (f AlarmRuleFields) rule(site, by string) alarm.Rule {
	return alarm.Rule{
		Site: site, Threshold: f.Threshold, Clear: f.Clear, Hold: time.Duration(f.HoldSeconds) * time.Second,
		Settle: time.Duration(f.SettleSeconds) * time.Second, Severity: f.Severity, Quiet: quiet(f.QuietFrom, f.QuietTo),
		Sound: f.Sound, Active: f.Active, ChangedBy: by,
	}
}

type alarmRulesOutput struct {
	Body struct {
		Rules []AlarmRule `json:"rules"`
		Kinds []AlarmKind `json:"kinds"`
	}
}

func (s *Server) alarmRules(ctx context.Context, _ *struct{}) (*alarmRulesOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	rules, err := s.Alarms.Book.Rules(ctx, site)
	if err != nil {
		return nil, err
	}
	out := &alarmRulesOutput{}
	out.Body.Rules = make([]AlarmRule, 0, len(rules))
	for _, t := range alarm.Traits { // in their order
		out.Body.Kinds = append(out.Body.Kinds, AlarmKind{t.Kind, t.Unit, t.Scope, t.Below, t.Most})
		for _, r := range rules {
			if r.Kind == t.Kind {
				out.Body.Rules = append(out.Body.Rules, s.viewAlarmRule(ctx, r))
			}
		}
	}
	return out, nil
}

func (s *Server) viewAlarmRule(ctx context.Context, r alarm.Rule) AlarmRule {
	from, to := clock(r.Quiet)
	return AlarmRule{
		ID: r.ID, Rev: r.Rev, Kind: r.Kind, Subject: r.Subject, Threshold: r.Threshold, Clear: r.Clear,
		HoldSeconds: int(r.Hold.Seconds()), SettleSeconds: int(r.Settle.Seconds()), Severity: r.Severity,
		QuietFrom: from, QuietTo: to, Sound: r.Sound, Active: r.Active,
		ChangedBy: r.ChangedBy, ChangedByName: s.names.person(ctx, r.ChangedBy), ChangedAt: r.ChangedAt.UTC(),
	}
}

type addAlarmRuleInput struct {
	Body struct {
		AlarmRuleFields
		Kind    alarm.Kind `json:"kind" maxLength:"40"`
		Subject string     `json:"subject,omitempty" maxLength:"64" doc:"Queue or trunk; empty: each of them, or the site"`
	}
}

type alarmRuleOutput struct{ Body AlarmRule }

func (s *Server) addAlarmRule(ctx context.Context, in *addAlarmRuleInput) (*alarmRuleOutput, error) {
	p := who(ctx).person
	site, err := s.names.home(ctx, p)
	if err != nil {
		return nil, err
	}
	r := in.Body.rule(site, p.Number)
	r.Kind, r.Subject = in.Body.Kind, in.Body.Subject
	if r, err = s.Alarms.Book.AddRule(ctx, r, time.Now()); err != nil {
		return nil, err
	}
	return &alarmRuleOutput{s.viewAlarmRule(ctx, r)}, nil
}

type changeAlarmRuleInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		AlarmRuleFields
		Rev int64 `json:"rev"`
	}
}

func (s *Server) changeAlarmRule(ctx context.Context, in *changeAlarmRuleInput) (*alarmRuleOutput, error) {
	p := who(ctx).person
	site, err := s.names.home(ctx, p)
	if err != nil {
		return nil, err
	}
	r := in.Body.rule(site, p.Number)
	r.ID, r.Rev = in.ID, in.Body.Rev
	if r, err = s.Alarms.Book.ChangeRule(ctx, r, time.Now()); err != nil {
		return nil, err
	}
	return &alarmRuleOutput{s.viewAlarmRule(ctx, r)}, nil
}

type removeAlarmRuleInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) removeAlarmRule(ctx context.Context, in *removeAlarmRuleInput) (*struct{}, error) {
	p := who(ctx).person
	site, err := s.names.home(ctx, p)
	if err != nil {
		return nil, err
	}
	return nil, s.Alarms.Book.RemoveRule(ctx, site, in.ID, p.Number, time.Now())
}
