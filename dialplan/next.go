package dialplan

import (
	"maps"

	"github.com/yihaotong/yihaotong/pbx"
)

// maxHops bounds the steps walked for one input. Parse refuses every flow that
// could walk in a circle, so this is a second lock.
const maxHops = 1000

// walk is one Next under way.
type walk struct {
	flow    *Flow
	p       Position
	facts   Facts
	here    *node
	actions []Action
	hops    int
	key     byte // pressed during a sound and not used yet
	unheard bool // the sound that ended could not be made
}

// Next tells what follows when in happens to a caller at p. It is total: any
// input in any position is legal, and one that nobody asked for changes
// nothing. The given position is not modified.
func (f *Flow) Next(p Position, in Input, facts Facts) (Position, []Action) {
	if f.quiet != nil {
		facts.Night = f.quiet.Holds(facts.Now)
	}
	w := &walk{flow: f, p: p, facts: facts}
	if p.Over() {
		return p, nil
	}
	if _, left := in.(Left); left {
		w.p.Phase = Over
		return w.p, nil
	}
	if !p.Begun() {
		if _, begin := in.(Begin); begin {
			w.to(f.start.name)
		}
		return w.p, w.actions
	}
	here, known := f.steps[p.Step]
	if !known { // the flow was changed under the call
		w.to(f.refuge().name)
		return w.p, w.actions
	}
	w.here = here
	w.take(in)
	return w.p, w.actions
}

// take gives the input to the step, if the step waits for such a thing.
func (w *walk) take(in Input) {
	step, phase := w.here.step, w.p.Phase
	switch in := in.(type) {
	case Resume:
		if phase != Handed {
			w.p.Tries, w.p.Typed = 0, ""
		}
		step.enter(w)
	case Played:
		if phase == Sounding {
			step.played(w)
		}
	case PlayFailed:
		if phase == Sounding && !w.fallBack() {
			w.unheard = true
			step.played(w)
		}
	case Digit:
		switch {
		case !isKey(in.Key):
		case phase == Sounding, phase == Awaiting:
			step.pressed(w, in.Key)
		case phase == Handed:
			step.handed(w, in)
		}
	case Silence:
		if phase == Awaiting {
			step.silent(w)
		}
	case Served, Recorded, Failed, Overflowed:
		if phase == Handed {
			step.handed(w, in)
		}
	}
}

// refuge is where a caller goes whose step does not exist any more: to people
// if the flow knows any.
func (f *Flow) refuge() *node {
	for _, n := range f.order {
		if _, ok := n.step.(*enqueue); ok {
			return n
		}
	}
	return f.start
}

// to leads the caller to a step; the empty name ends the call.
func (w *walk) to(name string) {
	next, ok := w.flow.steps[name]
	if w.hops++; !ok || w.hops > maxHops {
		cause := pbx.Normal
		if ok {
			cause = pbx.Failed
		}
		w.hangUp(cause)
		return
	}
	w.here = next
	w.p.Step, w.p.Phase, w.p.Part = name, Awaiting, ""
	w.p.Fallback, w.p.Said, w.p.Tries, w.p.Typed = false, 0, 0, ""
	w.p.walked(name)
	next.step.enter(w)
}

// chose leads on because the caller pressed a key.
func (w *walk) chose(key, name string) {
	w.p.chose(key)
	w.to(name)
}

func (w *walk) do(a Action) { w.actions = append(w.actions, a) }

// answer picks the call up if that has not been done.
func (w *walk) answer() {
	if !w.p.Answered {
		w.p.Answered = true
		w.do(Answer{})
	}
}

func (w *walk) language() string {
	switch {
	case w.p.Language != "":
		return w.p.Language
	case w.facts.Language != "":
		return w.facts.Language
	}
	return DefaultLanguage
}

// sound makes one of the step's prompts heard. An empty one is passed over.
func (w *walk) sound(which part) {
	pr := w.here.step.prompts()[which]
	w.p.Part, w.p.Fallback = which, false
	if pr.empty() {
		w.here.step.played(w)
		return
	}
	w.key = 0
	w.answer()
	w.p.Phase = Sounding
	if pr.file != "" {
		w.do(PlayFile{Name: pr.file, Interruptible: pr.interrupt})
		return
	}
	w.say(pr)
}

func (w *walk) say(pr prompt) {
	t, _ := pr.in(w.language())
	w.do(Say{Text: t.words, Language: t.language, Interruptible: pr.interrupt})
}

// speak makes the sentence heard that is the caller's turn, of a sound that
// has several; false if all have been heard. A key ends them.
func (w *walk) speak(which part, sentences []text) bool {
	w.p.Part, w.p.Fallback = which, false
	if w.p.Said < 0 || w.p.Said >= len(sentences) {
		w.p.Said = 0
		return false
	}
	w.answer()
	w.p.Phase = Sounding
	t := sentences[w.p.Said]
	w.do(Say{Text: t.words, Language: t.language, Interruptible: true})
	return true
}

// fallBack speaks the text of a prompt whose recording could not be played.
func (w *walk) fallBack() bool {
	pr := w.here.step.prompts()[w.p.Part]
	if w.p.Fallback || pr.file == "" || len(pr.texts) == 0 {
		return false
	}
	w.p.Fallback = true
	w.say(pr)
	return true
}

// stop ends the sound that plays, if one does.
func (w *walk) stop() {
	if w.p.Phase == Sounding {
		w.do(Stop{})
		w.p.Phase = Awaiting
	}
}

// keep remembers a key that ended a sound, so that the question that follows
// takes it as its answer: callers who know the menu type ahead.
func (w *walk) keep(key byte) { w.key = key }

// typedAhead returns the remembered key, if there is one.
func (w *walk) typedAhead() (byte, bool) {
	key := w.key
	w.key = 0
	return key, key != 0
}

// ask plays the question, unless the caller has answered it already.
func (w *walk) ask() {
	if key, ok := w.typedAhead(); ok {
		w.here.step.pressed(w, key)
		return
	}
	w.sound(question)
}

// collected keeps what a digits step has brought.
func (w *walk) collected(name, value string) {
	digits := maps.Clone(w.p.Digits)
	if digits == nil {
		digits = map[string]string{}
	}
	digits[name] = value
	w.p.Digits = digits
}

func (w *walk) hangUp(cause pbx.Cause) {
	w.p.Phase = Over
	w.do(HangUp{Cause: cause})
}

// isKey reports whether a key is on every telephone.
func isKey(key byte) bool {
	return key >= '0' && key <= '9' || key == '*' || key == '#'
}
