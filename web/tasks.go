package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/tasks"
)

// Tasks is where the work that calls leave behind is kept.
type Tasks interface {
	List(ctx context.Context, f tasks.Filter) ([]tasks.Task, int, error)
	Count(ctx context.Context, p tasks.Person, now time.Time) (tasks.Counts, error)
	Get(ctx context.Context, task string, p tasks.Person) (tasks.Task, error)
	Detail(ctx context.Context, task string, p tasks.Person) (tasks.Detail, error)
	Take(ctx context.Context, task string, by tasks.Person, now time.Time) (tasks.Task, error)
	Release(ctx context.Context, task string, by tasks.Person, why string, now time.Time) (tasks.Task, error)
	Done(ctx context.Context, task string, by tasks.Person, how tasks.Outcome, words string, now time.Time) (tasks.Task, error)
	Drop(ctx context.Context, task string, by tasks.Person, why string, now time.Time) (tasks.Task, error)
	Note(ctx context.Context, task string, by tasks.Person, words string, now time.Time) (tasks.Task, error)
	Assign(ctx context.Context, ids []string, to string, by tasks.Person, now time.Time) (int, error)
	Type(ctx context.Context, task string, by tasks.Person, text string, now time.Time) (tasks.Task, error)
	Transcribe(ctx context.Context, task string, by tasks.Person, now time.Time) (tasks.Task, error)
	Transcribes() bool
	Concerns(ctx context.Context, call string, p tasks.Person) (look, hear bool, err error)
	Number(ctx context.Context, task string, p tasks.Person) (string, error)
	Setting(ctx context.Context, site string) (tasks.Setting, error)
	SetSetting(ctx context.Context, c tasks.Setting, by tasks.Person, now time.Time) error
}

func (s *Server) taskRoutes(r router) {
	guarded(r, permTasks, "GET /api/tasks", "Work that calls left behind 未接与留言; one's own and everybody's", s.listTasks)
	guarded(r, permTasks, "GET /api/tasks/count", "How much waits for me", s.countTasks)
	guarded(r, permTasks, "GET /api/tasks/{id}", "An item with its calls, attempts and history", s.task)
	guarded(r, permTasks, "POST /api/tasks/{id}/take", "Take 领取", s.takeTask)
	guarded(r, permTasks, "POST /api/tasks/{id}/release", "Give back 退回", s.releaseTask)
	guarded(r, permTasks, "POST /api/tasks/{id}/done", "Done 办结", s.doneTask)
	guarded(r, permTasks, "POST /api/tasks/{id}/drop", "Drop with a reason 关闭", s.dropTask)
	guarded(r, permTasks, "POST /api/tasks/{id}/note", "Add a note 备注", s.noteTask)
	guarded(r, permTasks, "POST /api/tasks/{id}/transcript", "Type what a message says", s.typeTask)
	guarded(r, permTasks, "POST /api/tasks/{id}/transcribe", "Have a message transcribed once more", s.transcribeTask)
	guarded(r, permTasks, "POST /api/tasks/{id}/reveal", "Show the number; written to the audit log", s.revealTask)
	guarded(r, permSupervise, "POST /api/tasks/{id}/assign", "Give to an agent 指派", s.assignTask)
	guarded(r, permSupervise, "POST /api/tasks/assign", "Give several to an agent 批量指派", s.assignTasks)
	guarded(r, permSupervise, "GET /api/tasks/settings", "How the site wants its items", s.taskSettings)
	guarded(r, permSupervise, "PUT /api/tasks/settings", "Change it", s.setTaskSettings)
}

// taskPerson is who asks, as far as items are concerned.
func (s *Server) taskPerson(ctx context.Context) (tasks.Person, error) {
	me := who(ctx)
	site, err := s.names.home(ctx, me.person)
	return tasks.Person{ID: me.person.Number, Site: site, Supervises: me.may(permSupervise)}, err
}

type tasksInput struct {
	PageInput
	Kind    string `query:"kind" maxLength:"100" doc:"missed, message, callback, low_rating, lost; separated by commas"`
	State   string `query:"state" maxLength:"100" doc:"open, taken, done, dropped; separated by commas"`
	Owner   string `query:"owner" maxLength:"20" doc:"An employee number, me, or none"`
	Overdue bool   `query:"overdue"`
	Query   string `query:"query" maxLength:"100" doc:"Within number, transcript and notes"`
}

type tasksOutput struct {
	Body struct {
		Items []Task `json:"items"`
		Total int    `json:"total"`
	}
}

func (s *Server) listTasks(ctx context.Context, in *tasksInput) (*tasksOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	found, total, err := s.Tasks.List(ctx, tasks.Filter{
		For: p, Kinds: codes[tasks.Kind](in.Kind), States: codes[tasks.State](in.State), Owner: in.Owner, Overdue: in.Overdue,
		Query: in.Query, Page: in.Page, Size: in.PageSize, Now: now,
	})
	if err != nil {
		return nil, err
	}
	out := &tasksOutput{}
	out.Body.Total, out.Body.Items = total, []Task{}
	for _, t := range found {
		out.Body.Items = append(out.Body.Items, s.viewTask(ctx, t, p, now))
	}
	return out, nil
}

