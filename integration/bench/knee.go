package main

import (
	"context"
	"fmt"
	"time"
)

// step is what happened at one rate of calls.
type step struct {
	rate          float64
	calls         int
	answer, found spread // INVITE to 200; entry into the queue to the agent's answer
	failed        int    // not set up or dropped, as the callers saw it
	unanswered    int    // recorded with another result than answered, or not recorded
	recordings    int
	late          time.Duration // how much longer the load generator took to send its calls
	cpu           map[party]time.Duration
	wall          time.Duration
	broke         why // empty: it held
}

// why is the reason for which a rate is too much, in each language.
type why [2]string

// because words a reason; the arguments are the same in both languages.
func because(en, zh string, args ...any) why {
	return why{fmt.Sprintf(en, args...), fmt.Sprintf(zh, args...)}
}

// What a rate must keep to count as sustained.
const (
	answerWithin = 500 * time.Millisecond // p99
	foundWithin  = time.Second            // p99
	failedBelow  = 0.01
)

// judge says why a rate does not hold.
func (s step) judge() why {
	lost := max(s.failed, s.unanswered)
	switch {
	case float64(lost) > failedBelow*float64(s.calls):
		return because("%d of %d calls failed", "%[2]d 个呼叫中 %[1]d 个失败", lost, s.calls)
	case s.recordings < s.calls-lost:
		return because("%d recordings are missing", "缺少 %d 份录音", s.calls-lost-s.recordings)
	case s.answer.p99 > answerWithin:
		return because("p99 of the answer is %s", "应答 p99 为 %s", ms(s.answer.p99))
	case s.found.p99 > foundWithin:
		return because("p99 of queue → agent is %s", "入队至座席接听 p99 为 %s", ms(s.found.p99))
	case s.late > 2*time.Second:
		return because("the load generator cannot send that many", "压测工具发不出这么多呼叫")
	}
	return why{}
}

// knee raises the rate until something breaks, or the rates or the time are
// used up.
func (h *house) knee(ctx context.Context, rates []float64, each, budget time.Duration, agents int) ([]step, error) {
	var steps []step
	began := time.Now()
	for _, rate := range rates {
		l := load{rate: rate, calls: int(rate * each.Seconds()), hold: h.greets + shortTalk}
		if time.Since(began)+l.length() > budget {
			h.say("  the time for this measure is used up")
			break
		}
		if need := int(rate * (shortTalk + time.Second).Seconds()); need > agents {
			h.say("  %g calls per second would keep %d agents busy, there are %d", rate, need, agents)
			break
		}
		s, err := h.step(ctx, l)
		if err != nil {
			return steps, err
		}
		steps = append(steps, s)
		if s.broke != (why{}) {
			break
		}
	}
	return steps, nil
}

func (h *house) step(ctx context.Context, l load) (s step, err error) {
	l.to = h.switch_.SIP.String()
	h.say("%g calls per second, %s", l.rate, l.length().Round(time.Second))
	if err := h.allReady(ctx); err != nil {
		return s, err
	}
	m := h.meter(h.switch_)
	began, before := time.Now(), m.read()
	o, err := h.stage.run(ctx, l)
	if err != nil {
		return s, err
	}
	after := m.read()
	atRest, err := h.settled(ctx, began, time.Minute)
	if err != nil {
		return s, err
	}
	k, err := h.stores.records(ctx, began)
	if err != nil {
		return s, err
	}
	s = step{
		rate: l.rate, calls: l.calls, answer: spreadOf(o.answer), found: spreadOf(k.wait), failed: o.failed,
		unanswered: l.calls - k.answered, recordings: k.recordings, cpu: after.since(before), wall: after.at.Sub(before.at),
		late: o.took - time.Duration(float64(l.calls)/l.rate*float64(time.Second)),
	}
	s.broke = s.judge()
	if !atRest && s.broke == (why{}) {
		s.broke = because("not at rest within a minute", "一分钟内未处理完毕")
	}
	h.say("  answer p99 %s, queue → agent p99 %s, %d failed, ours %s, Asterisk %s of a core; %s%s", ms(s.answer.p99), ms(s.found.p99),
		max(s.failed, s.unanswered), ofCore(s.cpu[ours], s.wall), ofCore(s.cpu[asterisk], s.wall), verdict(s.broke), o.why)
	return s, nil
}

func verdict(broke why) string {
	if broke == (why{}) {
		return "held "
	}
	return "broke: " + broke[english] + " "
}
