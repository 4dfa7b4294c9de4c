package ticketing

import (
	"fmt"
	"strings"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Errors to compare with errors.Is.
var (
	// ErrNotFound means that there is no such ticket, or none for this person.
	ErrNotFound = errkind.New(errkind.NotFound, "ticketing: no such ticket")
	// ErrStale is in the chain of every *StaleError.
	ErrStale = errkind.New(errkind.Conflict, "ticketing: the ticket was changed by somebody else")
	// ErrRegistered means that the fields of a ticket that is no draft were to
	// be changed: from its registration on a ticket is moved, not edited.
	ErrRegistered = errkind.New(errkind.Conflict, "ticketing: a ticket that is not a draft cannot be edited")
	// ErrSecondDraft means that a cancelled draft cannot be restored because
	// the person has begun another one for the same call.
	ErrSecondDraft = errkind.New(errkind.Conflict, "ticketing: the call already has another draft of this person")
	// ErrNoAction means that this program knows no such action, or cannot do
	// it yet.
	ErrNoAction = errkind.New(errkind.Invalid, "ticketing: no such action")
	// ErrNumbersUsedUp means that a site has issued its 999,999 numbers of one
	// channel and day.
	ErrNumbersUsedUp = errkind.New(errkind.Conflict, "ticketing: the numbers of this day are used up")
)

// StaleError reports a change that was based on an old revision. Current is the
// ticket as it is now.
type StaleError struct{ Current Ticket }

func (e *StaleError) Error() string {
	return fmt.Sprintf("%v: it is at revision %d", ErrStale, e.Current.Rev)
}

// Unwrap makes errors.Is(err, ErrStale) true.
func (e *StaleError) Unwrap() error { return ErrStale }

// Kind lets the edge choose an answer.
func (e *StaleError) Kind() errkind.Kind { return errkind.Conflict }

// MoveError reports an action that the ticket's state does not allow.
type MoveError struct {
	From   State
	Action Action
}

func (e *MoveError) Error() string {
	return fmt.Sprintf("ticketing: cannot %s a ticket that is %s", e.Action, e.From)
}

// Kind lets the edge choose an answer.
func (e *MoveError) Kind() errkind.Kind { return errkind.Conflict }

// Words says it to people.
func (e *MoveError) Words() Words {
	return Words{
		fmt.Sprintf("工单现为“%s”，不能%s。", e.From.Name().ZH, e.Action.Name().ZH),
		fmt.Sprintf("The ticket is “%s” now; “%s” is not possible.", e.From.Name().EN, e.Action.Name().EN),
	}
}

// RoleError reports a person who may not do the action.
type RoleError struct{ Action Action }

func (e *RoleError) Error() string {
	return fmt.Sprintf("ticketing: this person may not %s", e.Action)
}

// Kind lets the edge choose an answer.
func (e *RoleError) Kind() errkind.Kind { return errkind.Forbidden }

// Words says it to people.
func (e *RoleError) Words() Words {
	return Words{
		fmt.Sprintf("您的岗位不能办理“%s”。", e.Action.Name().ZH),
		fmt.Sprintf("Your role does not allow “%s”.", e.Action.Name().EN),
	}
}

// FieldProblem is what is wrong with one field. Path is spelled as the API
// spells it: "title", "caller.contactNumber", "subject.plate", "reply.public".
type FieldProblem struct {
	Path    string
	Message Words
}

// MissingError reports fields that are missing, too long or wrong. All of them,
// so that a person corrects once.
type MissingError struct{ Fields []FieldProblem }

func (e *MissingError) Error() string {
	paths := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		paths[i] = f.Path
	}
	return "ticketing: missing or wrong: " + strings.Join(paths, ", ")
}

// Kind lets the edge choose an answer.
func (e *MissingError) Kind() errkind.Kind { return errkind.Invalid }

// refusal returns problems as an error, or nil when there are none.
func refusal(problems []FieldProblem) error {
	if len(problems) == 0 {
		return nil
	}
	return &MissingError{Fields: problems}
}
