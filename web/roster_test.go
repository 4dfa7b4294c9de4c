package web_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/yihaotong/yihaotong/roster"
	"github.com/yihaotong/yihaotong/web"
)

// dayShift lasts the whole day, so that it goes on whenever a test runs.
func dayShift() obj {
	return obj{
		"name": "全天班", "from": "00:00", "to": "00:00", "crossesMidnight": true, "active": true, "position": 1,
		"breaks": []obj{{"reason": "meal", "earliest": "11:00", "latest": "13:00", "minutes": 30}},
	}
}

// day is today, or so many days later, where the site is.
func day(later int) string {
	return time.Now().In(time.FixedZone("CST", 8*3600)).AddDate(0, 0, later).Format(time.DateOnly)
}

func TestSupervisorMakesARosterAndSeesWhoIsMissing(t *testing.T) {
	h := open(t)
	boss, agent := h.logIn("2001"), h.logIn("1001")
	var shifts struct {
		Shifts []web.RosterShift
		Rules  web.RosterRules
	}
	boss.must("PUT", "/api/roster/shifts/Q", dayShift(), http.StatusOK, &shifts)
	if len(shifts.Shifts) != 1 || shifts.Shifts[0].To != "00:00" || !shifts.Shifts[0].CrossesMidnight || shifts.Shifts[0].Breaks[0].ReasonName != "用餐" || shifts.Rules.ToleranceMinutes != 5 {
		t.Errorf("%+v", shifts)
	}
	for _, person := range []string{"1001", "1002"} {
		boss.must("PUT", "/api/roster/days/"+person+"/"+day(0), obj{"shifts": []string{"Q"}}, http.StatusOK, nil)
	}
	agent.atWork("1001")
	var now web.RosterNow
	h.eventually("the agent is there", func() bool {
		boss.must("GET", "/api/roster/now", nil, http.StatusOK, &now)
		return len(now.Expected) == 2 && now.Expected[1].SignedInAt != nil
	})
	states := map[string]roster.State{}
	for _, e := range now.Expected {
		states[e.Person] = e.State
	}
	if states["1001"] != roster.Here || states["1002"] == roster.Here || now.Expected[1].Name == "" {
		t.Errorf("%+v", now)
	}
	h.logIn("1003").atWork("1003")
	h.eventually("an agent whom nobody expects", func() bool {
		boss.must("GET", "/api/roster/now", nil, http.StatusOK, &now)
		return len(now.Unexpected) == 1 && now.Unexpected[0].Person == "1003"
	})
	var today struct {
		Today bool
		Items []web.RosterAttendance
	}
	boss.must("GET", "/api/roster/attendance", nil, http.StatusOK, &today)
	if !today.Today || len(today.Items) != 2 {
		t.Errorf("%+v", today)
	}
	var month web.RosterMonth
	boss.must("GET", "/api/roster/month?month="+day(0)[:7], nil, http.StatusOK, &month)
	if len(month.Days) < 28 || len(month.People) != 4 || len(month.People[0].Days) != 1 {
		t.Errorf("%d days, %+v", len(month.Days), month.People)
	}
	var mine web.MyBreaks
	agent.must("GET", "/api/desk/breaks", nil, http.StatusOK, &mine)
	if mine.Shift == nil || mine.Shift.Name != "全天班" || len(mine.Breaks) != 1 || mine.Breaks[0].ReasonName != "用餐" || mine.Breaks[0].Minutes != 30 {
		t.Errorf("%+v", mine)
	}
	h.logIn("1003").must("GET", "/api/desk/breaks", nil, http.StatusOK, &mine)
	if mine.Shift != nil && mine.Next != nil {
		t.Errorf("without a shift: %+v", mine)
	}
}

