package dialplan

import (
	"regexp"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// MaxLevel is the highest level of a skill.
const MaxLevel = 10

func (r *reader) readEnqueue(o *object) step {
	s := &enqueue{vip: o.number("vip", 0, 0, 100), action: Enqueue{
		Queue:    o.name("queue"),
		Music:    o.optionalText("music"),
		Announce: o.duration("announce", 0, 10*time.Second, 10*time.Minute),
		Priority: o.number("priority", 0, -100, 100),
		Words:    o.optionalText("announcement"),
		Limit:    o.duration("limit", 0, 10*time.Second, 2*time.Hour),
		MaxAhead: o.number("max_ahead", 0, 1, 1000),
		Prefer:   o.duration("prefer", 0, 5*time.Second, 10*time.Minute),
	}}
	s.action.Skills, s.action.MinLevels = r.skills(o)
	if s.action.Music != "" && !isName(s.action.Music) {
		r.fail(o.where("music"), "music: %q is no name of a class of music", clip(s.action.Music))
	}
	if words := s.action.Words; words != "" {
		r.text(o.where("announcement"), words, "ahead", "minutes")
	}
	r.waysOut(o, s)
	s.then, _ = o.optionalTarget("then")
	s.otherwise, _ = o.optionalTarget("otherwise")
	return s
}

// waysOut reads how a caller may leave the line without a person.
func (r *reader) waysOut(o *object, s *enqueue) {
	if value, ok := o.take("keys"); ok {
		s.keys = r.options(value)
		for _, k := range s.keys {
			s.action.Keys += string(k.key)
		}
	}
	if value, ok := o.take("hint"); ok {
		s.hint = r.wording(value, func(at place, words string) { r.text(at, words) })
		switch {
		case len(s.keys) == 0:
			r.fail(o.where("hint"), "a hint, but no `keys` that lead out of the line")
		case s.action.Announce == 0:
			r.fail(o.where("hint"), "a hint is said after the announcement of the place, and there is none: give `announce`")
		}
	}
	var leads bool
	s.overflow, leads = o.optionalTarget("overflow")
	bounded := s.action.Limit != 0 || s.action.MaxAhead != 0
	switch {
	case leads && !bounded:
		r.fail(o.where("overflow"), "overflow, but neither `limit` nor `max_ahead` says when")
	case !leads && s.action.Limit != 0:
		r.fail(o.where("limit"), "dead end: a limit needs `overflow`, the step that follows")
	case !leads && s.action.MaxAhead != 0:
		r.fail(o.where("max_ahead"), "dead end: max_ahead needs `overflow`, the step that follows")
	}
	s.unstaffed, _ = o.optionalTarget("when_unstaffed")
}

// skills reads a list of skills, or skills with the level each asks for.
func (r *reader) skills(o *object) (names []string, levels map[string]int) {
	value, ok := o.take("skills")
	if !ok {
		return nil, nil
	}
	if _, list := value.(*ast.SequenceNode); list {
		return r.names(o, "skills", "a skill"), nil
	}
	levels = map[string]int{}
	of := r.object(value)
	for _, f := range of.order {
		if !isName(f.key) {
			r.fail(f.at, "skills: %q is no name of a skill", clip(f.key))
		}
		names = append(names, f.key)
		levels[f.key] = of.number(f.key, 1, 1, MaxLevel)
	}
	return names, levels
}

// names reads a list of names of something.
func (r *reader) names(o *object, key, of string) []string {
	var out []string
	for _, n := range o.list(key) {
		name, ok := scalar(n)
		if !ok || !isName(name) {
			r.fail(placeOf(n), "%s: %s is no name of %s", key, describe(n), of)
			continue
		}
		out = append(out, name)
	}
	return out
}

func (r *reader) readCallback(o *object) step {
	s := &callback{
		quiet:   UsualQuiet,
		timeout: o.duration("timeout", 5*time.Second, time.Second, time.Minute),
		tries:   o.number("tries", 3, 1, 9),
		next:    o.target("next"),
		// It cannot always be booked: the flow must know what follows.
		otherwise: o.target("otherwise"),
	}
	if r.quiet != nil { // the flow's own
		s.quiet = *r.quiet
	}
	if q := o.quiet("quiet"); q != nil {
		s.quiet = *q
	}
	if back, ok := o.optionalTarget("back"); ok {
		s.back = back
	} else {
		s.back = s.otherwise
	}
	return s
}

var dialShape = regexp.MustCompile(`^[0-9]{3,20}$`)

// maxNumbers bounds how many numbers are tried for a caller, one after the
// other.
const maxNumbers = 10

func (r *reader) readTransfer(o *object) step {
	s := &transfer{
		prompt:   r.prompt(o, "text", "file", false),
		referral: r.code(o, "referral"),
		timeout:  o.duration("timeout", 30*time.Second, 5*time.Second, 3*time.Minute),
	}
	r.whom(o, s)
	s.then, _ = o.optionalTarget("then")
	// An outside number is busy now and then: the flow must know what follows.
	s.otherwise = o.target("otherwise")
	return s
}

// whom reads where a transfer leads: one of `number`, `numbers` and `to`, or
// the service it refers to.
func (r *reader) whom(o *object, s *transfer) {
	given := ""
	for _, key := range []string{"number", "numbers", "to"} {
		value, ok := o.take(key)
		if !ok {
			continue
		}
		if given != "" {
			r.fail(o.where(key), "%s, but `%s` says already whom to call", key, given)
			continue
		}
		given = key
		for _, n := range r.oneOrMore(key, value) {
			one, ok := scalar(n)
			switch {
			case key == "to" && ok && isName(one):
				s.to = append(s.to, one)
			case key == "to":
				r.fail(placeOf(n), "to: %s is no code of a contact", describe(n))
			case !ok || !dialShape.MatchString(one):
				r.fail(placeOf(n), "%s: %s is not 3 to 20 digits", key, describe(n))
			default:
				s.numbers = append(s.numbers, one)
			}
		}
	}
	if given == "" && s.referral == "" {
		r.fail(o.at, "a transfer needs `number`, `numbers`, or `to`, the code of a contact")
	}
}

// oneOrMore reads a plain value, or a list where the field allows one.
func (r *reader) oneOrMore(key string, value ast.Node) []ast.Node {
	seq, list := value.(*ast.SequenceNode)
	switch {
	case !list:
		return []ast.Node{value}
	case key == "number":
		r.fail(placeOf(value), "number is one; several go into `numbers`")
		return nil
	case len(seq.Values) == 0 || len(seq.Values) > maxNumbers:
		r.fail(placeOf(value), "%s: 1 to %d are tried, not %d", key, maxNumbers, len(seq.Values))
		return nil
	}
	return seq.Values
}

// code reads the code of a contact; "" if it is not there.
func (r *reader) code(o *object, key string) string {
	s := o.optionalText(key)
	if s != "" && !isName(s) {
		r.fail(o.where(key), "%s: %q is no code of a contact", key, clip(s))
	}
	return s
}

func (r *reader) readRefer(o *object) step {
	s := &refer{
		code: r.code(o, "referral"),
		wait: o.duration("wait", 5*time.Second, time.Second, time.Minute),
		ring: o.duration("timeout", 30*time.Second, 5*time.Second, 3*time.Minute),
		next: o.target("next"),
		// The list belongs to the site, which may not have the service.
		otherwise: o.target("otherwise"),
	}
	if s.code == "" {
		r.fail(o.where("referral"), "referral is missing: the code of the service in the site's contact list")
	}
	if key := o.optionalText("key"); key != "" {
		if len(key) != 1 || !isKey(key[0]) {
			r.fail(o.where("key"), "key: %q is not a key of a telephone (0-9, *, #)", clip(key))
		} else {
			s.key = key[0]
		}
	}
	s.then, _ = o.optionalTarget("then")
	if s.then.name != "" && s.key == 0 {
		r.fail(o.where("then"), "then, but no `key` connects the caller")
	}
	return s
}
