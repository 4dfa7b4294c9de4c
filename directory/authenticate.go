package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// How a log-in is refused. The texts are the same whoever asks, so that they
// tell nothing about who exists.
var (
	ErrWrongCredentials = errkind.New(errkind.Unauthenticated, "directory: wrong employee number or password")
	ErrInactive         = errkind.New(errkind.Forbidden, "directory: the account is not active")
	// ErrLocked matches every *LockedError.
	ErrLocked = errkind.New(errkind.Forbidden, "directory: the account is locked after too many wrong passwords")
)

// LockedError refuses a log-in because of too many wrong passwords before.
type LockedError struct{ Until time.Time }

func (e *LockedError) Error() string {
	return fmt.Sprintf("%v, until %s", ErrLocked, e.Until.Format(time.RFC3339))
}

// Is makes errors.Is(err, ErrLocked) match.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// Kind lets the edge choose an answer.
func (e *LockedError) Kind() errkind.Kind { return errkind.Forbidden }

// Authenticate finds out who logs in. It fails with ErrWrongCredentials, with
// a *LockedError after Policy.MaxFailures wrong passwords (also for the right
// password, until the lock ends), or with ErrInactive (for the right password
// only). An unknown number takes as long as a wrong password. Person.MustChange
// is also set when the password has grown too old.
//
// An attempt is counted before the password is looked at, in one statement, so
// that guessing on many connections at once gains nothing.
func (s *Store) Authenticate(ctx context.Context, number, password string, now time.Time) (Person, error) {
	hash, err := s.countAttempt(ctx, number, now)
	if locked, ok := errors.AsType[*LockedError](err); ok {
		_, _ = s.fits(ctx, "", nobody) // as slow as any other refusal
		return Person{}, locked
	}
	if errors.Is(err, ErrNotFound) || len(password) > maxPassword {
		_, _ = s.fits(ctx, "", nobody)
		return Person{}, ErrWrongCredentials
	}
	if err != nil {
		return Person{}, err
	}
	right, err := s.fits(ctx, password, hash)
	if err != nil {
		return Person{}, fmt.Errorf("check the password of %s: %w", number, err)
	}
	if !right {
		return Person{}, s.refuse(ctx, number, now)
	}
	return s.admit(ctx, number, now)
}

// countAttempt counts one more failure, which admit takes back, and returns
// the hash to compare with: ErrNotFound for an unknown number, a *LockedError
// for an account that may not even try.
func (s *Store) countAttempt(ctx context.Context, number string, now time.Time) (hash string, err error) {
	if !numberShape.MatchString(number) {
		return "", ErrNotFound
	}
	err = s.db.QueryRow(ctx, `
		UPDATE directory.person
		SET failed_attempts = (1 + CASE WHEN last_failed_at > $3 AND locked_until IS NULL THEN failed_attempts ELSE 0 END),
		    locked_until = CASE WHEN (1 + CASE WHEN last_failed_at > $3 AND locked_until IS NULL THEN failed_attempts ELSE 0 END) >= $4 THEN $5::timestamptz END,
		    last_failed_at = $2
		WHERE number = $1 AND (locked_until IS NULL OR locked_until <= $2)
		RETURNING password_hash`,
		number, now, now.Add(-s.policy.LockFor), s.policy.MaxFailures, now.Add(s.policy.LockFor)).Scan(&hash)
	if err == nil {
		return hash, nil
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return "", fmt.Errorf("directory: log in %s: %w", number, err)
	}
	p, err := s.Person(ctx, number)
	if err != nil {
		return "", err
	}
	return "", &LockedError{Until: p.LockedUntil}
}

// refuse answers a wrong password; the one that locks the account says so.
func (s *Store) refuse(ctx context.Context, number string, now time.Time) error {
	p, err := s.Person(ctx, number)
	if err != nil {
		return err
	}
	if !p.LockedUntil.After(now) {
		return ErrWrongCredentials
	}
	if err := record(ctx, s.db, Entry{At: now, Person: number, Action: "locked", Subject: number}); err != nil {
		return err
	}
	return &LockedError{Until: p.LockedUntil}
}

// admit lets in whoever knew the password, if the account is in use.
func (s *Store) admit(ctx context.Context, number string, now time.Time) (Person, error) {
	p, err := s.Person(ctx, number)
	if err != nil {
		return Person{}, err
	}
	if _, err := s.db.Exec(ctx, `
		UPDATE directory.person SET failed_attempts = 0, last_failed_at = NULL, locked_until = NULL
		WHERE number = $1`, number); err != nil {
		return Person{}, fmt.Errorf("directory: log in %s: %w", number, err)
	}
	if !p.Active {
		return Person{}, ErrInactive
	}
	p.LockedUntil = time.Time{}
	if age := now.Sub(p.PasswordChangedAt); s.policy.MaxAge > 0 && age > s.policy.MaxAge {
		p.MustChange = true
	}
	return p, nil
}
