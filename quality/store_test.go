package quality_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/quality"
)

const site = "430100"

var (
	beijing = time.FixedZone("", 8*3600)
	noon    = time.Date(2026, 11, 20, 12, 0, 0, 0, beijing) // a Friday
)

// house is a site with conversations and people, held in memory.
type house struct {
	calls      []quality.Candidate
	inspectors []string
}

func (h *house) Candidates(_ context.Context, _ string, from, to time.Time) ([]quality.Candidate, error) {
	var some []quality.Candidate
	for _, c := range h.calls {
		if !c.At.Before(from) && c.At.Before(to) {
			some = append(some, c)
		}
	}
	return some, nil
}

func (h *house) Candidate(_ context.Context, _, call string) (*quality.Candidate, error) {
	for _, c := range h.calls {
		if c.Call == call {
			return &c, nil
		}
	}
	return nil, nil
}

func (h *house) Inspectors(context.Context, string) ([]string, error) { return h.inspectors, nil }

func (h *house) Zone(context.Context, string) (*time.Location, error) { return beijing, nil }

func (h *house) Works(context.Context, string, time.Time) (func(time.Time) bool, error) {
	return func(d time.Time) bool { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }, nil
}

func newHouse(t *testing.T) (*quality.Store, *house) {
	t.Helper()
	h := &house{inspectors: []string{"2001", "2002"}}
	three := 3
	for i := range 30 {
		c := quality.Candidate{
			Call: fmt.Sprintf("call-%d", i), Agents: []string{fmt.Sprint(1001 + i%3)}, Queue: "general", Seconds: 60 + float64(i),
			At: noon.AddDate(0, 0, -7).Add(time.Duration(i) * time.Minute), // last week
		}
		if i == 0 {
			c.Rating = &three
		}
		h.calls = append(h.calls, c)
	}
	s := quality.New(postgrestest.New(t, quality.Migrations), h, h)
	if err := s.Found(t.Context(), site, "9001", noon); err != nil {
		t.Fatal(err)
	}
	return s, h
}

