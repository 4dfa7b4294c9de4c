package tollfraud

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/id"
)

// EventKind says what happened.
type EventKind string

// The kinds.
const (
	Refused       EventKind = "refused" // a call was not dialled
	Cut           EventKind = "cut"     // a call was ended by us
	Lock          EventKind = "lock"    // somebody stopped calls to outside
	Unlock        EventKind = "unlock"
	PolicyChanged EventKind = "policy"
)

// Event is something that people should be able to look up later.
type Event struct {
	ID     string
	At     time.Time
	Site   string
	Kind   EventKind
	Ground Ground // of a refusal or a cut
	Person string // the agent, or who changed something; empty: a flow or the engine
	Call   string
	Number string // masked
	Name   string // of the rule that forbids
	Most   int    // of the cap that was reached
	Reason string // given by a person
}

// refusal makes the event of a refused request.
func refusal(r Request, why *Refusal) Event {
	return Event{
		ID: id.New(), At: r.At, Site: r.Site, Kind: Refused, Ground: why.Ground, Person: r.Agent, Call: r.Call,
		Number: Mask(printable(r.Number)), Name: why.Rule, Most: why.Limit,
	}
}

// printable leaves of what was dialled only what may be kept.
func printable(number string) string {
	kept := make([]rune, 0, maxDigits)
	for _, r := range number {
		switch {
		case len(kept) == maxDigits:
			return string(kept)
		case r >= '0' && r <= '9', r == '+', r == '*', r == '#':
			kept = append(kept, r)
		}
	}
	return string(kept)
}

func write(ctx context.Context, db querier, e Event) error {
	if _, err := db.Exec(ctx, `
		INSERT INTO tollfraud.event (id, at, site, kind, ground, person, call, number, name, most, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING`,
		e.ID, e.At, e.Site, e.Kind, e.Ground, e.Person, e.Call, e.Number, e.Name, e.Most, e.Reason); err != nil {
		return fmt.Errorf("tollfraud: write an event down: %w", err)
	}
	return nil
}

// EventFilter chooses events.
type EventFilter struct {
	Site   string
	From   time.Time // included
	To     time.Time // not included
	Kind   EventKind // empty: all
	Ground Ground    // empty: all
	Person string    // empty: all
	Limit  int
	Offset int
}

const selectEvent = `SELECT id::text, at, site, kind, ground, person, call, number, name, most, reason FROM tollfraud.event `

// Events returns events, newest first, and how many there are.
func (s *Store) Events(ctx context.Context, f EventFilter) ([]Event, int, error) {
	const where = `
		WHERE site = $1 AND at >= $2 AND at < $3 AND ($4 = '' OR kind = $4) AND ($5 = '' OR ground = $5) AND ($6 = '' OR person = $6) `
	args := []any{f.Site, f.From, f.To, f.Kind, f.Ground, f.Person}
	rows, err := s.db.Query(ctx, selectEvent+where+`ORDER BY at DESC, id DESC LIMIT $7 OFFSET $8`, append(args, f.Limit, f.Offset)...)
	if err != nil {
		return nil, 0, fmt.Errorf("tollfraud: read the events of site %s: %w", f.Site, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Event])
	if err != nil {
		return nil, 0, fmt.Errorf("tollfraud: read the events of site %s: %w", f.Site, err)
	}
	var total int
	if err := s.db.QueryRow(ctx, `SELECT count(*) FROM tollfraud.event `+where, args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("tollfraud: count the events of site %s: %w", f.Site, err)
	}
	return found, total, nil
}

// mostIncidents bounds one answer of Since.
const mostIncidents = 1000

// Since returns the incidents (refusals and cuts) of every site after a moment,
// oldest first, at most 1000: ask again from the last one's time. It is what
// alarms are made of.
func (s *Store) Since(ctx context.Context, t time.Time) ([]Event, error) {
	rows, err := s.db.Query(ctx, selectEvent+`
		WHERE at > $1 AND kind IN ('refused', 'cut') ORDER BY at, id LIMIT $2`, t, mostIncidents)
	if err != nil {
		return nil, fmt.Errorf("tollfraud: read incidents: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Event])
	if err != nil {
		return nil, fmt.Errorf("tollfraud: read incidents: %w", err)
	}
	return found, nil
}
