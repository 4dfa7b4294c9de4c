// Package roster keeps who should work when 排班, and compares it with who was
// there 考勤: shifts with their planned breaks, assignments of people to days,
// leave, and attendance, which is counted from the agents' signing in and out.
//
// A day and a shift are told by the clock of the site. An assignment is a
// person, a day and a shift; a person may have several a day, never two at the
// same time. The past is changed only with a reason, and every change is kept.
//
// The package knows people by employee number only; whoever asks brings their
// names. It reads the agents' log (schema calls) and writes only to its own
// schema, roster.
package roster
