package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/quality"
)

// Quality is where recordings are scored.
type Quality interface {
	List(ctx context.Context, f quality.Filter, now time.Time) ([]quality.Inspection, int, error)
	Get(ctx context.Context, site, ref string) (quality.Inspection, error)
	History(ctx context.Context, ref string) ([]quality.Entry, error)
	Choose(ctx context.Context, site, call, agent, sheetName, inspector, by string, now time.Time) (quality.Inspection, error)
	Save(ctx context.Context, i quality.Inspection, m quality.Marks, p quality.Person, now time.Time) (quality.Inspection, error)
	Publish(ctx context.Context, i quality.Inspection, p quality.Person, now time.Time) (quality.Inspection, error)
	Assign(ctx context.Context, i quality.Inspection, inspector string, p quality.Person, now time.Time) (quality.Inspection, error)
	Annul(ctx context.Context, i quality.Inspection, reason string, p quality.Person, now time.Time) (quality.Inspection, error)
	Appeal(ctx context.Context, i quality.Inspection, why string, p quality.Person, now time.Time) (quality.Inspection, error)
	Settle(ctx context.Context, i quality.Inspection, d quality.Decision, m quality.Marks, reason string, p quality.Person, now time.Time) (quality.Inspection, error)
	Sheets(ctx context.Context, site string) ([]quality.Sheet, error)
	Sheet(ctx context.Context, site, ref string) (quality.Sheet, error)
	PutSheet(ctx context.Context, sheet quality.Sheet, based int, by string, now time.Time) (quality.Sheet, error)
	Plans(ctx context.Context, site string) ([]quality.Plan, error)
	Plan(ctx context.Context, site, ref string) (quality.Plan, error)
	PutPlan(ctx context.Context, p quality.Plan, by string, now time.Time) (quality.Plan, error)
	Preview(ctx context.Context, p quality.Plan, from, to time.Time) ([]quality.Pick, error)
	Draw(ctx context.Context, p quality.Plan, from, to time.Time, by string, now time.Time) (int, error)
	Figures(ctx context.Context, site string, from, to time.Time) (quality.Figures, error)
}

func (s *Server) qualityRoutes(r router) {
	guarded(r, permQuality, "GET /api/quality/inspections", "Inspections 质检单, what is to be done first", s.inspections)
	guarded(r, permQuality, "POST /api/quality/inspections", "Have a conversation inspected", s.chooseInspection)
	guarded(r, permQuality, "GET /api/quality/inspections/{id}", "An inspection with its sheet and history", s.inspection)
	guarded(r, permQuality, "PUT /api/quality/inspections/{id}", "Save marks as a draft", s.saveInspection)
	guarded(r, permQuality, "POST /api/quality/inspections/{id}/publish", "Show the result to the agent 发布", s.publishInspection)
	guarded(r, permCustody, "POST /api/quality/inspections/{id}/assign", "Give it to another inspector", s.assignInspection)
	guarded(r, permCustody, "POST /api/quality/inspections/{id}/void", "Take it out 作废", s.annulInspection)
	guarded(r, permQuality, "POST /api/quality/inspections/{id}/settle", "Decide about an appeal 复核", s.settleInspection)
	guarded(r, permQuality, "GET /api/quality/inspectors", "Who may inspect", s.inspectors)
	s.qualityPlanRoutes(r)
	guarded(r, permQuality, "GET /api/quality/figures", "Figures by agent and item", s.qualityFigures)
	r.stream(permQuality, "GET /api/quality/export", "The same as a workbook (?from=&to=)", xlsxType, s.exportQuality)
	guarded(r, permDesk, "GET /api/quality/mine", "My published results 我的质检", s.myInspections)
	guarded(r, permDesk, "GET /api/quality/mine/{id}", "One of my results", s.myInspection)
	guarded(r, permDesk, "POST /api/quality/mine/{id}/appeal", "Appeal 申诉", s.appealInspection)
}

// inspectorHere is who asks, as quality knows people, and the site.
func (s *Server) inspectorHere(ctx context.Context) (quality.Person, string, error) {
	me := who(ctx).person
	site, err := s.names.home(ctx, me)
	return quality.Person{ID: me.Number, Lead: me.Has(directory.Supervisor)}, site, err
}

type inspectionsInput struct {
	PageInput
	State   string `query:"state" enum:",todo,open,draft,published,appealed,settled,void" doc:"todo: open, draft and, to be settled by others, appealed"`
	Agent   string `query:"agent" maxLength:"32"`
	Mine    bool   `query:"mine" doc:"Mine, and those that nobody has yet"`
	Overdue bool   `query:"overdue"`
	From    string `query:"from" maxLength:"40" doc:"When the call began: RFC 3339, or a day"`
	To      string `query:"to" maxLength:"40"`
}

