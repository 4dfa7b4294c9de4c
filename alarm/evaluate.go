package alarm

import (
	"cmp"
	"slices"
	"time"
)

// Phase is how far a rule's subject has come. See the diagram in doc.go.
type Phase string

// The phases.
const (
	Calm   Phase = "calm"
	Rising Phase = "rising"
	Open   Phase = "open"
	Easing Phase = "easing"
)

// Key names what a rule watches: one of its subjects.
type Key struct{ Rule, Subject string }

// Condition is where a rule's subject stands. Calm ones are not kept.
type Condition struct {
	Phase Phase
	Since time.Time // in the phase
	Begun time.Time // when it went wrong
	Worst float64   // since then
}

// State is where all rules of a site stand.
type State map[Key]Condition

// Why an episode has ended.
type Why string

// The reasons.
const (
	Cleared Why = "cleared" // it is right again
	Gone    Why = "gone"    // the queue or trunk is no more
	Dropped Why = "dropped" // the rule is no more, or was changed to watch something else
)

// Change is an episode that begins or ends.
type Change struct {
	Key   Key
	Rule  Rule    // of one that begins
	Name  string  // of the subject
	Value float64 // at the begin
	Begun time.Time

	Ended bool
	Why   Why     // of one that ends
	Worst float64 // while it lasted
}

// Evaluate compares a picture with the rules and returns the next state and
// what begins and ends by it, in the order of the rules. It changes nothing it
// was given.
func Evaluate(rules []Rule, p Picture, s State, now time.Time) (State, []Change) {
	next := State{}
	var changes []Change
	watched := map[Key]bool{}
	for _, r := range rules {
		t, known := trait(r.Kind)
		if !known || !r.Active {
			continue
		}
		readings, measured := p.read(r.Kind)
		if !measured {
			for key, c := range s {
				if key.Rule == r.ID {
					watched[key] = true
					keep(next, key, c.unmeasured(now))
				}
			}
			continue
		}
		for _, m := range readings {
			key := Key{r.ID, m.Subject}
			if !r.watches(m.Subject, rules) || watched[key] {
				continue
			}
			watched[key] = true
			c, change := s[key].step(r, t, m, p.at(now), now)
			keep(next, key, c)
			if change != nil {
				change.Key = key
				changes = append(changes, *change)
			}
		}
	}
	return next, append(changes, ended(rules, s, watched)...)
}

// watches reports whether a subject is the rule's: a rule for one queue or
// trunk takes the place of the one for all.
func (r Rule) watches(subject string, rules []Rule) bool {
	if r.Subject != "" {
		return r.Subject == subject
	}
	return subject == "" || !slices.ContainsFunc(rules, func(other Rule) bool {
		return other.Active && other.Kind == r.Kind && other.Subject == subject
	})
}

// at is a moment on the site's clock.
func (p Picture) at(now time.Time) time.Time {
	if p.Where == nil {
		return now
	}
	return now.In(p.Where)
}

// keep forgets who is calm.
func keep(s State, k Key, c Condition) {
	if c.Phase != Calm && c.Phase != "" {
		s[k] = c
	}
}

// step is the machine of one subject.
func (c Condition) step(r Rule, t Trait, m Reading, local, now time.Time) (Condition, *Change) {
	beyond, back := t.beyond(m.Value, r), t.back(m.Value, r)
	if c.Phase == "" {
		c.Phase = Calm
	}
	if c.Phase == Calm && beyond && !r.Quiet.holds(local) {
		c = Condition{Phase: Rising, Since: now, Begun: now, Worst: m.Value}
	}
	c.Worst = t.worse(c.Worst, m.Value)
	switch {
	case c.Phase == Rising && (!beyond || r.Quiet.holds(local)):
		return Condition{Phase: Calm}, nil
	case c.Phase == Rising && now.Sub(c.Since) >= r.Hold:
		c.Phase, c.Since = Open, now
		return c, &Change{Rule: r, Name: m.Name, Value: m.Value, Begun: c.Begun}
	case c.Phase == Open && back:
		c.Phase, c.Since = Easing, now
	case c.Phase == Easing && !back:
		c.Phase, c.Since = Open, now
	}
	if c.Phase == Easing && now.Sub(c.Since) >= r.Settle {
		return Condition{Phase: Calm}, &Change{Ended: true, Why: Cleared, Worst: c.Worst, Begun: c.Begun}
	}
	return c, nil
}

// unmeasured is what becomes of a condition that cannot be judged now.
func (c Condition) unmeasured(now time.Time) Condition {
	switch c.Phase {
	case Rising:
		return Condition{Phase: Calm}
	case Easing:
		c.Phase, c.Since = Open, now
	}
	return c
}

// ended ends the episodes of rules and subjects that are no more.
func ended(rules []Rule, s State, watched map[Key]bool) []Change {
	var changes []Change
	for key, c := range s {
		if watched[key] || c.Phase != Open && c.Phase != Easing {
			continue
		}
		why := Dropped
		if slices.ContainsFunc(rules, func(r Rule) bool {
			return r.ID == key.Rule && r.Active && r.watches(key.Subject, rules)
		}) {
			why = Gone
		}
		changes = append(changes, Change{Key: key, Ended: true, Why: why, Worst: c.Worst, Begun: c.Begun})
	}
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Key.Rule, b.Key.Rule), cmp.Compare(a.Key.Subject, b.Key.Subject))
	})
	return changes
}
