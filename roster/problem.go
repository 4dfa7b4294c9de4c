package roster

import (
	"fmt"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Problem says what is wrong with something that was typed or imported.
type Problem string

// The problems.
const (
	BadDate       Problem = "bad_date"       // no day like 2026-11-22, or too far away
	BadTime       Problem = "bad_time"       // no time like 08:30
	BadShift      Problem = "bad_shift"      // code, name or hours of a shift make no sense
	BadBreak      Problem = "bad_break"      // a planned break does not fit into its shift
	BadRule       Problem = "bad_rule"       // tolerances out of range
	UnknownShift  Problem = "unknown_shift"  // no such shift, or out of use
	UnknownLeave  Problem = "unknown_leave"  // no such kind of leave
	UnknownPerson Problem = "unknown_person" // nobody of the site
	Overlap       Problem = "overlap"        // two shifts at the same time
	NeedsReason   Problem = "needs_reason"   // the day is over
	ShiftTaken    Problem = "shift_taken"    // another shift has this name
	NotASheet     Problem = "not_a_sheet"    // the file cannot be read as a spreadsheet
	NoHeader      Problem = "no_header"      // no row names the columns
	TooMuch       Problem = "too_much"       // more than a sheet of people should hold
	Twice         Problem = "twice"          // the person's day is in the sheet twice
)

// InputError refuses something. The fields that are set depend on the problem.
type InputError struct {
	Problem Problem
	Text    string // what was read
	Person  string
	Date    Date
	Shift   string // name
	With    string // overlap: the name of the other shift
	On      Date   // and its day
}

func (e *InputError) Error() string {
	return fmt.Sprintf("roster: %s %q %s %s %s", e.Problem, e.Text, e.Person, e.Date, e.Shift)
}

// Kind lets the edge choose an answer.
func (e *InputError) Kind() errkind.Kind {
	switch e.Problem {
	case Overlap, ShiftTaken:
		return errkind.Conflict
	}
	return errkind.Invalid
}

// clip keeps what comes from outside short.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
