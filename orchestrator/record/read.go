package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// mostFacts bounds a story: more happens only when a program errs.
const mostFacts = 5000

// Reader is what a story is read by: a pool, or a transaction.
type Reader interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Story returns the story of a call, or ErrNotFound.
func (s *Store) Story(ctx context.Context, call orchestrator.CallID) (Story, error) {
	if _, err := id.Parse(string(call)); err != nil {
		return Story{}, fmt.Errorf("story of call %.40q: %w", string(call), ErrNotFound)
	}
	facts, err := Facts(ctx, s.db, call)
	if err != nil {
		return Story{}, err
	}
	if len(facts[call]) == 0 {
		return Story{}, fmt.Errorf("story of call %s: %w", call, ErrNotFound)
	}
	return Tell(facts[call]), nil
}

// Facts returns what was noted of calls, by call.
func Facts(ctx context.Context, db Reader, calls ...orchestrator.CallID) (map[orchestrator.CallID][]orchestrator.Fact, error) {
	ids := make([]string, len(calls))
	for i, c := range calls {
		ids[i] = string(c)
	}
	rows, err := db.Query(ctx, `
		SELECT id::text, kind, at, site, call_id::text, coalesce(agent, ''), data
		FROM calls.event WHERE call_id = ANY($1::uuid[]) AND kind <> 'agent.moved'
		ORDER BY call_id, at, id LIMIT $2`, ids, mostFacts*max(1, len(calls)))
	if err != nil {
		return nil, fmt.Errorf("record: facts of %d calls: %w", len(calls), err)
	}
	facts := make(map[orchestrator.CallID][]orchestrator.Fact, len(calls))
	var f orchestrator.Fact
	var data []byte
	_, err = pgx.ForEachRow(rows, []any{&f.ID, &f.Kind, &f.At, &f.Site, &f.Call, &f.Agent, &data}, func() error {
		f.Data = orchestrator.FactData{}
		var odd *json.UnmarshalTypeError // of a newer program: the rest is still true
		if err := json.Unmarshal(data, &f.Data); err != nil && !errors.As(err, &odd) {
			return err
		}
		f.At = f.At.UTC()
		facts[f.Call] = append(facts[f.Call], f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("record: facts of %d calls: %w", len(calls), err)
	}
	return facts, nil
}