func TestRosterRefusesInSentences(t *testing.T) {
	h := open(t)
	b := h.logIn("2001")
	b.must("PUT", "/api/roster/shifts/Q", dayShift(), http.StatusOK, nil)
	b.must("PUT", "/api/roster/shifts/D", with(dayShift(), "name", "白班", "from", "08:00", "to", "20:00", "crossesMidnight", false), http.StatusOK, nil)
	for _, e := range []struct {
		path   string
		body   any
		status int
		code   string
	}{
		{"/api/roster/days/1001/" + day(1), obj{"shifts": []string{"Q", "D"}}, 409, "roster_overlap"},
		{"/api/roster/days/1001/" + day(-1), obj{"shifts": []string{"Q"}}, 422, "roster_needs_reason"},
		{"/api/roster/days/1001/" + day(1), obj{"shifts": []string{"大"}}, 422, "roster_unknown_shift"},
		{"/api/roster/days/1001/" + day(1), obj{"shifts": []string{}, "leave": "moon"}, 422, "roster_unknown_leave"},
		{"/api/roster/days/1001/tomorrow", obj{"shifts": []string{}}, 422, "roster_bad_date"},
		{"/api/roster/days/8888/" + day(1), obj{"shifts": []string{"Q"}}, 404, "not_on_roster"},
		{"/api/roster/shifts/X", with(dayShift(), "name", "白班"), 409, "roster_shift_taken"},
		{"/api/roster/shifts/X", with(dayShift(), "from", "8"), 422, "roster_bad_time"},
		{"/api/roster/rules", obj{"toleranceMinutes": 60, "absentMinutes": 5}, 422, "roster_bad_rule"},
	} {
		b.refused("PUT", e.path, e.body, e.status, e.code)
	}
	overlap := b.refused("PUT", "/api/roster/days/1001/"+day(1), obj{"shifts": []string{"Q", "D"}}, 409, "roster_overlap")
	for _, word := range []string{"1001", "全天班", "白班", day(1)} {
		if !strings.Contains(overlap.Detail, word) {
			t.Errorf("%q does not tell %s", overlap.Detail, word)
		}
	}
	var d web.RosterDay
	b.must("PUT", "/api/roster/days/1001/"+day(-1), obj{"shifts": []string{"Q"}, "reason": "补录漏排"}, http.StatusOK, &d)
	if len(d.Changes) != 1 || d.Changes[0].ByName != "周志强" || d.Changes[0].Reason != "补录漏排" || d.Changes[0].After[0] != "全天班" {
		t.Errorf("%+v", d)
	}
}

func TestRosterIsSwappedCopiedExportedAndImported(t *testing.T) {
	h := open(t)
	b := h.logIn("2001")
	b.must("PUT", "/api/roster/shifts/D", with(dayShift(), "name", "白班", "from", "08:00", "to", "20:00", "crossesMidnight", false), http.StatusOK, nil)
	next := string(roster.Date(day(7)).Monday())
	b.must("PUT", "/api/roster/days/1001/"+next, obj{"shifts": []string{"D"}}, http.StatusOK, nil)
	var w web.RosterWeek
	b.must("POST", "/api/roster/swap", obj{"a": obj{"person": "1001", "date": next}, "b": obj{"person": "1002", "date": next}}, http.StatusOK, &w)
	if len(w.People) != 4 || len(w.People[0].Days[0].Shifts) != 0 || len(w.People[1].Days[0].Shifts) != 1 || w.Days[0].Kind == "" {
		t.Errorf("%+v", w)
	}
	after := string(roster.Date(next).Add(7))
	var copied struct{ Changed int }
	b.must("POST", "/api/roster/copy", obj{"from": next, "to": after}, http.StatusOK, &copied)
	if copied.Changed != 1 {
		t.Errorf("copied %d", copied.Changed)
	}
	answer := b.ask("GET", "/api/roster/export?from="+next, nil)
	form, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusOK || !strings.Contains(answer.Header.Get("Content-Disposition"), next) {
		t.Fatalf("%s %v", answer.Status, answer.Header)
	}
	f, err := excelize.OpenReader(bytes.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	page := f.GetSheetName(0)
	_ = f.SetCellValue(page, "D2", "白班")
	_ = f.SetCellValue(page, "E2", "黑班")
	var changed bytes.Buffer
	if _, err := f.WriteTo(&changed); err != nil {
		t.Fatal(err)
	}
	var report struct {
		Checked                bool
		Changed, Same, Refused int
		Lines                  []web.RosterImportLine
	}
	for _, check := range []string{"?check=true", ""} {
		b.must("POST", "/api/roster/import"+check, changed.String(), http.StatusOK, &report)
		if report.Changed != 1 || report.Same != 1 || report.Refused != 1 || report.Checked != (check != "") {
			t.Errorf("%s: %+v", check, report)
		}
		for _, line := range report.Lines {
			if (line.Outcome == "refused") != (line.Place == "E2") || line.Place == "E2" && !strings.Contains(line.Problem, "黑班") {
				t.Errorf("%+v", line)
			}
		}
	}
	b.must("GET", "/api/roster/week?from="+next, nil, http.StatusOK, &w)
	if len(w.People[0].Days[1].Shifts) != 1 {
		t.Errorf("%+v", w.People[0])
	}
	b.refused("POST", "/api/roster/import", "not a sheet", http.StatusUnprocessableEntity, "roster_not_a_sheet")
	if answer := b.ask("GET", "/api/roster/month/export?month="+next[:7]+"&lang=en", nil); answer.StatusCode != http.StatusOK {
		t.Errorf("month: %s", answer.Status)
	}
	b.refused("GET", "/api/roster/month/export?month=x", nil, http.StatusUnprocessableEntity, "roster_bad_date")
}
