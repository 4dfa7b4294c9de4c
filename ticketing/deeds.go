package ticketing

import (
	"strings"
	"time"
	"unicode/utf8"
)

// ActInput is what comes with an action.
type ActInput struct {
	Rev   int64 // the revision the person saw
	Note  string
	Reply *Reply
	By    Person
}

// deed is an action that this program can do.
type deed struct {
	registers bool // the ticket gets its number
	replies   bool // answers the caller: with the reply that comes along, else with the one typed
	lead      func(t Ticket) State
	next      func(t Ticket) Words
}

// deeds are the actions that this program can do. Everything else about an
// action is in Moves.
var deeds = map[Action]deed{
	ActSubmit: {registers: true, lead: submitted, next: submitNext},
	ActInstantReply: {registers: true, replies: true, lead: always(Done), next: says(
		"登记后生成工单编号并办结，计入业务量，不再转办。",
		"The ticket gets its number, counts as business and is done; nobody else handles it.")},
	ActRefer: {registers: true, replies: true, lead: always(Archived), next: says(
		"已告知来电人应拨打的号码：登记后生成工单编号并归档，不再转办。",
		"The caller was told the right number: the ticket gets its number and is archived; nobody else handles it.")},
	ActCancel: {lead: always(Cancelled), next: says(
		"草稿撤销，不生成工单编号；误撤的可以恢复。",
		"The draft is cancelled without a number. It can be restored.")},
	ActRestore: {lead: always(Draft), next: says(
		"恢复为草稿，可以继续填写。",
		"It is a draft again and can be filled in.")},
}

func always(s State) func(Ticket) State { return func(Ticket) State { return s } }

func says(zh, en string) func(Ticket) Words { return func(Ticket) Words { return Words{zh, en} } }

func submitted(t Ticket) State {
	if t.Urgency == Urgent || t.Urgency == Critical {
		return Dispatch
	}
	return Review
}

// submitNext says first what becomes of an answer that was typed: whoever
// takes the wrong action must see it before, not after.
func submitNext(t Ticket) Words {
	next := Words{"登记后生成工单编号，转审核人员审核。", "The ticket gets its number and goes to a reviewer."}
	if submitted(t) == Dispatch {
		next = Words{"紧急工单：登记后生成编号，不经审核，直接转派单人员分派。", "Urgent: the ticket gets its number and goes straight to a dispatcher, without review."}
	}
	if blank(t.TypedReply) {
		return next
	}
	return Words{
		"已填写的答复仅随工单留存，不算正式答复；已当场答复完毕的，请选择“即时答复”。" + next.ZH,
		"The answer you typed stays with the ticket but does not count as one; if it settled the matter, choose “Answer at once”. " + next.EN,
	}
}

// allowed reports why the person cannot do the action with the ticket as it
// is, apart from what may be missing in it.
func allowed(t Ticket, a Action, p Person) error {
	move, known := moveOf(a)
	if !known || !Available(a) {
		return ErrNoAction
	}
	if !contains(move.From, t.State) || a == ActCancel && t.Number != "" {
		return &MoveError{From: t.State, Action: a}
	}
	if !anyRole(p.Roles, move.By) {
		return &RoleError{Action: a}
	}
	return nil
}

func contains(list []State, s State) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// decide returns the ticket after the action, apart from its number and its
// revision. Category is what the category of a ticket to be registered turned
// out to be; nil: there is none.
func decide(t Ticket, a Action, in ActInput, c codes, category *Category, now time.Time) (Ticket, error) {
	if err := allowed(t, a, in.By); err != nil {
		return t, err
	}
	d := deeds[a]
	var p problems
	p.atMost("note", in.Note, maxNote)
	reply := in.Reply
	if d.replies {
		reply = t.answeredWith(reply)
	}
	p.reply(reply)
	switch {
	case !d.replies && !reply.empty():
		p.add("reply", "此操作不附带答复：已当场答复的，请选择“即时答复”；只需留存的，请先保存在草稿中。",
			"No answer goes with this: choose “Answer at once”, or save it with the draft to keep it.")
	case a == ActInstantReply && (reply == nil || blank(reply.Public)):
		p.needs("reply.public", "请填写答复来电人的内容。", "Please write what the caller was answered.")
	}
	if d.registers {
		p = append(p, c.missing(t)...)
		p = append(p, suits(t, a, category)...)
	}
	if err := refusal(p); err != nil {
		return t, err
	}
	t.State = d.lead(t)
	if d.registers {
		t = registered(t, category, in.By, now)
		t.Instant = a == ActInstantReply
	}
	if d.replies {
		t.TypedReply = "" // it was given, or another one in its place
		if !reply.empty() {
			t.Reply = reply
		}
	}
	return t, nil
}

// suits checks the category against the action.
func suits(t Ticket, a Action, category *Category) []FieldProblem {
	var p problems
	switch {
	case t.Category == "": // missing says so
	case category == nil:
		p.add("category", "该业务分类已不存在，请重新选择。", "This category does not exist any more. Please choose again.")
	case !category.InScope && a == ActSubmit:
		p.add("category", "该类业务不属12328受理范围，请告知来电人应拨打的号码，并选择“告知”。",
			"This is not 12328's business: tell the caller the right number and choose “Refer”.")
	}
	return p
}

func registered(t Ticket, category *Category, by Person, now time.Time) Ticket {
	t.CategoryVersion = category.Version
	if t.AcceptedAt == nil {
		now = now.UTC().Truncate(time.Microsecond)
		t.AcceptedAt, t.AcceptedBy = &now, by.ID
	}
	valid := true
	t.Valid = &valid
	if blank(t.Title) {
		t.Title = headline(t.Content)
	}
	return t
}

// headline makes a title for a ticket that was given none: the first sentence
// of its content, shortened with an ellipsis.
func headline(content string) string {
	const most = 30
	s := strings.TrimSpace(content)
	if i := strings.IndexAny(s, "\n。！？；"); i > 0 {
		s = s[:i]
	}
	s = strings.TrimSpace(line(s))
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most-1]) + "…"
	}
	return s
}

// reply refuses a reply that is too long.
func (p *problems) reply(r *Reply) {
	if r == nil {
		return
	}
	p.atMost("reply.public", r.Public, maxLong)
	p.atMost("reply.basicFacts", r.BasicFacts, maxLong)
	p.atMost("reply.process", r.Process, maxLong)
	p.atMost("reply.basis", r.Basis, maxDemand)
	p.atMost("reply.contactedHow", r.ContactedHow, maxShort)
}

// clean returns the input as it can be kept.
func (in ActInput) clean() ActInput {
	in.Note = paragraphs(in.Note)
	if in.Reply != nil {
		r := *in.Reply
		r.Public, r.BasicFacts, r.Process = paragraphs(r.Public), paragraphs(r.BasicFacts), paragraphs(r.Process)
		r.Basis, r.ContactedHow = paragraphs(r.Basis), line(r.ContactedHow)
		in.Reply = &r
	}
	return in
}
