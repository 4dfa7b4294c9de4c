package ticketing

import "time"

// BusinessType is 业务类型; the list is the table business_type. The constants
// are those it is delivered with.
type BusinessType string

// The business types delivered.
const (
	Complaint  BusinessType = "complaint"  // 投诉举报
	Inquiry    BusinessType = "inquiry"    // 信息咨询
	Suggestion BusinessType = "suggestion" // 意见建议
	Help       BusinessType = "help"       // 求助
)

// Channel is 渠道: the way by which the public came; the list is the table
// channel.
type Channel string

// Phone is the channel of a ticket that names none.
const Phone Channel = "phone"

// Urgency is 紧急程度.
type Urgency string

// The urgencies: 普通, 紧急, 特急.
const (
	Normal   Urgency = "normal"
	Urgent   Urgency = "urgent"
	Critical Urgency = "critical"
)

// Sex of the caller, as far as it was told.
type Sex string

// The sexes; empty is unknown.
const (
	Male   Sex = "male"
	Female Sex = "female"
)

// Fields is what a person fills in.
type Fields struct {
	BusinessType BusinessType // empty: not chosen yet
	Category     string       // code of the current code set; empty: not chosen yet
	Channel      Channel
	Urgency      Urgency
	Tags         []string
	Caller       Caller
	Subject      Subject
	Title        string // up to 200 characters, one line
	Content      string // up to 10,000 characters
	Demand       string // 诉求, up to 2,000 characters
	TypedReply   string // 答复内容 as typed, up to 10,000 characters; the caller has not been given it (see Ticket.Answer)
	Knowledge    []string
}

// Caller is the person who came to us, by whichever channel.
type Caller struct {
	Name          string
	Sex           Sex
	ContactNumber string // where to reach the caller, if not at the number called from
	Anonymous     bool   // 匿名: does not want to be known
	Confidential  bool   // 保密: is not shown to the unit complained of
	Language      string
}

// Subject is what it is about.
type Subject struct {
	Unit      string // unit or person complained of
	Plate     string
	Line      string // line, train, ship
	Time      *time.Time
	Region    string // 6-digit code, as far as known
	Address   string
	Longitude *float64 // degrees, with Latitude or not at all
	Latitude  *float64
}

// Reply is what was found out and answered.
type Reply struct {
	BasicFacts   string     `json:"basic_facts,omitempty"`   // 基本情况
	Process      string     `json:"process,omitempty"`       // 办理过程
	Basis        string     `json:"basis,omitempty"`         // 依据
	ContactedAt  *time.Time `json:"contacted_at,omitempty"`  // when the caller was contacted
	ContactedHow string     `json:"contacted_how,omitempty"` // and by which means
	FactsTrue    *bool      `json:"facts_true,omitempty"`    // 是否属实; nil: not judged
	Resolved     *bool      `json:"resolved,omitempty"`      // 是否解决; nil: not judged
	Public       string     `json:"-"`                       // 公开答复: what the caller is told; kept in its own column
}

// empty reports whether nothing at all was answered.
func (r *Reply) empty() bool { return r == nil || *r == Reply{} }

// Attachment is a file that belongs to the ticket. Nothing adds one yet.
type Attachment struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"` // text, image, audio, video
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Ticket is a ticket as it is kept.
type Ticket struct {
	ID     string // UUID
	Number string // empty until it is registered; see number.go
	Site   string // 6-digit region code
	State  State
	Rev    int64 // grows with every change

	Fields
	CategoryVersion string // code set that Category belongs to; set at registration
	Attachments     []Attachment

	Root, Parent               string // ids; empty: none
	OriginSystem, OriginNumber string // where it came from, if not from us

	Calls        []string // ids of calls, the first one first
	CallerNumber string   // number called from, as the switch told it

	Owner      string     // who drafted it
	AcceptedAt *time.Time // registration
	AcceptedBy string
	CreatedAt  time.Time
	ChangedAt  time.Time
	ChangedBy  string

	Work      Work
	Deadlines Deadlines
	Counts    Counts

	Instant       bool   // answered at once
	Reply         *Reply // nil: none yet
	Valid         *bool  // counts as business; nil: not registered
	InvalidReason string // why it does not count
	Ratings       Ratings
}

// Work is where a ticket lies while it is worked on.
type Work struct {
	Step         string
	Organisation string
	Person       string
	Asked        Action // in Approval: what was asked for
	AskedFrom    State  // and where the ticket was then
}

// Deadlines are the moments by which things are due; nil: no rule says.
type Deadlines struct {
	Sign, Contact, Reply, Finish, FollowUp *time.Time
	FirstFinish                            *time.Time // before extensions
}

// Counts says how often things happened to the ticket.
type Counts struct{ Extended, Returned, Redone, Urged, Supervised int }

// Ratings by the caller: 1 非常满意, 2 满意, 3 不满意; nil: not rated.
type Ratings struct{ Agent, Unit, Result *int16 }

// Ref is the name by which a ticket is asked for: its number once it has one.
func (t Ticket) Ref() string {
	if t.Number != "" {
		return t.Number
	}
	return t.ID
}

// Answer returns what the caller was answered, or else what was typed for it.
// Given tells them apart: false means that nobody has answered with the text,
// even if the ticket has been registered since.
func (t Ticket) Answer() (text string, given bool) {
	if t.State != Draft && t.Reply != nil && t.Reply.Public != "" {
		return t.Reply.Public, true
	}
	return t.TypedReply, false
}

// answeredWith is the reply of an action that answers: what comes with it,
// and for the public part, if none comes, what was typed.
func (t Ticket) answeredWith(r *Reply) *Reply {
	if blank(t.TypedReply) || r != nil && !blank(r.Public) {
		return r
	}
	var whole Reply
	if r != nil {
		whole = *r
	}
	whole.Public = t.TypedReply
	return &whole
}

// LogEntry is one line of a ticket's history.
type LogEntry struct {
	At     time.Time
	By     string
	Action Action
	From   State // empty for the first line
	To     State
	Note   string
}
