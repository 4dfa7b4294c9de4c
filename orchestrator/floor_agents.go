package orchestrator

import (
	"cmp"
	"context"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// phoneBackWithin is how soon a ready agent's phone must be back for the
// agent to be ready again without asking.
const phoneBackWithin = time.Minute

// goneAfter is how long a browser phone may be away before its agent is
// signed out and its credentials are void.
const goneAfter = 30 * time.Minute

// vanishPatience is how long a browser phone may be away in mid-talk before
// the caller goes back to the front of the queue.
const vanishPatience = 20 * time.Second

// move makes one act of an agent come true, or refuses it.
func (f *floor) move(id AgentID, act AgentAct, reason string, now time.Time, also func(*Agent)) error {
	was, ok := f.agents[id]
	if !ok {
		was = Agent{ID: id, Site: f.id, State: SignedOut}
	}
	a, err := was.Move(act, reason, now)
	if err != nil {
		return err
	}
	if also != nil {
		also(&a)
	}
	f.put(was, a, now)
	return nil
}

// put makes a change of an agent known everywhere.
func (f *floor) put(was, a Agent, now time.Time) {
	if day := now.In(f.site.Location).Format(time.DateOnly); a.Day != day {
		a.Day, a.Answered, a.Missed, a.TalkTime = day, 0, 0, 0
	}
	if a.State == SignedOut {
		delete(f.busy, a.ID)
		delete(f.redial, a.ID)
		if was.Line != "" {
			f.e.dropLine(was.Line)
		}
		a.Line, a.Mobile, a.Nailed, a.AsksHelp = "", "", false, time.Time{}
		if was.Browser && was.Phone != "" {
			f.e.forgetPhone(was.Phone)
		}
		a.Phone, a.Online, a.Next = "", false, ""
	}
	f.agents[a.ID] = a
	f.noteMove(was, a, now)
	f.onLive("agent", now, func(ctx context.Context) error { return f.e.live.PutAgent(ctx, a) })
	f.e.changed(a.ID)
}

func (f *floor) noteMove(was, a Agent, now time.Time) {
	if was.State == a.State && was.Reason == a.Reason {
		return
	}
	f.e.journal.Append(Fact{
		Kind: AgentMoved, At: now, Site: f.id, Agent: a.ID, Call: a.Call,
		Data: FactData{From: was.State, To: a.State, Reason: a.Reason, Phone: a.Phone, Person: string(f.by)},
	})
}

// offerClosed is told by a call how the offer to an agent ended.
func (f *floor) offerClosed(o Offer, out Outcome, now time.Time) {
	if !o.ByName() {
		delete(f.offers, o.Call)
		f.onLive("close offer", now, func(ctx context.Context) error {
			return f.e.live.CloseOffer(ctx, f.id, o.Call, o.Token)
		})
	}
	a, ok := f.agents[o.Agent]
	if !ok || a.Token != o.Token {
		return // an offer of long ago
	}
	var err error
	switch out {
	case OutcomeAnswered:
		f.busy[a.ID] = now
		err = f.move(a.ID, ActAnswer, "", now, func(a *Agent) {
			if !o.ByName() {
				a.Answered++
			}
		})
	case OutcomeCallerLeft, OutcomeCancelled:
		err = f.released(a.ID, now)
	default:
		if o.ByName() { // whoever is asked as a favour is not sent on a break for it
			err = f.released(a.ID, now)
			break
		}
		err = f.move(a.ID, ActMiss, string(out), now, func(a *Agent) {
			a.Missed++
			a.Call, a.Queue, a.Token, a.Next = "", "", 0, ""
		})
	}
	if err != nil {
		f.log.Warn("close offer", "agent", o.Agent, "outcome", out, "err", err)
	}
}

// released frees an agent whose phone rang for nothing.
func (f *floor) released(id AgentID, now time.Time) error {
	err := f.move(id, ActRelease, "", now, func(a *Agent) { a.Call, a.Queue, a.Token = "", "", 0 })
	f.afterFavour(id, now)
	return err
}

// dismissed frees somebody who only helped in a call.
func (f *floor) dismissed(id AgentID, call CallID, now time.Time) {
	a, ok := f.agents[id]
	if !ok || a.Call != call {
		return
	}
	err := f.move(id, ActDismiss, "", now, func(a *Agent) {
		a.TalkTime += now.Sub(f.busy[id])
		a.Call, a.Queue, a.Token = "", "", 0
	})
	if err != nil {
		f.log.Warn("dismiss", "agent", id, "err", err)
	}
	delete(f.busy, id)
	f.afterFavour(id, now)
}

// afterFavour brings an agent back to the break that was interrupted, or was
// asked for meanwhile; one whose phone is gone goes offline.
func (f *floor) afterFavour(id AgentID, now time.Time) {
	f.applyNext(id, now)
	if a := f.agents[id]; !a.Online && (a.State == Ready || a.State == NotReady) {
		_ = f.move(id, ActPhoneLost, a.Reason, now, nil)
	}
}

// talkOver begins the wrap-up.
func (f *floor) talkOver(id AgentID, call CallID, now time.Time) {
	a, ok := f.agents[id]
	if !ok || a.Call != call {
		return
	}
	err := f.move(id, ActTalkOver, "", now, func(a *Agent) {
		a.TalkTime += now.Sub(f.busy[id])
		a.WrapUpUntil = now.Add(cmp.Or(f.site.Queues[a.Queue].WrapUp, defaultWrapUp))
		a.Token, a.AsksHelp = 0, time.Time{}
	})
	if err != nil {
		f.log.Warn("talk over", "agent", id, "err", err)
	}
}

// nextSignOut is the Next of an agent whom a supervisor signs out during a
// call.
const nextSignOut = "@sign_out"

func (f *floor) finishWrapUp(a Agent, now time.Time) {
	act, reason := ActWrapUpEnd, ""
	if a.Next == nextSignOut {
		act = ActSignOut
	} else if a.Next != "" {
		act, reason = ActNotReady, a.Next
	} else if !a.Online {
		act = ActPhoneLost
	}
	f.endWork(a.ID, act, reason, now)
}

// endWork takes an agent out of wrap-up.
func (f *floor) endWork(id AgentID, act AgentAct, reason string, now time.Time) {
	if began, ok := f.busy[id]; ok {
		f.took(f.agents[id].Queue, now.Sub(began))
		delete(f.busy, id)
	}
	err := f.move(id, act, reason, now, func(a *Agent) {
		a.Call, a.Queue, a.Next, a.WrapUpUntil = "", "", "", time.Time{}
	})
	if err != nil {
		f.log.Warn("end wrap-up", "agent", id, "err", err)
	}
}

// applyNext makes a break that was asked for during an offer come true.
func (f *floor) applyNext(id AgentID, now time.Time) {
	if a := f.agents[id]; a.Next == nextSignOut && a.State == Ready {
		_ = f.move(id, ActSignOut, "", now, func(a *Agent) { a.Next = "" })
	} else if a.Next != "" && a.State == Ready {
		_ = f.move(id, ActNotReady, a.Next, now, func(a *Agent) { a.Next = "" })
	}
}

// phone is told that a phone became reachable or not.
func (f *floor) phone(id pbx.PhoneID, online bool, now time.Time) {
	for _, a := range f.agents {
		if a.Phone != id || a.Online == online || a.State == SignedOut {
			continue
		}
		f.phoneOf(a, online, now)
	}
}

func (f *floor) phoneOf(a Agent, online bool, now time.Time) {
	was := a
	a.Online = online
	a.Rev++
	switch {
	case a.State == Talking && a.Browser && !online:
		f.e.tell(a.Call, PhoneGone{Agent: a.ID, For: vanishPatience})
	case a.State == Talking && online:
		f.e.tell(a.Call, PhoneBack{Agent: a.ID})
	case online && a.State == Offline:
		if moved, err := a.Move(ActPhoneBack, "", now); err == nil {
			a = moved
		}
		if a.Reason == "" && now.Sub(was.Since) < phoneBackWithin {
			a, _ = a.Move(ActReady, "", now)
		} else if a.Reason == "" {
			a.Reason = ReasonUnreachable
		}
	case !online && (a.State == Ready || a.State == NotReady):
		a, _ = a.Move(ActPhoneLost, was.Reason, now)
	}
	f.put(was, a, now)
}

// settle compares the agents an earlier engine left with the calls that are
// really there.
func (f *floor) settle(held func(AgentID, CallID) bool, phones map[pbx.PhoneID]bool, now time.Time) {
	for _, a := range f.agents {
		if a.Call != "" && !held(a.ID, a.Call) {
			switch a.State {
			case Talking:
				f.talkOver(a.ID, a.Call, now)
			case RingingAt:
				_ = f.move(a.ID, ActRelease, "", now, func(a *Agent) { a.Call, a.Queue, a.Token = "", "", 0 })
			}
		}
		if a = f.agents[a.ID]; a.State != SignedOut && a.Phone != "" {
			if online := phones[a.Phone]; online != a.Online {
				f.phoneOf(a, online, now)
			}
		}
	}
	for call, p := range f.waiting {
		if !f.e.leads(call) {
			f.quit(p.Queue, call, now)
			f.e.metrics.drift.WithLabelValues("waiting").Inc()
		}
	}
	for call, o := range f.offers {
		if !held(o.Agent, call) {
			delete(f.offers, call)
			f.onLive("close offer", now, func(ctx context.Context) error {
				return f.e.live.CloseOffer(ctx, f.id, call, o.Token)
			})
			f.e.metrics.drift.WithLabelValues("offer").Inc()
		}
	}
}
