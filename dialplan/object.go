package dialplan

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// object is a YAML mapping of which every field must be taken.
type object struct {
	r      *reader
	at     place
	order  []field
	fields map[string]field
	taken  map[string]bool
}

type field struct {
	key   string
	at    place
	value ast.Node
}

func placeOf(n ast.Node) place {
	if n == nil {
		return place{1, 1}
	}
	t := n.GetToken()
	if t == nil || t.Position == nil {
		return place{1, 1}
	}
	return place{t.Position.Line, t.Position.Column}
}

// object reads a mapping; anything else is a problem and yields an empty one.
func (r *reader) object(n ast.Node) *object {
	o := &object{r: r, at: placeOf(n), fields: map[string]field{}, taken: map[string]bool{}}
	var pairs []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		r.fail(o.at, "fields (key: value) are expected here, not %s", describe(n))
		return o
	}
	for i, pair := range pairs {
		key, ok := scalar(pair.Key)
		at := placeOf(pair.Key)
		if i == 0 {
			o.at = at
		}
		if !ok {
			r.fail(at, "a plain key is expected here, not %s", describe(pair.Key))
			continue
		}
		if _, twice := o.fields[key]; twice {
			r.fail(at, "%q is given twice", clip(key))
			continue
		}
		f := field{key: key, at: at, value: pair.Value}
		o.fields[key], o.order = f, append(o.order, f)
	}
	return o
}

// take returns a field and marks it as known. An empty value counts as absent.
func (o *object) take(key string) (ast.Node, bool) {
	o.taken[key] = true
	f, ok := o.fields[key]
	if !ok || f.value == nil || f.value.Type() == ast.NullType {
		return nil, false
	}
	return f.value, true
}

// where is the place of a field's value, or of the object without it.
func (o *object) where(key string) place {
	if f, ok := o.fields[key]; ok {
		if f.value != nil && f.value.GetToken() != nil {
			return placeOf(f.value)
		}
		return f.at
	}
	return o.at
}

// done reports the fields nobody asked for.
func (o *object) done() {
	for _, f := range o.order {
		if !o.taken[f.key] {
			o.r.fail(f.at, "unknown field %q; known here: %s", clip(f.key), known(o.taken))
		}
	}
}

// optionalText reads a scalar; "" if it is not there.
func (o *object) optionalText(key string) string {
	value, ok := o.take(key)
	if !ok {
		return ""
	}
	s, ok := scalar(value)
	if !ok {
		o.r.fail(placeOf(value), "%s must be a plain text, not %s", key, describe(value))
	}
	return s
}

// name reads a required name.
func (o *object) name(key string) string {
	s := o.optionalText(key)
	switch {
	case s == "":
		o.r.fail(o.where(key), "%s is missing", key)
	case !isName(s):
		o.r.fail(o.where(key), "%s: %q is no name: letters, digits, - and _, at most %d", key, clip(s), maxName)
	}
	return s
}

// optionalTarget reads the name of a step.
func (o *object) optionalTarget(key string) (target, bool) {
	name := o.optionalText(key)
	return target{name: name, at: o.where(key)}, name != ""
}

// target reads a required name of a step.
func (o *object) target(key string) target {
	t, ok := o.optionalTarget(key)
	if !ok {
		o.r.fail(o.where(key), "dead end: %q does not say which step follows", key)
	}
	return t
}

// number reads a whole number within limits.
func (o *object) number(key string, otherwise, low, high int) int {
	s := o.optionalText(key)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		o.r.fail(o.where(key), "%s: %q is not a whole number from %d to %d", key, clip(s), low, high)
		return otherwise
	}
	return n
}

// duration reads a time such as 30s or 2m within limits.
func (o *object) duration(key string, otherwise, low, high time.Duration) time.Duration {
	s := o.optionalText(key)
	if s == "" {
		return otherwise
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < low || d > high {
		o.r.fail(o.where(key), "%s: %q is not a time from %s to %s (such as 30s or 2m)", key, clip(s), low, high)
		return otherwise
	}
	return d
}

// quiet reads quiet hours; nil if they are not there.
func (o *object) quiet(key string) *Quiet {
	s := o.optionalText(key)
	if s == "" {
		return nil
	}
	q, err := ParseQuiet(s)
	if err != nil {
		o.r.fail(o.where(key), "%s: %v", key, err)
		return nil
	}
	return &q
}

// truth reads true or false.
func (o *object) truth(key string) bool {
	s := o.optionalText(key)
	if s != "" && s != "true" && s != "false" {
		o.r.fail(o.where(key), "%s: %q is neither true nor false", key, clip(s))
	}
	return s == "true"
}

// list reads a sequence; nil if it is not there.
func (o *object) list(key string) []ast.Node {
	value, ok := o.take(key)
	if !ok {
		return nil
	}
	seq, ok := value.(*ast.SequenceNode)
	if !ok {
		o.r.fail(placeOf(value), "%s must be a list, not %s", key, describe(value))
		return nil
	}
	return seq.Values
}

// scalar is the text of a plain value, as it stands in the file.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		if t := n.GetToken(); t != nil {
			return t.Value, true
		}
	}
	return "", false
}

// describe names what was found where something else was expected.
func describe(n ast.Node) string {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "fields"
	case *ast.SequenceNode:
		return "a list"
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return "an anchor or alias, which flows do not use"
	case *ast.TagNode:
		return "a tag, which flows do not use"
	default:
		if s, ok := scalar(n); ok {
			return strconv.Quote(clip(s))
		}
		return "this"
	}
}

// maxName bounds the name of a step, flow, queue or variable, in bytes.
const maxName = 40

var nameShape = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_-]*$`)

func isName(s string) bool { return len(s) <= maxName && nameShape.MatchString(s) }

// clip makes outside text fit for a message.
func clip(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

func known(set map[string]bool) string {
	var names []string
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
