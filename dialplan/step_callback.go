package dialplan

import (
	"strings"
	"time"
)

// callback books that a waiting caller is called back, at the number it calls
// from or at another one it types:
//
//	night ─► offer ──1──────────────► booked ─► next
//	   └──┐    └2─► typing ─#─► confirm ─1─┘
//	      └──────────►└────◄────2─┘
//
// In the night the caller hears first that the call comes in the morning. Who
// hides the number, or has one that nobody can be reached at, is asked for
// one. The star key, and silence, lead back to the line. Position.Typed holds
// the number.
type callback struct {
	idle
	quiet     Quiet
	timeout   time.Duration
	tries     int
	next      target
	otherwise target
	back      target
}

// The sounds of a callback. One that is said again after a wrong key or
// number ends in again.
const (
	night   part = "night"
	own     part = "own"
	typing  part = "typing"
	confirm part = "confirm"

	again = "_again"
)

func (s *callback) enter(w *walk) {
	if w.p.Phase == Handed { // resumed: it may not have been booked
		s.book(w, w.p.Typed)
		return
	}
	if s.quiet.Holds(w.facts.Now) {
		s.ask(w, night)
		return
	}
	s.ask(w, s.first(w))
}

// first is what the caller is asked first.
func (s *callback) first(w *walk) part {
	if _, ok := w.ownNumber(); ok {
		return own
	}
	return typing
}

// stage is the question that is being asked.
func (s *callback) stage(w *walk) part {
	switch stage := part(strings.TrimSuffix(string(w.p.Part), again)); stage {
	case own, typing, confirm:
		return stage
	}
	return s.first(w)
}

func (s *callback) ask(w *walk, which part) {
	w.p.Said = 0
	s.say(w, which)
}

func (s *callback) say(w *walk, which part) {
	if w.speak(which, s.heard(w, which)) {
		return
	}
	if which == night {
		s.ask(w, s.first(w))
		return
	}
	w.p.Phase = Awaiting
	w.do(Await{For: s.timeout})
}

func (s *callback) played(w *walk) {
	w.p.Said++
	s.say(w, w.p.Part)
}

func (s *callback) pressed(w *walk, key byte) {
	stage := s.stage(w)
	w.stop()
	w.p.Part, w.p.Said = stage, 0
	switch {
	case key == '*':
		if stage != typing {
			w.p.chose(string(key))
		}
		w.to(s.back.name)
	case stage == typing:
		s.typed(w, key)
	case stage == own && key == '1':
		number, _ := w.ownNumber()
		w.p.chose(string(key))
		s.book(w, number)
	case stage == own && key == '2':
		w.p.chose(string(key))
		s.ask(w, typing)
	case stage == confirm && key == '1':
		s.book(w, w.p.Typed)
	case stage == confirm && key == '2':
		w.p.Typed = ""
		s.ask(w, typing)
	default:
		s.fruitless(w, stage+again)
	}
}

// maxTyped is 0086, 0 and a mobile number.
const maxTyped = 16

func (s *callback) typed(w *walk, key byte) {
	if key == '#' {
		s.finish(w)
		return
	}
	if w.p.Typed += string(key); len(w.p.Typed) >= maxTyped {
		s.finish(w)
		return
	}
	w.p.Phase = Awaiting
	w.answer()
	w.do(Await{For: s.timeout})
}

// finish reads the number back, or asks for another.
func (s *callback) finish(w *walk) {
	number, ok := CallbackNumber(w.p.Typed)
	if !ok {
		w.p.Typed = ""
		s.fruitless(w, typing+again)
		return
	}
	w.p.Typed = number
	s.ask(w, confirm)
}

func (s *callback) silent(w *walk) {
	stage := s.stage(w)
	if stage == typing && w.p.Typed != "" {
		s.finish(w)
		return
	}
	s.fruitless(w, stage)
}

// fruitless asks again, as often as the flow allows; then the caller waits on.
func (s *callback) fruitless(w *walk, which part) {
	if w.p.Tries++; w.p.Tries >= s.tries {
		w.to(s.back.name)
		return
	}
	s.ask(w, which)
}

func (s *callback) book(w *walk, number string) {
	if _, ok := CallbackNumber(number); !ok { // not of our making
		w.to(s.otherwise.name)
		return
	}
	w.p.Typed, w.p.Phase = number, Handed
	a := Callback{Number: number, Quiet: s.quiet}
	if now := w.facts.Now; s.quiet.Holds(now) {
		a.NotBefore = s.quiet.Ends(now)
	}
	w.do(a)
}

func (s *callback) handed(w *walk, in Input) {
	switch in.(type) {
	case Served:
		w.to(s.next.name)
	case Failed:
		w.failed(s.otherwise)
	}
}

func (s *callback) edges() []edge {
	return []edge{{to: s.next, input: true}, {to: s.otherwise}, {to: s.back}}
}
