package tasks

import (
	"fmt"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// What the store answers with.
var (
	ErrNotFound  = errkind.New(errkind.NotFound, "tasks: no such item for this person")
	ErrNoNumber  = errkind.New(errkind.Conflict, "tasks: the caller's number is not known")
	ErrNoReason  = errkind.New(errkind.Invalid, "tasks: say why, in 2 to 500 characters")
	ErrOutcome   = errkind.New(errkind.Invalid, "tasks: no such outcome")
	ErrNoPerson  = errkind.New(errkind.Invalid, "tasks: nobody of the site to give it to")
	ErrTooLong   = errkind.New(errkind.Invalid, "tasks: the text is too long")
	ErrEmpty     = errkind.New(errkind.Invalid, "tasks: nothing is written")
	ErrForbidden = errkind.New(errkind.Forbidden, "tasks: only who supervises may give items to others")
	ErrSetting   = errkind.New(errkind.Invalid, "tasks: a setting is out of its bounds")
	ErrNoEngine  = errkind.New(errkind.Conflict, "tasks: no engine of transcription is configured, or the item is no message")
)

// MoveError reports an action that the state of an item, or its owner, does not
// allow.
type MoveError struct {
	Action string
	Now    Task // how the item is
}

func (e *MoveError) Error() string {
	return fmt.Sprintf("tasks: cannot %s an item that is %s", e.Action, e.Now.State)
}

// Kind lets the edge choose an answer.
func (e *MoveError) Kind() errkind.Kind { return errkind.Conflict }
