package roster

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Move is a change of an agent's state, as the agents' log has it.
type Move struct {
	Person string
	At     time.Time
	To     string // state: signed_out, ready, not_ready, …
	Reason string // of being not ready
}

// signedOut is the state of who is not at work; all others are.
const signedOut = "signed_out"

// notReady is the state of who takes no calls for a reason.
const notReady = "not_ready"

// forgotten is how far back the log is searched for the state at the begin of
// a time: nobody stays signed in for longer.
const forgotten = 7 * 24 * time.Hour

// Moves reads the agents' log from one moment until before another, in its
// order, with everybody's last line before. A sheet of a month needs the
// signing in and out only: brief leaves out the rest.
func (s *Store) Moves(ctx context.Context, site string, from, to time.Time, brief bool) ([]Move, error) {
	rows, err := s.db.Query(ctx, `
		SELECT agent, at, to_state, reason FROM (
			(SELECT DISTINCT ON (agent) id, agent, at, to_state, reason FROM calls.agent_log
			 WHERE site = $1 AND at >= $4 AND at < $2 ORDER BY agent, at DESC, id DESC)
			UNION ALL
			SELECT id, agent, at, to_state, reason FROM calls.agent_log
			WHERE site = $1 AND at >= $2 AND at < $3 AND (NOT $5 OR from_state = 'signed_out' OR to_state = 'signed_out')) m
		ORDER BY agent, at, id`, site, from, to, from.Add(-forgotten), brief)
	if err != nil {
		return nil, fmt.Errorf("roster: read the agents' log of site %s: %w", site, err)
	}
	moves, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Move])
	if err != nil {
		return nil, fmt.Errorf("roster: read the agents' log of site %s: %w", site, err)
	}
	return moves, nil
}

// Stay is a time in which a person was signed in, in one state.
type Stay struct {
	From, To time.Time // To is zero while it lasts
	State    string
	Reason   string
}

// Stays sorts moves, which come in order, into everybody's times at work.
func Stays(moves []Move) map[string][]Stay {
	stays := map[string][]Stay{}
	for _, m := range moves {
		mine := stays[m.Person]
		if n := len(mine); n > 0 && mine[n-1].To.IsZero() {
			mine[n-1].To = m.At
		}
		if m.To != signedOut {
			mine = append(mine, Stay{From: m.At, State: m.To, Reason: m.Reason})
		}
		stays[m.Person] = mine
	}
	return stays
}
