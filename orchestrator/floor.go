package orchestrator

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// floor is the room of one site: its agents, the callers who wait for them,
// and the one goroutine that brings them together. All its fields belong to
// that goroutine; others post work to the inbox.
type floor struct {
	id      SiteID
	site    Site // read again now and then
	e       *Engine
	log     *slog.Logger
	inbox   *mailbox[func()]
	agents  map[AgentID]Agent
	waiting map[CallID]Place
	offers  map[CallID]Offer
	lines   map[pbx.TrunkID]Line
	busy    map[AgentID]time.Time // talking since, until the wrap-up is over
	pace    Pace

	epoch int64     // of our lease as the site's dispatcher
	down  bool      // the live state cannot be reached
	tryAt time.Time // when to try again, or to renew the lease
}

// Patience and rhythm of the live state.
const (
	liveTimeout = time.Second
	liveRetry   = 500 * time.Millisecond
	leaseTime   = 10 * time.Second
	leaseRenew  = 3 * time.Second
)

func newFloor(e *Engine, s Site) *floor {
	f := &floor{
		id: s.ID, site: s, e: e, log: e.log.With("site", s.ID), inbox: newMailbox[func()](),
		agents: map[AgentID]Agent{}, waiting: map[CallID]Place{}, offers: map[CallID]Offer{},
		lines: map[pbx.TrunkID]Line{}, busy: map[AgentID]time.Time{},
	}
	for _, l := range s.Lines {
		l.Site = s.ID
		f.lines[l.Trunk] = l
	}
	return f
}

// run serves the site until ctx ends.
func (f *floor) run(ctx context.Context) error {
	f.load(ctx)
	alarm := time.NewTimer(0)
	defer alarm.Stop()
	for {
		select {
		case <-ctx.Done():
			f.leave()
			return nil
		case <-f.inbox.ready:
		case <-alarm.C:
		}
		for _, work := range f.inbox.take() {
			work()
		}
		now := time.Now()
		f.keepLease(ctx, now)
		f.expire(now)
		f.dispatch(now)
		alarm.Reset(time.Until(f.nextAlarm()))
	}
}

// post hands work to the floor's goroutine.
func (f *floor) post(work func()) { f.inbox.put(work) }

// ask hands work to the floor's goroutine and waits for it.
func (f *floor) ask(ctx context.Context, work func() error) error {
	done := make(chan error, 1)
	f.post(func() { done <- work() })
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// nextAlarm is when something is due without anybody's doing.
func (f *floor) nextAlarm() time.Time {
	next := f.tryAt
	for _, a := range f.agents {
		if a.State == WrapUp && a.WrapUpUntil.Before(next) {
			next = a.WrapUpUntil
		}
	}
	return next
}

// expire ends what has run out: wrap-up, and the work of agents whose browser
// is gone for good.
func (f *floor) expire(now time.Time) {
	for _, a := range f.agents {
		switch {
		case a.State == WrapUp && !now.Before(a.WrapUpUntil):
			f.finishWrapUp(a, now)
		case a.State == Offline && a.Browser && now.Sub(a.Since) >= goneAfter:
			if err := f.signOut(a.ID, now); err != nil {
				f.log.Warn("sign out", "agent", a.ID, "err", err)
			}
		}
	}
}

// dispatch brings callers and agents together until nobody fits.
func (f *floor) dispatch(now time.Time) {
	if f.down || !f.e.isLinked() {
		return
	}
	agents := make([]Agent, 0, len(f.agents))
	for _, a := range f.agents {
		agents = append(agents, a)
	}
	waiting := make([]Place, 0, len(f.waiting))
	for _, p := range f.waiting {
		waiting = append(waiting, p)
	}
	for _, pair := range Match(waiting, agents, now) {
		if !f.offer(pair, now) {
			return
		}
	}
}

// offer commits one decision: only if Redis finds both still free does the
// phone ring. It returns false when the round must be given up.
func (f *floor) offer(p Pair, now time.Time) bool {
	deadline := now.Add(f.site.Queues[p.Place.Queue].RingFor)
	ctx, cancel := context.WithTimeout(context.Background(), liveTimeout)
	defer cancel()
	token, err := f.e.live.Reserve(ctx, p.Place, p.Agent, deadline, f.epoch)
	if err != nil {
		f.liveFailed("reserve", err, now)
		return false
	}
	a, err := p.Agent.Move(ActOffer, "", now)
	if err != nil { // cannot be: Match gives only free agents
		f.log.Error("offer", "agent", p.Agent.ID, "err", err)
		return false
	}
	a.Call, a.Queue, a.Token = p.Place.Call, p.Place.Queue, token
	f.agents[a.ID] = a
	f.noteMove(p.Agent, a, now)
	o := Offer{Call: p.Place.Call, Agent: a.ID, Phone: a.Phone, Token: token, Made: now, Deadline: deadline}
	delete(f.waiting, o.Call)
	f.offers[o.Call] = o
	if !f.e.tell(o.Call, Proposed{o}) {
		f.offerClosed(o, OutcomeCancelled, now)
	}
	f.e.changed(a.ID)
	return true
}

// enter takes a caller's place, new or again.
func (f *floor) enter(p Place, now time.Time) {
	f.waiting[p.Call] = p
	f.onLive("enter", now, func(ctx context.Context) error { return f.e.live.Enter(ctx, p) })
}

func (f *floor) quit(queue QueueID, call CallID, now time.Time) {
	delete(f.waiting, call)
	f.onLive("leave", now, func(ctx context.Context) error { return f.e.live.Leave(ctx, f.id, queue, call) })
}

// placeOf answers how many are ahead of a caller and how long it may take.
func (f *floor) placeOf(call CallID, now time.Time) (PlaceTold, bool) {
	p, ok := f.waiting[call]
	if !ok {
		return PlaceTold{}, false
	}
	all := make([]Place, 0, len(f.waiting))
	for _, w := range f.waiting {
		all = append(all, w)
	}
	staffed := 0
	for _, a := range f.agents {
		if a.Staffed() && a.Fits(p.Skills) {
			staffed++
		}
	}
	ahead := Ahead(p, all, now)
	return PlaceTold{Ahead: ahead, Wait: f.pace.Wait(ahead, staffed)}, true
}

// line changes how many channels of a trunk are in use.
func (f *floor) line(id pbx.TrunkID, now time.Time, change func(*Line)) {
	l, ok := f.lines[id]
	if !ok {
		l = Line{Trunk: id, Site: f.id, Name: string(id)}
	}
	change(&l)
	f.lines[id] = l
	f.onLive("line", now, func(ctx context.Context) error { return f.e.live.PutLine(ctx, l) })
}

// onLive does one thing to the live state, unless it is away; what is missed
// is made good by Rebuild.
func (f *floor) onLive(what string, now time.Time, do func(context.Context) error) {
	if f.down {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), liveTimeout)
	defer cancel()
	if err := do(ctx); err != nil {
		f.liveFailed(what, err, now)
	}
}

// liveFailed takes the live state for lost: it will be built anew from here.
func (f *floor) liveFailed(what string, err error, now time.Time) {
	f.log.Warn("live state", "doing", what, "err", err)
	if errors.Is(err, ErrFenced) {
		f.epoch = 0
	}
	f.down, f.tryAt = true, now
	if errors.Is(err, ErrLiveDown) || errors.Is(err, context.DeadlineExceeded) {
		f.tryAt = now.Add(liveRetry)
	} else {
		f.e.metrics.drift.WithLabelValues("live").Inc()
	}
	f.e.liveUp.Store(false)
}
