package dialplan

import "slices"

// Flow is a checked flow: see Parse. It is immutable and may be used by any
// number of calls at once.
type Flow struct {
	Name  string
	Title string // for people

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
	// handed is called for Served, Recorded and Failed, while Handed.
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

// Texts lists every fixed text of the flow once, in the order of the file, so
// that speech for them can be made before the first caller needs it.
func (f *Flow) Texts() []string {
	var texts []string
	for _, n := range f.order {
		prompts := n.step.prompts()
		for _, p := range []part{question, wrong, thanks} {
			for _, t := range prompts[p].texts {
				if !slices.Contains(texts, t.words) {
					texts = append(texts, t.words)
				}
			}
		}
	}
	return texts
}

// Recordings lists the names of the uploaded recordings the flow asks for.
func (f *Flow) Recordings() []string {
	var names []string
	for _, n := range f.order {
		prompts := n.step.prompts()
		for _, p := range []part{question, wrong, thanks} {
			if name := prompts[p].file; name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// Queues lists the queues the flow leads to, so that the caller of Parse can
// see that they exist.
func (f *Flow) Queues() []string {
	var names []string
	for _, n := range f.order {
		if q, ok := n.step.(*enqueue); ok && !slices.Contains(names, q.action.Queue) {
			names = append(names, q.action.Queue)
		}
	}
	return names
}
