package alarm

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres"
)

// retry reports whether saving may work later.
func retry(ctx context.Context, err error) bool { return ctx.Err() != nil || postgres.Away(err) }

// current returns what goes on, the newest first.
func (w *watch) current(now time.Time) ([]Episode, []Notice) {
	w.mu.Lock()
	defer w.mu.Unlock()
	open := make([]Episode, 0, len(w.open))
	for _, e := range w.open {
		open = append(open, e)
	}
	slices.SortFunc(open, func(a, b Episode) int {
		return cmp.Or(b.Opened.Compare(a.Opened), cmp.Compare(b.ID, a.ID))
	})
	notices := make([]Notice, 0, len(w.notices))
	for _, n := range w.notices {
		if n.holds(now) {
			notices = append(notices, n)
		}
	}
	return open, notices
}

// takeOver replaces what was known by what the database holds; what is not
// written down yet stays.
func (w *watch) takeOver(rules []Rule, stored []Episode, notices []Notice, now time.Time) {
	w.rules = rules
	open := map[Key]Episode{}
	for _, e := range stored {
		open[Key{e.Rule, e.Subject}] = e
	}
	if w.role == Leads {
		for _, e := range w.unsaved {
			key := Key{e.Rule, e.Subject}
			if e.Closed == nil {
				open[key] = e
			} else if open[key].ID == e.ID {
				delete(open, key)
			}
		}
	} else {
		w.unsaved = nil // another process has seen the same
	}
	w.state = align(w.state, open, now)
	w.mu.Lock()
	defer w.mu.Unlock()
	if reflect.DeepEqual(open, w.open) && reflect.DeepEqual(notices, w.notices) {
		return
	}
	w.open, w.notices = open, notices
	w.tell()
}

// align makes a state agree with the episodes that are open: what somebody
// else has ended begins anew, what somebody else has begun goes on.
func align(s State, open map[Key]Episode, now time.Time) State {
	next := State{}
	for key, c := range s {
		if _, is := open[key]; is || c.Phase == Rising {
			next[key] = c
		}
	}
	for key, e := range open {
		if c := next[key]; c.Phase != Open && c.Phase != Easing {
			next[key] = Condition{Phase: Open, Since: now, Begun: e.Begun, Worst: e.Worst}
		}
	}
	return next
}

// forget drops what only who evaluates needs.
func (w *watch) forget() {
	for key, c := range w.state {
		if c.Phase == Rising {
			delete(w.state, key)
		}
	}
}

// evaluate compares a picture with the rules and notes what begins and ends.
func (w *watch) evaluate(p Picture, now time.Time) {
	next, changes := Evaluate(w.rules, p, w.state, now)
	w.state = next
	if len(changes) == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ch := range changes {
		e := w.open[ch.Key]
		if ch.Ended {
			if e.ID == "" {
				continue
			}
			e.Closed, e.Why, e.Worst = &now, ch.Why, ch.Worst
			delete(w.open, ch.Key)
		} else {
			e = Episode{
				ID: id.New(), Site: w.site, Rule: ch.Rule.ID, Kind: ch.Rule.Kind, Severity: ch.Rule.Severity, Sound: ch.Rule.Sound,
				Subject: ch.Key.Subject, Name: ch.Name, Threshold: ch.Rule.Threshold, Value: ch.Value, Worst: ch.Value,
				Begun: ch.Begun, Opened: now,
			}
			w.open[ch.Key] = e
		}
		w.unsaved = append(w.unsaved, e)
	}
	w.tell()
}

// saved notes that the first of the unsaved is written down. When the database
// had another episode of the same, that one goes on.
func (w *watch) saved(e, there Episode) {
	w.unsaved = w.unsaved[1:]
	if there.ID == e.ID {
		return
	}
	for i := range w.unsaved {
		if w.unsaved[i].ID == e.ID {
			w.unsaved[i].ID = there.ID
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	key := Key{e.Rule, e.Subject}
	if w.open[key].ID == e.ID {
		w.open[key] = there
		w.tell()
	}
}

// tell wakes the listeners. The caller holds mu.
func (w *watch) tell() {
	for ch := range w.listeners {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}
