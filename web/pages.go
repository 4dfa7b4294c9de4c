package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v5"
)

// pages registers what is no operation of the API: the console, the reference,
// and what machines ask about us.
func (s *Server) pages() {
	s.softphoneRoute()
	s.echo.GET("/healthz", func(c *echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	s.echo.GET("/readyz", s.readyz)
	if s.Config.Metrics != nil {
		s.echo.GET("/metrics", echo.WrapHandler(s.Config.Metrics))
	}
	reference := http.StripPrefix("/docs", docsHandler())
	s.echo.GET("/docs", func(c *echo.Context) error { return c.Redirect(http.StatusMovedPermanently, "/docs/") })
	s.echo.GET("/docs/*", echo.WrapHandler(reference))
}

// consolePage answers what no route did: an address of the console's own.
func (s *Server) consolePage(c *echo.Context) bool {
	r := c.Request()
	if s.Config.Console == nil || isAPI(r.URL.Path) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	s.Config.Console.ServeHTTP(c.Response(), r)
	return true
}

// Readiness is what works. Calls can be served as soon as the switch can be
// reached; all else is a degradation.
type Readiness struct {
	Ready      bool     `json:"ready"`
	Switch     bool     `json:"switch"`
	Redis      bool     `json:"redis"`
	Postgres   bool     `json:"postgres"`
	Console    bool     `json:"console"`
	JournalLag int      `json:"journalLag"`
	Degraded   []string `json:"degraded"`
}

// askWithin bounds one question of /readyz.
const askWithin = time.Second

func (s *Server) readyz(c *echo.Context) error {
	r := s.readiness(c.Request().Context())
	status := http.StatusOK
	if !r.Ready {
		status = http.StatusServiceUnavailable
	}
	w := c.Response()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(r)
}

func (s *Server) readiness(ctx context.Context) Readiness {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	r := Readiness{Degraded: []string{}, JournalLag: s.Health.Lag(), Switch: s.Desks.Health().Switch, Console: built(s.Config.Console)}
	var asking sync.WaitGroup
	asking.Go(func() { r.Redis = s.Floor.Ping(ctx) == nil })
	asking.Go(func() { r.Postgres = s.Health.Ping(ctx) == nil })
	asking.Wait()
	r.Ready = r.Switch
	for _, part := range []struct {
		name  string
		works bool
	}{{"switch", r.Switch}, {"redis", r.Redis}, {"postgres", r.Postgres}, {"console", r.Console}} {
		if !part.works {
			r.Degraded = append(r.Degraded, part.name)
		}
	}
	return r
}

// built reports whether there is a front end behind the handler.
func built(h http.Handler) bool {
	if h == nil {
		return false
	}
	b, ok := h.(interface{ Built() bool })
	return !ok || b.Built()
}

// docsHandler serves the reference of the API.
func docsHandler() http.Handler {
	files := http.FileServerFS(docsFiles())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".html") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		files.ServeHTTP(w, r)
	})
}
