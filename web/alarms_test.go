package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/alarm"
	"github.com/yihaotong/yihaotong/internal/machine"
	"github.com/yihaotong/yihaotong/web"
)

// gauge is what alarms are measured by; a test sets it.
type gauge struct {
	mu sync.Mutex
	p  alarm.Picture
}

// Picture implements alarm.Source.
func (g *gauge) Picture(context.Context, string) alarm.Picture {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.p
}

// waits lets the longest of a queue have waited so long.
func (g *gauge) waits(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.p = alarm.Picture{Queues: []alarm.QueuePicture{{Code: "general", Name: "综合业务", Longest: d, Ready: 3, Staffed: 3}}}
}

type alarmRules struct {
	Rules []web.AlarmRule
	Kinds []web.AlarmKind
}

// only leaves one rule of the site, which begins and ends at once.
func (b *browser) only(kind alarm.Kind) web.AlarmRule {
	b.h.t.Helper()
	var all alarmRules
	b.h.eventually("the site has its rules", func() bool {
		b.must("GET", "/api/alarms/rules", nil, http.StatusOK, &all)
		return len(all.Rules) == len(alarm.Traits)
	})
	var left web.AlarmRule
	for _, r := range all.Rules {
		if r.Kind != kind {
			b.must("DELETE", "/api/alarms/rules/"+r.ID, nil, http.StatusNoContent, nil)
			continue
		}
		change := obj{
			"rev": r.Rev, "threshold": r.Threshold, "clear": r.Clear, "holdSeconds": 0, "settleSeconds": 0, "severity": "critical",
			"sound": true, "active": true,
		}
		b.must("PUT", "/api/alarms/rules/"+r.ID, change, http.StatusOK, &left)
		b.refused("PUT", "/api/alarms/rules/"+r.ID, change, http.StatusConflict, "rule_changed")
	}
	return left
}

func (p pushed) alarms(t *testing.T) []web.Alarm {
	t.Helper()
	var a web.OpenAlarms
	if err := json.Unmarshal(p.Data, &a); err != nil {
		t.Fatal(err)
	}
	return a.Open
}

func TestAlarmIsPushedAcknowledgedAndKept(t *testing.T) {
	h := open(t)
	boss, agent := h.logIn("2001"), h.logIn("1001")
	r := boss.only(alarm.LongestWait)
	if r.ChangedBy != "2001" || r.ChangedByName == "" || r.Rev != 2 {
		t.Errorf("the rule: %+v", r)
	}
	screen, desk := boss.listen(""), agent.listen("desk")
	_, n := screen.await("none at first", 0, func(p pushed) bool { return p.Type == "alarm" && len(p.alarms(t)) == 0 })
	h.gauge.waits(2 * time.Minute)
	p, n := screen.await("the alarm", n, func(p pushed) bool { return p.Type == "alarm" && len(p.alarms(t)) == 1 })
	a := p.alarms(t)[0]
	if a.Kind != alarm.LongestWait || a.Unit != alarm.Seconds || a.Severity != alarm.Critical || a.Name != "综合业务" || a.Value != 120 || a.Threshold != 60 {
		t.Errorf("%+v", a)
	}
	var acked web.Alarm
	boss.must("POST", "/api/alarms/"+a.ID+"/acknowledge", obj{"note": "已加派人手"}, http.StatusOK, &acked)
	boss.refused("POST", "/api/alarms/"+a.ID+"/acknowledge", obj{}, http.StatusConflict, "alarm_acknowledged")
	boss.refused("POST", "/api/alarms/nonsense/acknowledge", obj{}, http.StatusNotFound, "not_found")
	_, n = screen.await("it is acknowledged", n, func(p pushed) bool {
		return p.Type == "alarm" && len(p.alarms(t)) == 1 && p.alarms(t)[0].AckedBy == "2001" && p.alarms(t)[0].AckedByName != ""
	})
	h.gauge.waits(0)
	screen.await("it is over", n, func(p pushed) bool { return p.Type == "alarm" && len(p.alarms(t)) == 0 })
	var past struct {
		Items []web.Alarm
		Total int
	}
	h.eventually("it is kept", func() bool {
		boss.must("GET", "/api/alarms/history", nil, http.StatusOK, &past)
		return past.Total == 1 && past.Items[0].ClosedAt != nil
	})
	if got := past.Items[0]; got.Why != alarm.Cleared || got.Note != "已加派人手" || got.Worst != 120 {
		t.Errorf("%+v", got)
	}
	for _, p := range desk.all() {
		if p.Type == "alarm" {
			t.Error("an agent is told of alarms")
		}
	}
}

