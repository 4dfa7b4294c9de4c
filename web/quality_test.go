package web_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/quality"
	"github.com/yihaotong/yihaotong/web"
)

// recorded and inspectors join packages as cmd does.
type recorded struct{ vault *recording.Vault }

func (r recorded) Candidates(ctx context.Context, site string, from, to time.Time) ([]quality.Candidate, error) {
	found, err := r.vault.Between(ctx, site, from, to)
	var all []quality.Candidate
	for _, e := range found {
		all = append(all, quality.Candidate{Call: e.CallID, Agents: e.Agents, At: *e.At, Queue: e.Queue, Seconds: e.Seconds, Rating: e.Rating})
	}
	return all, err
}

func (r recorded) Candidate(ctx context.Context, site, call string) (*quality.Candidate, error) {
	all, err := r.Candidates(ctx, site, time.Time{}, time.Now().Add(time.Hour))
	for _, c := range all {
		if c.Call == call {
			return &c, err
		}
	}
	return nil, err
}

type inspectors struct{ people *directory.Store }

func (i *inspectors) Inspectors(ctx context.Context, site string) ([]string, error) {
	all, err := i.people.People(ctx, site)
	var able []string
	for _, p := range all {
		if p.May(site, directory.QA) {
			able = append(able, p.Number)
		}
	}
	return able, err
}

func (i *inspectors) Zone(context.Context, string) (*time.Location, error) {
	return time.FixedZone("", 8*3600), nil
}

func (i *inspectors) Works(context.Context, string, time.Time) (func(time.Time) bool, error) {
	return func(time.Time) bool { return true }, nil
}

func TestConversationIsScoredAppealedAndSettled(t *testing.T) {
	h := open(t)
	agent, boss, other := h.logIn("1001"), h.logIn("2001"), h.inspector("2003", "吴静")
	call := h.recordedCall(agent, "13812341411")
	other.refused("POST", "/api/quality/inspections", obj{"call": call, "agent": "1001"}, http.StatusConflict, "no_sheet")
	sheet := quality.Default("")
	sections := []obj{}
	marks := obj{"points": obj{}, "hit": obj{}, "notes": []obj{{"at": 1.5, "item": "answer", "text": "口径有误"}}, "summary": "整体规范"}
	for _, s := range sheet.Sections {
		items := []obj{}
		for _, i := range s.Items {
			items = append(items, obj{"code": i.Code, "name": i.Name, "hint": i.Hint, "max": i.Max, "critical": i.Critical})
			if !i.Critical {
				marks["points"].(obj)[i.Code] = i.Max / 2
			}
		}
		sections = append(sections, obj{"name": s.Name, "items": items})
	}
	boss.must("POST", "/api/quality/sheets", obj{"name": "质检表", "based": 0, "pass": 80, "appealDays": 3, "sections": sections}, http.StatusOK, nil)
	boss.refused("POST", "/api/quality/sheets", obj{"name": "", "based": 0, "pass": 180, "appealDays": 3, "sections": []obj{}}, http.StatusUnprocessableEntity, "quality_fields")
	other.refused("POST", "/api/quality/sheets", obj{"name": "质检表", "based": 1, "pass": 80, "appealDays": 3, "sections": sections}, http.StatusForbidden, "forbidden")

	var i web.InspectionView
	boss.must("POST", "/api/quality/inspections", obj{"call": call, "agent": "1001", "inspector": "2001"}, http.StatusOK, &i)
	boss.refused("POST", "/api/quality/inspections", obj{"call": call, "agent": "1001"}, http.StatusConflict, "inspected_already")
	at := "/api/quality/inspections/" + i.ID
	other.refused("PUT", at, obj{"rev": i.Rev, "marks": marks}, http.StatusForbidden, "inspection_not_yours")
	agent.refused("GET", "/api/quality/mine/"+i.ID, nil, http.StatusNotFound, "no_such_inspection")
	boss.must("PUT", at, obj{"rev": i.Rev, "marks": obj{"points": obj{"answer": 3}, "hit": obj{}, "notes": []obj{}, "summary": ""}}, http.StatusOK, &i)
	boss.refused("POST", at+"/publish", obj{"rev": i.Rev}, http.StatusUnprocessableEntity, "inspection_marks")
	boss.refused("PUT", at, obj{"rev": i.Rev - 1, "marks": marks}, http.StatusConflict, "inspection_changed")
	boss.must("PUT", at, obj{"rev": i.Rev, "marks": marks}, http.StatusOK, &i)
	boss.must("POST", at+"/publish", obj{"rev": i.Rev}, http.StatusOK, &i)
	boss.refused("POST", at+"/publish", obj{"rev": i.Rev}, http.StatusConflict, "inspection_state")

	var mine struct{ Items []web.InspectionSummary }
	agent.must("GET", "/api/quality/mine", nil, http.StatusOK, &mine)
	if len(mine.Items) != 1 || mine.Items[0].Points == nil || *mine.Items[0].Passed {
		t.Fatalf("%+v", mine.Items)
	}
	agent.must("GET", "/api/quality/mine/"+i.ID, nil, http.StatusOK, &i)
	if !slices.Equal(i.Can, []string{"appeal"}) || i.Marks.Notes[0].Text != "口径有误" || i.Sheet.Most != 100 {
		t.Errorf("%+v", i)
	}
	h.logIn("1002").refused("POST", "/api/quality/mine/"+i.ID+"/appeal", obj{"rev": i.Rev, "reason": "替他申诉"}, http.StatusNotFound, "no_such_inspection")
	agent.must("POST", "/api/quality/mine/"+i.ID+"/appeal", obj{"rev": i.Rev, "reason": "口径来自知识库"}, http.StatusOK, &i)
	settle := obj{"rev": i.Rev, "decision": "kept", "marks": marks, "reason": "录音属实"}
	boss.refused("POST", at+"/settle", settle, http.StatusForbidden, "inspection_own_score")
	other.must("POST", at+"/settle", settle, http.StatusOK, &i)
	if i.State != "settled" || i.Decision != "kept" || len(i.History) != 5 {
		t.Errorf("%+v", i)
	}

	today := time.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
	span := "?from=" + today + "&to=" + today
	var f web.QualityFigures
	boss.must("GET", "/api/quality/figures"+span, nil, http.StatusOK, &f)
	if f.All.Inspected != 1 || f.All.Appealed != 1 || f.All.Changed != 0 || len(f.Agents) != 1 || len(f.Items) != 12 {
		t.Errorf("%+v", f)
	}
	boss.refused("GET", "/api/quality/figures?from=2026-11-22&to=2020-01-01", nil, http.StatusUnprocessableEntity, "bad_time")
	answer := boss.ask("GET", "/api/quality/export"+span, nil)
	raw, _ := io.ReadAll(answer.Body)
	book, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", answer.Status, err)
	}
	if rows, err := book.GetRows("座席"); err != nil || len(rows) != 3 || rows[1][1] != "王秀英" || rows[2][0] != "合计" {
		t.Errorf("%q, %v", rows, err)
	}
}

