// Package id makes the identifiers of everything we create: UUID version 7
// (RFC 9562), whose first 48 bits are the time in milliseconds, so that rows
// written one after the other lie beside each other in an index.
package id

import (
	"fmt"

	"github.com/google/uuid"
)

// New returns a new identifier in its usual 36-character lower-case form.
func New() string {
	// NewV7 fails only when the kernel gives no random numbers; since Go 1.24
	// that ends the program by itself, so there is no error left to handle.
	return uuid.Must(uuid.NewV7()).String()
}

// Parse checks that s, which comes from outside, is an identifier in the form
// that New writes, and returns it. Other spellings that mean the same number
// (braces, urn:, capitals, no dashes) are refused, so that ids can be compared
// as strings.
func Parse(s string) (string, error) {
	u, err := uuid.Parse(s)
	if err != nil || u.String() != s {
		return "", fmt.Errorf("id: %.40q is not an identifier", s)
	}
	return s, nil
}
