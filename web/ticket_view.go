package web

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/ticketing"
)

// TicketFields is what a person fills in.
type TicketFields struct {
	CallID       string        `json:"callId" required:"false" maxLength:"64" doc:"The call it is about"`
	BusinessType string        `json:"businessType" required:"false" doc:"complaint, inquiry, suggestion, help, or empty"`
	Category     string        `json:"category" required:"false" doc:"Code of the category tree"`
	Channel      string        `json:"channel" required:"false" doc:"phone when empty"`
	Urgency      string        `json:"urgency" required:"false" doc:"normal (when empty), urgent, critical"`
	Caller       TicketCaller  `json:"caller" required:"false"`
	Subject      TicketSubject `json:"subject" required:"false"`
	Title        string        `json:"title" required:"false"`
	Content      string        `json:"content" required:"false"`
	Demand       string        `json:"demand" required:"false" doc:"诉求"`
	Reply        string        `json:"reply" required:"false" doc:"What the caller was answered, or what is typed for it; see replyGiven"`
	Tags         []string      `json:"tags" required:"false"`
	Knowledge    []string      `json:"knowledge" required:"false" doc:"Ids of articles used"`
}

// TicketCaller is who came to us.
type TicketCaller struct {
	Name          string `json:"name" required:"false"`
	Sex           string `json:"sex" required:"false" doc:"male, female or empty"`
	ContactNumber string `json:"contactNumber" required:"false" doc:"Masked once the ticket is registered"`
	Anonymous     bool   `json:"anonymous" required:"false"`
	Confidential  bool   `json:"confidential" required:"false"`
	Language      string `json:"language" required:"false"`
}

// TicketSubject is what it is about.
type TicketSubject struct {
	Unit    string `json:"unit" required:"false"`
	Plate   string `json:"plate" required:"false"`
	Line    string `json:"line" required:"false"`
	Time    string `json:"time" required:"false" doc:"RFC 3339, or empty"`
	Region  string `json:"region" required:"false" doc:"Six-digit code"`
	Address string `json:"address" required:"false"`
}

// Ticket is a ticket as a person sees it.
type Ticket struct {
	TicketFields
	ReplyGiven     bool            `json:"replyGiven" doc:"False: reply was typed, but nobody has answered the caller with it"`
	ID             string          `json:"id" doc:"The number once registered"`
	Number         *string         `json:"number"`
	Site           string          `json:"site"`
	State          ticketing.State `json:"state"`
	StateName      string          `json:"stateName"`
	Rev            int64           `json:"rev"`
	AcceptedAt     *time.Time      `json:"acceptedAt"`
	AcceptedBy     string          `json:"acceptedBy"`
	AcceptedByName string          `json:"acceptedByName"`
	CallerNumber   string          `json:"callerNumber" doc:"Masked"`
	Calls          []CallRecord    `json:"calls"`
	Actions        []TicketAction  `json:"actions"`
	Log            []TicketLog     `json:"log"`
	Missing        []string        `json:"missing" doc:"Fields to fill in before it can be registered"`
	CreatedAt      time.Time       `json:"createdAt"`
	ChangedAt      time.Time       `json:"changedAt"`
}

// TicketAction is something that can be done with a ticket in its state.
type TicketAction struct {
	Action  ticketing.Action `json:"action"`
	Label   string           `json:"label"`
	Allowed bool             `json:"allowed"`
	Next    string           `json:"next" doc:"What happens then"`
	Refusal string           `json:"refusal,omitempty"`
}

// TicketLog is a line of a ticket's history.
type TicketLog struct {
	At         time.Time        `json:"at"`
	By         string           `json:"by"`
	ByName     string           `json:"byName"`
	Action     ticketing.Action `json:"action"`
	ActionName string           `json:"actionName"`
	From       ticketing.State  `json:"from"`
	To         ticketing.State  `json:"to"`
	Note       string           `json:"note"`
}

