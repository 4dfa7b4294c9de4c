package orchestrator

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Patience with the switch and with speech.
const (
	commandTimeout = 5 * time.Second
	promptTimeout  = 4 * time.Second
)

// runner is the one goroutine of a call: it takes inputs in order, steps the
// call, and does what the step wants done.
type runner struct {
	e      *Engine
	floor  *floor
	script Script
	in     *mailbox[Input]
	seen   atomic.Pointer[Call] // the call as others may read it
}

func (e *Engine) newRunner(c Call, f *floor, site Site) *runner {
	flow := site.Flows[c.Flow]
	for _, name := range slices.Sorted(maps.Keys(site.Flows)) {
		if flow == nil { // an adopted call whose flow is no longer there
			flow = site.Flows[name]
		}
	}
	r := &runner{
		e: e, floor: f, in: newMailbox[Input](),
		script: Script{Flow: flow, Hours: site.Hours, Queues: site.Queues},
	}
	r.seen.Store(&c)
	return r
}

// run leads the call to its end.
func (r *runner) run(ctx context.Context) {
	alarm := time.NewTimer(time.Hour)
	defer alarm.Stop()
	c := *r.seen.Load()
	for c.Phase != Over {
		timer, at, armed := c.next()
		if armed {
			alarm.Reset(time.Until(at))
		} else {
			alarm.Stop()
		}
		var inputs []Input
		select {
		case <-ctx.Done():
			return
		case <-r.in.ready:
			inputs = r.in.take()
		case <-alarm.C:
			inputs = []Input{Due{timer}}
		}
		for _, in := range inputs {
			c = r.step(ctx, c, in)
		}
	}
}

// step takes one input and whatever follows from it at once.
func (r *runner) step(ctx context.Context, c Call, in Input) Call {
	todo := []Input{in}
	for len(todo) > 0 && ctx.Err() == nil {
		var effects []Effect
		leg := c.AgentLeg
		c, effects = r.script.Step(c, todo[0], time.Now())
		todo = todo[1:]
		if c.AgentLeg != leg && c.AgentLeg != "" {
			r.e.own(c.AgentLeg, r)
		}
		seen := c
		r.seen.Store(&seen)
		for _, effect := range effects {
			if back := r.perform(ctx, c, effect); back != nil {
				todo = append(todo, back)
			}
		}
		if leg != "" && c.AgentLeg != leg {
			r.e.disown(leg)
		}
	}
	r.publish(c)
	return c
}

// publish shows the call to the live state and to the agent's desk.
func (r *runner) publish(c Call) {
	raw, err := json.Marshal(c)
	if err != nil {
		r.e.log.Error("write call", "call", c.ID, "err", err)
		return
	}
	r.e.mirror.put(saved{site: c.Site, call: c.ID, json: raw, over: c.Phase == Over})
	if c.Agent != "" {
		r.e.changed(c.Agent)
	}
}

// perform does one effect. What comes back is an input that follows from it.
func (r *runner) perform(ctx context.Context, c Call, effect Effect) Input {
	now := time.Now()
	switch e := effect.(type) {
	case Do:
		if err := r.e.command(ctx, e.Command); err != nil {
			r.e.commandFailed(c, e.Command, err)
			return Failed{Command: e.Command, Err: err}
		}
	case Speak:
		ctx, cancel := context.WithTimeout(ctx, promptTimeout)
		defer cancel()
		file, err := r.e.prompts.File(ctx, e.Text, e.Language)
		return r.playFile(ctx, c, e.Play, file, err)
	case PlayNamed:
		ctx, cancel := context.WithTimeout(ctx, promptTimeout)
		defer cancel()
		file, err := r.e.prompts.Named(ctx, e.Name)
		return r.playFile(ctx, c, e.Play, file, err)
	case Note:
		r.e.journal.Append(e.Fact)
	case EnterQueue:
		r.floor.post(func() { r.floor.enter(e.Place, now) })
	case LeaveQueue:
		r.floor.post(func() { r.floor.quit(e.Queue, c.ID, now) })
	case AskPlace:
		r.floor.post(func() {
			if told, ok := r.floor.placeOf(c.ID, time.Now()); ok {
				r.in.put(told)
			}
		})
	case OfferClosed:
		r.floor.post(func() { r.floor.offerClosed(e.Offer, e.Outcome, now) })
	case TalkOver:
		r.floor.post(func() { r.floor.talkOver(e.Agent, c.ID, now) })
	}
	return nil
}

// playFile plays what speech has made, or tells that there is nothing.
func (r *runner) playFile(ctx context.Context, c Call, id pbx.PlayID, file string, err error) Input {
	if err == nil {
		play := pbx.Play{Channel: c.Channel, ID: id, Files: []string{file}}
		if err = r.e.command(ctx, play); err == nil {
			return nil
		}
	}
	if !errors.Is(err, pbx.ErrGone) {
		r.e.metrics.prompts.Inc()
		r.e.log.Error("the caller cannot hear a prompt; the flow goes on without it", "call", c.ID, "err", err)
	}
	return Happened{pbx.PlayEnded{Of: pbx.Of{Channel: c.Channel, At: time.Now()}, Play: id, Err: err}}
}

// command gives one command to the switch. While the link is down it waits
// for the link: the PBX keeps the call meanwhile.
func (e *Engine) command(ctx context.Context, cmd pbx.Command) error {
	for {
		if err := e.awaitLink(ctx); err != nil {
			return err
		}
		once, cancel := context.WithTimeout(ctx, commandTimeout)
		err := e.sw.Do(once, cmd)
		cancel()
		if !errors.Is(err, pbx.ErrUnavailable) {
			return err
		}
		e.unlinked()
	}
}

// commandFailed reports what matters; a channel that is gone has told so by
// its own event.
func (e *Engine) commandFailed(c Call, cmd pbx.Command, err error) {
	if errors.Is(err, pbx.ErrGone) {
		return
	}
	e.metrics.refused.Inc()
	e.log.Warn("the switch refused", "call", c.ID, "err", err)
}
