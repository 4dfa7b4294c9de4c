package dialplan

import (
	"cmp"
	"regexp"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"github.com/yihaotong/yihaotong/pbx"
)

// kinds are the kinds of step and how each is read.
var kinds = map[string]func(*reader, *object) step{
	"say":      (*reader).readSay,
	"play":     (*reader).readPlay,
	"menu":     (*reader).readMenu,
	"digits":   (*reader).readDigits,
	"branch":   (*reader).readBranch,
	"language": (*reader).readLanguage,
	"enqueue":  (*reader).readEnqueue,
	"callback": (*reader).readCallback,
	"transfer": (*reader).readTransfer,
	"refer":    (*reader).readRefer,
	"message":  (*reader).readMessage,
	"rate":     (*reader).readRate,
	"hangup":   (*reader).readHangup,
}

// readStep reads the body of one step; nil if its kind is unknown.
func (r *reader) readStep(o *object) (string, step) {
	kind := o.optionalText("do")
	read, ok := kinds[kind]
	if !ok {
		all := map[string]bool{}
		for k := range kinds {
			all[k] = true
		}
		if kind == "" {
			r.fail(o.where("do"), "`do` is missing: it says what the step does (%s)", known(all))
		} else {
			r.fail(o.where("do"), "unknown kind of step %q; known: %s", clip(kind), known(all))
		}
		return kind, nil
	}
	return kind, read(r, o)
}

func (r *reader) readSay(o *object) step {
	return &say{prompt: r.heard(o, o.truth("interrupt")), next: o.target("next")}
}

func (r *reader) readPlay(o *object) step {
	if _, ok := o.fields["file"]; !ok {
		r.fail(o.at, "missing prompt: a play step needs `file`, the name of a recording")
		o.taken["file"] = true
	}
	return &say{prompt: r.prompt(o, "text", "file", o.truth("interrupt")), next: o.target("next")}
}

func (r *reader) readHangup(o *object) step {
	s := &hangup{prompt: r.prompt(o, "text", "file", false)}
	causes := []pbx.Cause{pbx.Normal, pbx.Busy, pbx.Rejected, pbx.Congestion}
	s.cause = cmp.Or(pbx.Cause(o.optionalText("cause")), pbx.Normal)
	if !slices.Contains(causes, s.cause) {
		r.fail(o.where("cause"), "cause: %q is none of %v", clip(string(s.cause)), causes)
	}
	return s
}

