package dialplan

import "time"

// enqueue puts the caller in line for a person. Without `then` the call ends
// with the talk. A key, or a wait that is too long, may lead out of the line.
type enqueue struct {
	idle
	action    Enqueue // Language, Hint and Priority are filled in for each caller
	vip       int     // more priority for a VIP
	hint      []text
	keys      []option
	overflow  target // the wait takes too long, or would
	unstaffed target // nobody is signed in
	then      target
	otherwise target
}

func (s *enqueue) enter(w *walk) {
	w.answer()
	w.p.Phase = Handed
	a := s.action
	a.Language = w.language()
	if w.facts.VIP {
		a.Priority += s.vip
	}
	hint, _ := wordingIn(s.hint, a.Language)
	a.Hint = hint.words
	w.do(a)
}

func (s *enqueue) handed(w *walk, in Input) {
	switch in := in.(type) {
	case Served:
		w.served(s.then)
	case Failed:
		w.failed(s.otherwise)
	case Digit:
		for _, o := range s.keys {
			if o.key == in.Key {
				w.p.chose(string(in.Key))
				s.leave(w, o.next)
				return
			}
		}
	case Overflowed:
		to := s.overflow
		if in.Reason == OverUnstaffed {
			to = s.unstaffed
		}
		s.leave(w, to)
	}
}

// leave takes the caller out of the line, if the flow knows where to.
func (s *enqueue) leave(w *walk, to target) {
	if to.name == "" {
		return
	}
	w.do(LeaveLine{})
	w.to(to.name)
}

func (s *enqueue) edges() []edge {
	out := handOver(s.then, s.otherwise)
	if s.then.name != "" {
		out[0].line = true
	}
	for _, o := range s.keys {
		out = append(out, edge{to: o.next, input: true, line: true})
	}
	// A wait that ends by itself asks nobody for anything: leading back here
	// would be a circle.
	for _, to := range []target{s.overflow, s.unstaffed} {
		if to.name != "" {
			out = append(out, edge{to: to, line: true})
		}
	}
	return out
}

// spokenAhead is for how many callers in line announcements with a hint are
// made beforehand.
const spokenAhead = 10

// sentences are the usual announcements with the hint, in the language most
// callers hear.
func (s *enqueue) sentences() []string {
	if len(s.hint) == 0 {
		return nil
	}
	hint, _ := wordingIn(s.hint, DefaultLanguage)
	var out []string
	for ahead := range spokenAhead {
		out = append(out, joined(Announcement(ahead, time.Duration(ahead+1)*time.Minute, DefaultLanguage), hint.words))
	}
	return out
}
