package ticketing

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/id"
)

// Categories is what ticketing asks of the directory.
type Categories interface {
	// Category looks a code up in the current code set; nil: there is none.
	Category(ctx context.Context, code string) (*Category, error)
}

// Category is 业务分类 as far as a ticket needs to know.
type Category struct {
	Code    string
	Version string // of the code set
	InScope bool   // false: referral only (railway, air, post)
}

// Zones tells the time zone of a site; nil: Beijing time everywhere.
type Zones func(site string) *time.Location

// Store keeps tickets in Postgres.
type Store struct {
	pool       *pgxpool.Pool
	categories Categories
	zones      Zones
}

// New returns a store on a database that has been migrated (Migrations).
func New(pool *pgxpool.Pool, categories Categories, zones Zones) *Store {
	if zones == nil {
		zones = func(string) *time.Location { return beijing }
	}
	return &Store{pool: pool, categories: categories, zones: zones}
}

// Get returns the ticket by its number, or by its id, if it exists for the
// person; otherwise ErrNotFound.
func (s *Store) Get(ctx context.Context, ref string, p Person) (Ticket, error) {
	column, ok := refColumn(ref)
	if !ok {
		return Ticket{}, ErrNotFound
	}
	list, err := s.query(ctx, `SELECT `+columns+` FROM ticketing.ticket t WHERE t.`+column+` = $1`, ref)
	if err != nil {
		return Ticket{}, fmt.Errorf("read ticket %s: %w", ref, err)
	}
	if len(list) == 0 || !p.MaySee(list[0]) {
		return Ticket{}, ErrNotFound
	}
	return list[0], nil
}

// refColumn tells whether ref, which comes from outside, is a number or an id.
func refColumn(ref string) (string, bool) {
	if numberForm.MatchString(ref) {
		return "number", true
	}
	_, err := id.Parse(ref)
	return "id", err == nil
}

// OpenOfCaller returns the registered tickets of a site that are still open and
// were called in from this number, or name it as the contact number; the newest
// first, at most 20. A number that leads to nobody has none.
func (s *Store) OpenOfCaller(ctx context.Context, site, number string) ([]Ticket, error) {
	key := numberKey(number)
	if key == "" {
		return nil, nil
	}
	list, err := s.query(ctx, `
		SELECT `+columns+` FROM ticketing.ticket t
		WHERE site = $1 AND (caller_key = $2 OR contact_key = $2) AND state = ANY($3)
		ORDER BY created_at DESC, id DESC
		LIMIT 20`, site, key, openStates())
	if err != nil {
		return nil, fmt.Errorf("read the open tickets of a caller: %w", err)
	}
	return list, nil
}

func openStates() []string {
	var open []string
	for _, s := range States {
		if s.Open() {
			open = append(open, string(s))
		}
	}
	return open
}

// OfCall returns the tickets of a call that exist for the person, cancelled
// drafts excepted, the oldest first.
func (s *Store) OfCall(ctx context.Context, callID string, p Person) ([]Ticket, error) {
	byCall, err := s.OfCalls(ctx, []string{callID}, p)
	return byCall[callID], err
}

// OfCalls is OfCall for many calls at once, by call.
func (s *Store) OfCalls(ctx context.Context, callIDs []string, p Person) (map[string][]Ticket, error) {
	wanted := map[string]bool{}
	var plain []string
	for _, c := range callIDs {
		if callForm.MatchString(c) && !wanted[c] {
			wanted[c] = true
			plain = append(plain, c)
		}
	}
	list, err := s.query(ctx, `
		SELECT `+columns+` FROM ticketing.ticket t
		WHERE id IN (SELECT ticket_id FROM ticketing.ticket_call WHERE call_id = ANY($1)) AND state <> 'cancelled'
		ORDER BY created_at, id`, plain)
	if err != nil {
		return nil, fmt.Errorf("read the tickets of %d calls: %w", len(plain), err)
	}
	byCall := map[string][]Ticket{}
	for _, t := range list {
		for _, c := range t.Calls {
			if wanted[c] && p.MaySee(t) {
				byCall[c] = append(byCall[c], t)
			}
		}
	}
	return byCall, nil
}

// callForm is what ids of calls may look like.
var callForm = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)

// Log returns the history of a ticket that exists for the person, the oldest
// line first.
func (s *Store) Log(ctx context.Context, ref string, p Person) ([]LogEntry, error) {
	t, err := s.Get(ctx, ref, p)
	if err != nil {
		return nil, err
	}
	rows, err := s.pool.Query(ctx, `
		SELECT at, by_person, action, coalesce(from_state, ''), to_state, note
		FROM ticketing.ticket_log WHERE ticket_id = $1 ORDER BY rev`, t.ID)
	if err != nil {
		return nil, fmt.Errorf("read the history of ticket %s: %w", ref, err)
	}
	entries, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (LogEntry, error) {
		var e LogEntry
		err := row.Scan(&e.At, &e.By, &e.Action, &e.From, &e.To, &e.Note)
		e.At = e.At.UTC()
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the history of ticket %s: %w", ref, err)
	}
	return entries, nil
}
