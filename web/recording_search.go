package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/pbx/recording"
)

func (s *Server) recordingRoutes(r router) {
	guarded(r, permAllCalls, "GET /api/recordings", "Recordings, latest first 录音查询", s.searchRecordings)
	guarded(r, permAllCalls, "GET /api/recordings/{id}", "A recording: holds, who heard it", s.recordingDetail)
	guarded(r, permCustody, "POST /api/recordings/{id}/hold", "Put on legal hold 封存", s.holdRecording)
	guarded(r, permCustody, "POST /api/recordings/{id}/release", "Lift the legal hold 解除封存", s.releaseRecording)
	r.stream(permCustody, "GET /api/recordings/{id}/download",
		"The recording as a file, for a reason (?reason=); written to the access log", "audio/wav", s.downloadRecording)
	guarded(r, permSystem, "GET /api/recordings/retention", "How long recordings are kept 保存期限", s.retention)
	guarded(r, permSystem, "PUT /api/recordings/retention", "Change how long recordings are kept", s.setRetention)
}

// RecordingEntry is a recording in a list.
type RecordingEntry struct {
	Call          string           `json:"call"`
	Direction     string           `json:"direction" doc:"in, out, internal"`
	At            *time.Time       `json:"at" doc:"When the call began"`
	Number        string           `json:"number" doc:"The far side's, masked"`
	Region        string           `json:"region"`
	Queue         string           `json:"queue"`
	QueueName     string           `json:"queueName"`
	Agents        []RecordingAgent `json:"agents" doc:"Who talked"`
	Rating        *int             `json:"rating"`
	Message       bool             `json:"message"`
	Masked        bool             `json:"masked"`
	Held          bool             `json:"held" doc:"On legal hold"`
	State         string           `json:"state" enum:"none,pending,ready,failed,erasing,erased"`
	Seconds       float64          `json:"seconds"`
	TicketNumbers []string         `json:"ticketNumbers"`
}

// RecordingAgent is somebody who talked.
type RecordingAgent struct {
	Number string `json:"number"`
	Name   string `json:"name"`
}

type recordingsInput struct {
	PageInput
	From      string `query:"from" maxLength:"40" doc:"RFC 3339, or a day as 2026-11-22"`
	To        string `query:"to" maxLength:"40" doc:"RFC 3339 (not included), or a day (included)"`
	Number    string `query:"number" maxLength:"32" doc:"The far side's number, whole or its last digits (at least 3)"`
	Area      string `query:"area" maxLength:"6" doc:"Its area code, as 0731"`
	Agent     string `query:"agent" maxLength:"32"`
	Queue     string `query:"queue" maxLength:"32"`
	Ticket    string `query:"ticket" maxLength:"64" doc:"Number of a ticket"`
	Rating    int    `query:"rating" minimum:"0" maximum:"3"`
	Shortest  int    `query:"shortest" minimum:"0" maximum:"86400" doc:"Seconds"`
	Longest   int    `query:"longest" minimum:"0" maximum:"86400" doc:"Seconds"`
	Direction string `query:"direction" enum:",in,out,internal"`
	State     string `query:"state" enum:",pending,ready,failed,erased"`
	Masked    string `query:"masked" enum:",yes,no"`
	Message   string `query:"message" enum:",yes,no"`
	Held      string `query:"held" enum:",yes,no"`
}

type recordingsOutput struct {
	Body struct {
		Items []RecordingEntry `json:"items"`
		Total int              `json:"total" doc:"Counted up to 10001"`
	}
}

// errShortNumber asks for more of a number: two digits fit everybody.
var errShortNumber = errkind.New(errkind.Invalid, "web: at least three digits of a number")

