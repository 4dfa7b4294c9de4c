package journal

import (
	_ "embed" // the two long statements lie beside this file
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// A statement is one step of a projection.
type statement struct {
	sql  string
	args []any
}

//go:embed record.sql
var recordSQL string

//go:embed leg.sql
var legSQL string

const agentLogSQL = `
	INSERT INTO calls.agent_log (id, agent, site, at, from_state, to_state, reason, phone, call_id)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`

// projections says what a fact changes. Every fact of a call makes the record
// if it is not there, whatever the order in which two engines' journals arrive;
// doing it twice gives the same. Kinds we do not know change nothing: the event
// is kept.
func projections(f orchestrator.Fact) []statement {
	d := f.Data
	r := record{arrived: f.At}
	l := leg{kind: "agent", agent: string(f.Agent), started: f.At}
	switch f.Kind {
	case orchestrator.CallArrived:
		r.trunk, r.called, r.caller, r.callerName = string(d.Trunk), d.Called, d.Caller, d.CallerName
		r.area = dialplan.AreaCode(dialplan.NormaliseNumber(d.Caller))
		r.flow, r.recording, r.language = d.Flow, d.Recording, d.Language
		l.kind, l.agent = "caller", ""
	case orchestrator.CallQueued:
		entered := d.Entered
		if entered.IsZero() {
			entered = f.At
		}
		r.queue, r.skills, r.path, r.language, r.queued = string(d.Queue), d.Skills, d.Path, d.Language, &entered
		l.kind = ""
	case orchestrator.CallOffered:
		r.offered = &f.At
		l.phone = string(d.Phone)
	case orchestrator.CallRinging:
		l.ringing = &f.At
	case orchestrator.CallOfferEnded:
		l.outcome, l.cause = string(d.Outcome), string(d.Cause)
		if d.Outcome == orchestrator.OutcomeAnswered {
			l.answered = &f.At
		} else {
			l.ended = &f.At
		}
	case orchestrator.CallAnswered:
		r.answered, r.agent, r.queue = &f.At, string(f.Agent), string(d.Queue)
		l.answered, l.outcome = &f.At, string(orchestrator.OutcomeAnswered)
	case orchestrator.CallTalkEnded:
		r.talkEnded, r.agent, r.endedBy = &f.At, string(f.Agent), string(d.By)
		l.ended, l.cause = &f.At, string(d.Cause)
	case orchestrator.CallRated:
		r.rating = &d.Score
		l.kind = ""
	case orchestrator.CallMessage:
		l.kind = ""
	case orchestrator.CallEnded:
		r.ended, r.cause, r.endedBy, r.result, r.path = &f.At, string(d.Cause), string(d.By), string(d.Result), d.Path
		l.kind, l.agent, l.ended, l.cause = "caller", "", &f.At, string(d.Cause)
	case orchestrator.AgentMoved:
		return []statement{{agentLogSQL, []any{
			f.ID, text(string(f.Agent)), text(string(f.Site)), f.At, text(string(d.From)), text(string(d.To)),
			text(d.Reason), text(string(d.Phone)), orNull(string(f.Call)),
		}}}
	default:
		return nil
	}
	if l.kind == "" || d.Channel == "" {
		return []statement{r.statement(f)}
	}
	// The leg first: the record counts the offers.
	return []statement{l.statement(f), r.statement(f)}
}

// record is what a fact tells of a call; nil and empty say nothing.
type record struct {
	trunk, called, caller, callerName, area, flow, recording, language string
	queue, path, agent, result, cause, endedBy                         string

	skills                                      []string
	arrived                                     time.Time
	queued, offered, answered, talkEnded, ended *time.Time
	rating                                      *int
}

func (r record) statement(f orchestrator.Fact) statement {
	var skills []string
	for _, s := range r.skills {
		skills = append(skills, text(s))
	}
	if r.queued != nil && r.queued.Before(r.arrived) {
		r.arrived = *r.queued
	}
	return statement{recordSQL, []any{
		string(f.Call), text(string(f.Site)), r.arrived,
		text(r.trunk), text(r.called), text(r.caller), text(r.callerName), text(r.area),
		text(r.flow), text(r.path), text(r.language), text(r.queue), skills,
		r.queued, r.offered, r.answered, r.talkEnded, r.ended,
		text(r.agent), text(r.result), r.rating, text(r.cause), text(r.endedBy), text(r.recording),
	}}
}

// leg is what a fact tells of one channel of a call.
type leg struct {
	kind, agent, phone, outcome, cause string
	started                            time.Time
	ringing, answered, ended           *time.Time
}

func (l leg) statement(f orchestrator.Fact) statement {
	return statement{legSQL, []any{
		string(f.Call), text(string(f.Data.Channel)), l.kind, text(l.agent), text(l.phone),
		l.started, l.ringing, l.answered, l.ended, text(l.outcome), text(l.cause),
	}}
}
