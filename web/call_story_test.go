package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/web"
)

func TestStoryTellsWhyAndKeepsListenersFromAgents(t *testing.T) {
	h := open(t)
	agent, boss := h.logIn("1001"), h.logIn("2001")
	phone := agent.atWork("1001")
	c, call := agent.talk(phone, "13812341411")
	agent.over(c, call)
	note := func(kind orchestrator.FactKind, who string, d orchestrator.FactData) {
		t.Helper()
		raw, err := json.Marshal(d)
		if err == nil {
			_, err = h.pool.Exec(context.Background(), `
				INSERT INTO calls.event (id, kind, at, site, call_id, agent, data)
				SELECT $1, $2, answered_at + interval '1 millisecond', $3, $4, $5, $6 FROM calls.record WHERE id = $4`,
				id.New(), string(kind), string(changsha), call, who, raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	note(orchestrator.CallListened, "2001", orchestrator.FactData{Target: "1001", Mode: orchestrator.ModeWhisper})
	note(orchestrator.CallRouted, "", orchestrator.FactData{Reasons: []string{"all_busy", "position:2", "skill:taxi", "new_code:7"}})

	tell := func(b *browser) (web.CallStory, string) {
		t.Helper()
		var s web.CallStory
		b.must("GET", "/api/calls/"+call+"/story", nil, http.StatusOK, &s)
		var texts []string
		for _, e := range s.Entries {
			texts = append(texts, e.Text)
		}
		return s, strings.Join(texts, "\n")
	}
	full, text := tell(boss)
	for _, want := range []string{
		"来电，拨打 12328", "在“综合业务”排队", "振铃，接听", "通话", "结束：已接听，来电人挂机", "密语：1001 王秀英",
		"等待原因：符合条件的座席都在通话或话后处理，排在第 2 位，签入的座席中没有人具备所需技能“taxi”，new_code:7",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
	if len(full.Sound) != 1 || full.EndedAt == nil || full.Lanes[0].Name != "138****1411" || !strings.Contains(fmt.Sprint(full.Lanes), "1001 王秀英") {
		t.Errorf("%+v", full)
	}
	if !slices.IsSortedFunc(full.Entries, func(a, b web.StoryEntry) int { return a.At.Compare(b.At) }) || full.StartedAt.After(time.Now()) {
		t.Errorf("out of order: %+v", full.Entries)
	}
	mine, text := tell(agent)
	if strings.Contains(text, "密语") || strings.Contains(fmt.Sprint(mine.Lanes), "supervisor") || !strings.Contains(text, "等待原因") {
		t.Errorf("the agent is told:\n%s\n%+v", text, mine.Lanes)
	}
	boss.header.Set("Accept-Language", "en")
	if _, text = tell(boss); !strings.Contains(text, "Why the caller waits: everybody suitable is with a caller, number 2 in the queue") {
		t.Errorf("in English:\n%s", text)
	}
	h.logIn("1002").refused("GET", "/api/calls/"+call+"/story", nil, http.StatusNotFound, "no_such_call")
}

func TestCallsAreFoundByWhatHappened(t *testing.T) {
	h := open(t)
	boss := h.logIn("2001")
	for _, row := range []string{
		`'in', 'answered', now(), 1, false, false`, `'in', 'abandoned_queue', NULL, 0, false, false`,
		`'in', 'message', NULL, 0, true, false`, `'out', 'not_reached', NULL, 0, false, false`, `'in', 'callback', NULL, 0, false, true`,
	} {
		_, err := h.pool.Exec(t.Context(), `
			INSERT INTO calls.record (id, site, arrived_at, ended_at, direction, result, answered_at, transfers, message, callback)
			VALUES ($1, $2, now(), now(), `+row+`)`, id.New(), string(changsha))
		if err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]int{
		"": 5, "?direction=in": 4, "?direction=out": 1, "?direction=internal": 0, "?kind=transferred": 1, "?kind=missed": 3,
		"?kind=message": 1, "?kind=callback": 1, "?kind=masked": 0, "?kind=dissatisfied": 0, "?kind=missed&direction=out": 0,
	} {
		var page struct{ Total int }
		boss.must("GET", "/api/calls"+query, nil, http.StatusOK, &page)
		if page.Total != want {
			t.Errorf("%s: %d, want %d", query, page.Total, want)
		}
	}
	boss.ask("GET", "/api/calls?kind=eaten", nil)
}
