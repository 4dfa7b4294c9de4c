package pbx

import "fmt"

// Kind sorts what can go wrong with a command, for whoever must decide.
type Kind string

// The kinds.
const (
	Gone        Kind = "gone"        // the channel, bridge or play is no longer there
	Refused     Kind = "refused"     // the switch will not do it in this state
	Unavailable Kind = "unavailable" // no link to the switch
	TimedOut    Kind = "timed_out"   // no answer before the deadline: it may have happened
	Invalid     Kind = "invalid"     // we asked for something that cannot be said to a switch
)

// Error is the refusal of a command. Reason keeps the switch's own words.
type Error struct {
	Command string // the kind of command, as "Play"
	Kind    Kind
	Reason  string
	Err     error // what lies below, if anything
}

func (e *Error) Error() string {
	return fmt.Sprintf("pbx: %s: %s: %s", e.Command, e.Kind, e.Reason)
}

// Unwrap returns what lies below.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, &Error{Kind: Gone}) match by kind.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Command == "" && t.Reason == ""
}

// ErrGone matches every refusal because the thing is no longer there.
var ErrGone = &Error{Kind: Gone}

// ErrUnavailable matches every refusal because there is no link.
var ErrUnavailable = &Error{Kind: Unavailable}
