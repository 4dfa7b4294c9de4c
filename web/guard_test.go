package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/tollfraud"
	"github.com/yihaotong/yihaotong/web"
)

func TestRulesAreChangedTriedAndRememberedVersionByVersion(t *testing.T) {
	h := open(t)
	b := h.logIn("9001")
	var g web.GuardView
	b.must("GET", "/api/guard", nil, http.StatusOK, &g)
	if g.Rev != 0 || g.Switch.Locked || len(g.Policy.Rules) == 0 || len(g.Trunks) != 1 || g.Trunks[0].ID != "trunk" {
		t.Fatalf("%+v", g)
	}
	try := func(number string) web.GuardTrial {
		t.Helper()
		var trial web.GuardTrial
		b.must("POST", "/api/guard/try", obj{"number": number, "agent": "1001"}, http.StatusOK, &trial)
		return trial
	}
	if got := try("138 0013 8000"); got.Allowed || got.Ground != "not_allowed" || !strings.Contains(got.Words, "不在允许外呼的范围内") {
		t.Errorf("without rules: %+v", got)
	}
	if got := try("12122"); !got.Allowed {
		t.Errorf("an emergency: %+v", got)
	}
	g.Policy.Trunk, g.Policy.Caller = "trunk", "073112328"
	g.Policy.Night.From, g.Policy.Night.To = "00:00", "00:00" // whenever the test runs
	g.Policy.Rules = append(g.Policy.Rules, web.GuardRule{Prefix: "1[3-9]", Least: 11, Most: 11, Name: "手机"})
	change := obj{"rev": 0, "policy": g.Policy, "reason": "开通手机外呼"}
	b.must("PUT", "/api/guard", change, http.StatusOK, &g)
	if g.Rev != 1 || g.ChangedBy != "9001" || g.ChangedByName != "管理员" {
		t.Errorf("%+v", g.GuardVersion)
	}
	b.refused("PUT", "/api/guard", change, http.StatusConflict, "guard_changed")
	if got := try("+86 138 0013 8000"); !got.Allowed || got.Number != "13800138000" || got.Trunk != "trunk" || got.Caller != "073112328" || got.Minutes != 60 {
		t.Errorf("%+v", got)
	}
	if got := try("00852 1234 5678"); got.Allowed || got.Ground != "forbidden" || got.Rule != "国际及港澳台长途" {
		t.Errorf("%+v", got)
	}
	if got := try("*72#"); got.Allowed || got.Ground != "bad_number" {
		t.Errorf("%+v", got)
	}
	bad := g.Policy
	bad.Caps.Longest = 0
	bad.Rules = append(bad.Rules, web.GuardRule{Prefix: "[9-3]", Name: "反了"})
	p := b.refused("PUT", "/api/guard", obj{"rev": 1, "policy": bad}, http.StatusUnprocessableEntity, "guard_policy")
	if len(p.Errors) != 2 || p.Errors[0].Location != "policy.rules[10].prefix" || p.Errors[1].Location != "policy.caps.longest" {
		t.Errorf("%+v", p.Errors)
	}
	var versions []web.GuardVersion
	b.must("GET", "/api/guard/versions", nil, http.StatusOK, &versions)
	if len(versions) != 1 || versions[0].Reason != "开通手机外呼" {
		t.Errorf("%+v", versions)
	}
}

