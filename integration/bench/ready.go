package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/yihaotong/yihaotong/integration/telephone"
)

// measureReady lets callers wait and one agent become ready again and again:
// from the moment before the request is sent to the moment the agent's
// telephone, which is ours, has the INVITE. The telephone is busy, which makes
// the agent not ready and puts the caller back to its place, for the next
// sample.
func (h *house) measureReady(ctx context.Context, samples int) (spread, error) {
	const waiting = 5
	rung := make(chan time.Time, 1)
	phone, err := telephone.New(telephone.Config{
		Listen: loopback, Server: h.switch_.SIP, User: fmt.Sprintf("d%d", firstAgent), Secret: phoneSecret,
		Incoming: func(c *telephone.Call) {
			rung <- time.Now()
			c.Refuse(486, "Busy Here")
		},
	})
	if err != nil {
		return spread{}, err
	}
	defer phone.Close()
	phone.Register()
	h.say("agent ready to INVITE: %d samples with %d callers waiting", samples, waiting)
	began := time.Now()
	callers, err := h.stage.call(load{to: h.switch_.SIP.String(), calls: waiting, rate: waiting, hold: 50 * time.Second})
	if err != nil {
		return spread{}, err
	}
	defer callers.end(time.Second)
	err = until(ctx, 20*time.Second, "the callers wait in the queue", func() (bool, error) {
		n := 0
		err := h.stores.db.QueryRow(ctx, `
			SELECT count(*) FROM calls.record WHERE arrived_at >= $1 AND queued_at IS NOT NULL`, began).Scan(&n)
		return n == waiting, err
	})
	if err != nil {
		return spread{}, err
	}
	var took []time.Duration
	for len(took) < samples && ctx.Err() == nil && callers.failure() == nil && time.Since(began) < 45*time.Second {
		t, err := h.ringOnce(ctx, h.agents[0], rung)
		if err != nil {
			return spread{}, err
		}
		took = append(took, t)
	}
	if err := ctx.Err(); err != nil {
		return spread{}, err
	}
	s := spreadOf(took)
	h.say("  p50 %s, p99 %s (n = %d)", ms(s.p50), ms(s.p99), s.n)
	if err := h.resting(ctx, h.agents[0]); err != nil {
		return s, err
	}
	if err := h.agents[0].do(ctx, http.MethodPost, "/api/desk/sign-out", nil, nil); err != nil {
		return s, err
	}
	if err := h.switch_.hangUp(ctx); err != nil {
		return s, err
	}
	_, err = h.settled(ctx, began, 20*time.Second)
	return s, err
}

// resting waits until the last offer to an agent is over.
func (h *house) resting(ctx context.Context, a *agent) error {
	return until(ctx, 10*time.Second, "the agent is not ready and can be reached", func() (bool, error) {
		s, err := a.seat(ctx)
		return s.State == "not_ready" && s.Phone.Online, err
	})
}

// ringOnce is one sample.
func (h *house) ringOnce(ctx context.Context, a *agent, rung <-chan time.Time) (time.Duration, error) {
	if err := h.resting(ctx, a); err != nil {
		return 0, err
	}
	// What the last sample has left to do shall not be measured in this one.
	time.Sleep(30 * time.Millisecond)
	from := time.Now()
	if err := a.ready(ctx); err != nil {
		return 0, err
	}
	select {
	case at := <-rung:
		return at.Sub(from), nil
	case <-time.After(5 * time.Second):
		return 0, fmt.Errorf("agent %s was ready, and no INVITE came: %w", a.number, errTimeout)
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}
