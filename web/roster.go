package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/roster"
)

// Roster is who should work when, and who was there.
type Roster interface {
	Shifts(ctx context.Context, site string) ([]roster.Shift, error)
	PutShift(ctx context.Context, site string, shift roster.Shift, where *time.Location, now time.Time) error
	Rules(ctx context.Context, site string) (roster.Rules, error)
	PutRules(ctx context.Context, site string, r roster.Rules) error
	LeaveKinds(ctx context.Context) ([]roster.LeaveKind, error)
	Plan(ctx context.Context, site string, from, to roster.Date) (roster.Plan, error)
	Put(ctx context.Context, site string, e roster.Edit, cells ...roster.Cell) (int, error)
	Swap(ctx context.Context, site string, e roster.Edit, a, b roster.Cell) error
	CopyWeek(ctx context.Context, site string, e roster.Edit, from, to roster.Date, people []string, replace bool) (roster.Copied, error)
	Import(ctx context.Context, site string, e roster.Edit, entries []roster.Entry, check bool) (roster.Imported, error)
	Changes(ctx context.Context, site, person string, date roster.Date) ([]roster.Change, error)
	Now(ctx context.Context, site string, where *time.Location, now time.Time, isBreak roster.Breaks) (roster.Present, error)
	Days(ctx context.Context, site string, where *time.Location, from, to roster.Date, now time.Time, isBreak roster.Breaks) (roster.Judged, error)
	Mine(ctx context.Context, site, person string, where *time.Location, now time.Time) (*roster.MyShift, error)
}

// WorkDays is the working calendar.
type WorkDays interface {
	Calendar(ctx context.Context, site string, from, to time.Time) (directory.Calendar, error)
}

// errNotOnRoster refuses people who are not of the site, or no longer.
var errNotOnRoster = errkind.New(errkind.NotFound, "web: nobody of this site who could be on the roster")

func (s *Server) rosterRoutes(r router) {
	guarded(r, permSupervise, "GET /api/roster/shifts", "Shifts 班次, rules of attendance, kinds of leave", s.rosterShifts)
	guarded(r, permSupervise, "PUT /api/roster/shifts/{code}", "Add a shift or change it; later days get its new hours", s.putRosterShift)
	guarded(r, permSupervise, "PUT /api/roster/rules", "When somebody counts as late or absent", s.putRosterRules)
	guarded(r, permSupervise, "GET /api/roster/week", "The roster of a week 排班", s.rosterWeek)
	guarded(r, permSupervise, "GET /api/roster/days/{person}/{date}", "A person's day and its history", s.rosterDay)
	guarded(r, permSupervise, "PUT /api/roster/days/{person}/{date}", "Set a person's day; past days need a reason", s.putRosterDay)
	guarded(r, permSupervise, "POST /api/roster/swap", "Exchange the shifts of two days 换班", s.swapRosterDays)
	guarded(r, permSupervise, "POST /api/roster/copy", "Copy a week", s.copyRosterWeek)
	guarded(r, permSupervise, "POST /api/roster/import", "Read a roster from a spreadsheet; the report says what became of each cell", s.importRoster)
	guarded(r, permBoard, "GET /api/roster/now", "Who should be at work now, and who is", s.rosterNow)
	guarded(r, permSupervise, "GET /api/roster/attendance", "Attendance of a day 考勤", s.rosterAttendance)
	guarded(r, permSupervise, "GET /api/roster/month", "Attendance of a month", s.rosterMonth)
	guarded(r, permDesk, "GET /api/desk/breaks", "My shift and its planned breaks 计划休息", s.myBreaks)
	r.stream(permSupervise, "GET /api/roster/export", "The roster of a week as a spreadsheet, which is the form for the import too", spreadsheet, s.exportRoster)
	r.stream(permSupervise, "GET /api/roster/month/export", "Attendance of a month as a spreadsheet", spreadsheet, s.exportMonth)
}

// rosterSite is where and when somebody asks about the roster.
type rosterSite struct {
	code  string
	where *time.Location
	now   time.Time
	today roster.Date
}

func (s *Server) rosterSite(ctx context.Context) (rosterSite, error) {
	code, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return rosterSite{}, err
	}
	at := rosterSite{code: code, where: s.zone(ctx, code), now: time.Now()}
	at.today = roster.DateOf(at.now, at.where)
	return at, nil
}

func (at rosterSite) edit(ctx context.Context, reason string) roster.Edit {
	return roster.Edit{By: who(ctx).person.Number, Reason: reason, Where: at.where, Now: at.now}
}

