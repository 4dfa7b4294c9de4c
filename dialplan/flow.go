package dialplan

import "slices"

// Flow is a checked flow: see Parse. It is immutable and may be used by any
// number of calls at once.
type Flow struct {
	Name  string
	Title string // for people

	quiet *Quiet // its own hours of the night; nil: the site's
	start *node
	steps map[string]*node
	order []*node // as in the file
}

// node is a step with its name and the place it was read from.
type node struct {
	name  string
	at    place
	kind  string
	title []text // for people who read of the call; none: not worth telling
	step  step
}

// step is what the kinds of step have in common.
type step interface {
	// enter is called when the caller comes to the step, and on Resume.
	enter(w *walk)
	// played is called when a sound of the step has been heard.
	played(w *walk)
	// pressed is called for a key, while Sounding or Awaiting.
	pressed(w *walk, key byte)
	// silent is called when the time of Await is over.
	silent(w *walk)
	// handed is called for Served, Recorded, Failed, Overflowed and keys,
	// while Handed.
	handed(w *walk, in Input)
	// prompts lists what the step can make heard.
	prompts() map[part]prompt
	// edges lists where it may lead.
	edges() []edge
}

// part names one of the sounds of a step.
type part string

const (
	question part = "text"    // the main one
	wrong    part = "invalid" // said after a key that means nothing
	thanks   part = "thanks"  // said after a rating
)

// edge is one way out of a step.
type edge struct {
	to     target
	input  bool // taken only after the caller or a person did something
	people bool // taken only after a person, or the recorder, had the caller
	line   bool // taken only after the caller has had a place in a line
}

// target is a step named in the file.
type target struct {
	name string
	at   place
}

// idle is embedded by steps for what they do not react to.
type idle struct{}

func (idle) played(*walk)             {}
func (idle) pressed(*walk, byte)      {}
func (idle) silent(*walk)             {}
func (idle) handed(*walk, Input)      {}
func (idle) prompts() map[part]prompt { return nil }

// parts are the sounds of a prompted step, in the order they are listed.
var parts = []part{question, wrong, thanks}

// Texts lists every fixed text of the flow once, in the order of the file, so
// that speech for them can be made before the first caller needs it. What is
// put together of numbers comes last: the digits of telephone numbers, and
// the announcements to the first few callers in line.
func (f *Flow) Texts() []string {
	var texts []string
	add := func(words string) {
		if !slices.Contains(texts, words) {
			texts = append(texts, words)
		}
	}
	for _, n := range f.order {
		prompts := n.step.prompts()
		for _, p := range parts {
			for _, t := range prompts[p].texts {
				add(t.words)
			}
		}
	}
	for _, n := range f.order {
		if s, ok := n.step.(composed); ok {
			for _, words := range s.sentences() {
				add(words)
			}
		}
	}
	return texts
}

// composed is a step that puts sentences together while the caller is there.
type composed interface {
	// sentences lists the pieces that can be known before.
	sentences() []string
}

// Recordings lists the names of the uploaded recordings the flow asks for.
func (f *Flow) Recordings() []string {
	return f.named(func(s step) (names []string) {
		prompts := s.prompts()
		for _, p := range parts {
			names = append(names, prompts[p].file)
		}
		return names
	})
}

// Queues lists the queues the flow leads to, so that the caller of Parse can
// see that they exist.
func (f *Flow) Queues() []string {
	return f.named(func(s step) []string {
		if q, ok := s.(*enqueue); ok {
			return []string{q.action.Queue}
		}
		return nil
	})
}

// Contacts lists the codes of the contacts the flow names. A caller comes to
// a step's `otherwise` where the site does not have them.
func (f *Flow) Contacts() []string {
	return f.named(func(s step) []string {
		switch s := s.(type) {
		case *transfer:
			return append(slices.Clone(s.to), s.referral)
		case *refer:
			return []string{s.code}
		}
		return nil
	})
}

// named collects names from the steps in the order of the file, each once.
func (f *Flow) named(of func(step) []string) []string {
	var names []string
	for _, n := range f.order {
		for _, name := range of(n.step) {
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
