package ticketing

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/id"
)

// NewDraft is what a ticket begins with.
type NewDraft struct {
	Site         string // must be the person's
	CallID       string // empty: not from a call
	CallerNumber string // as the switch told it; may hold anything
	Fields       Fields // what is known already
	By           Person
}

// ErrBadDraft means that a draft was asked for something that is no site or no
// call.
var ErrBadDraft = errkind.New(errkind.Invalid, "ticketing: a draft needs the person's own site and a possible call")

//go:embed draft.sql
var draftSQL string

// Draft begins a ticket. A draft of the same call by the same person is
// returned as it is instead of a second one. Errors: *MissingError when a
// field cannot be kept, *RoleError, ErrBadDraft.
func (s *Store) Draft(ctx context.Context, n NewDraft) (Ticket, error) {
	if !siteForm.MatchString(n.Site) || n.By.Site != n.Site || n.By.ID == "" || n.CallID != "" && !callForm.MatchString(n.CallID) {
		return Ticket{}, ErrBadDraft
	}
	if submit, _ := moveOf(ActSubmit); !anyRole(n.By.Roles, submit.By) {
		return Ticket{}, &RoleError{Action: ActSubmit}
	}
	c, err := s.readCodes(ctx)
	if err != nil {
		return Ticket{}, err
	}
	fields, wrong := n.Fields.clean(c)
	if err := refusal(wrong); err != nil {
		return Ticket{}, err
	}
	number := line(n.CallerNumber)
	if utf8.RuneCountInString(number) > maxCaller {
		return Ticket{}, fmt.Errorf("%w: the caller's number has more than %d characters", ErrBadDraft, maxCaller)
	}
	args := fieldArgs(fields)
	maps.Copy(args, pgx.NamedArgs{
		"id": id.New(), "site": n.Site, "owner": n.By.ID, "call": null(n.CallID),
		"caller_number": number, "caller_key": numberKey(number),
	})
	return s.insertDraft(ctx, args)
}

// insertDraft inserts or finds. The one found can leave the drafts in the same
// moment, hence the second and third try.
func (s *Store) insertDraft(ctx context.Context, args pgx.NamedArgs) (Ticket, error) {
	for range 3 {
		if _, err := s.pool.Exec(ctx, draftSQL, args); err != nil {
			return Ticket{}, fmt.Errorf("draft a ticket: %w", err)
		}
		list, err := s.query(ctx, `
			SELECT `+columns+` FROM ticketing.ticket t
			WHERE id = $1 OR (first_call = $2 AND owner = $3 AND state = 'draft')
			ORDER BY id = $1 DESC
			LIMIT 1`, args["id"], args["call"], args["owner"])
		if err != nil {
			return Ticket{}, fmt.Errorf("read the new draft: %w", err)
		}
		if len(list) == 1 {
			return list[0], nil
		}
	}
	return Ticket{}, fmt.Errorf("draft a ticket: %w", ErrStale)
}

// secondDraft reports whether err is the refusal of a second draft for a call.
func secondDraft(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.ConstraintName == "ticket_one_draft"
}
