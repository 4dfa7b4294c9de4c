package web_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/tasks"
	"github.com/yihaotong/yihaotong/web"
)

// able tells who may be given items, as cmd does.
func (h *house) able(ctx context.Context, site string) ([]string, error) {
	people, err := h.people.People(ctx, site)
	return web.Able(people), err
}

// follow makes items of facts, as cmd does.
func follow(items *tasks.Store) func(context.Context, pgx.Tx, []orchestrator.Fact) error {
	kinds := map[orchestrator.FactKind]tasks.EventKind{
		orchestrator.CallEnded: tasks.CallEnded, orchestrator.CallAnswered: tasks.CallAnswered,
		orchestrator.CallMessage: tasks.MessageLeft, orchestrator.CallRated: tasks.CallRated, orchestrator.CallDialled: tasks.CallDialled,
	}
	return func(ctx context.Context, tx pgx.Tx, facts []orchestrator.Fact) error {
		var events []tasks.Event
		for _, f := range facts {
			if kind, ok := kinds[f.Kind]; ok {
				events = append(events, tasks.Event{
					Kind: kind, Site: string(f.Site), Call: string(f.Call), At: f.At, Agent: string(f.Agent),
					Result: string(f.Data.Result), Score: f.Data.Score, Task: f.Data.Task,
				})
			}
		}
		return items.Follow(ctx, tx, events)
	}
}

type taskPage struct {
	Items []web.Task
	Total int
}

// gaveUp has a caller leave the queue, and returns the item that this leaves.
func (h *house) gaveUp(b *browser, number string) web.Task {
	h.t.Helper()
	site := string(changsha)
	boss := tasks.Person{ID: "2001", Site: site, Supervises: true}
	err := tasks.New(h.pool, h.able, false).SetSetting(h.t.Context(), tasks.Setting{
		Assign: tasks.ToNobody, MergeMinutes: 60, DueMissed: 30, DueMessage: 30, DueCallback: 30, DueLowRating: 30, DueLost: 30,
	}, boss, time.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	c := h.sim.Call(trunk, "12328", number)
	h.eventually("the caller waits", func() bool {
		var n int
		_ = h.pool.QueryRow(context.Background(), `SELECT count(*) FROM calls.record WHERE caller = $1 AND queued_at IS NOT NULL AND ended_at IS NULL`, number).Scan(&n)
		return n == 1
	})
	c.Hangup()
	var page taskPage
	h.eventually("there is an item", func() bool {
		b.must("GET", "/api/tasks?query="+number, nil, http.StatusOK, &page)
		return page.Total == 1
	})
	return page.Items[0]
}

func TestMissedCallIsTakenAndDone(t *testing.T) {
	h := open(t)
	b, other, boss := h.logIn("1001"), h.logIn("1002"), h.logIn("2001")
	item := h.gaveUp(b, "13812341411")
	if item.Number != "138****1411" || item.Kind != "missed" || item.State != "open" || item.Overdue || item.QueueName != "综合业务" ||
		!slices.Equal(item.Can, []string{"take", "dial", "done", "drop", "note"}) {
		t.Errorf("%+v", item)
	}
	address := "/api/tasks/" + item.ID
	var d web.TaskDetail
	b.must("GET", address, nil, http.StatusOK, &d)
	if len(d.Calls) != 1 || d.Calls[0].Result != "abandoned_queue" || len(d.Log) != 1 || d.Log[0].Action != "made" {
		t.Errorf("%+v", d)
	}
	// Who may take the item may look at its call, though it never rang there.
	b.must("GET", "/api/calls/"+item.Call, nil, http.StatusOK, nil)
	b.must("POST", address+"/take", nil, http.StatusOK, &d)
	if d.State != "taken" || d.OwnerName != "王秀英" {
		t.Errorf("%+v", d)
	}
	p := other.refused("POST", address+"/take", nil, http.StatusConflict, "task_state")
	if len(p.Current) == 0 {
		t.Error("the refusal does not tell how things are")
	}
	other.refused("GET", address, nil, http.StatusNotFound, "no_such_task")
	other.refused("GET", "/api/calls/"+item.Call, nil, http.StatusNotFound, "no_such_call")
	b.refused("POST", address+"/drop", obj{"reason": ""}, http.StatusUnprocessableEntity, "task_reason")
	b.refused("POST", address+"/done", obj{"outcome": "eaten"}, http.StatusUnprocessableEntity, "task_outcome")
	b.refused("POST", address+"/transcript", obj{"text": "x"}, http.StatusConflict, "task_no_engine")
	b.refused("POST", address+"/assign", obj{"agent": "1002"}, http.StatusForbidden, "forbidden")
	boss.refused("POST", address+"/assign", obj{"agent": "9001"}, http.StatusUnprocessableEntity, "task_person")
	boss.must("POST", address+"/assign", obj{"agent": "1002"}, http.StatusOK, &d)
	var shown struct{ Number string }
	other.must("POST", address+"/reveal", obj{"reason": "回电"}, http.StatusOK, &shown)
	if d.Owner != "1002" || shown.Number != "13812341411" {
		t.Errorf("%+v %+v", d, shown)
	}
	other.must("POST", address+"/note", obj{"note": "无人接听"}, http.StatusOK, nil)
	other.must("POST", address+"/done", obj{"outcome": "no_answer", "note": "三次未接"}, http.StatusOK, &d)
	if d.State != "done" || len(d.Log) != 5 || d.Closing != "三次未接" {
		t.Errorf("%+v", d)
	}
	other.refused("POST", address+"/release", obj{}, http.StatusConflict, "task_state")
	var count struct{ Open, Mine, Overdue int }
	boss.must("GET", "/api/tasks/count", nil, http.StatusOK, &count)
	if count.Open+count.Mine+count.Overdue != 0 {
		t.Errorf("%+v", count)
	}
}

func TestSupervisorGivesSeveralAndSetsTheRules(t *testing.T) {
	h := open(t)
	b, boss := h.logIn("1001"), h.logIn("2001")
	first, second := h.gaveUp(b, "13812341411"), h.gaveUp(b, "073185551234")
	var given struct{ Given int }
	boss.must("POST", "/api/tasks/assign", obj{"tasks": []string{first.ID, second.ID, "x"}, "agent": "1001"}, http.StatusOK, &given)
	var page taskPage
	b.must("GET", "/api/tasks?owner=me&state=taken", nil, http.StatusOK, &page)
	if given.Given != 2 || page.Total != 2 {
		t.Errorf("%+v %+v", given, page)
	}
	var set web.TaskSettings
	boss.must("GET", "/api/tasks/settings", nil, http.StatusOK, &set)
	set.Assign, set.MissedSeconds = "round_robin", 20
	boss.must("PUT", "/api/tasks/settings", set, http.StatusOK, &set)
	set.MissedSeconds = 601
	boss.refused("PUT", "/api/tasks/settings", set, http.StatusUnprocessableEntity, "task_setting")
	set = web.TaskSettings{}
	boss.must("GET", "/api/tasks/settings", nil, http.StatusOK, &set)
	if set.Assign != "round_robin" || set.MissedSeconds != 20 {
		t.Errorf("%+v", set)
	}
}
