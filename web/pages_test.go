package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/yihaotong/yihaotong/web"
	"github.com/yihaotong/yihaotong/web/console"
)

// front is a front end as Vite builds it.
var front = fstest.MapFS{
	"index.html":         {Data: []byte("<html>the console</html>")},
	"assets/app-1a2b.js": {Data: []byte("console.log(1)")},
	"favicon.svg":        {Data: []byte("<svg/>")},
	".gitkeep":           {Data: []byte("secret")},
}

func TestConsoleIsServedForItsOwnAddresses(t *testing.T) {
	h := open(t, func(d *web.Deps) { d.Config.Console = console.Of(front) })
	for _, tt := range []struct{ path, body, cache string }{
		{"/", "the console", "no-cache"},
		{"/tickets/43010026112201000001", "the console", "no-cache"},
		{"/index.html", "the console", "no-cache"},
		{"/assets/app-1a2b.js", "console.log", "immutable"},
		{"/favicon.svg", "<svg/>", "no-cache"},
	} {
		answer := h.browser().ask("GET", tt.path, nil)
		body, _ := io.ReadAll(answer.Body)
		if answer.StatusCode != 200 || !strings.Contains(string(body), tt.body) || !strings.Contains(answer.Header.Get("Cache-Control"), tt.cache) {
			t.Errorf("%s: %s %q %q", tt.path, answer.Status, answer.Header.Get("Cache-Control"), body)
		}
	}
	for _, path := range []string{"/assets/app-0000.js", "/.gitkeep", "/assets/../../secret.txt", "/%2e%2e/%2e%2e/etc/passwd.txt", "/api/nothing"} {
		if answer := h.browser().ask("GET", path, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, answer.Status)
		}
	}
	if answer := h.browser().ask("POST", "/tickets", obj{}); answer.StatusCode != http.StatusNotFound {
		t.Errorf("POST to a page: %s", answer.Status)
	}
}

func TestWithoutAFrontEndAPageSaysHowToBuildIt(t *testing.T) {
	app := console.Of(fstest.MapFS{".gitkeep": {}})
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make front") || app.Built() {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestReadinessTellsWhatIsAway(t *testing.T) {
	h := open(t, func(d *web.Deps) { d.Config.Console = console.Of(front) })
	ask := func() (int, web.Readiness) {
		answer := h.browser().ask("GET", "/readyz", nil)
		var r web.Readiness
		if err := json.NewDecoder(answer.Body).Decode(&r); err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, r
	}
	if status, r := ask(); status != 200 || !r.Ready || !r.Switch || !r.Redis || !r.Postgres || !r.Console || len(r.Degraded) != 0 {
		t.Errorf("%d %+v", status, r)
	}
	h.redis.Kill()
	h.postgres.cut()
	if status, r := ask(); status != 200 || r.Redis || r.Postgres || strings.Join(r.Degraded, " ") != "redis postgres" {
		t.Errorf("without Redis and Postgres, calls can be served: %d %+v", status, r)
	}
	h.sim.Cut()
	h.eventually("the switch is missed", func() bool { status, r := ask(); return status == 503 && !r.Ready && !r.Switch })
	h.browser().must("GET", "/healthz", nil, 200, nil)
	h.sim.Heal()
}

func TestReferenceNeedsNothingFromOutside(t *testing.T) {
	h := open(t)
	page := h.browser().ask("GET", "/docs", nil)
	body, _ := io.ReadAll(page.Body)
	if page.StatusCode != 200 || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
		t.Fatalf("%s %s", page.Status, body)
	}
	links := regexp.MustCompile(`(?:src|href)="([^"#]+)"`).FindAllStringSubmatch(string(body), -1)
	if len(links) < 2 {
		t.Errorf("the page uses %v", links)
	}
	for _, l := range links {
		if strings.Contains(l[1], "//") {
			t.Errorf("the page needs %s", l[1])
			continue
		}
		file := h.browser().ask("GET", "/docs/"+l[1], nil)
		content, _ := io.ReadAll(file.Body)
		if file.StatusCode != 200 || len(content) == 0 {
			t.Errorf("%s: %s", l[1], file.Status)
		}
		if strings.Contains(string(content), "https://") || strings.Contains(string(content), "eval(") {
			t.Errorf("%s breaks the content security policy", l[1])
		}
	}
	if strings.Contains(string(body), "<script>") || strings.Contains(string(body), " onclick") {
		t.Error("the page has a script in it, which the content security policy forbids")
	}
}
