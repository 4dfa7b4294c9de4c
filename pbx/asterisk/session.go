package asterisk

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"

	"github.com/yihaotong/yihaotong/pbx"
)

// session is one link, from the opening of the event socket to its loss.
type session struct {
	ctx     context.Context // ends with errLinkLost when the link does
	waiting *backlog        // events that have come and have not been told
	chores  sync.WaitGroup  // small commands that events ask for
	looked  time.Time       // when the snapshot was asked for: older news of endpoints are in it
	watches atomic.Bool     // endpoints are subscribed to
	token   string          // begins the name of every event that we send to ourselves
	proofs  int             // so far; prove's
	echoes  chan string     // names of such events that have come back
}

// maxEvent bounds one event, in bytes; a channel's variables are the largest part.
const maxEvent = 1 << 20

// watched is what Asterisk shall tell us; everything else stays there.
var watched = []string{
	"StasisStart", "StasisEnd", "ChannelDestroyed", "ChannelStateChange", "ChannelHangupRequest",
	"ChannelDtmfReceived", "ChannelHold", "ChannelUnhold", "ChannelEnteredBridge", "ChannelLeftBridge",
	"PlaybackStarted", "PlaybackContinuing", "PlaybackFinished", "ApplicationReplaced", "ChannelTransfer",
	"ChannelUserevent",
}

// watchedEndpoints is what it shall tell the application of the endpoints.
var watchedEndpoints = []string{"PeerStatusChange", "ChannelUserevent"}

// session runs one link and returns why it ended. connected tells that
// Connected was said, so that Disconnected must follow.
func (s *Switch) session(ctx context.Context) (connected bool, err error) {
	socket, err := s.dial(ctx)
	if err != nil {
		return false, err
	}
	defer socket.CloseNow() //nolint:errcheck // it is lost or of no more use
	linkCtx, cut := context.WithCancelCause(ctx)
	waiting := newBacklog(s.cfg.Backlog, s.metrics.backlog)
	link := &session{ctx: linkCtx, waiting: waiting, token: rand.Text(), echoes: make(chan string, 16)}
	lost := func(why error) {
		s.link.CompareAndSwap(link, nil)
		s.metrics.up.Set(0)
		cut(fmt.Errorf("%w: %w", errLinkLost, why))
	}
	defer lost(errors.New("session over"))

	reading, stopReading := context.WithCancel(context.WithoutCancel(ctx))
	defer stopReading()
	var g errgroup.Group
	g.Go(func() error {
		// Reading outlasts the link, so that a proper good-bye can be said and
		// Asterisk ends its session at once; but not when nobody may be there.
		<-linkCtx.Done()
		if ctx.Err() != nil {
			defer time.AfterFunc(500*time.Millisecond, stopReading).Stop()
			_ = socket.Close(websocket.StatusNormalClosure, "")
		}
		stopReading()
		return nil
	})
	g.Go(func() error {
		err := s.read(reading, link, socket)
		lost(err)
		waiting.close()
		return err
	})
	g.Go(func() error {
		err := s.beat(link, socket)
		lost(err)
		return err
	})
	g.Go(func() error {
		// The reader has to see everything that came before the loss, so
		// this one ends with the backlog and not with the link.
		began, err := s.serve(ctx, link)
		connected = began
		if err != nil {
			lost(err)
		}
		return err
	})
	err = g.Wait()
	link.chores.Wait()
	return connected, err
}

// endpointsApp is the application that hears of endpoints only: who subscribes
// to them is also told every event of their channels. It never has a channel.
func (s *Switch) endpointsApp() string { return s.cfg.App + "-endpoints" }

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

// read moves events from the socket to the backlog and never waits for it.
func (s *Switch) read(ctx context.Context, link *session, socket *websocket.Conn) error {
	for {
		_, text, err := socket.Read(ctx)
		if err != nil {
			return fmt.Errorf("asterisk: read event: %w", err)
		}
		if bytes.Contains(text, []byte(link.token)) {
			link.echo(text)
			continue
		}
		if err := link.waiting.push(arrival{text: text, at: time.Now()}); err != nil {
			return err
		}
	}
}

// errDeaf is a link on which everything is fine but that no event comes.
var errDeaf = errors.New("asterisk: the event socket is open, but the application's events do not come")

// beat finds out within seconds that nobody is at the other end any more, or
// that nobody there talks to us.
func (s *Switch) beat(link *session, socket *websocket.Conn) error {
	tick := time.NewTicker(s.cfg.Heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-link.ctx.Done():
			return context.Cause(link.ctx)
		case <-tick.C:
		}
		pong, cancel := context.WithTimeout(link.ctx, s.cfg.Patience)
		err := socket.Ping(pong)
		cancel()
		if err != nil {
			return fmt.Errorf("asterisk: no pong: %w", err)
		}
		if s.link.Load() != link { // still opening, which proves it too
			continue
		}
		if err := s.prove(link, 3*s.cfg.Patience); err != nil { // events may queue under load, pongs do not
			return err
		}
		if err := s.watchRegistrations(link); err != nil {
			return err
		}
	}
}

// echo takes in an event that we have sent to ourselves.
func (l *session) echo(text []byte) {
	var e struct{ Eventname string }
	_ = json.Unmarshal(text, &e) // otherwise it is nobody's
	select {
	case l.echoes <- e.Eventname:
	default: // too late for whoever waited for it
	}
}

