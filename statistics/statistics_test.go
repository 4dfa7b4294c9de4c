package statistics_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/statistics"
)

const site = "430100"

// calls is the schema that is read here. It belongs to the orchestrator, which
// this package may not import.
var calls = postgres.Migrations{Schema: "calls", FS: os.DirFS("../orchestrator/journal/migrations")}

var changsha = time.FixedZone("CST", 8*3600)

// at is a moment of the day in Changsha, as "09:00:10.5"; the day before with a
// leading "-".
func at(clock string) time.Time {
	day := "2026-03-02 "
	if rest, before := strings.CutPrefix(clock, "-"); before {
		day, clock = "2026-03-01 ", rest
	}
	t, err := time.ParseInLocation("2006-01-02 15:04:05", day+clock, changsha)
	if err != nil {
		panic(err)
	}
	return t
}

// call is a row of calls.record; empty moments have not come.
type call struct {
	queued, answered, ended string
	queue, agent, result    string
	rating                  int
	site                    string
	direction               string // "" is in
}

func put(t *testing.T, db *pgxpool.Pool, c call) (callID string) {
	t.Helper()
	moment := func(clock string) *time.Time {
		if clock == "" {
			return nil
		}
		m := at(clock)
		return &m
	}
	var rating *int
	if c.rating > 0 {
		rating = &c.rating
	}
	if c.site == "" {
		c.site = site
	}
	callID = id.New()
	_, err := db.Exec(t.Context(), `
		INSERT INTO calls.record (id, site, arrived_at, queued_at, answered_at, ended_at, queue, agent, result, rating, direction)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce(nullif($11, ''), 'in'))`,
		callID, c.site, at("-00:00:00"), moment(c.queued), moment(c.answered), moment(c.ended), c.queue, c.agent, c.result, rating, c.direction)
	if err != nil {
		t.Fatal(err)
	}
	return callID
}

// aDay has every kind of call there is.
func aDay(t *testing.T) (*statistics.Store, *pgxpool.Pool) {
	t.Helper()
	db := postgrestest.New(t, calls)
	for _, c := range []call{
		// Offered, and answered: at once, at 10 s sharp, a moment later, after long.
		{queued: "09:00:00", answered: "09:00:00", ended: "09:01:00", queue: "taxi", agent: "1001", result: "answered", rating: 1},
		{queued: "09:00:30", answered: "09:00:40", ended: "09:02:00", queue: "taxi", agent: "1001", result: "answered", rating: 2},
		{queued: "09:01:00", answered: "09:01:10.001", ended: "09:03:00", queue: "taxi", agent: "1002", result: "answered", rating: 3},
		{queued: "09:01:59.999", answered: "09:05:00", queue: "truck", agent: "1002"}, // still talking
		// Answered, lost the agent, and gave up on the second wait.
		{queued: "09:04:00", answered: "09:04:20", ended: "09:06:00", queue: "truck", agent: "1002", result: "abandoned_queue"},
		// Offered, and not answered: given up at once and late, a message, the switch died.
		{queued: "09:01:30", ended: "09:01:31", queue: "taxi", result: "abandoned_queue"},
		{queued: "09:03:00", ended: "09:30:00", queue: "truck", result: "abandoned_queue"},
		{queued: "09:03:00", ended: "09:04:00", queue: "truck", result: "message"},
		{queued: "09:03:10", ended: "09:04:00", queue: "taxi", result: "lost"},
		// Not counted: still waiting, never asked for a person, another day, another site, called by us.
		{queued: "09:00:00", answered: "09:00:01", ended: "09:01:00", queue: "taxi", result: "answered", rating: 3, direction: "out"},
		{answered: "09:00:01", ended: "09:01:00", result: "answered", direction: "internal"},
		{queued: "09:03:20", queue: "taxi"},
		{ended: "09:00:00", result: "abandoned_flow"},
		{queued: "-23:59:59", answered: "00:00:01", ended: "00:01:00", queue: "taxi", agent: "1001", result: "answered", rating: 3},
		{queued: "09:00:00", answered: "09:00:01", ended: "09:00:02", queue: "taxi", agent: "1001", result: "answered", rating: 3, site: "430200"},
	} {
		put(t, db, c)
	}
	return statistics.New(db), db
}

func TestDayIsCountedByTheFormulas(t *testing.T) {
	s, _ := aDay(t)
	got, err := s.Today(t.Context(), site, changsha, at("18:00:00").UTC())
	if err != nil {
		t.Fatal(err)
	}
	if !got.From.Equal(at("00:00:00")) {
		t.Errorf("the day begins at %v", got.From)
	}
	want := statistics.Figures{Offered: 9, Answered: 5, WithinTen: 2, Abandoned: 2, Rated: 3, Satisfied: 2}
	if got.Site != want {
		t.Errorf("site: %+v, want %+v", got.Site, want)
	}
	queues := map[string]statistics.Figures{
		"taxi":  {Offered: 5, Answered: 3, WithinTen: 2, Abandoned: 1, Rated: 3, Satisfied: 2},
		"truck": {Offered: 4, Answered: 2, Abandoned: 1},
	}
	if fmt.Sprint(got.Queues) != fmt.Sprint(queues) {
		t.Errorf("queues: %+v, want %+v", got.Queues, queues)
	}
	shown := fmt.Sprint(got.Site.TenSecond(), got.Site.AnswerRate(), got.Site.AbandonRate(), got.Site.Satisfaction(), got.Queues["truck"].Satisfaction())
	if shown != "22.2% 55.6% 22.2% 66.7% —" {
		t.Errorf("shown as %s", shown)
	}
}

