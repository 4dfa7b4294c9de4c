package web_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/web"
)

func TestSupervisorTakesPartAndTakesOver(t *testing.T) {
	h := open(t)
	b, boss := h.logIn("1001"), h.logIn("2001")
	phone := b.atWork("1001")
	caller, call := b.talk(phone, "13800001111")

	boss.refused("POST", "/api/seats/1001/listen", obj{"mode": "listen"}, http.StatusConflict, "phone_offline")
	own := boss.atWork("2001")
	boss.do("not-ready", obj{"reason": "rest"})
	boss.refused("POST", "/api/seats/2001/listen", obj{"mode": "listen"}, http.StatusConflict, "yourself")
	boss.refused("POST", "/api/seats/1002/listen", obj{"mode": "listen"}, http.StatusConflict, "no_call")
	boss.refused("POST", "/api/seats/7777/listen", obj{"mode": "listen"}, http.StatusNotFound, "no_such_seat")
	boss.refused("POST", "/api/seats/1001/listen", obj{"mode": "shout"}, http.StatusUnprocessableEntity, "input")

	var d web.Desk
	boss.must("POST", "/api/seats/1001/listen", obj{"mode": "listen"}, http.StatusOK, &d)
	if d.Agent != "2001" {
		t.Errorf("%+v", d)
	}
	h.eventually("the own phone rings", func() bool { return own.Ringing() && own.Asked() })
	own.Answer()
	c := boss.until("listens", func(c web.DeskCall) bool { return c.Listening == "listen" && c.With == "all" })
	if c.Role != "listener" || c.ID != call || c.Caller != "138****1111" || len(c.Parties) != 2 || !slices.Contains(c.Can, "whisper") || slices.Contains(c.Can, "hold") {
		t.Errorf("%+v", c)
	}
	if seen := b.desk().Call; len(seen.Parties) != 1 || seen.With != "customer" {
		t.Errorf("the agent sees who listens: %+v", seen)
	}
	boss.must("POST", "/api/seats/1001/listen", obj{"mode": "barge"}, http.StatusOK, &d)
	if d.Call == nil || d.Call.Listening != "barge" {
		t.Errorf("%+v", d.Call)
	}
	if seen := b.desk().Call; len(seen.Parties) != 2 || seen.With != "all" {
		t.Errorf("who speaks with everybody is seen: %+v", seen)
	}
	boss.must("POST", "/api/seats/1001/take-over", nil, http.StatusOK, nil)
	h.eventually("the supervisor has the caller", func() bool { return h.sim.Talking(caller, own) })
	boss.until("and is responsible", func(c web.DeskCall) bool { return c.Role == "lead" })
	h.eventually("the agent writes", func() bool { return b.desk().State == orchestrator.WrapUp })
}

func TestHelpIsRungAtTheSupervisor(t *testing.T) {
	h := open(t)
	b, boss := h.logIn("1001"), h.logIn("2001")
	phone := b.atWork("1001")
	b.talk(phone, "13800001111")
	own := boss.atWork("2001")
	boss.do("not-ready", obj{"reason": "rest"})
	var targets web.Targets
	h.eventually("help is there", func() bool {
		b.must("GET", "/api/desk/targets", nil, http.StatusOK, &targets)
		return targets.Help == 1
	})
	b.do("consult", obj{"target": obj{"kind": "help"}})
	h.eventually("it rings", own.Ringing)
	c := boss.until("asks for help", func(c web.DeskCall) bool { return c.State == "ringing" && len(c.Parties) == 2 })
	if p, _ := party(c, "agent", "1001"); c.Role != "guest" || p.Purpose != "help" {
		t.Errorf("%+v", c)
	}
}

