package orchestrator

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
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
	pace    map[QueueID]*Pace     // of each queue; empty: of all calls
	why     map[CallID]string     // the reasons last noted for a caller's waiting
	by      AgentID               // for whom the work at hand is done, if not for the agent
	redial  map[AgentID]time.Time // when to try a nailed-up line again

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
		lines: map[pbx.TrunkID]Line{}, busy: map[AgentID]time.Time{}, pace: map[QueueID]*Pace{},
		why: map[CallID]string{}, redial: map[AgentID]time.Time{},
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
		f.keepLines(now)
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
	for _, at := range f.redial {
		if at.Before(next) {
			next = at
		}
	}
	now := time.Now()
	for _, p := range f.waiting {
		for _, at := range []time.Time{p.Due, p.PreferUntil} {
			if at.After(now) && at.Before(next) {
				next = at
			}
		}
	}
	return next
}

// expire ends what has run out: wrap-up, and the work of agents whose browser
// is gone for good.
func (f *floor) expire(now time.Time) {
	today := now.In(f.site.Location).Format(time.DateOnly)
	for _, a := range f.agents {
		if a.SkillsDay != "" && a.SkillsDay != today {
			usual := a
			usual.SkillsToday, usual.SkillsDay = nil, ""
			usual.Rev++
			f.put(a, usual, now)
			a = usual
		}
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
	for _, pair := range Match(waiting, agents, f.site.Queues, now) {
		if !f.offer(pair, now) {
			return
		}
	}
	f.noteWaits(now)
}

// noteWaits notes, once for each set of reasons, why callers wait.
func (f *floor) noteWaits(now time.Time) {
	if len(f.waiting) == 0 {
		return
	}
	agents, places := slices.Collect(maps.Values(f.agents)), slices.Collect(maps.Values(f.waiting))
	for id, p := range f.waiting {
		why := Reasons(p, places, agents, now)
		plain := slices.DeleteFunc(slices.Clone(why), func(r string) bool { return strings.HasPrefix(r, WaitsBehind) })
		if key := strings.Join(plain, " "); f.why[id] != key && len(why) > 0 {
			f.why[id] = key
			f.e.journal.Append(Fact{Kind: CallRouted, At: now, Site: f.id, Call: id, Data: FactData{Queue: p.Queue, Reasons: why}})
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
	o := f.seat(a, p.Place.Call, now, deadline)
	f.e.journal.Append(Fact{
		Kind: CallRouted, At: now, Site: f.id, Call: o.Call, Agent: a.ID,
		Data: FactData{Queue: p.Place.Queue, Reasons: []string{p.Reason}, Wait: int(now.Sub(p.Place.Entered).Seconds())},
	})
	delete(f.waiting, o.Call)
	delete(f.why, o.Call)
	f.offers[o.Call] = o
	if !f.e.tell(o.Call, Proposed{o}) {
		f.offerClosed(o, OutcomeCancelled, now)
	}
	f.e.changed(a.ID)
	return true
}

// seat is an offer to an agent who has been taken for a call.
func (f *floor) seat(a Agent, call CallID, now, deadline time.Time) Offer {
	return Offer{
		Call: call, Agent: a.ID, Phone: a.Phone, Token: a.Token, Site: f.id, Name: a.Name, Number: a.Mobile,
		Line: a.Line, Made: now, Deadline: deadline,
	}
}

// enter takes a caller's place, new or again. Who waited to be called back and
// rings again has one place, the earlier.
func (f *floor) enter(p Place, now time.Time) {
	for id, w := range f.waiting {
		if w.Callback == "" || id == p.Call || (w.Callback != p.Caller && w.Callback != p.Callback) {
			continue
		}
		if w.Entered.Before(p.Entered) {
			p.Entered = w.Entered
			f.e.tell(p.Call, Merge{w.Entered})
		}
		f.e.tell(id, Withdrawn{})
		f.quit(w.Queue, id, now)
	}
	f.waiting[p.Call] = p
	f.onLive("enter", now, func(ctx context.Context) error { return f.e.live.Enter(ctx, p) })
}

func (f *floor) quit(queue QueueID, call CallID, now time.Time) {
	delete(f.waiting, call)
	delete(f.why, call)
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
	ahead := Ahead(p, all, now)
	return PlaceTold{Ahead: ahead, Wait: f.paceOf(p.Queue).Wait(ahead, f.staffed(p))}, true
}

// roomFor answers how many are before a caller, and whether anybody works who
// could take the call at all.
func (f *floor) roomFor(call CallID, now time.Time) (RoomTold, bool) {
	p, ok := f.waiting[call]
	if !ok {
		return RoomTold{}, false
	}
	here := 0
	for _, a := range f.agents {
		if a.State != SignedOut && a.State != Offline && a.Fits(p) {
			here++
		}
	}
	return RoomTold{Ahead: Ahead(p, slices.Collect(maps.Values(f.waiting)), now), Staffed: here}, true
}

// staffed counts the agents at work who could take a caller.
func (f *floor) staffed(p Place) int {
	n := 0
	for _, a := range f.agents {
		if a.Staffed() && a.Fits(p) {
			n++
		}
	}
	return n
}

// paceOf is the pace of a queue; until it has one, that of all calls.
func (f *floor) paceOf(q QueueID) Pace {
	if p := f.pace[q]; p != nil {
		return *p
	}
	if p := f.pace[""]; p != nil {
		return *p
	}
	return Pace{}
}

// took takes the length of one more call into account.
func (f *floor) took(q QueueID, d time.Duration) {
	for _, of := range []QueueID{q, ""} {
		if f.pace[of] == nil {
			f.pace[of] = &Pace{}
		}
		f.pace[of].Took(d)
		if q == "" {
			return
		}
	}
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