func (s *Server) searchRecordings(ctx context.Context, in *recordingsInput) (*recordingsOutput, error) {
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	f := recording.Filter{
		Site: p.Site, Number: in.Number, Area: in.Area, Agent: in.Agent, Queue: in.Queue, Rating: in.Rating,
		Shortest: in.Shortest, Longest: in.Longest, Direction: in.Direction, State: recording.State(in.State),
		Masked: yesNo(in.Masked), Message: yesNo(in.Message), Held: yesNo(in.Held),
		Offset: (in.Page - 1) * in.PageSize, Limit: in.PageSize,
	}
	if n := countDigits(in.Number); in.Number != "" && n < 3 {
		return nil, errShortNumber
	}
	if f.From, err = when(in.From, false); err == nil {
		f.To, err = when(in.To, true)
	}
	if err != nil {
		return nil, err
	}
	if in.Ticket != "" {
		f.Calls = []string{}
		t, err := s.Tickets.Get(ctx, in.Ticket, p)
		if err != nil && !isNotFound(err) {
			return nil, err
		}
		f.Calls = append(f.Calls, t.Calls...)
	}
	found, total, err := s.Archive.Search(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &recordingsOutput{}
	out.Body.Total = total
	out.Body.Items, err = s.viewEntries(ctx, found)
	return out, err
}

func countDigits(text string) int {
	n := 0
	for _, r := range text {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

func yesNo(word string) *bool {
	yes := word == "yes"
	if word == "" {
		return nil
	}
	return &yes
}

// viewEntries shows recordings with the tickets of their calls.
func (s *Server) viewEntries(ctx context.Context, found []recording.Entry) ([]RecordingEntry, error) {
	views := make([]RecordingEntry, 0, len(found))
	if len(found) == 0 {
		return views, nil
	}
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return nil, err
	}
	calls := make([]string, len(found))
	for i, e := range found {
		calls[i] = e.CallID
	}
	tickets, err := s.Tickets.OfCalls(ctx, calls, p)
	if err != nil {
		return nil, err
	}
	for _, e := range found {
		v := s.viewEntry(ctx, e)
		for _, t := range tickets[e.CallID] {
			v.TicketNumbers = append(v.TicketNumbers, t.Ref())
		}
		views = append(views, v)
	}
	return views, nil
}

func (s *Server) viewEntry(ctx context.Context, e recording.Entry) RecordingEntry {
	v := RecordingEntry{
		Call: e.CallID, Direction: e.Direction, At: moment(orZero(e.At)), Number: Mask(e.Number), Region: s.names.region(ctx, e.Number),
		Queue: e.Queue, Agents: []RecordingAgent{}, Rating: e.Rating, Message: e.Message, Masked: e.Masked, Held: e.Held,
		State: string(e.State), Seconds: e.Seconds, TicketNumbers: []string{},
	}
	if e.Queue != "" {
		v.QueueName = s.names.queue(ctx, e.Site, e.Queue)
	}
	for _, a := range e.Agents {
		v.Agents = append(v.Agents, RecordingAgent{a, s.names.person(ctx, a)})
	}
	return v
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// RecordingDetail is a recording with its history.
type RecordingDetail struct {
	RecordingEntry
	Partial bool             `json:"partial" doc:"It ends before the call did"`
	Reason  string           `json:"reason" doc:"Why it could not be collected"`
	Holds   []RecordingHold  `json:"holds" doc:"The latest first"`
	Heard   []RecordingHeard `json:"heard" doc:"Who heard it, the latest first"`
	Spans   []SoundSpan      `json:"masks"`
}

// RecordingHold is a legal hold.
type RecordingHold struct {
	By           string     `json:"by"`
	ByName       string     `json:"byName"`
	Reason       string     `json:"reason"`
	Since        time.Time  `json:"since"`
	Until        *time.Time `json:"until" doc:"Null: it holds"`
	LiftedBy     string     `json:"liftedBy"`
	LiftedByName string     `json:"liftedByName"`
	LiftedFor    string     `json:"liftedFor"`
}

// RecordingHeard is a line of the access log.
type RecordingHeard struct {
	At     time.Time   `json:"at"`
	By     string      `json:"by"`
	ByName string      `json:"byName"`
	Use    string      `json:"use" enum:"play,download"`
	Own    bool        `json:"own"`
	Reason string      `json:"reason"`
	Spans  []SoundSpan `json:"spans" doc:"What was given out"`
}

type recordingOutput struct{ Body RecordingDetail }

func (s *Server) recordingDetail(ctx context.Context, in *callInput) (*recordingOutput, error) {
	f, err := s.call(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	call := string(f.ID)
	described, err := s.Archive.Describe(ctx, call)
	if err != nil {
		return nil, err
	}
	entry, known := described[call]
	if !known {
		return nil, f.silence(recording.ErrNone)
	}
	views, err := s.viewEntries(ctx, []recording.Entry{entry})
	if err != nil {
		return nil, err
	}
	infos, err := s.Recordings.Find(ctx, call)
	if err != nil {
		return nil, err
	}
	out := &recordingOutput{RecordingDetail{
		RecordingEntry: views[0], Partial: infos[call].Partial, Reason: infos[call].Reason, Holds: []RecordingHold{}, Heard: []RecordingHeard{},
	}}
	spans, err := s.Archive.Spans(ctx, call)
	if err != nil {
		return nil, err
	}
	out.Body.Spans = viewSpans(spans.Masked)
	if out.Body.Holds, err = s.viewHolds(ctx, call); err != nil {
		return nil, err
	}
	out.Body.Heard, err = s.viewHeard(ctx, call)
	return out, err
}

func (s *Server) viewHolds(ctx context.Context, call string) ([]RecordingHold, error) {
	holds, err := s.Archive.Holds(ctx, call)
	views := make([]RecordingHold, 0, len(holds))
	for _, h := range holds {
		views = append(views, RecordingHold{
			By: h.By, ByName: s.names.person(ctx, h.By), Reason: h.Reason, Since: h.Since.UTC(), Until: h.Until,
			LiftedBy: h.LiftedBy, LiftedByName: s.names.person(ctx, h.LiftedBy), LiftedFor: h.LiftedFor,
		})
	}
	return views, err
}

func (s *Server) viewHeard(ctx context.Context, call string) ([]RecordingHeard, error) {
	log, err := s.Archive.AccessLog(ctx, call)
	views := make([]RecordingHeard, 0, len(log))
	for _, a := range log {
		views = append(views, RecordingHeard{
			At: a.At.UTC(), By: a.Person, ByName: s.names.person(ctx, a.Person), Use: string(a.Use), Own: a.Own, Reason: a.Reason, Spans: viewSpans(a.Heard),
		})
	}
	return views, err
}
