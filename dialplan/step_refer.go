package dialplan

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// refer tells the caller the number of another service, in the words of the
// site's contact list, and may offer to connect.
type refer struct {
	idle
	code      string
	key       byte // connects; 0: not offered
	wait      time.Duration
	ring      time.Duration
	next      target // told
	then      target // connected, and the talk is over
	otherwise target // the site does not know the service, or it does not answer
}

// offer is the sound after the words.
const offer part = "offer"

func (s *refer) enter(w *walk) {
	c, known := w.facts.Contacts[s.code]
	if !known {
		w.failed(s.otherwise)
		return
	}
	w.p.Said = 0
	w.speak(question, []text{referral(c, w.language())})
}

func (s *refer) played(w *walk) {
	if w.p.Part == offer {
		w.p.Phase = Awaiting
		w.do(Await{For: s.wait})
		return
	}
	if !w.unheard {
		w.do(Refer{Code: s.code})
	}
	if !s.offers(w) {
		w.to(s.next.name)
		return
	}
	w.p.Said = 0
	w.speak(offer, []text{s.offer(w.language())})
}

// pressed connects. Any other key has no meaning here, but may be the answer
// to what follows.
func (s *refer) pressed(w *walk, key byte) {
	w.stop()
	if key == s.key && s.offers(w) {
		w.p.chose(string(key))
		w.p.Phase = Handed
		w.do(Transfer{Number: w.facts.Contacts[s.code].Number, For: s.ring, To: s.code, Referral: s.code})
		return
	}
	w.keep(key)
	w.to(s.next.name)
}

func (s *refer) silent(w *walk) { w.to(s.next.name) }

func (s *refer) handed(w *walk, in Input) {
	switch in.(type) {
	case Served:
		w.served(s.then)
	case Failed:
		w.failed(s.otherwise)
	}
}

func (s *refer) offers(w *walk) bool { return s.key != 0 && w.facts.Contacts[s.code].connects() }

func (s *refer) offer(language string) text {
	if language == "en" {
		return text{"en", fmt.Sprintf("To be connected, press %c.", s.key)}
	}
	return text{DefaultLanguage, fmt.Sprintf("如需转接请按%c。", s.key)}
}

func (s *refer) sentences() []string {
	if s.key == 0 {
		return nil
	}
	return []string{s.offer("zh").words, s.offer("en").words}
}

func (s *refer) edges() []edge { return append(handOver(s.then, s.otherwise), edge{to: s.next}) }

// referral words where the caller should turn. The list has its words in
// Chinese, so others hear the number alone.
func referral(c Contact, language string) text {
	han := strings.ContainsFunc(c.Words, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	switch {
	case language == "en" && (han || c.Words == ""):
		return text{"en", "For this service please dial " + strings.Join(strings.Split(c.Number, ""), " ") + "."}
	case c.Words != "":
		return text{language, c.Words}
	}
	return text{DefaultLanguage, c.Name + "请拨打" + c.Number + "。"}
}
