// Package web is the edge: it serves the console and the API to people and
// programs. A handler binds its input, makes one call into the trade and
// shapes the answer; it decides nothing. Which role may do what is written in
// one place, the table in routes.go. Only this package knows HTTP: errors tell
// their kind (internal/errkind), and problem.go picks the status and the
// words.
package web
