package ticketing

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var siteForm = regexp.MustCompile(`^[0-9]{6}$`)

//go:embed move.sql
var moveSQL string

// Act does one action with a ticket. Of several that act on the same revision
// one wins, the others get *StaleError. Errors: ErrNotFound, *StaleError,
// *MoveError, *RoleError, *MissingError, ErrNoAction, ErrSecondDraft,
// ErrNumbersUsedUp.
func (s *Store) Act(ctx context.Context, ref string, a Action, in ActInput, now time.Time) (Ticket, error) {
	t, err := s.Get(ctx, ref, in.By)
	if err != nil {
		return Ticket{}, err
	}
	if t.Rev != in.Rev {
		return Ticket{}, &StaleError{Current: t}
	}
	if err := allowed(t, a, in.By); err != nil {
		return Ticket{}, err // before the directory is asked
	}
	c, err := s.readCodes(ctx)
	if err != nil {
		return Ticket{}, err
	}
	var category *Category
	if deeds[a].registers && t.Category != "" {
		if category, err = s.categories.Category(ctx, t.Category); err != nil {
			return Ticket{}, fmt.Errorf("look up the category of ticket %s: %w", ref, err)
		}
	}
	in = in.clean()
	next, err := decide(t, a, in, c, category, now)
	if err != nil {
		return Ticket{}, err
	}
	moved, err := s.move(ctx, t, next, a, in, now)
	if err != nil {
		return Ticket{}, err
	}
	return s.after(ctx, t.ID, in.By, moved)
}

// move writes the ticket and its history; false: somebody else was faster. What
// must go out with a move (the outbox of package exchange) belongs into this
// transaction.
func (s *Store) move(ctx context.Context, from, to Ticket, a Action, in ActInput, now time.Time) (bool, error) {
	reply, err := replyJSON(to.Reply)
	if err != nil {
		return false, err
	}
	public := ""
	if to.Reply != nil {
		public = to.Reply.Public
	}
	zone := s.zones(from.Site)
	args := pgx.NamedArgs{
		"id": from.ID, "rev": from.Rev, "from": from.State, "to": to.State, "action": a, "by": in.By.ID, "note": in.Note, "now": now,
		"registers": deeds[a].registers, "day": now.In(zone).Format(time.DateOnly), "head": numberHead(from.Site, now, zone),
		"title": to.Title, "category_version": to.CategoryVersion, "instant": to.Instant, "valid": to.Valid,
		"accepted_at": to.AcceptedAt, "accepted_by": to.AcceptedBy, "reply": reply, "public_reply": public, "typed_reply": to.TypedReply,
	}
	moved := false
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, moveSQL, args)
		moved = tag.RowsAffected() == 1
		if err == nil && !moved {
			return errLost // takes the number back
		}
		return err
	})
	switch {
	case errors.Is(err, errLost):
		return false, nil
	case secondDraft(err):
		return false, ErrSecondDraft
	case numbersUsedUp(err):
		return false, ErrNumbersUsedUp
	case err != nil:
		return false, fmt.Errorf("%s ticket %s: %w", a, from.ID, err)
	}
	return moved, nil
}

var errLost = errors.New("somebody else was faster")

func numbersUsedUp(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.ConstraintName == "number_sequence_last_check"
}