func TestAgentsAreCountedByTheirOffers(t *testing.T) {
	s, db := aDay(t)
	offered := put(t, db, call{ended: "09:00:00"})
	elsewhere := put(t, db, call{ended: "09:00:00", site: "430200"})
	leg := 0
	offer := func(call, agent, started, outcome string) {
		t.Helper()
		leg++
		_, err := db.Exec(t.Context(), `
			INSERT INTO calls.leg (call_id, channel, kind, agent, started_at, outcome) VALUES ($1, $2, 'agent', $3, $4, $5)`,
			call, fmt.Sprint(leg), agent, at(started), outcome)
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, outcome := range []string{"answered", "answered", "answered", "no_answer", "busy", "rejected", "unreachable", "caller_left", "cancelled", ""} {
		offer(offered, "1001", "09:00:00", outcome)
	}
	offer(offered, "1003", "09:00:00", "caller_left")
	offer(offered, "1001", "-23:59:59", "no_answer")
	offer(elsewhere, "1001", "09:00:00", "no_answer")

	got, err := s.Today(t.Context(), site, changsha, at("18:00:00"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]statistics.AgentFigures{
		"1001": {Offered: 9, Answered: 3, Missed: 4, Rated: 2, Satisfied: 2},
		"1002": {Rated: 1},
		"1003": {Offered: 1},
	}
	if fmt.Sprint(got.Agents) != fmt.Sprint(want) {
		t.Errorf("agents: %+v, want %+v", got.Agents, want)
	}
	a, b := got.Agents["1001"], got.Agents["1003"]
	if shown := fmt.Sprint(a.AnswerRate(), a.Satisfaction(), b.AnswerRate(), b.Satisfaction()); shown != "42.9% 100.0% — —" {
		t.Errorf("shown as %s", shown)
	}
}

func TestTrendHasPointForEveryStep(t *testing.T) {
	s, _ := aDay(t)
	got, err := s.Trend(t.Context(), site, at("08:59:30"), at("09:04:00"), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	want := []statistics.Point{
		{At: at("08:59:00")},
		{At: at("09:00:00"), Figures: statistics.Figures{Offered: 2, Answered: 2, WithinTen: 2, Rated: 2, Satisfied: 2}},
		{At: at("09:01:00"), Figures: statistics.Figures{Offered: 3, Answered: 2, Abandoned: 1, Rated: 1}},
		{At: at("09:02:00")},
		{At: at("09:03:00"), Figures: statistics.Figures{Offered: 3, Abandoned: 1}},
	}
	if len(got) != len(want) {
		t.Fatalf("%d points, want %d", len(got), len(want))
	}
	for i := range want {
		if !got[i].At.Equal(want[i].At) || got[i].Figures != want[i].Figures {
			t.Errorf("point %d is %v %+v, want %v %+v", i, got[i].At, got[i].Figures, want[i].At, want[i].Figures)
		}
	}
	if got[0].TenSecond().String() != "—" || got[2].TenSecond().String() != "0.0%" {
		t.Errorf("shares are %v and %v", got[0].TenSecond(), got[2].TenSecond())
	}
	for _, step := range []time.Duration{0, -time.Minute, time.Millisecond, time.Second} {
		if _, err := s.Trend(t.Context(), site, at("08:00:00"), at("09:00:00"), step); !errors.Is(err, statistics.ErrTooFine) {
			t.Errorf("step %v: %v", step, err)
		}
	}
	if got, err := s.Trend(t.Context(), site, at("09:00:00"), at("08:00:00"), time.Minute); err != nil || len(got) != 0 {
		t.Errorf("a time that ends before it begins has %d points, %v", len(got), err)
	}
}

func TestEmptyDayHasNoShares(t *testing.T) {
	s := statistics.New(postgrestest.New(t, calls))
	got, err := s.Today(t.Context(), site, changsha, at("18:00:00"))
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range statistics.Indicators {
		if shown := i.Of(got.Site).String(); shown != "—" {
			t.Errorf("%s of nothing is %s", i.Code, shown)
		}
	}
}

func TestDayBeginsWhereTheSiteIs(t *testing.T) {
	urumqi := time.FixedZone("XJT", 6*3600)
	for _, tt := range []struct {
		where *time.Location
		now   time.Time
		want  time.Time
	}{
		{changsha, at("00:00:00"), at("00:00:00")},
		{changsha, at("-23:59:59"), at("-00:00:00")},
		{urumqi, at("01:00:00"), at("-02:00:00")},
	} {
		if got := statistics.Midnight(tt.now, tt.where); !got.Equal(tt.want) {
			t.Errorf("the day of %v began at %v, want %v", tt.now.In(tt.where), got, tt.want)
		}
	}
}

func TestEveryIndicatorSaysHowItIsCounted(t *testing.T) {
	seen := map[string]bool{}
	f := statistics.Figures{Offered: 7, Answered: 5, WithinTen: 3, Abandoned: 2, Rated: 4, Satisfied: 1}
	want := map[string]statistics.Ratio{
		"ten_second": {N: 3, D: 7}, "answer_rate": {N: 5, D: 7}, "abandon_rate": {N: 2, D: 7}, "satisfaction": {N: 1, D: 4},
	}
	for _, i := range statistics.Indicators {
		if i.Code == "" || seen[i.Code] || !strings.HasPrefix(i.Formula, i.Name+"＝") || !strings.Contains(i.Formula, "“—”") {
			t.Errorf("indicator %+v", i)
		}
		seen[i.Code] = true
		if got := i.Of(f); got != want[i.Code] {
			t.Errorf("%s is %v, want %v", i.Code, got, want[i.Code])
		}
	}
	if len(seen) != len(want) {
		t.Errorf("%d indicators, want %d", len(seen), len(want))
	}
}