// codes reads a list that is separated by commas.
func codes[T ~string](text string) (out []T) {
	for code := range strings.SplitSeq(text, ",") {
		if code = strings.TrimSpace(code); code != "" {
			out = append(out, T(code))
		}
	}
	return out
}

type taskCountOutput struct {
	Body struct {
		Open    int `json:"open" doc:"Everybody's"`
		Mine    int `json:"mine"`
		Overdue int `json:"overdue" doc:"Of both"`
	}
}

func (s *Server) countTasks(ctx context.Context, _ *struct{}) (*taskCountOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.Tasks.Count(ctx, p, time.Now())
	out := &taskCountOutput{}
	out.Body.Open, out.Body.Mine, out.Body.Overdue = c.Open, c.Mine, c.Overdue
	return out, err
}

// TaskInput names an item. It is exported because huma binds no other embedded struct.
type TaskInput struct {
	ID string `path:"id" maxLength:"64"`
}

type taskOutput struct{ Body TaskDetail }

func (s *Server) task(ctx context.Context, in *TaskInput) (*taskOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	return s.taskAnswer(ctx, p, in.ID)
}

// taskAnswer shows an item with all around it.
func (s *Server) taskAnswer(ctx context.Context, p tasks.Person, id string) (*taskOutput, error) {
	d, err := s.Tasks.Detail(ctx, id, p)
	if err != nil {
		return nil, err
	}
	v, err := s.viewTaskDetail(ctx, d, p)
	return &taskOutput{v}, err
}

// movedTask shows an item after a move, or how it is instead.
func (s *Server) movedTask(ctx context.Context, p tasks.Person, t tasks.Task, err error) (*taskOutput, error) {
	if stuck, ok := errors.AsType[*tasks.MoveError](err); ok {
		problem := describe(err, languageOf(ctx))
		problem.Current = s.viewTask(ctx, stuck.Now, p, time.Now())
		return nil, problem
	}
	if err != nil {
		return nil, err
	}
	everything := p // the item may just have become somebody else's
	everything.Supervises = true
	return s.taskAnswer(ctx, everything, t.ID)
}

func (s *Server) takeTask(ctx context.Context, in *TaskInput) (*taskOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Tasks.Take(ctx, in.ID, p, time.Now())
	return s.movedTask(ctx, p, t, err)
}

