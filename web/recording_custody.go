package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/pbx/recording"
)

type reasonedInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Reason string `json:"reason" maxLength:"500" doc:"2 to 500 characters"`
	}
}

func (s *Server) holdRecording(ctx context.Context, in *reasonedInput) (*recordingOutput, error) {
	return s.custody(ctx, in, s.Archive.Hold)
}

func (s *Server) releaseRecording(ctx context.Context, in *reasonedInput) (*recordingOutput, error) {
	return s.custody(ctx, in, s.Archive.Lift)
}

func (s *Server) custody(ctx context.Context, in *reasonedInput, do func(ctx context.Context, call, by, reason string, now time.Time) error) (*recordingOutput, error) {
	f, err := s.call(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := do(ctx, string(f.ID), who(ctx).person.Number, in.Body.Reason, time.Now()); err != nil {
		return nil, err
	}
	return s.recordingDetail(ctx, &callInput{in.ID})
}

// RetentionRule is how long a site keeps a kind of recording.
type RetentionRule struct {
	Kind          string     `json:"kind" enum:"ticket,talk,message,outbound,internal"`
	Days          int        `json:"days" minimum:"30" maximum:"36500"`
	ChangedBy     string     `json:"changedBy,omitempty" doc:"Empty: nobody has changed it"`
	ChangedByName string     `json:"changedByName,omitempty"`
	ChangedAt     *time.Time `json:"changedAt,omitempty"`
}

type retentionOutput struct {
	Body struct {
		Rules []RetentionRule `json:"rules"`
	}
}

func (s *Server) retention(ctx context.Context, _ *struct{}) (*retentionOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	rules, err := s.Archive.Rules(ctx, site)
	if err != nil {
		return nil, err
	}
	out := &retentionOutput{}
	for _, r := range rules {
		out.Body.Rules = append(out.Body.Rules, RetentionRule{
			string(r.Sort), r.Days, r.ChangedBy, s.names.person(ctx, r.ChangedBy), r.ChangedAt,
		})
	}
	return out, nil
}

type setRetentionInput struct {
	Body struct {
		Kind string `json:"kind" enum:"ticket,talk,message,outbound,internal"`
		Days int    `json:"days"`
	}
}

func (s *Server) setRetention(ctx context.Context, in *setRetentionInput) (*retentionOutput, error) {
	me := who(ctx).person
	site, err := s.names.home(ctx, me)
	if err != nil {
		return nil, err
	}
	if err := s.Archive.SetRule(ctx, site, recording.Sort(in.Body.Kind), in.Body.Days, me.Number, time.Now()); err != nil {
		return nil, err
	}
	return s.retention(ctx, nil)
}
