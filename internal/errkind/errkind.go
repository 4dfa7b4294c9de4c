// Package errkind sorts errors by what the asker can do about them. A package
// of the trade gives its errors a Kind; only the HTTP edge turns a kind into a
// status, so that nobody else needs to know HTTP.
package errkind

import "errors"

// Kind says what sort of trouble an error is.
type Kind string

// The kinds.
const (
	Invalid         Kind = "invalid"         // what was asked makes no sense: correct it
	NotFound        Kind = "not_found"       // there is no such thing, or not for this asker
	Conflict        Kind = "conflict"        // the state of things does not allow it now
	Forbidden       Kind = "forbidden"       // this person may not
	Unauthenticated Kind = "unauthenticated" // who are you?
	Unavailable     Kind = "unavailable"     // something we need is away: try again later
	Internal        Kind = "internal"        // our fault
)

// kinded is an error that knows its kind.
type kinded interface {
	error
	Kind() Kind
}

// Of returns the kind of the first error in err's chain that tells one. An
// error that tells none is Internal; nil has the empty kind.
func Of(err error) Kind {
	if err == nil {
		return ""
	}
	if k, ok := errors.AsType[kinded](err); ok {
		return k.Kind()
	}
	return Internal
}

// New returns a sentinel: an error of a kind with a fixed text, to be compared
// with errors.Is and wrapped with the facts.
func New(kind Kind, text string) error { return &sentinel{kind, text} }

type sentinel struct {
	kind Kind
	text string
}

func (s *sentinel) Error() string { return s.text }
func (s *sentinel) Kind() Kind    { return s.kind }
