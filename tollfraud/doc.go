// Package tollfraud stands before every call to the outside: what its rules do
// not allow is not dialled. Whoever breaks into a hotline sells minutes to
// numbers abroad, at night, on every trunk at once; so everything is forbidden
// that no rule allows, what is allowed is bounded by number and length, and an
// administrator can stop it all with one switch.
//
// Decide is the decision: pure, by a site's Policy and what was counted. Guard
// asks Postgres for the counts and reserves a place for each allowed leg, in
// one transaction that all processes take in turn, so that a cap is never
// exceeded. Emergency numbers pass before anything is asked; for all others no
// database means no.
//
// It knows nothing of the switch: the engine asks before it dials and reports
// when the leg has ended. A leg that nobody reports, because its process died,
// gives its place back when its lease ends.
package tollfraud
