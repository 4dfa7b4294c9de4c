package orchestrator

import (
	"context"
	"fmt"
	"maps"
	"time"
)

// What supervisors do: take part in talks, move people and callers.

// ListenIn lets a supervisor, signed in at a phone of their own, take part in
// an agent's talk; asked again, it changes how. With over they take it over.
func (e *Engine) ListenIn(ctx context.Context, site SiteID, by, agent AgentID, mode ListenMode, over bool) (Agent, error) {
	if by == agent {
		return Agent{}, ErrYourself
	}
	target, err := e.Agent(ctx, site, agent)
	if err != nil {
		return Agent{}, err
	}
	if target.State != Talking {
		return Agent{}, ErrNoTalk
	}
	me, err := e.Agent(ctx, site, by)
	if err != nil {
		return Agent{}, err
	}
	want := ListenIn{To: agent, Mode: mode, Over: over}
	if me.Call == target.Call && me.State == Talking {
		err = e.question(ctx, me.Call, Asked{by, want})
	} else {
		err = e.listenFirst(ctx, site, by, target.Call, want)
	}
	if err != nil {
		return Agent{}, err
	}
	return e.Agent(ctx, site, by)
}

// listenFirst brings the supervisor into the call.
func (e *Engine) listenFirst(ctx context.Context, site SiteID, by AgentID, call CallID, want ListenIn) error {
	f, err := e.floor(site)
	if err != nil {
		return err
	}
	err = f.ask(ctx, func() error {
		if a := f.agents[by]; a.State == SignedOut || a.State == "" || !a.Online {
			return ErrPhoneOffline
		}
		seat, err := f.engage(by, call, "", time.Now())
		want.Seat = &seat
		return err
	})
	if err != nil {
		return err
	}
	if err = e.question(ctx, call, Asked{by, want}); err != nil {
		e.giveBack(want.Seat)
		return err
	}
	f.post(func() { f.raiseHand(want.To, false, time.Now()) })
	return nil
}

// Force makes an agent ready, not ready for a reason, or signs the agent out,
// on behalf of somebody else. With a caller on the line it takes effect when
// the call is over.
func (e *Engine) Force(ctx context.Context, site SiteID, by, id AgentID, act AgentAct, reason string) (Agent, error) {
	return e.act(ctx, site, id, func(f *floor, now time.Time) error {
		f.by = by
		defer func() { f.by = "" }()
		switch a := f.agents[id]; {
		case act == ActReady:
			return f.ready(id, now)
		case act == ActNotReady:
			return f.notReady(id, reason, now)
		case act != ActSignOut:
			return &StateError{Agent: id, State: a.State, Act: act}
		case a.State == RingingAt || a.State == Talking:
			return f.notReady(id, nextSignOut, now)
		}
		return f.signOut(id, now)
	})
}

// SetSkills gives an agent other skills for today; nil goes back to the usual
// ones. Levels are 1 to 9.
func (e *Engine) SetSkills(ctx context.Context, site SiteID, by, id AgentID, skills map[string]int) (Agent, error) {
	return e.act(ctx, site, id, func(f *floor, now time.Time) error {
		was, ok := f.agents[id]
		if !ok || was.State == SignedOut {
			return &StateError{Agent: id, State: SignedOut, Act: "set skills"}
		}
		a := was
		a.SkillsToday, a.SkillsDay = maps.Clone(skills), ""
		if skills != nil {
			a.SkillsDay = now.In(f.site.Location).Format(time.DateOnly)
		}
		a.Rev++
		f.put(was, a, now)
		f.log.Info("skills for today", "agent", id, "by", by, "skills", fmt.Sprint(skills))
		return nil
	})
}

// Move is what a supervisor changes of a waiting caller's place.
type Move struct {
	Queue    QueueID // empty: stays
	Priority *int    // nil: stays
	Agent    AgentID // empty: whoever fits; otherwise the one who shall take the call
}

// MoveWaiting moves a waiting caller; the time of entry stays.
func (e *Engine) MoveWaiting(ctx context.Context, site SiteID, by AgentID, call CallID, m Move) error {
	f, err := e.floor(site)
	if err != nil {
		return err
	}
	return f.ask(ctx, func() error {
		if _, waits := f.waiting[call]; !waits {
			return ErrNotWaiting
		}
		if _, known := f.site.Queues[m.Queue]; m.Queue != "" && !known {
			return ErrNoSuchQueue
		}
		if m.Agent != "" && !f.agents[m.Agent].Staffed() {
			return ErrColleagueBusy
		}
		if !e.tell(call, Moved{By: by, Move: m}) {
			return ErrNotWaiting
		}
		return nil
	})
}

// WithdrawCallback takes back the callback that was asked for in a call, if it
// still waits for its turn: somebody has dealt with the matter otherwise.
func (e *Engine) WithdrawCallback(site SiteID, parent CallID) {
	for _, c := range e.Calls(site) {
		if c.Parent == parent && c.Phase == Queued && c.Channel == "" {
			e.tell(c.ID, Withdrawn{})
		}
	}
}

// preferFor is how long a caller given to one agent by hand waits for that one.
const preferFor = 10 * time.Minute

// moved changes the place of a waiting caller.
func (t *turn) moved(in Moved) {
	if t.Phase != Queued {
		return
	}
	if in.Queue != "" && in.Queue != t.Place.Queue {
		t.changeQueue(in.Queue)
	}
	place := *t.Place
	if in.Priority != nil {
		place.Priority = *in.Priority
	}
	if in.Agent != "" {
		place.Prefer, place.PreferUntil = in.Agent, t.now.Add(preferFor)
		place.Skills = nil // the supervisor knows
	}
	t.Place = &place
	t.noteBy(CallMoved, in.By, FactData{Queue: place.Queue, Priority: place.Priority, Target: string(in.Agent)})
	t.emit(EnterQueue{place})
}