func TestSwitchTakesAReasonAndIsToldInTheEvents(t *testing.T) {
	h := open(t)
	b := h.logIn("9001")
	b.refused("POST", "/api/guard/lock", obj{"reason": " "}, http.StatusUnprocessableEntity, "guard_reason")
	var w web.GuardSwitch
	b.must("POST", "/api/guard/lock", obj{"reason": "疑似盗打"}, http.StatusOK, &w)
	if !w.Locked || w.ByName != "管理员" {
		t.Errorf("%+v", w)
	}
	b.refused("POST", "/api/guard/lock", obj{"reason": "疑似盗打"}, http.StatusConflict, "guard_switched")
	r := tollfraud.Request{Leg: "l", Call: "c", Site: string(changsha), Agent: "1001", Number: "13800138000", At: time.Now()}
	s := tollfraud.NewStore(h.pool)
	g := tollfraud.NewGuard(s, func(string) *time.Location { return time.UTC }, nil)
	if _, err := g.Allow(t.Context(), r); err == nil {
		t.Error("dialled although it is locked")
	}
	b.must("POST", "/api/guard/unlock", obj{"reason": "已排查"}, http.StatusOK, &w)
	var events struct {
		Items []web.GuardEvent
		Total int
	}
	b.must("GET", "/api/guard/events", nil, http.StatusOK, &events)
	if events.Total != 3 || events.Items[0].Kind != "unlock" || events.Items[1].Ground != "locked" || events.Items[2].Reason != "疑似盗打" {
		t.Fatalf("%+v", events)
	}
	if e := events.Items[1]; e.Number != "138****8000" || e.PersonName != "王秀英" || !strings.Contains(e.Words, "已暂停外呼") {
		t.Errorf("%+v", e)
	}
	b.must("GET", "/api/guard/events?kind=refused&ground=forbidden", nil, http.StatusOK, &events)
	if events.Total != 0 {
		t.Errorf("%+v", events)
	}
}

func TestContactsAreChangedAndRetired(t *testing.T) {
	h := open(t)
	b := h.logIn("9001")
	var all struct{ Items []web.ContactView }
	b.must("GET", "/api/contacts", nil, http.StatusOK, &all)
	if len(all.Items) < 10 || all.Items[0].Code != "12122" || !all.Items[0].Emergency || all.Items[0].Words == "" {
		t.Fatalf("%+v", all)
	}
	metro := obj{
		"name": "长沙地铁", "nameEn": "", "kind": "other", "numbers": []string{"0731-8888 0009"}, "trunk": "", "emergency": false, "told": true,
		"transfer": true, "words": "", "wordsEn": "", "category": "", "position": 5, "rev": 0,
	}
	var c web.ContactView
	b.must("PUT", "/api/contacts/metro", metro, http.StatusOK, &c)
	if c.Rev != 1 || c.Numbers[0] != "073188880009" || !c.Active {
		t.Errorf("%+v", c)
	}
	b.refused("PUT", "/api/contacts/metro", metro, http.StatusConflict, "exists")
	metro["rev"], metro["numbers"] = 1, []string{"CALL ME"}
	b.refused("PUT", "/api/contacts/metro", metro, http.StatusUnprocessableEntity, "invalid")
	b.must("POST", "/api/contacts/metro/retire", obj{"rev": 1}, http.StatusOK, &c)
	b.refused("POST", "/api/contacts/metro/retire", obj{"rev": 1}, http.StatusConflict, "contact_changed")
	metro["rev"], metro["numbers"] = 2, []string{"073188880009"}
	b.must("PUT", "/api/contacts/metro", metro, http.StatusOK, &c) // brings it back
	var history []web.ContactChange
	b.must("GET", "/api/contacts/metro/history", nil, http.StatusOK, &history)
	if !c.Active || len(history) != 3 || history[1].Action != "retire" || history[1].ByName != "管理员" {
		t.Errorf("%+v", history)
	}
	b.must("POST", "/api/contacts/usual", nil, http.StatusOK, &all)
	var counts []web.ReferralCount
	b.must("GET", "/api/contacts/referrals?from=2026-11-01&to=2026-11-30", nil, http.StatusOK, &counts)
	if len(counts) != 0 {
		t.Errorf("%+v", counts)
	}
}

