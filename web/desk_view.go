package web

import (
	"context"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// What a desk refuses by itself.
var (
	errNoDeskPhone   = errkind.New(errkind.Conflict, "web: the person has no desk phone")
	errUnknownReason = errkind.New(errkind.Invalid, "web: no such reason for being not ready")
)

// Desk is an agent's seat as the agent sees it.
type Desk struct {
	Agent       string                  `json:"agent"`
	Name        string                  `json:"name"`
	State       orchestrator.AgentState `json:"state"`
	Reason      string                  `json:"reason"`
	Since       *time.Time              `json:"since"`
	Next        string                  `json:"next" doc:"Reason that takes effect when the call is over"`
	WrapUpUntil *time.Time              `json:"wrapUpUntil"`
	Phone       DeskPhone               `json:"phone"`
	Call        *DeskCall               `json:"call"`
	Today       Today                   `json:"today"`
	Reasons     []Reason                `json:"reasons"`
	ServerTime  time.Time               `json:"serverTime"`
}

// DeskPhone is the phone an agent is signed in at.
type DeskPhone struct {
	Kind   string `json:"kind" doc:"browser, desk or empty"`
	ID     string `json:"id"`
	Online bool   `json:"online"`
}

// Today is an agent's day so far.
type Today struct {
	Answered    int `json:"answered"`
	Missed      int `json:"missed"`
	TalkSeconds int `json:"talkSeconds"`
}

// Reason is a reason for being not ready.
type Reason struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	NameEN     string `json:"nameEn"`
	Selectable bool   `json:"selectable"`
}

// DeskCall is the call at an agent's desk.
type DeskCall struct {
	ID            string     `json:"id"`
	State         string     `json:"state" enum:"ringing,talking,ended"`
	Caller        string     `json:"caller" doc:"Masked"`
	CallerName    string     `json:"callerName"`
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

// viewDesk shows a seat.
func (s *Server) viewDesk(ctx context.Context, p directory.Person, a orchestrator.Agent) (Desk, error) {
	d := Desk{
		Agent: p.Number, Name: p.Name, State: a.State, Reason: a.Reason, Next: a.Next,
		Since: moment(a.Since), WrapUpUntil: moment(a.WrapUpUntil),
		Phone:      DeskPhone{ID: string(a.Phone), Online: a.Online},
		Today:      Today{a.Answered, a.Missed, int(a.TalkTime.Seconds())},
		ServerTime: time.Now().UTC(),
	}
	switch {
	case a.Phone == "":
	case a.Browser:
		d.Phone.Kind = "browser"
	default:
		d.Phone.Kind = "desk"
	}
	reasons, err := s.names.notReady(ctx)
	if err != nil {
		return Desk{}, err
	}
	for _, r := range reasons {
		d.Reasons = append(d.Reasons, Reason{r.Code, r.Name, r.NameEN, !r.BySystem})
	}
	if a.Call != "" {
		d.Call = s.deskCall(ctx, p, a)
	}
	return d, nil
}

// deskCall shows the call at a desk: while it lives from the engine, then
// from its record.
func (s *Server) deskCall(ctx context.Context, p directory.Person, a orchestrator.Agent) *DeskCall {
	c, alive := s.Desks.Call(a.Call)
	if !alive {
		return s.endedCall(ctx, p, a)
	}
	v := &DeskCall{
		ID: string(c.ID), State: "talking", Caller: Mask(c.Caller), CallerName: display(c.CallerName),
		Region: s.names.region(ctx, c.Caller), Called: c.Called, Language: c.Language,
		Path: s.Flows.Titles(c.Flow, c.Position.Path(), languageOf(ctx)), ArrivedAt: c.Arrived.UTC(), OfferedAt: moment(c.OfferedAt),
		AnsweredAt: moment(c.Answered), EndedAt: moment(c.TalkEnded),
		WaitedSeconds: int(c.Waited(time.Now()).Seconds()),
	}
	if c.Place != nil {
		v.Queue, v.QueuedAt = string(c.Place.Queue), moment(c.Place.Entered)
		v.QueueName = s.names.queue(ctx, p.Site, v.Queue)
	}
	switch a.State {
	case orchestrator.RingingAt:
		v.State = "ringing"
		if v.OfferedAt == nil { // the call has not heard of its offer yet
			v.OfferedAt = moment(a.Since)
		}
	case orchestrator.WrapUp:
		v.State = "ended"
	}
	return v
}

// endedCall shows a call that is over while its agent still writes. What
// Postgres does not know yet is left out.
func (s *Server) endedCall(ctx context.Context, p directory.Person, a orchestrator.Agent) *DeskCall {
	v := &DeskCall{ID: string(a.Call), State: "ended", Queue: string(a.Queue), Path: []string{}}
	if d, err := s.Records.Get(ctx, a.Call); err == nil {
		r := d.Record
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

// Mask hides the middle of a telephone number: 138****1411. What is too short
// to be somebody's number stays.
func Mask(number string) string {
	area := dialplan.AreaCode(number)
	local := []rune(strings.TrimPrefix(number, area))
	switch n := len(local); {
	case n >= 11:
		return area + string(local[:3]) + "****" + string(local[n-4:])
	case n >= 7:
		return area + string(local[:n-6]) + "****" + string(local[n-2:])
	}
	return number
}

// display makes a caller's name, which may be anything, fit for one line.
func display(name string) string {
	const most = 64
	line := []rune(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " "))
	if len(line) > most {
		return string(line[:most-1]) + "…"
	}
	return string(line)
}

// moment is null for the zero time.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// sipHost is the domain of SIP addresses: the switch's host.
func (s *Server) sipHost() string {
	if u, err := url.Parse(s.Config.SIPURL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	host, _, _ := net.SplitHostPort(s.Config.SIP)
	return host
}
