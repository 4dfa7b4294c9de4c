package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/yihaotong/yihaotong/quality"
)

// InspectionSummary is an inspection in a list.
type InspectionSummary struct {
	ID            string     `json:"id"`
	Call          string     `json:"call"`
	Agent         string     `json:"agent"`
	AgentName     string     `json:"agentName"`
	CallAt        time.Time  `json:"callAt"`
	QueueName     string     `json:"queueName"`
	Seconds       float64    `json:"seconds"`
	Rating        *int       `json:"rating"`
	Why           string     `json:"why" enum:"sample,dissatisfied,long,chosen"`
	Inspector     string     `json:"inspector" doc:"Empty: nobody yet"`
	InspectorName string     `json:"inspectorName"`
	State         string     `json:"state" enum:"open,draft,published,appealed,settled,void"`
	Points        *int       `json:"points" doc:"Null: not published"`
	Most          *int       `json:"most"`
	Passed        *bool      `json:"passed"`
	Critical      bool       `json:"critical"`
	DueAt         time.Time  `json:"dueAt"`
	Overdue       bool       `json:"overdue"`
	PublishedAt   *time.Time `json:"publishedAt"`
	AppealUntil   *time.Time `json:"appealUntil"`
}

// InspectionView is an inspection with its sheet.
type InspectionView struct {
	InspectionSummary
	Rev           int64              `json:"rev"`
	Sheet         SheetView          `json:"sheet"`
	Marks         MarksView          `json:"marks"`
	Appeal        string             `json:"appeal"`
	AppealedAt    *time.Time         `json:"appealedAt"`
	SettledBy     string             `json:"settledBy"`
	SettledByName string             `json:"settledByName"`
	SettledAt     *time.Time         `json:"settledAt"`
	Decision      string             `json:"decision" enum:",kept,changed"`
	Answer        string             `json:"answer"`
	FirstPoints   *int               `json:"firstPoints" doc:"Before the appeal changed them"`
	Can           []string           `json:"can" doc:"What the reader may do now: save, publish, assign, void, appeal, settle"`
	History       []InspectionChange `json:"history"`
	TicketNumbers []string           `json:"ticketNumbers"`
}

// InspectionChange is a line of an inspection's history.
type InspectionChange struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	ByName string    `json:"byName"`
	Action string    `json:"action"`
	From   string    `json:"from"`
	To     string    `json:"to"`
	Points *int      `json:"points"`
	Note   string    `json:"note"`
}

// MarksView is what an inspector writes on a sheet.
type MarksView struct {
	Points  map[string]int  `json:"points" doc:"By item"`
	Hit     map[string]bool `json:"hit" doc:"Critical items that happened"`
	Notes   []NoteView      `json:"notes" maxItems:"100"`
	Summary string          `json:"summary" maxLength:"1000"`
}

// NoteView is a remark at a place of the recording.
type NoteView struct {
	At   float64 `json:"at" minimum:"0" doc:"Seconds from its beginning"`
	Item string  `json:"item" maxLength:"32"`
	Text string  `json:"text" maxLength:"500"`
}

func (v MarksView) marks() quality.Marks {
	m := quality.Marks{Points: v.Points, Hit: v.Hit, Summary: v.Summary, Notes: []quality.Note{}}
	for _, n := range v.Notes {
		m.Notes = append(m.Notes, quality.Note(n))
	}
	return m
}

func viewMarks(m quality.Marks) MarksView {
	v := MarksView{Points: map[string]int{}, Hit: map[string]bool{}, Notes: []NoteView{}, Summary: m.Summary}
	for code, points := range m.Points {
		v.Points[code] = points
	}
	for code, hit := range m.Hit {
		v.Hit[code] = hit
	}
	for _, n := range m.Notes {
		v.Notes = append(v.Notes, NoteView(n))
	}
	return v
}

