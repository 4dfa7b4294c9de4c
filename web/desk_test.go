package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
	"github.com/yihaotong/yihaotong/web"
)

// do asks the desk for something and returns what it shows then.
func (b *browser) do(operation string, body any) web.Desk {
	b.h.t.Helper()
	var d web.Desk
	b.must("POST", "/api/desk/"+operation, body, http.StatusOK, &d)
	return d
}

// until waits for the desk's call to be so.
func (b *browser) until(what string, is func(web.DeskCall) bool) web.DeskCall {
	b.h.t.Helper()
	var c web.DeskCall
	b.h.eventually(what, func() bool {
		d := b.desk()
		if d.Call != nil {
			c = *d.Call
		}
		return d.Call != nil && is(c)
	})
	return c
}

func party(c web.DeskCall, kind, who string) (web.Party, bool) {
	for _, p := range c.Parties {
		if p.Kind == kind && (who == "" || p.Agent == who) {
			return p, true
		}
	}
	return web.Party{}, false
}

func TestDeskDoesWithACallWhatItOffers(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	phone := b.atWork("1001")
	caller, _ := b.talk(phone, "13800001111")

	c := *b.desk().Call
	if c.Role != "lead" || c.Direction != "in" || c.State != "talking" || c.With != "customer" || c.Caller != "138****1111" {
		t.Errorf("%+v", c)
	}
	for _, act := range []string{"hold", "mute", "keys", "consult", "help", "transfer", "refer", "mask", "hangup"} {
		if !slices.Contains(c.Can, act) {
			t.Errorf("cannot %s: %v", act, c.Can)
		}
	}
	if p, ok := party(c, "customer", ""); !ok || p.Number != "138****1111" || p.State != "talking" || p.Leg == "" || p.Since == nil {
		t.Errorf("%+v", c.Parties)
	}

	c = *b.do("hold", nil).Call
	if p, _ := party(c, "customer", ""); !c.Held || c.With != "" || p.State != "held" || !slices.Contains(c.Can, "retrieve") {
		t.Errorf("on hold: %+v", c)
	}
	h.eventually("the caller hears music", func() bool { return caller.Hears().Sound == pbxtest.Music })
	if p := b.refused("POST", "/api/desk/hold", nil, http.StatusConflict, "not_now"); !strings.HasPrefix(p.Detail, "当前不能保持：") {
		t.Error(p.Detail)
	}
	if c = *b.do("retrieve", nil).Call; c.Held {
		t.Errorf("taken back: %+v", c)
	}
	h.eventually("they talk again", func() bool { return h.sim.Talking(caller, phone) })
	if c = *b.do("mute", nil).Call; !c.Muted || !h.sim.Muted(phone.Channel()) {
		t.Errorf("muted: %+v", c)
	}
	if c = *b.do("unmute", nil).Call; c.Muted || h.sim.Muted(phone.Channel()) {
		t.Errorf("unmuted: %+v", c)
	}
	if c = *b.do("mask", nil).Call; !c.Masked || !h.sim.Masked(caller.Channel()) {
		t.Errorf("masked: %+v", c)
	}
	if c = *b.do("unmask", nil).Call; c.Masked || h.sim.Masked(caller.Channel()) {
		t.Errorf("unmasked: %+v", c)
	}
	b.do("keys", obj{"keys": "12*#"})
	h.eventually("the keys arrive", func() bool { return caller.Keys() == "12*#" })
	b.do("hangup", nil)
	h.eventually("the wrap-up has begun", func() bool { return b.desk().State == orchestrator.WrapUp })
	if c := b.desk().Call; c == nil || c.State != "ended" || len(c.Can) != 0 || c.EndedAt == nil {
		t.Errorf("afterwards: %+v", c)
	}
	b.refused("POST", "/api/desk/hold", nil, http.StatusConflict, "no_call")
}

