package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/web"
)

// TestWhoeverGoesAwayLeavesNoErrorInTheLog: pages are left and requests given
// up all day long; that is neither our fault nor an event.
func TestWhoeverGoesAwayLeavesNoErrorInTheLog(t *testing.T) {
	h := open(t, func(d *web.Deps) { d.Config.AnswerWithin = patience })
	b := h.logIn("1001")
	b.must("GET", "/api/tickets", nil, http.StatusOK, nil)
	before := len(h.log.String())
	h.postgres.hang()
	paths := []string{"/api/tickets", "/api/calls", "/api/regions", "/api/calls/01900000-0000-7000-8000-000000000000/recording"}
	for _, path := range paths {
		b.impatient(path)
	}
	told := func() string { return h.log.String()[before:] }
	h.eventually("all of them are noted", func() bool { return strings.Count(told(), "status=499") == len(paths) })
	h.postgres.heal()
	for line := range strings.Lines(told()) {
		about := strings.Contains(line, "/api/") || strings.Contains(line, "msg=\"request failed\"") || strings.Contains(line, "unexpected")
		if about && !strings.Contains(line, "level=DEBUG") {
			t.Errorf("logged: %s", line)
		}
	}
}

// TestWhoeverWaitsInVainIsToldAndLogged: the same, but with somebody there.
func TestWhoeverWaitsInVainIsToldAndLogged(t *testing.T) {
	h := open(t, func(d *web.Deps) { d.Config.AnswerWithin = 2 * time.Second })
	b := h.logIn("1001")
	b.must("GET", "/api/tickets", nil, http.StatusOK, nil)
	h.postgres.hang()
	b.refused("GET", "/api/tickets", nil, http.StatusServiceUnavailable, "unavailable")
	h.postgres.heal()
	if !strings.Contains(h.log.String(), "request failed") {
		t.Error("an outage is not in the log")
	}
}
