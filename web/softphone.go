package web

import (
	"context"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/labstack/echo/v5"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
)

// errNotBuilt refuses browser phones on a node that has none.
var errNotBuilt = errkind.New(errkind.Unavailable, "web: no address of SIP over WebSocket is set")

// sipCheck is how often the session behind a softphone is looked at.
const sipCheck = 30 * time.Second

// softphoneRoute carries SIP over WebSocket between agents' browsers and the
// switch, so that browsers need to reach one address only.
func (s *Server) softphoneRoute() {
	target, err := url.Parse(s.Config.SIPURL)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.URL.Path, r.Out.URL.RawQuery = "http", target.Host, target.Path, ""
			if target.Scheme == "wss" {
				r.Out.URL.Scheme = "https"
			}
			r.Out.Host = target.Host
			r.Out.Header.Del("Cookie") // the session is ours, not the switch's
			r.Out.Header.Del("Origin")
		},
		FlushInterval: -1, // every piece at once
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if !gone(r.Context()) {
				s.log.Warn("softphone cannot reach the switch", "person", who(r.Context()).person.Number, "err", err)
			}
			writeProblem(w, s.problem(r.Context(), pbx.ErrUnavailable))
		},
		ModifyResponse: func(r *http.Response) error {
			if r.StatusCode != http.StatusSwitchingProtocols {
				return pbx.ErrUnavailable
			}
			return nil
		},
	}
	s.streams["/sip"] = true
	s.echo.GET("/sip", func(c *echo.Context) error {
		r := c.Request()
		if err := allowed(r.Context(), permDesk); err != nil {
			return err
		}
		if err != nil || target.Host == "" {
			return errNotBuilt
		}
		if err := upgradable(r); err != nil {
			return err
		}
		if !s.guests.enter() {
			return errRestarting
		}
		defer s.guests.leave()
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		go s.watchSoftphone(ctx, cancel, who(ctx))
		proxy.ServeHTTP(c.Response(), r.WithContext(ctx))
		return nil
	})
}

// watchSoftphone ends a softphone whose session is over, but never a talk.
func (s *Server) watchSoftphone(ctx context.Context, end context.CancelFunc, id identity) {
	defer end()
	tick := time.NewTicker(sipCheck)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.closing:
			return
		case <-tick.C:
		}
		_, err := s.find(ctx, id.token, false)
		if err != nil && !isOutage(err) && !s.talking(ctx, id) {
			return
		}
	}
}

// talking reports whether an agent is with a caller; if nobody knows, yes.
func (s *Server) talking(ctx context.Context, id identity) bool {
	a, err := s.Desks.Agent(ctx, orchestrator.SiteID(id.person.Site), orchestrator.AgentID(id.person.Number))
	return err != nil || a.State == orchestrator.Talking || a.State == orchestrator.RingingAt
}
