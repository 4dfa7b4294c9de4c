package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/web"
)

// listener is a browser on /api/live that keeps everything it is told.
type listener struct {
	h  *house
	ws *websocket.Conn

	mu   sync.Mutex
	got  []pushed
	over error
}

type pushed struct {
	Type   string          `json:"type"`
	At     time.Time       `json:"at"`
	Reason string          `json:"reason"`
	Data   json.RawMessage `json:"data"`

	arrived time.Time
}

func (p pushed) desk(t *testing.T) web.Desk {
	t.Helper()
	var d web.Desk
	if err := json.Unmarshal(p.Data, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func (p pushed) board(t *testing.T) web.Board {
	t.Helper()
	var b web.Board
	if err := json.Unmarshal(p.Data, &b); err != nil {
		t.Fatal(err)
	}
	return b
}

// cookies are those of the browser, for what is not sent by its client.
func (b *browser) cookies() http.Header {
	header := http.Header{}
	u, err := url.Parse(b.h.http.URL)
	if err != nil {
		b.h.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(u) {
		header.Add("Cookie", c.String())
	}
	return header
}

// listen opens a live connection.
func (b *browser) listen(topics string) *listener {
	b.h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ws, answer, err := websocket.Dial(ctx, b.h.http.URL+"/api/live?topics="+topics, &websocket.DialOptions{HTTPHeader: b.cookies()})
	if err != nil {
		b.h.t.Fatalf("listen: %v %v", err, answer)
	}
	ws.SetReadLimit(1 << 20)
	l := &listener{h: b.h, ws: ws}
	b.h.t.Cleanup(func() { _ = ws.CloseNow() })
	go func() {
		for {
			_, raw, err := ws.Read(context.Background())
			l.mu.Lock()
			if err != nil {
				l.over = err
				l.mu.Unlock()
				return
			}
			var p pushed
			if err := json.Unmarshal(raw, &p); err != nil {
				l.over = err
			}
			p.arrived = time.Now()
			l.got = append(l.got, p)
			l.mu.Unlock()
		}
	}()
	return l
}

// all returns what has come so far.
func (l *listener) all() []pushed {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]pushed(nil), l.got...)
}

// await returns the first message, from the n-th on, that fits, and the number
// of the one after it.
func (l *listener) await(what string, n int, fits func(pushed) bool) (pushed, int) {
	l.h.t.Helper()
	var found pushed
	next := 0
	l.h.eventually(what, func() bool {
		for i, p := range l.all() {
			if i >= n && fits(p) {
				found, next = p, i+1
				return true
			}
		}
		return false
	})
	return found, next
}

func (l *listener) awaitDesk(what string, n int, fits func(web.Desk) bool) (web.Desk, int) {
	l.h.t.Helper()
	p, next := l.await(what, n, func(p pushed) bool { return p.Type == "desk" && fits(p.desk(l.h.t)) })
	return p.desk(l.h.t), next
}

func (l *listener) awaitBoard(what string, n int, fits func(web.Board) bool) (web.Board, int) {
	l.h.t.Helper()
	p, next := l.await(what, n, func(p pushed) bool { return p.Type == "board" && fits(p.board(l.h.t)) })
	return p.board(l.h.t), next
}

func TestDeskIsPushedThroughTheLifeOfACall(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	l := b.listen("desk")
	is := func(s orchestrator.AgentState) func(web.Desk) bool {
		return func(d web.Desk) bool { return d.State == s }
	}
	d, n := l.awaitDesk("the desk at once", 0, is(orchestrator.SignedOut))
	if d.Name != "王秀英" || d.Phone.Kind != "" || d.Call != nil || len(d.Reasons) < 5 {
		t.Errorf("%+v", d)
	}
	phone := b.atWork("1001")
	d, n = l.awaitDesk("ready", n, is(orchestrator.Ready))
	if d.Phone.Kind != "browser" || d.Phone.ID != "b1001" || !d.Phone.Online || d.Since == nil {
		t.Errorf("ready: %+v", d)
	}
	c := h.sim.CallNamed(trunk, "12328", "13812341411", "张\"三\"\n<b>")
	d, n = l.awaitDesk("ringing", n, is(orchestrator.RingingAt))
	if d.Call == nil || d.Call.State != "ringing" || d.Call.Caller != "138****1411" || d.Call.QueueName != "综合业务" ||
		d.Call.Region != "手机号码，归属地不详" || d.Call.OfferedAt == nil || d.Call.CallerName != "张\"三\" <b>" || d.Call.QueuedAt == nil || d.Call.Called != "12328" {
		t.Errorf("ringing: %+v", d.Call)
	}
	b.must("POST", "/api/desk/not-ready", obj{"reason": "rest"}, http.StatusOK, &d)
	if d.State != orchestrator.RingingAt || d.Next != "rest" {
		t.Errorf("a break asked for while it rings: %+v", d)
	}
	phone.Answer()
	d, n = l.awaitDesk("talking", n, is(orchestrator.Talking))
	if d.Call == nil || d.Call.State != "talking" {
		t.Errorf("talking: %+v", d.Call)
	}
	b.must("POST", "/api/desk/ready", nil, http.StatusOK, &d)
	if d.Next != "" {
		t.Errorf("the break is taken back: %+v", d)
	}
	c.Hangup()
	d, n = l.awaitDesk("wrap-up", n, is(orchestrator.WrapUp))
	if d.WrapUpUntil == nil || d.Call == nil || d.Call.State != "ended" || d.Today.Answered != 1 {
		t.Errorf("wrap-up: %+v %+v", d, d.Call)
	}
	before := *d.WrapUpUntil
	b.must("POST", "/api/desk/wrap-up", obj{"extendSeconds": 60}, http.StatusOK, &d)
	if d.WrapUpUntil.Sub(before) != time.Minute {
		t.Errorf("extended from %v to %v", before, d.WrapUpUntil)
	}
	b.must("POST", "/api/desk/not-ready", obj{"reason": "meal"}, http.StatusOK, nil)
	d, _ = l.awaitDesk("not ready", n, is(orchestrator.NotReady))
	if d.Reason != "meal" || d.Call != nil {
		t.Errorf("not ready: %+v", d)
	}
	b.must("POST", "/api/desk/sign-out", nil, http.StatusOK, &d)
	if d.State != orchestrator.SignedOut || d.Phone.ID != "" {
		t.Errorf("signed out: %+v", d)
	}
	b.refused("POST", "/api/desk/hangup", nil, http.StatusConflict, "no_call")
}

func TestEventReachesTheScreenSoon(t *testing.T) {
	h := open(t)
	b, boss := h.logIn("1001"), h.logIn("2001")
	b.atWork("1001")
	desk, board := b.listen("desk"), boss.listen("board")
	desk.awaitDesk("the desk", 0, func(web.Desk) bool { return true })
	board.awaitBoard("the board", 0, func(b web.Board) bool { return len(b.Seats) == 1 })
	var onDesk, onBoard []time.Duration
	n, m := len(desk.all()), len(board.all())
	for range 5 {
		began := time.Now()
		c := h.sim.Call(trunk, "12328", "13800001111")
		var at pushed
		at, n = desk.await("ringing", n, func(p pushed) bool { return p.Type == "desk" && p.desk(t).State == orchestrator.RingingAt })
		onDesk = append(onDesk, at.arrived.Sub(began))
		at, m = board.await("ringing on the board", m, func(p pushed) bool {
			return p.Type == "board" && len(p.board(t).Seats) == 1 && p.board(t).Seats[0].State == orchestrator.RingingAt
		})
		onBoard = append(onBoard, at.arrived.Sub(began))
		c.Hangup()
		_, n = desk.awaitDesk("ready again", n, func(d web.Desk) bool { return d.State == orchestrator.Ready })
		_, m = board.awaitBoard("ready again on the board", m, func(b web.Board) bool { return b.Seats[0].State == orchestrator.Ready })
	}
	t.Logf("from the caller's arrival to the agent's screen: %v; to the supervisor's: %v", onDesk, onBoard)
	for _, took := range append(onDesk, onBoard...) {
		if took > 5*time.Second {
			t.Errorf("an event took %v", took)
		}
	}
}

func TestTicksTellThatTheConnectionLives(t *testing.T) {
	h := open(t)
	l := h.logIn("1001").listen("desk")
	_, n := l.await("a tick at once", 0, func(p pushed) bool { return p.Type == "tick" && !p.At.IsZero() })
	_, n = l.await("another", n, func(p pushed) bool { return p.Type == "tick" })
	l.await("and another", n, func(p pushed) bool { return p.Type == "tick" })
}

func TestLiveConnectionIsRefusedToWhomItMayNotShow(t *testing.T) {
	h := open(t)
	agent := h.logIn("1001")
	agent.refused("GET", "/api/live?topics=desk", nil, http.StatusUpgradeRequired, "websocket_only")
	agent.refused("GET", "/api/live?topics=board", nil, http.StatusForbidden, "forbidden")
	h.logIn("9001").refused("GET", "/api/live?topics=desk", nil, http.StatusForbidden, "forbidden")
	h.browser().refused("GET", "/api/live?topics=desk", nil, http.StatusUnauthorized, "not_logged_in")

	header := agent.cookies()
	header.Set("Origin", "https://evil.example")
	_, answer, err := websocket.Dial(t.Context(), h.http.URL+"/api/live?topics=desk", &websocket.DialOptions{HTTPHeader: header})
	if err == nil || answer == nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: %v %v", answer, err)
	}
}