// TicketSummary is a ticket in a list.
type TicketSummary struct {
	ID               string          `json:"id"`
	Number           *string         `json:"number"`
	State            ticketing.State `json:"state"`
	StateName        string          `json:"stateName"`
	BusinessType     string          `json:"businessType"`
	BusinessTypeName string          `json:"businessTypeName"`
	Category         string          `json:"category"`
	CategoryName     string          `json:"categoryName"`
	Title            string          `json:"title"`
	Urgency          string          `json:"urgency"`
	CallerMasked     string          `json:"callerMasked"`
	AcceptedAt       *time.Time      `json:"acceptedAt"`
	AcceptedByName   string          `json:"acceptedByName"`
	ChangedAt        time.Time       `json:"changedAt"`
}

// ticketRoles maps the roles of the directory to those of the ticket's table.
var ticketRoles = map[directory.Role]ticketing.Role{
	directory.Agent: ticketing.RoleAgent, directory.Supervisor: ticketing.RoleSupervisor,
	directory.Reviewer: ticketing.RoleReviewer, directory.Dispatcher: ticketing.RoleDispatcher,
	directory.Handler: ticketing.RoleHandler, directory.Approver: ticketing.RoleApprover,
	directory.FollowUp: ticketing.RoleFollowUp, directory.Coordinator: ticketing.RoleCoordinator,
}

// ticketPerson is who asks, as ticketing knows people.
func (s *Server) ticketPerson(ctx context.Context) (ticketing.Person, error) {
	p := who(ctx).person
	site, err := s.names.home(ctx, p)
	person := ticketing.Person{ID: p.Number, Site: site}
	for _, r := range p.Roles {
		if role, ok := ticketRoles[r]; ok {
			person.Roles = append(person.Roles, role)
		}
	}
	return person, err
}

// fields reads what a person filled in.
func (f TicketFields) fields() (ticketing.Fields, error) {
	out := ticketing.Fields{
		BusinessType: ticketing.BusinessType(f.BusinessType), Category: f.Category, Channel: ticketing.Channel(f.Channel),
		Urgency: ticketing.Urgency(f.Urgency), Tags: f.Tags, Knowledge: f.Knowledge,
		Caller: ticketing.Caller{
			Name: f.Caller.Name, Sex: ticketing.Sex(f.Caller.Sex), ContactNumber: f.Caller.ContactNumber,
			Anonymous: f.Caller.Anonymous, Confidential: f.Caller.Confidential, Language: f.Caller.Language,
		},
		Subject: ticketing.Subject{
			Unit: f.Subject.Unit, Plate: f.Subject.Plate, Line: f.Subject.Line,
			Region: f.Subject.Region, Address: f.Subject.Address,
		},
		Title: f.Title, Content: f.Content, Demand: f.Demand, TypedReply: f.Reply,
	}
	if f.Subject.Time != "" {
		t, err := time.Parse(time.RFC3339, f.Subject.Time)
		if err != nil {
			return out, &ticketing.MissingError{Fields: []ticketing.FieldProblem{{
				Path:    "subject.time",
				Message: ticketing.Words{ZH: "发生时间的格式不正确，请重新选择。", EN: "This is not a time. Please choose it again."},
			}}}
		}
		out.Subject.Time = &t
	}
	return out, nil
}

// viewFields shows what was filled in. Who may not see the caller of a
// confidential ticket does not; a contact number is masked as soon as the
// ticket leaves its writer's hands.
func viewFields(t ticketing.Ticket, p ticketing.Person) TicketFields {
	f := TicketFields{
		BusinessType: string(t.BusinessType), Category: t.Category, Channel: string(t.Channel), Urgency: string(t.Urgency),
		Caller: TicketCaller{
			Name: t.Caller.Name, Sex: string(t.Caller.Sex), ContactNumber: t.Caller.ContactNumber,
			Anonymous: t.Caller.Anonymous, Confidential: t.Caller.Confidential, Language: t.Caller.Language,
		},
		Subject: TicketSubject{
			Unit: t.Subject.Unit, Plate: t.Subject.Plate, Line: t.Subject.Line,
			Region: t.Subject.Region, Address: t.Subject.Address,
		},
		Title: t.Title, Content: t.Content, Demand: t.Demand, Tags: list(t.Tags), Knowledge: list(t.Knowledge),
	}
	if len(t.Calls) > 0 {
		f.CallID = t.Calls[0]
	}
	if t.Subject.Time != nil {
		f.Subject.Time = t.Subject.Time.Format(time.RFC3339)
	}
	f.Reply, _ = t.Answer()
	if t.State != ticketing.Draft {
		f.Caller.ContactNumber = Mask(f.Caller.ContactNumber)
	}
	if !p.MayReveal(t) {
		f.Caller.Name = maskName(f.Caller.Name)
	}
	return f
}

