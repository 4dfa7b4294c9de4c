package web_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/yihaotong/yihaotong/staffing"
	"github.com/yihaotong/yihaotong/web"
)

// past is a history of calls: so many at nine each day of the last weeks.
type past struct{ atNine int }

func (p *past) History(_ context.Context, _ string, where *time.Location, from, to time.Time) (staffing.History, error) {
	var h staffing.History
	for at := from.In(where); at.Before(to) && p.atNine > 0; at = at.AddDate(0, 0, 1) {
		h.Intervals = append(h.Intervals, staffing.Interval{At: at.Add(9*time.Hour + 5*time.Minute), Calls: p.atNine, Arrivals: p.atNine})
		h.Means = staffing.Means{Answered: 100, Talk: 100 * time.Second, WrapUp: 20 * time.Second, IVR: 15 * time.Second, Patience: 90 * time.Second, SelfServed: 0.2}
	}
	return h, nil
}

func withPast(n int) option { return func(d *web.Deps) { d.PastCalls = &past{n} } }

func TestPlanComesFromTheHistoryAndMeetsTheTarget(t *testing.T) {
	h := open(t, withPast(60))
	b := h.logIn("2001")
	var p web.StaffingPlan
	b.must("GET", "/api/staffing", nil, http.StatusOK, &p)
	if len(p.Days) != 7 || len(p.Rows) != 48 || p.History.Days != 56 || p.History.Measured == nil || p.Inputs.TalkSeconds != 100 || p.Inputs.Level != 0.8 {
		t.Fatalf("%d days, %d rows, %+v, %+v", len(p.Days), len(p.Rows), p.History, p.Inputs)
	}
	for _, d := range p.Days {
		if d.Basis != staffing.ByWeekday && d.Basis != staffing.ByKind || d.Arrivals != 60 || d.PeakAt != "09:00" {
			t.Errorf("%+v", d)
		}
	}
	nine, night := p.Rows[18], p.Rows[0]
	if nine.At != "09:00" || nine.Load != 4 || nine.Seats < 5 || nine.SeatsA > nine.SeatsC || nine.People <= nine.Seats || nine.Level < 0.8 ||
		nine.SimLevel == nil || *nine.SimLevel < nine.Level-4**nine.SimMargin || *nine.SimLevel > nine.Level+4**nine.SimMargin || nine.Trunks < 5 {
		t.Errorf("%+v", nine)
	}
	if night.Seats != 1 || night.SimLevel != nil || night.RosterLevel != nil {
		t.Errorf("at night: %+v", night)
	}
	ask := obj{"from": string(p.From), "to": string(p.From), "inputs": p.Inputs}
	p.Inputs.Factor, p.Inputs.Model = 2, staffing.ErlangA
	ask["inputs"] = p.Inputs
	var double web.StaffingPlan
	b.must("POST", "/api/staffing/plan", ask, http.StatusOK, &double)
	if double.Rows[18].Arrivals != 120 || double.Rows[18].Seats <= nine.Seats || double.Rows[18].Seats != double.Rows[18].SeatsA || double.Rows[18].Abandons <= 0 {
		t.Errorf("twice as many: %+v", double.Rows[18])
	}
}

func TestPlanWithoutHistoryTakesWhatIsTyped(t *testing.T) {
	h := open(t)
	b := h.logIn("2001")
	var p web.StaffingPlan
	b.must("GET", "/api/staffing?from=2027-03-01&to=2027-03-02", nil, http.StatusOK, &p)
	if p.Days[0].Basis != staffing.Nothing || p.Days[0].Arrivals != 0 || p.History.Measured != nil || p.Days[0].PeakSeats != 1 {
		t.Errorf("%+v", p.Days[0])
	}
	slots := make([]float64, 48)
	slots[20] = 90
	b.must("POST", "/api/staffing/plan", obj{
		"from": "2027-03-01", "to": "2027-03-02", "day": "2027-03-02", "daily": 2000, "slots": obj{"2027-03-02": slots},
	}, http.StatusOK, &p)
	if p.Days[0].Basis != staffing.Given || p.Days[0].Arrivals < 1999 || p.Days[0].Arrivals > 2001 || p.Days[1].Arrivals != 90 ||
		p.Day != "2027-03-02" || p.Rows[20].Arrivals != 90 || p.Rows[21].Arrivals != 0 {
		t.Errorf("%+v", p.Days)
	}
	for code, body := range map[string]obj{
		"staffing_input": {"inputs": with(obj{}, "level", 0.8, "withinSeconds", 10, "occupancy", 0.85, "talkSeconds", 0, "wrapUpSeconds", 0, "patienceSeconds", 60, "ivrSeconds", 0,
			"selfServed", 0, "model", "c", "shrinkage", 0, "blocking", 0.01, "factor", 1, "minSeats", 1, "handling", "exponential", "spread", 1)},
		"bad_time":        {"from": "2027-03-01", "to": "2027-05-01"},
		"roster_bad_date": {"from": "morgen"},
	} {
		refused := b.refused("POST", "/api/staffing/plan", body, http.StatusUnprocessableEntity, code)
		if code == "staffing_input" && (len(refused.Errors) != 1 || refused.Errors[0].Location != "talkSeconds") {
			t.Errorf("%+v", refused)
		}
	}
	b.refused("POST", "/api/staffing/plan", obj{"slots": obj{"2027-03-01": []float64{1, 2}}}, http.StatusUnprocessableEntity, "staffing_input")
}

func TestPlanIsExported(t *testing.T) {
	h := open(t, withPast(60))
	b := h.logIn("2001")
	plan, _ := json.Marshal(obj{"from": "2027-03-01", "to": "2027-03-02", "daily": 500})
	address := "/api/staffing/export?plan=" + url.QueryEscape(string(plan))
	answer := b.ask("GET", address+"&format=csv", nil)
	raw, _ := io.ReadAll(answer.Body)
	text, bom := strings.CutPrefix(string(raw), "\ufeff")
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !bom || len(lines) != 1+2*48 || len(lines[1]) != 19 || lines[1][0] != "2027-03-01" || lines[0][0] != "日期" {
		t.Errorf("%s: %d lines, %v", answer.Status, len(lines), err)
	}
	b.header.Set("Accept-Language", "en")
	sheet, err := excelize.OpenReader(b.ask("GET", address, nil).Body)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := sheet.GetRows(sheet.GetSheetName(0))
	if err != nil || len(rows) != 97 || rows[0][0] != "Day" || rows[49][0] != "2027-03-02" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	b.refused("GET", "/api/staffing/export?plan=%7B%22surprise%22%3A1%7D", nil, http.StatusUnprocessableEntity, "bad_plan")
}
