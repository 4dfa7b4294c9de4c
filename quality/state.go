package quality

import (
	"fmt"
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// State is how far an inspection has come.
type State string

// The states, as drawn in the package's description.
const (
	Open      State = "open"      // 待评
	Draft     State = "draft"     // 评分中
	Published State = "published" // 已发布: the agent sees it
	Appealed  State = "appealed"  // 申诉中
	Settled   State = "settled"   // 已复核
	Void      State = "void"      // 作废
)

// States lists them in the order of the work.
var States = []State{Open, Draft, Published, Appealed, Settled, Void}

// Action is what somebody does with an inspection.
type Action string

// The actions.
const (
	Save    Action = "save"
	Publish Action = "publish"
	Assign  Action = "assign"
	Annul   Action = "void"
	Appeal  Action = "appeal"
	Settle  Action = "settle"
)

// moves is the picture of the package's description as a table.
var moves = map[State]map[Action]State{
	Open:      {Save: Draft, Assign: Open, Annul: Void},
	Draft:     {Save: Draft, Publish: Published, Assign: Open, Annul: Void},
	Published: {Appeal: Appealed},
	Appealed:  {Settle: Settled},
	Settled:   {},
	Void:      {},
}

// MoveError reports an action that the state does not allow.
type MoveError struct {
	From   State
	Action Action
}

func (e *MoveError) Error() string {
	return fmt.Sprintf("quality: cannot %s an inspection that is %s", e.Action, e.From)
}

// Kind lets the edge choose an answer.
func (e *MoveError) Kind() errkind.Kind { return errkind.Conflict }

// Errors to compare with errors.Is.
var (
	ErrNotFound  = errkind.New(errkind.NotFound, "quality: there is no such thing, or not for this person")
	ErrStale     = errkind.New(errkind.Conflict, "quality: somebody else has changed it")
	ErrOwn       = errkind.New(errkind.Forbidden, "quality: nobody scores a conversation of their own")
	ErrNotYours  = errkind.New(errkind.Forbidden, "quality: it is somebody else's to score")
	ErrOwnScore  = errkind.New(errkind.Forbidden, "quality: an appeal is settled by somebody who has not scored it")
	ErrNotLead   = errkind.New(errkind.Forbidden, "quality: only a supervisor may")
	ErrTooLate   = errkind.New(errkind.Conflict, "quality: the time to appeal is over")
	ErrNoReason  = errkind.New(errkind.Invalid, "quality: a reason of 2 to 1000 characters is required")
	ErrTwice     = errkind.New(errkind.Conflict, "quality: the conversation is inspected already")
	ErrNoCall    = errkind.New(errkind.NotFound, "quality: there is no such conversation of that agent with a recording")
	ErrNoSheet   = errkind.New(errkind.Conflict, "quality: the site has no such sheet")
	ErrNoSuchOne = errkind.New(errkind.Invalid, "quality: that person cannot inspect it")
)

// Person is who acts.
type Person struct {
	ID   string
	Lead bool // a supervisor
}

// Inspection 质检单 is one conversation of an agent that is to be scored.
type Inspection struct {
	ID        string
	Site      string
	Call      string
	Agent     string
	Talked    []string // everybody who talked in that call
	CallAt    time.Time
	Queue     string
	Seconds   float64
	Rating    *int
	Plan      string // empty: chosen by a person
	Why       Why
	Sheet     string // id
	Inspector string // empty: nobody yet
	State     State
	Rev       int64
	Marks     Marks

	Points   *int // nil: not published
	Most     *int
	Passed   *bool
	Critical bool

	CreatedAt   time.Time
	DueAt       time.Time
	PublishedAt *time.Time
	AppealUntil *time.Time
	Appeal      string
	AppealedAt  *time.Time
	SettledBy   string
	SettledAt   *time.Time
	Decision    Decision
	Answer      string
	FirstPoints *int // before the appeal changed them
}

// Decision is how an appeal ended.
type Decision string

// The decisions.
const (
	Kept    Decision = "kept"
	Changed Decision = "changed"
)

// May reports whether a person may do something with an inspection now: a
// *MoveError, one of the errors above, or nil.
func (i Inspection) May(a Action, p Person, now time.Time) error {
	if _, ok := moves[i.State][a]; !ok {
		return &MoveError{i.State, a}
	}
	own := p.ID == i.Agent || slices.Contains(i.Talked, p.ID)
	switch a {
	case Appeal:
		switch {
		case p.ID != i.Agent:
			return ErrNotFound
		case i.AppealUntil == nil || !now.Before(*i.AppealUntil):
			return ErrTooLate
		}
		return nil
	case Assign, Annul:
		if !p.Lead {
			return ErrNotLead
		}
	case Save, Publish:
		switch {
		case own:
			return ErrOwn
		case p.ID != i.Inspector && i.Inspector != "":
			return ErrNotYours
		}
		return nil
	case Settle:
		switch {
		case own:
			return ErrOwn
		case p.ID == i.Inspector:
			return ErrOwnScore
		}
		return nil
	}
	if own {
		return ErrOwn
	}
	return nil
}

// Suits reports whether somebody could inspect it.
func (i Inspection) Suits(inspector string) bool {
	return inspector != "" && inspector != i.Agent && !slices.Contains(i.Talked, inspector)
}