func TestPlanIsPreviewedAndDrawnOnce(t *testing.T) {
	h := open(t)
	agent, boss := h.logIn("1001"), h.logIn("2001")
	h.recordedCall(agent, "13812341411")
	if err := quality.New(h.pool, nil, nil).Found(t.Context(), string(changsha), "9001", time.Now()); err != nil {
		t.Fatal(err)
	}
	var plans struct{ Items []web.PlanView }
	boss.must("GET", "/api/quality/plans", nil, http.StatusOK, &plans)
	p := plans.Items[0]
	p.Rules.Shortest = 0
	boss.must("PUT", "/api/quality/plans/"+p.ID, obj{"rev": p.Rev, "name": p.Name, "sheet": p.Sheet, "active": true, "rules": p.Rules}, http.StatusOK, &p)
	boss.refused("PUT", "/api/quality/plans/"+p.ID, obj{"rev": 1, "name": p.Name, "sheet": p.Sheet, "active": true, "rules": p.Rules}, http.StatusConflict, "inspection_changed")
	today := time.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
	var shown struct {
		Items []web.DrawnPick
		Total int
	}
	boss.must("POST", "/api/quality/plans/"+p.ID+"/preview", obj{"from": today, "to": today}, http.StatusOK, &shown)
	if shown.Total != 1 || shown.Items[0].Inspector != "2001" || shown.Items[0].Why != "sample" {
		t.Errorf("%+v", shown)
	}
	var made struct{ Made int }
	for _, want := range []int{1, 0} {
		boss.must("POST", "/api/quality/plans/"+p.ID+"/draw", obj{"from": today, "to": today}, http.StatusOK, &made)
		if made.Made != want {
			t.Errorf("%d were drawn, want %d", made.Made, want)
		}
	}
	boss.refused("POST", "/api/quality/plans/"+p.ID+"/draw", obj{"from": "2020-01-01", "to": today}, http.StatusUnprocessableEntity, "bad_time")
	var list struct{ Total int }
	boss.must("GET", "/api/quality/inspections?mine=true&state=todo", nil, http.StatusOK, &list)
	if list.Total != 1 {
		t.Errorf("%d to be scored", list.Total)
	}
}
