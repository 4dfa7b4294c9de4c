package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"

	"github.com/yihaotong/yihaotong/pbx"
)

// session is one link, from the opening of the event socket to its loss.
type session struct {
	ctx    context.Context // ends with errLinkLost when the link does
	chores sync.WaitGroup  // small commands that events ask for
	looked time.Time       // when the snapshot was asked for: older news of endpoints are in it
}

// maxEvent bounds one event, in bytes; a channel's variables are the largest part.
const maxEvent = 1 << 20

// watched is what Asterisk shall tell us; everything else stays there.
var watched = []string{
	"StasisStart", "StasisEnd", "ChannelDestroyed", "ChannelStateChange", "ChannelHangupRequest",
	"ChannelDtmfReceived", "ChannelHold", "ChannelUnhold", "ChannelEnteredBridge", "ChannelLeftBridge",
	"PlaybackStarted", "PlaybackContinuing", "PlaybackFinished", "ApplicationReplaced", "ChannelTransfer",
}

// session runs one link and returns why it ended. connected tells that
// Connected was said, so that Disconnected must follow.
func (s *Switch) session(ctx context.Context) (connected bool, err error) {
	socket, err := s.dial(ctx)
	if err != nil {
		return false, err
	}
	defer socket.CloseNow() //nolint:errcheck // it is lost or of no more use
	linkCtx, cut := context.WithCancelCause(ctx)
	link := &session{ctx: linkCtx}
	lost := func(why error) {
		s.link.CompareAndSwap(link, nil)
		s.metrics.up.Set(0)
		cut(fmt.Errorf("%w: %w", errLinkLost, why))
	}
	defer lost(errors.New("session over"))

	waiting := newBacklog(s.cfg.Backlog, s.metrics.backlog)
	var g errgroup.Group
	g.Go(func() error {
		err := s.read(linkCtx, socket, waiting)
		lost(err)
		waiting.close()
		return err
	})
	g.Go(func() error {
		err := s.beat(linkCtx, socket)
		lost(err)
		return err
	})
	g.Go(func() error {
		// The reader has to see everything that came before the loss, so
		// this one ends with the backlog and not with the link.
		began, err := s.serve(ctx, link, waiting)
		connected = began
		if err != nil {
			lost(err)
		}
		return err
	})
	err = g.Wait()
	link.chores.Wait()
	if ctx.Err() != nil {
		_ = socket.Close(websocket.StatusNormalClosure, "")
	}
	return connected, err
}

// dial opens the event socket of both applications.
func (s *Switch) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Patience)
	defer cancel()
	target := s.rest.base
	target.Path = "/ari/events"
	target.RawQuery = url.Values{"app": {s.cfg.App + "," + s.endpointsApp()}}.Encode()
	req, err := http.NewRequest(http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("asterisk: event socket: %w", err)
	}
	req.SetBasicAuth(s.cfg.User, s.cfg.Password)
	socket, answer, err := websocket.Dial(ctx, target.String(), &websocket.DialOptions{
		HTTPHeader: req.Header, CompressionMode: websocket.CompressionDisabled,
		HTTPClient: &http.Client{Transport: s.rest.transport},
	})
	if err != nil {
		if answer != nil && answer.StatusCode == http.StatusUnauthorized {
			return nil, fmt.Errorf("asterisk: event socket: user %q or the password is not accepted: %w", s.cfg.User, err)
		}
		return nil, fmt.Errorf("asterisk: event socket: %w", err)
	}
	socket.SetReadLimit(maxEvent)
	return socket, nil
}

// endpointsApp is the application that hears of endpoints only.
func (s *Switch) endpointsApp() string { return s.cfg.App + "-endpoints" }

// read moves events from the socket to the backlog and never waits for it.
func (s *Switch) read(ctx context.Context, socket *websocket.Conn, waiting *backlog) error {
	for {
		_, text, err := socket.Read(ctx)
		if err != nil {
			return fmt.Errorf("asterisk: read event: %w", err)
		}
		if err := waiting.push(arrival{text: text, at: time.Now()}); err != nil {
			return err
		}
	}
}

// beat finds out within seconds that nobody is at the other end any more.
func (s *Switch) beat(ctx context.Context, socket *websocket.Conn) error {
	tick := time.NewTicker(s.cfg.Heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
		pong, cancel := context.WithTimeout(ctx, s.cfg.Patience)
		err := socket.Ping(pong)
		cancel()
		if err != nil {
			return fmt.Errorf("asterisk: no pong: %w", err)
		}
	}
}

// serve subscribes, brings the switch up to date, tells Connected, and then
// hands on events until the backlog ends.
func (s *Switch) serve(ctx context.Context, link *session, waiting *backlog) (connected bool, err error) {
	snapshot, err := s.open(link)
	if err != nil {
		return false, err
	}
	s.legs.replace(snapshot.Channels)
	s.link.Store(link)
	if link.ctx.Err() != nil { // lost in between: lost() may have run before the Store
		s.link.CompareAndSwap(link, nil)
		return false, context.Cause(link.ctx)
	}
	s.metrics.up.Set(1)
	s.metrics.links.Inc()
	s.log.Info("connected to Asterisk", "booted", snapshot.Booted, "channels", len(snapshot.Channels),
		"bridges", len(snapshot.Bridges), "phones", len(snapshot.Phones), "trunks", len(snapshot.Trunks))
	link.chores.Go(func() { s.salvage(link.ctx) })
	s.emit(ctx, pbx.Connected{Wide: wide(time.Now()), Snapshot: snapshot})
	for {
		a, ok := waiting.pop(ctx)
		if !ok {
			return true, ctx.Err()
		}
		if err := s.hear(ctx, link, a); err != nil {
			return true, err
		}
	}
}

// open prepares a fresh link and looks at what the switch holds.
func (s *Switch) open(link *session) (pbx.Snapshot, error) {
	ctx, cancel := context.WithTimeout(link.ctx, 30*time.Second)
	defer cancel()
	if err := s.subscribe(ctx); err != nil {
		return pbx.Snapshot{}, fmt.Errorf("asterisk: subscribe: %w", err)
	}
	booted, err := s.startup(ctx)
	if err != nil {
		return pbx.Snapshot{}, fmt.Errorf("asterisk: ask for start-up time: %w", err)
	}
	if err := s.provision(ctx, booted); err != nil {
		return pbx.Snapshot{}, fmt.Errorf("asterisk: push phones and trunks: %w", err)
	}
	link.looked = time.Now()
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return pbx.Snapshot{}, fmt.Errorf("asterisk: snapshot: %w", err)
	}
	snapshot.Booted = booted
	return snapshot, nil
}

// subscribe tells Asterisk which events to send.
func (s *Switch) subscribe(ctx context.Context) error {
	filter := func(types ...string) map[string]any {
		allowed := make([]map[string]string, len(types))
		for i, t := range types {
			allowed[i] = map[string]string{"type": t}
		}
		return map[string]any{"allowed": allowed}
	}
	put := func(app string, types ...string) error {
		return s.rest.do(ctx, http.MethodPut, path("applications", app, "eventFilter"), nil, filter(types...), nil)
	}
	if err := put(s.cfg.App, watched...); err != nil {
		return err
	}
	if err := put(s.endpointsApp(), "EndpointStateChange"); err != nil {
		return err
	}
	return s.rest.do(ctx, http.MethodPost, path("applications", s.endpointsApp(), "subscription"),
		url.Values{"eventSource": {"endpoint:PJSIP"}}, nil, nil)
}
