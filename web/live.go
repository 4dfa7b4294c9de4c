package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/labstack/echo/v5"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// What a live connection is refused for.
var (
	errNoWebSocket = errkind.New(errkind.Invalid, "web: only for WebSocket")
	errRestarting  = errkind.New(errkind.Unavailable, "web: the program is restarting")
)

// The rhythm of a live connection.
const (
	tickEvery   = time.Second
	recheck     = 10 * time.Second // whether the session still holds
	touchAtMost = 5 * time.Second  // how often “active” is written down
	writeWithin = 3 * time.Second  // whoever takes longer is dropped
	readLimit   = 4 << 10          // bytes of one message from the browser
)

func (s *Server) liveRoutes(r router) {
	r.stream(anybody, "GET /api/live",
		"Live push: ?topics=desk,board&lang=zh; messages tick, desk, board, notice, alarm, bye; the client says {\"type\":\"active\"}", "", s.live)
}

// liveMessage is what is pushed.
type liveMessage struct {
	Type   string     `json:"type"` // tick, desk, board, notice, alarm, bye
	At     *time.Time `json:"at,omitempty"`
	Data   any        `json:"data,omitempty"`
	Reason bye        `json:"reason,omitempty"`
}

// bye is why a live connection ends.
type bye string

// The reasons.
const (
	sessionOver       bye = "session_over"
	signedInElsewhere bye = "signed_in_elsewhere"
	restarting        bye = "restarting"
)

// liveConn is one browser on /api/live. Its fields belong to its goroutine.
type liveConn struct {
	s      *Server
	ws     *websocket.Conn
	id     identity
	site   string
	active <-chan struct{} // the person did something
	end    <-chan bye      // it has to go

	desk      <-chan struct{} // nil without the topic
	board     *siteBoard      // nil without the topic
	boardNews <-chan struct{}
	news      <-chan struct{} // notices and alarms
	told      tidings
	busy      bool // the agent is with a caller
	touched   time.Time
}

func (s *Server) live(c *echo.Context) error {
	r := c.Request()
	id := who(r.Context())
	topics := strings.Split(r.URL.Query().Get("topics"), ",")
	wantsDesk, wantsBoard := slices.Contains(topics, "desk"), slices.Contains(topics, "board")
	if wantsDesk && allowed(r.Context(), permDesk) != nil || wantsBoard && allowed(r.Context(), permBoard) != nil {
		return errForbidden
	}
	if err := upgradable(r); err != nil {
		return err
	}
	site, err := s.names.home(r.Context(), id.person)
	if err != nil {
		return err
	}
	if !s.guests.enter() {
		return errRestarting
	}
	defer s.guests.leave()
	ws, err := websocket.Accept(c.Response(), r, nil)
	if err != nil {
		return nil //nolint:nilerr // Accept has answered
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(readLimit)

	ctx, cancel := context.WithCancel(withLanguage(context.Background(), languageOf(r.Context())))
	defer cancel()
	conn := &liveConn{s: s, ws: ws, id: id, site: site, touched: time.Now()}
	conn.active = conn.read(ctx, cancel)
	var leave func()
	conn.end, leave = s.audience.join(id, wantsDesk)
	defer leave()
	if wantsDesk {
		var stop func()
		conn.desk, stop = s.Desks.Watch(orchestrator.AgentID(id.person.Number))
		defer stop()
	}
	if wantsBoard {
		board, news, stop, open := s.boards.watch(site)
		if !open {
			return nil
		}
		defer stop()
		conn.board, conn.boardNews = board, news
	}
	if s.Alarms.Centre != nil {
		news, stop := s.Alarms.Centre.Watch(site)
		defer stop()
		conn.news = news
	}
	conn.run(ctx)
	return nil
}

// upgradable refuses what is no WebSocket, or comes from another site's page.
func upgradable(r *http.Request) error {
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		return errNoWebSocket
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || !strings.EqualFold(u.Host, r.Host) {
			return errCrossSite
		}
	}
	return nil
}

