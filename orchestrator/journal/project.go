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
	case orchestrator.CallDialled:
		r.dialled(f)
		l.kind = "" // its leg is told when it is made
	case orchestrator.LegStarted, orchestrator.LegRinging, orchestrator.LegAnswered, orchestrator.LegEnded:
		l = legOf(f)
	case orchestrator.CallCallback:
		r.callback = true
		l.kind = ""
	case orchestrator.CallStep, orchestrator.CallPlaceTold, orchestrator.CallRouted, orchestrator.CallOverflowed, orchestrator.CallMoved,
		orchestrator.CallHeld, orchestrator.CallRetrieved, orchestrator.CallMuted, orchestrator.CallUnmuted,
		orchestrator.CallMasked, orchestrator.CallUnmasked, orchestrator.CallKeys, orchestrator.CallTransferred,
		orchestrator.CallConferenced, orchestrator.CallSwapped, orchestrator.CallListened, orchestrator.CallAway, orchestrator.CallBack,
		orchestrator.CallReferred, orchestrator.CallCut:
		l.kind = "" // the story tells of them, see course.go
	case orchestrator.CallArrived:
		r.trunk, r.called, r.caller, r.callerName = string(d.Trunk), d.Called, d.Caller, d.CallerName
		r.area = dialplan.AreaCode(dialplan.NormaliseNumber(d.Caller))
		r.flow, r.recording, r.language = d.Flow, d.Recording, d.Language
		l.kind, l.agent, l.sure = "caller", "", true
	case orchestrator.CallQueued:
		entered := d.Entered
		if entered.IsZero() {
			entered = f.At
		}
		r.queue, r.skills, r.path, r.language, r.queued = string(d.Queue), d.Skills, d.Path, d.Language, &entered
		l.kind = ""
	case orchestrator.CallOffered:
		r.offered = &f.At
		l.phone, l.sure = string(d.Phone), true
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
		r.message = true
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

	direction, purpose, ticket, task string
	message, callback                bool
}

// dialled is what the beginning of a call that we made tells. The number is
// where a caller's would be: it is the far side's.
func (r *record) dialled(f orchestrator.Fact) {
	d := f.Data
	r.direction, r.purpose, r.ticket, r.task = string(d.Direction), string(d.Purpose), d.Ticket, d.Task
	if r.direction == "" {
		r.direction = string(orchestrator.Outbound)
	}
	if r.purpose == "" {
		r.purpose = string(orchestrator.ForCustomer)
	}
	r.trunk, r.caller, r.agent, r.recording, r.called = string(d.Trunk), d.Number, string(f.Agent), d.Recording, d.Target
	r.area = dialplan.AreaCode(dialplan.NormaliseNumber(d.Number))
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
		r.direction, text(r.purpose), text(r.ticket), text(r.task), r.message, r.callback,
	}}
}

// leg is what a fact tells of one channel of a call.
type leg struct {
	kind, agent, phone, outcome, cause, purpose, number string

	started                  time.Time
	ringing, answered, ended *time.Time
	sure                     bool // of its kind
}

// legOf is what a fact about a further leg tells of it.
func legOf(f orchestrator.Fact) leg {
	d := f.Data
	l := leg{
		agent: d.Target, number: d.Number, phone: string(d.Phone), purpose: string(d.Purpose),
		outcome: string(d.Outcome), cause: string(d.Cause), started: f.At, sure: f.Kind == orchestrator.LegStarted,
	}
	switch d.Purpose {
	case orchestrator.ForCustomer, orchestrator.ForCallback:
		l.kind, l.agent = "customer", ""
	case orchestrator.ForTalk, orchestrator.ForReturn:
		l.kind = "agent"
	case orchestrator.ForListen:
		l.kind = "supervisor"
	case orchestrator.ForReferral, orchestrator.ForFlow:
		l.kind, l.agent = "outside", ""
	default:
		if l.kind = "colleague"; l.sure && l.agent == "" {
			l.kind = "outside"
		}
	}
	if l.agent == "" && (l.kind == "agent" || l.kind == "supervisor") {
		l.agent = string(f.Agent)
	}
	switch f.Kind {
	case orchestrator.LegRinging:
		l.ringing = &f.At
	case orchestrator.LegAnswered:
		l.answered, l.outcome = &f.At, string(orchestrator.OutcomeAnswered)
	case orchestrator.LegEnded:
		l.ended = &f.At
	}
	return l
}

func (l leg) statement(f orchestrator.Fact) statement {
	return statement{legSQL, []any{
		string(f.Call), text(string(f.Data.Channel)), l.kind, text(l.agent), text(l.phone),
		l.started, l.ringing, l.answered, l.ended, text(l.outcome), text(l.cause),
		text(l.purpose), text(l.number), l.sure,
	}}
}