// prove sends an event to ourselves through each application. An open socket
// proves nothing: when it is opened while an older session of the application
// ends, Asterisk (22.10, app_update and app_deactivate) may leave the
// application to nobody.
func (s *Switch) prove(link *session, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(link.ctx, patience)
	defer cancel()
	for _, app := range []string{s.cfg.App, s.endpointsApp()} {
		link.proofs++
		name := fmt.Sprintf("%s-%d", link.token, link.proofs)
		err := s.rest.do(ctx, http.MethodPost, path("events", "user", name), url.Values{"application": {app}}, nil, nil)
		var said *refusal
		if errors.As(err, &said) && said.Status == http.StatusNotFound {
			return fmt.Errorf("%w: %s", errDeaf, app)
		}
		if err != nil {
			return fmt.Errorf("asterisk: send ourselves an event: %w", err)
		}
		for back := ""; back != name; {
			select {
			case back = <-link.echoes:
			case <-ctx.Done():
				if link.ctx.Err() != nil {
					return context.Cause(link.ctx)
				}
				return fmt.Errorf("%w: %s", errDeaf, app)
			}
		}
	}
	return nil
}

// serve subscribes, brings the switch up to date, tells Connected, and then
// hands on events until the backlog ends.
func (s *Switch) serve(ctx context.Context, link *session) (connected bool, err error) {
	snapshot, err := s.open(link)
	if err != nil {
		return false, err
	}
	s.legs.replace(snapshot.Channels)
	for _, id := range slices.Concat(snapshot.unrecorded, snapshot.passing) {
		s.legs.with(id, func(l *leg) { l.rang, l.recording = true, true })
	}
	s.link.Store(link)
	if link.ctx.Err() != nil { // lost in between: lost() may have run before the Store
		s.link.CompareAndSwap(link, nil)
		return false, context.Cause(link.ctx)
	}
	s.metrics.up.Set(1)
	s.metrics.links.Inc()
	s.log.Info("connected to Asterisk", "booted", snapshot.Booted, "channels", len(snapshot.Channels),
		"bridges", len(snapshot.Bridges), "phones", len(snapshot.Phones), "trunks", len(snapshot.Trunks))
	s.emit(ctx, pbx.Connected{Wide: wide(time.Now()), Snapshot: snapshot.Snapshot})
	s.adoptListening(link, snapshot.listening)
	for _, id := range snapshot.unrecorded {
		s.toRecord(link, id)
	}
	for {
		a, ok := link.waiting.pop(ctx)
		if !ok {
			return true, ctx.Err()
		}
		if err := s.hear(ctx, link, a); err != nil {
			return true, err
		}
	}
}

// open prepares a fresh link and looks at what the switch holds.
func (s *Switch) open(link *session) (found, error) {
	ctx, cancel := context.WithTimeout(link.ctx, 30*time.Second)
	defer cancel()
	if err := s.subscribe(ctx); err != nil {
		return found{}, fmt.Errorf("asterisk: subscribe: %w", err)
	}
	booted, err := s.startup(ctx)
	if err != nil {
		return found{}, fmt.Errorf("asterisk: ask for start-up time: %w", err)
	}
	if err := s.provision(ctx, booted); err != nil {
		return found{}, fmt.Errorf("asterisk: push phones and trunks: %w", err)
	}
	if err := s.watchEndpoints(ctx, link); err != nil {
		return found{}, fmt.Errorf("asterisk: subscribe to endpoints: %w", err)
	}
	link.looked = time.Now()
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return found{}, fmt.Errorf("asterisk: snapshot: %w", err)
	}
	snapshot.Booted = booted
	// At first with little patience, because a deaf link is put right by a new
	// one; with more each time, because the machine may just be slow.
	if err := s.prove(link, min(s.cfg.Patience/4<<s.doubts, 3*s.cfg.Patience)); err != nil {
		s.doubts = min(s.doubts+1, 4)
		return snapshot, err
	}
	s.doubts = 0
	return snapshot, nil
}

// subscribe tells Asterisk which events to send.
func (s *Switch) subscribe(ctx context.Context) error {
	for app, types := range map[string][]string{s.cfg.App: watched, s.endpointsApp(): watchedEndpoints} {
		allowed := make([]map[string]string, len(types))
		for i, t := range types {
			allowed[i] = map[string]string{"type": t}
		}
		err := s.rest.do(ctx, http.MethodPut, path("applications", app, "eventFilter"), nil,
			map[string]any{"allowed": allowed}, nil)
		if err != nil {
			return err
		}
	}
	return nil
}

// watchEndpoints subscribes to the endpoints of PJSIP, as soon as there is one:
// until then Asterisk knows of no such thing (422). All endpoints of whatever
// kind could be had at any time, but Asterisk 22.10 crashes over that when an
// application with such a subscription is opened again.
func (s *Switch) watchEndpoints(ctx context.Context, link *session) error {
	if link.watches.Load() {
		return nil
	}
	err := s.rest.do(ctx, http.MethodPost, path("applications", s.endpointsApp(), "subscription"),
		url.Values{"eventSource": {"endpoint:PJSIP"}}, nil, nil)
	var said *refusal
	switch {
	case err == nil:
		link.watches.Store(true)
	case errors.As(err, &said) && said.Status == http.StatusUnprocessableEntity:
		return nil
	}
	return err
}
