package record

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// Measured is what the switch itself noted of a channel.
type Measured struct {
	Channel            string
	Start, Answer, End time.Time // Answer is zero when nobody answered
}

// Difference is a moment about which the switch and we disagree.
type Difference struct {
	Call    orchestrator.CallID
	Channel string
	Moment  string // start, answer, end, answered (only one of us says so), missing (no line of the switch's), unknown (none of ours)
	Ours    time.Time
	Theirs  time.Time
}

// By is how much later ours is.
func (d Difference) By() time.Duration { return d.Ours.Sub(d.Theirs) }

// Reconciliation is how our legs compare with the switch's own records.
type Reconciliation struct {
	Legs        int           // ours in the time
	Matched     int           // with a line of the switch's
	Worst       time.Duration // the greatest difference of any moment
	Differences []Difference  // those beyond the tolerance, and what only one of us knows
}

// KnownLeg is a leg with the call it belongs to.
type KnownLeg struct {
	Call orchestrator.CallID
	Leg
}

// nailedUp begins the channels of agents' lines that stay up between calls:
// calls only borrow them, so their times are the line's and no leg's.
const nailedUp = "yht-line-"

// Reconcile compares the legs of a time with the switch's records of it.
// Channels that the switch knows and we do not, which never reached us, are
// told only if they were answered.
func Reconcile(legs []KnownLeg, measured []Measured, tolerance time.Duration) Reconciliation {
	theirs := map[string]Measured{}
	for _, m := range measured {
		theirs[m.Channel] = widest(theirs[m.Channel], m)
	}
	var r Reconciliation
	ours := map[string]bool{}
	for _, l := range legs {
		channel := string(l.Channel)
		if strings.HasPrefix(channel, nailedUp) {
			continue
		}
		r.Legs++
		ours[channel] = true
		m, there := theirs[channel]
		if !there {
			r.Differences = append(r.Differences, Difference{Call: l.Call, Channel: channel, Moment: "missing", Ours: l.StartedAt})
			continue
		}
		r.Matched++
		r.compare(l, m, tolerance)
	}
	for channel, m := range theirs {
		if !ours[channel] && !m.Answer.IsZero() && !strings.HasPrefix(channel, nailedUp) {
			r.Differences = append(r.Differences, Difference{Channel: channel, Moment: "unknown", Theirs: m.Start})
		}
	}
	slices.SortFunc(r.Differences, func(a, b Difference) int {
		return cmp.Or(moment(a).Compare(moment(b)), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Moment, b.Moment))
	})
	return r
}

func moment(d Difference) time.Time {
	if d.Ours.IsZero() {
		return d.Theirs
	}
	return d.Ours
}

// widest joins the lines of one channel: a switch may write several.
func widest(a, b Measured) Measured {
	if a.Channel == "" {
		return b
	}
	if b.Start.Before(a.Start) {
		a.Start = b.Start
	}
	if a.Answer.IsZero() || !b.Answer.IsZero() && b.Answer.Before(a.Answer) {
		a.Answer = b.Answer
	}
	if b.End.After(a.End) {
		a.End = b.End
	}
	return a
}

func (r *Reconciliation) compare(l KnownLeg, m Measured, tolerance time.Duration) {
	check := func(name string, ours *time.Time, theirs time.Time) {
		if ours == nil || theirs.IsZero() {
			return
		}
		by := ours.Sub(theirs).Abs()
		r.Worst = max(r.Worst, by)
		if by > tolerance {
			r.Differences = append(r.Differences, Difference{l.Call, string(l.Channel), name, *ours, theirs})
		}
	}
	check("start", &l.StartedAt, m.Start)
	check("end", l.EndedAt, m.End)
	if l.Kind == "caller" { // answered by the flow before a person does: not noted for it
		return
	}
	check("answer", l.AnsweredAt, m.Answer)
	if (l.AnsweredAt == nil) != m.Answer.IsZero() {
		d := Difference{Call: l.Call, Channel: string(l.Channel), Moment: "answered", Theirs: m.Answer}
		if l.AnsweredAt != nil {
			d.Ours = *l.AnsweredAt
		}
		r.Differences = append(r.Differences, d)
	}
}

// Legs returns the legs that began in a time and are over.
func (s *Store) Legs(ctx context.Context, from, to time.Time) ([]KnownLeg, error) {
	rows, err := s.db.Query(ctx, `
		SELECT call_id::text, channel, kind, agent, phone, started_at, ringing_at, answered_at, ended_at, outcome, cause, purpose, number
		FROM calls.leg WHERE started_at >= $1 AND started_at < $2 AND ended_at IS NOT NULL ORDER BY started_at`, from, to)
	if err != nil {
		return nil, fmt.Errorf("record: legs of a time: %w", err)
	}
	var legs []KnownLeg
	var l KnownLeg
	_, err = pgx.ForEachRow(rows, []any{
		&l.Call, &l.Channel, &l.Kind, &l.Agent, &l.Phone, &l.StartedAt, &l.RingingAt, &l.AnsweredAt, &l.EndedAt,
		&l.Outcome, &l.Cause, &l.Purpose, &l.Number,
	}, func() error {
		legs = append(legs, l)
		l = KnownLeg{}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("record: legs of a time: %w", err)
	}
	return legs, nil
}
