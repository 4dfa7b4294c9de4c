package roster_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/roster"
)

const site = "430100"

// calls is the schema whose agents' log is read here. It belongs to the
// orchestrator, which this package may not import.
var calls = postgres.Migrations{Schema: "calls", FS: os.DirFS("../orchestrator/journal/migrations")}

var changsha = time.FixedZone("CST", 8*3600)

// at is a moment of a day of November 2026 in Changsha, as "23 08:00".
func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01 2 15:04", "2026-11 "+s, changsha)
	if err != nil {
		panic(err)
	}
	return t
}

// sunday afternoon is now, unless a test says otherwise.
var sunday = at("22 14:05")

func edit(reason string) roster.Edit {
	return roster.Edit{By: "2001", Reason: reason, Where: changsha, Now: sunday}
}

func open(t *testing.T) (*roster.Store, *pgxpool.Pool) {
	t.Helper()
	db := postgrestest.New(t, calls, roster.Migrations)
	s := roster.New(db)
	for _, e := range []struct {
		code, name, from, to string
		crosses              bool
	}{{"Z", "早班", "07:00", "15:00", false}, {"M", "中班", "15:00", "23:00", false}, {"Y", "夜班", "23:00", "07:00", true}, {"D", "白班", "08:00", "20:00", false}} {
		shift, err := roster.NewShift(e.code, e.name, roster.Hours{From: e.from, To: e.to, CrossesMidnight: e.crosses})
		if err != nil {
			t.Fatal(err)
		}
		if e.code == "Z" {
			shift.Breaks = []roster.Break{{Reason: "meal", Earliest: 11 * 60, Latest: 13 * 60, Minutes: 30}}
		}
		if err := s.PutShift(t.Context(), site, shift, changsha, sunday); err != nil {
			t.Fatal(err)
		}
	}
	return s, db
}

func put(t *testing.T, s *roster.Store, person string, d roster.Date, shifts ...string) {
	t.Helper()
	if _, err := s.Put(t.Context(), site, edit("测试"), roster.Cell{Person: person, Date: d, Shifts: shifts}); err != nil {
		t.Fatal(err)
	}
}

// refusal is what is wrong, or empty.
func refusal(err error) roster.Problem {
	if wrong, ok := errors.AsType[*roster.InputError](err); ok {
		return wrong.Problem
	}
	return ""
}

// shiftsOf lists a person's shifts of some days, as "23Z 24ZM".
func shiftsOf(t *testing.T, s *roster.Store, person string) string {
	t.Helper()
	p, err := s.Plan(t.Context(), site, "2026-11-01", "2026-12-31")
	if err != nil {
		t.Fatal(err)
	}
	byDay := map[roster.Date]string{}
	var days []roster.Date
	for _, a := range p.Assignments {
		if a.Person == person {
			if byDay[a.Date] == "" {
				days = append(days, a.Date)
			}
			byDay[a.Date] += a.Shift
		}
	}
	slices.Sort(days)
	var words []string
	for _, d := range days {
		words = append(words, string(d)[8:]+byDay[d])
	}
	return strings.Join(words, " ")
}

