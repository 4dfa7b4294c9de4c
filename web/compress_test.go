package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/yihaotong/yihaotong/web"
	"github.com/yihaotong/yihaotong/web/console"
)

// wire asks as a browser does that unpacks by itself: the answer's body is what
// went over the wire.
func (b *browser) wire(method, path, accept string) (*http.Response, []byte) {
	b.h.t.Helper()
	b.header.Set("Accept-Encoding", accept)
	defer b.header.Del("Accept-Encoding")
	answer := b.ask(method, path, nil)
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return answer, raw
}

func unpack(t *testing.T, raw []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("not gzip: %v", err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

func TestConsoleGoesCompressedOverTheWire(t *testing.T) {
	script := strings.Repeat("console.log('12328');", 500)
	page := "<html>" + strings.Repeat("<p>the console</p>", 200) + "</html>"
	h := open(t, func(d *web.Deps) {
		d.Config.Console = console.Of(fstest.MapFS{
			"index.html": {Data: []byte(page)}, "assets/app-1a2b.js": {Data: []byte(script)},
			"assets/small-1a2b.js": {Data: []byte("1")}, "assets/photo-1a2b.png": {Data: bytes.Repeat([]byte("p"), 5000)},
		})
	})
	b := h.browser()
	for _, tt := range []struct {
		path, accept, plain, kind string
		packed                    bool
	}{
		{"/assets/app-1a2b.js", "gzip, deflate, br", script, "text/javascript", true},
		{"/assets/app-1a2b.js", "br;q=1.0, gzip;q=0.2", script, "text/javascript", true},
		{"/assets/app-1a2b.js", "", script, "text/javascript", false},
		{"/assets/app-1a2b.js", "gzip;q=0, identity", script, "text/javascript", false},
		{"/desk", "gzip", page, "text/html", true},
		{"/index.html", "gzip", page, "text/html", true},
		{"/desk", "identity", page, "text/html", false},
		{"/assets/small-1a2b.js", "gzip", "1", "text/javascript", false},
		{"/assets/photo-1a2b.png", "gzip", strings.Repeat("p", 5000), "image/png", false},
	} {
		for range 2 { // the second time from what was kept
			answer, raw := b.wire("GET", tt.path, tt.accept)
			body := string(raw)
			if packed := answer.Header.Get("Content-Encoding") == "gzip"; packed != tt.packed {
				t.Errorf("%s for %q: encoding %q", tt.path, tt.accept, answer.Header.Get("Content-Encoding"))
			} else if packed {
				body = unpack(t, raw)
			}
			if body != tt.plain || !strings.HasPrefix(answer.Header.Get("Content-Type"), tt.kind) || tt.packed && len(raw)*5 > len(tt.plain) {
				t.Errorf("%s for %q: %s, %d bytes of %d", tt.path, tt.accept, answer.Header.Get("Content-Type"), len(raw), len(tt.plain))
			}
		}
	}
	answer, _ := b.wire("GET", "/assets/app-1a2b.js", "identity")
	if answer.Header.Get("Vary") != "Accept-Encoding" || !strings.Contains(answer.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("a cache in between would mix them up: %v", answer.Header)
	}
	if answer, raw := b.wire("HEAD", "/assets/app-1a2b.js", "gzip"); len(raw) != 0 || answer.ContentLength <= 0 || answer.ContentLength > 2000 {
		t.Errorf("HEAD: %d bytes, length %d", len(raw), answer.ContentLength)
	}
}

func TestLongAnswersOfTheAPIAreCompressedAndShortOnesAreNot(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	for path, packed := range map[string]bool{
		"/api/categories": true, "/api/regions?parent=000000": true, "/openapi.json": true, "/docs/docs.js": true,
		"/api/session": false, "/api/nothing": false, "/api/tickets": false, "/healthz": false,
	} {
		answer, raw := b.wire("GET", path, "gzip")
		if got := answer.Header.Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("%s: %d bytes as %q", path, len(raw), answer.Header.Get("Content-Encoding"))
			continue
		}
		plain, want := b.wire("GET", path, "identity")
		if plain.Header.Get("Content-Encoding") != "" || plain.StatusCode != answer.StatusCode {
			t.Errorf("%s unasked: %s %v", path, plain.Status, plain.Header)
		}
		body := string(raw)
		if packed {
			body = unpack(t, raw)
		}
		if body != string(want) || packed && len(raw) >= len(want) {
			t.Errorf("%s: %d bytes over the wire, %d unpacked, %d plain", path, len(raw), len(body), len(want))
		}
	}
	if answer, raw := b.wire("DELETE", "/api/session", "gzip"); answer.StatusCode != http.StatusNoContent || len(raw) != 0 || answer.Header.Get("Content-Encoding") != "" {
		t.Errorf("no content: %s, %d bytes, %v", answer.Status, len(raw), answer.Header)
	}
}