// maskName leaves the family name.
func maskName(name string) string {
	if name == "" {
		return ""
	}
	_, n := utf8.DecodeRuneInString(name)
	return name[:n] + "**"
}

// viewTicket shows a ticket with everything around it.
func (s *Server) viewTicket(ctx context.Context, t ticketing.Ticket, p ticketing.Person) (Ticket, error) {
	lang := languageOf(ctx)
	v := Ticket{
		TicketFields: viewFields(t, p), ID: t.Ref(), Number: orNull(t.Number), Site: t.Site, State: t.State,
		StateName: t.State.Name().In(lang), Rev: t.Rev, AcceptedAt: t.AcceptedAt, AcceptedBy: t.AcceptedBy,
		AcceptedByName: s.names.person(ctx, t.AcceptedBy), CallerNumber: Mask(t.CallerNumber),
		Actions: []TicketAction{}, Log: []TicketLog{}, Missing: []string{}, CreatedAt: t.CreatedAt, ChangedAt: t.ChangedAt,
	}
	_, v.ReplyGiven = t.Answer()
	for _, o := range ticketing.Actions(t, p) {
		v.Actions = append(v.Actions, TicketAction{o.Action, o.Action.Name().In(lang), o.Allowed, o.Next.In(lang), o.Refusal.In(lang)})
	}
	entries, err := s.Tickets.Log(ctx, t.ID, p)
	if err != nil {
		return Ticket{}, err
	}
	for _, e := range entries {
		v.Log = append(v.Log, TicketLog{e.At, e.By, s.names.person(ctx, e.By), e.Action, e.Action.Name().In(lang), e.From, e.To, e.Note})
	}
	missing, err := s.Tickets.Missing(ctx, t)
	if err != nil {
		return Ticket{}, err
	}
	for _, m := range missing {
		v.Missing = append(v.Missing, apiPath(m.Path))
	}
	v.Calls, err = s.callsOf(ctx, t)
	return v, err
}

// summary shows a ticket in a list.
func (s *Server) summary(ctx context.Context, t ticketing.Ticket) TicketSummary {
	lang := languageOf(ctx)
	caller := t.CallerNumber
	if caller == "" {
		caller = t.Caller.ContactNumber
	}
	return TicketSummary{
		ID: t.Ref(), Number: orNull(t.Number), State: t.State, StateName: t.State.Name().In(lang),
		BusinessType: string(t.BusinessType), BusinessTypeName: s.names.businessType(ctx, string(t.BusinessType), lang),
		Category: t.Category, CategoryName: s.names.category(ctx, t.Category, lang), Title: t.Title,
		Urgency: string(t.Urgency), CallerMasked: Mask(caller), AcceptedAt: t.AcceptedAt,
		AcceptedByName: s.names.person(ctx, t.AcceptedBy), ChangedAt: t.ChangedAt,
	}
}

func (s *Server) summaries(ctx context.Context, tickets []ticketing.Ticket) []TicketSummary {
	out := make([]TicketSummary, 0, len(tickets))
	for _, t := range tickets {
		out = append(out, s.summary(ctx, t))
	}
	return out
}

// apiPath spells a field as the API does: the reply is one text here.
func apiPath(path string) string {
	if strings.HasPrefix(path, "reply.") {
		return "reply"
	}
	return path
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// list is never null.
func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}