func TestSupervisorMovesPeopleAndSkills(t *testing.T) {
	h := open(t)
	b, boss := h.logIn("1001"), h.logIn("2001")
	b.atWork("1001")
	seat := "/api/seats/1001/"
	boss.must("POST", seat+"not-ready", obj{"reason": "rest"}, http.StatusNoContent, nil)
	if d := b.desk(); d.State != orchestrator.NotReady || d.Reason != "rest" {
		t.Errorf("%+v", d)
	}
	boss.refused("POST", seat+"not-ready", obj{"reason": "no_answer"}, http.StatusUnprocessableEntity, "unknown_reason")
	boss.must("POST", seat+"ready", nil, http.StatusNoContent, nil)
	if d := b.desk(); d.State != orchestrator.Ready {
		t.Errorf("%+v", d)
	}

	var skills web.SeatSkills
	boss.must("GET", seat+"skills", nil, http.StatusOK, &skills)
	if skills.Override || skills.Skills["truck"] != 3 || skills.Usual["general"] != 5 {
		t.Errorf("%+v", skills)
	}
	skills = web.SeatSkills{}
	boss.must("PUT", seat+"skills", obj{"skills": obj{"truck": 9}}, http.StatusOK, &skills)
	if !skills.Override || len(skills.Skills) != 1 || skills.Skills["truck"] != 9 || skills.Usual["general"] != 5 {
		t.Errorf("for today: %+v", skills)
	}
	for _, bad := range []obj{{"truck": 0}, {"truck": 10}, {"juggling": 3}, {"": 1}} {
		boss.refused("PUT", seat+"skills", obj{"skills": bad}, http.StatusUnprocessableEntity, "bad_skills")
	}
	boss.must("PUT", seat+"skills", obj{"skills": obj{}}, http.StatusOK, &skills)
	if skills.Override || skills.Skills["general"] != 5 {
		t.Errorf("as usual: %+v", skills)
	}

	boss.must("POST", seat+"sign-out", nil, http.StatusNoContent, nil)
	if d := b.desk(); d.State != orchestrator.SignedOut {
		t.Errorf("%+v", d)
	}
	boss.refused("POST", seat+"ready", nil, http.StatusConflict, "agent_state")
	boss.refused("POST", "/api/seats/7777/ready", nil, http.StatusNotFound, "no_such_seat")
	exec(t, h, `UPDATE directory.person SET site = NULL WHERE number = '1002'`)
	boss.refused("POST", "/api/seats/1002/ready", nil, http.StatusNotFound, "no_such_seat")
}

func TestSignOutInMidTalkWaitsForItsEnd(t *testing.T) {
	h := open(t)
	b, boss := h.logIn("1001"), h.logIn("2001")
	b.talk(b.atWork("1001"), "13800001111")
	boss.must("POST", "/api/seats/1001/sign-out", nil, http.StatusNoContent, nil)
	if d := b.desk(); d.State != orchestrator.Talking || d.Next != "sign_out" {
		t.Errorf("%+v", d)
	}
}

func TestWaitingCallerIsMoved(t *testing.T) {
	h := open(t)
	boss := h.logIn("2001")
	h.sim.Call(trunk, "12328", "13800001111")
	var board web.Board
	h.eventually("the caller waits", func() bool {
		boss.must("GET", "/api/board", nil, http.StatusOK, &board)
		return len(board.Waiting) == 1
	})
	move := "/api/waiting/" + board.Waiting[0].Call + "/move"
	boss.must("POST", move, obj{"priority": 5}, http.StatusNoContent, nil)
	h.eventually("goes before others", func() bool {
		boss.must("GET", "/api/board", nil, http.StatusOK, &board)
		return len(board.Waiting) == 1 && board.Waiting[0].Priority == 5
	})
	boss.refused("POST", move, obj{}, http.StatusUnprocessableEntity, "no_move")
	boss.refused("POST", move, obj{"priority": 99}, http.StatusUnprocessableEntity, "input")
	boss.refused("POST", move, obj{"queue": "nowhere"}, http.StatusNotFound, "no_such_queue")
	boss.refused("POST", move, obj{"agent": "1002"}, http.StatusConflict, "colleague_busy")
	boss.refused("POST", "/api/waiting/nobody/move", obj{"priority": 1}, http.StatusConflict, "not_waiting")

	agent := h.logIn("1001")
	phone := agent.atWork("1001")
	h.eventually("it rings", phone.Ringing)
}