// read takes what the browser says until it is gone.
func (c *liveConn) read(ctx context.Context, gone context.CancelFunc) <-chan struct{} {
	active := make(chan struct{}, 1)
	go func() {
		defer gone()
		for {
			_, raw, err := c.ws.Read(ctx)
			if err != nil {
				return
			}
			var m struct {
				Type string `json:"type"`
			}
			if json.Unmarshal(raw, &m) != nil || m.Type != "active" {
				continue // what we do not know is not for us
			}
			select {
			case active <- struct{}{}:
			default:
			}
		}
	}()
	return active
}

// run pushes until the browser is gone, too slow, or has to go.
func (c *liveConn) run(ctx context.Context) {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	check := time.NewTicker(recheck)
	defer check.Stop()
	alive := c.tick(ctx)
	if alive && c.desk != nil {
		alive = c.pushDesk(ctx)
	}
	if alive && c.news != nil {
		alive = c.pushTidings(ctx)
	}
	for alive {
		select {
		case <-ctx.Done():
			return
		case <-c.s.closing:
			c.bye(restarting)
			return
		case why := <-c.end:
			c.bye(why)
			return
		case <-tick.C:
			alive = c.tick(ctx)
		case <-c.desk:
			alive = c.pushDesk(ctx)
		case <-c.boardNews:
			if b := c.board.read(); b != nil {
				alive = c.send(ctx, liveMessage{Type: "board", At: &b.At, Data: b})
			}
		case <-c.news:
			alive = c.pushTidings(ctx)
		case <-check.C:
			alive = c.holds(ctx, c.busy)
		case <-c.active:
			if time.Since(c.touched) >= touchAtMost {
				alive = c.holds(ctx, true)
			}
		}
	}
}

func (c *liveConn) tick(ctx context.Context) bool {
	now := time.Now().UTC()
	return c.send(ctx, liveMessage{Type: "tick", At: &now})
}

// pushDesk shows the agent's seat. That it cannot be shown now is no reason to
// end the connection: the ticks go on.
func (c *liveConn) pushDesk(ctx context.Context) bool {
	asked, cancel := context.WithTimeout(ctx, findWithin)
	defer cancel()
	p := c.id.person
	a, err := c.s.Desks.Agent(asked, orchestrator.SiteID(p.Site), orchestrator.AgentID(p.Number))
	if err != nil {
		c.s.log.Debug("push desk", "agent", p.Number, "err", err)
		return ctx.Err() == nil
	}
	d, err := c.s.viewDesk(asked, p, a)
	if err != nil {
		c.s.log.Warn("push desk", "agent", p.Number, "err", err)
		return ctx.Err() == nil
	}
	c.busy = a.State == orchestrator.RingingAt || a.State == orchestrator.Talking || a.State == orchestrator.WrapUp
	return c.send(ctx, liveMessage{Type: "desk", At: &d.ServerTime, Data: d})
}

// holds looks whether the session still holds, and says good-bye if not. Being
// with a caller counts as activity.
func (c *liveConn) holds(ctx context.Context, touch bool) bool {
	id, err := c.s.find(ctx, c.id.token, touch)
	switch {
	case ctx.Err() != nil:
		return false
	case err != nil && isOutage(err):
		return true // nobody can tell now
	case err != nil, id.person.MustChange, c.desk != nil && !id.may(permDesk), c.board != nil && !id.may(permBoard):
		c.bye(sessionOver)
		return false
	}
	if touch {
		c.touched = time.Now()
	}
	c.id = id
	return true
}

// send writes one message; false: the browser is gone or does not keep up.
func (c *liveConn) send(ctx context.Context, m liveMessage) bool {
	raw, err := json.Marshal(m)
	if err != nil {
		c.s.log.Error("write live message", "type", m.Type, "err", err)
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	err = c.ws.Write(ctx, websocket.MessageText, raw)
	if errors.Is(err, context.DeadlineExceeded) {
		c.s.log.Info("browser does not keep up; dropped", "person", c.id.person.Number)
	}
	return err == nil
}

// bye tells why, and ends the connection.
func (c *liveConn) bye(why bye) {
	if c.send(context.Background(), liveMessage{Type: "bye", Reason: why}) {
		_ = c.ws.Close(websocket.StatusNormalClosure, string(why))
	}
}
