package recording

import (
	"context"
	"errors"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
)

// failuresOf reads what the collector tells of its failures with a cause.
func failuresOf(t *testing.T, c *Collector, cause string) float64 {
	t.Helper()
	r := prometheus.NewRegistry()
	r.MustRegister(c)
	all, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		for _, m := range f.GetMetric() {
			if f.GetName() == "yihaotong_recording_failures_total" && m.GetLabel()[0].GetValue() == cause {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

// told notes moments of a call, as the journal would.
func (b *bench) told(moments ...Moment) {
	b.Helper()
	err := pgx.BeginFunc(b.Context(), b.pool, func(tx pgx.Tx) error { return Note(b.Context(), tx, moments...) })
	if err != nil {
		b.Fatal(err)
	}
}

// conversation is a recorded call of site 430100 that began at a moment.
func (b *bench) conversation(began time.Time, more ...Moment) string {
	b.Helper()
	call, _ := b.sealedCall(talk(1))
	moments := append([]Moment{
		{Kind: Began, At: began, Direction: "in", Number: "13812341411", Area: ""},
		{Kind: Queued, At: began.Add(time.Second), Queue: "general"},
		{Kind: Talk, At: began.Add(2 * time.Second), Agent: "1001"},
		{Kind: TalkEnded, At: began.Add(3 * time.Second)},
	}, more...)
	for i := range moments {
		moments[i].Call, moments[i].Site = call, "430100"
	}
	b.told(moments...)
	return call
}

func TestRecordingsAreFoundByEverythingTheyAreLookedForBy(t *testing.T) {
	b := newBench(t)
	yes, no := true, false
	first := b.conversation(noon, Moment{Kind: Rated, At: noon.Add(time.Minute), Rating: 3}, Moment{Kind: Masked, At: noon.Add(2500 * time.Millisecond), Agent: "1001"})
	second := b.conversation(noon.Add(time.Hour), Moment{Kind: Began, At: noon.Add(time.Hour), Direction: "out", Number: "073185551234", Area: "0731"}, Moment{Kind: Talk, At: noon.Add(61 * time.Minute), Agent: "1002"})
	third := b.conversation(noon.Add(2*time.Hour), Moment{Kind: Message, At: noon.Add(2 * time.Hour)}, Moment{Kind: Queued, At: noon.Add(3 * time.Hour), Queue: "truck"})
	none, _ := b.ended(nil)
	b.told(Moment{Call: none, Site: "430100", Kind: Began, At: noon, Direction: "in", Number: "13800001411"})
	if err := b.coll.collect(t.Context(), none, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := b.vault.Hold(t.Context(), third, "2001", "行政复议取证", noon); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		f    Filter
		want []string
	}{
		"all":             {Filter{}, []string{third, second, first}},
		"whole number":    {Filter{Number: "138 1234 1411"}, []string{third, first}},
		"its end":         {Filter{Number: "1234"}, []string{second}},
		"without area":    {Filter{Number: "85551234"}, []string{second}},
		"area":            {Filter{Area: "0731"}, []string{second}},
		"agent":           {Filter{Agent: "1002"}, []string{second}},
		"agent of all":    {Filter{Agent: "1001"}, []string{third, second, first}},
		"queue, first":    {Filter{Queue: "general"}, []string{third, second, first}},
		"queue, later":    {Filter{Queue: "truck"}, []string{}},
		"from":            {Filter{From: noon.Add(time.Hour)}, []string{third, second}},
		"to":              {Filter{To: noon.Add(time.Hour)}, []string{first}},
		"rating":          {Filter{Rating: 3}, []string{first}},
		"direction":       {Filter{Direction: "out"}, []string{second}},
		"masked":          {Filter{Masked: &yes}, []string{first}},
		"not masked":      {Filter{Masked: &no}, []string{third, second}},
		"message":         {Filter{Message: &yes}, []string{third}},
		"held":            {Filter{Held: &yes}, []string{third}},
		"long":            {Filter{Shortest: 2}, []string{}},
		"short":           {Filter{Longest: 1}, []string{third, second, first}},
		"of a ticket":     {Filter{Calls: []string{second}}, []string{second}},
		"of no call":      {Filter{Calls: []string{}}, []string{}},
		"another site":    {Filter{Site: "430200"}, []string{}},
		"hostile":         {Filter{Number: "%_\x00'", Agent: "\x00'", Queue: "' OR 1=1"}, []string{}},
		"second page":     {Filter{Limit: 1, Offset: 1}, []string{second}},
		"several at once": {Filter{Agent: "1001", Number: "1411", Rating: 3, Masked: &yes, From: noon, To: noon.Add(time.Minute)}, []string{first}},
	} {
		if tt.f.Site == "" {
			tt.f.Site = "430100"
		}
		found, _, err := b.vault.Search(t.Context(), tt.f)
		got := []string{}
		for _, e := range found {
			got = append(got, e.CallID)
		}
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, tt.want)
		}
	}
	found, total, err := b.vault.Search(t.Context(), Filter{Site: "430100", Calls: []string{second}})
	if err != nil || total != 1 || !reflect.DeepEqual(found[0].Agents, []string{"1001", "1002"}) || found[0].Seconds != 1 || found[0].State != Ready {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestMomentsMayComeInAnyOrderAndTwice(t *testing.T) {
	b := newBench(t)
	moments := []Moment{
		{Kind: Began, At: noon, Direction: "in", Number: "13812341411"},
		{Kind: Queued, At: noon, Queue: "general"},
		{Kind: Talk, At: noon.Add(time.Second), Agent: "1001"},
		{Kind: Masked, At: noon.Add(2 * time.Second)},
		{Kind: Unmasked, At: noon.Add(3 * time.Second)},
		{Kind: TalkEnded, At: noon.Add(4 * time.Second)},
		{Kind: Rated, At: noon.Add(5 * time.Second), Rating: 1},
	}
	var want Entry
	for turn := range moments {
		call, _ := b.ended(nil)
		order := append(append([]Moment{}, moments[turn:]...), moments[:turn]...)
		for i := range order {
			order[i].Call, order[i].Site = call, "430100"
			b.told(order[i])
		}
		b.told(order...)
		e := must(b.vault.Describe(t.Context(), call))[call]
		e.CallID = ""
		if turn == 0 {
			want = e
		}
		if !reflect.DeepEqual(e, want) || e.Number != "13812341411" || !e.Masked || len(e.Agents) != 1 {
			t.Errorf("from the %d. on: %+v, want %+v", turn, e, want)
		}
		s, err := b.vault.Spans(t.Context(), call)
		if err != nil || len(s.Masked) != 0 { // nothing is recorded yet
			t.Errorf("%+v, %v", s, err)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// desk tells which calls belong to tickets.
type desk struct {
	ties map[string]Tie
	away error
}

func (d *desk) Ties(context.Context, []string) (map[string]Tie, error) { return d.ties, d.away }

func TestWhatIsOverIsDeletedAndNothingElse(t *testing.T) {
	b := newBench(t)
	now := time.Now()
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	old := b.conversation(ago(731))
	young := b.conversation(ago(729))
	closed := b.conversation(ago(800))
	closedLong := b.conversation(ago(1096))
	open := b.conversation(ago(5000))
	held := b.conversation(ago(5000))
	lifted := b.conversation(ago(5000))
	internal := b.conversation(ago(181), Moment{Kind: Began, At: ago(181), Direction: "internal", Number: "1002"})
	for _, call := range []string{held, lifted} {
		if err := b.vault.Hold(t.Context(), call, "2001", "诉讼保全", now); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.vault.Lift(t.Context(), lifted, "2001", "已结案", now); err != nil {
		t.Fatal(err)
	}
	tickets := &desk{ties: map[string]Tie{closed: TiedClosed, closedLong: TiedClosed, open: TiedOpen}, away: errors.New("away")}
	b.coll.Retire(tickets)
	if n, err := b.coll.keeper.Retire(t.Context(), now); err == nil || n != 0 {
		t.Fatalf("tickets cannot be asked: %d, %v", n, err)
	}
	tickets.away = nil
	if n, err := b.coll.keeper.Retire(t.Context(), now); err != nil || n != 4 {
		t.Fatalf("%d, %v", n, err)
	}
	for call, want := range map[string]State{
		old: Erased, young: Ready, closed: Ready, closedLong: Erased, open: Ready, held: Ready, lifted: Erased, internal: Erased,
	} {
		if got := b.info(call).State; got != want {
			t.Errorf("call of %d: %s, want %s", indexOf(call, old, young, closed, closedLong, open, held, lifted, internal), got, want)
		}
	}
	if _, _, err := b.vault.Open(t.Context(), old); !errors.Is(err, ErrErased) {
		t.Errorf("Open: %v", err)
	}
	b.played(young)
	b.onlySealed(4)
	var logged int64
	b.number(&logged, `SELECT count(*) FROM recording.erasure e JOIN recording.recording r USING (call_id) WHERE r.sha256 = e.sha256 AND e.days > 0`)
	if logged != 4 {
		t.Errorf("%d deletions are logged", logged)
	}
	if err := b.vault.Hold(t.Context(), old, "2001", "太晚了", now); !errors.Is(err, ErrErased) {
		t.Errorf("hold of what is gone: %v", err)
	}
	if n, err := b.coll.keeper.Retire(t.Context(), now); err != nil || n != 0 {
		t.Errorf("once more: %d, %v", n, err)
	}
	if err := b.vault.SetRule(t.Context(), "430100", OfTalk, 40, "9001", now); err != nil {
		t.Fatal(err)
	}
	if n, err := b.coll.keeper.Retire(t.Context(), now); err != nil || n != 1 || b.info(young).State != Erased {
		t.Errorf("with a shorter rule: %d, %v", n, err)
	}
	for _, days := range []int{0, -1, 29, MostDays + 1} {
		if err := b.vault.SetRule(t.Context(), "430100", OfTalk, days, "9001", now); !errors.Is(err, ErrBadDays) {
			t.Errorf("%d days: %v", days, err)
		}
	}
}

func indexOf(call string, all ...string) int {
	for i, c := range all {
		if c == call {
			return i
		}
	}
	return -1
}

func TestDeletionThatWasKilledIsTakenUp(t *testing.T) {
	b := newBench(t)
	call := b.conversation(time.Now().AddDate(-3, 0, 0))
	if _, err := b.pool.Exec(t.Context(), `UPDATE recording.recording SET state = 'erasing' WHERE call_id = $1`, call); err != nil {
		t.Fatal(err)
	}
	if err := b.vault.Hold(t.Context(), call, "2001", "来不及了", time.Now()); !errors.Is(err, ErrErased) {
		t.Errorf("hold: %v", err)
	}
	b.coll.Retire(&desk{})
	if n, err := b.coll.keeper.Retire(t.Context(), time.Now()); err != nil || n != 1 || b.info(call).State != Erased {
		t.Errorf("%d, %v, %s", n, err, b.info(call).State)
	}
	b.onlySealed(0)
}

func TestHoldAndDeletionNeverBothWin(t *testing.T) {
	b := newBench(t)
	b.coll.Retire(&desk{})
	for range 20 {
		call := b.conversation(time.Now().AddDate(-3, 0, 0))
		var wg sync.WaitGroup
		var hold error
		wg.Go(func() { hold = b.vault.Hold(t.Context(), call, "2001", "诉讼保全", time.Now()) })
		wg.Go(func() { _, _ = b.coll.keeper.Retire(t.Context(), time.Now()) })
		wg.Wait()
		if state := b.info(call).State; (hold == nil) != (state == Ready) {
			t.Fatalf("held: %v, state %s", hold, state)
		}
	}
}

func TestDailyJobDeletesOnce(t *testing.T) {
	b := newBench(t)
	call := b.conversation(time.Now().AddDate(-3, 0, 0))
	b.coll.Retire(&desk{})
	b.runs()
	b.until(call, Erased)
	other := b.collector(b.disk)
	other.Retire(&desk{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- other.Run(ctx) }()
	var jobs int64
	b.eventually("one job was ordered", func() bool {
		b.number(&jobs, `SELECT count(*) FROM river.river_job WHERE kind = 'recording.retire'`)
		return jobs == 1
	})
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	b.number(&jobs, `SELECT count(*) FROM river.river_job WHERE kind = 'recording.retire'`)
	if jobs != 1 {
		t.Errorf("%d jobs for one day", jobs)
	}
}

func TestHoldsAreKeptWithWhoAndWhy(t *testing.T) {
	b := newBench(t)
	call := b.conversation(noon)
	v := b.vault
	for _, reason := range []string{"", " x ", strings.Repeat("长", 501), "nul\x00"} {
		if err := v.Hold(t.Context(), call, "2001", reason, noon); !errors.Is(err, ErrNoReason) {
			t.Errorf("%.10q: %v", reason, err)
		}
	}
	if err := v.Lift(t.Context(), call, "2001", "没有封存", noon); !errors.Is(err, ErrNotHeld) {
		t.Errorf("Lift: %v", err)
	}
	if err := v.Hold(t.Context(), call, "2001", "投诉复核", noon); err != nil {
		t.Fatal(err)
	}
	if err := v.Hold(t.Context(), call, "2002", "再封一次", noon); !errors.Is(err, ErrHeld) {
		t.Errorf("twice: %v", err)
	}
	if err := v.Hold(t.Context(), "nobody", "2002", "没有录音", noon); !errors.Is(err, ErrNone) {
		t.Errorf("no recording: %v", err)
	}
	if err := v.Lift(t.Context(), call, "2003", "复核完毕", noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	holds, err := v.Holds(t.Context(), call)
	if err != nil || len(holds) != 1 || holds[0].By != "2001" || holds[0].LiftedBy != "2003" || holds[0].Until == nil || holds[0].LiftedFor != "复核完毕" {
		t.Errorf("%+v, %v", holds, err)
	}
}

func TestAccessLogTellsWhoHeardWhichSpan(t *testing.T) {
	b := newBench(t)
	v := b.vault
	if _, err := v.Admit(t.Context(), Access{At: noon, Person: "2001", CallID: "c", Use: Play}); !errors.Is(err, ErrNoReason) {
		t.Errorf("somebody else's without a reason: %v", err)
	}
	if _, err := v.Admit(t.Context(), Access{At: noon, Person: "1001", CallID: "c", Use: Download, Own: true}); !errors.Is(err, ErrNoReason) {
		t.Errorf("download without a reason: %v", err)
	}
	id, err := v.Admit(t.Context(), Access{At: noon, Person: "1001", CallID: "c", Use: Play, Own: true})
	if err != nil {
		t.Fatal(err)
	}
	second := func(s float64) int64 { return headBytes + int64(s*rate*frameBytes) }
	for _, s := range [][2]int64{{0, 20}, {0, second(10)}, {second(30), second(40)}, {second(5), second(12)}} {
		if err := v.Heard(t.Context(), id, s[0], s[1]); err != nil {
			t.Fatal(err)
		}
	}
	log, err := v.AccessLog(t.Context(), "c")
	if err != nil || len(log) != 1 || !reflect.DeepEqual(log[0].Heard, []Span{{0, 12}, {30, 40}}) || !log[0].Own {
		t.Errorf("%+v, %v", log, err)
	}
	if again, err := v.Listening(t.Context(), "1001", "c", noon); err != nil || again != id {
		t.Errorf("%d, %v", again, err)
	}
	if again, err := v.Listening(t.Context(), "1001", "c", noon.Add(time.Second)); err != nil || again != 0 {
		t.Errorf("%d, %v", again, err)
	}
}

func TestVerifyFindsWhatIsNotAsItWasSealed(t *testing.T) {
	b := newBench(t)
	good, _ := b.sealedCall(talk(1))
	changed, path := b.sealedCall(talk(1))
	gone, gonePath := b.sealedCall(talk(1))
	sealed := must(os.ReadFile(path))
	sealed[len(sealed)/2] ^= 1
	if err := errors.Join(os.WriteFile(path, sealed, 0o640), os.Remove(gonePath)); err != nil {
		t.Fatal(err)
	}
	var told []string
	done, err := b.vault.Verify(t.Context(), time.Time{}, time.Now().Add(time.Hour), func(f Finding) { told = append(told, f.CallID) })
	if err != nil || done.Checked != 3 || len(done.Wrong) != 2 || len(told) != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	for _, f := range done.Wrong {
		switch {
		case f.CallID == changed && strings.HasPrefix(f.Wrong, "changed"):
		case f.CallID == gone && f.Wrong == "missing":
		default:
			t.Errorf("%+v (good is %s)", f, good)
		}
	}
	if done, err := b.vault.Verify(t.Context(), time.Now().Add(time.Hour), time.Now().Add(2*time.Hour), nil); err != nil || done.Checked != 0 {
		t.Errorf("another time: %+v, %v", done, err)
	}
}
