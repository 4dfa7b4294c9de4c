package web

import (
	"cmp"
	"context"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// DeskCall is the call at an agent's desk, as that agent may see it.
type DeskCall struct {
	ID            string     `json:"id"`
	Direction     string     `json:"direction" enum:"in,out,internal"`
	Role          string     `json:"role" enum:"lead,guest,listener" doc:"The agent responsible, somebody asked in, a supervisor who listens"`
	State         string     `json:"state" enum:"ringing,dialling,talking,ended" doc:"dialling: the far side has not answered yet"`
	Held          bool       `json:"held" doc:"The customer hears music"`
	Muted         bool       `json:"muted" doc:"I am muted"`
	Masked        bool       `json:"masked" doc:"The recording is silent 录音暂停"`
	MaskedAt      *time.Time `json:"maskedAt" doc:"Since when; null unless masked"`
	Away          bool       `json:"away" doc:"My phone is lost; it is rung again as soon as it can be"`
	Listening     string     `json:"listening" enum:",listen,whisper,barge" doc:"How I listen"`
	With          string     `json:"with" enum:",customer,guest,all" doc:"Whom I hear"`
	Parties       []Party    `json:"parties" doc:"Everybody but me"`
	Can           []string   `json:"can" doc:"What may be done with the call now"`
	Caller        string     `json:"caller" doc:"Masked"`
	CallerName    string     `json:"callerName"`
	Number        string     `json:"number" doc:"The far side of a call that began here, masked"`
	Ticket        string     `json:"ticket" doc:"What a call was made for"`
	Task          string     `json:"task"`
	Region        string     `json:"region"`
	Called        string     `json:"called"`
	Queue         string     `json:"queue"`
	QueueName     string     `json:"queueName"`
	Language      string     `json:"language"`
	Path          []string   `json:"path" doc:"What the caller went through, in the reader's language"`
	ArrivedAt     time.Time  `json:"arrivedAt"`
	QueuedAt      *time.Time `json:"queuedAt"`
	OfferedAt     *time.Time `json:"offeredAt"`
	AnsweredAt    *time.Time `json:"answeredAt"`
	EndedAt       *time.Time `json:"endedAt"`
	WaitedSeconds int        `json:"waitedSeconds"`
}

// The parts one can have in a call.
const (
	roleLead     = "lead"
	roleGuest    = "guest"
	roleListener = "listener"
)

// deskCall shows the call at a desk: while it lives from the engine, then
// from its record.
func (s *Server) deskCall(ctx context.Context, p directory.Person, a orchestrator.Agent) *DeskCall {
	c, alive := s.Desks.Call(a.Call)
	if !alive {
		return s.endedCall(ctx, p, a)
	}
	v := &DeskCall{
		ID: string(c.ID), Direction: string(cmp.Or(c.Direction, orchestrator.Inbound)),
		Role: roleIn(c, a), State: stateAt(c, a), Parties: []Party{}, Can: []string{},
		Caller: Mask(c.Caller), CallerName: display(c.CallerName), Ticket: c.Ticket, Task: c.Task,
		Region: s.names.region(ctx, c.Caller), Called: c.Called, Language: c.Language,
		Path: s.Flows.Titles(c.Flow, c.Position.Path(), languageOf(ctx)), ArrivedAt: c.Arrived.UTC(), OfferedAt: moment(c.OfferedAt),
		AnsweredAt: moment(c.Answered), EndedAt: moment(c.TalkEnded),
		WaitedSeconds: int(c.Waited(time.Now()).Seconds()),
	}
	if c.Direction == orchestrator.Outbound {
		v.Number = Mask(c.Number)
	}
	if c.Place != nil {
		v.Queue, v.QueuedAt = string(c.Place.Queue), moment(c.Place.Entered)
		v.QueueName = s.names.queue(ctx, string(c.Site), v.Queue)
	}
	switch v.State {
	case "ringing":
		if v.OfferedAt == nil || v.Role != roleLead { // the call has not heard of its offer yet, or it is a favour
			v.OfferedAt = moment(a.Since)
		}
	case "ended": // for this agent; others may go on with the caller
		if v.EndedAt == nil || v.EndedAt.After(a.Since) {
			v.EndedAt = moment(a.Since)
		}
		return v
	}
	s.viewTalk(ctx, v, c, a)
	return v
}

// viewTalk shows what goes on in a call from where the agent sits.
func (s *Server) viewTalk(ctx context.Context, v *DeskCall, c orchestrator.Call, a orchestrator.Agent) {
	l, _ := c.LegOf(a.ID)
	v.Held, v.Masked = c.Held, c.Masked
	if c.Masked {
		v.MaskedAt = moment(c.MaskedAt)
	}
	v.Muted, v.Away = c.Muted, c.Away
	if v.Role != roleLead {
		v.Muted, v.Away = l.Muted, false
	}
	if v.Role == roleListener {
		v.Listening = string(l.Mode)
	}
	v.With = hears(c, v.Role, l)
	v.Parties = s.viewParties(ctx, c, a.ID, v.Role)
	for _, act := range c.Can(a.ID) {
		v.Can = append(v.Can, string(act))
	}
}

// roleIn is an agent's part in a call. Whoever was asked for by name may be
// rung a moment before the call knows.
func roleIn(c orchestrator.Call, a orchestrator.Agent) string {
	l, other := c.LegOf(a.ID)
	switch {
	case other && l.Purpose == orchestrator.ForListen:
		return roleListener
	case other:
		return roleGuest
	case c.Agent == a.ID, a.State == orchestrator.WrapUp, a.Token > 0:
		return roleLead
	}
	return roleGuest
}

// stateAt is how far a call has come for an agent.
func stateAt(c orchestrator.Call, a orchestrator.Agent) string {
	switch a.State {
	case orchestrator.RingingAt:
		return "ringing"
	case orchestrator.WrapUp:
		return "ended"
	}
	switch c.Phase {
	case orchestrator.Reaching, orchestrator.Calling:
		return "dialling"
	case orchestrator.InTalk:
		if c.Direction == orchestrator.Internal && c.Answered.IsZero() {
			return "dialling"
		}
	}
	return "talking"
}

// hears tells whom somebody hears who has a part in a call.
func hears(c orchestrator.Call, role string, l orchestrator.Leg) string {
	_, asking := c.Guest()
	switch {
	case role != roleLead && !l.Up, role == roleLead && (c.Away || c.Phase != orchestrator.InTalk):
		return ""
	case c.Channel == "": // between agents
		return string(orchestrator.WithGuest)
	case role == roleListener, l.Merged:
		return "all"
	case role == roleGuest, asking:
		return string(c.With)
	case c.Conference():
		return "all"
	case c.Held:
		return ""
	}
	return string(orchestrator.WithCustomer)
}

// endedCall shows a call that is over while its agent still writes. What
// Postgres does not know yet is left out.
func (s *Server) endedCall(ctx context.Context, p directory.Person, a orchestrator.Agent) *DeskCall {
	v := &DeskCall{
		ID: string(a.Call), State: "ended", Role: roleLead, Direction: string(orchestrator.Inbound), Queue: string(a.Queue),
		Path: []string{}, Parties: []Party{}, Can: []string{},
	}
	if d, err := s.Records.Get(ctx, a.Call); err == nil {
		r := d.Record
		v.Direction, v.Ticket, v.Task = string(cmp.Or(r.Direction, orchestrator.Inbound)), r.Ticket, r.Task
		if r.Direction == orchestrator.Outbound {
			v.Number = Mask(r.Caller)
		}
		v.Caller, v.CallerName, v.Region = Mask(r.Caller), display(r.CallerName), s.names.region(ctx, r.Caller)
		v.Called, v.Queue, v.Language = r.Called, string(r.Queue), r.Language
		v.Path = s.Flows.Titles(r.Flow, r.Path, languageOf(ctx))
		v.ArrivedAt, v.QueuedAt, v.OfferedAt = r.ArrivedAt.UTC(), r.QueuedAt, r.FirstOfferedAt
		v.AnsweredAt, v.EndedAt = r.AnsweredAt, r.TalkEndedAt
		v.WaitedSeconds = int(r.Waited(time.Now()).Seconds())
	}
	if v.Queue != "" {
		v.QueueName = s.names.queue(ctx, p.Site, v.Queue)
	}
	return v
}
