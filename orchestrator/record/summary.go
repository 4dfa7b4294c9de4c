package record

import (
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// Summary is what a call's record keeps of its story.
type Summary struct {
	FirstQueue orchestrator.QueueID
	Agent      orchestrator.AgentID // who was last responsible; "" when nobody was
	Transfers  int                  // how often the far side was given to somebody else
	Held       time.Duration
	Masked     bool
	Conference bool
	Talks      []AgentTalk
	Spans      []Span
}

// AgentTalk is one stretch of an agent speaking with the far side.
type AgentTalk struct {
	Agent       orchestrator.AgentID
	From        time.Time
	To          *time.Time
	Responsible bool // false: a colleague in a conference
	Held        time.Duration
}

// Span is what else went on for a while.
type Span struct {
	Kind   EntryKind
	Who    string
	From   time.Time
	To     *time.Time
	Detail string
}

// Sum sums a story up.
func (s Story) Sum() Summary {
	var sum Summary
	for _, e := range s.Entries {
		switch e.Kind {
		case Wait:
			if sum.FirstQueue == "" {
				sum.FirstQueue = e.Data.Queue
			}
		case Transferred:
			if e.Data.How != "rating" {
				sum.Transfers++
			}
		case Talk:
			sum.talk(s, e)
			if e.Agent != "" {
				sum.Agent = e.Agent
			}
		case Hold, Mute, Mask, Consult, Conference, Listen, Away:
			sum.span(e)
			if e.Kind == Conference {
				sum.talk(s, e)
			}
		}
	}
	return sum
}

func (sum *Summary) talk(s Story, e Entry) {
	if e.Agent == "" {
		return
	}
	sum.Talks = append(sum.Talks, AgentTalk{Agent: e.Agent, From: e.At, To: e.Until, Responsible: !e.guest, Held: s.held(e)})
}

func (sum *Summary) span(e Entry) {
	switch e.Kind {
	case Hold:
		if e.Until != nil {
			sum.Held += e.Until.Sub(e.At)
		}
	case Mask:
		sum.Masked = true
	case Conference:
		sum.Conference = true
	}
	who := string(e.Agent)
	if who == "" {
		who = e.Data.Number
	}
	detail := string(e.Data.Purpose)
	if e.Kind == Listen {
		detail = string(e.Data.Mode)
	}
	sum.Spans = append(sum.Spans, Span{Kind: e.Kind, Who: who, From: e.At, To: e.Until, Detail: detail})
}

// held is how long the far side heard music during a talk.
func (s Story) held(talk Entry) time.Duration {
	var held time.Duration
	for _, h := range s.Entries {
		if h.Kind != Hold || h.Until == nil || h.Agent != talk.Agent {
			continue
		}
		from, to := h.At, *h.Until
		if from.Before(talk.At) {
			from = talk.At
		}
		if talk.Until != nil && talk.Until.Before(to) {
			to = *talk.Until
		}
		held += max(0, to.Sub(from))
	}
	return held
}
