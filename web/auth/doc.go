// Package auth keeps log-in sessions: who is behind a cookie, and for how
// long. Passwords and lock-out are the directory's.
//
// A session is a random token in an HttpOnly, SameSite=Strict cookie; the
// database holds only its SHA-256, so that nobody who reads the table can log
// in with it. It ends after a time without activity, after its longest time,
// when the person logs out, and when the password changes.
package auth
