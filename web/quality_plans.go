package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/quality"
)

func (s *Server) qualityPlanRoutes(r router) {
	guarded(r, permQuality, "GET /api/quality/sheets", "Score sheets 评分表, every version", s.sheets)
	guarded(r, permCustody, "POST /api/quality/sheets", "Make the next version of a sheet", s.putSheet)
	guarded(r, permQuality, "GET /api/quality/plans", "Sampling plans 抽检计划", s.plans)
	guarded(r, permCustody, "POST /api/quality/plans", "Make a plan", s.addPlan)
	guarded(r, permCustody, "PUT /api/quality/plans/{id}", "Change a plan", s.changePlan)
	guarded(r, permQuality, "POST /api/quality/plans/{id}/preview", "What a plan would draw", s.previewPlan)
	guarded(r, permCustody, "POST /api/quality/plans/{id}/draw", "Draw now 抽检", s.drawPlan)
}

// SheetView is a version of a score sheet.
type SheetView struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	Version    int            `json:"version"`
	Pass       int            `json:"pass" doc:"Percent from which on it is passed"`
	AppealDays int            `json:"appealDays" doc:"Working days to appeal"`
	Most       int            `json:"most" doc:"Points that can be reached"`
	Sections   []SheetSection `json:"sections"`
	MadeBy     string         `json:"madeBy"`
	MadeByName string         `json:"madeByName"`
	MadeAt     time.Time      `json:"madeAt"`
}

// SheetSection is a part of a sheet.
type SheetSection struct {
	Name  string      `json:"name" maxLength:"80"`
	Items []SheetItem `json:"items" maxItems:"60"`
}

// SheetItem is what is looked at; one that is critical has no points and makes
// the whole score nothing.
type SheetItem struct {
	Code     string `json:"code" maxLength:"64"`
	Name     string `json:"name" maxLength:"80"`
	Hint     string `json:"hint,omitempty" maxLength:"600"`
	Max      int    `json:"max"`
	Critical bool   `json:"critical,omitempty"`
}

func (s *Server) viewScoreSheet(ctx context.Context, sheet quality.Sheet) SheetView {
	v := SheetView{
		ID: sheet.ID, Name: sheet.Name, Version: sheet.Version, Pass: sheet.Pass, AppealDays: sheet.AppealDays, Most: sheet.Most(),
		Sections: []SheetSection{}, MadeBy: sheet.MadeBy, MadeByName: s.names.person(ctx, sheet.MadeBy), MadeAt: sheet.MadeAt.UTC(),
	}
	for _, section := range sheet.Sections {
		part := SheetSection{Name: section.Name, Items: []SheetItem{}}
		for _, i := range section.Items {
			part.Items = append(part.Items, SheetItem{i.Code, i.Name, i.Hint, i.Max, i.Critical})
		}
		v.Sections = append(v.Sections, part)
	}
	return v
}

type sheetsOutput struct {
	Body struct {
		Items []SheetView `json:"items"`
	}
}