func TestConsultedColleagueSeesAndTakesOver(t *testing.T) {
	h := open(t)
	b, other := h.logIn("1001"), h.logIn("1002")
	phone := b.atWork("1001")
	caller, call := b.talk(phone, "13800001111")
	desk := other.atWork("1002")

	c := *b.do("consult", obj{"target": obj{"kind": "agent", "agent": "1002"}}).Call
	if p, ok := party(c, "agent", "1002"); !ok || !c.Held || c.With != "guest" || p.Name != "李建国" || p.Purpose != "consult" || p.State == "talking" {
		t.Errorf("asking: %+v", c)
	}
	h.eventually("it rings", desk.Ringing)
	g := other.until("the colleague sees who asks", func(c web.DeskCall) bool { return c.State == "ringing" && len(c.Parties) == 2 })
	if p, ok := party(g, "agent", "1001"); !ok || g.Role != "guest" || g.ID != call || g.Caller != "138****1111" || p.Purpose != "consult" || p.Name != "王秀英" {
		t.Errorf("the guest: %+v", g)
	}
	if p := b.refused("POST", "/api/desk/hangup", nil, http.StatusConflict, "not_now"); !strings.Contains(p.Detail, "完成转接") {
		t.Error(p.Detail)
	}
	desk.Answer()
	c = b.until("the colleague is there", func(c web.DeskCall) bool { return slices.Contains(c.Can, "conference") })
	if p, _ := party(c, "agent", "1002"); p.State != "talking" {
		t.Errorf("advice: %+v", c)
	}
	if g = *other.desk().Call; g.With != "guest" || g.State != "talking" || !slices.Contains(g.Can, "hangup") || slices.Contains(g.Can, "complete") {
		t.Errorf("the guest: %+v", g)
	}
	c = *b.do("swap", nil).Call
	if p, _ := party(c, "agent", "1002"); c.With != "customer" || p.State != "waiting" {
		t.Errorf("swapped: %+v", c)
	}
	c = *b.do("conference", nil).Call
	if p, _ := party(c, "agent", "1002"); c.With != "all" || p.Purpose != "conference" || p.State != "talking" || c.Held {
		t.Errorf("conference: %+v", c)
	}
	if g = *other.desk().Call; g.With != "all" {
		t.Errorf("the guest: %+v", g)
	}
	b.refused("POST", "/api/desk/drop", obj{"leg": "nobody's"}, http.StatusConflict, "no_such_party")
	b.do("leave", nil)
	h.eventually("the colleague has the caller", func() bool { return h.sim.Talking(caller, desk) })
	g = other.until("and is responsible", func(c web.DeskCall) bool { return c.Role == "lead" })
	if g.With != "customer" || g.ID != call {
		t.Errorf("the new lead: %+v", g)
	}
	h.eventually("the first one writes", func() bool { return b.desk().State == orchestrator.WrapUp })
	if c := b.desk().Call; c.State != "ended" || len(c.Parties) != 0 || len(c.Can) != 0 || c.EndedAt == nil {
		t.Errorf("the first one: %+v", c)
	}
}

func TestTransfersAndReferrals(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	phone := b.atWork("1001")
	caller, _ := b.talk(phone, "13800001111")
	var targets web.Targets
	b.must("GET", "/api/desk/targets", nil, http.StatusOK, &targets)
	i := slices.IndexFunc(targets.Contacts, func(c web.TargetContact) bool { return c.Code == "12122" })
	if i < 0 || !targets.Contacts[i].Emergency || targets.Contacts[i].Number != "12122" || len(targets.Queues) == 0 || targets.Help != 0 {
		t.Fatalf("%+v", targets)
	}
	if slices.ContainsFunc(targets.Agents, func(a web.TargetAgent) bool { return a.Number == "1001" }) {
		t.Errorf("one's own: %+v", targets.Agents)
	}
	var few web.Targets
	b.must("GET", "/api/desk/targets?query=12122", nil, http.StatusOK, &few)
	if len(few.Contacts) != 1 || len(few.Queues) != 0 || len(few.Agents) != 0 {
		t.Errorf("%+v", few)
	}
	b.do("refer", obj{"code": "12122", "how": "told"})
	b.refused("POST", "/api/desk/refer", obj{"code": "99999", "how": "told"}, http.StatusNotFound, "no_such_contact")
	b.refused("POST", "/api/desk/consult", obj{"target": obj{"kind": "help"}}, http.StatusConflict, "nobody_to_help")
	b.refused("POST", "/api/desk/consult", obj{"target": obj{"kind": "agent", "agent": "1001"}}, http.StatusConflict, "yourself")
	b.refused("POST", "/api/desk/consult", obj{"target": obj{"kind": "agent", "agent": "1002"}}, http.StatusConflict, "colleague_busy")
	b.refused("POST", "/api/desk/consult", obj{"target": obj{"kind": "agent", "agent": "7777"}}, http.StatusNotFound, "no_such_colleague")
	b.refused("POST", "/api/desk/transfer", obj{"target": obj{"kind": "queue", "queue": "nowhere"}}, http.StatusNotFound, "no_such_queue")
	b.do("refer", obj{"code": "12122", "how": "transfer"})
	rescue := h.sim.Number("12122")
	h.eventually("the rescue's phone rings", rescue.Ringing)
	rescue.Answer()
	h.eventually("the caller speaks with them", func() bool { return h.sim.Talking(caller, rescue) })
}

