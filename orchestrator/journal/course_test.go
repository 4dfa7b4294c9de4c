package journal_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
	"github.com/yihaotong/yihaotong/orchestrator/record"
)

// handedOver is a call that goes from one agent over another's advice to that
// other, by way of two queues.
func handedOver(c orchestrator.CallID) []orchestrator.Fact {
	return []orchestrator.Fact{
		fact(orchestrator.CallArrived, 0, c, "", data{Channel: "caller", Trunk: "telecom", Called: "12328", Caller: "13812341411"}),
		fact(orchestrator.CallQueued, 1, c, "", data{Queue: "first"}),
		fact(orchestrator.CallCallback, 2, c, "", data{Number: "13812341411"}),
		fact(orchestrator.CallQueued, 3, c, "", data{Queue: "second", Entered: after(1)}),
		fact(orchestrator.CallOffered, 4, c, "1001", data{Channel: "a1", Phone: "p1"}),
		fact(orchestrator.CallOfferEnded, 6, c, "1001", data{Channel: "a1", Outcome: "answered"}),
		fact(orchestrator.CallAnswered, 6, c, "1001", data{Channel: "a1", Queue: "second"}),
		fact(orchestrator.CallHeld, 10, c, "1001", data{}),
		fact(orchestrator.LegStarted, 10, c, "1001", data{Channel: "g1", Phone: "p2", Purpose: "consult", Target: "1002"}),
		fact(orchestrator.LegRinging, 11, c, "1001", data{Channel: "g1", Purpose: "consult"}),
		fact(orchestrator.LegAnswered, 12, c, "1001", data{Channel: "g1", Purpose: "consult", Target: "1002"}),
		fact(orchestrator.CallListened, 13, c, "2001", data{Target: "1001", Mode: "listen"}),
		fact(orchestrator.CallRetrieved, 17.5, c, "1001", data{}),
		fact(orchestrator.CallMasked, 18, c, "1001", data{}),
		fact(orchestrator.CallUnmasked, 19, c, "1001", data{}),
		fact(orchestrator.CallTransferred, 20, c, "1001", data{Target: "1002", How: "attended"}),
		fact(orchestrator.CallTalkEnded, 20, c, "1001", data{Channel: "a1", By: "agent"}),
		fact(orchestrator.CallAnswered, 20, c, "1002", data{Channel: "g1", Queue: "second"}),
		fact(orchestrator.CallTalkEnded, 40, c, "1002", data{Channel: "g1", By: "agent"}),
		fact(orchestrator.CallRated, 42, c, "1002", data{Score: 3}),
		fact(orchestrator.CallEnded, 43, c, "", data{Channel: "caller", By: "agent", Result: "answered"}),
	}
}

func TestTalksAndSpansFollowFromAllFactsInAnyOrder(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	j := running(t, t.TempDir(), pool)
	rnd := rand.New(rand.NewPCG(3, 4))
	for round := range 5 {
		call := newCall()
		facts := handedOver(call)
		if round > 0 {
			rnd.Shuffle(len(facts), func(i, k int) { facts[i], facts[k] = facts[k], facts[i] })
		}
		for i, f := range facts {
			j.Append(f)
			if i%5 == 0 {
				shipped(t, j) // so that they do not all come in one batch
			}
		}
		for _, f := range facts {
			j.Append(f)
		}
		shipped(t, j)
		same(t, "record", lines(t, pool, `SELECT concat_ws('|', direction, first_queue, agent, transfers, held_seconds, masked, conference, message, callback, rating, offers)
			FROM calls.record WHERE id = $1`, string(call)), "in|first|1002|1|7|t|f|f|t|3|1")
		same(t, "talks", lines(t, pool, `SELECT concat_ws('|', agent, to_char(from_at, 'SS.MS'), to_char(to_at, 'SS.MS'), responsible, held_seconds)
			FROM calls.talk WHERE call_id = $1 ORDER BY from_at`, string(call)),
			"1001|06.000|20.000|t|7.5", "1002|20.000|40.000|t|0")
		same(t, "spans", lines(t, pool, `SELECT concat_ws('|', kind, who, to_char(from_at, 'SS.MS'), to_char(to_at, 'SS.MS'), detail)
			FROM calls.span WHERE call_id = $1 ORDER BY from_at`, string(call)),
			"hold|1001|10.000|17.500|", "consult|1002|12.000|20.000|consult", "listen|2001|13.000|43.000|listen", "mask|1001|18.000|19.000|")
		same(t, "legs", lines(t, pool, `SELECT concat_ws('|', channel, kind, agent, purpose, outcome)
			FROM calls.leg WHERE call_id = $1 ORDER BY channel`, string(call)),
			"a1|agent|1001||answered", "caller|caller|||", "g1|colleague|1002|consult|answered")
	}
	same(t, "rejected", lines(t, pool, `SELECT reason FROM calls.rejected`))
}

func TestOutboundCallIsOneOfItsFarSide(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	j := running(t, t.TempDir(), pool)
	call := newCall()
	facts := []orchestrator.Fact{
		fact(orchestrator.CallDialled, 0, call, "1001", data{Channel: "x", Number: "073188881234", Trunk: "telecom", Purpose: "customer", Ticket: "T1", Task: "K1", Recording: "rec-9"}),
		fact(orchestrator.LegStarted, 0.5, call, "1001", data{Channel: "x", Purpose: "customer", Number: "073188881234"}),
		fact(orchestrator.LegRinging, 1, call, "1001", data{Channel: "x", Purpose: "customer"}),
		fact(orchestrator.LegEnded, 20, call, "1001", data{Channel: "x", Purpose: "customer", Outcome: "no_answer"}),
		fact(orchestrator.CallEnded, 20, call, "", data{Channel: "x", By: "system", Result: orchestrator.ResultNotReached}),
	}
	slices.Reverse(facts)
	for _, f := range facts {
		j.Append(f)
	}
	shipped(t, j)
	same(t, "record", lines(t, pool, `SELECT concat_ws('|', direction, caller, area, agent, purpose, ticket, task, result, recording, offers) FROM calls.record`),
		"out|073188881234|0731|1001|customer|T1|K1|not_reached|rec-9|0")
	same(t, "legs", lines(t, pool, `SELECT concat_ws('|', channel, kind, agent, purpose, number, outcome) FROM calls.leg`),
		"x|customer||customer|073188881234|no_answer")
	past := record.New(pool)
	for _, tt := range []struct {
		filter record.Filter
		want   int
	}{
		{record.Filter{Way: orchestrator.Outbound}, 1},
		{record.Filter{Way: orchestrator.Inbound}, 0},
		{record.Filter{Kind: record.WasMissed}, 0},
		{record.Filter{Kind: record.WasTransferred}, 0},
		{record.Filter{Kind: record.WithMessage}, 0},
	} {
		if _, n, err := past.List(t.Context(), tt.filter); err != nil || n != tt.want {
			t.Errorf("%+v: %d %v", tt.filter, n, err)
		}
	}
	story, err := past.Story(t.Context(), call)
	if err != nil || len(story.Entries) != 3 || story.Entries[1].Kind != record.Ring || story.Entries[1].Data.Outcome != "no_answer" {
		t.Errorf("%+v %v", story, err)
	}
}
