package tollfraud

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/id"
)

// counting is the advisory lock under which places are counted and given, one
// request of the node after the other. Any number will do, if nobody else uses
// it.
const counting = 0x12328_0002

// How long a place is kept for a leg nobody reports as ended: as long as it
// may last and ring, or that of an emergency, which is never cut.
const (
	leaseMargin    = 3 * time.Minute
	leaseEmergency = 2 * time.Hour
)

// Leg is an allowed call to outside.
type Leg struct {
	ID      string
	Call    string
	Agent   string // empty: a flow or the engine
	Number  string // in full: mask it before it is shown
	Trunk   string
	Purpose string
	At      time.Time
}

// Now returns the calls to outside of a site that are going on, oldest first.
func (s *Store) Now(ctx context.Context, site string, now time.Time) ([]Leg, error) {
	rows, err := s.db.Query(ctx, `
		SELECT id, call, agent, number, trunk, purpose, at FROM tollfraud.leg
		WHERE site = $1 AND ended_at IS NULL AND lease > $2 ORDER BY at LIMIT 200`, site, now)
	if err != nil {
		return nil, fmt.Errorf("tollfraud: read the calls of site %s: %w", site, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Leg])
	if err != nil {
		return nil, fmt.Errorf("tollfraud: read the calls of site %s: %w", site, err)
	}
	return found, nil
}

// reserve decides about a request and writes the answer down, before anybody
// else's is counted. A request that comes twice takes its place once.
func (s *Store) reserve(ctx context.Context, r Request) (Way, *Refusal, error) {
	var found Way
	var refused *Refusal
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		p, u, err := measure(ctx, tx, r)
		if err != nil {
			return err
		}
		w, err := Decide(p, r, u)
		if why, ok := errors.AsType[*Refusal](err); ok {
			refused = why
			return write(ctx, tx, refusal(r, why))
		}
		if err != nil {
			return err
		}
		found = w
		return take(ctx, tx, r, w)
	})
	return found, refused, err
}

// measure waits for its turn, then reads the rules and what is counted.
func measure(ctx context.Context, tx pgx.Tx, r Request) (Policy, Usage, error) {
	b := &pgx.Batch{}
	// A process that hangs in the middle must not hold up the others.
	b.Queue(`SELECT set_config('lock_timeout', '1s', true), set_config('idle_in_transaction_session_timeout', '3s', true)`)
	b.Queue(`SELECT pg_advisory_xact_lock($1)`, int64(counting))
	p, u := Default(), Usage{Trunks: map[string]int{}}
	b.Queue(selectVersion, r.Site, 1).Query(func(rows pgx.Rows) error {
		found, err := pgx.CollectRows(rows, scanVersion)
		if err == nil && len(found) > 0 {
			p = found[0].Policy
		}
		return err
	})
	b.Queue(`
		SELECT coalesce((SELECT locked FROM tollfraud.switch WHERE site = $1 ORDER BY id DESC LIMIT 1), false),
		       (SELECT count(*) FROM tollfraud.leg WHERE agent = $2 AND agent <> '' AND counted AND (id, at) <> ($3, $5) AND at > $5::timestamptz - interval '1 hour'),
		       (SELECT count(*) FROM tollfraud.leg WHERE agent = $2 AND agent <> '' AND counted AND (id, at) <> ($3, $5) AND at > $5::timestamptz - interval '24 hours'),
		       (SELECT count(*) FROM tollfraud.leg WHERE site = $1 AND counted AND (id, at) <> ($3, $5) AND at > $5::timestamptz - interval '1 hour'),
		       (SELECT count(*) FROM tollfraud.leg WHERE site = $1 AND number = $4 AND counted AND (id, at) <> ($3, $5) AND at > $5::timestamptz - interval '1 hour'),
		       (SELECT count(*) FROM tollfraud.event WHERE person = $2 AND person <> '' AND kind = 'refused'
		          AND ground IN ('not_allowed', 'forbidden') AND at > $5::timestamptz - interval '1 hour')`,
		r.Site, r.Agent, r.Leg, r.Number, r.At).QueryRow(func(row pgx.Row) error {
		return row.Scan(&u.Locked, &u.AgentHour, &u.AgentDay, &u.SiteHour, &u.SameNumber, &u.Refused)
	})
	b.Queue(`
		SELECT trunk, count(*) FROM tollfraud.leg WHERE ended_at IS NULL AND lease > $1 AND id <> $2 GROUP BY trunk`,
		r.At, r.Leg).Query(func(rows pgx.Rows) error {
		var trunk string
		var calls int
		_, err := pgx.ForEachRow(rows, []any{&trunk, &calls}, func() error {
			u.Trunks[trunk] = calls
			return nil
		})
		return err
	})
	err := tx.SendBatch(ctx, b).Close()
	return p, u, err
}

