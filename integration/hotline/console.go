package hotline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"
)

// Person is somebody logged in to the console, by HTTP.
type Person struct {
	Number string
	h      *Hotline
	client *http.Client
}

// LogIn logs somebody of the demo city in.
func (h *Hotline) LogIn(number string) *Person {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatalf("hotline: %v", err)
	}
	p := &Person{Number: number, h: h, client: &http.Client{Jar: jar, Timeout: 10 * time.Second}}
	p.Do("POST", "/api/session", map[string]string{"number": number, "password": Password})
	return p
}

// Object is a JSON object.
type Object map[string]any

// At follows keys into an object; nil where there is nothing.
func (o Object) At(keys ...string) any {
	var v any = map[string]any(o)
	for _, k := range keys {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[k]
	}
	return v
}

// Text is At as text.
func (o Object) Text(keys ...string) string {
	s, _ := o.At(keys...).(string)
	return s
}

// Try makes a request and returns the status and the object that came back.
func (p *Person) Try(method, path string, body any) (int, Object, error) {
	status, raw, err := p.Raw(method, path, body)
	if err != nil {
		return 0, nil, err
	}
	var o Object
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &o); err != nil {
			return status, nil, fmt.Errorf("%s %s: %w: %.200s", method, path, err, raw)
		}
	}
	return status, o, nil
}

// Raw makes a request and returns what came back.
func (p *Person) Raw(method, path string, body any) (int, []byte, error) {
	var send io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		send = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, p.h.URL+path, send)
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := p.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close() //nolint:errcheck // read only
	raw, err := io.ReadAll(res.Body)
	return res.StatusCode, raw, err
}

// Cookies are those of the person's browser, for what is not sent by Try.
func (p *Person) Cookies() http.Header {
	header := http.Header{}
	if u, err := url.Parse(p.h.URL); err == nil {
		for _, c := range p.client.Jar.Cookies(u) {
			header.Add("Cookie", c.String())
		}
	}
	return header
}

// Do makes a request that must succeed.
func (p *Person) Do(method, path string, body any) Object {
	p.h.t.Helper()
	status, o, err := p.Try(method, path, body)
	if err != nil || status >= 300 {
		p.h.t.Fatalf("%s: %s %s: %d %v %v", p.Number, method, path, status, o, err)
	}
	return o
}

// AwaitState waits until the person's desk is in a state and returns the desk.
func (p *Person) AwaitState(t testing.TB, state string, within time.Duration) Object {
	t.Helper()
	var desk Object
	p.h.Await("agent "+p.Number+" to be "+state, within, func() error {
		_, d, err := p.Try("GET", "/api/desk", nil)
		if err != nil {
			return err
		}
		if desk = d; d.Text("state") != state {
			return fmt.Errorf("the desk is %s (%s)", d.Text("state"), d.Text("reason"))
		}
		return nil
	})
	return desk
}

// SitDown signs an agent in at the desk phone, which must be registered, and
// makes the agent ready.
func (p *Person) SitDown() {
	p.h.t.Helper()
	p.Do("POST", "/api/desk/sign-in", map[string]string{"phone": "desk"})
	p.h.Await("agent "+p.Number+"'s phone", 10*time.Second, func() error {
		status, o, err := p.Try("POST", "/api/desk/ready", nil)
		if err != nil || status != http.StatusOK {
			return fmt.Errorf("%d %v %w", status, o, err)
		}
		return nil
	})
}
