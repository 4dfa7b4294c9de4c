package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations makes the schema "web".
var Migrations = postgres.Embedded("web", files)

// ErrNoSession reports a cookie that opens nothing: none, unknown, or over.
var ErrNoSession = errkind.New(errkind.Unauthenticated, "auth: no session, or it is over")

// Session is one log-in.
type Session struct {
	Person  string // employee number
	Created time.Time
	Active  time.Time
	Ends    time.Time // at the latest
}

// Limits bound a session: Idle without activity, Max altogether.
type Limits struct{ Idle, Max time.Duration }

// Store keeps sessions.
type Store struct {
	db     *pgxpool.Pool
	limits Limits
}

// New returns a store on a database that holds Migrations.
func New(pool *pgxpool.Pool, l Limits) *Store { return &Store{db: pool, limits: l} }

// Limits returns the bounds of every session.
func (s *Store) Limits() Limits { return s.limits }

// Open begins a session and returns the token for the cookie. Sessions that
// are over are cleared on the way.
func (s *Store) Open(ctx context.Context, person, address, browser string, now time.Time) (string, error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	token := base64.RawURLEncoding.EncodeToString(raw)
	_, err := s.db.Exec(ctx, `
		WITH over AS (DELETE FROM web.session WHERE ends_at < $3 OR active_at < $4)
		INSERT INTO web.session (token_hash, person, created_at, active_at, ends_at, address, agent)
		VALUES ($1, $2, $3, $3, $5, $6, $7)`,
		hash(token), person, now, now.Add(-s.limits.Idle), now.Add(s.limits.Max), clean(address), clean(browser))
	if err != nil {
		return "", fmt.Errorf("auth: open session of %s: %w", person, err)
	}
	return token, nil
}

// Find returns the session of a token, or ErrNoSession. With touch it counts
// as activity of the person.
func (s *Store) Find(ctx context.Context, token string, touch bool, now time.Time) (Session, error) {
	var found Session
	err := s.db.QueryRow(ctx, `
		SELECT person, created_at, active_at, ends_at FROM web.session
		WHERE token_hash = $1 AND ends_at > $2 AND active_at > $3`,
		hash(token), now, now.Add(-s.limits.Idle)).Scan(&found.Person, &found.Created, &found.Active, &found.Ends)
	if errors.Is(err, pgx.ErrNoRows) {
		return Session{}, ErrNoSession
	}
	if err != nil {
		return Session{}, fmt.Errorf("auth: find session: %w", err)
	}
	// Once in a while is enough: the idle limit is counted in minutes.
	if touch && now.Sub(found.Active) > s.limits.Idle/60 {
		if _, err := s.db.Exec(ctx, `
			UPDATE web.session SET active_at = $2 WHERE token_hash = $1`, hash(token), now); err != nil {
			return Session{}, fmt.Errorf("auth: touch session: %w", err)
		}
		found.Active = now
	}
	return found, nil
}

// Close ends the session of a token.
func (s *Store) Close(ctx context.Context, token string) error {
	if _, err := s.db.Exec(ctx, `DELETE FROM web.session WHERE token_hash = $1`, hash(token)); err != nil {
		return fmt.Errorf("auth: close session: %w", err)
	}
	return nil
}

// CloseOthers ends every session of a person but that of a token.
func (s *Store) CloseOthers(ctx context.Context, person, token string) error {
	if _, err := s.db.Exec(ctx, `
		DELETE FROM web.session WHERE person = $1 AND token_hash <> $2`, person, hash(token)); err != nil {
		return fmt.Errorf("auth: close other sessions of %s: %w", person, err)
	}
	return nil
}

func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// clean makes a header fit for the database.
func clean(s string) string {
	s = strings.ReplaceAll(s[:min(len(s), 200)], "\x00", "")
	return strings.ToValidUTF8(s, "?")
}
