package dialplan

import (
	"errors"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

// condition is a compiled `when`.
type condition struct {
	program *vm.Program
	digits  []string // the collected numbers it asks for
}

// asked is the environment of a condition.
type asked struct {
	Facts
	Digits map[string]string
}

// maxCondition bounds a condition, in nodes of its syntax tree.
const maxCondition = 200

// compile checks a condition and makes it ready. Functions and predicates are
// switched off, so that no condition can take long.
func compile(source string) (condition, error) {
	names := &digitNames{}
	program, err := expr.Compile(source, expr.Env(asked{}), expr.AsBool(), expr.DisableAllBuiltins(),
		expr.MaxNodes(maxCondition), expr.Optimize(false), expr.Patch(names))
	if err != nil {
		var wrong *file.Error
		if errors.As(err, &wrong) {
			return condition{}, errors.New(wrong.Message)
		}
		return condition{}, errors.New(firstLine(err.Error()))
	}
	return condition{program: program, digits: names.found}, nil
}

// holds asks the condition. One that cannot be answered does not hold.
func (c condition) holds(w *walk) bool {
	facts := w.facts
	facts.Language = w.language()
	out, err := expr.Run(c.program, asked{Facts: facts, Digits: w.p.Digits})
	yes, ok := out.(bool)
	return err == nil && ok && yes
}

// digitNames notes the collected numbers a condition names.
type digitNames struct{ found []string }

// Visit implements ast.Visitor.
func (v *digitNames) Visit(n *ast.Node) {
	m, ok := (*n).(*ast.MemberNode)
	if !ok {
		return
	}
	of, ok := m.Node.(*ast.IdentifierNode)
	name, ok2 := m.Property.(*ast.StringNode)
	if ok && ok2 && of.Value == "Digits" {
		v.found = append(v.found, name.Value)
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
