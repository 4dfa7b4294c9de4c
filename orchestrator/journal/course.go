package journal

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/orchestrator"
	past "github.com/yihaotong/yihaotong/orchestrator/record"
)

// telling are the facts after which a call's story must be summed up again.
var telling = map[orchestrator.FactKind]bool{
	orchestrator.CallQueued: true, orchestrator.CallAnswered: true, orchestrator.CallTalkEnded: true, orchestrator.CallEnded: true,
	orchestrator.CallDialled: true, orchestrator.CallTransferred: true, orchestrator.CallConferenced: true,
	orchestrator.CallHeld: true, orchestrator.CallRetrieved: true, orchestrator.CallMuted: true, orchestrator.CallUnmuted: true,
	orchestrator.CallMasked: true, orchestrator.CallUnmasked: true, orchestrator.CallListened: true,
	orchestrator.CallAway: true, orchestrator.CallBack: true,
	orchestrator.LegStarted: true, orchestrator.LegAnswered: true, orchestrator.LegEnded: true,
}

// sumUp writes what follows from all facts of a call together. The records of
// the calls are locked by now, so that whoever comes second sees what the first
// has written.
func sumUp(ctx context.Context, tx pgx.Tx, news []orchestrator.Fact) error {
	touched := map[orchestrator.CallID]bool{}
	for _, f := range news {
		if telling[f.Kind] && f.Call != "" {
			touched[f.Call] = true
		}
	}
	if len(touched) == 0 {
		return nil
	}
	calls := slices.Sorted(maps.Keys(touched))
	facts, err := past.Facts(ctx, tx, calls...)
	if err != nil {
		return err
	}
	var b pgx.Batch
	for _, call := range calls {
		queueSummary(&b, call, past.Tell(facts[call]).Sum())
	}
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("sum up %d calls: %w", len(calls), err)
	}
	return nil
}

// queueSummary replaces the talks and spans of a call and fills in its record.
func queueSummary(b *pgx.Batch, call orchestrator.CallID, sum past.Summary) {
	b.Queue(`DELETE FROM calls.talk WHERE call_id = $1`, string(call))
	b.Queue(`DELETE FROM calls.span WHERE call_id = $1`, string(call))
	for _, t := range sum.Talks {
		b.Queue(`
			INSERT INTO calls.talk AS t (call_id, agent, from_at, to_at, responsible, held_seconds)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (call_id, agent, from_at) DO UPDATE SET
				to_at = greatest(t.to_at, excluded.to_at), responsible = t.responsible OR excluded.responsible`,
			string(call), text(string(t.Agent)), t.From, t.To, t.Responsible, t.Held.Seconds())
	}
	for _, s := range sum.Spans {
		b.Queue(`
			INSERT INTO calls.span AS s (call_id, kind, who, from_at, to_at, detail)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (call_id, kind, who, from_at) DO UPDATE SET to_at = greatest(s.to_at, excluded.to_at)`,
			string(call), string(s.Kind), text(s.Who), s.From, s.To, text(s.Detail))
	}
	b.Queue(`
		UPDATE calls.record SET first_queue = $2, transfers = $3, held_seconds = $4, masked = $5, conference = $6,
			agent = coalesce(nullif($7, ''), agent)
		WHERE id = $1`,
		string(call), text(string(sum.FirstQueue)), sum.Transfers, int(sum.Held.Seconds()), sum.Masked, sum.Conference, text(string(sum.Agent)))
}
