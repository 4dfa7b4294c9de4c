package orchestrator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// What a desk can be told.
var (
	ErrUnknownSite  = errors.New("orchestrator: no such site here")
	ErrPhoneOffline = errors.New("orchestrator: the agent's phone cannot be reached")
	ErrNoTalk       = errors.New("orchestrator: the agent has no such call")
	ErrNotWaiting   = errors.New("orchestrator: the caller is not waiting any more")
	ErrNoSuchQueue  = errors.New("orchestrator: there is no such queue")
)

// SignIn brings an agent to work at a phone. Signing in again changes the
// phone; in mid-talk it is how a browser that was opened anew says that its
// leg is lost: the phone is rung again as soon as it can be.
func (e *Engine) SignIn(ctx context.Context, a Agent) (Agent, error) {
	return e.act(ctx, a.Site, a.ID, func(f *floor, now time.Time) error {
		was := f.agents[a.ID]
		online := a.Mobile != "" || e.phoneOnline(a.Phone)
		if was.State == Talking || was.State == RingingAt {
			if was.Browser && a.Browser {
				e.tell(was.Call, Returned{Agent: a.ID})
			}
			return nil
		}
		return f.move(a.ID, ActSignIn, ReasonSignedIn, now, func(to *Agent) {
			if to.Line != "" && (!a.Nailed || a.Phone != to.Phone) {
				e.dropLine(to.Line)
				to.Line = ""
			}
			to.Name, to.Skills, to.Phone, to.Browser, to.Online = a.Name, a.Skills, a.Phone, a.Browser, online
			to.Mobile, to.Nailed, to.Supervisor = a.Mobile, a.Nailed, a.Supervisor
		})
	})
}

// SignOut ends an agent's work. It is refused while a caller is with the
// agent.
func (e *Engine) SignOut(ctx context.Context, site SiteID, id AgentID) (Agent, error) {
	return e.act(ctx, site, id, func(f *floor, now time.Time) error {
		return f.signOut(id, now)
	})
}

func (f *floor) signOut(id AgentID, now time.Time) error {
	if f.agents[id].State == WrapUp {
		f.endWork(id, ActSignOut, "", now)
		return nil
	}
	return f.move(id, ActSignOut, "", now, nil)
}

// forgetPhone makes the credentials of a browser phone void.
func (e *Engine) forgetPhone(id pbx.PhoneID) {
	e.calls.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
		defer cancel()
		if err := e.sw.RemovePhone(ctx, id); err != nil {
			e.log.Warn("forget browser phone", "phone", id, "err", err)
		}
	})
}

// Ready makes an agent ready, also before the wrap-up is over, and takes back
// a break that was asked for.
func (e *Engine) Ready(ctx context.Context, site SiteID, id AgentID) (Agent, error) {
	return e.act(ctx, site, id, func(f *floor, now time.Time) error { return f.ready(id, now) })
}

func (f *floor) ready(id AgentID, now time.Time) error {
	a := f.agents[id]
	switch {
	case a.State == RingingAt || a.State == Talking:
		a.Next = ""
		a.Rev++
		f.put(f.agents[id], a, now)
		return nil
	case a.State != SignedOut && a.State != "" && !a.Online:
		return ErrPhoneOffline
	case a.State == WrapUp:
		f.endWork(id, ActReady, "", now)
		return nil
	}
	return f.move(id, ActReady, "", now, nil)
}

// NotReady makes an agent not ready for a reason; during a call it takes
// effect when the call is over.
func (e *Engine) NotReady(ctx context.Context, site SiteID, id AgentID, reason string) (Agent, error) {
	return e.act(ctx, site, id, func(f *floor, now time.Time) error { return f.notReady(id, reason, now) })
}

func (f *floor) notReady(id AgentID, reason string, now time.Time) error {
	a := f.agents[id]
	switch a.State {
	case RingingAt, Talking:
		a.Next = reason
		a.Rev++
		f.put(f.agents[id], a, now)
		return nil
	case WrapUp:
		f.endWork(id, ActNotReady, reason, now)
		return nil
	}
	return f.move(id, ActNotReady, reason, now, nil)
}

// ExtendWrapUp gives an agent more time to write. By is added to what is left.
func (e *Engine) ExtendWrapUp(ctx context.Context, site SiteID, id AgentID, by time.Duration) (Agent, error) {
	return e.act(ctx, site, id, func(f *floor, now time.Time) error {
		a := f.agents[id]
		if a.State != WrapUp {
			return &StateError{Agent: id, State: a.State, Act: "extend wrap-up"}
		}
		a.WrapUpUntil = a.WrapUpUntil.Add(by)
		a.Rev++
		f.put(f.agents[id], a, now)
		return nil
	})
}

// Hangup ends the agent's talk, or refuses the call that rings.
func (e *Engine) Hangup(ctx context.Context, site SiteID, id AgentID) (Agent, error) {
	return e.act(ctx, site, id, func(f *floor, _ time.Time) error {
		a := f.agents[id]
		if a.State != Talking && a.State != RingingAt {
			return ErrNoTalk
		}
		e.tell(a.Call, Asked{By: id, Want: Simple{DoHangup}})
		return nil
	})
}

// Agent returns an agent as the floor knows it now.
func (e *Engine) Agent(ctx context.Context, site SiteID, id AgentID) (Agent, error) {
	return e.act(ctx, site, id, func(*floor, time.Time) error { return nil })
}

func (e *Engine) act(ctx context.Context, site SiteID, id AgentID, do func(*floor, time.Time) error) (Agent, error) {
	f := e.floors[site]
	if f == nil {
		return Agent{}, fmt.Errorf("%w: %s", ErrUnknownSite, site)
	}
	var a Agent
	err := f.ask(ctx, func() error {
		err := do(f, time.Now())
		var known bool
		if a, known = f.agents[id]; !known {
			a = Agent{ID: id, Site: site, State: SignedOut}
		}
		return err
	})
	return a, err
}

func (e *Engine) phoneOnline(id pbx.PhoneID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.phones[id]
}

// Call returns a call that is going on.
func (e *Engine) Call(id CallID) (Call, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.runners[id]
	if r == nil {
		return Call{}, false
	}
	return *r.seen.Load(), true
}

// Calls returns the calls of a site that are going on.
func (e *Engine) Calls(site SiteID) []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	var calls []Call
	for _, r := range e.runners {
		if c := r.seen.Load(); c.Site == site && c.Phase != Over {
			calls = append(calls, *c)
		}
	}
	return calls
}

// Watch signals whenever something about an agent or the agent's call has
// changed; several changes may be one signal. Call stop when done.
func (e *Engine) Watch(id AgentID) (changed <-chan struct{}, stop func()) {
	ch := make(chan struct{}, 1)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.watchers[id] == nil {
		e.watchers[id] = map[chan struct{}]struct{}{}
	}
	e.watchers[id][ch] = struct{}{}
	return ch, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.watchers[id], ch)
	}
}

func (e *Engine) changed(id AgentID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for ch := range e.watchers[id] {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// Health tells what works.
type Health struct {
	Switch bool
	Live   bool
	Calls  int
}

// Health tells what works now.
func (e *Engine) Health() Health {
	linked := e.isLinked()
	e.mu.Lock()
	defer e.mu.Unlock()
	return Health{Switch: linked, Live: e.liveUp.Load(), Calls: len(e.runners)}
}
