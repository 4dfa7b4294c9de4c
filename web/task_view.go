package web

import (
	"context"
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/tasks"
)

// Task is work that calls left behind, in a list.
type Task struct {
	ID              string    `json:"id"`
	Kind            string    `json:"kind" enum:"missed,message,callback,low_rating,lost"`
	State           string    `json:"state" enum:"open,taken,done,dropped"`
	Owner           string    `json:"owner" doc:"Employee number; empty: everybody's"`
	OwnerName       string    `json:"ownerName"`
	Number          string    `json:"number" doc:"Masked; empty: not known"`
	Region          string    `json:"region"`
	QueueName       string    `json:"queueName"`
	AgentName       string    `json:"agentName" doc:"The agent concerned: who was rated, who talked when the call was lost"`
	Call            string    `json:"call"`
	Times           int       `json:"times"`
	FirstAt         time.Time `json:"firstAt" doc:"Of a callback: when the caller entered the queue"`
	LastAt          time.Time `json:"lastAt"`
	DueAt           time.Time `json:"dueAt"`
	Overdue         bool      `json:"overdue"`
	WaitedSeconds   int       `json:"waitedSeconds"`
	Attempts        int       `json:"attempts"`
	Outcome         string    `json:"outcome" doc:"reached (by itself), answered, ticket, no_answer, handled, other"`
	Closing         string    `json:"closing" doc:"What was said at the end"`
	Transcript      string    `json:"transcript"`
	TranscriptState string    `json:"transcriptState" enum:",pending,ready,failed,typed"`
	TranscriptFault string    `json:"transcriptFault"`
	Can             []string  `json:"can" doc:"take, release, done, drop, note, assign, dial, transcript, transcribe: what makes sense now"`
}

// TaskDetail is an item with all around it.
type TaskDetail struct {
	Task
	Recording string          `json:"recording" enum:"none,pending,ready,failed" doc:"Of the message"`
	Tries     []TaskAttempt   `json:"tries"`
	Log       []TaskLogEntry  `json:"log"`
	Calls     []CallRecord    `json:"calls" doc:"Those that made it, the latest 20"`
	Earlier   []CallRecord    `json:"earlier" doc:"Other calls of the number"`
	Tickets   []TicketSummary `json:"tickets" doc:"Open ones of the caller"`
}

// TaskAttempt is a call made for an item.
type TaskAttempt struct {
	Call      string    `json:"call"`
	At        time.Time `json:"at"`
	Agent     string    `json:"agent"`
	AgentName string    `json:"agentName"`
	Result    string    `json:"result" doc:"Of the call; empty while it goes on"`
}

// TaskLogEntry is one line of an item's history.
type TaskLogEntry struct {
	At         time.Time `json:"at"`
	By         string    `json:"by" doc:"Empty: the system"`
	ByName     string    `json:"byName"`
	Action     string    `json:"action"`
	From       string    `json:"from"`
	To         string    `json:"to"`
	PersonName string    `json:"personName" doc:"Whom it was given to"`
	Note       string    `json:"note"`
}

func (s *Server) viewTask(ctx context.Context, t tasks.Task, p tasks.Person, now time.Time) Task {
	v := Task{
		ID: t.ID, Kind: string(t.Kind), State: string(t.State), Owner: t.Owner, OwnerName: s.names.person(ctx, t.Owner),
		Number: Mask(t.Number), Region: s.names.region(ctx, t.Number), AgentName: s.names.person(ctx, t.Agent), Call: t.Call, Times: t.Times,
		FirstAt: t.FirstAt.UTC(), LastAt: t.LastAt.UTC(), DueAt: t.DueAt.UTC(), Overdue: t.Overdue(now),
		WaitedSeconds: t.Waited, Attempts: t.Attempts, Outcome: string(t.Outcome), Closing: t.Closing,
		Transcript: t.Transcript, TranscriptState: string(t.TranscriptState), TranscriptFault: t.TranscriptFault,
		Can: s.taskOperations(t, p),
	}
	if t.Queue != "" {
		v.QueueName = s.names.queue(ctx, t.Site, t.Queue)
	}
	return v
}

