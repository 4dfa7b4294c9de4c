package ticketing

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Code is one value of a code table, as people choose it.
type Code struct {
	Code         string
	Name         Words
	NeedsSubject bool   // business types: a ticket must name what it is about
	Digits       string // channels: the two digits in the ticket's number
	Active       bool   // may be chosen for new tickets
}

// codes are the code tables that the rules ask. They are small and read anew
// for every change, so that an operator's change counts at once.
type codes struct {
	types    map[BusinessType]Code
	channels map[Channel]Code
}

// BusinessTypes lists the business types in the order in which they are shown.
func (s *Store) BusinessTypes(ctx context.Context) ([]Code, error) {
	return s.codes(ctx, `SELECT code, name, name_en, needs_subject, '', active FROM ticketing.business_type ORDER BY place, code`)
}

// Channels lists the channels in the order in which they are shown.
func (s *Store) Channels(ctx context.Context) ([]Code, error) {
	return s.codes(ctx, `SELECT code, name, name_en, false, digits, active FROM ticketing.channel ORDER BY place, code`)
}

func (s *Store) codes(ctx context.Context, query string) ([]Code, error) {
	rows, err := s.pool.Query(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read a code table: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Code, error) {
		var c Code
		err := row.Scan(&c.Code, &c.Name.ZH, &c.Name.EN, &c.NeedsSubject, &c.Digits, &c.Active)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read a code table: %w", err)
	}
	return list, nil
}

func (s *Store) readCodes(ctx context.Context) (codes, error) {
	c := codes{types: map[BusinessType]Code{}, channels: map[Channel]Code{}}
	types, err := s.BusinessTypes(ctx)
	if err != nil {
		return c, err
	}
	for _, t := range types {
		c.types[BusinessType(t.Code)] = t
	}
	channels, err := s.Channels(ctx)
	for _, ch := range channels {
		c.channels[Channel(ch.Code)] = ch
	}
	return c, err
}

// Missing says what must be filled in before the ticket can be registered; of a
// ticket that is registered, nothing.
func (s *Store) Missing(ctx context.Context, t Ticket) ([]FieldProblem, error) {
	if t.State != Draft {
		return nil, nil
	}
	c, err := s.readCodes(ctx)
	if err != nil {
		return nil, err
	}
	return c.missing(t), nil
}
