package directory

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Policy is how strict a node is about passwords. The floor is 等保二级
// (GB/T 22239-2019, level 2: strength, age, lock-out); the figures are ours.
type Policy struct {
	MinLength   int           // in characters
	MinClasses  int           // of lower case, upper case, digits, others
	MaxAge      time.Duration // then a new one has to be chosen; 0: never
	MaxFailures int           // wrong passwords in a row that lock an account
	LockFor     time.Duration // how long, and how long failures are remembered
}

// DefaultPolicy is used unless a node says otherwise.
var DefaultPolicy = Policy{
	MinLength: 10, MinClasses: 3, MaxAge: 90 * 24 * time.Hour,
	MaxFailures: 5, LockFor: 15 * time.Minute,
}

// maxPassword bounds what is hashed, in bytes.
const maxPassword = 256

// PasswordRule names a rule that a new password breaks, for whoever words it.
type PasswordRule string

// The rules.
const (
	TooShort    PasswordRule = "too_short"
	TooLong     PasswordRule = "too_long"
	TooSimple   PasswordRule = "too_simple"   // too few classes of characters
	HoldsNumber PasswordRule = "holds_number" // contains the employee number
	SameAsOld   PasswordRule = "same_as_old"
)

// PasswordError refuses a new password.
type PasswordError struct{ Rule PasswordRule }

func (e *PasswordError) Error() string {
	return "directory: the new password is refused: " + string(e.Rule)
}

// Kind lets the edge choose an answer.
func (e *PasswordError) Kind() errkind.Kind { return errkind.Invalid }

// broken names the first rule that a new password of a person breaks.
func (p Policy) broken(password, number string) PasswordRule {
	switch {
	case len(password) > maxPassword:
		return TooLong
	case utf8.RuneCountInString(password) < p.MinLength:
		return TooShort
	case classes(password) < p.MinClasses:
		return TooSimple
	case number != "" && strings.Contains(strings.ToLower(password), strings.ToLower(number)):
		return HoldsNumber
	}
	return ""
}

func classes(password string) int {
	var lower, upper, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

// ChangePassword lets a person choose a new password, proving the old one. A
// wrong old password counts as a failed log-in and fails in the same ways.
func (s *Store) ChangePassword(ctx context.Context, number, old, password string, now time.Time) error {
	if _, err := s.Authenticate(ctx, number, old, now); err != nil {
		return err
	}
	if password == old {
		return &PasswordError{Rule: SameAsOld}
	}
	return s.setPassword(ctx, number, number, password, false, now)
}

// SetPassword gives a person a new password, as an administrator does for one
// who forgot it: a lock ends, and it must be changed at the next log-in. by is
// the administrator's number.
func (s *Store) SetPassword(ctx context.Context, by, number, password string, now time.Time) error {
	return s.setPassword(ctx, by, number, password, true, now)
}

func (s *Store) setPassword(ctx context.Context, by, number, password string, mustChange bool, now time.Time) error {
	if rule := s.policy.broken(password, number); rule != "" {
		return &PasswordError{Rule: rule}
	}
	if !numberShape.MatchString(number) {
		return fmt.Errorf("set password: %w", ErrNotFound)
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			UPDATE directory.person
			SET password_hash = $2, password_changed_at = $3, must_change = $4,
			    failed_attempts = 0, last_failed_at = NULL, locked_until = NULL
			WHERE number = $1`, number, hash, now, mustChange)
		if err != nil {
			return fmt.Errorf("directory: set password of %s: %w", number, err)
		}
		if tag.RowsAffected() == 0 {
			return fmt.Errorf("set password of %s: %w", number, ErrNotFound)
		}
		return record(ctx, tx, Entry{At: now, Person: by, Action: "set_password", Subject: number})
	})
}
