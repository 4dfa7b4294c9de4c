package directory

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Entry is one line of the audit log.
type Entry struct {
	At      time.Time
	Person  string // who: employee number
	Action  string // as reveal, set_password, locked
	Subject string // to what: "call/0190…", an employee number; never a telephone number
	Reason  string
}

// ErrNoReason refuses to reveal something confidential without a reason.
var ErrNoReason = errkind.New(errkind.Invalid, "directory: a reason of 2 to 500 characters is required")

// RecordReveal writes down that somebody is shown what is masked: by whom, of
// what (as "call/<id>" or "ticket/<number>") and why. Reveal only after it has
// returned nil.
func (s *Store) RecordReveal(ctx context.Context, by, subject, reason string, now time.Time) error {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n < 2 || n > 500 || !storable(reason) {
		return ErrNoReason
	}
	if subject == "" || utf8.RuneCountInString(subject) > 200 || !storable(subject) {
		return fmt.Errorf("directory: record a reveal: %w: no subject", ErrNotFound)
	}
	return record(ctx, s.db, Entry{At: now, Person: by, Action: "reveal", Subject: subject, Reason: reason})
}

// Audit returns the audit log from one moment (included) to another (not
// included), newest first, at most limit lines.
func (s *Store) Audit(ctx context.Context, from, to time.Time, limit int) ([]Entry, error) {
	entries, err := collect[Entry](ctx, s.db, `
		SELECT at, person, action, subject, reason FROM directory.audit
		WHERE at >= $1 AND at < $2 ORDER BY at DESC, id DESC LIMIT $3`, from, to, limit)
	if err != nil {
		return nil, fmt.Errorf("directory: read the audit log: %w", err)
	}
	return entries, nil
}

func record(ctx context.Context, db querier, e Entry) error {
	if _, err := db.Exec(ctx, `
		INSERT INTO directory.audit (at, person, action, subject, reason) VALUES ($1, $2, $3, $4, $5)`,
		e.At, e.Person, e.Action, e.Subject, e.Reason); err != nil {
		return fmt.Errorf("directory: write the audit log (%s by %s): %w", e.Action, e.Person, err)
	}
	return nil
}

// storable reports whether Postgres can keep a text from outside.
func storable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
