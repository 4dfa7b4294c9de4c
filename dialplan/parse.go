package dialplan

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// What a flow file may hold at most.
const (
	MaxSource = 128 << 10 // bytes
	MaxLines  = 5000
	MaxDepth  = 16 // brackets within brackets, lists within lists
	MaxSteps  = 200
	MaxText   = 500 // runes in one text
	MaxCases  = 50  // in one branch
)

// maxDashes allows a ruler in a comment, but not a thousand lists in one line.
const maxDashes = 200

// maxProblems bounds what is told of one file.
const maxProblems = 200

// Parse reads a flow and checks it. The error is of type Problems and holds
// everything that is wrong with the flow; file is only named in it.
//
// A flow is refused when it has an unknown step, field or kind, a step that
// cannot be reached or leads nowhere, a way round that asks the caller for
// nothing, a prompt without sound, a second menu level before people, a
// duration or key out of range, a title that does not fit into a line, a
// condition that does not type-check, a wait that may be too long for nothing,
// a callback for a caller who has no place in a line, or a rating before
// anybody has served the caller.
func Parse(file string, src []byte) (*Flow, error) {
	r := &reader{file: file}
	if flow := r.read(src); len(r.problems) == 0 {
		return flow, nil
	}
	return nil, r.problems.sorted()
}

// place is a position in the file, from 1.
type place struct{ line, column int }

func (p place) String() string { return fmt.Sprintf("%d:%d", p.line, p.column) }

// reader collects the problems of one file.
type reader struct {
	file     string
	step     string
	quiet    *Quiet // the flow's own quiet hours
	problems Problems
}

func (r *reader) fail(at place, reason string, args ...any) {
	if len(r.problems) >= maxProblems {
		return
	}
	r.problems = append(r.problems, Problem{
		File: r.file, Line: at.line, Column: at.column, Step: r.step, Reason: fmt.Sprintf(reason, args...),
	})
}

func (r *reader) read(src []byte) *Flow {
	root := r.root(src)
	if root == nil {
		return nil
	}
	top := r.object(root)
	flow := &Flow{Name: top.name("flow"), Title: top.optionalText("title"), steps: map[string]*node{}}
	r.quiet = top.quiet("quiet")
	flow.quiet = r.quiet
	start, hasStart := top.optionalTarget("start")
	r.steps(flow, top)
	top.done()
	if len(flow.order) == 0 {
		return nil
	}
	if !hasStart {
		start = target{name: flow.order[0].name, at: flow.order[0].at}
	}
	r.check(flow, start)
	flow.start = flow.steps[start.name]
	return flow
}

// root parses the YAML and returns its one mapping, or nil.
func (r *reader) root(src []byte) (root ast.Node) {
	top := place{1, 1}
	switch {
	case len(src) > MaxSource:
		r.fail(top, "the file has %d bytes; at most %d are read", len(src), MaxSource)
		return nil
	case !utf8.Valid(src):
		r.fail(top, "the file is not UTF-8")
		return nil
	}
	if at, why := tooMuch(src); why != "" {
		r.fail(at, "%s", why)
		return nil
	}
	defer func() {
		// The YAML parser is somebody else's and fed by outsiders.
		if p := recover(); p != nil {
			r.fail(top, "this YAML cannot be read: %v", p)
			root = nil
		}
	}()
	doc, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var wrong *yaml.SyntaxError
		if errors.As(err, &wrong) && wrong.Token != nil && wrong.Token.Position != nil {
			r.fail(place{wrong.Token.Position.Line, wrong.Token.Position.Column}, "not YAML: %s", wrong.Message)
		} else {
			r.fail(top, "not YAML: %s", firstLine(err.Error()))
		}
		return nil
	}
	if len(doc.Docs) > 1 {
		r.fail(top, "the file must hold one flow, it holds %d documents", len(doc.Docs))
		return nil
	}
	if len(doc.Docs) == 0 || doc.Docs[0] == nil || doc.Docs[0].Body == nil {
		r.fail(top, "the file is empty")
		return nil
	}
	return doc.Docs[0].Body
}

// tooMuch finds what would keep the YAML parser busy for long: its time grows
// with the square of nesting and of lines.
func tooMuch(src []byte) (place, string) {
	at := place{line: 1}
	open, dashes := 0, 0
	for _, c := range string(src) {
		at.column++
		switch c {
		case '\n':
			at.line, at.column, dashes = at.line+1, 0, 0
		case '[', '{':
			open++
		case ']', '}':
			open = max(open-1, 0)
		case '-', '?':
			dashes++
		case ' ':
		default:
			dashes = 0
		}
		switch {
		case open > MaxDepth || dashes > maxDashes:
			return at, fmt.Sprintf("nested more than %d deep", MaxDepth)
		case at.line > MaxLines:
			return at, fmt.Sprintf("more than %d lines", MaxLines)
		}
	}
	return place{}, ""
}

// steps reads the steps in the order of the file.
func (r *reader) steps(flow *Flow, top *object) {
	value, ok := top.take("steps")
	if !ok {
		r.fail(top.at, "a flow needs `steps`")
		return
	}
	all := r.object(value)
	if len(all.order) > MaxSteps {
		r.fail(all.at, "%d steps; at most %d are allowed", len(all.order), MaxSteps)
		return
	}
	if len(all.order) == 0 {
		r.fail(all.at, "a flow needs at least one step")
	}
	for _, f := range all.order {
		r.step = f.key
		if !isName(f.key) {
			r.step = ""
			r.fail(f.at, "%q is no name for a step: letters, digits, - and _, at most %d", clip(f.key), maxName)
			continue
		}
		body := r.object(f.value)
		n := &node{name: f.key, at: f.at, title: r.title(body)}
		n.kind, n.step = r.readStep(body)
		if n.step != nil {
			body.done()
		}
		flow.steps[n.name] = n
		flow.order = append(flow.order, n)
	}
	r.step = ""
}
