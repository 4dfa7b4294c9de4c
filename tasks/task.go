package tasks

import "time"

// Kind says what left an item behind.
type Kind string

// The kinds.
const (
	Missed    Kind = "missed"     // 未接: gave up while waiting, or in the flow
	Message   Kind = "message"    // 留言
	Callback  Kind = "callback"   // 预约回拨: keeps the place in the queue
	LowRating Kind = "low_rating" // 不满意
	Lost      Kind = "lost"       // 异常中断: the switch died with the call
)

// Kinds lists them as they are shown.
var Kinds = []Kind{Missed, Message, Callback, LowRating, Lost}

// State is how far an item has come.
type State string

// The states, as drawn in the package's description.
const (
	Open    State = "open"
	Taken   State = "taken"
	Done    State = "done"
	Dropped State = "dropped"
)

// Outcome is how an item was done.
type Outcome string

// The outcomes that a person may choose; Reached is the system's.
const (
	Reached  Outcome = "reached"   // the caller came through to a person
	Answered Outcome = "answered"  // called back and answered
	Ticketed Outcome = "ticket"    // a ticket was registered
	NoAnswer Outcome = "no_answer" // not reached after trying
	Handled  Outcome = "handled"   // otherwise done
	Other    Outcome = "other"
)

// Outcomes lists those a person may choose.
var Outcomes = []Outcome{Answered, Ticketed, NoAnswer, Handled, Other}

// Task is an item.
type Task struct {
	ID      string
	Site    string
	Kind    Kind
	State   State
	Owner   string // employee number; "": everybody's
	Number  string // in full
	Queue   string
	Agent   string // the agent concerned, not the owner
	Call    string // the first
	Times   int    // how often it happened within the time of merging
	FirstAt time.Time
	LastAt  time.Time
	DueAt   time.Time
	Waited  int // seconds
	Outcome Outcome
	Closing string // what was said at the end: a note, or why it was dropped

	Transcript      string
	TranscriptState TranscriptState
	TranscriptFault string
	ChangedAt       time.Time
	Attempts        int
}

// Overdue reports whether it should be done by now.
func (t Task) Overdue(now time.Time) bool { return t.Pending() && now.After(t.DueAt) }

// Pending reports whether it waits to be done.
func (t Task) Pending() bool { return t.State == Open || t.State == Taken }

// TranscriptState is how far the words of a message have come.
type TranscriptState string

// The states of a transcript.
const (
	NoTranscript TranscriptState = ""
	Pending      TranscriptState = "pending"
	Ready        TranscriptState = "ready"
	Failed       TranscriptState = "failed"
	Typed        TranscriptState = "typed" // by a person
)

// Person is who asks.
type Person struct {
	ID         string
	Site       string
	Supervises bool // sees and gives away everybody's items of the site
}

// MaySee reports whether an item exists for the person: one's own, everybody's,
// and all for who supervises.
func (p Person) MaySee(t Task) bool {
	return t.Site == p.Site && (p.Supervises || t.Owner == p.ID || t.State == Open)
}

// Attempt is a call made for an item.
type Attempt struct {
	Call    string
	At      time.Time
	Agent   string
	Outcome string // the call's result; "" while it goes on
}

// LogEntry is one line of an item's history.
type LogEntry struct {
	At     time.Time
	By     string // "": the system
	Action string // made, again, take, assign, release, done, drop, note, transcript, attempt, reached
	From   State
	To     State
	Person string // whom it was given to
	Note   string
}

// Detail is an item with all around it.
type Detail struct {
	Task
	Calls    []string // that made it, the first first
	Attempts []Attempt
	Log      []LogEntry
}