// chosen makes an inspection of call-1 of 1002 for 2001.
func chosen(t *testing.T, s *quality.Store) quality.Inspection {
	t.Helper()
	i, err := s.Choose(t.Context(), site, "call-1", "1002", "", "2001", "2001", noon)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func marks(all int) quality.Marks {
	m := quality.Marks{Points: map[string]int{}, Notes: []quality.Note{{At: 83, Item: "answer", Text: "口径有误"}}}
	for _, section := range quality.Default(site).Sections {
		for _, i := range section.Items {
			if !i.Critical {
				m.Points[i.Code] = i.Max * all / 100
			}
		}
	}
	return m
}

func TestInspectionGoesItsWayWithEverythingWrittenDown(t *testing.T) {
	s, _ := newHouse(t)
	inspector, agent, other := quality.Person{ID: "2001"}, quality.Person{ID: "1002"}, quality.Person{ID: "2002"}
	i := chosen(t, s)
	step := func(next quality.Inspection, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		i = next
	}
	step(s.Save(t.Context(), i, quality.Marks{Points: map[string]int{"answer": 5}}, inspector, noon))
	if _, err := s.Publish(t.Context(), i, inspector, noon); errkind.Of(err) != errkind.Invalid {
		t.Errorf("incomplete: %v", err)
	}
	step(s.Save(t.Context(), i, marks(60), inspector, noon))
	step(s.Publish(t.Context(), i, inspector, noon))
	if i.State != quality.Published || *i.Points >= 80 || *i.Passed || i.AppealUntil.In(beijing).Format(time.DateTime) != "2026-11-26 00:00:00" {
		t.Fatalf("%+v until %v", i, i.AppealUntil)
	}
	first := *i.Points
	if _, err := s.Save(t.Context(), i, marks(100), inspector, noon); errkind.Of(err) != errkind.Conflict {
		t.Errorf("changed after it was published: %v", err)
	}
	step(s.Appeal(t.Context(), i, "来电人要求先查证，口径无误", agent, noon.AddDate(0, 0, 5)))
	if _, err := s.Settle(t.Context(), i, quality.Kept, quality.Marks{}, "维持原评分", inspector, noon); !errors.Is(err, quality.ErrOwnScore) {
		t.Errorf("by who scored: %v", err)
	}
	if _, err := s.Settle(t.Context(), i, quality.Changed, marks(200), "改分", other, noon); errkind.Of(err) != errkind.Invalid {
		t.Errorf("impossible marks: %v", err)
	}
	step(s.Settle(t.Context(), i, quality.Changed, marks(100), "申诉成立，调整评分", other, noon.AddDate(0, 0, 6)))
	if i.State != quality.Settled || *i.Points != 100 || *i.FirstPoints != first || !*i.Passed || i.Decision != quality.Changed || i.SettledBy != "2002" {
		t.Errorf("%+v", i)
	}
	log, err := s.History(t.Context(), i.ID)
	var actions []quality.Action
	for _, e := range log {
		actions = append(actions, e.Action)
	}
	if err != nil || fmt.Sprint(actions) != "[draw save publish appeal settle]" || log[2].Marks.Points["answer"] != 15 || log[4].Marks.Points["answer"] != 25 {
		t.Errorf("%v, %+v", err, log)
	}
	f, err := s.Figures(t.Context(), site, noon.Add(-time.Hour), noon.Add(time.Hour))
	if err != nil || f.All.Inspected != 1 || f.All.Changed != 1 || f.All.Points != 100 {
		t.Errorf("%+v, %v", f.All, err)
	}
}

func TestOfTwoWhoSaveOneWins(t *testing.T) {
	s, _ := newHouse(t)
	i := chosen(t, s)
	me := quality.Person{ID: "2001"}
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for n := range errs {
		wg.Go(func() { _, errs[n] = s.Save(t.Context(), i, marks(n), me, noon) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, quality.ErrStale) {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d won", won)
	}
}

func TestKeptAppealChangesNothing(t *testing.T) {
	s, _ := newHouse(t)
	i := chosen(t, s)
	me := quality.Person{ID: "2001"}
	i, _ = s.Save(t.Context(), i, marks(90), me, noon)
	i, _ = s.Publish(t.Context(), i, me, noon)
	if _, err := s.Appeal(t.Context(), i, "x", quality.Person{ID: "1002"}, noon); !errors.Is(err, quality.ErrNoReason) {
		t.Errorf("no reason: %v", err)
	}
	if _, err := s.Appeal(t.Context(), i, "太迟了吗", quality.Person{ID: "1002"}, noon.AddDate(0, 0, 7)); !errors.Is(err, quality.ErrTooLate) {
		t.Errorf("late: %v", err)
	}
	i, err := s.Appeal(t.Context(), i, "不认可", quality.Person{ID: "1002"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	points := *i.Points
	i, err = s.Settle(t.Context(), i, quality.Kept, quality.Marks{}, "录音属实，维持", quality.Person{ID: "2002"}, noon)
	if err != nil || *i.Points != points || i.FirstPoints != nil || i.Decision != quality.Kept {
		t.Errorf("%+v, %v", i, err)
	}
}

func TestConversationIsInspectedOnce(t *testing.T) {
	s, h := newHouse(t)
	i := chosen(t, s)
	if again, err := s.Choose(t.Context(), site, "call-1", "1002", "", "2002", "2002", noon); !errors.Is(err, quality.ErrTwice) || again.ID != i.ID {
		t.Errorf("%v, %v", again.ID, err)
	}
	for want, try := range map[error][3]string{
		quality.ErrNoCall: {"call-1", "1001", "2001"}, quality.ErrNoSuchOne: {"call-2", "1003", "1003"},
	} {
		if _, err := s.Choose(t.Context(), site, try[0], try[1], "", try[2], "2001", noon); !errors.Is(err, want) {
			t.Errorf("%v: %v", try, err)
		}
	}
	plans, err := s.Plans(t.Context(), site)
	if err != nil || len(plans) != 1 {
		t.Fatalf("%v, %v", plans, err)
	}
	from, to := noon.AddDate(0, 0, -14), noon
	shown, err := s.Preview(t.Context(), plans[0], from, to)
	if err != nil || len(shown) != 10 { // 3 each and one who was not satisfied
		t.Fatalf("%d, %v", len(shown), err)
	}
	var wg sync.WaitGroup
	made := make([]int, 4)
	for n := range made {
		wg.Go(func() { made[n], _ = s.Draw(t.Context(), plans[0], from, to, "2001", noon) })
	}
	wg.Wait()
	if sum := made[0] + made[1] + made[2] + made[3]; sum != 10 {
		t.Errorf("four at once drew %v", made)
	}
	h.inspectors = nil
	list, total, err := s.List(t.Context(), quality.Filter{Site: site, Limit: 100}, noon)
	if err != nil || total != 11 || len(list) != 11 {
		t.Fatalf("%d of %d, %v", len(list), total, err)
	}
	mine, _, err := s.List(t.Context(), quality.Filter{Site: site, Inspector: "2002", States: []quality.State{quality.Open}, Limit: 100}, noon)
	if err != nil || len(mine) < 4 || len(mine) > 6 {
		t.Errorf("2002 got %d, %v", len(mine), err)
	}
	if seen, _, err := s.List(t.Context(), quality.Filter{Site: site, Agent: "1002", Seen: true}, noon); err != nil || len(seen) != 0 {
		t.Errorf("the agent sees %d, %v", len(seen), err)
	}
	if _, err := s.Get(t.Context(), "430200", i.ID); !errors.Is(err, quality.ErrNotFound) {
		t.Errorf("another site: %v", err)
	}
}

func TestClerkDrawsTheQuotasOfTheWeekThatIsOver(t *testing.T) {
	s, h := newHouse(t)
	three := 3
	h.calls = append(h.calls,
		quality.Candidate{Call: "today", Agents: []string{"1001"}, At: time.Now().Add(-time.Minute), Seconds: 60},
		quality.Candidate{Call: "bad", Agents: []string{"1001"}, At: time.Now().Add(-time.Minute), Seconds: 60, Rating: &three})
	clerk := quality.NewClerk(s, slog.New(slog.DiscardHandler))
	for range 2 {
		if err := clerk.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	_, today, err := s.List(t.Context(), quality.Filter{Site: site, Call: "today"}, noon)
	if err != nil || today != 0 {
		t.Errorf("a sample of a week that goes on: %d, %v", today, err)
	}
	if _, bad, err := s.List(t.Context(), quality.Filter{Site: site, Call: "bad"}, noon); err != nil || bad != 1 {
		t.Errorf("who was not satisfied: %d, %v", bad, err)
	}
}

func TestAssigningAndAnnullingAreASupervisors(t *testing.T) {
	s, _ := newHouse(t)
	i := chosen(t, s)
	lead := quality.Person{ID: "2003", Lead: true}
	i, err := s.Save(t.Context(), i, marks(50), quality.Person{ID: "2001"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Assign(t.Context(), i, "1002", lead, noon); !errors.Is(err, quality.ErrNoSuchOne) {
		t.Errorf("to the agent: %v", err)
	}
	i, err = s.Assign(t.Context(), i, "2002", lead, noon)
	if err != nil || i.State != quality.Open || i.Inspector != "2002" || len(i.Marks.Points) != 0 {
		t.Fatalf("%+v, %v", i, err)
	}
	i, err = s.Annul(t.Context(), i, "录音有误", lead, noon)
	if err != nil || i.State != quality.Void {
		t.Errorf("%+v, %v", i, err)
	}
}

func TestSheetsAndPlansHaveVersions(t *testing.T) {
	s, _ := newHouse(t)
	sheet := quality.Default(site)
	if _, err := s.PutSheet(t.Context(), sheet, 0, "2001", noon); !errors.Is(err, quality.ErrStale) {
		t.Errorf("the same name again: %v", err)
	}
	sheet.Pass = 85
	next, err := s.PutSheet(t.Context(), sheet, 1, "2001", noon.Add(time.Minute))
	if err != nil || next.Version != 2 {
		t.Fatalf("%+v, %v", next, err)
	}
	if i := chosen(t, s); i.Sheet != next.ID {
		t.Error("it does not begin with the latest version")
	}
	plans, _ := s.Plans(t.Context(), site)
	p := plans[0]
	p.Rules.PerAgent = 5
	if p, err = s.PutPlan(t.Context(), p, "2001", noon); err != nil || p.Rev != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := s.PutPlan(t.Context(), plans[0], "2001", noon); !errors.Is(err, quality.ErrStale) {
		t.Errorf("an old one: %v", err)
	}
	p.Rules = quality.Rules{DueDays: 7}
	if _, err := s.PutPlan(t.Context(), p, "2001", noon); errkind.Of(err) != errkind.Invalid {
		t.Errorf("a plan that draws nothing: %v", err)
	}
	p.Rules.PerAgent, p.Sheet = 1, "没有这张表"
	if _, err := s.PutPlan(t.Context(), p, "2001", noon); !errors.Is(err, quality.ErrNoSheet) {
		t.Errorf("no such sheet: %v", err)
	}
}
