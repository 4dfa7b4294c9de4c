package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v5"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/web/auth"
)

// cookieName is the session cookie's.
const cookieName = "yht_session"

// identity is who asks.
type identity struct {
	person  directory.Person // empty: nobody is logged in
	session auth.Session
	token   string // of the cookie, valid or not
}

type identityKey struct{}

// who returns who asks. Without a session the person is empty.
func who(ctx context.Context) identity {
	id, _ := ctx.Value(identityKey{}).(identity)
	return id
}

// permission is a part of the console that a role opens. The names are the
// menu's.
type permission string

// The permissions.
const (
	permDesk       permission = "desk"
	permTickets    permission = "tickets"
	permCalls      permission = "calls"     // one's own
	permAllCalls   permission = "all_calls" // everybody's at the site
	permRecordings permission = "recordings"
	permBoard      permission = "board"
	permTasks      permission = "tasks"
	permSupervise  permission = "supervise"
	permFigures    permission = "figures"
	permCustody    permission = "custody" // of recordings: download, legal hold
	permQuality    permission = "quality"
	permSystem     permission = "system"
)

// granted says what each role opens, in the order of the menu.
var granted = []struct {
	perm  permission
	roles []directory.Role
}{
	{permDesk, []directory.Role{directory.Agent, directory.Supervisor}},
	{permTickets, []directory.Role{
		directory.Agent, directory.Supervisor, directory.Reviewer, directory.Dispatcher, directory.Handler,
		directory.Approver, directory.FollowUp, directory.Coordinator, directory.QA,
	}},
	{permCalls, []directory.Role{directory.Agent, directory.Supervisor, directory.QA}},
	{permAllCalls, []directory.Role{directory.Supervisor, directory.QA}},
	{permRecordings, []directory.Role{directory.Agent, directory.Supervisor, directory.QA}},
	{permBoard, []directory.Role{directory.Supervisor, directory.Analyst, directory.Administrator}},
	{permTasks, []directory.Role{directory.Agent, directory.Supervisor, directory.Administrator}},
	{permSupervise, []directory.Role{directory.Supervisor, directory.Administrator}},
	{permFigures, []directory.Role{directory.Supervisor, directory.Analyst, directory.Administrator}},
	{permCustody, []directory.Role{directory.Supervisor}},
	{permQuality, []directory.Role{directory.QA, directory.Supervisor}},
	{permSystem, []directory.Role{directory.Administrator}},
}

// permissions lists what a person may open; empty, never nil, when that is
// nothing.
func permissions(p directory.Person) []permission {
	may := []permission{}
	for _, g := range granted {
		if p.Has(g.roles...) {
			may = append(may, g.perm)
		}
	}
	return may
}

func (id identity) may(p permission) bool { return slices.Contains(permissions(id.person), p) }

// speak puts the reader's language into the request's context.
func (s *Server) speak(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		r := c.Request()
		c.SetRequest(r.WithContext(withLanguage(r.Context(), language(r))))
		return next(c)
	}
}

// identify finds out who asks and puts it into the request's context. It
// refuses nobody: that is the routes' business. Anything but a read counts as
// activity of the person.
func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		r := c.Request()
		cookie, err := r.Cookie(cookieName)
		if err != nil || cookie.Value == "" || !isAPI(r.URL.Path) {
			return next(c)
		}
		id, err := s.find(r.Context(), cookie.Value, r.Method != http.MethodGet && r.Method != http.MethodHead)
		if err != nil && (isOutage(err) || errors.Is(err, directory.ErrInactive)) {
			return err
		}
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), identityKey{}, id)))
		return next(c)
	}
}

// findWithin bounds the look at a session: when Postgres hangs, agents in the
// middle of calls must not hang with it. Who is known from before need not
// wait that long.
const (
	findWithin  = 3 * time.Second
	knownWithin = 1500 * time.Millisecond
)

// find returns who is behind a token. A token that opens nothing gives an
// identity without a person and an error that says why. While Postgres is
// away, a session found not long ago still counts.
func (s *Server) find(ctx context.Context, token string, touch bool) (identity, error) {
	id := identity{token: token}
	now := time.Now()
	idle, within := s.sessions.Limits().Idle, findWithin
	if _, known := s.recent.find(token, idle, now); known {
		within = knownWithin
	}
	bounded, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	session, err := s.sessions.Find(bounded, token, touch, now)
	if err == nil {
		var person directory.Person
		if person, err = s.people.Person(bounded, session.Person); err == nil {
			if person.Active {
				id.person, id.session = person, session
				s.recent.keep(token, id, now)
				return id, nil
			}
			err = directory.ErrInactive
		}
	}
	if isOutage(err) { // says nothing about the session
		if known, ok := s.recent.find(token, idle, now); ok && ctx.Err() == nil {
			return known, nil
		}
		return id, err
	}
	s.recent.forget(token)
	return id, err
}

// language is English when the reader prefers it, Chinese otherwise. Who cannot
// choose headers, as WebSockets, says it as ?lang=en.
func language(r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); lang == "en" || lang == "zh" {
		return lang
	}
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(r.Header.Get("Accept-Language"))), "en") {
		return "en"
	}
	return "zh"
}
