package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/id"
)

// List is one of the lists of telephone numbers.
type List string

// The lists.
const (
	VIP       List = "vip"   // 重点来电人: are taken earlier
	Blacklist List = "black" // 黑名单: may not call
)

// Priorities of VIPs: the higher, the earlier the call is taken.
const (
	LowestVIP  = 1
	HighestVIP = 5
)

// Listed is an entry of a list. It holds from From until Until, or until it is
// ended by hand, and stays as history.
type Listed struct {
	ID        string
	List      List
	Number    string // in the form of Normalise
	Prefix    bool   // Number is how the numbers meant begin
	Site      string // empty: the whole node
	Priority  int    // of a VIP: 1 to 5; else 0
	Reason    string
	Notes     string
	From      time.Time
	Until     time.Time // zero: for good
	AddedBy   string
	AddedAt   time.Time
	EndedAt   time.Time // zero: nobody has ended it
	EndedBy   string
	EndReason string
}

// Holds reports whether the entry counts at a time.
func (l Listed) Holds(at time.Time) bool {
	return !at.Before(l.From) && (l.Until.IsZero() || at.Before(l.Until)) && (l.EndedAt.IsZero() || at.Before(l.EndedAt))
}

// Covers reports whether the entry means a number in the form of Normalise.
func (l Listed) Covers(number string) bool {
	return number != "" && (number == l.Number || l.Prefix && strings.HasPrefix(number, l.Number))
}

// ErrListed refuses to put a number on a list twice.
var ErrListed = errkind.New(errkind.Conflict, "directory: the number is on the list already")

// ErrListReason refuses an entry that nobody could understand later.
var ErrListReason = errkind.New(errkind.Invalid, "directory: an entry, and its end, need a reason of 2 to 500 characters")

// maxUntil is how far ahead an entry may end: a slip of the pen is not for good.
const maxUntil = 10 * 365 * 24 * time.Hour

// check tells what is wrong with an entry that somebody wants to add.
func (l Listed) check() error {
	switch digits := strings.TrimPrefix(l.Number, "+"); {
	case l.List != VIP && l.List != Blacklist:
		return invalid("there is no list %.20q", l.List)
	case len(digits) < 3 || l.Prefix && len(digits) > 15:
		return invalid("an entry needs a telephone number, or at least the first three digits of one")
	case l.List == VIP && (l.Priority < LowestVIP || l.Priority > HighestVIP), l.List == Blacklist && l.Priority != 0:
		return invalid("a VIP has a priority of 1 to 5, others have none")
	case !l.Until.IsZero() && (!l.Until.After(l.From) || l.Until.Sub(l.From) > maxUntil):
		return invalid("an entry ends after it begins, and within ten years")
	case !reasonable(l.Notes, 0):
		return invalid("notes are at most 500 characters")
	case !reasonable(l.Reason, 2):
		return ErrListReason
	}
	return nil
}

// reasonable reports whether a text from outside has least to 500 characters
// and can be kept.
func reasonable(s string, least int) bool {
	n := utf8.RuneCountInString(strings.TrimSpace(s))
	return n >= least && n <= 500 && storable(s)
}

