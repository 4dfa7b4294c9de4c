package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/yihaotong/yihaotong/web"
)

func TestHostileInputIsRefusedWithASentence(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	deep := strings.Repeat(`{"a":`, 50_000) + "1" + strings.Repeat("}", 50_000)
	tests := []struct {
		name, method, path string
		body               any
		status             int
		code               string
	}{
		{"no JSON", "POST", "/api/desk/not-ready", "rest", 400, "bad_request"},
		{"half of it", "POST", "/api/desk/not-ready", `{"reason":`, 400, "bad_request"},
		{"nothing", "POST", "/api/desk/not-ready", "", 400, "bad_request"},
		{"another shape", "POST", "/api/desk/not-ready", `[1,2]`, 422, "input"},
		{"null", "POST", "/api/desk/not-ready", `null`, 422, "input"},
		{"another type", "POST", "/api/desk/wrap-up", `{"extendSeconds":"many"}`, 422, "input"},
		{"too much", "POST", "/api/desk/wrap-up", `{"extendSeconds":601}`, 422, "input"},
		{"huge number", "POST", "/api/desk/wrap-up", `{"extendSeconds":1e400}`, 400, "bad_request"},
		{"unknown field", "POST", "/api/desk/not-ready", `{"reason":"rest","admin":true}`, 422, "input"},
		{"unknown reason", "POST", "/api/desk/not-ready", `{"reason":"beach"}`, 422, "unknown_reason"},
		{"reason of the system", "POST", "/api/desk/not-ready", `{"reason":"no_answer"}`, 422, "unknown_reason"},
		{"too large", "POST", "/api/tickets", `{"content":"` + strings.Repeat("字", 400_000) + `"}`, 413, "too_large"},
		{"deep", "POST", "/api/tickets", deep, 400, "bad_request"},
		{"long text", "POST", "/api/tickets", obj{"content": strings.Repeat("字", 10_001)}, 422, "ticket_fields"},
		{"not a time", "POST", "/api/tickets", obj{"subject": obj{"time": "yesterday"}}, 422, "ticket_fields"},
		{"call of nobody", "POST", "/api/tickets", obj{"callId": "'; DROP TABLE ticket --"}, 404, "no_such_call"},
		{"no such ticket", "GET", "/api/tickets/%00", nil, 404, "no_such_ticket"},
		{"no such call", "GET", "/api/calls/..%2f..%2fetc%2fpasswd", nil, 404, "no_such_call"},
		{"recording of no call", "GET", "/api/calls/%FF%FE/recording", nil, 404, "no_such_call"},
		{"page minus one", "GET", "/api/tickets?page=-1", nil, 422, "input"},
		{"page of words", "GET", "/api/tickets?page=first", nil, 422, "input"},
		{"bad time", "GET", "/api/calls?from=0000-00-00", nil, 422, "bad_time"},
		{"no revision", "DELETE", "/api/tickets/01900000-0000-7000-8000-000000000000", nil, 422, "input"},
		{"no such address", "GET", "/api/nothing", nil, 404, "no_such_address"},
		{"no such method", "DELETE", "/api/desk", nil, 405, "method"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sub := *h
			sub.t = t
			mine := *b
			mine.h = &sub
			mine.header = http.Header{}
			zh := mine.refused(tt.method, tt.path, tt.body, tt.status, tt.code)
			mine.header.Set("Accept-Language", "en")
			en := mine.refused(tt.method, tt.path, tt.body, tt.status, tt.code)
			if zh.Detail == en.Detail || hanFree(zh.Detail) || !hanFree(en.Detail) {
				t.Errorf("zh %q, en %q", zh.Detail, en.Detail)
			}
			for i := range zh.Errors {
				if hanFree(zh.Errors[i].Message) || !hanFree(en.Errors[i].Message) {
					t.Errorf("%s: zh %q, en %q", zh.Errors[i].Location, zh.Errors[i].Message, en.Errors[i].Message)
				}
			}
		})
	}
	if d := b.desk(); d.State != "signed_out" {
		t.Errorf("the desk is %s after all that", d.State)
	}
}

func TestFaultsNameTheFieldAsItWasSent(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	p := b.refused("POST", "/api/tickets", obj{"caller": obj{"sex": "male", "age": 7}}, 422, "input")
	if len(p.Errors) != 1 || p.Errors[0].Location != "caller.age" || p.Errors[0].Message != "多余的字段，服务端不认识。" {
		t.Errorf("%+v", p.Errors)
	}
	p = b.refused("POST", "/api/tickets", obj{"subject": obj{"plate": strings.Repeat("湘", 101)}, "urgency": "whenever"}, 422, "ticket_fields")
	if len(p.Errors) != 2 || p.Errors[0].Location != "subject.plate" {
		t.Errorf("%+v", p.Errors)
	}
}

func TestOnlyJSONIsTaken(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/cbor"} {
		b.header.Set("Content-Type", kind)
		b.refused("POST", "/api/desk/not-ready", `{"reason":"rest"}`, http.StatusUnsupportedMediaType, "not_json")
	}
}

func TestPanicIsAnsweredAndLoggedUnderItsCode(t *testing.T) {
	var broken brokenPeople
	h := open(t, func(d *web.Deps) { broken.directoryPort = d.People; d.People = &broken })
	b := h.logIn("1001")
	broken.now = true
	answer := b.ask("GET", "/api/people", nil)
	var p problem
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil || answer.StatusCode != 500 || !strings.HasPrefix(p.Code, "internal-") {
		t.Fatalf("%s %+v %v", answer.Status, p, err)
	}
	if log := h.log.String(); !strings.Contains(log, p.Code) || !strings.Contains(log, "the roof is on fire") || !strings.Contains(log, "directory.go") {
		t.Error("support cannot find it in the log")
	}
	if strings.Contains(p.Detail, "fire") {
		t.Errorf("people are told %q", p.Detail)
	}
	b.desk()
}

func hanFree(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
}
