package speech

import "fmt"

// Kind sorts why a prompt cannot be made.
type Kind string

// The kinds.
const (
	Missing     Kind = "missing"     // a program or service is not there
	Empty       Kind = "empty"       // nothing in the text can be spoken
	TooLong     Kind = "too_long"    // more than MaxText characters
	Unsupported Kind = "unsupported" // a language, script or file the voice does not know
	Failed      Kind = "failed"      // the program or service failed, or the disk did
)

// Error tells why a prompt cannot be made, and what to do about it.
type Error struct {
	Kind   Kind
	Reason string
	Advice string // what whoever runs the system can do
	Err    error  // what lies below, if anything
}

func (e *Error) Error() string {
	s := "speech: " + e.Reason
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	if e.Advice != "" {
		s += " (" + e.Advice + ")"
	}
	return s
}

// Unwrap returns what lies below.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, &Error{Kind: Missing}) match by kind.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Reason == ""
}

func unsupported(reason string, args ...any) error {
	return &Error{
		Kind: Unsupported, Reason: fmt.Sprintf(reason, args...),
		Advice: "upload a recording for this text, or configure a speech service that can",
	}
}