func TestMobilesAreMaskedAndSet(t *testing.T) {
	h := open(t)
	b := h.logIn("9001")
	find := func(number string) web.PersonMobile {
		t.Helper()
		var people []web.PersonMobile
		b.must("GET", "/api/people/mobiles", nil, http.StatusOK, &people)
		for _, p := range people {
			if p.Number == number {
				return p
			}
		}
		return web.PersonMobile{}
	}
	if p := find("1001"); p.Mobile != "138****1001" || !p.Agent {
		t.Errorf("%+v", p)
	}
	b.must("PUT", "/api/people/1001/mobile", obj{"mobile": "139 1111 2222"}, http.StatusNoContent, nil)
	if p := find("1001"); p.Mobile != "139****2222" {
		t.Errorf("%+v", p)
	}
	b.refused("PUT", "/api/people/1001/mobile", obj{"mobile": "84440000"}, http.StatusUnprocessableEntity, "invalid")
	b.refused("PUT", "/api/people/4711/mobile", obj{"mobile": ""}, http.StatusNotFound, "not_found")
}

func TestListsAreMaskedEndAndStayAsHistory(t *testing.T) {
	h := open(t)
	b := h.logIn("2001")
	var e web.ListEntry
	b.must("POST", "/api/lists/black", obj{"number": "138 0013 8000", "priority": 0, "reason": "反复骚扰"}, http.StatusOK, &e)
	if e.Number != "138****8000" || e.Until == nil || time.Until(*e.Until).Round(time.Hour) != 30*24*time.Hour || !e.Mine {
		t.Errorf("%+v", e)
	}
	b.refused("POST", "/api/lists/black", obj{"number": "+8613800138000", "priority": 0, "reason": "反复骚扰"}, http.StatusConflict, "listed")
	b.refused("POST", "/api/lists/black", obj{"number": "13800138001", "priority": 0, "reason": ""}, http.StatusUnprocessableEntity, "list_reason")
	b.refused("POST", "/api/lists/black", obj{"number": "13800138001", "priority": 0, "reason": "骚扰", "wholeNode": true}, http.StatusForbidden, "whole_node")
	b.refused("POST", "/api/lists/vip", obj{"number": "13800138001", "priority": 0, "reason": "代表"}, http.StatusUnprocessableEntity, "invalid")
	b.refused("POST", "/api/lists/grey", obj{"number": "13800138001", "priority": 0, "reason": "代表"}, http.StatusUnprocessableEntity, "input")
	var number struct{ Number string }
	b.must("POST", "/api/lists/entries/"+e.ID+"/reveal", obj{"reason": "核对号码"}, http.StatusOK, &number)
	if number.Number != "13800138000" {
		t.Errorf("%+v", number)
	}
	b.must("PUT", "/api/lists/entries/"+e.ID, obj{"priority": 0, "reason": "反复骚扰，延长", "forever": true}, http.StatusOK, &e)
	if e.Until != nil {
		t.Errorf("%+v", e)
	}
	list := func(query string) (items []web.ListEntry) {
		t.Helper()
		var found struct{ Items []web.ListEntry }
		raw := json.RawMessage{}
		b.must("GET", "/api/lists/black"+query, nil, http.StatusOK, &raw)
		if strings.Contains(string(raw), "13800138000") {
			t.Errorf("the number is in the answer: %s", raw)
		}
		if err := json.Unmarshal(raw, &found); err != nil {
			t.Fatal(err)
		}
		return found.Items
	}
	if got := list("?q=0138-0013-8000"); len(got) != 1 {
		t.Errorf("%+v", got)
	}
	if got := list("?q=abc"); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	b.must("POST", "/api/lists/entries/"+e.ID+"/end", obj{"reason": "已道歉"}, http.StatusNoContent, nil)
	b.refused("POST", "/api/lists/entries/"+e.ID+"/end", obj{"reason": "已道歉"}, http.StatusNotFound, "not_found")
	if now, then := list(""), list("?ended=true"); len(now) != 0 || len(then) != 1 || then[0].EndedByName != "周志强" || then[0].EndReason != "已道歉" {
		t.Errorf("%+v %+v", now, then)
	}
}
