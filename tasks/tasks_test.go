package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/tasks"
)

const (
	site   = "430100"
	caller = "13812341411"
)

// calls is the schema that is read here. It belongs to the orchestrator, which
// this package may not import.
var calls = postgres.Migrations{Schema: "calls", FS: os.DirFS("../orchestrator/journal/migrations")}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func after(minutes float64) time.Time { return noon.Add(time.Duration(minutes * float64(time.Minute))) }

// world is a store and those who work with it.
type world struct {
	*tasks.Store
	t  *testing.T
	db *pgxpool.Pool
}

var (
	wang = tasks.Person{ID: "8001", Site: site}
	li   = tasks.Person{ID: "8002", Site: site}
	boss = tasks.Person{ID: "9001", Site: site, Supervises: true}
	far  = tasks.Person{ID: "8001", Site: "430200", Supervises: true}
)

func open(t *testing.T, transcribe bool) world {
	t.Helper()
	db := postgrestest.New(t, calls, tasks.Migrations)
	if transcribe {
		if _, err := db.Exec(t.Context(), `CREATE SCHEMA river`); err != nil {
			t.Fatal(err)
		}
		m, err := rivermigrate.New(riverpgxv5.New(db), &rivermigrate.Config{Schema: "river", Logger: slog.New(slog.DiscardHandler)})
		if err == nil {
			_, err = m.Migrate(t.Context(), rivermigrate.DirectionUp, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	able := func(_ context.Context, s string) ([]string, error) {
		if s != site {
			return nil, nil
		}
		return []string{"8003", "8001", "8002"}, nil
	}
	return world{tasks.New(db, able, transcribe), t, db}
}

// record writes a row of calls.record: columns and values.
func (w world) record(columns, values string) (call string) {
	w.t.Helper()
	call = id.New()
	_, err := w.db.Exec(w.t.Context(), fmt.Sprintf(`INSERT INTO calls.record (id, site, %s) VALUES ($1, $2, %s)`, columns, values), call, site)
	if err != nil {
		w.t.Fatal(err)
	}
	return call
}

// arrived is an inbound call of a number that entered the queue at a minute.
func (w world) arrived(number string, minute float64) string {
	w.t.Helper()
	call := w.record("arrived_at, caller, queue", fmt.Sprintf("'%s', '%s', 'general'", after(minute).Format(time.RFC3339Nano), number))
	if _, err := w.db.Exec(w.t.Context(), `UPDATE calls.record SET queued_at = arrived_at WHERE id = $1`, call); err != nil {
		w.t.Fatal(err)
	}
	return call
}

func (w world) follow(events ...tasks.Event) {
	w.t.Helper()
	for i := range events {
		events[i].Site = site
	}
	if err := pgx.BeginFunc(w.t.Context(), w.db, func(tx pgx.Tx) error { return w.Follow(w.t.Context(), tx, events) }); err != nil {
		w.t.Fatal(err)
	}
}

// gaveUp is a caller who leaves the queue.
func (w world) gaveUp(number string, from, to float64) string {
	w.t.Helper()
	call := w.arrived(number, from)
	w.follow(tasks.Event{Kind: tasks.CallEnded, Call: call, At: after(to), Result: "abandoned_queue"})
	return call
}

// talks is a caller who is answered.
func (w world) talks(number, agent string, at float64) {
	w.t.Helper()
	call := w.arrived(number, at)
	if _, err := w.db.Exec(w.t.Context(), `UPDATE calls.record SET answered_at = $2, agent = $3 WHERE id = $1`, call, after(at), agent); err != nil {
		w.t.Fatal(err)
	}
	w.follow(tasks.Event{Kind: tasks.CallAnswered, Call: call, At: after(at), Agent: agent})
}

func (w world) list(p tasks.Person, f tasks.Filter) []tasks.Task {
	w.t.Helper()
	f.For, f.Size, f.Now = p, 100, after(0)
	list, total, err := w.List(w.t.Context(), f)
	if err != nil || total != len(list) {
		w.t.Fatalf("%d of %d, %v", len(list), total, err)
	}
	return list
}

// shown is the list a supervisor sees, one word for each item.
func (w world) shown() string {
	w.t.Helper()
	var out []string
	for _, x := range w.list(boss, tasks.Filter{}) {
		out = append(out, fmt.Sprintf("%s/%s/%s×%d", x.Kind, x.State, x.Owner, x.Times))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func (w world) expect(want string) {
	w.t.Helper()
	if got := w.shown(); got != want {
		w.t.Errorf("items: %s, want %s", got, want)
	}
}

func TestWhoGivesUpIsCalledBackOnceAndOnlyIfNeeded(t *testing.T) {
	w := open(t, false)
	w.gaveUp(caller, 0, 0.05) // three seconds are nobody's fault
	w.gaveUp("", 0, 5)        // nobody could be called
	w.expect("")
	first := w.gaveUp(caller, 10, 11)
	w.follow(tasks.Event{Kind: tasks.CallEnded, Call: first, At: after(11), Result: "abandoned_queue"}) // once more the same
	w.expect("missed/open/×1")
	w.gaveUp(caller, 20, 21)
	w.gaveUp("073188881234", 20, 21)
	w.expect("missed/open/×1 missed/open/×2")
	w.talks(caller, "8001", 30)
	w.expect("missed/done/×2 missed/open/×1")
	w.gaveUp(caller, 28, 29) // told late: the caller has long been answered
	w.expect("missed/done/×2 missed/open/×1")
	w.gaveUp(caller, 40, 41)
	w.gaveUp(caller, 300, 301) // after more than four hours it is another matter
	w.expect("missed/done/×2 missed/open/×1 missed/open/×1 missed/open/×1")
	d, err := w.Detail(t.Context(), w.list(boss, tasks.Filter{States: []tasks.State{tasks.Done}})[0].ID, boss)
	if err != nil || len(d.Calls) != 2 || d.Calls[0] != first || d.Outcome != tasks.Reached ||
		fmt.Sprint(actions(d)) != "[made again reached]" || d.Waited != 60 || !d.DueAt.Equal(after(41)) {
		t.Errorf("%+v %v", d, err)
	}
}

func actions(d tasks.Detail) (out []string) {
	for _, l := range d.Log {
		out = append(out, l.Action)
	}
	return out
}

func TestEveryKindOfFactLeavesItsItem(t *testing.T) {
	w := open(t, false)
	message := w.arrived(caller, 0)
	callback := w.arrived(caller, 0)
	lost := w.arrived(caller, 0)
	rated := w.record("arrived_at, caller, agent", "now(), '"+caller+"', '8002'")
	w.follow(
		tasks.Event{Kind: tasks.MessageLeft, Call: message, At: after(1)},
		tasks.Event{Kind: tasks.CallEnded, Call: message, At: after(1), Result: "message"},
		tasks.Event{Kind: tasks.CallbackAsked, Call: callback, At: after(2), Entered: after(0), Number: "073188881234", Queue: "taxi", Due: after(600)},
		tasks.Event{Kind: tasks.CallEnded, Call: callback, At: after(2), Result: "callback"},
		tasks.Event{Kind: tasks.CallEnded, Call: lost, At: after(3), Result: "lost"},
		tasks.Event{Kind: tasks.CallRated, Call: rated, At: after(4), Score: 3},
		tasks.Event{Kind: tasks.CallRated, Call: rated, At: after(4), Score: 2},
		tasks.Event{Kind: tasks.CallEnded, Call: "nonsense", At: after(4), Result: "lost"},
		tasks.Event{Kind: tasks.CallEnded, Call: id.New(), At: after(4), Result: "lost"},
	)
	w.expect("callback/open/×1 lost/open/×1 low_rating/open/×1 message/open/×1")
	cb := w.list(wang, tasks.Filter{Kinds: []tasks.Kind{tasks.Callback}})[0]
	if cb.Number != "073188881234" || cb.Queue != "taxi" || !cb.FirstAt.Equal(after(0)) || !cb.DueAt.Equal(after(600)) {
		t.Errorf("%+v", cb)
	}
	if low := w.list(wang, tasks.Filter{Kinds: []tasks.Kind{tasks.LowRating}})[0]; low.Agent != "8002" {
		t.Errorf("%+v", low)
	}
	// The engine calls back, in vain, and again.
	for i, result := range []string{"not_reached", "answered"} {
		out := w.record("arrived_at, direction", "now(), 'out'")
		w.follow(tasks.Event{Kind: tasks.CallDialled, Call: out, At: after(10), Parent: callback},
			tasks.Event{Kind: tasks.CallEnded, Call: out, At: after(11), Result: result})
		d, err := w.Detail(t.Context(), cb.ID, boss)
		if err != nil || len(d.Attempts) != i+1 || (d.State == tasks.Done) != (result == "answered") {
			t.Errorf("%s: %+v %v", result, d, err)
		}
	}
}

func TestDiallingForAnItemTakesIt(t *testing.T) {
	w := open(t, false)
	w.gaveUp(caller, 0, 1)
	item := w.list(wang, tasks.Filter{})[0]
	if n, err := w.Number(t.Context(), item.ID, wang); n != caller || err != nil {
		t.Errorf("%s %v", n, err)
	}
	if _, err := w.Number(t.Context(), item.ID, far); !errors.Is(err, tasks.ErrNotFound) {
		t.Errorf("from another site: %v", err)
	}
	out := w.record("arrived_at, direction", "now(), 'out'")
	w.follow(tasks.Event{Kind: tasks.CallDialled, Call: out, At: after(2), Agent: "8001", Task: item.ID})
	w.expect("missed/taken/8001×1")
	w.follow(tasks.Event{Kind: tasks.CallEnded, Call: out, At: after(3), Result: "not_reached"})
	d, err := w.Detail(t.Context(), item.ID, wang)
	if err != nil || len(d.Attempts) != 1 || d.Attempts[0].Outcome != "not_reached" || d.Attempts[0].Agent != "8001" || d.State != tasks.Taken {
		t.Errorf("%+v %v", d, err)
	}
	if _, err := w.Number(t.Context(), item.ID, li); !errors.Is(err, tasks.ErrNotFound) {
		t.Errorf("somebody else's: %v", err)
	}
	w.follow(tasks.Event{Kind: tasks.CallDialled, Call: out, At: after(2), Agent: "8001", Task: "nonsense"})
	if err := w.Attempt(t.Context(), id.New(), out, after(2), "8001", ""); err != nil {
		t.Errorf("an attempt at nothing: %v", err)
	}
}

func TestItemsGoRoundOrToWhoKnowsTheCaller(t *testing.T) {
	w := open(t, false)
	set := tasks.Setting{Assign: tasks.RoundRobin, MissedSeconds: 5, MergeMinutes: 1, DueMissed: 1, DueMessage: 1, DueCallback: 1, DueLowRating: 1, DueLost: 1}
	if err := w.SetSetting(t.Context(), set, boss, noon); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		w.gaveUp(fmt.Sprintf("1380000000%d", i), 0, 1)
	}
	w.expect("missed/taken/8001×1 missed/taken/8001×1 missed/taken/8002×1 missed/taken/8003×1")
	rated := w.record("arrived_at, caller, agent", "now(), '"+caller+"', '8002'")
	w.follow(tasks.Event{Kind: tasks.CallRated, Call: rated, At: after(4), Score: 3, Agent: "8002"})
	if low := w.list(boss, tasks.Filter{Kinds: []tasks.Kind{tasks.LowRating}})[0]; low.Owner != "8003" {
		t.Errorf("a complaint about 8002, whose turn it was, went to %s", low.Owner)
	}
	set.Assign = tasks.LastAgent
	if err := w.SetSetting(t.Context(), set, boss, noon); err != nil {
		t.Fatal(err)
	}
	w.talks("13900000000", "8003", 10)
	w.gaveUp("13900000000", 20, 21)
	w.gaveUp("13900000001", 20, 21)
	if got := w.list(boss, tasks.Filter{Query: "13900000000"}); len(got) != 1 || got[0].Owner != "8003" {
		t.Errorf("%+v", got)
	}
	if got := w.list(boss, tasks.Filter{Query: "13900000001"}); len(got) != 1 || got[0].State != tasks.Open {
		t.Errorf("%+v", got)
	}
	set.DueLost = 0
	if err := w.SetSetting(t.Context(), set, boss, noon); !errors.Is(err, tasks.ErrSetting) {
		t.Errorf("due at once: %v", err)
	}
}

func TestMoves(t *testing.T) {
	w := open(t, false)
	ctx := t.Context()
	w.gaveUp(caller, 0, 1)
	item := w.list(wang, tasks.Filter{})[0].ID
	now := after(60)
	step := func(what string, want error, got error) {
		t.Helper()
		if want == nil && got != nil || want != nil && !errors.Is(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	busy := func(what string, err error) {
		t.Helper()
		if _, ok := errors.AsType[*tasks.MoveError](err); !ok {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := w.Take(ctx, item, wang, now)
	step("take", nil, err)
	_, err = w.Take(ctx, item, li, now)
	busy("take somebody else's", err)
	_, err = w.Done(ctx, item, li, tasks.Handled, "", now)
	step("do somebody else's", tasks.ErrNotFound, err)
	_, err = w.Take(ctx, item, far, now)
	step("from another site", tasks.ErrNotFound, err)
	_, err = w.Note(ctx, item, wang, " 明早再打 ", now)
	step("note", nil, err)
	_, err = w.Note(ctx, item, wang, " ", now)
	step("empty note", tasks.ErrEmpty, err)
	_, err = w.Note(ctx, item, wang, strings.Repeat("九", 501), now)
	step("long note", tasks.ErrTooLong, err)
	_, err = w.Release(ctx, item, wang, "", now)
	step("release", nil, err)
	_, err = w.Release(ctx, item, wang, "", now)
	busy("release what nobody has", err)
	_, err = w.Assign(ctx, []string{item}, "8002", wang, now)
	step("an agent gives", tasks.ErrForbidden, err)
	_, err = w.Assign(ctx, []string{item}, "9999", boss, now)
	step("to nobody", tasks.ErrNoPerson, err)
	n, err := w.Assign(ctx, []string{item, "nonsense", id.New()}, "8002", boss, now)
	if n != 1 || err != nil {
		t.Errorf("%d given, %v", n, err)
	}
	_, err = w.Drop(ctx, item, li, "x", now)
	step("drop without reason", tasks.ErrNoReason, err)
	_, err = w.Done(ctx, item, li, "eaten", "", now)
	step("no such outcome", tasks.ErrOutcome, err)
	done, err := w.Done(ctx, item, li, tasks.Answered, "已解释", now)
	if err != nil || done.State != tasks.Done || done.Owner != "8002" || done.Closing != "已解释" {
		t.Errorf("%+v %v", done, err)
	}
	_, err = w.Drop(ctx, item, li, "重复", now)
	busy("drop what is done", err)
	d, _ := w.Detail(ctx, item, boss)
	if got := fmt.Sprint(actions(d)); got != "[made take note release assign done]" {
		t.Errorf("history %s", got)
	}
	if c, err := w.Count(ctx, li, now); c != (tasks.Counts{}) || err != nil {
		t.Errorf("%+v %v", c, err)
	}
}

func TestTakingHasOneWinner(t *testing.T) {
	w := open(t, false)
	w.gaveUp(caller, 0, 1)
	item := w.list(wang, tasks.Filter{})[0].ID
	var won, lost int
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			_, err := w.Take(context.Background(), item, tasks.Person{ID: fmt.Sprint(8010 + i), Site: site}, noon)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if _, ok := errors.AsType[*tasks.MoveError](err); ok {
				lost++
			}
		})
	}
	all.Wait()
	if won != 1 || lost != 7 {
		t.Errorf("%d won, %d lost", won, lost)
	}
}

func TestListShowsWhatIsOnesOwnAndEverybodys(t *testing.T) {
	w := open(t, false)
	for i := range 4 {
		w.gaveUp(fmt.Sprintf("1380000000%d", i), float64(-i), 1)
	}
	all := w.list(boss, tasks.Filter{})
	_, _ = w.Take(t.Context(), all[0].ID, wang, noon)
	_, _ = w.Take(t.Context(), all[1].ID, li, noon)
	if got := w.list(wang, tasks.Filter{}); len(got) != 3 || got[0].State != tasks.Open || got[2].Owner != "8001" {
		t.Errorf("%+v", got)
	}
	for _, tt := range []struct {
		f    tasks.Filter
		want int
	}{
		{tasks.Filter{Owner: "me"}, 0},
		{tasks.Filter{Owner: "none"}, 2},
		{tasks.Filter{Owner: "8002"}, 1},
		{tasks.Filter{Query: "0000001"}, 1},
		{tasks.Filter{Query: "%"}, 0},
		{tasks.Filter{Query: "\x00'"}, 0},
		{tasks.Filter{States: []tasks.State{tasks.Taken}}, 2},
		{tasks.Filter{Kinds: []tasks.Kind{tasks.Message}}, 0},
		{tasks.Filter{Overdue: true}, 0},
	} {
		if got := w.list(boss, tt.f); len(got) != tt.want {
			t.Errorf("%+v: %d", tt.f, len(got))
		}
	}
	if got := w.list(far, tasks.Filter{}); len(got) != 0 {
		t.Errorf("another site sees %d", len(got))
	}
	if c, err := w.Count(t.Context(), wang, after(60)); c != (tasks.Counts{Open: 2, Mine: 1, Overdue: 3}) || err != nil {
		t.Errorf("%+v %v", c, err)
	}
}

// vault holds the recordings of calls.
type vault map[string]string

func (v vault) Sound(_ context.Context, call string) (io.ReadCloser, error) {
	switch sound, there := v[call]; {
	case !there:
		return nil, tasks.ErrNoSound
	case sound == "":
		return nil, tasks.ErrNotYet
	default:
		return io.NopCloser(strings.NewReader(sound)), nil
	}
}