func TestSessionThatEndsSaysGoodbye(t *testing.T) {
	for name, end := range map[string]func(b *browser){
		"by logging out":       func(b *browser) { b.must("DELETE", "/api/session", nil, http.StatusNoContent, nil) },
		"without activity":     func(b *browser) { exec(b.h.t, b.h, `UPDATE web.session SET active_at = active_at - interval '1 hour'`) },
		"for who is dismissed": func(b *browser) { exec(b.h.t, b.h, `UPDATE directory.person SET active = false`) },
		"by a new password elsewhere": func(b *browser) {
			b.h.logIn("1001").must("POST", "/api/session/password", obj{"old": password, "new": "Second-Time-77"}, http.StatusNoContent, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			b := h.logIn("1001")
			l := b.listen("desk")
			l.await("a tick", 0, func(p pushed) bool { return p.Type == "tick" })
			end(b)
			p, _ := l.await("good-bye", 0, func(p pushed) bool { return p.Type == "bye" })
			if p.Reason != "session_over" {
				t.Errorf("bye: %s", p.Reason)
			}
			h.eventually("the connection is closed", func() bool { l.mu.Lock(); defer l.mu.Unlock(); return l.over != nil })
		})
	}
}

func TestActivityKeepsTheSession(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	l := b.listen("desk")
	l.await("a tick", 0, func(p pushed) bool { return p.Type == "tick" })
	exec(t, h, `UPDATE web.session SET active_at = active_at - interval '20 minutes'`)
	active := func() (age time.Duration) {
		var at time.Time
		if err := h.pool.QueryRow(t.Context(), `SELECT active_at FROM web.session WHERE person = '1001'`).Scan(&at); err != nil {
			t.Fatal(err)
		}
		return time.Since(at)
	}
	for _, nonsense := range []string{"", "[]", `{"type":"admin"}`, strings.Repeat("x", 1000)} {
		if err := l.ws.Write(t.Context(), websocket.MessageText, []byte(nonsense)); err != nil {
			t.Fatal(err)
		}
	}
	if age := active(); age < 19*time.Minute {
		t.Errorf("nonsense counts as activity: %v", age)
	}
	h.eventually("the person is active", func() bool {
		if err := l.ws.Write(t.Context(), websocket.MessageText, []byte(`{"type":"active"}`)); err != nil {
			t.Fatal(err)
		}
		return active() < 5*time.Minute
	})
}

