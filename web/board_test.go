package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/web"
)

func TestBoardShowsSeatsQueuesLinesAndWhoWaits(t *testing.T) {
	h := open(t)
	agent, boss := h.logIn("1001"), h.logIn("2001")
	l := boss.listen("board")
	b, n := l.awaitBoard("the board at once", 0, func(web.Board) bool { return true })
	if !b.Live || len(b.Queues) != 3 || b.Queues[0].Name != "综合业务" || len(b.Lines) != 1 || b.Lines[0].Name != "电信中继" || b.Lines[0].Max != 30 ||
		!b.Health.Switch || !b.Health.Redis || !b.Health.Postgres || b.KPIs.TenSecond.Target != 80 || b.KPIs.TenSecond.D != 0 {
		t.Errorf("%+v", b)
	}
	c := h.sim.Call(trunk, "12328", "073185551234")
	b, n = l.awaitBoard("somebody waits", n, func(b web.Board) bool { return b.KPIs.Waiting == 1 })
	w := b.Waiting[0]
	if w.Caller != "0731855****34" && w.Caller != "073185****34" || w.QueueName != "综合业务" || w.Position != 1 || b.KPIs.LongestSince == nil ||
		b.Queues[0].Waiting != 1 || b.Queues[0].LongestSince == nil || w.Region != "长沙市/株洲市/湘潭市" {
		t.Errorf("waiting: %+v, queue %+v", w, b.Queues[0])
	}
	b, n = l.awaitBoard("the line is in use", n-1, func(b web.Board) bool { return b.Lines[0].InUse == 1 })
	if b.KPIs.OfferedToday != 0 {
		t.Errorf("who still waits is counted: %+v", b.KPIs)
	}

	phone := agent.atWork("1001")
	h.eventually("it rings", phone.Ringing)
	phone.Answer()
	b, n = l.awaitBoard("they talk", n, func(b web.Board) bool { return b.KPIs.Seats.Talking == 1 && b.Seats[0].State == orchestrator.Talking })
	s := b.Seats[0]
	if s.Agent != "1001" || s.Name != "王秀英" || s.Caller != w.Caller || s.QueueName != "综合业务" || !s.PhoneOnline || s.Answered != 1 ||
		b.KPIs.Waiting != 0 || b.KPIs.LongestSince != nil || b.Queues[0].Staffed != 1 || b.Queues[0].Ready != 0 || b.KPIs.Seats.Online != 1 {
		t.Errorf("seat %+v, kpis %+v, queue %+v", s, b.KPIs, b.Queues[0])
	}
	b, _ = l.awaitBoard("the figures follow", n, func(b web.Board) bool { return b.KPIs.AnsweredToday == 1 })
	if b.KPIs.OfferedToday != 1 || b.KPIs.TenSecond.D != 1 || b.Queues[0].Offered != 1 || b.Queues[0].TenSecond.D != 1 {
		t.Errorf("figures: %+v %+v", b.KPIs, b.Queues[0])
	}
	var trend web.Trend
	boss.must("GET", "/api/board/trend?minutes=5", nil, http.StatusOK, &trend)
	answered := 0
	for _, p := range trend.Points {
		answered += p.Answered
	}
	if len(trend.Points) != 5 || answered != 1 {
		t.Errorf("trend: %+v", trend)
	}
	c.Hangup()
}

func TestBoardIsPushedAtMostFiveTimesASecond(t *testing.T) {
	h := open(t)
	l := h.logIn("2001").listen("board")
	l.awaitBoard("the board", 0, func(web.Board) bool { return true })
	for range 40 {
		h.sim.Call(trunk, "12328", "13800001111")
		time.Sleep(20 * time.Millisecond) // callers arrive one after the other
	}
	l.awaitBoard("all wait", 0, func(b web.Board) bool { return b.KPIs.Waiting == 40 })
	var last time.Time
	for _, p := range l.all() {
		if p.Type != "board" {
			continue
		}
		if gap := p.At.Sub(last); gap < 190*time.Millisecond {
			t.Errorf("two boards within %v", gap)
		}
		last = p.At
	}
}

func TestBoardWithoutRedisIsTheLastOneAndSaysSo(t *testing.T) {
	h := open(t)
	agent, boss := h.logIn("1001"), h.logIn("2001")
	agent.atWork("1001")
	l := boss.listen("board")
	_, n := l.awaitBoard("one seat", 0, func(b web.Board) bool { return len(b.Seats) == 1 && b.Live })
	h.redis.Kill()
	b, n := l.awaitBoard("it is old", n, func(b web.Board) bool { return !b.Live })
	if len(b.Seats) != 1 || b.Health.Redis {
		t.Errorf("%+v", b)
	}
	var asked web.Board
	boss.must("GET", "/api/board", nil, http.StatusOK, &asked)
	if asked.Live || len(asked.Seats) != 1 || !asked.At.Equal(b.At) {
		t.Errorf("asked: live %v, at %v, pushed at %v", asked.Live, asked.At, b.At)
	}
	h.redis.Restart()
	b, _ = l.awaitBoard("it heals", n, func(b web.Board) bool { return b.Live && len(b.Seats) == 1 })
	if !b.Health.Redis {
		t.Errorf("%+v", b.Health)
	}
}

func TestBoardNobodyHasSeenNeedsRedis(t *testing.T) {
	h := open(t)
	h.redis.Kill()
	h.logIn("2001").refused("GET", "/api/board", nil, http.StatusServiceUnavailable, "live_away")
}

func TestNodeWidePeopleSeeTheFirstSite(t *testing.T) {
	h := open(t)
	exec(t, h, `UPDATE directory.person SET site = NULL WHERE number = '9001'`)
	var b web.Board
	h.logIn("9001").must("GET", "/api/board", nil, http.StatusOK, &b)
	if len(b.Queues) != 3 {
		t.Errorf("%+v", b)
	}
}
