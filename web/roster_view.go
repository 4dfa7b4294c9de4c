package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/roster"
)

// RosterShift is 班次.
type RosterShift struct {
	Code string `json:"code"`
	RosterShiftFields
	Minutes int `json:"minutes" doc:"Its length"`
}

// RosterShiftFields are what may be changed of a shift.
type RosterShiftFields struct {
	Name            string        `json:"name" maxLength:"80"`
	From            string        `json:"from" maxLength:"5" doc:"As 08:30"`
	To              string        `json:"to" maxLength:"5"`
	CrossesMidnight bool          `json:"crossesMidnight" doc:"The end is on the next day"`
	Breaks          []RosterBreak `json:"breaks" maxItems:"8"`
	Active          bool          `json:"active" doc:"May be given to people"`
	Position        int           `json:"position" minimum:"0" maximum:"1000"`
}

// RosterBreak is a planned break of a shift: so long, at some time within a
// window.
type RosterBreak struct {
	Reason     string `json:"reason" maxLength:"40" doc:"Code of the not-ready reason"`
	ReasonName string `json:"reasonName,omitempty" maxLength:"80" doc:"Ignored when written"`
	Earliest   string `json:"earliest" maxLength:"5" doc:"As 11:30"`
	Latest     string `json:"latest" maxLength:"5" doc:"By which it must be over"`
	Minutes    int    `json:"minutes" minimum:"1" maximum:"240"`
}

// RosterRules say when somebody counts as late or absent.
type RosterRules struct {
	ToleranceMinutes int `json:"toleranceMinutes" minimum:"0" maximum:"120" doc:"So much later or earlier is in time"`
	AbsentMinutes    int `json:"absentMinutes" minimum:"1" maximum:"720" doc:"After the begin: not there by then is absent"`
}

// RosterLeaveKind is 请假类型.
type RosterLeaveKind struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// RosterDayHead is a day and what is special about it.
type RosterDayHead struct {
	Date roster.Date `json:"date"`
	Kind string      `json:"kind" doc:"workday, weekend or holiday"`
	Name string      `json:"name,omitempty" doc:"Of the holiday"`
}

// RosterWeek is the roster of a week.
type RosterWeek struct {
	From   roster.Date       `json:"from" doc:"Its Monday"`
	Today  roster.Date       `json:"today"`
	Days   []RosterDayHead   `json:"days"`
	People []RosterPerson    `json:"people"`
	Shifts []RosterShift     `json:"shifts"`
	Leave  []RosterLeaveKind `json:"leaveKinds"`
}

// RosterPerson is somebody's week.
type RosterPerson struct {
	Number string       `json:"number"`
	Name   string       `json:"name"`
	Agent  bool         `json:"agent"`
	Days   []RosterCell `json:"days"`
}

// RosterCell is somebody's day.
type RosterCell struct {
	Date   roster.Date `json:"date"`
	Shifts []string    `json:"shifts"`
	Leave  string      `json:"leave,omitempty"`
}

// RosterDay is somebody's day with its history.
type RosterDay struct {
	RosterCell
	Changes []RosterChange `json:"changes" doc:"The latest first"`
}

// RosterChange is a line of it.
type RosterChange struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	ByName string    `json:"byName"`
	Reason string    `json:"reason"`
	Before []string  `json:"before" doc:"Names of shifts and leave"`
	After  []string  `json:"after"`
}

// RosterAttendance is a shift of somebody and what became of it.
type RosterAttendance struct {
	Person         string       `json:"person"`
	Name           string       `json:"name"`
	Date           roster.Date  `json:"date"`
	Shift          string       `json:"shift" doc:"Its name"`
	ShiftCode      string       `json:"shiftCode"`
	From           time.Time    `json:"from"`
	To             time.Time    `json:"to"`
	State          roster.State `json:"state" doc:"planned, due, here, break, late, absent, left_early, worked or leave"`
	Since          time.Time    `json:"since"`
	SignedInAt     *time.Time   `json:"signedInAt"`
	SignedOutAt    *time.Time   `json:"signedOutAt"`
	LateSeconds    int          `json:"lateSeconds"`
	EarlySeconds   int          `json:"earlySeconds"`
	AwaySeconds    int          `json:"awaySeconds" doc:"Signed out in between"`
	PresentSeconds int          `json:"presentSeconds"`
}

// RosterExtra is somebody at work whom the roster does not expect.
type RosterExtra struct {
	Person string    `json:"person"`
	Name   string    `json:"name"`
	Since  time.Time `json:"since"`
}

// RosterNow is who should be at work, and who is.
type RosterNow struct {
	At         time.Time          `json:"at"`
	Missing    int                `json:"missing" doc:"Late, absent, or left early"`
	Expected   []RosterAttendance `json:"expected" doc:"Who is missing first"`
	Unexpected []RosterExtra      `json:"unexpected"`
}

