package dialplan

import "time"

// transfer connects the caller to an outside number: the first of several
// that answers. Position.Tries counts those that did not.
type transfer struct {
	idle
	prompt    prompt
	numbers   []string // its own, or
	to        []string // the codes of contacts
	referral  string   // the code of the service this refers to; it has the number if neither is given
	timeout   time.Duration
	then      target
	otherwise target
}

func (s *transfer) enter(w *walk) {
	if len(s.candidates(w.facts)) == 0 {
		w.failed(s.otherwise)
		return
	}
	w.sound(question)
}

func (s *transfer) played(w *walk) { s.dial(w) }

// dial asks for the number whose turn it is.
func (s *transfer) dial(w *walk) {
	all := s.candidates(w.facts)
	if w.p.Tries < 0 || w.p.Tries >= len(all) {
		w.failed(s.otherwise)
		return
	}
	w.answer()
	w.p.Phase = Handed
	w.do(all[w.p.Tries])
}

func (s *transfer) handed(w *walk, in Input) {
	switch in.(type) {
	case Served:
		w.served(s.then)
	case Failed:
		w.p.Tries++
		s.dial(w)
	}
}

// candidates are the numbers to try, in order; none if the site does not have
// what the flow names.
func (s *transfer) candidates(facts Facts) []Transfer {
	if _, known := facts.Contacts[s.referral]; !known && s.referral != "" {
		return nil
	}
	var out []Transfer
	for _, number := range s.numbers {
		out = append(out, Transfer{Number: number, For: s.timeout, Referral: s.referral})
	}
	codes := s.to
	if len(s.numbers) == 0 && len(s.to) == 0 {
		codes = []string{s.referral}
	}
	for _, code := range codes {
		if c, known := facts.Contacts[code]; known && c.connects() {
			out = append(out, Transfer{Number: c.Number, For: s.timeout, To: code, Referral: s.referral})
		}
	}
	return out
}

// connects reports whether callers may be led to a contact.
func (c Contact) connects() bool { return c.Transfer && dialShape.MatchString(c.Number) }

func (s *transfer) prompts() map[part]prompt { return map[part]prompt{question: s.prompt} }
func (s *transfer) edges() []edge            { return handOver(s.then, s.otherwise) }
