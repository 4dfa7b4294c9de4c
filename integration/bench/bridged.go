package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// plateau is a number of calls that were bridged and recorded at once.
type plateau struct {
	calls       int
	wall        time.Duration
	cpu         map[party]time.Duration // within wall
	memory      map[party]int64         // bytes, resident, at its end
	legs, alive int                     // legs there, and those whose sound flows both ways
	lost        float64                 // share of all packets sent to Asterisk that it missed
	dropped     int                     // calls that did not last until their caller hung up
	answered    int
	recordings  int
	why         string
}

// Rhythm of a plateau: callers come at rampRate, all of them talk for the
// measuring window, then the sound of every leg is looked at twice.
const (
	rampRate  = 15.0
	lookEvery = 3 * time.Second
	// In lookEvery a leg should carry 150 packets each way; it is alive with
	// two thirds of that.
	aliveAt = 100
)

// hold bridges n callers with n agents and measures while all of them talk.
func (h *house) plateau(ctx context.Context, n int, window time.Duration) (p plateau, err error) {
	p.calls = n
	ramp := time.Duration(float64(n) / rampRate * float64(time.Second))
	l := load{to: h.switch_.SIP.String(), calls: n, rate: rampRate}
	// Enough for the first caller to be there still when all has been looked at.
	l.hold = h.greets + ramp + window + lookEvery + 8*time.Second
	h.say("%d bridged, recorded calls, %s", n, l.length().Round(time.Second))
	if err := h.allReady(ctx); err != nil {
		return p, err
	}
	began := time.Now()
	callers, err := h.stage.call(l)
	if err != nil {
		return p, err
	}
	defer callers.end(time.Second)
	err = untilEvery(ctx, settlePause, ramp+h.greets+6*time.Second, fmt.Sprintf("%d calls are bridged", n), func() (bool, error) {
		k, err := h.stores.records(ctx, began)
		return len(k.wait) >= n, err
	})
	if err != nil && !errors.Is(err, errTimeout) {
		return p, err
	}
	// Fewer than wanted are a finding, not a failure of the benchmark.
	m := h.meter(h.switch_)
	before := m.read()
	select {
	case <-time.After(window):
	case <-ctx.Done():
		return p, ctx.Err()
	}
	after := m.read()
	p.wall, p.cpu, p.memory = after.at.Sub(before.at), after.since(before), map[party]int64{}
	for who, u := range after.all {
		p.memory[who] = u.memory
	}
	if err := p.look(ctx, h.switch_); err != nil {
		return p, err
	}
	return p, p.finish(ctx, h, callers, l, began)
}

// look sees whether sound flows on every leg, both ways.
func (p *plateau) look(ctx context.Context, x *exchange) error {
	first, err := x.sounds(ctx)
	if err != nil {
		return err
	}
	select {
	case <-time.After(lookEvery):
	case <-ctx.Done():
		return ctx.Err()
	}
	second, err := x.sounds(ctx)
	if err != nil {
		return err
	}
	lost, sent := 0, 1
	for leg, now := range second {
		was := first[leg]
		p.legs++
		lost += now.Lost
		sent += now.Lost + now.Received
		if now.Received-was.Received >= aliveAt && now.Sent-was.Sent >= aliveAt {
			p.alive++
		}
	}
	p.lost = float64(lost) / float64(sent)
	return nil
}

// finish waits for the callers to hang up and reads what has become of them.
func (p *plateau) finish(ctx context.Context, h *house, c callers, l load, began time.Time) error {
	o, err := c.wait(ctx, l)
	if err != nil {
		return err
	}
	if _, err := h.settled(ctx, began, time.Minute); err != nil {
		return err
	}
	k, err := h.stores.records(ctx, began)
	p.dropped, p.why, p.answered, p.recordings = o.failed, o.why, k.answered, k.recordings
	h.say("  ours %s, Asterisk %s of a core; %d of %d legs alive, %d dropped %s", ofCore(p.cpu[ours], p.wall),
		ofCore(p.cpu[asterisk], p.wall), p.alive, p.legs, p.dropped, p.why)
	return err
}