// RosterMonth is attendance by person.
type RosterMonth struct {
	Month  string          `json:"month"`
	Today  roster.Date     `json:"today"`
	Days   []RosterDayHead `json:"days"`
	People []RosterSheet   `json:"people"`
}

// RosterSheet is somebody's month.
type RosterSheet struct {
	Number         string             `json:"number"`
	Name           string             `json:"name"`
	Due            int                `json:"due" doc:"Shifts that are over"`
	Worked         int                `json:"worked"`
	Late           int                `json:"late"`
	LateSeconds    int                `json:"lateSeconds"`
	Early          int                `json:"early"`
	Absent         int                `json:"absent"`
	Leave          int                `json:"leave"`
	PlannedSeconds int                `json:"plannedSeconds"`
	PresentSeconds int                `json:"presentSeconds"`
	Days           []RosterAttendance `json:"days"`
}

// MyBreaks is an agent's shift and its breaks.
type MyBreaks struct {
	At     time.Time `json:"at"`
	Shift  *MyShift  `json:"shift" doc:"That goes on, or the next within a day"`
	Next   *MyBreak  `json:"next" doc:"The break to take next"`
	Breaks []MyBreak `json:"breaks"`
}

// MyShift is when an agent works.
type MyShift struct {
	Code string    `json:"code"`
	Name string    `json:"name"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// MyBreak is a planned break of an agent.
type MyBreak struct {
	Reason     string            `json:"reason" doc:"Code of the not-ready reason to choose"`
	ReasonName string            `json:"reasonName"`
	From       time.Time         `json:"from" doc:"Proposed, so that not all leave at once"`
	To         time.Time         `json:"to"`
	Opens      time.Time         `json:"opens"`
	Closes     time.Time         `json:"closes"`
	Minutes    int               `json:"minutes"`
	State      roster.BreakState `json:"state" doc:"later, now, taken or past"`
}

func (f RosterShiftFields) shift(code string) (roster.Shift, error) {
	shift, err := roster.NewShift(code, f.Name, roster.Hours{From: f.From, To: f.To, CrossesMidnight: f.CrossesMidnight})
	if err != nil {
		return shift, err
	}
	shift.Active, shift.Position = f.Active, f.Position
	for _, b := range f.Breaks {
		planned := roster.Break{Reason: b.Reason, Minutes: b.Minutes}
		if planned.Earliest, err = shift.Within(b.Earliest); err != nil {
			return shift, err
		}
		if planned.Latest, err = shift.Within(b.Latest); err != nil {
			return shift, err
		}
		shift.Breaks = append(shift.Breaks, planned)
	}
	return shift, nil
}

func (s *Server) viewShifts(ctx context.Context, shifts []roster.Shift) []RosterShift {
	views := make([]RosterShift, 0, len(shifts))
	for _, shift := range shifts {
		h := shift.Hours()
		v := RosterShift{Code: shift.Code, Minutes: shift.Ends - shift.Starts, RosterShiftFields: RosterShiftFields{
			Name: shift.Name, From: h.From, To: h.To, CrossesMidnight: h.CrossesMidnight, Breaks: []RosterBreak{},
			Active: shift.Active, Position: shift.Position,
		}}
		for _, b := range shift.Breaks {
			w := roster.Shift{Starts: b.Earliest, Ends: b.Latest}.Hours()
			v.Breaks = append(v.Breaks, RosterBreak{b.Reason, s.reasonName(ctx, b.Reason), w.From, w.To, b.Minutes})
		}
		views = append(views, v)
	}
	return views
}

func (s *Server) reasonName(ctx context.Context, code string) string {
	reasons, _ := s.names.notReady(ctx)
	for _, r := range reasons {
		if r.Code == code {
			return pick(languageOf(ctx), [2]string{r.Name, r.NameEN})
		}
	}
	return code
}

func viewLeaveKinds(ctx context.Context, kinds []roster.LeaveKind) []RosterLeaveKind {
	views := make([]RosterLeaveKind, 0, len(kinds))
	for _, k := range kinds {
		views = append(views, RosterLeaveKind{k.Code, pick(languageOf(ctx), [2]string{k.Name, k.NameEN})})
	}
	return views
}

func (s *Server) viewDayHeads(ctx context.Context, at rosterSite, from roster.Date, days int) ([]RosterDayHead, error) {
	calendar, err := s.WorkDays.Calendar(ctx, at.code, from.At(0, time.UTC), from.Add(days).At(0, time.UTC))
	if err != nil {
		return nil, err
	}
	heads := make([]RosterDayHead, days)
	for i := range heads {
		d := from.Add(i)
		noon := d.At(12*60, time.UTC)
		heads[i] = RosterDayHead{d, string(dayKind(calendar, noon)), calendar[string(d)].Name}
	}
	return heads, nil
}

func (s *Server) viewWeek(ctx context.Context, at rosterSite, monday roster.Date) (RosterWeek, error) {
	w := RosterWeek{From: monday, Today: at.today, People: []RosterPerson{}}
	plan, err := s.Roster.Plan(ctx, at.code, monday, monday.Add(6))
	if err != nil {
		return w, err
	}
	shifts, err := s.Roster.Shifts(ctx, at.code)
	if err != nil {
		return w, err
	}
	kinds, err := s.Roster.LeaveKinds(ctx)
	if err != nil {
		return w, err
	}
	if w.Days, err = s.viewDayHeads(ctx, at, monday, 7); err != nil {
		return w, err
	}
	people, err := s.rosterPeople(ctx, at.code)
	if err != nil {
		return w, err
	}
	w.Shifts, w.Leave = s.viewShifts(ctx, shifts), viewLeaveKinds(ctx, kinds)
	for _, p := range people {
		v := RosterPerson{Number: p.Number, Name: p.Name, Agent: p.Has(directory.Agent)}
		for i := range 7 {
			v.Days = append(v.Days, viewCell(plan, p.Number, monday.Add(i)))
		}
		w.People = append(w.People, v)
	}
	return w, nil
}

func viewCell(p roster.Plan, person string, d roster.Date) RosterCell {
	c := RosterCell{Date: d, Shifts: []string{}, Leave: p.Leave[person][d]}
	for _, a := range p.Assignments {
		if a.Person == person && a.Date == d {
			c.Shifts = append(c.Shifts, a.Shift)
		}
	}
	return c
}

func (s *Server) viewRosterDay(ctx context.Context, at rosterSite, person string, d roster.Date) (RosterDay, error) {
	v := RosterDay{Changes: []RosterChange{}}
	plan, err := s.Roster.Plan(ctx, at.code, d, d)
	if err != nil {
		return v, err
	}
	changes, err := s.Roster.Changes(ctx, at.code, person, d)
	if err != nil {
		return v, err
	}
	shifts, err := s.Roster.Shifts(ctx, at.code)
	if err != nil {
		return v, err
	}
	kinds, err := s.Roster.LeaveKinds(ctx)
	if err != nil {
		return v, err
	}
	names := map[string]string{}
	for _, shift := range shifts {
		names[shift.Code] = shift.Name
	}
	for _, k := range viewLeaveKinds(ctx, kinds) {
		names["leave "+k.Code] = k.Name
	}
	words := func(c roster.Cell) []string {
		all := []string{}
		for _, code := range c.Shifts {
			all = append(all, names[code])
		}
		if c.Leave != "" {
			all = append(all, names["leave "+c.Leave])
		}
		return all
	}
	v.RosterCell = viewCell(plan, person, d)
	for _, c := range changes {
		v.Changes = append(v.Changes, RosterChange{c.At.UTC(), c.By, s.names.person(ctx, c.By), c.Reason, words(c.Before), words(c.After)})
	}
	return v, nil
}

func (s *Server) viewAttendance(ctx context.Context, a roster.Attendance) RosterAttendance {
	v := RosterAttendance{
		Person: a.Person, Name: s.names.person(ctx, a.Person), Date: a.Date, Shift: a.Name, ShiftCode: a.Shift,
		From: a.Starts.UTC(), To: a.Ends.UTC(), State: a.State, Since: a.Since.UTC(),
		LateSeconds: int(a.LateBy.Seconds()), EarlySeconds: int(a.EarlyBy.Seconds()),
		AwaySeconds: int(a.AwayFor.Seconds()), PresentSeconds: int(a.Presence.Seconds()),
	}
	if a.First != nil {
		v.SignedInAt = moment(*a.First)
	}
	if a.Last != nil {
		v.SignedOutAt = moment(*a.Last)
	}
	return v
}

func (s *Server) viewSheet(ctx context.Context, p roster.Row, sheet roster.Sheet) RosterSheet {
	v := RosterSheet{
		Number: p.Number, Name: p.Name, Due: sheet.Due, Worked: sheet.Worked, Late: sheet.Late,
		LateSeconds: int(sheet.LateFor.Seconds()), Early: sheet.Early, Absent: sheet.Absent, Leave: sheet.Leave,
		PlannedSeconds: int(sheet.Planned.Seconds()), PresentSeconds: int(sheet.Present.Seconds()), Days: []RosterAttendance{},
	}
	for _, a := range sheet.Days {
		v.Days = append(v.Days, s.viewAttendance(ctx, a))
	}
	return v
}

func (s *Server) viewBreak(ctx context.Context, b roster.PlannedBreak) MyBreak {
	return MyBreak{
		b.Reason, s.reasonName(ctx, b.Reason), b.From.UTC(), b.To.UTC(), b.Opens.UTC(), b.Closes.UTC(), b.Minutes, b.State,
	}
}
