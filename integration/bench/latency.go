package main

import (
	"context"
	"time"
)

// scale says how much is measured.
type scale struct {
	agents   int
	quiet    load  // for the times, at a rate far below the knee
	samples  int   // ready → INVITE
	compared load  // for the processor time of 1,000 calls
	bridged  []int // calls at once
	window   time.Duration
	rates    []float64     // for the knee
	each     time.Duration // how long calls come at each rate
}

var (
	full = scale{
		agents: 220, quiet: load{rate: 5, calls: 200}, samples: 200, compared: load{rate: 10, calls: 300},
		bridged: []int{100, 200}, window: 12 * time.Second,
		rates: []float64{5, 10, 15, 20, 25, 30, 40, 50, 60, 70}, each: 12 * time.Second,
	}
	quick = scale{
		agents: 30, quiet: load{rate: 4, calls: 20}, samples: 20, compared: load{rate: 4, calls: 24},
		bridged: []int{10, 20}, window: 4 * time.Second,
		rates: []float64{4, 8}, each: 4 * time.Second,
	}
)

// talk is how long caller and agent talk in the load runs, shortTalk when the
// rate is raised to the knee.
const (
	talk      = 3 * time.Second
	shortTalk = 2 * time.Second
)

// times are the outcome of the first measure.
type times struct {
	rate     float64
	answer   spread // caller: INVITE sent to 200 received
	decision [2]time.Duration
	decided  int    // events counted in the engine's histogram
	found    spread // record: entry into the queue to the agent's answer
	failed   int
}

// decisionMetric counts from the event of a caller's arrival to the start of
// its call.
const decisionMetric = "yihaotong_decision_seconds"

// measureTimes lets callers come at a quiet rate and looks at how long they
// wait for us.
func (h *house) measureTimes(ctx context.Context, l load) (t times, err error) {
	l.to, l.hold = h.switch_.SIP.String(), h.greets+talk
	h.say("times: %d calls at %g per second, %s", l.calls, l.rate, l.length().Round(time.Second))
	if err := h.allReady(ctx); err != nil {
		return t, err
	}
	before, err := h.program.metrics(ctx)
	if err != nil {
		return t, err
	}
	began := time.Now()
	o, err := h.stage.run(ctx, l)
	if err != nil {
		return t, err
	}
	if _, err := h.settled(ctx, began, 30*time.Second); err != nil {
		return t, err
	}
	after, err := h.program.metrics(ctx)
	if err != nil {
		return t, err
	}
	k, err := h.stores.records(ctx, began)
	if err != nil {
		return t, err
	}
	t = times{rate: l.rate, answer: spreadOf(o.answer), found: spreadOf(k.wait), failed: o.failed + l.calls - k.answered}
	t.decision[0], t.decided = after.bound(before, decisionMetric, 0.5)
	t.decision[1], _ = after.bound(before, decisionMetric, 0.99)
	h.say("  answered after p50 %s, p99 %s; %d failed %s", ms(t.answer.p50), ms(t.answer.p99), t.failed, o.why)
	return t, nil
}
