package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// work is what a load has cost and what came of it.
type work struct {
	calls, answered, recordings, failed int
	recorded                            float64 // mean length of the recordings, seconds
	cpu                                 map[party]time.Duration
	wall                                time.Duration
}

// comparison is the same load on our program with its Asterisk, and on an
// Asterisk with app_queue.
type comparison struct {
	load         load
	ours, queues work
}

// compare measures the processor time of calls: from the first INVITE until
// all is at rest, records and recordings in their places.
func (h *house) compare(ctx context.Context, l load, agents int) (c comparison, err error) {
	l.hold = h.greets + talk
	c.load = l
	h.say("processor time of %d calls at %g per second, %s each time", l.calls, l.rate, l.length().Round(time.Second))
	if c.ours, err = h.ourWork(ctx, l); err != nil {
		return c, err
	}
	h.say("  ours: %s", c.ours)
	x, err := startQueue(ctx, h.tree, h.dir, h.greeting, h.agentsAt, agents)
	if err != nil {
		return c, err
	}
	defer x.end(5 * time.Second)
	if c.queues, err = h.queueWork(ctx, x, l); err != nil {
		return c, err
	}
	h.say("  app_queue: %s", c.queues)
	return c, nil
}

func (w work) String() string {
	return fmt.Sprintf("%d of %d answered, %d recorded (%.1f s), CPU %s of ours, %s of Asterisk",
		w.answered, w.calls, w.recordings, w.recorded, w.cpu[ours], w.cpu[asterisk])
}

func (h *house) ourWork(ctx context.Context, l load) (w work, err error) {
	if err := h.allReady(ctx); err != nil {
		return w, err
	}
	l.to = h.switch_.SIP.String()
	m := h.meter(h.switch_)
	began, before := time.Now(), m.read()
	o, err := h.stage.run(ctx, l)
	if err != nil {
		return w, err
	}
	if _, err := h.settled(ctx, began, 30*time.Second); err != nil {
		return w, err
	}
	after := m.read()
	k, err := h.stores.records(ctx, began)
	return work{
		calls: l.calls, answered: k.answered, recordings: k.recordings, failed: o.failed, recorded: mean(k.recorded),
		cpu: after.since(before), wall: after.at.Sub(before.at),
	}, err
}

func (h *house) queueWork(ctx context.Context, x *exchange, l load) (w work, err error) {
	l.to = x.SIP.String()
	m := h.meter(x)
	delete(m, ours)
	delete(m, database)
	delete(m, redisDB)
	before := m.read()
	o, err := h.stage.run(ctx, l)
	if err != nil {
		return w, err
	}
	err = untilEvery(ctx, settlePause, 10*time.Second, "app_queue has no call left", func() (bool, error) {
		q, err := x.queueLog()
		return q.over >= q.entered && len(q.recorded) >= q.connected, errors.Join(err, x.failure())
	})
	if err != nil && !errors.Is(err, errTimeout) {
		return w, err
	}
	after := m.read()
	q, err := x.queueLog()
	return work{
		calls: l.calls, answered: q.connected, recordings: len(q.recorded), failed: o.failed, recorded: mean(q.recorded),
		cpu: after.since(before), wall: after.at.Sub(before.at),
	}, err
}
