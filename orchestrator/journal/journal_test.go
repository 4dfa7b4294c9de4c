package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
)

const site = orchestrator.SiteID("430100")

var (
	noon  = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	quiet = slog.New(slog.DiscardHandler)
)

func after(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

func open(t testing.TB, dir string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// run runs a journal; the returned function stops and closes it.
func run(t testing.TB, j *journal.Journal) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- j.Run(ctx) }()
	stopped := false
	stop = func() {
		t.Helper()
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := errors.Join(<-done, j.Close()); err != nil {
			t.Errorf("stop the journal: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// running gives a journal in dir that ships to db.
func running(t testing.TB, dir string, db journal.Database) *journal.Journal {
	t.Helper()
	j := open(t, dir)
	j.ShipTo(db)
	run(t, j)
	return j
}

func shipped(t testing.TB, j *journal.Journal) {
	t.Helper()
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Postgres having all of it", func() bool { return j.Lag() == 0 })
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no sign of %s", what)
		}
	}
}

// lines returns the rows of a query, each as text.
func lines(t testing.TB, pool *pgxpool.Pool, sql string, args ...any) []string {
	t.Helper()
	rows, err := pool.Query(context.Background(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func same(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

type data = orchestrator.FactData

func fact(kind orchestrator.FactKind, at float64, call orchestrator.CallID, agent orchestrator.AgentID, d data) orchestrator.Fact {
	return orchestrator.Fact{ID: id.New(), Kind: kind, At: after(at), Site: site, Call: call, Agent: agent, Data: d}
}

// aCall is a call that one agent lets ring and another answers.
func aCall(call orchestrator.CallID) []orchestrator.Fact {
	c := call
	return []orchestrator.Fact{
		fact(orchestrator.CallArrived, 0, c, "", data{Channel: "caller", Trunk: "telecom", Called: "12328", Caller: "073188881234", CallerName: "王", Flow: "main", Recording: "rec-1", Language: "zh"}),
		fact(orchestrator.CallQueued, 5, c, "", data{Queue: "general", Skills: []string{"taxi", "zh"}, Path: "start>taxi", Language: "zh", Entered: after(4.5)}),
		fact(orchestrator.CallOffered, 6, c, "1001", data{Channel: "a1", Phone: "p1", Queue: "general", Token: 7}),
		fact(orchestrator.AgentMoved, 6, c, "1001", data{From: "ready", To: "ringing", Phone: "p1"}),
		fact(orchestrator.CallRinging, 6.2, c, "1001", data{Channel: "a1"}),
		fact(orchestrator.CallOfferEnded, 16, c, "1001", data{Channel: "a1", Outcome: "no_answer", Cause: "no_answer"}),
		fact(orchestrator.AgentMoved, 16, "", "1001", data{From: "ringing", To: "not_ready", Reason: "no_answer", Phone: "p1"}),
		fact(orchestrator.CallOffered, 17, c, "1002", data{Channel: "a2", Phone: "p2", Queue: "general", Token: 8}),
		fact(orchestrator.CallRinging, 17.5, c, "1002", data{Channel: "a2"}),
		fact(orchestrator.CallOfferEnded, 20, c, "1002", data{Channel: "a2", Outcome: "answered"}),
		fact(orchestrator.CallAnswered, 20, c, "1002", data{Channel: "a2", Queue: "general"}),
		fact(orchestrator.CallTalkEnded, 80, c, "1002", data{Channel: "a2", By: "agent", Cause: "normal"}),
		fact(orchestrator.CallRated, 85, c, "", data{Score: 2}),
		fact(orchestrator.CallEnded, 86, c, "", data{Channel: "caller", Cause: "normal", By: "agent", Result: "answered", Path: "start>taxi>rate"}),
	}
}

const (
	recordLine = `SELECT concat_ws('|', site, direction, trunk, called, caller, caller_name, area, flow, path, language, queue,
		skills::text, arrived_at, queued_at, first_offered_at, answered_at, talk_ended_at, ended_at,
		agent, offers, result, rating, cause, ended_by, recording) FROM calls.record ORDER BY id`
	legLine = `SELECT concat_ws('|', channel, kind, agent, phone, started_at, ringing_at, answered_at, ended_at, outcome, cause)
		FROM calls.leg ORDER BY call_id, started_at`
	logLine = `SELECT concat_ws('|', agent, site, at, from_state, to_state, reason, phone, call_id) FROM calls.agent_log ORDER BY at`
)

func checkCall(t *testing.T, pool *pgxpool.Pool, call orchestrator.CallID) {
	t.Helper()
	same(t, "record", lines(t, pool, recordLine),
		"430100|in|telecom|12328|073188881234|王|0731|main|start>taxi>rate|zh|general|{taxi,zh}|"+
			"2026-03-02 12:00:00+00|2026-03-02 12:00:04.5+00|2026-03-02 12:00:06+00|2026-03-02 12:00:20+00|2026-03-02 12:01:20+00|2026-03-02 12:01:26+00|"+
			"1002|2|answered|2|normal|agent|rec-1")
	same(t, "legs", lines(t, pool, legLine),
		"caller|caller|||2026-03-02 12:00:00+00|2026-03-02 12:01:26+00||normal",
		"a1|agent|1001|p1|2026-03-02 12:00:06+00|2026-03-02 12:00:06.2+00|2026-03-02 12:00:16+00|no_answer|no_answer",
		"a2|agent|1002|p2|2026-03-02 12:00:17+00|2026-03-02 12:00:17.5+00|2026-03-02 12:00:20+00|2026-03-02 12:01:20+00|answered|normal")
	same(t, "agent log", lines(t, pool, logLine),
		"1001|430100|2026-03-02 12:00:06+00|ready|ringing||p1|"+string(call),
		"1001|430100|2026-03-02 12:00:16+00|ringing|not_ready|no_answer|p1")
}

func newCall() orchestrator.CallID { return orchestrator.CallID(id.New()) }

func TestFactsOfCallBecomeItsRecordLegsAndLog(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	j := running(t, t.TempDir(), pool)
	call := newCall()
	for _, f := range aCall(call) {
		j.Append(f)
	}
	shipped(t, j)
	checkCall(t, pool, call)
	if n := lines(t, pool, `SELECT count(*)::text FROM calls.event WHERE call_id = $1`, string(call)); n[0] != "13" {
		t.Errorf("%s events of the call are kept, want 13", n[0])
	}
}

func TestFactsAreAppliedOnce(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	j := running(t, t.TempDir(), pool)
	call := newCall()
	facts := aCall(call)
	for _, f := range slices.Concat(facts, facts, facts[3:7]) {
		j.Append(f)
	}
	shipped(t, j)
	for _, f := range facts { // and again, when they are long there
		j.Append(f)
	}
	shipped(t, j)
	checkCall(t, pool, call)
}

func TestOrderInWhichTwoJournalsArriveDoesNotMatter(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	j := running(t, t.TempDir(), pool)
	call := newCall()
	facts := aCall(call)
	first := []orchestrator.Fact{ // an earlier talk, and a premature end
		fact(orchestrator.CallTalkEnded, 19, call, "1002", data{Channel: "a2"}),
		fact(orchestrator.CallEnded, 18, call, "", data{Channel: "caller"}),
	}
	for _, f := range slices.Concat(facts[7:], facts[:7], first) { // the second engine was faster
		j.Append(f)
	}
	shipped(t, j)
	r := lines(t, pool, recordLine)
	if len(r) != 1 || !strings.Contains(r[0], "|2026-03-02 12:00:00+00|2026-03-02 12:00:04.5+00|2026-03-02 12:00:06+00|2026-03-02 12:00:20+00|2026-03-02 12:01:20+00|2026-03-02 12:01:26+00|") ||
		!strings.HasSuffix(r[0], "|1002|2|answered|2|normal|agent|rec-1") {
		t.Errorf("record is %q", r)
	}
}

func TestFactOfUnknownCallMakesItsRecord(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	j := running(t, t.TempDir(), pool)
	for _, f := range aCall(newCall())[1:] {
		if f.Kind == orchestrator.AgentMoved {
			continue
		}
		f.Call, f.ID = newCall(), "" // each the only fact of its call
		j.Append(f)
	}
	shipped(t, j)
	if n := lines(t, pool, `SELECT count(*)::text FROM calls.record`)[0]; n != "11" {
		t.Errorf("%s records, want 11", n)
	}
	same(t, "rejected", lines(t, pool, `SELECT reason FROM calls.rejected`))
}

func TestHostileTextIsStored(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	j := running(t, t.TempDir(), pool)
	nasty := []string{
		"", "'; DROP TABLE calls.event; --", "a\x00b", "\xff\xfe", `\u0000`, "<script>\r\n%0A", "\\\x00", strings.Repeat("九", 10_000), "\"quoted\" \\",
	}
	for _, s := range nasty {
		f := fact(orchestrator.CallArrived, 0, newCall(), "", data{Channel: "c", Caller: s, CallerName: s, Called: s, Flow: s})
		j.Append(f)
		j.Append(fact(orchestrator.AgentMoved, 0, "", orchestrator.AgentID("a"+s), data{From: "ready", To: "offline", Reason: s}))
		j.Append(orchestrator.Fact{Kind: "future.kind", Data: data{Reason: s}}) // no id, no time, not known
	}
	shipped(t, j)
	same(t, "rejected", lines(t, pool, `SELECT reason FROM calls.rejected`))
	if n := lines(t, pool, `SELECT count(*)::text FROM calls.event`)[0]; n != fmt.Sprint(3*len(nasty)) {
		t.Errorf("%s events, want %d", n, 3*len(nasty))
	}
	same(t, "names", lines(t, pool, `SELECT left(caller_name, 40) FROM calls.record ORDER BY id`),
		"", "'; DROP TABLE calls.event; --", "a\uFFFDb", "\uFFFD\uFFFD", `\u0000`, "<script>\r\n%0A", "\\\uFFFD", strings.Repeat("九", 40), "\"quoted\" \\")
	if full := lines(t, pool, `SELECT data->>'caller_name' FROM calls.event WHERE length(data->>'caller_name') > 1000`); len(full) != 1 || full[0] != nasty[7] {
		t.Error("the event did not keep the whole text")
	}
}

func TestFactThatCannotBeAppliedHoldsUpNobody(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	j := open(t, t.TempDir())
	call := newCall()
	bad := []orchestrator.Fact{
		fact(orchestrator.CallRated, 1, newCall(), "", data{Score: 9}),
		fact(orchestrator.CallEnded, 1, "not-a-uuid", "", data{Result: "answered"}),
		fact(orchestrator.CallEnded, 1, "", "", data{Result: "answered"}),
		fact(orchestrator.CallEnded, 1, newCall(), "", data{Result: "eaten"}),
		{ID: "x\x00y", Kind: "future.kind", At: noon},
	}
	for i, f := range aCall(call) {
		j.Append(f)
		if i < len(bad) {
			j.Append(bad[i])
		}
	}
	j.ShipTo(pool)
	run(t, j)
	shipped(t, j)
	checkCall(t, pool, call)
	var want []string
	for _, f := range bad {
		want = append(want, strings.ReplaceAll(f.ID, "\x00", "\uFFFD"))
	}
	same(t, "rejected", lines(t, pool, `SELECT fact_id FROM calls.rejected ORDER BY rejected_at`), want...)
	if r := lines(t, pool, `SELECT reason FROM calls.rejected WHERE body LIKE '%"score":9%'`); len(r) != 1 || !strings.Contains(r[0], "rating") {
		t.Errorf("the reason is %q", r)
	}
	if got := metric(t, j, "yihaotong_journal_rejected_total"); got != float64(len(bad)) {
		t.Errorf("the metric says %v rejected, want %d", got, len(bad))
	}
}

func TestHookWritesExactlyIfTheFactsAreThere(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	if _, err := pool.Exec(t.Context(), `CREATE TABLE public.job (fact text PRIMARY KEY)`); err != nil {
		t.Fatal(err)
	}
	j := open(t, t.TempDir())
	poison := fact(orchestrator.CallMessage, 3, newCall(), "", data{})
	j.InTx(func(ctx context.Context, tx pgx.Tx, facts []orchestrator.Fact) error {
		for _, f := range facts {
			if _, err := tx.Exec(ctx, `INSERT INTO public.job VALUES ($1)`, f.ID); err != nil {
				return err
			}
			if f.ID == poison.ID {
				return errors.New("no such queue")
			}
		}
		return nil
	})
	var heard []string
	j.OnApplied(func(facts []orchestrator.Fact) {
		for _, f := range facts {
			heard = append(heard, f.ID)
		}
	})
	var want, wantJobs []string
	for i, f := range aCall(newCall()) {
		j.Append(f)
		j.Append(f) // the second time nobody is told
		want, wantJobs = append(want, f.ID), append(wantJobs, f.ID)
		if i == 5 {
			j.Append(poison)
			want = append(want, poison.ID)
		}
	}
	j.ShipTo(pool)
	stop := run(t, j)
	shipped(t, j)
	stop()
	same(t, "heard", heard, want...)
	slices.Sort(wantJobs)
	same(t, "jobs", lines(t, pool, `SELECT fact FROM public.job ORDER BY fact`), wantJobs...)
	same(t, "noted", lines(t, pool, `SELECT fact_id FROM calls.rejected WHERE reason LIKE '%no such queue%'`), poison.ID)
	same(t, "applied all the same", lines(t, pool, `SELECT id::text FROM calls.record WHERE id = $1`, string(poison.Call)), string(poison.Call))
}

func metric(t *testing.T, j *journal.Journal, name string) float64 {
	t.Helper()
	reg := prometheus.NewPedanticRegistry()
	if err := reg.Register(j); err != nil {
		t.Fatal(err)
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

func TestMain(m *testing.M) {
	if done := appendForever(); done {
		return
	}
	goleak.VerifyTestMain(m)
}
