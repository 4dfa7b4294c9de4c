package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Block keeps a number from calling.
type Block struct {
	Number  string    // in the form of Normalise
	Site    string    // empty: the whole node
	Reason  string    // for the people who decide about lifting it
	Until   time.Time // zero: for good
	AddedBy string
	AddedAt time.Time
}

// Blacklisted reports whether a number, as received, may not call a site at
// this time. A withheld or unreadable number is never blacklisted.
func (s *Store) Blacklisted(ctx context.Context, site, number string, now time.Time) (bool, error) {
	number = Normalise(number)
	if number == "" {
		return false, nil
	}
	var blocked bool
	err := s.db.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM directory.blacklist
		               WHERE number = $1 AND (site IS NULL OR site = $2) AND (until IS NULL OR until > $3))`,
		number, site, now).Scan(&blocked)
	if err != nil {
		return false, fmt.Errorf("directory: look at the blacklist of site %s: %w", site, err)
	}
	return blocked, nil
}

// AddBlock blocks a number, or changes an existing block of it.
func (s *Store) AddBlock(ctx context.Context, b Block) error {
	number := Normalise(b.Number)
	if len(number) < 3 || b.Reason == "" || !storable(b.Reason) || !b.Until.IsZero() && !b.Until.After(b.AddedAt) {
		return invalid("a block needs a number, a reason and an end in the future")
	}
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO directory.blacklist (number, site, reason, until, added_by, added_at)
			VALUES ($1, nullif($2, ''), $3, nullif($4, '0001-01-01T00:00:00Z'::timestamptz), $5, $6)
			ON CONFLICT (number, site) DO UPDATE
			SET reason = excluded.reason, until = excluded.until,
			    added_by = excluded.added_by, added_at = excluded.added_at`,
			number, b.Site, b.Reason, b.Until, b.AddedBy, b.AddedAt)
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "23503" { // foreign_key_violation
			return invalid("a block names a site or a person that is not there")
		}
		if err != nil {
			return fmt.Errorf("directory: block a number: %w", err)
		}
		return record(ctx, tx, Entry{At: b.AddedAt, Person: b.AddedBy, Action: "block", Subject: "site/" + b.Site, Reason: b.Reason})
	})
}

// RemoveBlock lets a number call again, or fails with ErrNotFound.
func (s *Store) RemoveBlock(ctx context.Context, by, site, number string, now time.Time) error {
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			DELETE FROM directory.blacklist WHERE number = $1 AND site IS NOT DISTINCT FROM nullif($2, '')`,
			Normalise(number), site)
		if err != nil {
			return fmt.Errorf("directory: lift a block: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return fmt.Errorf("block: %w", ErrNotFound)
		}
		return record(ctx, tx, Entry{At: now, Person: by, Action: "unblock", Subject: "site/" + site})
	})
}

// Blacklist returns the blocks that hold for a site now, those of the whole
// node among them, newest first.
func (s *Store) Blacklist(ctx context.Context, site string, now time.Time) ([]Block, error) {
	found, err := collect[Block](ctx, s.db, `
		SELECT number, coalesce(site, '') AS site, reason,
		       coalesce(until, '0001-01-01T00:00:00Z') AS until, added_by, added_at
		FROM directory.blacklist
		WHERE (site IS NULL OR site = $1) AND (until IS NULL OR until > $2) ORDER BY added_at DESC, number`, site, now)
	if err != nil {
		return nil, fmt.Errorf("directory: read the blacklist of site %s: %w", site, err)
	}
	return found, nil
}