// AddListed puts a number, in any form, on a list and returns the entry.
// AddedBy and AddedAt say who and when; From defaults to AddedAt. It fails with
// ErrListed while an equal entry holds.
func (s *Store) AddListed(ctx context.Context, l Listed) (Listed, error) {
	l.ID, l.Number = id.New(), Normalise(l.Number)
	l.Reason, l.Notes = strings.TrimSpace(l.Reason), strings.TrimSpace(l.Notes)
	if l.From.IsZero() {
		l.From = l.AddedAt
	}
	if err := l.check(); err != nil {
		return Listed{}, err
	}
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		// What has ended by itself makes room.
		if _, err := tx.Exec(ctx, `
			UPDATE directory.listed SET ended_at = until
			WHERE list = $1 AND number = $2 AND prefix = $3 AND site IS NOT DISTINCT FROM nullif($4, '')
			  AND ended_at IS NULL AND until <= $5`, l.List, l.Number, l.Prefix, l.Site, l.AddedAt); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO directory.listed (id, list, number, prefix, site, priority, reason, notes, from_at, until, added_by, added_at)
			VALUES ($1, $2, $3, $4, nullif($5, ''), $6, $7, $8, $9, nullif($10, '0001-01-01T00:00:00Z'::timestamptz), $11, $12)`,
			l.ID, l.List, l.Number, l.Prefix, l.Site, l.Priority, l.Reason, l.Notes, l.From, l.Until, l.AddedBy, l.AddedAt); err != nil {
			return err
		}
		return record(ctx, tx, Entry{At: l.AddedAt, Person: l.AddedBy, Action: "list_" + string(l.List), Subject: "listed/" + l.ID, Reason: l.Reason})
	})
	return l, listError(err)
}

// ChangeListed changes reason, notes, priority and end of an entry that holds
// or will, and returns it. Its number stays: for another one there is another
// entry.
func (s *Store) ChangeListed(ctx context.Context, by string, change Listed, now time.Time) (Listed, error) {
	var changed Listed
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		old, err := listed(ctx, tx, change.ID, now)
		if err != nil {
			return err
		}
		if !old.EndedAt.IsZero() {
			return fmt.Errorf("entry %s has ended: %w", change.ID, ErrNotFound)
		}
		changed = old
		changed.Reason, changed.Notes = strings.TrimSpace(change.Reason), strings.TrimSpace(change.Notes)
		changed.Priority, changed.Until = change.Priority, change.Until
		if err := changed.check(); err != nil {
			return err
		}
		if !changed.Until.IsZero() && !changed.Until.After(now) {
			return invalid("an entry ends in the future; to end it now, end it")
		}
		if _, err := tx.Exec(ctx, `
			UPDATE directory.listed
			SET reason = $2, notes = $3, priority = $4, until = nullif($5, '0001-01-01T00:00:00Z'::timestamptz)
			WHERE id = $1`, change.ID, changed.Reason, changed.Notes, changed.Priority, changed.Until); err != nil {
			return err
		}
		return record(ctx, tx, Entry{At: now, Person: by, Action: "list_change", Subject: "listed/" + change.ID, Reason: changed.Reason})
	})
	return changed, listError(err)
}

// EndListed ends an entry now, for a reason.
func (s *Store) EndListed(ctx context.Context, by, entry, reason string, now time.Time) error {
	reason = strings.TrimSpace(reason)
	if !reasonable(reason, 2) {
		return ErrListReason
	}
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		old, err := listed(ctx, tx, entry, now)
		if err != nil {
			return err
		}
		if !old.EndedAt.IsZero() {
			return fmt.Errorf("entry %s has ended: %w", entry, ErrNotFound)
		}
		if _, err := tx.Exec(ctx, `
			UPDATE directory.listed SET ended_at = $2, ended_by = $3, end_reason = $4 WHERE id = $1`,
			entry, now, by, reason); err != nil {
			return err
		}
		return record(ctx, tx, Entry{At: now, Person: by, Action: "list_end", Subject: "listed/" + entry, Reason: reason})
	})
	return listError(err)
}

// listError words what the database refuses.
func listError(err error) error {
	if err == nil || errkind.Of(err) != errkind.Internal {
		return err
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code {
		case "23505": // unique_violation
			return ErrListed
		case "23503": // foreign_key_violation
			return invalid("an entry names a site or a person that is not there")
		}
	}
	return fmt.Errorf("directory: change a list of numbers: %w", err)
}

const selectListed = `
	SELECT id::text, list, number, prefix, coalesce(site, '') AS site, priority, reason, notes, from_at AS "from",
	       coalesce(until, '0001-01-01T00:00:00Z') AS until, added_by, added_at,
	       coalesce(ended_at, CASE WHEN until <= $1 THEN until END, '0001-01-01T00:00:00Z') AS ended_at,
	       coalesce(ended_by, '') AS ended_by, end_reason
	FROM directory.listed `

// listed finds an entry and keeps it from being changed by others.
func listed(ctx context.Context, tx pgx.Tx, entry string, now time.Time) (Listed, error) {
	if _, err := id.Parse(entry); err != nil {
		return Listed{}, fmt.Errorf("entry: %w", ErrNotFound)
	}
	found, err := collect[Listed](ctx, tx, selectListed+`WHERE id = $2 FOR UPDATE`, now, entry)
	if err != nil {
		return Listed{}, err
	}
	if len(found) == 0 {
		return Listed{}, fmt.Errorf("entry %s: %w", entry, ErrNotFound)
	}
	return found[0], nil
}

// Listed returns one entry, or ErrNotFound.
func (s *Store) Listed(ctx context.Context, entry string, now time.Time) (Listed, error) {
	var l Listed
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) (err error) {
		l, err = listed(ctx, tx, entry, now)
		return err
	})
	return l, listError(err)
}

// ListFilter chooses entries of a list.
type ListFilter struct {
	Site   string // those of the whole node are always among them
	List   List
	Ended  bool   // the history instead of what holds now, or will
	Number string // whole, in any form: what a number is listed for; empty: all
	Limit  int
	Offset int
}

// ListedNumbers returns entries, the latest first, and how many there are. An
// entry past its end tells the end in EndedAt, although nobody ended it.
func (s *Store) ListedNumbers(ctx context.Context, f ListFilter, now time.Time) ([]Listed, int, error) {
	const where = `
		WHERE list = $2 AND (site IS NULL OR site = $3)
		  AND (ended_at IS NOT NULL OR coalesce(until <= $1, false)) = $4
		  AND ($5 = '' OR number = $5 OR prefix AND starts_with($5, number)) `
	args := []any{now, f.List, f.Site, f.Ended, Normalise(f.Number)}
	found, err := collect[Listed](ctx, s.db, selectListed+where+`ORDER BY coalesce(ended_at, added_at) DESC, id DESC LIMIT $6 OFFSET $7`,
		append(args, f.Limit, f.Offset)...)
	if err != nil {
		return nil, 0, fmt.Errorf("directory: read the list %s of site %s: %w", f.List, f.Site, err)
	}
	var total int
	if err := s.db.QueryRow(ctx, `SELECT count(*) FROM directory.listed `+where, args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("directory: count the list %s of site %s: %w", f.List, f.Site, err)
	}
	return found, total, nil
}

// Holding returns every entry of a list that holds for a site now or will,
// those of the whole node among them.
func (s *Store) Holding(ctx context.Context, site string, list List, now time.Time) ([]Listed, error) {
	found, err := collect[Listed](ctx, s.db, selectListed+`
		WHERE list = $2 AND (site IS NULL OR site = $3) AND ended_at IS NULL AND (until IS NULL OR until > $1)
		ORDER BY added_at DESC, id DESC`, now, list, site)
	if err != nil {
		return nil, fmt.Errorf("directory: read the list %s of site %s: %w", list, site, err)
	}
	return found, nil
}

// Blacklisted reports whether a number, as received, may not call a site at
// this time. A withheld or unreadable number is never blacklisted.
func (s *Store) Blacklisted(ctx context.Context, site, number string, now time.Time) (bool, error) {
	found, err := s.standing(ctx, Blacklist, site, number, now)
	return found >= 0, err
}

// VIP returns the priority of a number, as received, that calls a site: 1 to
// 5, the highest of its entries; 0 when it is nobody special.
func (s *Store) VIP(ctx context.Context, site, number string, now time.Time) (int, error) {
	found, err := s.standing(ctx, VIP, site, number, now)
	return max(found, 0), err
}

// standing is the highest priority among the entries that mean a number; below
// 0 when there is none.
func (s *Store) standing(ctx context.Context, list List, site, number string, now time.Time) (int, error) {
	number = Normalise(number)
	if number == "" {
		return -1, nil
	}
	var highest int
	err := s.db.QueryRow(ctx, `
		SELECT coalesce(max(priority), -1) FROM directory.listed
		WHERE list = $1 AND (number = $2 OR prefix AND starts_with($2, number)) AND (site IS NULL OR site = $3)
		  AND from_at <= $4 AND (until IS NULL OR until > $4) AND ended_at IS NULL`, list, number, site, now).Scan(&highest)
	if err != nil {
		return -1, fmt.Errorf("directory: look at the list %s of site %s: %w", list, site, err)
	}
	return highest, nil
}