// taskOperations are what the person may do with an item now.
func (s *Server) taskOperations(t tasks.Task, p tasks.Person) []string {
	can := []string{}
	mine := t.Owner == p.ID
	workable := t.Pending() && (mine || t.Owner == "" || p.Supervises)
	add := func(may bool, what ...string) {
		if may {
			can = append(can, what...)
		}
	}
	add(t.State == tasks.Open || t.State == tasks.Taken && !mine && p.Supervises, "take")
	add(workable && t.Number != "", "dial")
	add(workable, "done", "drop")
	add(t.State == tasks.Taken && (mine || p.Supervises), "release")
	add(t.Pending() && p.Supervises, "assign")
	add(mine || t.Owner == "" || p.Supervises, "note")
	add(t.Kind == tasks.Message && (mine || t.Owner == "" || p.Supervises), "transcript")
	add(t.Kind == tasks.Message && s.Tasks.Transcribes() && t.TranscriptState != tasks.Pending, "transcribe")
	return can
}

// mostTaskCalls bounds the calls shown with an item.
const mostTaskCalls = 20

func (s *Server) viewTaskDetail(ctx context.Context, d tasks.Detail, p tasks.Person) (TaskDetail, error) {
	v := TaskDetail{
		Task: s.viewTask(ctx, d.Task, p, time.Now()), Recording: string(recording.None),
		Tries: []TaskAttempt{}, Log: []TaskLogEntry{}, Calls: []CallRecord{}, Earlier: []CallRecord{}, Tickets: []TicketSummary{},
	}
	for _, a := range d.Attempts {
		v.Tries = append(v.Tries, TaskAttempt{a.Call, a.At.UTC(), a.Agent, s.names.person(ctx, a.Agent), a.Outcome})
	}
	for _, l := range d.Log {
		v.Log = append(v.Log, TaskLogEntry{
			l.At.UTC(), l.By, s.names.person(ctx, l.By), l.Action, string(l.From), string(l.To), s.names.person(ctx, l.Person), l.Note,
		})
	}
	if err := s.addTaskCalls(ctx, d, &v); err != nil {
		return v, err
	}
	if d.Number != "" && s.taskTickets(ctx) {
		open, err := s.Tickets.OpenOfCaller(ctx, d.Site, d.Number)
		if err != nil {
			return v, err
		}
		v.Tickets = s.summaries(ctx, open)
	}
	return v, nil
}

// taskTickets reports whether the person may see tickets at all.
func (s *Server) taskTickets(ctx context.Context) bool { return who(ctx).may(permTickets) }

// addTaskCalls adds the calls of an item, and others of its number.
func (s *Server) addTaskCalls(ctx context.Context, d tasks.Detail, v *TaskDetail) error {
	var made, earlier []record.Record
	for _, call := range d.Calls[max(0, len(d.Calls)-mostTaskCalls):] {
		found, err := s.Records.Get(ctx, orchestrator.CallID(call))
		switch {
		case isNotFound(err):
		case err != nil:
			return err
		default:
			made = append(made, found.Record)
		}
	}
	if d.Number != "" {
		all, err := s.Records.OfCaller(ctx, orchestrator.SiteID(d.Site), d.Number, time.Now(), earlierCalls)
		if err != nil {
			return err
		}
		earlier = slices.DeleteFunc(all, func(r record.Record) bool { return slices.Contains(d.Calls, string(r.ID)) })
	}
	p, err := s.ticketPerson(ctx)
	if err != nil {
		return err
	}
	if v.Calls, err = s.viewRecords(ctx, made, p); err != nil {
		return err
	}
	if v.Earlier, err = s.viewRecords(ctx, earlier, p); err != nil {
		return err
	}
	for _, c := range v.Calls {
		if c.ID == d.Call {
			v.Recording = c.Recording
		}
	}
	return nil
}