// rosterDate reads a day; empty is the one given.
func rosterDate(s string, usual roster.Date) (roster.Date, error) {
	if s == "" {
		return usual, nil
	}
	return roster.ParseDate(s)
}

// rosterPeople are those who may be on the roster of a site, the agents first.
func (s *Server) rosterPeople(ctx context.Context, site string) ([]directory.Person, error) {
	all, err := s.people.People(ctx, site)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(p directory.Person) bool {
		return !p.Active || !p.Has(directory.Agent, directory.Supervisor)
	})
	slices.SortStableFunc(all, func(a, b directory.Person) int {
		switch one, two := a.Has(directory.Agent), b.Has(directory.Agent); {
		case one && !two:
			return -1
		case two && !one:
			return 1
		}
		return 0
	})
	return all, nil
}

// rosterPerson checks that somebody may be on the roster of a site.
func (s *Server) rosterPerson(ctx context.Context, site string, numbers ...string) error {
	people, err := s.rosterPeople(ctx, site)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		if !slices.ContainsFunc(people, func(p directory.Person) bool { return p.Number == n }) {
			return errNotOnRoster
		}
	}
	return nil
}

// isBreak tells reasons that people choose from those the engine gives.
func (s *Server) isBreak(ctx context.Context) roster.Breaks {
	reasons, _ := s.names.notReady(ctx)
	return func(code string) bool {
		return slices.ContainsFunc(reasons, func(r directory.NotReadyReason) bool { return r.Code == code && !r.BySystem })
	}
}

type rosterShiftsOutput struct {
	Body struct {
		Shifts []RosterShift     `json:"shifts"`
		Rules  RosterRules       `json:"rules"`
		Leave  []RosterLeaveKind `json:"leaveKinds"`
	}
}

func (s *Server) rosterShifts(ctx context.Context, _ *struct{}) (*rosterShiftsOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	shifts, err := s.Roster.Shifts(ctx, at.code)
	if err != nil {
		return nil, err
	}
	rules, err := s.Roster.Rules(ctx, at.code)
	if err != nil {
		return nil, err
	}
	kinds, err := s.Roster.LeaveKinds(ctx)
	if err != nil {
		return nil, err
	}
	out := &rosterShiftsOutput{}
	out.Body.Shifts = s.viewShifts(ctx, shifts)
	out.Body.Rules = RosterRules{int(rules.Tolerance.Minutes()), int(rules.Absent.Minutes())}
	out.Body.Leave = viewLeaveKinds(ctx, kinds)
	return out, nil
}

type rosterShiftInput struct {
	Code string `path:"code" maxLength:"12"`
	Body RosterShiftFields
}

func (s *Server) putRosterShift(ctx context.Context, in *rosterShiftInput) (*rosterShiftsOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	shift, err := in.Body.shift(in.Code)
	if err != nil {
		return nil, err
	}
	if err := s.Roster.PutShift(ctx, at.code, shift, at.where, at.now); err != nil {
		return nil, err
	}
	return s.rosterShifts(ctx, nil)
}

func (s *Server) putRosterRules(ctx context.Context, in *struct{ Body RosterRules }) (*rosterShiftsOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	rules := roster.Rules{
		Tolerance: time.Duration(in.Body.ToleranceMinutes) * time.Minute, Absent: time.Duration(in.Body.AbsentMinutes) * time.Minute,
	}
	if err := s.Roster.PutRules(ctx, at.code, rules); err != nil {
		return nil, err
	}
	return s.rosterShifts(ctx, nil)
}

type rosterWeekInput struct {
	From string `query:"from" maxLength:"10" doc:"A day of the week, as 2026-11-23; empty: this week"`
}

type rosterWeekOutput struct{ Body RosterWeek }

func (s *Server) rosterWeek(ctx context.Context, in *rosterWeekInput) (*rosterWeekOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	from, err := rosterDate(in.From, at.today)
	if err != nil {
		return nil, err
	}
	w, err := s.viewWeek(ctx, at, from.Monday())
	return &rosterWeekOutput{w}, err
}

type rosterDayInput struct {
	Person string `path:"person" maxLength:"16"`
	Date   string `path:"date" maxLength:"10"`
}

type rosterDayOutput struct{ Body RosterDay }

func (s *Server) rosterDay(ctx context.Context, in *rosterDayInput) (*rosterDayOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	date, err := roster.ParseDate(in.Date)
	if err != nil {
		return nil, err
	}
	if err := s.rosterPerson(ctx, at.code, in.Person); err != nil {
		return nil, err
	}
	d, err := s.viewRosterDay(ctx, at, in.Person, date)
	return &rosterDayOutput{d}, err
}

