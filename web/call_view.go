package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/ticketing"
)

// CallRecord is a call of the past, or one going on, in a list.
type CallRecord struct {
	ID            string     `json:"id"`
	Site          string     `json:"site"`
	Direction     string     `json:"direction" doc:"in, out, internal"`
	Caller        string     `json:"caller" doc:"The far side: who called, or who was called; masked"`
	Region        string     `json:"region"`
	Called        string     `json:"called"`
	Trunk         string     `json:"trunk"`
	Queue         string     `json:"queue"`
	QueueName     string     `json:"queueName"`
	Agent         string     `json:"agent"`
	AgentName     string     `json:"agentName"`
	Result        string     `json:"result" doc:"answered, abandoned_flow, abandoned_queue, message, transferred, flow_ended, lost, refused, callback, not_reached; empty while it goes on"`
	ArrivedAt     time.Time  `json:"arrivedAt"`
	QueuedAt      *time.Time `json:"queuedAt"`
	AnsweredAt    *time.Time `json:"answeredAt"`
	EndedAt       *time.Time `json:"endedAt"`
	WaitedSeconds int        `json:"waitedSeconds"`
	TalkSeconds   int        `json:"talkSeconds"`
	Path          []string   `json:"path" doc:"What the caller went through, in the reader's language"`
	Rating        *int       `json:"rating" doc:"1 very satisfied, 2 satisfied, 3 dissatisfied"`
	EndedBy       string     `json:"endedBy" doc:"caller, agent, system"`
	Cause         string     `json:"cause"`
	Recording     string     `json:"recording" enum:"none,pending,ready,failed"`
	TicketNumbers []string   `json:"ticketNumbers"`
	FirstQueue    string     `json:"firstQueue" doc:"Where the caller asked first"`
	Transfers     int        `json:"transfers"`
	HeldSeconds   int        `json:"heldSeconds"`
	Masked        bool       `json:"masked" doc:"The recording is silent in places"`
	Conference    bool       `json:"conference"`
	Message       bool       `json:"message" doc:"The caller left one"`
	Callback      bool       `json:"callback" doc:"The caller asked to be called back"`
	Purpose       string     `json:"purpose" doc:"Of an outbound call"`
	Ticket        string     `json:"ticket" doc:"What an outbound call was made for"`
	Task          string     `json:"task"`
}

// CallDetail is a call with everything around it.
type CallDetail struct {
	CallRecord
	Legs    []CallLeg       `json:"legs"`
	Offers  []CallOffer     `json:"offers"`
	Tickets []TicketSummary `json:"tickets"`
}

// CallLeg is one channel of a call.
type CallLeg struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind" doc:"caller, agent, customer, outside, colleague, supervisor"`
	Purpose    string     `json:"purpose" doc:"What it was made for; empty for the caller's, and for offers"`
	Number     string     `json:"number" doc:"Of an outside one; masked"`
	Agent      string     `json:"agent"`
	AgentName  string     `json:"agentName"`
	Phone      string     `json:"phone"`
	StartedAt  time.Time  `json:"startedAt"`
	RingingAt  *time.Time `json:"ringingAt"`
	AnsweredAt *time.Time `json:"answeredAt"`
	EndedAt    *time.Time `json:"endedAt"`
	Outcome    string     `json:"outcome" doc:"Of the offer: answered, no_answer, busy, rejected, unreachable, caller_left, cancelled"`
	Cause      string     `json:"cause"`
}

// CallOffer is one agent to whom the caller was offered.
type CallOffer struct {
	Agent      string     `json:"agent"`
	AgentName  string     `json:"agentName"`
	OfferedAt  time.Time  `json:"offeredAt"`
	RingingAt  *time.Time `json:"ringingAt"`
	AnsweredAt *time.Time `json:"answeredAt"`
	EndedAt    *time.Time `json:"endedAt"`
	Result     string     `json:"result"`
}

// Caller is what the site knows of whoever is calling.
type Caller struct {
	Caller       string          `json:"caller" doc:"Masked"`
	Region       string          `json:"region"`
	EarlierCalls []CallRecord    `json:"earlierCalls" doc:"Of the same number, the latest 10"`
	OpenTickets  []TicketSummary `json:"openTickets"`
	Blacklisted  bool            `json:"blacklisted"`
	VIP          bool            `json:"vip" doc:"On the VIP list"`
}