func TestLongTalkDoesNotEndTheSession(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	phone := b.atWork("1001")
	l := b.listen("desk")
	b.talk(phone, "13800001111")
	l.awaitDesk("talking", 0, func(d web.Desk) bool { return d.State == orchestrator.Talking })
	exec(t, h, `UPDATE web.session SET active_at = active_at - interval '20 minutes'`)
	h.eventually("the talk counts as activity", func() bool {
		var at time.Time
		err := h.pool.QueryRow(t.Context(), `SELECT active_at FROM web.session WHERE person = '1001'`).Scan(&at)
		return err == nil && time.Since(at) < 5*time.Minute
	})
}

func TestWorkingElsewhereSaysSo(t *testing.T) {
	h := open(t)
	first, second := h.logIn("1001"), h.logIn("1001")
	l, same := first.listen("desk"), second.listen("desk")
	first.atWork("1001")
	l.awaitDesk("ready", 0, func(d web.Desk) bool { return d.State == orchestrator.Ready })
	p, _ := same.await("good-bye", 0, func(p pushed) bool { return p.Type == "bye" })
	if p.Reason != "signed_in_elsewhere" {
		t.Errorf("bye: %s", p.Reason)
	}
	for _, p := range l.all() {
		if p.Type == "bye" {
			t.Errorf("the browser that signed in is sent away: %s", p.Reason)
		}
	}
}

func TestRestartSaysGoodbyeToEverybody(t *testing.T) {
	h := open(t)
	listeners := []*listener{h.logIn("1001").listen("desk"), h.logIn("2001").listen("board")}
	for _, l := range listeners {
		l.await("a tick", 0, func(p pushed) bool { return p.Type == "tick" })
	}
	h.edge.Close()
	for _, l := range listeners {
		if p, _ := l.await("good-bye", 0, func(p pushed) bool { return p.Type == "bye" }); p.Reason != "restarting" {
			t.Errorf("bye: %s", p.Reason)
		}
	}
	late := h.logIn("1002")
	_, answer, err := websocket.Dial(t.Context(), h.http.URL+"/api/live?topics=desk", &websocket.DialOptions{HTTPHeader: late.cookies()})
	if err == nil || answer == nil || answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a newcomer: %v %v", answer, err)
	}
}

func TestBrowserThatTalksTooMuchIsDropped(t *testing.T) {
	h := open(t)
	b := h.logIn("2001")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, h.http.URL+"/api/live?topics=board", &websocket.DialOptions{HTTPHeader: b.cookies()})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow() //nolint:errcheck // only to be sure
	cut := ws.Write(ctx, websocket.MessageText, []byte(strings.Repeat("x", 64<<10)))
	for err = nil; err == nil; {
		_, _, err = ws.Read(ctx)
	}
	if ctx.Err() != nil {
		t.Fatal("was not dropped")
	}
	var closed websocket.CloseError
	if cut != nil {
		return // dropped before it had said all
	}
	if !errors.As(err, &closed) || closed.Code != websocket.StatusMessageTooBig {
		t.Errorf("ended by %v", err)
	}
}
