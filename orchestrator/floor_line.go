package orchestrator

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/pbx"
)

// Nailed-up lines: an agent's phone that is called once and stays on the line,
// so that callers are connected without ringing.

// lineRetry is the pause before a line that would not come up is tried again.
const lineRetry = 3 * time.Second

// keepLines rings the phones of agents who want a nailed-up line and have
// none.
func (f *floor) keepLines(now time.Time) {
	if !f.e.isLinked() {
		return
	}
	for _, a := range f.agents {
		due, trying := f.redial[a.ID]
		wants := a.Nailed && a.Line == "" && a.Online && a.State != SignedOut
		switch {
		case !wants:
			delete(f.redial, a.ID)
		case !trying || !now.Before(due):
			f.redial[a.ID] = now.Add(defaultRing + lineRetry)
			f.e.ringLine(f.seat(a, "", now, now.Add(defaultRing)))
		}
	}
}

// lineUp is told when a line is answered.
func (f *floor) lineUp(seat Offer, now time.Time) {
	was, ok := f.agents[seat.Agent]
	if !ok || was.State == SignedOut || !was.Nailed || (was.Line != "" && was.Line != seat.Line) {
		f.e.dropLine(seat.Line)
		return
	}
	delete(f.redial, was.ID)
	a := was
	a.Line = seat.Line
	a.Rev++
	f.put(was, a, now)
}

// lineDown is told when a line has ended.
func (f *floor) lineDown(seat Offer, now time.Time) {
	was, ok := f.agents[seat.Agent]
	if !ok {
		return
	}
	if was.Line == seat.Line {
		a := was
		a.Line = ""
		a.Rev++
		f.put(was, a, now)
	}
	if was.Line == seat.Line || was.Line == "" {
		f.redial[was.ID] = now.Add(lineRetry)
	}
}

// lineFree takes a line back from a call.
func (f *floor) lineFree(seat Offer, _ time.Time) {
	f.e.calls.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
		defer cancel()
		_ = f.e.command(ctx, pbx.SetVars{Channel: seat.Line, Vars: map[string]string{VarCall: ""}}) // a line that is gone tells so itself
	})
}

// ringLine calls an agent's phone for good.
func (e *Engine) ringLine(seat Offer) {
	seat.Line = pbx.ChannelID("yht-line-" + id.New())
	e.mu.Lock()
	e.lines[seat.Line] = seat
	e.mu.Unlock()
	e.calls.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
		defer cancel()
		err := e.command(ctx, pbx.Originate{
			Channel: seat.Line, Phone: seat.Phone, Timeout: defaultRing, AutoAnswer: true, Caller: "12328",
			Vars: map[string]string{VarSite: string(seat.Site), VarRole: "line", VarAgent: string(seat.Agent)},
		})
		if err != nil {
			e.log.Warn("nailed-up line", "agent", seat.Agent, "err", err)
			e.lineEvent(pbx.Ended{Of: pbx.Of{Channel: seat.Line}, Cause: pbx.Unreachable})
		}
	})
}

// dropLine ends a line.
func (e *Engine) dropLine(ch pbx.ChannelID) {
	e.mu.Lock()
	delete(e.lines, ch)
	e.mu.Unlock()
	e.refuse(context.Background(), ch, pbx.Normal)
}

// lineEvent tells a floor what happens to a nailed-up line.
func (e *Engine) lineEvent(ev pbx.Event) {
	e.mu.Lock()
	seat, ok := e.lines[ev.Subject()]
	if _, ended := ev.(pbx.Ended); ended {
		delete(e.lines, ev.Subject())
	}
	e.mu.Unlock()
	f := e.floors[seat.Site]
	if !ok || f == nil {
		return
	}
	now := time.Now()
	switch ev.(type) {
	case pbx.Answered:
		f.post(func() { f.lineUp(seat, now) })
	case pbx.Ended:
		f.post(func() { f.lineDown(seat, now) })
	}
}
