package statistics

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// WaitError says how far announced waits were from what came: for each caller
// who was told a wait and was answered, the first announcement against the time
// from then to the answer.
type WaitError struct {
	Calls int     // told, and answered
	Mean  float64 // of the errors without their signs, in seconds
	Bias  float64 // of the errors, in seconds; above 0: they waited longer than told
	Worst float64 // the error without sign that nine of ten stay below, in seconds
}

// WaitErrors compares announced waits of a time with what came, by queue.
// Callers who were told nothing, or gave up, count nowhere.
func (s *Store) WaitErrors(ctx context.Context, site string, from, to time.Time) (map[string]WaitError, error) {
	rows, err := s.db.Query(ctx, `
		WITH told AS (
			SELECT DISTINCT ON (call_id) call_id, at, coalesce((data->>'wait')::int, 0) AS wait
			FROM calls.event
			WHERE kind = 'call.place_told' AND site = $1 AND at >= $2 AND at < $3 AND coalesce((data->>'wait')::int, 0) >= 0
			ORDER BY call_id, at
		), error AS (
			SELECT r.queue, extract(epoch FROM r.answered_at - told.at)::float8 - told.wait AS late
			FROM told JOIN calls.record r ON r.id = told.call_id
			WHERE r.answered_at >= told.at
		)
		SELECT queue, count(*), avg(abs(late)), avg(late), percentile_cont(0.9) WITHIN GROUP (ORDER BY abs(late))
		FROM error GROUP BY queue`, site, from, to)
	if err != nil {
		return nil, fmt.Errorf("statistics: errors of announced waits at site %s: %w", site, err)
	}
	errors := map[string]WaitError{}
	var queue string
	var e WaitError
	_, err = pgx.ForEachRow(rows, []any{&queue, &e.Calls, &e.Mean, &e.Bias, &e.Worst}, func() error {
		errors[queue] = e
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("statistics: errors of announced waits at site %s: %w", site, err)
	}
	return errors, nil
}