func (s *Server) summariseInspection(ctx context.Context, i quality.Inspection, now time.Time) InspectionSummary {
	v := InspectionSummary{
		ID: i.ID, Call: i.Call, Agent: i.Agent, AgentName: s.names.person(ctx, i.Agent), CallAt: i.CallAt.UTC(), Seconds: i.Seconds,
		Rating: i.Rating, Why: string(i.Why), Inspector: i.Inspector, InspectorName: s.names.person(ctx, i.Inspector), State: string(i.State),
		Points: i.Points, Most: i.Most, Passed: i.Passed, Critical: i.Critical, DueAt: i.DueAt.UTC(),
		Overdue:     (i.State == quality.Open || i.State == quality.Draft) && now.After(i.DueAt),
		PublishedAt: i.PublishedAt, AppealUntil: i.AppealUntil,
	}
	if i.Queue != "" {
		v.QueueName = s.names.queue(ctx, i.Site, i.Queue)
	}
	return v
}

func (s *Server) viewInspection(ctx context.Context, i quality.Inspection, p quality.Person) (*inspectionOutput, error) {
	now := time.Now()
	sheet, err := s.Quality.Sheet(ctx, i.Site, i.Sheet)
	if err != nil {
		return nil, err
	}
	log, err := s.Quality.History(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	out := &inspectionOutput{InspectionView{
		InspectionSummary: s.summariseInspection(ctx, i, now), Rev: i.Rev, Sheet: s.viewScoreSheet(ctx, sheet), Marks: viewMarks(i.Marks),
		Appeal: i.Appeal, AppealedAt: i.AppealedAt, SettledBy: i.SettledBy, SettledByName: s.names.person(ctx, i.SettledBy),
		SettledAt: i.SettledAt, Decision: string(i.Decision), Answer: i.Answer, FirstPoints: i.FirstPoints,
		Can: []string{}, History: []InspectionChange{}, TicketNumbers: []string{},
	}}
	for _, a := range []quality.Action{quality.Save, quality.Publish, quality.Assign, quality.Annul, quality.Appeal, quality.Settle} {
		if i.May(a, p, now) == nil {
			out.Body.Can = append(out.Body.Can, string(a))
		}
	}
	for _, e := range log {
		out.Body.History = append(out.Body.History, InspectionChange{
			e.At.UTC(), e.By, s.names.person(ctx, e.By), string(e.Action), string(e.From), string(e.To), e.Points, e.Note,
		})
	}
	person, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	tickets, err := s.Tickets.OfCalls(ctx, []string{i.Call}, person)
	for _, t := range tickets[i.Call] {
		out.Body.TicketNumbers = append(out.Body.TicketNumbers, t.Ref())
	}
	return out, err
}

// describeQuality words the errors of quality; nil: it is none of them.
func describeQuality(err error, lang string) *Problem {
	if move, ok := errors.AsType[*quality.MoveError](err); ok {
		return newProblem(http.StatusConflict, "inspection_state", pick(lang, [2]string{
			fmt.Sprintf("质检单已是“%s”状态，不能进行此操作，请刷新后查看。", inspectionStates[move.From][0]),
			fmt.Sprintf("The inspection is %s, so this cannot be done. Please refresh.", inspectionStates[move.From][1]),
		}))
	}
	if marks, ok := errors.AsType[*quality.MarksError](err); ok {
		words := [2]string{"评分或备注有误，已在表中标出，请修改。", "Some marks or notes are not possible; they are marked in the sheet."}
		if marks.Missing {
			words = [2]string{
				fmt.Sprintf("还有 %d 项没有填写（红线项须说明情况），补全后才能发布。", len(marks.Items)),
				fmt.Sprintf("%d item(s) are missing (say what happened with critical ones); fill them in to publish.", len(marks.Items)),
			}
		}
		p := newProblem(http.StatusUnprocessableEntity, "inspection_marks", pick(lang, words))
		for _, item := range marks.Items {
			p.Errors = append(p.Errors, FieldFault{item, pick(lang, words)})
		}
		return p
	}
	if sheet, ok := errors.AsType[*quality.SheetError](err); ok {
		p := newProblem(http.StatusUnprocessableEntity, "quality_fields", pick(lang, [2]string{
			fmt.Sprintf("有 %d 处需要修改，已标出。", len(sheet.Faults)), fmt.Sprintf("%d place(s) must be corrected; they are marked.", len(sheet.Faults)),
		}))
		for _, f := range sheet.Faults {
			p.Errors = append(p.Errors, FieldFault{f.Path, pick(lang, qualityRules[f.Rule])})
		}
		return p
	}
	for _, w := range qualitySaid {
		if errors.Is(err, w.err) {
			return newProblem(w.status, w.code, pick(lang, w.words))
		}
	}
	return nil
}

var inspectionStates = map[quality.State][2]string{
	quality.Open: {"待评", "open"}, quality.Draft: {"评分中", "being scored"}, quality.Published: {"已发布", "published"},
	quality.Appealed: {"申诉中", "under appeal"}, quality.Settled: {"已复核", "settled"}, quality.Void: {"作废", "void"},
}

var qualityRules = map[quality.Rule][2]string{
	quality.NameNeeded:   {"请填写名称（40字以内）。", "Give a name of up to 40 characters."},
	quality.TooMany:      {"最多20个部分、60个评分项。", "At most 20 sections and 60 items."},
	quality.NoItems:      {"至少要有一个带分值的评分项。", "At least one item must have points."},
	quality.CodeTwice:    {"代码须为字母或数字，且不能重复。", "The code must be letters or digits, and only once in the sheet."},
	quality.BadMax:       {"分值须在1至1000之间；红线项没有分值。", "Points must be 1 to 1000; a critical item has none."},
	quality.BadPass:      {"合格线须在0至100之间。", "The pass mark must be 0 to 100."},
	quality.BadDays:      {"申诉期须在0至30个工作日之间。", "Days to appeal must be 0 to 30."},
	quality.HintTooLong:  {"说明最多300字。", "The hint may have 300 characters."},
	quality.BadQuota:     {"数值超出范围，请核对。", "Out of bounds; please check."},
	quality.NothingDrawn: {"按此计划什么也抽不到，请至少填写一种抽检方式。", "This plan would draw nothing; give it at least one rule."},
	quality.UnknownSheet: {"请选择评分表。", "Choose a score sheet."},
}

var qualitySaid = []struct {
	err    error
	status int
	code   string
	words  [2]string
}{
	{quality.ErrNotFound, http.StatusNotFound, "no_such_inspection", [2]string{"没有找到，可能不属于本站点，或尚未发布。", "Not found: it is of another site, or not published yet."}},
	{quality.ErrStale, http.StatusConflict, "inspection_changed", [2]string{"内容已被他人修改，请刷新核对后再提交。", "Somebody else has changed it. Please refresh and compare."}},
	{quality.ErrOwn, http.StatusForbidden, "inspection_own", [2]string{"不能评自己参与的通话，请由其他质检员评分。", "Nobody scores a conversation of their own; another inspector must."}},
	{quality.ErrNotYours, http.StatusForbidden, "inspection_not_yours", [2]string{"该质检单已分给其他质检员，只能查看。", "It is another inspector's: you can only look at it."}},
	{quality.ErrOwnScore, http.StatusForbidden, "inspection_own_score", [2]string{"申诉须由未参与评分的人员复核。", "An appeal is settled by somebody who has not scored it."}},
	{quality.ErrNotLead, http.StatusForbidden, "inspection_not_lead", [2]string{"只有班长可以改派或作废质检单。", "Only a supervisor may assign or annul it."}},
	{quality.ErrTooLate, http.StatusConflict, "appeal_too_late", [2]string{"申诉期已过，不能再提出申诉。", "The time to appeal is over."}},
	{quality.ErrNoReason, http.StatusUnprocessableEntity, "inspection_reason", [2]string{"请写明理由（2至1000个字）。", "Please give a reason of 2 to 1000 characters."}},
	{quality.ErrTwice, http.StatusConflict, "inspected_already", [2]string{"该座席的这路通话已在质检单中，不会重复评分。", "This conversation of the agent is inspected already."}},
	{quality.ErrNoCall, http.StatusNotFound, "no_such_conversation", [2]string{"没有找到该座席的这路通话录音。", "There is no such conversation of the agent with a recording."}},
	{quality.ErrNoSheet, http.StatusConflict, "no_sheet", [2]string{"还没有评分表，请先建立。", "There is no score sheet yet; please make one first."}},
	{quality.ErrNoSuchOne, http.StatusUnprocessableEntity, "no_such_inspector", [2]string{"不能分给此人：须为质检员或班长，且未参与该通话。", "It cannot be given to that person: inspectors and supervisors only, and nobody heard in the call."}},
}
