package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/yihaotong/yihaotong/web"
)

// soon is the bound of an answer in these tests. It leaves a second after the
// look at the session has been given up.
const soon = 4 * time.Second

// TestHangingPostgresKeepsNobodyWaiting has a database that takes everything
// and answers nothing: people are told in time, agents go on working, what is
// live stays live, and all is well as soon as it answers again.
func TestHangingPostgresKeepsNobodyWaiting(t *testing.T) {
	seen := make(chan *http.Request, 1)
	address := echoSwitch(t, seen)
	h := open(t, func(d *web.Deps) { d.Config.AnswerWithin, d.Config.SIPURL = soon, address })
	b := h.logIn("1001")
	phone := b.atWork("1001")
	b.desk()
	boss := h.logIn("2001")
	boss.must("GET", "/api/board", nil, http.StatusOK, nil)
	var draft, saved web.Ticket
	b.must("POST", "/api/tickets", complaint(), http.StatusOK, &draft)
	live := b.listen("desk")
	sip := b.dialSIP()

	h.postgres.hang()
	save := with(complaint(), "rev", draft.Rev, "title", "停摆时写的", "reply", "停摆时答的")
	var asking sync.WaitGroup
	for _, ask := range []struct {
		by           *browser
		method, path string
		body         any
		status       int
		code         string
	}{
		{b, "PUT", "/api/tickets/" + draft.ID, save, 503, "unavailable"},
		{b, "GET", "/api/tickets", nil, 503, "unavailable"},
		{b, "GET", "/api/tickets/" + draft.ID, nil, 503, "unavailable"},
		{b, "GET", "/api/calls", nil, 503, "unavailable"},
		{b, "GET", "/api/calls/01900000-0000-7000-8000-000000000000/recording", nil, 503, "unavailable"},
		{b, "GET", "/api/regions", nil, 503, "unavailable"},
		{boss, "GET", "/api/board/trend", nil, 503, "unavailable"},
		{h.browser(), "POST", "/api/session", obj{"number": "1002", "password": password}, 503, "unavailable"},
		{b, "GET", "/api/desk", nil, 200, ""},
		{boss, "GET", "/api/board", nil, 200, ""},
		{boss, "GET", "/api/board", nil, 200, ""},
		{boss, "GET", "/api/board", nil, 200, ""},
	} {
		asking.Go(func() {
			began := time.Now()
			answer := ask.by.ask(ask.method, ask.path, ask.body)
			took := time.Since(began)
			var p problem
			_ = json.NewDecoder(answer.Body).Decode(&p)
			// The recording is a stream: its session and its call are bounded one after the other.
			if answer.StatusCode != ask.status || p.Code != ask.code || took > 2*soon {
				t.Errorf("%s %s: %s %q after %s", ask.method, ask.path, answer.Status, p.Code, took)
			}
		})
	}
	asking.Wait()
	b.impatient("/api/tickets") // whoever gives up waiting is not logged out by that
	b.talk(phone, "13800001111")
	b.must("POST", "/api/desk/hangup", nil, http.StatusOK, nil)

	hung := time.Now()
	live.await("the live connection ticks, older than any answer may be", 0, func(p pushed) bool { return p.Type == "tick" && p.arrived.After(hung) })
	sip.says("OPTIONS")

	h.postgres.heal()
	h.eventually("it is saved after all", func() bool {
		answer := b.ask("PUT", "/api/tickets/"+draft.ID, save)
		return answer.StatusCode == http.StatusOK && json.NewDecoder(answer.Body).Decode(&saved) == nil
	})
	if saved.Title != "停摆时写的" || saved.Reply != "停摆时答的" {
		t.Errorf("saved %+v", saved.TicketFields)
	}
}

// impatient asks, and goes away while the answer is awaited.
func (b *browser) impatient(path string) {
	b.h.t.Helper()
	ctx, cancel := context.WithTimeout(b.h.t.Context(), 200*time.Millisecond)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", b.h.http.URL+path, nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	if answer, err := b.client.Do(r); err == nil {
		_ = answer.Body.Close()
		b.h.t.Fatalf("GET %s: %s at once", path, answer.Status)
	}
}

// softphone is a browser's SIP connection through us.
type softphone struct {
	h  *house
	ws *websocket.Conn
}

func (b *browser) dialSIP() softphone {
	b.h.t.Helper()
	ctx, cancel := context.WithTimeout(b.h.t.Context(), patience)
	defer cancel()
	ws, answer, err := websocket.Dial(ctx, b.h.http.URL+"/sip", &websocket.DialOptions{HTTPHeader: b.cookies(), Subprotocols: []string{"sip"}})
	if err != nil {
		b.h.t.Fatalf("%v %v", err, answer)
	}
	b.h.t.Cleanup(func() { _ = ws.CloseNow() })
	return softphone{b.h, ws}
}

// says wants the switch's answer to a word.
func (p softphone) says(word string) {
	p.h.t.Helper()
	ctx, cancel := context.WithTimeout(p.h.t.Context(), patience)
	defer cancel()
	if err := p.ws.Write(ctx, websocket.MessageText, []byte(word)); err != nil {
		p.h.t.Fatal(err)
	}
	if _, raw, err := p.ws.Read(ctx); err != nil || string(raw) != "SIP/2.0 200 OK "+word {
		p.h.t.Fatalf("%q, %v", raw, err)
	}
}