var languageShape = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$`)

func (r *reader) readLanguage(o *object) step {
	s := &language{language: o.optionalText("language"), next: o.target("next")}
	if !languageShape.MatchString(s.language) {
		r.fail(o.where("language"), "language: %q is no language code such as zh or en", clip(s.language))
	}
	return s
}

func (r *reader) readMenu(o *object) step {
	s := &menu{
		prompt:    r.heard(o, true),
		invalid:   r.prompt(o, "invalid", "invalid_file", true),
		timeout:   o.duration("timeout", 5*time.Second, time.Second, time.Minute),
		tries:     o.number("tries", 2, 1, 9),
		otherwise: o.target("default"),
	}
	value, ok := o.take("options")
	if !ok {
		r.fail(o.at, "a menu needs `options`: key: step")
		return s
	}
	s.options = r.options(value)
	return s
}

// options reads keys and the steps they lead to.
func (r *reader) options(value ast.Node) []option {
	var out []option
	options := r.object(value)
	for _, f := range options.order {
		options.taken[f.key] = true
		key, ok := r.key(f)
		if to := options.target(f.key); ok {
			out = append(out, option{key: key, next: to})
		}
	}
	return out
}

// key reads the key of a telephone.
func (r *reader) key(f field) (byte, bool) {
	if len(f.key) != 1 || !isKey(f.key[0]) {
		r.fail(f.at, "%q is not a key of a telephone (0-9, *, #)", clip(f.key))
		return 0, false
	}
	return f.key[0], true
}

func (r *reader) readDigits(o *object) step {
	s := &digits{
		prompt:    r.heard(o, true),
		invalid:   r.prompt(o, "invalid", "invalid_file", true),
		into:      o.name("into"),
		min:       o.number("min", 1, 1, 32),
		max:       o.number("max", 32, 1, 32),
		timeout:   o.duration("timeout", 5*time.Second, time.Second, time.Minute),
		tries:     o.number("tries", 2, 1, 9),
		next:      o.target("next"),
		otherwise: o.target("otherwise"),
	}
	if s.min > s.max {
		r.fail(o.where("min"), "min %d is more than max %d", s.min, s.max)
	}
	switch end := cmp.Or(o.optionalText("terminator"), "#"); end {
	case "#", "*":
		s.terminator = end[0]
	case "none":
	default:
		r.fail(o.where("terminator"), "terminator: %q is none of #, * and none", clip(end))
	}
	return s
}

func (r *reader) readBranch(o *object) step {
	s := &branch{otherwise: o.target("else")}
	cases := o.list("cases")
	if len(cases) == 0 || len(cases) > MaxCases {
		r.fail(o.where("cases"), "a branch needs `cases`, 1 to %d of them, each with `when` and `next`", MaxCases)
		return s
	}
	for _, n := range cases {
		c := r.object(n)
		when := c.optionalText("when")
		one := branchCase{next: c.target("next")}
		if when == "" {
			r.fail(c.where("when"), "a case needs `when`, a condition such as `not Open`")
		} else if compiled, err := compile(when); err != nil {
			r.fail(c.where("when"), "condition %q: %v", clip(when), err)
		} else {
			one.when = compiled
			one.at = c.where("when")
		}
		c.done()
		s.cases = append(s.cases, one)
	}
	return s
}

func (r *reader) readMessage(o *object) step {
	s := &message{
		prompt: r.heard(o, false),
		max:    o.duration("max", 2*time.Minute, 5*time.Second, 10*time.Minute),
		min:    o.duration("min", time.Second, 0, time.Minute),
		next:   o.target("next"),
	}
	if s.min > s.max {
		r.fail(o.where("min"), "min %s is more than max %s", s.min, s.max)
	}
	s.otherwise, _ = o.optionalTarget("otherwise")
	return s
}

func (r *reader) readRate(o *object) step {
	s := &rate{
		prompt:  r.heard(o, true),
		invalid: r.prompt(o, "invalid", "invalid_file", true),
		thanks:  r.prompt(o, "thanks", "thanks_file", false),
		timeout: o.duration("timeout", 8*time.Second, time.Second, time.Minute),
		tries:   o.number("tries", 1, 1, 9),
		next:    o.target("next"),
		scores:  map[byte]int{'1': 1, '2': 2, '3': 3},
	}
	value, ok := o.take("keys")
	if !ok {
		return s
	}
	s.scores = map[byte]int{}
	keys := r.object(value)
	for _, f := range keys.order {
		key, ok := r.key(f)
		if score := keys.number(f.key, 0, 1, 3); ok && score != 0 {
			s.scores[key] = score
		}
	}
	if len(s.scores) == 0 {
		r.fail(o.where("keys"), "keys: no key gives a rating")
	}
	return s
}

// heard reads a prompt that must be there.
func (r *reader) heard(o *object, interrupt bool) prompt {
	p := r.prompt(o, "text", "file", interrupt)
	if p.empty() {
		r.fail(o.at, "missing prompt: neither `text` nor `file` is given")
	}
	return p
}

// prompt reads a text, as one wording or as a list by language, and the name
// of a recording.
func (r *reader) prompt(o *object, textKey, fileKey string, interrupt bool) prompt {
	p := prompt{file: o.optionalText(fileKey), interrupt: interrupt}
	if p.file != "" && !isName(p.file) {
		r.fail(o.where(fileKey), "%s: %q is no name of a recording: letters, digits, - and _, at most %d",
			fileKey, clip(p.file), maxName)
	}
	value, ok := o.take(textKey)
	if !ok {
		return p
	}
	p.texts = r.wording(value, func(at place, words string) { r.text(at, words) })
	return p
}

// wording reads words, as one text or as a list by language, and has each
// checked.
func (r *reader) wording(value ast.Node, check func(place, string)) []text {
	if words, ok := scalar(value); ok {
		check(placeOf(value), words)
		return []text{{DefaultLanguage, words}}
	}
	var texts []text
	all := r.object(value)
	for _, f := range all.order {
		if !languageShape.MatchString(f.key) {
			r.fail(f.at, "%q is no language code such as zh or en", clip(f.key))
		}
		words := all.optionalText(f.key)
		check(all.where(f.key), words)
		texts = append(texts, text{f.key, words})
	}
	return texts
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}?|\}`)

// text checks words that will be spoken; fills are the placeholders the
// engine fills in here.
func (r *reader) text(at place, words string, fills ...string) {
	if n := utf8.RuneCountInString(words); n > MaxText {
		r.fail(at, "a text of %d characters; at most %d can be spoken in one go", n, MaxText)
	}
	if !slices.ContainsFunc([]rune(words), func(c rune) bool { return unicode.IsLetter(c) || unicode.IsNumber(c) }) {
		r.fail(at, "missing prompt: the text has nothing to speak")
	}
	for _, found := range placeholder.FindAllString(words, -1) {
		if !slices.ContainsFunc(fills, func(name string) bool { return found == "{"+name+"}" }) {
			r.fail(at, "%q is not filled in here", clip(found))
		}
	}
}
