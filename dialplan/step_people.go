package dialplan

import (
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// message records what the caller has to say.
type message struct {
	idle
	prompt    prompt
	max, min  time.Duration
	next      target
	otherwise target
}

func (s *message) enter(w *walk) { w.sound(question) }

func (s *message) played(w *walk) {
	w.answer()
	w.p.Phase = Handed
	w.do(TakeMessage{Max: s.max, Min: s.min})
}

func (s *message) handed(w *walk, in Input) {
	switch in.(type) {
	case Recorded:
		w.to(s.next.name)
	case Failed:
		w.failed(s.otherwise)
	}
}

func (s *message) prompts() map[part]prompt { return map[part]prompt{question: s.prompt} }

func (s *message) edges() []edge {
	out := []edge{{to: s.next, input: true, people: true}}
	if s.otherwise.name != "" {
		out = append(out, edge{to: s.otherwise})
	}
	return out
}

// served leads a caller on after a talk, which can be rated anew.
func (w *walk) served(then target) {
	w.p.Rated = 0
	w.to(then.name)
}

// failed leads a caller on whom nobody could take.
func (w *walk) failed(otherwise target) {
	if otherwise.name == "" {
		w.hangUp(pbx.Failed)
		return
	}
	w.to(otherwise.name)
}

func handOver(then, otherwise target) []edge {
	var out []edge
	if then.name != "" {
		out = append(out, edge{to: then, input: true, people: true})
	}
	if otherwise.name != "" {
		out = append(out, edge{to: otherwise})
	}
	return out
}
