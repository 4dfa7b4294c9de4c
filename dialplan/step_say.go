package dialplan

import "github.com/yihaotong/yihaotong/pbx"

// say makes a prompt heard and goes on. Kinds say and play.
type say struct {
	idle
	prompt prompt
	next   target
}

func (s *say) enter(w *walk)            { w.sound(question) }
func (s *say) played(w *walk)           { w.to(s.next.name) }
func (s *say) prompts() map[part]prompt { return map[part]prompt{question: s.prompt} }
func (s *say) edges() []edge            { return []edge{{to: s.next}} }

func (s *say) pressed(w *walk, key byte) {
	if !s.prompt.interrupt {
		return
	}
	w.stop()
	w.keep(key)
	w.to(s.next.name)
}

// hangup says a last word, if it has one, and ends the call.
type hangup struct {
	idle
	prompt prompt
	cause  pbx.Cause
}

func (s *hangup) enter(w *walk)            { w.sound(question) }
func (s *hangup) played(w *walk)           { w.hangUp(s.cause) }
func (s *hangup) prompts() map[part]prompt { return map[part]prompt{question: s.prompt} }
func (s *hangup) edges() []edge            { return nil }

// language changes the language the caller hears from here on.
type language struct {
	idle
	language string
	next     target
}

func (s *language) enter(w *walk) {
	w.p.Language = s.language
	w.do(SetLanguage{Language: s.language})
	w.to(s.next.name)
}

func (s *language) edges() []edge { return []edge{{to: s.next}} }

// branch goes the way of the first case that holds.
type branch struct {
	idle
	cases     []branchCase
	otherwise target
}

type branchCase struct {
	when condition
	at   place
	next target
}

func (s *branch) enter(w *walk) {
	for _, c := range s.cases {
		if c.when.holds(w) {
			w.to(c.next.name)
			return
		}
	}
	w.to(s.otherwise.name)
}

func (s *branch) edges() []edge {
	var out []edge
	for _, c := range s.cases {
		out = append(out, edge{to: c.next})
	}
	return append(out, edge{to: s.otherwise})
}
