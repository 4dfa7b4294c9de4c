package orchestrator

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/internal/id"
)

// Target is whom an agent wants to have in a call: exactly one of Agent,
// Number, Queue and Help is set.
type Target struct {
	Agent   AgentID
	Site    SiteID // of the agent; empty: the asker's
	Number  string
	Name    string // to show with the number
	Queue   QueueID
	Help    bool // 内部求助: the supervisor idle longest
	Purpose Purpose
}

// Ask does something with the call an agent has a part in. An *ActError tells
// that the call does not allow it now.
func (e *Engine) Ask(ctx context.Context, site SiteID, by AgentID, want Request) (Agent, error) {
	call, err := e.callOf(ctx, site, by)
	if err != nil {
		return Agent{}, err
	}
	if err := e.question(ctx, call, Asked{by, want}); err != nil {
		return Agent{}, err
	}
	return e.Agent(ctx, site, by)
}

// Consult asks somebody for advice; the caller waits with music. Whoever is
// rung hears of no caller until the agent says so.
func (e *Engine) Consult(ctx context.Context, site SiteID, by AgentID, to Target) (Agent, error) {
	return e.with(ctx, site, by, to, func(c Callee) Request { return Consult{c} })
}

// Transfer gives the caller to somebody else at once.
func (e *Engine) Transfer(ctx context.Context, site SiteID, by AgentID, to Target) (Agent, error) {
	return e.with(ctx, site, by, to, func(c Callee) Request { return Transfer{c} })
}

// Refer notes that the caller was told of another service, by its code; with
// a target it leads there.
func (e *Engine) Refer(ctx context.Context, site SiteID, by AgentID, code string, to *Target) (Agent, error) {
	if to == nil {
		return e.Ask(ctx, site, by, Refer{Code: code})
	}
	to.Purpose = ForReferral
	return e.with(ctx, site, by, *to, func(c Callee) Request { return Refer{Code: code, To: &c} })
}

// with takes whom the request needs, and gives them back if it is refused.
func (e *Engine) with(ctx context.Context, site SiteID, by AgentID, to Target, want func(Callee) Request) (Agent, error) {
	call, err := e.callOf(ctx, site, by)
	if err != nil {
		return Agent{}, err
	}
	callee, err := e.callee(ctx, site, by, call, to)
	if err != nil {
		return Agent{}, err
	}
	if err := e.question(ctx, call, Asked{by, want(callee)}); err != nil {
		e.giveBack(callee.Seat)
		return Agent{}, err
	}
	return e.Agent(ctx, site, by)
}

// callee takes an agent for a call, or checks a queue.
func (e *Engine) callee(ctx context.Context, site SiteID, by AgentID, call CallID, to Target) (Callee, error) {
	c := Callee{Number: to.Number, Queue: to.Queue, Name: to.Name, Purpose: to.Purpose}
	if c.Purpose == "" {
		c.Purpose = ForConsult
	}
	home, err := e.floor(site)
	if err != nil {
		return c, err
	}
	switch {
	case to.Help:
		c.Purpose = ForHelp
		err = home.ask(ctx, func() error {
			seat, err := home.helper(by, call, time.Now())
			home.raiseHand(by, err != nil, time.Now())
			c.Seat = &seat
			return err
		})
	case to.Agent == by && by != "":
		err = ErrYourself
	case to.Agent != "":
		f := home
		if to.Site != "" {
			if f, err = e.floor(to.Site); err != nil {
				return c, err
			}
		}
		led, _ := e.Call(call)
		err = f.ask(ctx, func() error {
			seat, err := f.engage(to.Agent, call, led.queue(), time.Now())
			c.Seat, c.Name = &seat, seat.Name
			return err
		})
	case to.Queue != "":
		err = home.ask(ctx, func() error {
			if _, ok := home.site.Queues[to.Queue]; !ok {
				return ErrNoSuchQueue
			}
			return nil
		})
	}
	return c, err
}

// giveBack frees an agent who was taken for nothing.
func (e *Engine) giveBack(seat *Offer) {
	if seat == nil {
		return
	}
	if f := e.floors[seat.Site]; f != nil {
		f.post(func() { f.offerClosed(*seat, OutcomeCancelled, time.Now()) })
	}
}

// Errand is a call that an agent wants to make: to a number or to a
// colleague.
type Errand struct {
	Number    string
	Agent     AgentID
	AgentSite SiteID // empty: the asker's
	Purpose   Purpose
	Parent    CallID // the call that is answered with this one
	Ticket    string
	Task      string
}

// Dial makes a call for an agent: the agent's own phone first, then the other.
// The number must pass the guard.
func (e *Engine) Dial(ctx context.Context, site SiteID, by AgentID, d Errand) (Agent, error) {
	f, err := e.floor(site)
	if err != nil {
		return Agent{}, err
	}
	call := Call{
		ID: CallID(id.New()), Site: site, Direction: Outbound, Number: d.Number, Caller: d.Number, Agent: by,
		Purpose: d.Purpose, Parent: d.Parent, Ticket: d.Ticket, Task: d.Task, Language: "zh", Arrived: time.Now(), Phase: Reaching,
	}
	if d.Agent != "" {
		call.Direction = Internal
		who, err := e.callee(ctx, site, by, call.ID, Target{Agent: d.Agent, Site: d.AgentSite})
		if err != nil {
			return Agent{}, err
		}
		call.Colleague = who.Seat
	}
	err = f.ask(ctx, func() error { return f.dial(by, &call, time.Now()) })
	if err != nil {
		e.giveBack(call.Colleague)
		return Agent{}, err
	}
	reply := make(chan error, 1)
	e.open(e.life, call, awaited{Asked{}, reply})
	select {
	case err = <-reply:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return Agent{}, err
	}
	return e.Agent(ctx, site, by)
}

// dial takes the agent for a call of the agent's own.
func (f *floor) dial(by AgentID, call *Call, now time.Time) error {
	a := f.agents[by]
	switch {
	case a.State == SignedOut || a.State == "":
		return &StateError{Agent: by, State: SignedOut, Act: ActDial}
	case !a.Online || (a.Nailed && a.Line == ""):
		return ErrPhoneOffline
	}
	if began, ok := f.busy[by]; ok && a.State == WrapUp {
		f.took(a.Queue, now.Sub(began))
	}
	err := f.move(by, ActDial, "", now, func(to *Agent) {
		to.Call, to.Queue, to.Token, to.WrapUpUntil = call.ID, "", 0, time.Time{}
		if a.State == NotReady {
			to.Next = a.Reason
		}
	})
	if err != nil {
		return err
	}
	f.busy[by] = now
	call.Seat = f.seat(f.agents[by], call.ID, now, now.Add(defaultRing))
	return nil
}

// callOf is the call an agent has a part in.
func (e *Engine) callOf(ctx context.Context, site SiteID, by AgentID) (CallID, error) {
	a, err := e.Agent(ctx, site, by)
	if err != nil {
		return "", err
	}
	if a.Call == "" || (a.State != Talking && a.State != RingingAt) {
		return "", ErrNoTalk
	}
	return a.Call, nil
}

// question asks a call for something and waits for the answer.
func (e *Engine) question(ctx context.Context, call CallID, q Asked) error {
	reply := make(chan error, 1)
	if !e.tell(call, awaited{q, reply}) {
		return ErrNoTalk
	}
	select {
	case err := <-reply:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *Engine) floor(site SiteID) (*floor, error) {
	f := e.floors[site]
	if f == nil {
		return nil, ErrUnknownSite
	}
	return f, nil
}
