package tasks

// Times are shortened here, so these tests are inside the package.

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestEngineIsTakenAtItsWord(t *testing.T) {
	var status int
	var kind, answer string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); string(body) != "RIFF" || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "audio/wav" {
			t.Errorf("%s of %q as %s", r.Method, body, r.Header.Get("Content-Type"))
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	defer server.Close()
	for _, tt := range []struct {
		name         string
		status       int
		kind, answer string
		want         string
		refused, err bool
	}{
		{"text", 200, "text/plain; charset=utf-8", " 我的车坏了\n", "我的车坏了", false, false},
		{"JSON", 200, "application/json", `{"text":"你好"}`, "你好", false, false},
		{"nothing said", 200, "application/json", `{"text":""}`, "", false, false},
		{"NUL and half a letter", 200, "text/plain", "a\x00b\xe4", "a\uFFFDb\uFFFD", false, false},
		{"no JSON", 200, "application/json", `<html>`, "", true, true},
		{"JSON without text", 200, "application/json", `{"error":"x"}`, "", true, true},
		{"a page", 200, "text/html", `<html>`, "", true, true},
		{"no such language", 415, "text/plain", "no", "", true, true},
		{"busy", 429, "text/plain", "later", "", false, true},
		{"broken", 500, "text/plain", "oops", "", false, true},
		{"moved", 302, "text/plain", "", "", false, true},
		{"endless", 200, "text/plain", strings.Repeat("a", mostAnswer+1), "", true, true},
		{"long", 200, "text/plain", strings.Repeat("九", mostText+1), strings.Repeat("九", mostText), false, false},
	} {
		status, kind, answer = tt.status, tt.kind, tt.answer
		got, err := Engine{URL: server.URL}.Text(t.Context(), strings.NewReader("RIFF"))
		_, refused := errors.AsType[*RefusedError](err)
		if got != tt.want || refused != tt.refused || (err != nil) != tt.err {
			t.Errorf("%s: %.40q %v", tt.name, got, err)
		}
	}
	away := Engine{URL: "http://user:secret@127.0.0.1:1/x"}
	if _, err := away.Text(t.Context(), strings.NewReader("RIFF")); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestPausesGrowToTheLongest(t *testing.T) {
	for attempt, want := range map[int]time.Duration{0: 15 * time.Second, 1: 15 * time.Second, 2: 30 * time.Second, 8: longPause, 1000: longPause} {
		if got := backoff(attempt); got != want {
			t.Errorf("after %d: %v", attempt, got)
		}
	}
}

// Hasten makes tests wait less between attempts.
func Hasten(t *Transcriber) { t.pause = func(int) time.Duration { return 0 } }

func FuzzWords(f *testing.F) {
	f.Add("application/json", []byte(`{"text":"a"}`))
	f.Add("text/plain", []byte("a"))
	f.Add(";;", []byte{0xff, 0})
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		text, err := words(kind, body)
		if err == nil && (strings.ContainsRune(text, 0) || len([]rune(text)) > mostText) {
			t.Errorf("%q", text)
		}
	})
}