// take reserves the place of an allowed leg. The switch may try again under the
// same id: then the earlier attempt is over, and both are counted.
func take(ctx context.Context, db querier, r Request, w Way) error {
	lease := leaseEmergency
	if w.Longest > 0 {
		lease = w.Longest + leaseMargin
	}
	if _, err := db.Exec(ctx, `
		WITH earlier AS (
			UPDATE tollfraud.leg SET ended_at = $9 WHERE id = $1 AND at < $9 AND ended_at IS NULL)
		INSERT INTO tollfraud.leg (id, call, site, agent, number, trunk, purpose, counted, at, lease)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id, at) DO UPDATE SET number = $5, trunk = $6, counted = $8, lease = $10`,
		r.Leg, r.Call, r.Site, r.Agent, r.Number, w.Trunk, r.Purpose, w.Counted, r.At, r.At.Add(lease)); err != nil {
		return fmt.Errorf("tollfraud: reserve a place: %w", err)
	}
	return nil
}

// ending is a leg that is over.
type ending struct {
	Request
	id     string // of the event, if there is one
	at     time.Time
	talked time.Duration
	cut    bool
}

func ended(r Request, talked time.Duration, cut bool, now time.Time) ending {
	if r.At.IsZero() {
		r.At = now
	}
	return ending{Request: r, id: id.New(), at: now, talked: max(talked, 0), cut: cut}
}

// give ends a leg and gives its place back; done twice it changes nothing.
func give(ctx context.Context, db querier, e ending) error {
	if _, err := db.Exec(ctx, `
		UPDATE tollfraud.leg SET ended_at = $2, talked_ms = $3 WHERE id = $1 AND at <= $4 AND ended_at IS NULL`,
		e.Leg, e.at, e.talked.Milliseconds(), e.At); err != nil {
		return fmt.Errorf("tollfraud: give a place back: %w", err)
	}
	if !e.cut {
		return nil
	}
	return write(ctx, db, Event{
		ID: e.id, At: e.at, Site: e.Site, Kind: Cut, Ground: TooLong, Person: e.Agent, Call: e.Call, Number: Mask(printable(e.Number)),
		Most: int(e.talked.Minutes()),
	})
}

// forget removes legs that nothing counts any more.
func (s *Store) forget(ctx context.Context, now time.Time) error {
	if _, err := s.db.Exec(ctx, `
		DELETE FROM tollfraud.leg WHERE at < $1 AND (ended_at IS NOT NULL OR lease < $1)`, now.Add(-48*time.Hour)); err != nil {
		return fmt.Errorf("tollfraud: forget old legs: %w", err)
	}
	return nil
}

// Would tells what Decide would say now, and counts nothing.
func (s *Store) Would(ctx context.Context, r Request) (Way, error) {
	var found Way
	var refused error
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		p, u, err := measure(ctx, tx, r)
		if err != nil {
			return err
		}
		found, refused = Decide(p, r, u)
		return nil
	})
	if err != nil {
		return Way{}, fmt.Errorf("tollfraud: try a number: %w", err)
	}
	return found, refused
}