type inspectionsOutput struct {
	Body struct {
		Items []InspectionSummary `json:"items"`
		Total int                 `json:"total"`
	}
}

func (s *Server) inspections(ctx context.Context, in *inspectionsInput) (*inspectionsOutput, error) {
	p, site, err := s.inspectorHere(ctx)
	if err != nil {
		return nil, err
	}
	f := quality.Filter{Site: site, Agent: in.Agent, Overdue: in.Overdue, Offset: (in.Page - 1) * in.PageSize, Limit: in.PageSize}
	switch in.State {
	case "":
	case "todo":
		f.States = []quality.State{quality.Open, quality.Draft}
	default:
		f.States = []quality.State{quality.State(in.State)}
	}
	if in.Mine {
		f.Inspector, f.Shared = p.ID, true
	}
	if f.From, err = when(in.From, false); err == nil {
		f.To, err = when(in.To, true)
	}
	if err != nil {
		return nil, err
	}
	return s.listInspections(ctx, f)
}

func (s *Server) listInspections(ctx context.Context, f quality.Filter) (*inspectionsOutput, error) {
	now := time.Now()
	found, total, err := s.Quality.List(ctx, f, now)
	if err != nil {
		return nil, err
	}
	out := &inspectionsOutput{}
	out.Body.Total, out.Body.Items = total, []InspectionSummary{}
	for _, i := range found {
		out.Body.Items = append(out.Body.Items, s.summariseInspection(ctx, i, now))
	}
	return out, nil
}

type inspectionInput struct {
	ID string `path:"id" maxLength:"64"`
}

type inspectionOutput struct{ Body InspectionView }

// find finds an inspection of the site of whoever asks.
func (s *Server) findInspection(ctx context.Context, ref string) (quality.Inspection, quality.Person, error) {
	p, site, err := s.inspectorHere(ctx)
	if err != nil {
		return quality.Inspection{}, p, err
	}
	i, err := s.Quality.Get(ctx, site, ref)
	return i, p, err
}

func (s *Server) inspection(ctx context.Context, in *inspectionInput) (*inspectionOutput, error) {
	i, p, err := s.findInspection(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if p.ID == i.Agent && i.PublishedAt == nil {
		return nil, quality.ErrOwn // one's own is seen when it is published
	}
	return s.viewInspection(ctx, i, p)
}

// change does something with an inspection as it was when rev was read.
func (s *Server) changeInspection(ctx context.Context, ref string, rev int64,
	do func(i quality.Inspection, p quality.Person, now time.Time) (quality.Inspection, error),
) (*inspectionOutput, error) {
	i, p, err := s.findInspection(ctx, ref)
	if err != nil {
		return nil, err
	}
	if i.Rev != rev {
		return nil, quality.ErrStale
	}
	if i, err = do(i, p, time.Now()); err != nil {
		return nil, err
	}
	return s.viewInspection(ctx, i, p)
}

type saveInspectionInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Rev   int64     `json:"rev"`
		Marks MarksView `json:"marks"`
	}
}

func (s *Server) saveInspection(ctx context.Context, in *saveInspectionInput) (*inspectionOutput, error) {
	return s.changeInspection(ctx, in.ID, in.Body.Rev, func(i quality.Inspection, p quality.Person, now time.Time) (quality.Inspection, error) {
		return s.Quality.Save(ctx, i, in.Body.Marks.marks(), p, now)
	})
}

type revInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Rev int64 `json:"rev"`
	}
}

func (s *Server) publishInspection(ctx context.Context, in *revInput) (*inspectionOutput, error) {
	return s.changeInspection(ctx, in.ID, in.Body.Rev, func(i quality.Inspection, p quality.Person, now time.Time) (quality.Inspection, error) {
		return s.Quality.Publish(ctx, i, p, now)
	})
}

type assignInspectionInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Rev       int64  `json:"rev"`
		Inspector string `json:"inspector" maxLength:"32"`
	}
}

func (s *Server) assignInspection(ctx context.Context, in *assignInspectionInput) (*inspectionOutput, error) {
	if _, site, err := s.inspectorHere(ctx); err != nil || !s.mayInspect(ctx, site, in.Body.Inspector) {
		if err == nil {
			err = quality.ErrNoSuchOne
		}
		return nil, err
	}
	return s.changeInspection(ctx, in.ID, in.Body.Rev, func(i quality.Inspection, p quality.Person, now time.Time) (quality.Inspection, error) {
		return s.Quality.Assign(ctx, i, in.Body.Inspector, p, now)
	})
}

type revReasonInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Rev    int64  `json:"rev"`
		Reason string `json:"reason" maxLength:"1000"`
	}
}

func (s *Server) annulInspection(ctx context.Context, in *revReasonInput) (*inspectionOutput, error) {
	return s.changeInspection(ctx, in.ID, in.Body.Rev, func(i quality.Inspection, p quality.Person, now time.Time) (quality.Inspection, error) {
		return s.Quality.Annul(ctx, i, in.Body.Reason, p, now)
	})
}

type settleInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Rev      int64     `json:"rev"`
		Decision string    `json:"decision" enum:"kept,changed"`
		Marks    MarksView `json:"marks" doc:"As they are now, when the decision is changed"`
		Reason   string    `json:"reason" maxLength:"1000"`
	}
}

func (s *Server) settleInspection(ctx context.Context, in *settleInput) (*inspectionOutput, error) {
	return s.changeInspection(ctx, in.ID, in.Body.Rev, func(i quality.Inspection, p quality.Person, now time.Time) (quality.Inspection, error) {
		return s.Quality.Settle(ctx, i, quality.Decision(in.Body.Decision), in.Body.Marks.marks(), in.Body.Reason, p, now)
	})
}

type chooseInput struct {
	Body struct {
		Call      string `json:"call" maxLength:"64"`
		Agent     string `json:"agent" maxLength:"32"`
		Sheet     string `json:"sheet,omitempty" maxLength:"80" doc:"Empty: the latest"`
		Inspector string `json:"inspector,omitempty" maxLength:"32" doc:"Empty: whoever takes it"`
	}
}

func (s *Server) chooseInspection(ctx context.Context, in *chooseInput) (*inspectionOutput, error) {
	p, site, err := s.inspectorHere(ctx)
	if err != nil {
		return nil, err
	}
	if in.Body.Inspector != "" && !s.mayInspect(ctx, site, in.Body.Inspector) {
		return nil, quality.ErrNoSuchOne
	}
	i, err := s.Quality.Choose(ctx, site, in.Body.Call, in.Body.Agent, in.Body.Sheet, in.Body.Inspector, p.ID, time.Now())
	if err != nil {
		return nil, err
	}
	return s.viewInspection(ctx, i, p)
}

type inspectorsOutput struct {
	Body struct {
		Items []RecordingAgent `json:"items"`
	}
}

func (s *Server) inspectors(ctx context.Context, _ *struct{}) (*inspectorsOutput, error) {
	_, site, err := s.inspectorHere(ctx)
	if err != nil {
		return nil, err
	}
	people, err := s.people.People(ctx, site)
	if err != nil {
		return nil, err
	}
	out := &inspectorsOutput{}
	out.Body.Items = []RecordingAgent{}
	for _, p := range people {
		if p.May(site, directory.QA, directory.Supervisor) {
			out.Body.Items = append(out.Body.Items, RecordingAgent{p.Number, p.Name})
		}
	}
	return out, nil
}

func (s *Server) mayInspect(ctx context.Context, site, number string) bool {
	p, err := s.people.Person(ctx, number)
	return err == nil && p.May(site, directory.QA, directory.Supervisor)
}

type mineInput struct{ PageInput }

func (s *Server) myInspections(ctx context.Context, in *mineInput) (*inspectionsOutput, error) {
	p, site, err := s.inspectorHere(ctx)
	if err != nil {
		return nil, err
	}
	return s.listInspections(ctx, quality.Filter{Site: site, Agent: p.ID, Seen: true, Offset: (in.Page - 1) * in.PageSize, Limit: in.PageSize})
}

// findMine finds a result of whoever asks. Before it is published it is not
// there.
func (s *Server) findMine(ctx context.Context, ref string) (quality.Inspection, quality.Person, error) {
	i, p, err := s.findInspection(ctx, ref)
	if err == nil && (i.Agent != p.ID || i.PublishedAt == nil) {
		err = quality.ErrNotFound
	}
	return i, p, err
}

func (s *Server) myInspection(ctx context.Context, in *inspectionInput) (*inspectionOutput, error) {
	i, p, err := s.findMine(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.viewInspection(ctx, i, p)
}

func (s *Server) appealInspection(ctx context.Context, in *revReasonInput) (*inspectionOutput, error) {
	i, p, err := s.findMine(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if i.Rev != in.Body.Rev {
		return nil, quality.ErrStale
	}
	if i, err = s.Quality.Appeal(ctx, i, in.Body.Reason, p, time.Now()); err != nil {
		return nil, err
	}
	return s.viewInspection(ctx, i, p)
}
