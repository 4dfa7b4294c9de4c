package web

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v5"
	"golang.org/x/sync/semaphore"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/web/auth"
)

// Server is the edge. It is an http.Handler.
type Server struct {
	Deps
	echo     *echo.Echo
	api      huma.API
	closing  chan struct{}
	closed   sync.Once
	guests   guests
	boards   boards
	names    names
	audience audience
	recent   recent
	hearing  *semaphore.Weighted // who holds it may touch heard
	heard    map[string]hearing  // by person, call and reason: where it is written down
	within   time.Duration
	streams  map[string]bool // routes that live longer than one answer
	sessions *auth.Store
	people   People
	planning sync.Mutex // one staffing plan at a time
	log      *slog.Logger
}

// Deps is everything the edge works with.
type Deps struct {
	Config     Config
	Sessions   *auth.Store
	People     People
	Desks      Desks
	Phones     Phones
	Flows      Flows
	Floor      Floor
	Records    Records
	Tickets    Tickets
	Recordings Recordings
	Archive    Archive
	Quality    Quality
	Figures    Figures
	Catalogue  Catalogue
	Health     Health
	Roster     Roster
	WorkDays   WorkDays
	PastCalls  PastCalls
	Outbound   Outbound
	Numbers    Numbers
	Guard      orchestrator.Guard // asked before an agent's own phone rings; nil: nothing is
	Tasks      Tasks
	Alarms     Alarms
	Machine    Machine
	Log        *slog.Logger
}

// New builds the edge. It starts nothing; Close ends what requests have
// started.
func New(d Deps) *Server {
	s := &Server{
		Deps: d, echo: echo.New(), closing: make(chan struct{}),
		within: cmp.Or(d.Config.AnswerWithin, answerWithin), streams: map[string]bool{}, hearing: semaphore.NewWeighted(1),
		sessions: d.Sessions, people: d.People, log: d.Log,
	}
	s.echo.Logger = d.Log
	s.boards.s = s
	s.names.s = s
	s.echo.HTTPErrorHandler = func(c *echo.Context, err error) { _ = s.fail(c, err) }
	s.echo.Use(s.watch, s.compress(), securityHeaders, s.speak, s.bound, s.catch, s.sameSite, s.identify)
	s.api = humaecho.New(s.echo, s.apiConfig())
	s.routes(s.api)
	s.pages()
	return s
}

func (s *Server) apiConfig() huma.Config {
	config := huma.DefaultConfig("Yihaotong 一号通", "0.1.0")
	config.DocsPath = "" // our own page, without outside assets
	config.CreateHooks = nil
	config.Info.Description = "12328 transport hotline: desk, calls, tickets, board. Errors are RFC 9457 problems; " +
		"their detail is a sentence for people, in the language of Accept-Language (zh or en)."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: cookieName, Description: "POST /api/session opens one."},
	}
	return config
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// closeWithin bounds how long Close waits for live connections to end.
const closeWithin = 3 * time.Second

// Close tells the browsers on live connections that we restart, ends the
// connections and waits for them, for a moment. http.Server.Shutdown does not
// know of them: call Close as well.
func (s *Server) Close() {
	s.closed.Do(func() { close(s.closing) })
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	if err := s.guests.wait(ctx); err != nil {
		s.log.Warn("live connections have not ended in time")
	}
}

// isAPI reports whether a path is the program's, not a page of the console.
func isAPI(path string) bool {
	return strings.HasPrefix(path, "/api/") || path == "/api" || path == "/sip"
}

// cookie makes the session cookie; an empty token ends it.
func cookie(token string, secure bool, max time.Duration) *http.Cookie {
	c := &http.Cookie{
		Name: cookieName, Value: token, Path: "/", HttpOnly: true, Secure: secure,
		SameSite: http.SameSiteStrictMode, MaxAge: int(max.Seconds()),
	}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}
