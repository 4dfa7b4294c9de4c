package dialplan

import "time"

// menu asks for one key.
type menu struct {
	idle
	prompt    prompt
	invalid   prompt
	options   []option
	timeout   time.Duration
	tries     int
	otherwise target
}

type option struct {
	key  byte
	next target
}

func (s *menu) enter(w *walk) { w.ask() }

func (s *menu) played(w *walk) {
	if w.p.Part == wrong {
		w.sound(question)
		return
	}
	w.p.Phase = Awaiting
	w.do(Await{For: s.timeout})
}

func (s *menu) pressed(w *walk, key byte) {
	w.stop()
	for _, o := range s.options {
		if o.key == key {
			w.chose(string(key), o.next.name)
			return
		}
	}
	s.fruitless(w, wrong)
}

func (s *menu) silent(w *walk) { s.fruitless(w, question) }

// fruitless asks again, as often as the flow allows.
func (s *menu) fruitless(w *walk, say part) {
	if w.p.Tries++; w.p.Tries >= s.tries {
		w.to(s.otherwise.name)
		return
	}
	w.sound(say)
}

func (s *menu) prompts() map[part]prompt {
	return map[part]prompt{question: s.prompt, wrong: s.invalid}
}

func (s *menu) edges() []edge {
	var out []edge
	for _, o := range s.options {
		out = append(out, edge{to: o.next, input: true})
	}
	return append(out, edge{to: s.otherwise})
}

// digits asks for a number of several keys.
type digits struct {
	idle
	prompt     prompt
	invalid    prompt
	into       string
	min, max   int
	terminator byte // 0: none, the number ends when it is full or silence falls
	timeout    time.Duration
	tries      int
	next       target
	otherwise  target
}

func (s *digits) enter(w *walk) { w.ask() }

func (s *digits) played(w *walk) {
	if w.p.Part == wrong {
		w.sound(question)
		return
	}
	w.p.Phase = Awaiting
	w.do(Await{For: s.timeout})
}

func (s *digits) pressed(w *walk, key byte) {
	w.stop()
	switch {
	case key == s.terminator:
		s.finish(w)
		return
	case key == '*': // begin again
		w.p.Typed = ""
	case key != '#':
		w.p.Typed += string(key)
	}
	if len(w.p.Typed) >= s.max {
		s.finish(w)
		return
	}
	w.p.Phase = Awaiting
	w.answer()
	w.do(Await{For: s.timeout})
}

func (s *digits) silent(w *walk) { s.finish(w) }

// finish takes the number if it is long enough, else asks again.
func (s *digits) finish(w *walk) {
	if typed := w.p.Typed; len(typed) >= s.min && len(typed) > 0 {
		w.collected(s.into, typed)
		w.to(s.next.name)
		return
	}
	w.p.Typed = ""
	if w.p.Tries++; w.p.Tries >= s.tries {
		w.to(s.otherwise.name)
		return
	}
	w.sound(wrong)
}

func (s *digits) prompts() map[part]prompt {
	return map[part]prompt{question: s.prompt, wrong: s.invalid}
}

func (s *digits) edges() []edge {
	return []edge{{to: s.next, input: true}, {to: s.otherwise}}
}

// rate asks how the caller liked the service.
type rate struct {
	idle
	prompt  prompt
	invalid prompt
	thanks  prompt
	scores  map[byte]int
	timeout time.Duration
	tries   int
	next    target
}

func (s *rate) enter(w *walk) {
	if w.p.Rated != 0 { // resumed after the rating was given
		w.to(s.next.name)
		return
	}
	w.ask()
}

func (s *rate) played(w *walk) {
	switch w.p.Part {
	case thanks:
		w.to(s.next.name)
	case wrong:
		w.sound(question)
	default:
		w.p.Phase = Awaiting
		w.do(Await{For: s.timeout})
	}
}

func (s *rate) pressed(w *walk, key byte) {
	if w.p.Part == thanks {
		return
	}
	w.stop()
	score, ok := s.scores[key]
	if !ok {
		s.fruitless(w, wrong)
		return
	}
	w.p.Rated = score
	w.p.chose(string(key))
	w.do(Rate{Score: score})
	w.sound(thanks)
}

func (s *rate) silent(w *walk) { s.fruitless(w, question) }

func (s *rate) fruitless(w *walk, say part) {
	if w.p.Tries++; w.p.Tries >= s.tries {
		w.to(s.next.name)
		return
	}
	w.sound(say)
}

func (s *rate) prompts() map[part]prompt {
	return map[part]prompt{question: s.prompt, wrong: s.invalid, thanks: s.thanks}
}

func (s *rate) edges() []edge { return []edge{{to: s.next}} }
