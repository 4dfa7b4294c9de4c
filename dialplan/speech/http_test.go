package speech

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestServiceIsAskedOverHTTPAndEspeakStepsIn(t *testing.T) {
	needs(t)
	var mode atomic.Value
	mode.Store("fine")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := new(bytes.Buffer)
		_, _ = body.ReadFrom(r.Body)
		if body.String() != greeting || r.Header.Get("Content-Language") != "zh" || r.Header.Get("Authorization") != "Bearer secret" || r.Method != http.MethodPost {
			t.Errorf("asked for %q with %v", body, r.Header)
		}
		switch mode.Load() {
		case "fine":
			_, _ = w.Write(beep(440))
		case "angry":
			http.Error(w, "quota\nused up", http.StatusTooManyRequests)
		case "html":
			_, _ = w.Write([]byte("<html>" + strings.Repeat("hello", 100)))
		case "moved":
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		case "broken":
			w.Header().Set("Content-Length", "100000")
			_, _ = w.Write(beep(440)[:1000])
		case "flood":
			for range 40 {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		}
	}))
	defer server.Close()
	defer httpClient.CloseIdleConnections()
	service := HTTP{URL: server.URL, Token: "secret", Voice: "xiaohua"}
	path, err := cacheOf(t, service, Espeak{}).File(t.Context(), greeting, "zh")
	if err != nil {
		t.Fatal(err)
	}
	if s := heard(t, path); s.seconds < 0.9 || s.seconds > 1.2 {
		t.Errorf("the service's tone of 1 s takes %.2f s", s.seconds)
	}
	for name, says := range map[string]string{
		"angry": "429", "html": "not send a WAV", "moved": "302", "broken": "broke off", "flood": "more than",
	} {
		mode.Store(name)
		if _, err := cacheOf(t, service).File(t.Context(), greeting, "zh"); !errors.Is(err, &Error{Kind: Failed}) || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
		path, err := cacheOf(t, service, Espeak{}).File(t.Context(), greeting, "zh")
		if err != nil || heard(t, path).seconds < 3 {
			t.Errorf("%s: espeak-ng does not step in: %v", name, err)
		}
	}
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	if _, err := cacheOf(t, HTTP{URL: "http://" + gone.Addr().String()}).File(t.Context(), greeting, "zh"); !errors.Is(err, &Error{Kind: Missing}) {
		t.Errorf("nobody listens: %v", err)
	}
}