func TestTransferToAQueueIsOfferedToOthers(t *testing.T) {
	h := open(t)
	b, other := h.logIn("1001"), h.logIn("1002")
	phone := b.atWork("1001")
	caller, call := b.talk(phone, "13800001111")
	desk := other.atWork("1002")
	b.do("transfer", obj{"target": obj{"kind": "queue", "queue": "general"}})
	h.eventually("it rings at the other one", desk.Ringing)
	g := other.until("as a caller of theirs", func(c web.DeskCall) bool { return c.Role == "lead" && c.State == "ringing" })
	desk.Answer()
	h.eventually("they talk", func() bool { return h.sim.Talking(caller, desk) })
	if g.ID != call || g.Queue != "general" {
		t.Errorf("%+v", g)
	}
}

// TestDialsWithoutShowingTheNumber: by number, past call and ticket.
func TestDialsWithoutShowingTheNumber(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	phone := b.atWork("1001")
	caller, call := b.talk(phone, "13800001111")
	b.over(caller, call)

	reach := func(body obj, number, masked string) {
		t.Helper()
		h.eventually("the agent is free", func() bool {
			return b.ask("POST", "/api/desk/ready", nil).StatusCode == http.StatusOK && b.desk().State == orchestrator.Ready
		})
		d := b.do("dial", body)
		if d.State != orchestrator.Talking || d.Call == nil || d.Call.State != "dialling" || d.Call.Direction != "out" || d.Call.Number != masked || d.Call.Caller != masked {
			t.Fatalf("%v: %+v %+v", body, d, d.Call)
		}
		h.eventually("the own phone rings", phone.Ringing)
		phone.Answer()
		far := h.sim.Number(number)
		h.eventually("then the far one", far.Ringing)
		if c := b.until("it is dialled", func(c web.DeskCall) bool { return len(c.Parties) == 1 && c.Parties[0].State == "dialling" }); c.State != "dialling" {
			t.Errorf("%+v", c)
		}
		far.Answer()
		c := b.until("they talk", func(c web.DeskCall) bool { return c.State == "talking" })
		if slices.Contains(c.Can, "refer") || slices.Contains(c.Can, "rate") || c.With != "customer" {
			t.Errorf("%+v", c)
		}
		b.do("hangup", nil)
		h.eventually("it is over", func() bool { return b.desk().State == orchestrator.WrapUp })
	}
	reach(obj{"number": "+86 138-0000 2222"}, "13800002222", "138****2222")
	reach(obj{"callId": call}, "13800001111", "138****1111")
	var ticket web.Ticket
	b.must("POST", "/api/tickets", obj{"callId": call}, http.StatusOK, &ticket)
	reach(obj{"ticket": ticket.ID}, "13800001111", "138****1111")

	b.refused("POST", "/api/desk/dial", obj{"number": "01012345678"}, http.StatusForbidden, "forbidden")
	h.logIn("1002").refused("POST", "/api/desk/dial", obj{"callId": call}, http.StatusNotFound, "no_such_call")
	h.logIn("1002").refused("POST", "/api/desk/dial", obj{"number": "13800002222"}, http.StatusConflict, "agent_state")
	b.refused("POST", "/api/desk/dial", obj{"task": "01900000-0000-7000-8000-000000000000"}, http.StatusNotFound, "no_such_task")
}

