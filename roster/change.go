package roster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Change is one line of the history of a person's day.
type Change struct {
	At     time.Time
	By     string
	Reason string
	Before Cell
	After  Cell
}

// Changes returns the history of a person's day, the latest first.
func (s *Store) Changes(ctx context.Context, site, person string, date Date) ([]Change, error) {
	rows, err := s.db.Query(ctx, `
		SELECT at, by, reason, before, after FROM roster.change
		WHERE site = $1 AND person = $2 AND date = $3::text::date ORDER BY id DESC LIMIT 200`, site, person, string(date))
	if err != nil {
		return nil, fmt.Errorf("roster: read changes: %w", err)
	}
	changes, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Change, error) {
		var c Change
		var before, after []byte
		err := row.Scan(&c.At, &c.By, &c.Reason, &before, &after)
		if err == nil {
			err = errors.Join(json.Unmarshal(before, &c.Before), json.Unmarshal(after, &c.After))
		}
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("roster: read changes: %w", err)
	}
	return changes, nil
}

// leaveKnown turns the refusal of an unknown kind of leave into words.
func leaveKnown(err error, c Cell) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.ConstraintName == "leave_kind_fkey" {
		return &InputError{Problem: UnknownLeave, Text: clip(c.Leave), Person: c.Person, Date: c.Date}
	}
	return err
}
