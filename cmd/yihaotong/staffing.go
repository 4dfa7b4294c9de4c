package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/staffing"
)

// pastCalls tells the planner what the call records know.
type pastCalls struct{ pool *pgxpool.Pool }

// History implements web.PastCalls. A caller who asks for a person counts in
// the half hour of entering the queue, all others in that of their arrival.
func (p pastCalls) History(ctx context.Context, site string, where *time.Location, from, to time.Time) (staffing.History, error) {
	var h staffing.History
	rows, err := p.pool.Query(ctx, `
		SELECT to_timestamp(floor(extract(epoch FROM coalesce(queued_at, arrived_at)) / 1800) * 1800), count(*), count(queued_at)
		FROM calls.record
		WHERE site = $1 AND arrived_at >= $2 AND arrived_at < $3 AND direction = 'in'
		GROUP BY 1 ORDER BY 1`, site, from, to)
	if err != nil {
		return h, fmt.Errorf("count past calls of site %s: %w", site, err)
	}
	h.Intervals, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (staffing.Interval, error) {
		var i staffing.Interval
		err := row.Scan(&i.At, &i.Calls, &i.Arrivals)
		i.At = i.At.In(where)
		return i, err
	})
	if err != nil {
		return h, fmt.Errorf("count past calls of site %s: %w", site, err)
	}
	if h.Means, err = p.means(ctx, site, from, to); err != nil {
		return h, fmt.Errorf("measure past calls of site %s: %w", site, err)
	}
	return h, nil
}

func (p pastCalls) means(ctx context.Context, site string, from, to time.Time) (staffing.Means, error) {
	var m staffing.Means
	var talk, wrapUp, ivr, waited float64
	var calls, queued, gaveUp int
	// Waits of all who asked for a person, divided by those who gave up: the
	// mean patience, when it is exponential.
	err := p.pool.QueryRow(ctx, `
		SELECT count(*), count(queued_at), count(answered_at) FILTER (WHERE talk_ended_at IS NOT NULL),
			coalesce(extract(epoch FROM avg(talk_ended_at - answered_at)), 0)::float8,
			coalesce(extract(epoch FROM avg(queued_at - arrived_at)), 0)::float8,
			coalesce(extract(epoch FROM sum(coalesce(answered_at, ended_at) - queued_at)), 0)::float8,
			count(*) FILTER (WHERE queued_at IS NOT NULL AND answered_at IS NULL AND result = 'abandoned_queue')
		FROM calls.record
		WHERE site = $1 AND arrived_at >= $2 AND arrived_at < $3 AND direction = 'in' AND ended_at IS NOT NULL`, site, from, to).
		Scan(&calls, &queued, &m.Answered, &talk, &ivr, &waited, &gaveUp)
	if err != nil {
		return m, err
	}
	err = p.pool.QueryRow(ctx, `
		SELECT coalesce(extract(epoch FROM avg(over - at)), 0)::float8 FROM (
			SELECT to_state, at, lead(at) OVER (PARTITION BY agent ORDER BY at, id) AS over
			FROM calls.agent_log WHERE site = $1 AND at >= $2 AND at < $3) l
		WHERE to_state = 'wrap_up' AND over - at < interval '1 hour'`, site, from, to).Scan(&wrapUp)
	if err != nil {
		return m, err
	}
	span := func(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }
	m.Talk, m.WrapUp, m.IVR = span(talk), span(wrapUp), span(ivr)
	if gaveUp > 0 {
		m.Patience = span(waited / float64(gaveUp))
	}
	if calls > 0 {
		m.SelfServed = float64(calls-queued) / float64(calls)
	}
	return m, nil
}
