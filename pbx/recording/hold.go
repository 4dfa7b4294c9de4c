package recording

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Errors of holds, to compare with errors.Is.
var (
	// ErrHeld means that the recording is on hold already.
	ErrHeld = errkind.New(errkind.Conflict, "recording: it is on hold already")
	// ErrNotHeld means that the recording is not on hold.
	ErrNotHeld = errkind.New(errkind.Conflict, "recording: it is not on hold")
)

// LegalHold 封存 keeps a recording beyond its time, until somebody lifts it.
type LegalHold struct {
	By     string
	Reason string
	Since  time.Time

	Until     *time.Time // nil: it holds
	LiftedBy  string
	LiftedFor string
}

// Hold puts a recording on hold. Errors: ErrNoReason, ErrNone, ErrErased,
// ErrHeld.
func (v *Vault) Hold(ctx context.Context, callID, by, reason string, now time.Time) error {
	reason, err := reasoned(reason)
	if err != nil {
		return err
	}
	// The row changes, so that a deletion that began a moment ago either sees the
	// hold or has been seen.
	tag, err := v.pool.Exec(ctx, `
		WITH held AS (
			UPDATE recording.recording SET held = true
			WHERE call_id = $1 AND NOT held AND state NOT IN ('none', 'erasing', 'erased')
			RETURNING call_id)
		INSERT INTO recording.hold (call_id, by_person, reason, since) SELECT call_id, $2, $3, $4 FROM held`,
		callID, by, reason, now)
	if err != nil {
		return fmt.Errorf("put call %s on hold: %w", callID, err)
	}
	if tag.RowsAffected() == 1 {
		return nil
	}
	found, err := v.Find(ctx, callID)
	switch {
	case err != nil:
		return err
	case found[callID].State == None:
		return ErrNone
	case found[callID].State == Erasing, found[callID].State == Erased:
		return ErrErased
	}
	return ErrHeld
}

// Lift ends a hold. Errors: ErrNoReason, ErrNotHeld.
func (v *Vault) Lift(ctx context.Context, callID, by, reason string, now time.Time) error {
	reason, err := reasoned(reason)
	if err != nil {
		return err
	}
	tag, err := v.pool.Exec(ctx, `
		WITH lifted AS (
			UPDATE recording.recording SET held = false WHERE call_id = $1 AND held
			RETURNING call_id)
		UPDATE recording.hold h SET until = greatest($4, h.since), lifted_by = $2, lifted_for = $3
		FROM lifted WHERE h.call_id = lifted.call_id AND h.until IS NULL`, callID, by, reason, now)
	if err != nil {
		return fmt.Errorf("lift the hold of call %s: %w", callID, err)
	}
	if tag.RowsAffected() == 0 {
		return ErrNotHeld
	}
	return nil
}

// Holds returns every hold of a recording, the latest first.
func (v *Vault) Holds(ctx context.Context, callID string) ([]LegalHold, error) {
	rows, err := v.pool.Query(ctx, `
		SELECT by_person, reason, since, until, coalesce(lifted_by, ''), coalesce(lifted_for, '')
		FROM recording.hold WHERE call_id = $1 ORDER BY id DESC`, callID)
	var holds []LegalHold
	if err == nil {
		holds, err = pgx.CollectRows(rows, pgx.RowToStructByPos[LegalHold])
	}
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("read the holds of call %s: %w", callID, err)
	}
	return holds, nil
}
