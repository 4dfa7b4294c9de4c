package recording

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// Span is a stretch of a recording, in seconds from its beginning.
type Span struct {
	From float64
	To   float64
}

// Spans says what is where in a recording.
type Spans struct {
	Masked []Span // the agent had the recording paused: both sides are silent
	Talks  []Span // of each agent who talked, in order
	Agents []string
}

// mark is a moment that is kept with its time.
type mark struct {
	At    time.Time
	Kind  MomentKind
	Agent string
}

// interval is a stretch of wall-clock time.
type interval struct {
	from, to time.Time
	agent    string
}

// Spans returns what is where in the recording of a call.
func (v *Vault) Spans(ctx context.Context, callID string) (Spans, error) {
	found, err := v.Find(ctx, callID)
	if err != nil {
		return Spans{}, err
	}
	rows, err := v.pool.Query(ctx, `SELECT at, kind, agent FROM recording.mark WHERE call_id = $1 ORDER BY at, kind`, callID)
	var marks []mark
	if err == nil {
		marks, err = pgx.CollectRows(rows, pgx.RowToStructByPos[mark])
	}
	if err != nil {
		return Spans{}, fmt.Errorf("read the marks of call %s: %w", callID, err)
	}
	return spansOf(marks, found[callID].Seconds), nil
}

// spansOf lays the marks of a call over a recording of so many seconds. The
// switch records only while parties hear each other, so the time of the file is
// not that on the wall: what lies between two talks is not in it. Whether music
// on hold is, depends on the switch; of the two readings the one is taken that
// fits the length of the file better.
func spansOf(marks []mark, seconds float64) Spans {
	talks := pairs(marks, Talk, TalkEnded)
	with, without := total(talks), total(cut(talks, pairs(marks, Held, Retrieved)))
	recorded := talks
	if math.Abs(without-seconds) < math.Abs(with-seconds) {
		recorded = cut(talks, pairs(marks, Held, Retrieved))
	}
	var s Spans
	for _, m := range pairs(marks, Masked, Unmasked) {
		if at := within(recorded, m, seconds); at.To > at.From {
			s.Masked = append(s.Masked, at)
		}
	}
	for _, t := range talks {
		if at := within(recorded, t, seconds); at.To > at.From {
			s.Talks, s.Agents = append(s.Talks, at), append(s.Agents, t.agent)
		}
	}
	return s
}

// pairs joins each begin with the first end after it. One that has none, ends
// with the call; two begins without an end between them are one.
func pairs(marks []mark, begin, end MomentKind) []interval {
	var found []interval
	open := -1
	var last time.Time
	for _, m := range marks {
		if m.At.After(last) {
			last = m.At
		}
		switch {
		case m.Kind == begin && open < 0:
			found = append(found, interval{from: m.At, to: m.At, agent: m.Agent})
			open = len(found) - 1
		case open >= 0 && (m.Kind == end || m.Kind == Ended || m.Kind == TalkEnded):
			found[open].to = m.At
			open = -1
		}
	}
	if open >= 0 {
		found[open].to = last
	}
	return found
}

func total(list []interval) float64 {
	var sum time.Duration
	for _, i := range list {
		sum += i.to.Sub(i.from)
	}
	return sum.Seconds()
}

// cut takes the holes out of intervals that are in order.
func cut(list, holes []interval) []interval {
	for _, h := range holes {
		var left []interval
		for _, i := range list {
			if !h.from.Before(i.to) || !h.to.After(i.from) {
				left = append(left, i)
				continue
			}
			if h.from.After(i.from) {
				left = append(left, interval{i.from, h.from, i.agent})
			}
			if h.to.Before(i.to) {
				left = append(left, interval{h.to, i.to, i.agent})
			}
		}
		list = left
	}
	return list
}

// within is where a stretch of wall-clock time lies in what was recorded.
func within(recorded []interval, what interval, seconds float64) Span {
	at := func(t time.Time) float64 {
		var before time.Duration
		for _, r := range recorded {
			end := r.to
			if t.Before(end) {
				end = t
			}
			if end.After(r.from) {
				before += end.Sub(r.from)
			}
		}
		return min(before.Seconds(), seconds)
	}
	return Span{at(what.from), at(what.to)}
}

// Silent reports whether a moment of the recording, in seconds, is masked.
func (s Spans) Silent(at float64) bool {
	return slices.ContainsFunc(s.Masked, func(m Span) bool { return m.From <= at && at < m.To })
}
