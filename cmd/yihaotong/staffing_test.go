package main

import (
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
)

func TestPastCallsAreCountedByHalfHourAndMeasured(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	where := time.FixedZone("CST", 8*3600)
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, where)
	at := func(minutes, seconds int) time.Time {
		return day.Add(time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second)
	}
	call := func(arrived time.Time, queued, answered, talkEnded, ended any, result string) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), `
			INSERT INTO calls.record (id, site, arrived_at, queued_at, answered_at, talk_ended_at, ended_at, result)
			VALUES ($1, '430100', $2, $3, $4, $5, $6, $7)`, id.New(), arrived, queued, answered, talkEnded, ended, result); err != nil {
			t.Fatal(err)
		}
	}
	call(at(540, 0), at(540, 20), at(540, 26), at(542, 26), at(543, 0), "answered")  // 09:00, 6 s, 120 s
	call(at(569, 50), at(570, 10), at(570, 24), at(573, 24), at(574, 0), "answered") // asked at 09:30, 14 s, 180 s
	call(at(571, 0), at(571, 20), nil, nil, at(572, 0), "abandoned_queue")           // 40 s
	call(at(575, 0), nil, nil, nil, at(575, 30), "flow_ended")                       // never asked
	call(at(576, 0), at(576, 5), at(576, 6), nil, nil, "")                           // goes on
	call(at(-1000, 0), at(-1000, 20), nil, nil, at(-999, 0), "abandoned_queue")      // before
	for i, state := range []string{"ready", "talking", "wrap_up", "ready", "wrap_up", "signed_out"} {
		if _, err := pool.Exec(t.Context(), `
			INSERT INTO calls.agent_log (id, agent, site, at, from_state, to_state) VALUES ($1, '1001', '430100', $2, '', $3)`,
			id.New(), at(540, i*i*10), state); err != nil {
			t.Fatal(err)
		}
	}
	h, err := pastCalls{pool}.History(t.Context(), "430100", where, day, day.AddDate(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Intervals) != 2 || !h.Intervals[0].At.Equal(at(540, 0)) || h.Intervals[0].Calls != 1 || h.Intervals[0].Arrivals != 1 ||
		h.Intervals[1].At.Hour() != 9 || h.Intervals[1].At.Minute() != 30 || h.Intervals[1].Calls != 4 || h.Intervals[1].Arrivals != 3 {
		t.Errorf("%+v", h.Intervals)
	}
	m := h.Means
	if m.Answered != 2 || m.Talk != 150*time.Second || m.IVR != 20*time.Second || m.Patience != 60*time.Second ||
		m.SelfServed != 0.25 || m.WrapUp != 70*time.Second {
		t.Errorf("%+v", m)
	}
	if empty, err := (pastCalls{pool}).History(t.Context(), "110000", where, day, day.AddDate(0, 0, 1)); err != nil || len(empty.Intervals) != 0 || empty.Means.Answered != 0 {
		t.Errorf("%+v %v", empty, err)
	}
}