type taskWordsInput struct {
	TaskInput
	Body struct {
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (s *Server) releaseTask(ctx context.Context, in *taskWordsInput) (*taskOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Tasks.Release(ctx, in.ID, p, in.Body.Note, time.Now())
	return s.movedTask(ctx, p, t, err)
}

func (s *Server) noteTask(ctx context.Context, in *taskWordsInput) (*taskOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Tasks.Note(ctx, in.ID, p, in.Body.Note, time.Now())
	return s.movedTask(ctx, p, t, err)
}

type taskDoneInput struct {
	TaskInput
	Body struct {
		Outcome string `json:"outcome" doc:"answered, ticket, no_answer, handled, other"`
		Note    string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (s *Server) doneTask(ctx context.Context, in *taskDoneInput) (*taskOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Tasks.Done(ctx, in.ID, p, tasks.Outcome(in.Body.Outcome), in.Body.Note, time.Now())
	s.unbook(t, err)
	return s.movedTask(ctx, p, t, err)
}

// unbook takes a callback out of the queue whose item is closed.
func (s *Server) unbook(t tasks.Task, err error) {
	if err == nil && t.Kind == tasks.Callback {
		s.Desks.WithdrawCallback(orchestrator.SiteID(t.Site), orchestrator.CallID(t.Call))
	}
}

type taskDropInput struct {
	TaskInput
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"2 to 500 characters"`
	}
}

func (s *Server) dropTask(ctx context.Context, in *taskDropInput) (*taskOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Tasks.Drop(ctx, in.ID, p, in.Body.Reason, time.Now())
	s.unbook(t, err)
	return s.movedTask(ctx, p, t, err)
}

type taskTextInput struct {
	TaskInput
	Body struct {
		Text string `json:"text" maxLength:"40000"`
	}
}

func (s *Server) typeTask(ctx context.Context, in *taskTextInput) (*taskOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Tasks.Type(ctx, in.ID, p, in.Body.Text, time.Now())
	return s.movedTask(ctx, p, t, err)
}

func (s *Server) transcribeTask(ctx context.Context, in *TaskInput) (*taskOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.Tasks.Transcribe(ctx, in.ID, p, time.Now())
	return s.movedTask(ctx, p, t, err)
}

func (s *Server) revealTask(ctx context.Context, in *revealInput) (*revealedCaller, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	number, err := s.Tasks.Number(ctx, in.ID, p)
	if err != nil {
		return nil, err
	}
	if err := s.people.RecordReveal(ctx, p.ID, "task/"+in.ID, in.Body.Reason, time.Now()); err != nil {
		return nil, err
	}
	out := &revealedCaller{}
	out.Body.Number = number
	return out, nil
}

type assignTaskInput struct {
	TaskInput
	Body struct {
		Agent string `json:"agent" maxLength:"20" doc:"Employee number"`
	}
}

func (s *Server) assignTask(ctx context.Context, in *assignTaskInput) (*taskOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	before, err := s.Tasks.Get(ctx, in.ID, p)
	if err != nil {
		return nil, err
	}
	n, err := s.Tasks.Assign(ctx, []string{in.ID}, in.Body.Agent, p, time.Now())
	if err == nil && n == 0 {
		err = &tasks.MoveError{Action: "assign", Now: before}
	}
	return s.movedTask(ctx, p, before, err)
}

type assignTasksInput struct {
	Body struct {
		Tasks []string `json:"tasks" maxItems:"500"`
		Agent string   `json:"agent" maxLength:"20" doc:"Employee number"`
	}
}

type assignedOutput struct {
	Body struct {
		Given int `json:"given" doc:"Those that are over meanwhile are left alone"`
	}
}

func (s *Server) assignTasks(ctx context.Context, in *assignTasksInput) (*assignedOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	out := &assignedOutput{}
	out.Body.Given, err = s.Tasks.Assign(ctx, in.Body.Tasks, in.Body.Agent, p, time.Now())
	return out, err
}

// TaskSettings is how a site wants its items.
type TaskSettings struct {
	Assign        string `json:"assign" enum:"none,round_robin,last_agent" doc:"Who gets a new item"`
	MissedSeconds int    `json:"missedSeconds" doc:"Whoever gives up sooner leaves no item; 0 to 600"`
	MergeMinutes  int    `json:"mergeMinutes" doc:"The same caller again within this is the same item; 0 to 10080"`
	DueMissed     int    `json:"dueMissed" doc:"Minutes until it is due; 1 to 43200, as the others"`
	DueMessage    int    `json:"dueMessage"`
	DueCallback   int    `json:"dueCallback"`
	DueLowRating  int    `json:"dueLowRating"`
	DueLost       int    `json:"dueLost"`
}

type taskSettingsOutput struct{ Body TaskSettings }

func (s *Server) taskSettings(ctx context.Context, _ *struct{}) (*taskSettingsOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.Tasks.Setting(ctx, p.Site)
	return &taskSettingsOutput{TaskSettings{
		string(c.Assign), c.MissedSeconds, c.MergeMinutes, c.DueMissed, c.DueMessage, c.DueCallback, c.DueLowRating, c.DueLost,
	}}, err
}

func (s *Server) setTaskSettings(ctx context.Context, in *struct{ Body TaskSettings }) (*taskSettingsOutput, error) {
	p, err := s.taskPerson(ctx)
	if err != nil {
		return nil, err
	}
	c := in.Body
	err = s.Tasks.SetSetting(ctx, tasks.Setting{
		Assign: tasks.Assign(c.Assign), MissedSeconds: c.MissedSeconds, MergeMinutes: c.MergeMinutes,
		DueMissed: c.DueMissed, DueMessage: c.DueMessage, DueCallback: c.DueCallback, DueLowRating: c.DueLowRating, DueLost: c.DueLost,
	}, p, time.Now())
	return &taskSettingsOutput{c}, err
}

// mayGetTasks are the roles that items are given to.
var mayGetTasks = []directory.Role{directory.Agent}

// Able lists who of a site's people may be given items: those who answer calls
// and may log in.
func Able(people []directory.Person) []string {
	var able []string
	for _, p := range people {
		if p.Active && p.Has(mayGetTasks...) {
			able = append(able, p.Number)
		}
	}
	return able
}

// describeTask words what an item refuses.
func describeTask(err error, lang string) *Problem {
	stuck, ok := errors.AsType[*tasks.MoveError](err)
	if !ok {
		return nil
	}
	words := [2]string{
		"这条待办已由" + stuck.Now.Owner + "领取，请处理其他待办，或请班长改派。",
		"The item belongs to " + stuck.Now.Owner + " now. Take another, or ask the supervisor.",
	}
	switch stuck.Now.State {
	case tasks.Done, tasks.Dropped:
		words = [2]string{"这条待办已经办结，不能再操作。", "The item is over: nothing more can be done with it."}
	case tasks.Open:
		words = [2]string{"这条待办已退回公共待办，请先领取。", "The item is everybody's again. Take it first."}
	}
	return newProblem(http.StatusConflict, "task_state", pick(lang, words))
}
