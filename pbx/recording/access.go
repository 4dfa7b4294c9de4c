package recording

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// ErrNoReason refuses what must be justified and is not.
var ErrNoReason = errkind.New(errkind.Invalid, "recording: a reason of 2 to 500 characters is required")

// Use is what somebody does with a recording.
type Use string

// The uses.
const (
	Play     Use = "play"
	Download Use = "download"
)

// Access is a line of the access log: who heard what, when and why.
type Access struct {
	ID     int64
	At     time.Time
	Person string
	CallID string
	Use    Use
	Own    bool // a conversation of the person's own: needs no reason to be played
	Reason string
	Heard  []Span // what was given out; joined, in order
}

// Admit writes down who is about to hear what, and returns the number of the
// line. Give nothing out before it has returned without an error. Errors:
// ErrNoReason.
func (v *Vault) Admit(ctx context.Context, a Access) (int64, error) {
	reason, err := reasoned(a.Reason)
	if err != nil && (!a.Own || a.Use != Play) {
		return 0, err
	}
	var id int64
	err = v.pool.QueryRow(ctx, `
		INSERT INTO recording.access (at, person, call_id, action, own, reason) VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING id`, a.At, a.Person, a.CallID, a.Use, a.Own, reason).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("write down that call %s is heard: %w", a.CallID, err)
	}
	return id, nil
}

// reasoned checks what somebody gives as a reason.
func reasoned(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n < 2 || n > 500 || !utf8.ValidString(reason) || strings.Contains(reason, "\x00") {
		return "", ErrNoReason
	}
	return reason, nil
}

// Listening returns the line under which a person plays a recording since a
// moment; 0: there is none.
func (v *Vault) Listening(ctx context.Context, person, callID string, since time.Time) (int64, error) {
	var id int64
	err := v.pool.QueryRow(ctx, `
		SELECT coalesce(max(id), 0) FROM recording.access
		WHERE person = $1 AND call_id = $2 AND action = 'play' AND at >= $3`, person, callID, since).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("find who hears call %s: %w", callID, err)
	}
	return id, nil
}

// Heard adds to a line of the log what was given out, in bytes of the WAV file.
func (v *Vault) Heard(ctx context.Context, id int64, from, to int64) error {
	at := func(b int64) float64 { return float64(max(0, b-headBytes)) / (rate * frameBytes) }
	if to <= headBytes || to <= from {
		return nil
	}
	_, err := v.pool.Exec(ctx, `
		UPDATE recording.access
		SET heard = heard + nummultirange(numrange(round($2::float8::numeric, 1), round($3::float8::numeric, 1)))
		WHERE id = $1`, id, at(from), at(to))
	if err != nil {
		return fmt.Errorf("write down what was heard: %w", err)
	}
	return nil
}

// AccessLog returns who heard a recording, the latest first, at most 200 lines.
func (v *Vault) AccessLog(ctx context.Context, callID string) ([]Access, error) {
	rows, err := v.pool.Query(ctx, `
		SELECT id, at, person, call_id, action, own, reason,
			ARRAY(SELECT lower(r)::float8 FROM unnest(heard) r ORDER BY r), ARRAY(SELECT upper(r)::float8 FROM unnest(heard) r ORDER BY r)
		FROM recording.access WHERE call_id = $1 ORDER BY at DESC, id DESC LIMIT 200`, callID)
	var log []Access
	if err == nil {
		log, err = pgx.CollectRows(rows, scanAccess)
	}
	if err != nil {
		return nil, fmt.Errorf("read who heard call %s: %w", callID, err)
	}
	return log, nil
}

func scanAccess(row pgx.CollectableRow) (Access, error) {
	var a Access
	var from, to []float64
	err := row.Scan(&a.ID, &a.At, &a.Person, &a.CallID, &a.Use, &a.Own, &a.Reason, &from, &to)
	for i := range from {
		a.Heard = append(a.Heard, Span{from[i], to[i]})
	}
	return a, err
}
