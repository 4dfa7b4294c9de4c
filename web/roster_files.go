package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v5"

	"github.com/yihaotong/yihaotong/roster"
)

// spreadsheet is the type of .xlsx files.
const spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type rosterImportInput struct {
	Check   bool   `query:"check" doc:"Only report; store nothing"`
	Reason  string `query:"reason" maxLength:"200" doc:"Needed when days are over"`
	RawBody []byte `contentType:"application/octet-stream"`
}

// RosterImportLine is a cell of an imported spreadsheet.
type RosterImportLine struct {
	Place   string      `json:"place" doc:"In the spreadsheet, as C5"`
	Person  string      `json:"person"`
	Name    string      `json:"name"`
	Date    roster.Date `json:"date"`
	Text    string      `json:"text" doc:"As typed"`
	Outcome string      `json:"outcome" doc:"set, same or refused"`
	Problem string      `json:"problem,omitempty" doc:"A sentence"`
}

type rosterImportOutput struct {
	Body struct {
		Checked bool               `json:"checked" doc:"Nothing was stored"`
		Changed int                `json:"changed"`
		Same    int                `json:"same"`
		Refused int                `json:"refused"`
		Lines   []RosterImportLine `json:"lines"`
	}
}

func (s *Server) importRoster(ctx context.Context, in *rosterImportInput) (*rosterImportOutput, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	im, err := s.importing(ctx, at.code)
	if err != nil {
		return nil, err
	}
	entries, err := im.Read(in.RawBody)
	if err != nil {
		return nil, err
	}
	done, err := s.Roster.Import(ctx, at.code, at.edit(ctx, in.Reason), entries, in.Check)
	if err != nil {
		return nil, err
	}
	out := &rosterImportOutput{}
	out.Body.Checked, out.Body.Lines = in.Check, []RosterImportLine{}
	out.Body.Changed, out.Body.Same, out.Body.Refused = done.Changed, done.Same, done.Refused
	for _, e := range done.Entries {
		line := RosterImportLine{Place: e.Place, Person: e.Person, Name: s.names.person(ctx, e.Person), Date: e.Date, Text: e.Text, Outcome: "set"}
		switch {
		case e.Wrong != nil:
			line.Outcome, line.Problem = "refused", describe(e.Wrong, languageOf(ctx)).Detail
		case e.Same:
			line.Outcome = "same"
		}
		out.Body.Lines = append(out.Body.Lines, line)
	}
	return out, nil
}

func (s *Server) importing(ctx context.Context, site string) (roster.Importing, error) {
	people, err := s.rosterPeople(ctx, site)
	if err != nil {
		return roster.Importing{}, err
	}
	shifts, err := s.Roster.Shifts(ctx, site)
	if err != nil {
		return roster.Importing{}, err
	}
	kinds, err := s.Roster.LeaveKinds(ctx)
	return roster.Importing{People: numbersOf(people), Shifts: shifts, Leave: kinds}, err
}

func (s *Server) exportRoster(c *echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), s.within)
	defer cancel()
	at, err := s.rosterSite(ctx)
	if err != nil {
		return err
	}
	from, err := rosterDate(c.QueryParam("from"), at.today)
	if err != nil {
		return err
	}
	monday := from.Monday()
	plan, err := s.Roster.Plan(ctx, at.code, monday, monday.Add(6))
	if err != nil {
		return err
	}
	rows, err := s.rosterRows(ctx, at.code, plan)
	if err != nil {
		return err
	}
	kinds, err := s.Roster.LeaveKinds(ctx)
	if err != nil {
		return err
	}
	words := rosterWords[languageOf(ctx)]
	words.Title = pick(languageOf(ctx), [2]string{"排班表", "Roster"})
	return sendFile(c, spreadsheet, words.Title+" "+string(monday)+".xlsx", func(w io.Writer) error {
		return roster.WriteWeek(w, plan, monday, 7, rows, kinds, words)
	})
}

func (s *Server) exportMonth(c *echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), s.within)
	defer cancel()
	at, err := s.rosterSite(ctx)
	if err != nil {
		return err
	}
	first, days, err := rosterMonthOf(c.QueryParam("month"), at.today)
	if err != nil {
		return err
	}
	sheets, rows, err := s.monthSheets(ctx, at, first, days)
	if err != nil {
		return err
	}
	words := rosterWords[languageOf(ctx)]
	words.Title = pick(languageOf(ctx), [2]string{"考勤表", "Attendance"})
	return sendFile(c, spreadsheet, words.Title+" "+string(first)[:7]+".xlsx", func(w io.Writer) error {
		return roster.WriteMonth(w, sheets, first, days, rows, words)
	})
}

// sendFile answers with a file to be kept. It is made whole first: what goes
// wrong is still told.
func sendFile(c *echo.Context, contentType, name string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(b.Bytes()))
	return nil
}
