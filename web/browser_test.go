package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
	"github.com/yihaotong/yihaotong/web"
)

// browser is somebody in front of a browser.
type browser struct {
	h      *house
	client *http.Client
	header http.Header
}

// browser opens one, without anybody logged in.
func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{h: h, client: &http.Client{Jar: jar, Timeout: patience}, header: http.Header{}}
}

// logIn opens one and logs somebody in.
func (h *house) logIn(number string) *browser {
	h.t.Helper()
	b := h.browser()
	b.must("POST", "/api/session", obj{"number": number, "password": password}, http.StatusOK, nil)
	return b
}

// obj is JSON to send.
type obj = map[string]any

// problem is a refusal as it arrives.
type problem struct {
	Type, Title, Detail, Code string
	Status                    int
	Errors                    []struct{ Location, Message string }
	Current                   json.RawMessage
}

// ask sends one request; body is JSON, or a string that is sent as it is.
func (b *browser) ask(method, path string, body any) *http.Response {
	b.h.t.Helper()
	var content io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			b.h.t.Fatal(err)
		}
		content = bytes.NewReader(raw)
	}
	r, err := http.NewRequest(method, b.h.http.URL+path, content)
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for name, values := range b.header {
		r.Header[name] = values
	}
	answer, err := b.client.Do(r)
	if err != nil {
		b.h.t.Fatalf("%s %s: %v", method, path, err)
	}
	b.h.t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

// must sends one request, wants a status, and reads the answer into out.
func (b *browser) must(method, path string, body any, status int, out any) {
	b.h.t.Helper()
	answer := b.ask(method, path, body)
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		b.h.t.Fatalf("%s %s: %v", method, path, err)
	}
	if answer.StatusCode != status {
		b.h.t.Fatalf("%s %s: %s, want %d\n%s", method, path, answer.Status, status, raw)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(raw, out); err != nil {
		b.h.t.Fatalf("%s %s: %v\n%s", method, path, err, raw)
	}
}

// refused sends one request and wants it refused with a status and a code.
func (b *browser) refused(method, path string, body any, status int, code string) problem {
	b.h.t.Helper()
	var p problem
	answer := b.ask(method, path, body)
	raw, _ := io.ReadAll(answer.Body)
	_ = json.Unmarshal(raw, &p)
	if answer.StatusCode != status || p.Code != code {
		b.h.t.Fatalf("%s %s: %s, want %d %s\n%s", method, path, answer.Status, status, code, raw)
	}
	if got := answer.Header.Get("Content-Type"); got != "application/problem+json" {
		b.h.t.Errorf("%s %s: refused as %q", method, path, got)
	}
	if p.Status != status || p.Title == "" || p.Detail == "" || p.Type == "" {
		b.h.t.Errorf("%s %s: %s", method, path, raw)
	}
	return p
}

// desk returns what the agent's desk shows.
func (b *browser) desk() web.Desk {
	b.h.t.Helper()
	var d web.Desk
	b.must("GET", "/api/desk", nil, http.StatusOK, &d)
	return d
}

// atWork signs an agent in with a browser phone that answers when told, and
// makes the agent ready.
func (b *browser) atWork(number string) *pbxtest.SimPhone {
	b.h.t.Helper()
	b.must("POST", "/api/desk/sign-in", obj{"phone": "browser"}, http.StatusOK, nil)
	b.h.eventually("the phone of "+number+" is registered", func() bool { return b.desk().Phone.Online })
	b.must("POST", "/api/desk/ready", nil, http.StatusOK, nil)
	return b.h.sim.Phone(pbx.PhoneID("b" + number))
}

// talk lets somebody call, has the agent pick up and returns the call.
func (b *browser) talk(phone *pbxtest.SimPhone, caller string) (*pbxtest.SimCaller, string) {
	b.h.t.Helper()
	c := b.h.sim.Call(trunk, "12328", caller)
	b.h.eventually("it rings", phone.Ringing)
	phone.Answer()
	b.h.eventually("they talk", func() bool { return b.h.sim.Talking(c, phone) })
	var d web.Desk
	b.h.eventually("the desk says so", func() bool { d = b.desk(); return d.State == orchestrator.Talking })
	return c, d.Call.ID
}

// over ends a talk and waits until Postgres knows the call.
func (b *browser) over(c *pbxtest.SimCaller, call string) {
	b.h.t.Helper()
	c.Hangup()
	b.h.eventually("the record is complete", func() bool {
		var ended bool
		err := b.h.pool.QueryRow(context.Background(), `SELECT ended_at IS NOT NULL FROM calls.record WHERE id = $1`, call).Scan(&ended)
		return err == nil && ended
	})
}

func sprint(v any) string { return fmt.Sprintf("%+v", v) }