func TestCallsBetweenAgents(t *testing.T) {
	h := open(t)
	b, other := h.logIn("1001"), h.logIn("1002")
	phone, desk := b.atWork("1001"), other.atWork("1002")
	b.do("dial", obj{"agent": "1002"})
	h.eventually("the own phone rings", phone.Ringing)
	phone.Answer()
	h.eventually("then the colleague's", desk.Ringing)
	if c := b.until("it is dialled", func(c web.DeskCall) bool { _, there := party(c, "agent", "1002"); return there }); c.State != "dialling" || c.Direction != "internal" {
		t.Errorf("%+v", c)
	}
	desk.Answer()
	c := b.until("they talk", func(c web.DeskCall) bool { return c.State == "talking" })
	if c.With != "guest" || len(c.Parties) != 1 {
		t.Errorf("%+v", c)
	}
	if g := *other.desk().Call; g.Role != "guest" || g.Direction != "internal" || len(g.Parties) != 1 || g.Parties[0].Agent != "1001" {
		t.Errorf("%+v", g)
	}
	b.do("hangup", nil)
	h.eventually("both are free", func() bool {
		return b.desk().State == orchestrator.Ready && other.desk().State == orchestrator.Ready
	})
}

func TestHostileWordsToTheDeskAreRefused(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	b.talk(b.atWork("1001"), "13800001111")
	huge := strings.Repeat("9", 2<<20)
	for _, c := range []struct {
		operation string
		body      any
	}{
		{"keys", obj{"keys": ""}},
		{"keys", obj{"keys": "12a"}},
		{"keys", obj{"keys": "12#\n"}},
		{"keys", obj{"keys": strings.Repeat("1", 33)}},
		{"keys", obj{"keys": 12}},
		{"keys", obj{}},
		{"keys", "{"},
		{"keys", obj{"keys": "１２"}},
		{"consult", obj{}},
		{"consult", obj{"target": obj{}}},
		{"consult", obj{"target": obj{"kind": "moon"}}},
		{"consult", obj{"target": obj{"kind": "queue", "queue": "general"}}},
		{"consult", obj{"target": nil}},
		{"consult", obj{"target": obj{"kind": "number", "number": "12;drop"}}},
		{"consult", obj{"target": obj{"kind": "number"}}},
		{"consult", obj{"target": obj{"kind": "number", "number": "138 0000\x00 1111"}}},
		{"consult", obj{"target": obj{"kind": "number", "number": strings.Repeat("1", 21)}}},
		{"consult", obj{"target": obj{"kind": "agent", "agent": strings.Repeat("1", 99)}}},
		{"transfer", obj{"target": obj{"kind": "help"}}},
		{"transfer", obj{"target": obj{"kind": "queue"}}},
		{"drop", obj{"leg": ""}},
		{"drop", obj{"leg": strings.Repeat("x", 200)}},
		{"dial", obj{}},
		{"dial", obj{"number": "abc"}},
		{"dial", obj{"number": "12"}},
		{"dial", obj{"number": "13800001111", "agent": "1002"}},
		{"dial", obj{"number": "sip:root@evil.example"}},
		{"dial", obj{"number": "13800001111@trunk"}},
		{"refer", obj{"code": "12122", "how": "shouted"}},
		{"refer", obj{"how": "told"}},
		{"sign-in", obj{"phone": "drum"}},
		{"sign-in", obj{"phone": "browser", "nailed": "yes"}},
	} {
		answer := b.ask("POST", "/api/desk/"+c.operation, c.body)
		if answer.StatusCode != http.StatusUnprocessableEntity && answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%s %v: %s", c.operation, c.body, answer.Status)
		}
	}
	for _, operation := range []string{"keys", "consult", "transfer", "dial", "refer", "drop", "hold"} {
		answer := b.ask("POST", "/api/desk/"+operation, `{"keys":"`+huge+`"}`)
		if answer.StatusCode != http.StatusRequestEntityTooLarge && operation != "hold" {
			t.Errorf("%s of 2 MB: %s", operation, answer.Status)
		}
	}
	if c := b.desk().Call; c == nil || c.State != "talking" || len(c.Parties) != 1 {
		t.Errorf("the caller is still there: %+v", c)
	}
}

