package dialplan

import (
	"slices"
	"strings"
)

// check looks at the flow as a whole: where its steps lead.
func (r *reader) check(flow *Flow, start target) {
	sound := r.targets(flow, start)
	r.collected(flow)
	if !sound { // the rest would only repeat what is wrong already
		return
	}
	r.unreachable(flow, start.name)
	r.circles(flow)
	r.menuLevels(flow)
	r.earlyRatings(flow, start.name)
	r.earlyCallbacks(flow, start.name)
}

// targets sees that every step that is led to exists. It reports whether the
// flow can be walked.
func (r *reader) targets(flow *Flow, start target) bool {
	sound := true
	see := func(t target) {
		if t.name == "" {
			sound = false // reported as a dead end
		} else if _, ok := flow.steps[t.name]; !ok {
			sound = false
			r.fail(t.at, "there is no step %q", clip(t.name))
		}
	}
	r.step = ""
	see(start)
	for _, n := range flow.order {
		r.step = n.name
		if n.step == nil {
			sound = false
			continue
		}
		for _, e := range n.step.edges() {
			see(e.to)
		}
	}
	r.step = ""
	return sound
}

// collected sees that conditions ask only for numbers some step collects.
func (r *reader) collected(flow *Flow) {
	known := map[string]bool{}
	for _, n := range flow.order {
		if d, ok := n.step.(*digits); ok {
			if known[d.into] {
				r.step = n.name
				r.fail(n.at, "another step collects into %q already", d.into)
			}
			known[d.into] = true
		}
	}
	for _, n := range flow.order {
		b, ok := n.step.(*branch)
		if !ok {
			continue
		}
		r.step = n.name
		for _, c := range b.cases {
			for _, name := range c.when.digits {
				if !known[name] {
					r.fail(c.at, "no step collects digits into %q", clip(name))
				}
			}
		}
	}
	r.step = ""
}

// reach returns the steps that can be come to from some steps, these included.
func (f *Flow) reach(from []string, along func(edge) bool) map[string]bool {
	seen := map[string]bool{}
	for len(from) > 0 {
		name := from[len(from)-1]
		from = from[:len(from)-1]
		if seen[name] {
			continue
		}
		seen[name] = true
		for _, e := range f.steps[name].step.edges() {
			if along(e) {
				from = append(from, e.to.name)
			}
		}
	}
	return seen
}

func always(edge) bool         { return true }
func withoutInput(e edge) bool { return !e.input }
func beforePeople(e edge) bool { return !e.people }
func beforeLine(e edge) bool   { return !e.line }

func (r *reader) unreachable(flow *Flow, start string) {
	seen := flow.reach([]string{start}, always)
	for _, n := range flow.order {
		if !seen[n.name] {
			r.step = n.name
			r.fail(n.at, "no step leads here")
		}
	}
	r.step = ""
}

// circles finds ways round on which nobody does anything: a silent caller
// would walk there for ever.
func (r *reader) circles(flow *Flow) {
	told := map[string]bool{}
	for _, n := range flow.order {
		if told[n.name] {
			continue
		}
		way := flow.wayRound(n.name)
		if way == nil {
			continue
		}
		for _, name := range way {
			told[name] = true
		}
		r.step = n.name
		r.fail(n.at, "loop without input: %s", strings.Join(append(way, n.name), " > "))
	}
	r.step = ""
}

// wayRound is the shortest way from a step back to itself without input, or
// nil.
func (f *Flow) wayRound(home string) []string {
	from := map[string]string{}
	line := []string{home}
	for len(line) > 0 {
		name := line[0]
		line = line[1:]
		for _, e := range f.steps[name].step.edges() {
			if !withoutInput(e) {
				continue
			}
			if e.to.name == home {
				way := []string{name}
				for way[0] != home {
					way = slices.Insert(way, 0, from[way[0]])
				}
				return way
			}
			if _, seen := from[e.to.name]; !seen {
				from[e.to.name] = name
				line = append(line, e.to.name)
			}
		}
	}
	return nil
}

// menuLevels allows one menu on the way to people; the same one may be heard
// again.
func (r *reader) menuLevels(flow *Flow) {
	for _, n := range flow.order {
		if _, ok := n.step.(*menu); !ok {
			continue
		}
		seen := flow.reach([]string{n.name}, beforePeople)
		for _, other := range flow.order {
			if _, ok := other.step.(*menu); ok && other != n && seen[other.name] {
				r.step = other.name
				r.fail(other.at, "second menu level before people: it follows menu %q", n.name)
			}
		}
	}
	r.step = ""
}

// earlyRatings refuses a rating that a caller could reach unserved.
func (r *reader) earlyRatings(flow *Flow, start string) {
	seen := flow.reach([]string{start}, beforePeople)
	for _, n := range flow.order {
		if _, ok := n.step.(*rate); ok && seen[n.name] {
			r.step = n.name
			r.fail(n.at, "a rating is asked before anybody has served the caller")
		}
	}
	r.step = ""
}

// earlyCallbacks refuses a callback that a caller could reach who has no place
// in a line to keep.
func (r *reader) earlyCallbacks(flow *Flow, start string) {
	seen := flow.reach([]string{start}, beforeLine)
	for _, n := range flow.order {
		if _, ok := n.step.(*callback); ok && seen[n.name] {
			r.step = n.name
			r.fail(n.at, "a callback is offered before the caller has a place in a line")
		}
	}
	r.step = ""
}
