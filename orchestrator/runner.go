package orchestrator

import (
	"cmp"
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
		if flow == nil && c.Direction != Outbound && c.Direction != Internal { // an adopted call whose flow is no longer there
			flow = site.Flows[name]
		}
	}
	r := &runner{
		e: e, floor: f, in: newMailbox[Input](),
		script: Script{Flow: flow, Hours: site.Hours, Queues: site.Queues, Contacts: site.Contacts},
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

// step takes one input and whatever follows from it at once. Who asked for it
// is told whether it could be done.
func (r *runner) step(ctx context.Context, c Call, in Input) Call {
	var reply chan<- error
	if question, ok := in.(awaited); ok {
		in, reply = question.Asked, question.reply
	}
	todo := []Input{in}
	var refusal error
	for len(todo) > 0 && ctx.Err() == nil {
		var effects []Effect
		before := c.channels()
		c, effects = r.script.Step(c, todo[0], time.Now())
		todo = todo[1:]
		after := c.channels()
		for _, ch := range after {
			if !slices.Contains(before, ch) {
				r.e.own(ch, r)
			}
		}
		seen := c
		r.seen.Store(&seen)
		for _, effect := range effects {
			if no, ok := effect.(Refuse); ok {
				refusal = no.Err
				continue
			}
			back := r.perform(ctx, c, effect)
			if failed, ok := back.(Failed); ok && dials(failed.Command) && refusal == nil {
				refusal = failed.Err
			}
			if back != nil {
				todo = append(todo, back)
			}
		}
		for _, ch := range before {
			if !slices.Contains(after, ch) {
				r.e.disown(ch, r)
			}
		}
	}
	if reply != nil {
		reply <- refusal
	}
	r.publish(c)
	return c
}

// awaited is a question whose asker waits for the answer.
type awaited struct {
	Asked
	reply chan error // with room for one
}

// dials reports whether a command rings somebody.
func dials(cmd pbx.Command) bool {
	_, ok := cmd.(pbx.Originate)
	return ok
}

// publish shows the call to the live state and to the agent's desk.
func (r *runner) publish(c Call) {
	raw, err := json.Marshal(c)
	if err != nil {
		r.e.log.Error("write call", "call", c.ID, "err", err)
		return
	}
	r.e.mirror.put(saved{site: c.Site, call: c.ID, json: raw, over: c.Phase == Over})
	for _, id := range c.agents() {
		r.e.changed(id)
	}
}

// agents lists the agents who have a part in a call.
func (c Call) agents() []AgentID {
	var all []AgentID
	if c.Agent != "" {
		all = append(all, c.Agent)
	}
	for _, l := range c.Others {
		if l.Offer != nil {
			all = append(all, l.Offer.Agent)
		}
	}
	return all
}

// perform does one effect. What comes back is an input that follows from it.
func (r *runner) perform(ctx context.Context, c Call, effect Effect) Input {
	now := time.Now()
	switch e := effect.(type) {
	case Do:
		return r.command(ctx, c, e.Command)
	case Speak:
		ctx, cancel := context.WithTimeout(ctx, promptTimeout)
		defer cancel()
		file, err := r.e.prompts.File(ctx, e.Text, e.Language)
		return r.playFile(ctx, c, e.Channel, e.Play, file, err)
	case PlayNamed:
		ctx, cancel := context.WithTimeout(ctx, promptTimeout)
		defer cancel()
		file, err := r.e.prompts.Named(ctx, e.Name)
		return r.playFile(ctx, c, e.Channel, e.Play, file, err)
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
	case AskRoom:
		r.floor.post(func() {
			if told, ok := r.floor.roomFor(c.ID, time.Now()); ok {
				r.in.put(told)
			}
		})
	case OfferClosed:
		r.seatOf(e.Offer).post(func() { r.seatOf(e.Offer).offerClosed(e.Offer, e.Outcome, now) })
	case TalkOver:
		r.seatOf(e.Seat).post(func() { r.seatOf(e.Seat).talkOver(e.Seat.Agent, c.ID, now) })
	case Dismissed:
		r.seatOf(e.Seat).post(func() { r.seatOf(e.Seat).dismissed(e.Seat.Agent, c.ID, now) })
	case LineFree:
		r.seatOf(e.Seat).post(func() { r.seatOf(e.Seat).lineFree(e.Seat, now) })
	case OutgoingOver:
		r.e.outgoingOver(e)
	case Open:
		r.e.open(ctx, e.Call, Begun{})
	}
	return nil
}

// seatOf is the floor of an agent's seat, which may be another site's.
func (r *runner) seatOf(o Offer) *floor {
	if f := r.e.floors[o.Site]; f != nil {
		return f
	}
	return r.floor
}

// command gives one command to the switch. What goes out to a number passes
// the guard first.
func (r *runner) command(ctx context.Context, c Call, cmd pbx.Command) Input {
	if out, ok := cmd.(pbx.Originate); ok && out.Number != "" {
		way, err := r.e.allow(ctx, c, out)
		if err != nil {
			r.e.log.Warn("the guard refused a call", "call", c.ID, "err", err)
			return Failed{Command: cmd, Err: err}
		}
		out.Trunk, out.Number = way.Trunk, way.Number
		if way.Caller != "" {
			out.Caller = way.Caller
		}
		r.e.outgoing(out.Channel, way.Trunk)
		r.in.put(Allowed{out.Channel, way.Trunk, way.Longest})
		cmd = out
	}
	if err := r.e.command(ctx, cmd); err != nil {
		r.e.commandFailed(c, cmd, err)
		return Failed{Command: cmd, Err: err}
	}
	return nil
}

// allow asks the guard for a call to a number.
func (e *Engine) allow(ctx context.Context, c Call, out pbx.Originate) (Way, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	o := Outgoing{
		Site: c.Site, Agent: AgentID(out.Vars[VarAgent]), Call: c.ID, Channel: out.Channel, Trunk: out.Trunk,
		Number: out.Number, Purpose: ForTalk, At: time.Now(),
	}
	switch l := legIn(c, out.Channel); {
	case out.Channel == c.Channel:
		o.Purpose, o.Agent = cmp.Or(c.Purpose, ForCustomer), c.Agent
	case l != nil:
		o.Purpose, o.Agent = l.Purpose, l.By
	case c.Phase == Dialling:
		o.Purpose = c.OutPurpose
		if c.Blind {
			o.Agent = c.Agent
		}
	}
	return e.guard.Allow(ctx, o)
}

// outgoing counts a leg that was let out; outgoingOver tells that it is over.
func (e *Engine) outgoing(ch pbx.ChannelID, trunk pbx.TrunkID) {
	e.mu.Lock()
	e.out[ch] = trunk
	e.mu.Unlock()
	e.trunkOut(trunk, 1)
}

func (e *Engine) outgoingOver(over OutgoingOver) {
	e.mu.Lock()
	trunk, out := e.out[over.Outgoing.Channel]
	delete(e.out, over.Outgoing.Channel)
	e.mu.Unlock()
	if !out {
		return // never let out
	}
	e.trunkOut(trunk, -1)
	over.Outgoing.Trunk = trunk
	e.calls.Go(func() { e.guard.Ended(over.Outgoing, over.Talked, over.Cut) })
}

func legIn(c Call, ch pbx.ChannelID) *Leg {
	for i := range c.Others {
		if c.Others[i].Channel == ch {
			return &c.Others[i]
		}
	}
	return nil
}

// playFile plays what speech has made, or tells that there is nothing.
func (r *runner) playFile(ctx context.Context, c Call, ch pbx.ChannelID, id pbx.PlayID, file string, err error) Input {
	ch = cmp.Or(ch, c.Channel)
	if err == nil {
		play := pbx.Play{Channel: ch, ID: id, Files: []string{file}}
		if err = r.e.command(ctx, play); err == nil {
			return nil
		}
	}
	if !errors.Is(err, pbx.ErrGone) {
		r.e.metrics.prompts.Inc()
		r.e.log.Error("the caller cannot hear a prompt; the flow goes on without it", "call", c.ID, "err", err)
	}
	return Happened{pbx.PlayEnded{Of: pbx.Of{Channel: ch, At: time.Now()}, Play: id, Err: err}}
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
