package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/roster"
)

type rosterNowOutput struct{ Body RosterNow }

func (s *Server) rosterNow(ctx context.Context, _ *struct{}) (*rosterNowOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	now, err := s.viewRosterNow(ctx, at)
	return &rosterNowOutput{now}, err
}

func (s *Server) viewRosterNow(ctx context.Context, at rosterSite) (RosterNow, error) {
	now, err := s.Roster.Now(ctx, at.code, at.where, at.now, s.isBreak(ctx))
	if err != nil {
		return RosterNow{}, err
	}
	v := RosterNow{At: at.now.UTC(), Expected: []RosterAttendance{}, Unexpected: []RosterExtra{}}
	for _, a := range now.Expected {
		v.Expected = append(v.Expected, s.viewAttendance(ctx, a))
		if a.State.Missing() {
			v.Missing++
		}
	}
	for _, e := range now.Unexpected {
		v.Unexpected = append(v.Unexpected, RosterExtra{e.Person, s.names.person(ctx, e.Person), e.Since.UTC()})
	}
	return v, nil
}

type rosterAttendanceInput struct {
	Date string `query:"date" maxLength:"10" doc:"Empty: today"`
}

type rosterAttendanceOutput struct {
	Body struct {
		Date  roster.Date        `json:"date"`
		Today bool               `json:"today"`
		Now   RosterNow          `json:"now" doc:"Of today only"`
		Items []RosterAttendance `json:"items" doc:"All shifts of the day, by begin"`
	}
}

func (s *Server) rosterAttendance(ctx context.Context, in *rosterAttendanceInput) (*rosterAttendanceOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	date, err := rosterDate(in.Date, at.today)
	if err != nil {
		return nil, err
	}
	days, err := s.Roster.Days(ctx, at.code, at.where, date, date, at.now, s.isBreak(ctx))
	if err != nil {
		return nil, err
	}
	out := &rosterAttendanceOutput{}
	out.Body.Date, out.Body.Today, out.Body.Items = date, date == at.today, []RosterAttendance{}
	out.Body.Now = RosterNow{At: at.now.UTC(), Expected: []RosterAttendance{}, Unexpected: []RosterExtra{}}
	for _, a := range days.Attendances {
		out.Body.Items = append(out.Body.Items, s.viewAttendance(ctx, a))
	}
	if out.Body.Today {
		out.Body.Now, err = s.viewRosterNow(ctx, at)
	}
	return out, err
}

type rosterMonthInput struct {
	Month string `query:"month" maxLength:"7" doc:"As 2026-11; empty: this month"`
}

type rosterMonthOutput struct{ Body RosterMonth }

func (s *Server) rosterMonth(ctx context.Context, in *rosterMonthInput) (*rosterMonthOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	first, days, err := rosterMonthOf(in.Month, at.today)
	if err != nil {
		return nil, err
	}
	sheets, people, err := s.monthSheets(ctx, at, first, days)
	if err != nil {
		return nil, err
	}
	v := RosterMonth{Month: string(first)[:7], Today: at.today, People: []RosterSheet{}}
	heads, err := s.viewDayHeads(ctx, at, first, days)
	if err != nil {
		return nil, err
	}
	v.Days = heads
	for _, p := range people {
		v.People = append(v.People, s.viewSheet(ctx, p, sheets[p.Number]))
	}
	return &rosterMonthOutput{v}, nil
}

// rosterMonthOf is the first day of a month and how many days it has.
func rosterMonthOf(month string, today roster.Date) (roster.Date, int, error) {
	if month == "" {
		month = string(today)[:7]
	}
	first, err := roster.ParseDate(month + "-01")
	if err != nil {
		return "", 0, err
	}
	next := roster.DateOf(first.At(0, time.UTC).AddDate(0, 1, 0), time.UTC)
	return first, first.Until(next), nil
}

// monthSheets are the attendance of a month and the people in it: those who may
// be on the roster, and those who were.
func (s *Server) monthSheets(ctx context.Context, at rosterSite, first roster.Date, days int) (map[string]roster.Sheet, []roster.Row, error) {
	judged, err := s.Roster.Days(ctx, at.code, at.where, first, first.Add(days-1), at.now, s.isBreak(ctx))
	if err != nil {
		return nil, nil, err
	}
	sheets := roster.Sheets(judged.Attendances, at.now)
	rows, err := s.rosterRows(ctx, at.code, judged.Plan)
	return sheets, rows, err
}

// rosterRows are those who may be on the roster, and those who are on a plan.
func (s *Server) rosterRows(ctx context.Context, site string, p roster.Plan) ([]roster.Row, error) {
	people, err := s.rosterPeople(ctx, site)
	if err != nil {
		return nil, err
	}
	var rows []roster.Row
	seen := map[string]bool{}
	for _, p := range people {
		rows, seen[p.Number] = append(rows, roster.Row{Number: p.Number, Name: p.Name}), true
	}
	for _, a := range p.Assignments {
		if !seen[a.Person] {
			rows, seen[a.Person] = append(rows, roster.Row{Number: a.Person, Name: s.names.person(ctx, a.Person)}), true
		}
	}
	return rows, nil
}

type myBreaksOutput struct{ Body MyBreaks }

func (s *Server) myBreaks(ctx context.Context, _ *struct{}) (*myBreaksOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	mine, err := s.Roster.Mine(ctx, at.code, who(ctx).person.Number, at.where, at.now)
	if err != nil {
		return nil, err
	}
	v := MyBreaks{At: at.now.UTC(), Breaks: []MyBreak{}}
	if mine == nil {
		return &myBreaksOutput{v}, nil
	}
	v.Shift = &MyShift{mine.Shift, mine.Name, mine.Starts.UTC(), mine.Ends.UTC()}
	for _, b := range mine.Breaks {
		v.Breaks = append(v.Breaks, s.viewBreak(ctx, b))
	}
	if next := mine.Next(); next != nil {
		b := s.viewBreak(ctx, *next)
		v.Next = &b
	}
	return &myBreaksOutput{v}, nil
}