func TestAlarmRuleThatMakesNoSenseIsRefusedAtItsField(t *testing.T) {
	h := open(t)
	boss := h.logIn("2001")
	rule := obj{"kind": "waiting", "subject": "general", "threshold": 5, "clear": 9, "holdSeconds": 10, "settleSeconds": 10, "severity": "warning", "sound": false, "active": true}
	p := boss.refused("POST", "/api/alarms/rules", rule, http.StatusUnprocessableEntity, "alarm_rule")
	if len(p.Errors) != 1 || p.Errors[0].Location != "clear" {
		t.Errorf("%+v", p)
	}
	rule["clear"], rule["quietFrom"], rule["quietTo"] = 3, "25:00", "06:00"
	if p := boss.refused("POST", "/api/alarms/rules", rule, http.StatusUnprocessableEntity, "alarm_rule"); p.Errors[0].Location != "quietFrom" {
		t.Errorf("%+v", p)
	}
	rule["quietFrom"] = "22:30"
	var made web.AlarmRule
	boss.must("POST", "/api/alarms/rules", rule, http.StatusOK, &made)
	if made.QuietFrom != "22:30" || made.QuietTo != "06:00" || made.Subject != "general" || made.ChangedBy != "2001" {
		t.Errorf("%+v", made)
	}
	boss.refused("POST", "/api/alarms/rules", rule, http.StatusConflict, "rule_exists")
	boss.refused("DELETE", "/api/alarms/rules/nonsense", nil, http.StatusNotFound, "not_found")
}

func (p pushed) notice(t *testing.T) web.Notice {
	t.Helper()
	var n web.Notice
	if err := json.Unmarshal(p.Data, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestBroadcastReachesEverybodyUntilItIsTakenBack(t *testing.T) {
	h := open(t)
	boss := h.logIn("2001")
	here := h.logIn("1001").listen("desk")
	var said web.Notice
	boss.must("POST", "/api/broadcast", obj{"text": "京港澳高速封闭，请告知绕行", "minutes": 30}, http.StatusOK, &said)
	p, n := here.await("who is here sees it", 0, func(p pushed) bool { return p.Type == "notice" })
	if got := p.notice(t); got.ID != said.ID || got.Text != "京港澳高速封闭，请告知绕行" || got.By != "2001" || got.ByName == "" || got.Until.Sub(got.At) != 30*time.Minute {
		t.Errorf("%+v", got)
	}
	later := h.logIn("9001")
	l := later.listen("")
	l.await("who comes later sees it", 0, func(p pushed) bool { return p.Type == "notice" && p.notice(t).ID == said.ID })
	var holding []web.Notice
	later.must("GET", "/api/broadcasts", nil, http.StatusOK, &holding)
	if len(holding) != 1 || holding[0].ID != said.ID {
		t.Errorf("%+v", holding)
	}
	boss.must("DELETE", "/api/broadcast/"+said.ID, nil, http.StatusNoContent, nil)
	p, _ = here.await("it is taken back", n, func(p pushed) bool { return p.Type == "notice" })
	if got := p.notice(t); got.ID != said.ID || got.Until.After(time.Now().Add(time.Minute)) {
		t.Errorf("%+v", got)
	}
	boss.refused("DELETE", "/api/broadcast/"+said.ID, nil, http.StatusNotFound, "not_found")
	boss.refused("POST", "/api/broadcast", obj{"text": " \n ", "minutes": 30}, http.StatusUnprocessableEntity, "broadcast_text")
}

// busy is a machine whose load is known.
type busy struct{}

func (busy) Load() machine.Load {
	cpu := 41.26
	return machine.Load{At: time.Now(), CPU: &cpu}
}

func TestBoardShowsHowBusyTheMachineIs(t *testing.T) {
	h := open(t, func(d *web.Deps) { d.Machine = busy{} })
	var b web.Board
	h.logIn("2001").must("GET", "/api/board", nil, http.StatusOK, &b)
	if b.Resources == nil || b.Resources.CPUPercent == nil || *b.Resources.CPUPercent != 41.3 || b.Resources.MemoryPercent != nil || b.Links == nil {
		t.Errorf("%+v", b.Resources)
	}
}