func TestTwoShiftsADayButNeverAtOnce(t *testing.T) {
	s, _ := open(t)
	put(t, s, "1001", "2026-11-23", "Z", "M")
	put(t, s, "1001", "2026-11-24", "Y")
	if got := shiftsOf(t, s, "1001"); got != "23ZM 24Y" {
		t.Errorf("got %q", got)
	}
	// The night of the 24th ends at 7 on the 25th: the early shift may follow, the day shift of the 24th not.
	put(t, s, "1001", "2026-11-25", "Z")
	for d, shifts := range map[roster.Date][]string{"2026-11-23": {"Z", "D"}, "2026-11-24": {"Y", "Y", "D", "Z"}} {
		if _, err := s.Put(t.Context(), site, edit(""), roster.Cell{Person: "1001", Date: d, Shifts: shifts}); refusal(err) != roster.Overlap {
			t.Errorf("%s %v: %v", d, shifts, err)
		}
	}
	late, err := roster.NewShift("L", "夜早班", roster.Hours{From: "06:30", To: "10:00"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PutShift(t.Context(), site, late, changsha, sunday); err != nil {
		t.Fatal(err)
	}
	_, err = s.Put(t.Context(), site, edit(""), roster.Cell{Person: "1001", Date: "2026-11-25", Shifts: []string{"L"}})
	over, ok := errors.AsType[*roster.InputError](err)
	if !ok || over.Problem != roster.Overlap || over.Person != "1001" || over.Shift != "夜早班" || over.With != "夜班" || over.On != "2026-11-24" {
		t.Errorf("over midnight: %+v", over)
	}
	if got := shiftsOf(t, s, "1001"); got != "23ZM 24Y 25Z" {
		t.Errorf("after the refusals: %q", got)
	}
}

func TestOfTwoWhoAssignAtOnceOneIsRefused(t *testing.T) {
	s, _ := open(t)
	for range 5 {
		var wg sync.WaitGroup
		var mu sync.Mutex
		refused := 0
		for i, c := range []roster.Cell{
			{Person: "1001", Date: "2026-11-24", Shifts: []string{"Y"}}, {Person: "1001", Date: "2026-11-25", Shifts: []string{"L"}},
		} {
			if i == 0 {
				l, _ := roster.NewShift("L", "凌晨班", roster.Hours{From: "05:00", To: "09:00"})
				_ = s.PutShift(t.Context(), site, l, changsha, sunday)
			}
			wg.Go(func() {
				_, err := s.Put(context.Background(), site, edit(""), c)
				mu.Lock()
				defer mu.Unlock()
				if refusal(err) == roster.Overlap {
					refused++
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if refused != 1 {
			t.Fatalf("%d were refused", refused)
		}
		put(t, s, "1001", "2026-11-24")
		put(t, s, "1001", "2026-11-25")
	}
}

func TestThePastIsChangedWithAReasonAndKept(t *testing.T) {
	s, _ := open(t)
	c := roster.Cell{Person: "1001", Date: "2026-11-21", Shifts: []string{"Z"}}
	for _, reason := range []string{"", " ", "漏"} {
		if _, err := s.Put(t.Context(), site, edit(reason), c); refusal(err) != roster.NeedsReason {
			t.Errorf("reason %q: %v", reason, err)
		}
	}
	if n, err := s.Put(t.Context(), site, edit("补录漏排"), c); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if n, err := s.Put(t.Context(), site, edit(""), c); err != nil || n != 0 {
		t.Errorf("what is so already needs no reason: %d %v", n, err)
	}
	c.Shifts, c.Leave = nil, "sick"
	if _, err := s.Put(t.Context(), site, edit("病假补登"), c); err != nil {
		t.Fatal(err)
	}
	log, err := s.Changes(t.Context(), site, "1001", "2026-11-21")
	if err != nil || len(log) != 2 || log[0].Reason != "病假补登" || log[0].By != "2001" || log[0].Before.Shifts[0] != "Z" ||
		log[0].After.Leave != "sick" || len(log[1].Before.Shifts) != 0 || !log[1].At.Equal(sunday) {
		t.Errorf("%+v %v", log, err)
	}
}

func TestWhatMakesNoSenseIsRefused(t *testing.T) {
	s, _ := open(t)
	for want, c := range map[roster.Problem]roster.Cell{
		roster.UnknownShift: {Person: "1001", Date: "2026-11-24", Shifts: []string{"Q"}},
		roster.UnknownLeave: {Person: "1001", Date: "2026-11-24", Leave: "moon"},
		roster.BadDate:      {Person: "1001", Date: "2031-11-24", Shifts: []string{"Z"}},
	} {
		if _, err := s.Put(t.Context(), site, edit(""), c); refusal(err) != want {
			t.Errorf("%+v: %v, want %s", c, err, want)
		}
	}
	for _, h := range []roster.Hours{{"7:00", "15:00", false}, {"07:00", "25:00", false}, {"15:00", "07:00", false}, {"07:00", "07:01", true}, {"24:00", "24:00", false}} {
		if _, err := roster.NewShift("A", "班", h); err == nil {
			t.Errorf("hours %+v are accepted", h)
		}
	}
	for _, name := range []string{"", "早/晚", strings.Repeat("早", 21), "a\x00"} {
		if _, err := roster.NewShift("A", name, roster.Hours{From: "07:00", To: "15:00"}); refusal(err) != roster.BadShift {
			t.Errorf("name %q: %v", name, err)
		}
	}
	z, _ := roster.NewShift("A", "早班", roster.Hours{From: "07:00", To: "15:00"})
	if err := s.PutShift(t.Context(), site, z, changsha, sunday); refusal(err) != roster.ShiftTaken {
		t.Errorf("a second 早班: %v", err)
	}
	for _, b := range []roster.Break{{"meal", 600, 620, 30}, {"meal", 100, 620, 30}, {"", 600, 700, 30}, {"meal", 600, 700, 0}, {"meal", 800, 1000, 30}} {
		bad := z
		bad.Name, bad.Breaks = "甲", []roster.Break{b}
		if err := bad.Check(); refusal(err) != roster.BadBreak {
			t.Errorf("break %+v: %v", b, err)
		}
	}
	if err := s.PutRules(t.Context(), site, roster.Rules{Tolerance: time.Hour, Absent: time.Minute}); refusal(err) != roster.BadRule {
		t.Error(err)
	}
}

func TestAChangedShiftMovesLaterDaysOnly(t *testing.T) {
	s, _ := open(t)
	for _, d := range []roster.Date{"2026-11-21", "2026-11-22", "2026-11-23"} {
		put(t, s, "1001", d, "Z")
	}
	put(t, s, "1002", "2026-11-23", "Z", "M")
	z, _ := roster.NewShift("Z", "早班", roster.Hours{From: "06:00", To: "14:00"})
	if err := s.PutShift(t.Context(), site, z, changsha, sunday); err != nil {
		t.Fatal(err)
	}
	p, err := s.Plan(t.Context(), site, "2026-11-21", "2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range p.Assignments {
		want := 7
		if a.Date == "2026-11-23" {
			want = 6
		}
		if a.Shift == "Z" && a.Starts.In(changsha).Hour() != want {
			t.Errorf("%s: %v", a.Date, a.Starts.In(changsha))
		}
	}
	long, _ := roster.NewShift("Z", "早班", roster.Hours{From: "06:00", To: "16:00"})
	if err := s.PutShift(t.Context(), site, long, changsha, sunday); refusal(err) != roster.Overlap {
		t.Errorf("into the shift that follows: %v", err)
	}
}

func TestSwapExchangesAndIsRefusedWhenItDoesNotFit(t *testing.T) {
	s, _ := open(t)
	put(t, s, "1001", "2026-11-24", "Z")
	put(t, s, "1002", "2026-11-24", "Y")
	a, b := roster.Cell{Person: "1001", Date: "2026-11-24"}, roster.Cell{Person: "1002", Date: "2026-11-24"}
	if err := s.Swap(t.Context(), site, edit(""), a, b); err != nil {
		t.Fatal(err)
	}
	if one, two := shiftsOf(t, s, "1001"), shiftsOf(t, s, "1002"); one != "24Y" || two != "24Z" {
		t.Errorf("%s and %s", one, two)
	}
	put(t, s, "1002", "2026-11-23", "Y")
	early, _ := roster.NewShift("E", "晨班", roster.Hours{From: "05:00", To: "09:00"})
	if err := s.PutShift(t.Context(), site, early, changsha, sunday); err != nil {
		t.Fatal(err)
	}
	put(t, s, "1001", "2026-11-24", "E")
	if err := s.Swap(t.Context(), site, edit(""), a, b); refusal(err) != roster.Overlap {
		t.Errorf("after a night: %v", err)
	}
}

func TestCopyOfAWeekLeavesAloneWhatIsThere(t *testing.T) {
	s, _ := open(t)
	for i := range 5 {
		put(t, s, "1001", roster.Date("2026-11-23").Add(i), "Z")
		put(t, s, "1002", roster.Date("2026-11-23").Add(i), "Y")
	}
	put(t, s, "1001", "2026-12-01", "M")
	if _, err := s.Put(t.Context(), site, edit(""), roster.Cell{Person: "1001", Date: "2026-12-02", Leave: "annual"}); err != nil {
		t.Fatal(err)
	}
	early, _ := roster.NewShift("E", "晨班", roster.Hours{From: "05:00", To: "09:00"})
	if err := s.PutShift(t.Context(), site, early, changsha, sunday); err != nil {
		t.Fatal(err)
	}
	put(t, s, "1002", "2026-12-02", "E")
	done, err := s.CopyWeek(t.Context(), site, edit(""), "2026-11-23", "2026-11-30", []string{"1001", "1002", "1003"}, false)
	if err != nil || done.Changed != 3 || done.Kept != 2 || done.Away != 1 || len(done.Refused) != 1 || refusal(done.Refused[0]) != roster.Overlap {
		t.Errorf("%+v %v", done, err)
	}
	if got := shiftsOf(t, s, "1001"); !strings.Contains(got, "30Z") || !strings.Contains(got, "01M") {
		t.Errorf("got %s", got)
	}
	if done, err = s.CopyWeek(t.Context(), site, edit(""), "2026-11-23", "2026-11-30", []string{"1001", "1002"}, true); err != nil || done.Changed != 6 {
		t.Errorf("replacing: %+v %v", done, err)
	}
}

// move writes a line of the agents' log.
func move(t *testing.T, db *pgxpool.Pool, person, when, from, to, reason string) {
	t.Helper()
	if _, err := db.Exec(t.Context(), `
		INSERT INTO calls.agent_log (id, agent, site, at, from_state, to_state, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id.New(), person, site, at(when), from, to, reason); err != nil {
		t.Fatal(err)
	}
}

func isBreak(reason string) bool { return reason == "meal" || reason == "rest" }

func TestNowTellsWhoIsMissingAndWhoIsNotExpected(t *testing.T) {
	s, db := open(t)
	for _, person := range []string{"1001", "1002", "1003", "1004", "1005", "1006", "1008"} {
		put(t, s, person, "2026-11-22", "Z") // 07:00–15:00
	}
	put(t, s, "1007", "2026-11-21", "Y") // until 07:00
	if _, err := s.Put(t.Context(), site, edit(""), roster.Cell{Person: "1008", Date: "2026-11-22", Shifts: []string{"Z"}, Leave: "sick"}); err != nil {
		t.Fatal(err)
	}
	move(t, db, "1001", "22 06:50", "signed_out", "not_ready", "signed_in")
	move(t, db, "1001", "22 06:51", "not_ready", "ready", "")
	move(t, db, "1002", "22 06:58", "signed_out", "not_ready", "signed_in")
	move(t, db, "1002", "22 07:20", "not_ready", "not_ready", "meal")
	move(t, db, "1003", "22 06:58", "signed_out", "ready", "")
	move(t, db, "1003", "22 07:10", "ready", "signed_out", "")
	move(t, db, "1007", "21 22:55", "signed_out", "ready", "")
	move(t, db, "1009", "22 05:00", "signed_out", "ready", "")
	move(t, db, "1004", "22 07:22", "signed_out", "ready", "")
	move(t, db, "1006", "12 06:58", "signed_out", "ready", "") // a log that broke off, long ago
	see := func(when string) string {
		t.Helper()
		p, err := s.Now(t.Context(), site, changsha, at(when), isBreak)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, a := range p.Expected {
			words = append(words, a.Person+" "+string(a.State)+" "+a.Since.In(changsha).Format("15:04"))
		}
		for _, e := range p.Unexpected {
			words = append(words, "+"+e.Person+" "+e.Since.In(changsha).Format("15:04"))
		}
		return strings.Join(words, ", ")
	}
	for when, want := range map[string]string{
		"22 07:03": "1001 here 06:51, 1002 here 06:58, 1003 here 06:58, 1004 due 07:00, 1005 due 07:00, 1006 due 07:00, +1009 05:00",
		"22 07:25": "1003 left_early 07:10, 1005 late 07:00, 1006 late 07:00, 1001 here 06:51, 1002 break 07:20, 1004 here 07:22, +1009 05:00",
		"22 07:30": "1003 left_early 07:10, 1005 absent 07:00, 1006 absent 07:00, 1001 here 06:51, 1002 break 07:20, 1004 here 07:22, +1009 05:00",
		// Signed out in the window of the meal is at the meal.
		"22 11:30": "1005 absent 07:00, 1006 absent 07:00, 1001 here 06:51, 1002 break 07:20, 1003 break 07:10, 1004 here 07:22, +1007 22:55, +1009 05:00",
		"22 06:30": "1007 here 22:55, +1009 05:00",
		"22 15:30": "+1007 22:55, +1009 05:00",
	} {
		if got := see(when); got != want {
			t.Errorf("%s:\n got %s\nwant %s", when, got, want)
		}
	}
}

func TestAttendanceOfAMonth(t *testing.T) {
	s, db := open(t)
	in := func(person, from, to string) {
		move(t, db, person, from, "signed_out", "not_ready", "signed_in")
		move(t, db, person, to, "not_ready", "signed_out", "")
	}
	put(t, s, "1001", "2026-11-16", "Z")
	in("1001", "16 06:58", "16 15:01") // in time
	put(t, s, "1001", "2026-11-17", "Z")
	in("1001", "17 07:05", "17 14:55") // within the tolerance, both
	put(t, s, "1001", "2026-11-18", "Z")
	in("1001", "18 07:06", "18 10:00") // late, away, at the meal, early
	in("1001", "18 10:20", "18 11:30")
	in("1001", "18 12:10", "18 14:40")
	put(t, s, "1001", "2026-11-19", "Y")
	in("1001", "19 22:50", "20 07:00")        // a night
	put(t, s, "1001", "2026-11-20", "M")      // absent
	put(t, s, "1001", "2026-11-22", "Z", "M") // goes on; signed in once for both
	move(t, db, "1001", "22 06:55", "signed_out", "ready", "")
	if _, err := s.Put(t.Context(), site, edit("补登"), roster.Cell{Person: "1001", Date: "2026-11-21", Shifts: []string{"Z"}, Leave: "annual"}); err != nil {
		t.Fatal(err)
	}
	days, err := s.Days(t.Context(), site, changsha, "2026-11-01", "2026-11-30", at("22 16:00"), isBreak)
	if err != nil {
		t.Fatal(err)
	}
	sheet := roster.Sheets(days.Attendances, at("22 16:00"))["1001"]
	if sheet.Due != 6 || sheet.Worked != 5 || sheet.Late != 1 || sheet.LateFor != 6*time.Minute || sheet.Early != 1 ||
		sheet.Absent != 1 || sheet.Leave != 1 || sheet.Planned != 48*time.Hour {
		t.Errorf("%+v", sheet)
	}
	third := sheet.Days[2]
	// 10:00–10:20 away; 11:30–12:10 at the meal, which may take 30 minutes.
	if third.LateBy != 6*time.Minute || third.EarlyBy != 20*time.Minute || third.AwayFor != 30*time.Minute ||
		third.Presence != 2*time.Hour+54*time.Minute+70*time.Minute+150*time.Minute {
		t.Errorf("the 18th: %+v", third)
	}
	if night := sheet.Days[3]; night.Presence != 8*time.Hour || night.State != roster.Worked || night.LateBy != 0 {
		t.Errorf("the night: %+v", night)
	}
	if last := sheet.Days[len(sheet.Days)-1]; last.State != roster.Here || last.Presence != time.Hour || last.LateBy != 0 {
		t.Errorf("now: %+v", last)
	}
	var out bytes.Buffer
	words := roster.Words{
		Title: "考勤", Number: "工号", Name: "姓名", Due: "应出勤", Weekdays: [7]string{"日", "一", "二", "三", "四", "五", "六"},
		LateMark: "迟到%d分", EarlyMark: "早退%d分", Marks: map[roster.State]string{roster.Absent: "缺勤"},
	}
	if err := roster.WriteMonth(&out, roster.Sheets(days.Attendances, at("22 16:00")), "2026-11-01", 30, []roster.Row{{"1001", "王秀英"}}, words); err != nil || out.Len() < 1000 {
		t.Errorf("%d bytes, %v", out.Len(), err)
	}
}

func TestBreaksAreSpreadOverTheirWindow(t *testing.T) {
	s, db := open(t)
	people := []string{"1001", "1002", "1003", "1004", "1005"}
	for _, p := range people {
		put(t, s, p, "2026-11-22", "Z")
	}
	begins := map[string]int{}
	for _, p := range people {
		my, err := s.Mine(t.Context(), site, p, changsha, at("22 08:00"))
		if err != nil || my == nil || len(my.Breaks) != 1 {
			t.Fatal(my, err)
		}
		begins[my.Breaks[0].From.In(changsha).Format("15:04")]++
		if b := my.Breaks[0]; b.From.Before(b.Opens) || b.To.After(b.Closes) || b.State != roster.BreakLater {
			t.Errorf("%+v", b)
		}
	}
	if len(begins) != 4 || begins["11:00"] != 2 {
		t.Errorf("five people, four turns: %v", begins)
	}
	next := func(person, when string) string {
		t.Helper()
		my, err := s.Mine(t.Context(), site, person, changsha, at(when))
		if err != nil {
			t.Fatal(err)
		}
		if b := my.Next(); b != nil {
			return b.From.In(changsha).Format("15:04") + " " + string(b.State)
		}
		return "-"
	}
	move(t, db, "1001", "22 11:02", "ready", "not_ready", "meal")
	move(t, db, "1001", "22 11:25", "not_ready", "ready", "")
	for when, want := range map[string]string{"22 10:59": "11:00 later", "22 11:01": "11:00 now", "22 11:30": "-", "21 23:00": "11:00 later", "22 15:30": "-", "20 08:00": "-"} {
		if got := next("1001", when); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	if got := next("1002", "22 13:01"); got != "-" {
		t.Errorf("past the window: %s", got)
	}
}

func TestCoverCountsSeatsInEachHalfHour(t *testing.T) {
	s, _ := open(t)
	put(t, s, "1001", "2026-11-22", "Y")
	put(t, s, "1002", "2026-11-23", "Z")
	put(t, s, "1003", "2026-11-23", "D")
	put(t, s, "2001", "2026-11-23", "D")
	if _, err := s.Put(t.Context(), site, edit(""), roster.Cell{Person: "1003", Date: "2026-11-23", Shifts: []string{"D"}, Leave: "sick"}); err != nil {
		t.Fatal(err)
	}
	p, err := s.Plan(t.Context(), site, "2026-11-22", "2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	cover := p.Cover(roster.Date("2026-11-23").At(0, changsha), 30*time.Minute, 48, func(p string) bool { return p[0] == '1' })
	if cover[0] != 1 || cover[13] != 1 || cover[14] != 1 || cover[29] != 1 || cover[30] != 0 {
		t.Errorf("%v", cover)
	}
}

func TestDemoIsAliveAtAnyHourAndComesOnce(t *testing.T) {
	db := postgrestest.New(t, calls, roster.Migrations)
	s := roster.New(db)
	for range 2 {
		if err := s.SeedDemo(t.Context(), site, []string{"1001", "1002", "1003"}, []string{"2001"}, changsha, sunday); err != nil {
			t.Fatal(err)
		}
	}
	p, err := s.Plan(t.Context(), site, "2026-11-16", "2026-11-29")
	if err != nil || len(p.Assignments) != 3*12+10 {
		t.Fatalf("%d assignments, %v", len(p.Assignments), err)
	}
	now, err := s.Now(t.Context(), site, changsha, at("23 02:00"), isBreak)
	if err != nil || len(now.Expected) != 1 || now.Expected[0].State != roster.Absent {
		t.Errorf("%+v %v", now, err)
	}
}
