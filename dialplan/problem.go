package dialplan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one reason why a flow is refused.
type Problem struct {
	File         string
	Line, Column int    // from 1; 0: the file as a whole
	Step         string // empty: not about one step
	Reason       string
}

func (p Problem) String() string {
	where := fmt.Sprintf("%s:%d:%d: ", p.File, p.Line, p.Column)
	if p.Step != "" {
		where += "step " + p.Step + ": "
	}
	return where + p.Reason
}

// Problems is the error of Parse: everything that is wrong with a flow, in the
// order of the file.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// sorted puts the problems into the order of the file and drops repetitions.
func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Step, b.Step), cmp.Compare(a.Reason, b.Reason))
	})
	return slices.Compact(p)
}