type putRosterDayInput struct {
	Person string `path:"person" maxLength:"16"`
	Date   string `path:"date" maxLength:"10"`
	Body   struct {
		Shifts []string `json:"shifts" maxItems:"4" doc:"Codes; none: a day off"`
		Leave  string   `json:"leave,omitempty" maxLength:"20" doc:"Kind of leave; who is on leave keeps the shifts but is not expected"`
		Reason string   `json:"reason,omitempty" maxLength:"200" doc:"Needed for days that are over"`
	}
}

func (s *Server) putRosterDay(ctx context.Context, in *putRosterDayInput) (*rosterDayOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	date, err := roster.ParseDate(in.Date)
	if err != nil {
		return nil, err
	}
	if err := s.rosterPerson(ctx, at.code, in.Person); err != nil {
		return nil, err
	}
	cell := roster.Cell{Person: in.Person, Date: date, Shifts: in.Body.Shifts, Leave: in.Body.Leave}
	if _, err := s.Roster.Put(ctx, at.code, at.edit(ctx, in.Body.Reason), cell); err != nil {
		return nil, err
	}
	d, err := s.viewRosterDay(ctx, at, in.Person, date)
	return &rosterDayOutput{d}, err
}

// RosterPlace is a person's day.
type RosterPlace struct {
	Person string `json:"person" maxLength:"16"`
	Date   string `json:"date" maxLength:"10"`
}

type rosterSwapInput struct {
	Body struct {
		A      RosterPlace `json:"a"`
		B      RosterPlace `json:"b"`
		Reason string      `json:"reason,omitempty" maxLength:"200" doc:"Needed when one of the days is over"`
	}
}

func (s *Server) swapRosterDays(ctx context.Context, in *rosterSwapInput) (*rosterWeekOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	a, err := roster.ParseDate(in.Body.A.Date)
	if err != nil {
		return nil, err
	}
	b, err := roster.ParseDate(in.Body.B.Date)
	if err != nil {
		return nil, err
	}
	if err := s.rosterPerson(ctx, at.code, in.Body.A.Person, in.Body.B.Person); err != nil {
		return nil, err
	}
	one, two := roster.Cell{Person: in.Body.A.Person, Date: a}, roster.Cell{Person: in.Body.B.Person, Date: b}
	if err := s.Roster.Swap(ctx, at.code, at.edit(ctx, in.Body.Reason), one, two); err != nil {
		return nil, err
	}
	w, err := s.viewWeek(ctx, at, a.Monday())
	return &rosterWeekOutput{w}, err
}

type rosterCopyInput struct {
	Body struct {
		From    string `json:"from" maxLength:"10" doc:"A day of the week to copy"`
		To      string `json:"to" maxLength:"10" doc:"A day of the week that gets its shifts"`
		Replace bool   `json:"replace,omitempty" doc:"Also days that have shifts already"`
		Reason  string `json:"reason,omitempty" maxLength:"200"`
	}
}

type rosterCopyOutput struct {
	Body struct {
		Changed int      `json:"changed"`
		Kept    int      `json:"kept" doc:"Days that had shifts already"`
		Away    int      `json:"away" doc:"Days of leave"`
		Refused []string `json:"refused" doc:"Sentences, one for each person whose week does not fit"`
	}
}

func (s *Server) copyRosterWeek(ctx context.Context, in *rosterCopyInput) (*rosterCopyOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	from, err := roster.ParseDate(in.Body.From)
	if err != nil {
		return nil, err
	}
	to, err := roster.ParseDate(in.Body.To)
	if err != nil {
		return nil, err
	}
	people, err := s.rosterPeople(ctx, at.code)
	if err != nil {
		return nil, err
	}
	done, err := s.Roster.CopyWeek(ctx, at.code, at.edit(ctx, in.Body.Reason), from.Monday(), to.Monday(), numbersOf(people), in.Body.Replace)
	if err != nil {
		return nil, err
	}
	out := &rosterCopyOutput{}
	out.Body.Changed, out.Body.Kept, out.Body.Away, out.Body.Refused = done.Changed, done.Kept, done.Away, []string{}
	for _, refused := range done.Refused {
		out.Body.Refused = append(out.Body.Refused, strings.TrimSpace(describe(refused, languageOf(ctx)).Detail))
	}
	return out, nil
}

func numbersOf(people []directory.Person) []string {
	numbers := make([]string, len(people))
	for i, p := range people {
		numbers[i] = p.Number
	}
	return numbers
}