// viewRecord shows a call without what other packages know of it.
func (s *Server) viewRecord(ctx context.Context, r record.Record, now time.Time) CallRecord {
	v := CallRecord{
		ID: string(r.ID), Site: string(r.Site), Direction: string(r.Direction), Caller: Mask(r.Caller),
		Region: s.names.region(ctx, r.Caller), Called: r.Called, Trunk: string(r.Trunk),
		Queue: string(r.Queue), Agent: string(r.Agent), AgentName: s.names.person(ctx, string(r.Agent)),
		Result: string(r.Result), ArrivedAt: r.ArrivedAt.UTC(), QueuedAt: r.QueuedAt, AnsweredAt: r.AnsweredAt, EndedAt: r.EndedAt,
		WaitedSeconds: int(r.Waited(now).Seconds()), TalkSeconds: int(r.Talked(now).Seconds()),
		Path: s.Flows.Titles(r.Flow, r.Path, languageOf(ctx)), Rating: r.Rating, EndedBy: string(r.EndedBy), Cause: string(r.Cause),
		Recording: string(recording.None), TicketNumbers: []string{},
		FirstQueue: string(r.FirstQueue), Transfers: r.Transfers, HeldSeconds: r.Held, Masked: r.Masked, Conference: r.Conference,
		Message: r.Message, Callback: r.Callback, Purpose: string(r.Purpose), Ticket: r.Ticket, Task: r.Task,
	}
	if r.Queue != "" {
		v.QueueName = s.names.queue(ctx, v.Site, v.Queue)
	}
	if r.Recording != "" && r.EndedAt == nil {
		v.Recording = string(recording.Pending)
	}
	return v
}

// viewRecords shows calls with their recordings and tickets.
func (s *Server) viewRecords(ctx context.Context, records []record.Record, p ticketing.Person) ([]CallRecord, error) {
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = string(r.ID)
	}
	views := make([]CallRecord, 0, len(records))
	if len(ids) == 0 {
		return views, nil
	}
	sounds, err := s.Recordings.Find(ctx, ids...)
	if err != nil {
		return nil, err
	}
	tickets, err := s.Tickets.OfCalls(ctx, ids, p)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	for _, r := range records {
		v := s.viewRecord(ctx, r, now)
		if sound := sounds[v.ID]; sound.State != recording.None && sound.State != "" {
			v.Recording = string(sound.State)
		}
		for _, t := range tickets[v.ID] {
			v.TicketNumbers = append(v.TicketNumbers, t.Ref())
		}
		views = append(views, v)
	}
	return views, nil
}

func (s *Server) viewLegs(ctx context.Context, d record.Detail) ([]CallLeg, []CallOffer) {
	legs, offers := []CallLeg{}, []CallOffer{}
	for _, l := range d.Legs {
		if l.Kind == "supervisor" && !who(ctx).may(permAllCalls) {
			continue // agents are not told who listened
		}
		legs = append(legs, CallLeg{
			ID: string(l.Channel), Kind: l.Kind, Agent: string(l.Agent), AgentName: s.names.person(ctx, string(l.Agent)),
			Purpose: string(l.Purpose), Number: Mask(l.Number), Phone: string(l.Phone), StartedAt: l.StartedAt.UTC(), RingingAt: l.RingingAt, AnsweredAt: l.AnsweredAt,
			EndedAt: l.EndedAt, Outcome: string(l.Outcome), Cause: string(l.Cause),
		})
	}
	for _, l := range d.Offers() {
		offers = append(offers, CallOffer{
			Agent: string(l.Agent), AgentName: s.names.person(ctx, string(l.Agent)), OfferedAt: l.StartedAt.UTC(),
			RingingAt: l.RingingAt, AnsweredAt: l.AnsweredAt, EndedAt: l.EndedAt, Result: string(l.Outcome),
		})
	}
	return legs, offers
}

// callsOf shows the calls of a ticket. One that is not in Postgres yet is left
// out: it comes with the next look.
func (s *Server) callsOf(ctx context.Context, t ticketing.Ticket) ([]CallRecord, error) {
	var records []record.Record
	for _, id := range t.Calls {
		d, err := s.Records.Get(ctx, orchestrator.CallID(id))
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		records = append(records, d.Record)
	}
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	return s.viewRecords(ctx, records, p)
}