func (s *Server) sheets(ctx context.Context, _ *struct{}) (*sheetsOutput, error) {
	_, site, err := s.inspectorHere(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.Quality.Sheets(ctx, site)
	out := &sheetsOutput{}
	out.Body.Items = []SheetView{}
	for _, sheet := range found {
		out.Body.Items = append(out.Body.Items, s.viewScoreSheet(ctx, sheet))
	}
	return out, err
}

type putSheetInput struct {
	Body struct {
		Name       string         `json:"name" maxLength:"80"`
		Based      int            `json:"based" doc:"The version it was made from; 0: a new sheet"`
		Pass       int            `json:"pass"`
		AppealDays int            `json:"appealDays"`
		Sections   []SheetSection `json:"sections" maxItems:"20"`
	}
}

type sheetOutput struct{ Body SheetView }

func (s *Server) putSheet(ctx context.Context, in *putSheetInput) (*sheetOutput, error) {
	p, site, err := s.inspectorHere(ctx)
	if err != nil {
		return nil, err
	}
	sheet := quality.Sheet{Site: site, Name: in.Body.Name, Pass: in.Body.Pass, AppealDays: in.Body.AppealDays, Sections: []quality.Section{}}
	for _, section := range in.Body.Sections {
		part := quality.Section{Name: section.Name, Items: []quality.Item{}}
		for _, i := range section.Items {
			part.Items = append(part.Items, quality.Item{Code: i.Code, Name: i.Name, Hint: i.Hint, Max: i.Max, Critical: i.Critical})
		}
		sheet.Sections = append(sheet.Sections, part)
	}
	made, err := s.Quality.PutSheet(ctx, sheet, in.Body.Based, p.ID, time.Now())
	if err != nil {
		return nil, err
	}
	return &sheetOutput{s.viewScoreSheet(ctx, made)}, nil
}

// PlanView is a sampling plan.
type PlanView struct {
	ID            string    `json:"id"`
	Rev           int       `json:"rev"`
	Name          string    `json:"name"`
	Sheet         string    `json:"sheet" doc:"Name of the score sheet"`
	Active        bool      `json:"active" doc:"Drawn by itself"`
	Rules         PlanRules `json:"rules"`
	ChangedBy     string    `json:"changedBy"`
	ChangedByName string    `json:"changedByName"`
	ChangedAt     time.Time `json:"changedAt"`
}

// PlanRules are what a plan draws.
type PlanRules struct {
	PerAgent     int      `json:"perAgent" doc:"Conversations of each agent and week"`
	Percent      int      `json:"percent" doc:"Or this share of them, whichever is more"`
	Queues       []string `json:"queues" maxItems:"200"`
	Shortest     int      `json:"shortest" doc:"Seconds; shorter ones are not drawn"`
	Dissatisfied bool     `json:"dissatisfied" doc:"Always when the caller was not satisfied"`
	LongerThan   int      `json:"longerThan" doc:"Always when longer, in seconds; 0: no"`
	Seed         string   `json:"seed" maxLength:"64" doc:"The same seed draws the same again"`
	Inspectors   []string `json:"inspectors" maxItems:"200" doc:"Empty: everybody who inspects"`
	DueDays      int      `json:"dueDays"`
}

func (s *Server) viewPlan(ctx context.Context, p quality.Plan) PlanView {
	v := PlanView{p.ID, p.Rev, p.Name, p.Sheet, p.Active, PlanRules(p.Rules), p.ChangedBy, s.names.person(ctx, p.ChangedBy), p.ChangedAt.UTC()}
	v.Rules.Queues, v.Rules.Inspectors = list(v.Rules.Queues), list(v.Rules.Inspectors)
	return v
}

type plansOutput struct {
	Body struct {
		Items []PlanView `json:"items"`
	}
}

func (s *Server) plans(ctx context.Context, _ *struct{}) (*plansOutput, error) {
	_, site, err := s.inspectorHere(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.Quality.Plans(ctx, site)
	out := &plansOutput{}
	out.Body.Items = []PlanView{}
	for _, p := range found {
		out.Body.Items = append(out.Body.Items, s.viewPlan(ctx, p))
	}
	return out, err
}

type planBody struct {
	Rev    int       `json:"rev"`
	Name   string    `json:"name" maxLength:"80"`
	Sheet  string    `json:"sheet" maxLength:"80"`
	Active bool      `json:"active"`
	Rules  PlanRules `json:"rules"`
}

type addPlanInput struct{ Body planBody }

type changePlanInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body planBody
}

type planOutput struct{ Body PlanView }

func (s *Server) addPlan(ctx context.Context, in *addPlanInput) (*planOutput, error) {
	return s.putPlan(ctx, "", in.Body)
}

func (s *Server) changePlan(ctx context.Context, in *changePlanInput) (*planOutput, error) {
	return s.putPlan(ctx, in.ID, in.Body)
}

func (s *Server) putPlan(ctx context.Context, ref string, b planBody) (*planOutput, error) {
	p, site, err := s.inspectorHere(ctx)
	if err != nil {
		return nil, err
	}
	plan := quality.Plan{ID: ref, Site: site, Rev: b.Rev, Name: b.Name, Sheet: b.Sheet, Active: b.Active, Rules: quality.Rules(b.Rules)}
	if plan, err = s.Quality.PutPlan(ctx, plan, p.ID, time.Now()); err != nil {
		return nil, err
	}
	return &planOutput{s.viewPlan(ctx, plan)}, nil
}

type drawInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		From string `json:"from" maxLength:"40" doc:"RFC 3339, or a day"`
		To   string `json:"to" maxLength:"40" doc:"RFC 3339 (not included), or a day (included)"`
	}
}

// mostDrawn is over how much time one may draw at once.
const mostDrawn = 93 * 24 * time.Hour

func (s *Server) drawSpan(ctx context.Context, in *drawInput) (plan quality.Plan, by string, from, to time.Time, err error) {
	p, site, err := s.inspectorHere(ctx)
	if err == nil {
		plan, err = s.Quality.Plan(ctx, site, in.ID)
	}
	if err == nil {
		from, err = when(in.Body.From, false)
	}
	if err == nil {
		to, err = when(in.Body.To, true)
	}
	if err == nil && (from.IsZero() || to.IsZero() || !from.Before(to) || to.Sub(from) > mostDrawn) {
		err = errBadTime
	}
	return plan, p.ID, from, to, err
}

// DrawnPick is a conversation that would be drawn.
type DrawnPick struct {
	Call          string    `json:"call"`
	Agent         string    `json:"agent"`
	AgentName     string    `json:"agentName"`
	At            time.Time `json:"at"`
	QueueName     string    `json:"queueName"`
	Seconds       float64   `json:"seconds"`
	Rating        *int      `json:"rating"`
	Why           string    `json:"why"`
	Inspector     string    `json:"inspector"`
	InspectorName string    `json:"inspectorName"`
}

type previewOutput struct {
	Body struct {
		Items []DrawnPick `json:"items" doc:"At most 500"`
		Total int         `json:"total"`
	}
}

func (s *Server) previewPlan(ctx context.Context, in *drawInput) (*previewOutput, error) {
	plan, _, from, to, err := s.drawSpan(ctx, in)
	if err != nil {
		return nil, err
	}
	picks, err := s.Quality.Preview(ctx, plan, from, to)
	if err != nil {
		return nil, err
	}
	out := &previewOutput{}
	out.Body.Items, out.Body.Total = []DrawnPick{}, len(picks)
	for _, p := range picks[:min(len(picks), 500)] {
		v := DrawnPick{
			p.Call, p.Agent, s.names.person(ctx, p.Agent), p.At.UTC(), "", p.Seconds, p.Rating, string(p.Why), p.Inspector, s.names.person(ctx, p.Inspector),
		}
		if p.Queue != "" {
			v.QueueName = s.names.queue(ctx, plan.Site, p.Queue)
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}

type drawOutput struct {
	Body struct {
		Made int `json:"made"`
	}
}

func (s *Server) drawPlan(ctx context.Context, in *drawInput) (*drawOutput, error) {
	plan, by, from, to, err := s.drawSpan(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &drawOutput{}
	out.Body.Made, err = s.Quality.Draw(ctx, plan, from, to, by, time.Now())
	return out, err
}
