package record_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
	"github.com/yihaotong/yihaotong/orchestrator/record"
)

const site = orchestrator.SiteID("430100")

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// put writes a call that arrived n minutes after noon. Columns and values are
// those of calls.record.
func put(t *testing.T, db *pgxpool.Pool, n int, columns, values string) orchestrator.CallID {
	t.Helper()
	call := id.New()
	_, err := db.Exec(t.Context(), fmt.Sprintf(
		`INSERT INTO calls.record (id, arrived_at, %s) VALUES ($1, $2, %s)`, columns, values),
		call, noon.Add(time.Duration(n)*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	return orchestrator.CallID(call)
}

func putLeg(t *testing.T, db *pgxpool.Pool, call orchestrator.CallID, columns, values string) {
	t.Helper()
	_, err := db.Exec(t.Context(), fmt.Sprintf(
		`INSERT INTO calls.leg (call_id, %s) VALUES ($1, %s)`, columns, values), string(call))
	if err != nil {
		t.Fatal(err)
	}
}

func ids(records []record.Record) string {
	var out []orchestrator.CallID
	for _, r := range records {
		out = append(out, r.ID)
	}
	return fmt.Sprint(out)
}

func TestListFindsWhatIsAskedFor(t *testing.T) {
	db := postgrestest.New(t, journal.Migrations)
	s := record.New(db)
	a := put(t, db, 0, "site, caller, agent, answered_at, result, queue", "'430100', '13800001111', '1001', '2026-03-02 12:00:09Z', 'answered', 'taxi'")
	b := put(t, db, 1, "site, caller, caller_name, result", `'430100', '073188881234', '50%_\王', 'abandoned_flow'`)
	c := put(t, db, 2, "site, caller, agent, answered_at, result", "'430200', '13800001111', '1003', '2026-03-02 12:02:09Z', 'answered'")
	putLeg(t, db, b, "channel, kind, agent, started_at, outcome", "'x', 'agent', '1001', '2026-03-02 12:01:09Z', 'no_answer'")

	tests := []struct {
		name   string
		filter record.Filter
		want   []orchestrator.CallID
		total  int
	}{
		{"all, the latest first", record.Filter{}, []orchestrator.CallID{c, b, a}, 3},
		{"a site", record.Filter{Site: site}, []orchestrator.CallID{b, a}, 2},
		{"an agent who talked or missed it", record.Filter{Agent: "1001"}, []orchestrator.CallID{b, a}, 2},
		{"a caller", record.Filter{Caller: "13800001111"}, []orchestrator.CallID{c, a}, 2},
		{"a caller at a site", record.Filter{Caller: "13800001111", Site: site}, []orchestrator.CallID{a}, 1},
		{"from, including", record.Filter{From: noon.Add(time.Minute)}, []orchestrator.CallID{c, b}, 2},
		{"to, excluding", record.Filter{To: noon.Add(time.Minute)}, []orchestrator.CallID{a}, 1},
		{"a result", record.Filter{Result: orchestrator.ResultAbandonedFlow}, []orchestrator.CallID{b}, 1},
		{"part of a number", record.Filter{Text: " 8888 "}, []orchestrator.CallID{b}, 1},
		{"a queue", record.Filter{Text: "TAXI"}, []orchestrator.CallID{a}, 1},
		{"wildcards are letters", record.Filter{Text: `%_\`}, []orchestrator.CallID{b}, 1},
		{"a wildcard that is in nothing", record.Filter{Text: "1%1"}, nil, 0},
		{"what no text holds", record.Filter{Text: "\x00\xff", Caller: "\x00"}, nil, 0},
		{"the second page", record.Filter{Offset: 1, Limit: 1}, []orchestrator.CallID{b}, 3},
		{"beyond the end", record.Filter{Offset: 9}, nil, 3},
	}
	for _, tt := range tests {
		got, total, err := s.List(t.Context(), tt.filter)
		if err != nil || ids(got) != fmt.Sprint(tt.want) || total != tt.total {
			t.Errorf("%s: %s of %d, %v; want %v of %d", tt.name, ids(got), total, err, tt.want, tt.total)
		}
	}
}

func TestGetReturnsTheCallAsItWas(t *testing.T) {
	db := postgrestest.New(t, journal.Migrations)
	s := record.New(db)
	call := put(t, db, 0, `site, trunk, called, caller, caller_name, area, flow, path, language, queue, skills,
		queued_at, first_offered_at, answered_at, talk_ended_at, ended_at, agent, offers, result, rating, cause, ended_by, recording`,
		`'430100', 't1', '12328', '073188881234', '王', '0731', 'main', 'a>b', 'zh', 'taxi', '{taxi,zh}',
		'2026-03-02 12:00:05Z', '2026-03-02 12:00:06Z', '2026-03-02 12:00:11Z', '2026-03-02 12:01:11Z', '2026-03-02 12:01:20Z',
		'1002', 2, 'answered', 1, 'normal', 'caller', 'rec-1'`)
	putLeg(t, db, call, "channel, kind, agent, phone, started_at, outcome", "'a2', 'agent', '1002', 'p2', '2026-03-02 12:00:08Z', 'answered'")
	putLeg(t, db, call, "channel, kind, agent, phone, started_at, outcome", "'a1', 'agent', '1001', 'p1', '2026-03-02 12:00:06Z', 'busy'")
	putLeg(t, db, call, "channel, kind, started_at", "'c', 'caller', '2026-03-02 12:00:00Z'")

	d, err := s.Get(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	r := d.Record
	if r.ID != call || r.Site != site || r.Direction != "in" || r.Trunk != "t1" || r.Called != "12328" || r.Caller != "073188881234" ||
		r.CallerName != "王" || r.Area != "0731" || r.Flow != "main" || r.Path != "a>b" || r.Language != "zh" || r.Queue != "taxi" ||
		fmt.Sprint(r.Skills) != "[taxi zh]" || r.Agent != "1002" || r.Offers != 2 || r.Result != orchestrator.ResultAnswered ||
		r.Rating == nil || *r.Rating != 1 || r.Cause != "normal" || r.EndedBy != orchestrator.ByCaller || r.Recording != "rec-1" {
		t.Errorf("record is %+v", r)
	}
	if !r.ArrivedAt.Equal(noon) || !r.FirstOfferedAt.Equal(noon.Add(6*time.Second)) || !r.EndedAt.Equal(noon.Add(80*time.Second)) {
		t.Errorf("times are %v, %v, %v", r.ArrivedAt, r.FirstOfferedAt, r.EndedAt)
	}
	if w, talk := r.Waited(time.Now()), r.Talked(time.Now()); w != 6*time.Second || talk != time.Minute {
		t.Errorf("waited %v, talked %v", w, talk)
	}
	if len(d.Legs) != 3 || d.Legs[0].Kind != "caller" || len(d.Offers()) != 2 ||
		d.Offers()[0].Outcome != orchestrator.OutcomeBusy || d.Offers()[1].Agent != "1002" || d.Offers()[1].Phone != "p2" {
		t.Errorf("legs are %+v", d.Legs)
	}
}

func TestNoSuchCallIsNotFound(t *testing.T) {
	s := record.New(postgrestest.New(t, journal.Migrations))
	for _, call := range []string{"", "x", "'; --", "a\x00b", id.New()} {
		if _, err := s.Get(t.Context(), orchestrator.CallID(call)); !errors.Is(err, record.ErrNotFound) || errkind.Of(err) != errkind.NotFound {
			t.Errorf("%q: %v", call, err)
		}
	}
}

func TestEarlierCallsOfCaller(t *testing.T) {
	db := postgrestest.New(t, journal.Migrations)
	s := record.New(db)
	var calls []orchestrator.CallID
	for n := range 4 {
		calls = append(calls, put(t, db, n, "site, caller", "'430100', '13800001111'"))
	}
	put(t, db, 0, "site, caller", "'430200', '13800001111'")
	put(t, db, 0, "site, caller", "'430100', ''")
	got, err := s.OfCaller(t.Context(), site, "13800001111", noon.Add(3*time.Minute), 2)
	if err != nil || ids(got) != fmt.Sprint([]orchestrator.CallID{calls[2], calls[1]}) {
		t.Errorf("got %s, %v of %v", ids(got), err, calls)
	}
	if got, err := s.OfCaller(t.Context(), site, "", noon.Add(time.Hour), 10); err != nil || len(got) != 0 {
		t.Errorf("a caller without number has %d earlier calls, %v", len(got), err)
	}
}

func TestWaitAndTalkOfCallsThatGoOn(t *testing.T) {
	at := func(s int) *time.Time { m := noon.Add(time.Duration(s) * time.Second); return &m }
	tests := []struct {
		name          string
		record        record.Record
		waits, speaks int
	}{
		{"in the flow", record.Record{ArrivedAt: noon}, 0, 0},
		{"in the queue", record.Record{QueuedAt: at(10)}, 90, 0},
		{"in a talk", record.Record{QueuedAt: at(10), AnsweredAt: at(40)}, 30, 60},
		{"given up", record.Record{QueuedAt: at(10), EndedAt: at(15)}, 5, 0},
		{"the switch died", record.Record{QueuedAt: at(10), AnsweredAt: at(20), EndedAt: at(50)}, 10, 30},
	}
	for _, tt := range tests {
		now := noon.Add(100 * time.Second)
		if w, s := tt.record.Waited(now), tt.record.Talked(now); w != time.Duration(tt.waits)*time.Second || s != time.Duration(tt.speaks)*time.Second {
			t.Errorf("%s: waited %v, talked %v", tt.name, w, s)
		}
	}
}

func TestFiguresOfAgents(t *testing.T) {
	db := postgrestest.New(t, journal.Migrations)
	s := record.New(db)
	here := put(t, db, 0, "site", "'430100'")
	there := put(t, db, 0, "site", "'430200'")
	const columns = "channel, kind, agent, started_at, answered_at, ended_at, outcome"
	for _, leg := range []string{
		"'1', 'agent', '1001', '2026-03-02 12:00Z', '2026-03-02 12:01Z', '2026-03-02 12:03:30.5Z', 'answered'",
		"'2', 'agent', '1001', '2026-03-02 12:10Z', NULL, '2026-03-02 12:11Z', 'no_answer'",
		"'3', 'agent', '1001', '2026-03-02 12:20Z', NULL, '2026-03-02 12:21Z', 'caller_left'",
		"'4', 'agent', '1001', '2026-03-02 12:30Z', '2026-03-02 12:31Z', NULL, 'answered'", // still talking
		"'5', 'agent', '1001', '2026-03-01 23:59Z', '2026-03-02 00:00Z', '2026-03-02 00:01Z', 'answered'",
		"'6', 'agent', '1002', '2026-03-02 12:00Z', NULL, '2026-03-02 12:01Z', 'rejected'",
		"'7', 'caller', '', '2026-03-02 12:00Z', NULL, NULL, ''",
	} {
		putLeg(t, db, here, columns, leg)
	}
	putLeg(t, db, there, columns, "'8', 'agent', '1001', '2026-03-02 12:00Z', NULL, NULL, 'busy'")
	got, err := s.AgentToday(t.Context(), site, noon.Truncate(24*time.Hour))
	want := map[orchestrator.AgentID]record.Figures{
		"1001": {Offered: 4, Answered: 2, Missed: 1, TalkTime: 150500 * time.Millisecond},
		"1002": {Offered: 1, Missed: 1},
	}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("figures are %v, %v; want %v", got, err, want)
	}
}