func TestSecondDeskAsksFirst(t *testing.T) {
	h := open(t)
	first, second := h.logIn("1001"), h.logIn("1001")
	l := first.listen("desk")
	first.atWork("1001")
	l.awaitDesk("ready", 0, func(d web.Desk) bool { return d.State == orchestrator.Ready })
	newer := second.listen("desk")
	newer.awaitDesk("sees the desk", 0, func(d web.Desk) bool { return d.State == orchestrator.Ready })

	p := second.refused("POST", "/api/desk/sign-in", obj{"phone": "browser"}, http.StatusConflict, "signed_in_elsewhere")
	if !strings.Contains(p.Detail, "另一处") || !strings.Contains(p.Detail, time.Now().UTC().Add(8*time.Hour).Format("2006-01-02")) {
		t.Error(p.Detail)
	}
	second.refused("POST", "/api/desk/sip", nil, http.StatusConflict, "signed_in_elsewhere")
	first.must("POST", "/api/desk/sip", nil, http.StatusOK, nil)
	if d := first.desk(); d.State != orchestrator.Ready {
		t.Errorf("the first one: %+v", d)
	}
	second.must("POST", "/api/desk/sign-in", obj{"phone": "browser", "takeOver": true}, http.StatusOK, nil)
	if p, _ := l.await("good-bye", 0, func(p pushed) bool { return p.Type == "bye" }); p.Reason != "signed_in_elsewhere" {
		t.Errorf("bye: %s", p.Reason)
	}
	for _, p := range newer.all() {
		if p.Type == "bye" {
			t.Error("the newer one is sent away")
		}
	}
	second.must("POST", "/api/desk/sip", nil, http.StatusOK, nil)
}

// TestReloadedPageKeepsTheCaller: signing in again in mid-call has the phone
// rung again.
func TestReloadedPageKeepsTheCaller(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	phone := b.atWork("1001")
	caller, call := b.talk(phone, "13800001111")
	var in struct{ Desk web.Desk }
	b.must("POST", "/api/desk/sign-in", obj{"phone": "browser"}, http.StatusOK, &in)
	if in.Desk.State != orchestrator.Talking || in.Desk.Call == nil || in.Desk.Call.ID != call {
		t.Fatalf("%+v", in.Desk)
	}
	h.eventually("the phone is rung again", func() bool { return phone.Ringing() && phone.Asked() })
	if c := b.desk().Call; !c.Away || c.With != "" {
		t.Errorf("%+v", c)
	}
	phone.Answer()
	h.eventually("they talk again", func() bool { return h.sim.Talking(caller, phone) && !b.desk().Call.Away })
}

func TestSignsInAtAMobileAndALineThatStaysUp(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	var in struct {
		Desk web.Desk
		SIP  *web.SIP
	}
	b.must("POST", "/api/desk/sign-in", obj{"phone": "mobile"}, http.StatusOK, &in)
	if p := in.Desk.Phone; p.Kind != "mobile" || p.ID != "138****1001" || !p.Online || p.Nailed || in.SIP != nil {
		t.Errorf("%+v", p)
	}
	b.do("ready", nil)
	caller := h.sim.Call(trunk, "12328", "13800001111")
	mobile := h.sim.Number("13800001001")
	h.eventually("the mobile rings", mobile.Ringing)
	mobile.Answer()
	mobile.Press("1")
	h.eventually("they talk", func() bool { return h.sim.Talking(caller, mobile) })
	caller.Hangup()

	other := h.logIn("1002")
	exec(t, h, `UPDATE directory.person SET mobile = '' WHERE number = '1002'`)
	other.refused("POST", "/api/desk/sign-in", obj{"phone": "mobile"}, http.StatusConflict, "no_mobile")
	other.must("POST", "/api/desk/sign-in", obj{"phone": "browser", "nailed": true}, http.StatusOK, &in)
	if p := in.Desk.Phone; p.Kind != "browser" || !p.Nailed || p.LineUp {
		t.Errorf("%+v", p)
	}
	line := h.sim.Phone(pbx.PhoneID("b1002"))
	h.eventually("the line is set up", line.Ringing)
	line.Answer()
	h.eventually("and stays", func() bool { return other.desk().Phone.LineUp })
}
