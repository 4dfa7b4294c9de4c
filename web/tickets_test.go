package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/web"
)

// complaint is a ticket with everything in it.
func complaint() obj {
	return obj{
		"businessType": "complaint", "category": "", "channel": "phone", "urgency": "normal",
		"caller": obj{"name": "张三", "sex": "male", "contactNumber": "", "anonymous": false, "confidential": false, "language": "zh"},
		"subject": obj{
			"unit": "某出租车公司", "plate": "湘A12345", "line": "", "time": "2026-11-22T09:30:00+08:00",
			"region": "430100", "address": "五一广场",
		},
		"title": "", "content": "出租车拒载。司机态度恶劣。", "demand": "要求处理", "reply": "", "tags": []string{"拒载"}, "knowledge": []string{},
	}
}

// leaf is a category of ours without children.
func (b *browser) leaf() string {
	b.h.t.Helper()
	var all struct{ Tree []web.Category }
	b.must("GET", "/api/categories", nil, http.StatusOK, &all)
	for _, top := range all.Tree {
		for node := top; top.InScope; node = node.Children[0] {
			if len(node.Children) == 0 {
				return node.Code
			}
		}
	}
	b.h.t.Fatal("no category")
	return ""
}

func TestTicketGoesFromDraftToNumber(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	phone := b.atWork("1001")
	c, call := b.talk(phone, "073185551234")

	var draft web.Ticket
	b.must("POST", "/api/tickets", obj{"callId": call, "businessType": "complaint"}, http.StatusOK, &draft)
	if draft.State != "draft" || draft.StateName != "草稿" || draft.Number != nil || draft.CallID != call || draft.Caller.Language != "zh" ||
		!strings.HasPrefix(draft.CallerNumber, "0731") || !strings.Contains(draft.CallerNumber, "****") || draft.Subject.Region != "430100" {
		t.Errorf("draft: %+v", draft)
	}
	if sprint(draft.Missing) != "[category content subject.unit]" {
		t.Errorf("missing: %v", draft.Missing)
	}
	var second web.Ticket
	b.must("POST", "/api/tickets", obj{"callId": call}, http.StatusOK, &second)
	if second.ID != draft.ID {
		t.Error("a second draft for the same call")
	}
	if p := b.refused("POST", "/api/tickets/"+draft.ID+"/actions/submit", obj{"rev": draft.Rev}, http.StatusUnprocessableEntity, "ticket_fields"); len(p.Errors) != 3 ||
		p.Errors[2].Location != "subject.unit" || hanFree(p.Errors[2].Message) {
		t.Errorf("%+v", p.Errors)
	}
	fields := complaint()
	fields["callId"], fields["category"], fields["rev"] = call, b.leaf(), draft.Rev
	var saved web.Ticket
	b.must("PUT", "/api/tickets/"+draft.ID, fields, http.StatusOK, &saved)
	if len(saved.Missing) != 0 || saved.Subject.Plate != "湘A12345" || saved.Subject.Time != "2026-11-22T01:30:00Z" || saved.Rev == draft.Rev {
		t.Errorf("saved: %+v", saved)
	}
	b.over(c, call)
	var number web.Ticket
	b.must("POST", "/api/tickets/"+draft.ID+"/actions/submit", obj{"rev": saved.Rev}, http.StatusOK, &number)
	if number.Number == nil || number.ID != *number.Number || number.State != "review" || number.AcceptedByName != "王秀英" ||
		number.Title != "出租车拒载" || len(number.Log) < 2 || number.Log[len(number.Log)-1].ByName != "王秀英" {
		t.Errorf("registered: %+v", number)
	}
	if len(number.Calls) != 1 || number.Calls[0].ID != call || number.Calls[0].AgentName != "王秀英" || number.Calls[0].Result != "answered" {
		t.Errorf("calls: %+v", number.Calls)
	}
	var found struct {
		Items []web.TicketSummary
		Total int
	}
	b.must("GET", "/api/tickets?q="+*number.Number+"&state=review,done", nil, http.StatusOK, &found)
	if found.Total != 1 || found.Items[0].ID != *number.Number || found.Items[0].BusinessTypeName != "投诉举报" || hanFree(found.Items[0].CategoryName) {
		t.Errorf("found: %+v", found)
	}
	// Whoever holds the other end of the call later finds the ticket there.
	var detail web.CallDetail
	b.must("GET", "/api/calls/"+call, nil, http.StatusOK, &detail)
	if sprint(detail.TicketNumbers) != "["+*number.Number+"]" || len(detail.Tickets) != 1 {
		t.Errorf("call: %+v", detail)
	}
}

func TestStaleSaveGetsTheTicketAsItIs(t *testing.T) {
	h := open(t)
	b, boss := h.logIn("1001"), h.logIn("2001")
	var draft web.Ticket
	b.must("POST", "/api/tickets", complaint(), http.StatusOK, &draft)
	boss.must("PUT", "/api/tickets/"+draft.ID, with(complaint(), "rev", draft.Rev, "title", "班长改的"), http.StatusOK, nil)
	p := b.refused("PUT", "/api/tickets/"+draft.ID, with(complaint(), "rev", draft.Rev, "title", "我的"), http.StatusConflict, "ticket_changed")
	var current web.Ticket
	if err := json.Unmarshal(p.Current, &current); err != nil || current.Title != "班长改的" || current.Rev <= draft.Rev {
		t.Errorf("current: %s %v", p.Current, err)
	}
	b.must("PUT", "/api/tickets/"+draft.ID, with(complaint(), "rev", current.Rev, "title", "我的"), http.StatusOK, nil)
	p = b.refused("DELETE", "/api/tickets/"+draft.ID+"?rev=1", nil, http.StatusConflict, "ticket_changed")
	if len(p.Current) == 0 {
		t.Error("a stale cancel does not say how things are")
	}
}

func with(fields obj, pairs ...any) obj {
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i].(string)] = pairs[i+1]
	}
	return fields
}

func TestInstantReplyFinishesATicket(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	var draft, done web.Ticket
	b.must("POST", "/api/tickets", with(complaint(), "businessType", "inquiry", "category", b.leaf(), "caller", obj{"contactNumber": "13812341411"}), http.StatusOK, &draft)
	act := "/api/tickets/" + draft.ID + "/actions/instant_reply"
	if p := b.refused("POST", act, obj{"rev": draft.Rev}, http.StatusUnprocessableEntity, "ticket_fields"); len(p.Errors) != 1 || p.Errors[0].Location != "reply" {
		t.Errorf("%+v", p.Errors)
	}
	b.must("POST", act, obj{"rev": draft.Rev, "reply": "已告知办理地点。"}, http.StatusOK, &done)
	if done.State != "done" || done.Reply != "已告知办理地点。" || done.Caller.ContactNumber != "138****1411" {
		t.Errorf("%+v", done)
	}
	b.refused("PUT", "/api/tickets/"+done.ID, with(complaint(), "rev", done.Rev), http.StatusConflict, "ticket_registered")
	b.refused("POST", "/api/tickets/"+done.ID+"/actions/submit", obj{"rev": done.Rev}, http.StatusConflict, "ticket_state")
	b.refused("POST", "/api/tickets/"+done.ID+"/actions/dispatch", obj{"rev": done.Rev}, http.StatusUnprocessableEntity, "no_such_action")
}

func TestTypedReplyIsKeptWithTheDraftAndGivenByInstantReply(t *testing.T) {
	h := open(t)
	b, boss := h.logIn("1001"), h.logIn("2001")
	const typed = "已告知办理地点。\n请带身份证。"
	inquiry := func(pairs ...any) obj {
		return with(with(complaint(), "businessType", "inquiry", "category", b.leaf(), "caller", obj{"contactNumber": "13812341411"}), pairs...)
	}
	var draft, saved, read, done web.Ticket
	b.must("POST", "/api/tickets", inquiry(), http.StatusOK, &draft)
	b.must("PUT", "/api/tickets/"+draft.ID, inquiry("rev", draft.Rev, "reply", typed), http.StatusOK, &saved)
	b.must("GET", "/api/tickets/"+draft.ID, nil, http.StatusOK, &read)
	if saved.Reply != typed || read.Reply != typed || read.ReplyGiven || saved.Rev == draft.Rev {
		t.Errorf("saved %q, read %q, given %v", saved.Reply, read.Reply, read.ReplyGiven)
	}
	p := boss.refused("PUT", "/api/tickets/"+draft.ID, inquiry("rev", draft.Rev, "reply", "另一种答复"), http.StatusConflict, "ticket_changed")
	var current web.Ticket
	if err := json.Unmarshal(p.Current, &current); err != nil || current.Reply != typed {
		t.Errorf("the conflict shows %q, %v", current.Reply, err)
	}
	p = b.refused("PUT", "/api/tickets/"+draft.ID, inquiry("rev", saved.Rev, "reply", strings.Repeat("长", 10_001)), http.StatusUnprocessableEntity, "ticket_fields")
	if len(p.Errors) != 1 || p.Errors[0].Location != "reply" {
		t.Errorf("too long: %+v", p.Errors)
	}
	b.must("POST", "/api/tickets/"+draft.ID+"/actions/instant_reply", obj{"rev": saved.Rev}, http.StatusOK, &done)
	if done.State != "done" || done.Reply != typed || !done.ReplyGiven {
		t.Errorf("%s: %q, given %v", done.State, done.Reply, done.ReplyGiven)
	}
}

func TestSubmitLosesNoTypedReplyAndSaysWhatBecomesOfIt(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	var draft, registered, read web.Ticket
	b.must("POST", "/api/tickets", with(complaint(), "category", b.leaf(), "caller", obj{"contactNumber": "13812341411"}, "reply", "已安抚，答应回电。"), http.StatusOK, &draft)
	if next := draft.Actions[0]; next.Action != "submit" || !strings.Contains(next.Next, "不算正式答复") {
		t.Errorf("before: %+v", next)
	}
	p := b.refused("POST", "/api/tickets/"+draft.ID+"/actions/submit", obj{"rev": draft.Rev, "reply": "又一种"}, http.StatusUnprocessableEntity, "ticket_fields")
	if len(p.Errors) != 1 || p.Errors[0].Location != "reply" {
		t.Errorf("a reply that comes with submit: %+v", p.Errors)
	}
	b.must("POST", "/api/tickets/"+draft.ID+"/actions/submit", obj{"rev": draft.Rev}, http.StatusOK, &registered)
	h.logIn("1002").must("GET", "/api/tickets/"+registered.ID, nil, http.StatusOK, &read)
	if read.State != "review" || read.Reply != "已安抚，答应回电。" || read.ReplyGiven {
		t.Errorf("after: %s %q, given %v", read.State, read.Reply, read.ReplyGiven)
	}
}

func TestCancelledDraftComesBack(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	var draft, back web.Ticket
	b.must("POST", "/api/tickets", complaint(), http.StatusOK, &draft)
	b.must("DELETE", "/api/tickets/"+draft.ID+"?rev="+sprint(draft.Rev), nil, http.StatusNoContent, nil)
	var now web.Ticket
	b.must("GET", "/api/tickets/"+draft.ID, nil, http.StatusOK, &now)
	if now.State != "cancelled" || len(now.Actions) != 1 || now.Actions[0].Action != "restore" || !now.Actions[0].Allowed || now.Actions[0].Next == "" {
		t.Errorf("cancelled: %+v", now)
	}
	b.must("POST", "/api/tickets/"+draft.ID+"/actions/restore", obj{"rev": now.Rev}, http.StatusOK, &back)
	if back.State != "draft" || back.Content != draft.Content {
		t.Errorf("restored: %+v", back)
	}
}

func TestDraftsAreTheirWritersOwn(t *testing.T) {
	h := open(t)
	b, other := h.logIn("1001"), h.logIn("1002")
	var draft web.Ticket
	b.must("POST", "/api/tickets", complaint(), http.StatusOK, &draft)
	other.refused("GET", "/api/tickets/"+draft.ID, nil, http.StatusNotFound, "no_such_ticket")
	other.refused("PUT", "/api/tickets/"+draft.ID, with(complaint(), "rev", draft.Rev), http.StatusNotFound, "no_such_ticket")
	other.refused("POST", "/api/tickets/"+draft.ID+"/reveal", obj{"reason": "我想知道"}, http.StatusNotFound, "no_such_ticket")
	h.logIn("2001").must("GET", "/api/tickets/"+draft.ID, nil, http.StatusOK, nil)
}

func TestRevealIsWrittenDownBeforeAnythingIsShown(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	phone := b.atWork("1001")
	c, call := b.talk(phone, "13812341411")
	var ticket web.Ticket
	b.must("POST", "/api/tickets", with(complaint(), "callId", call), http.StatusOK, &ticket)
	b.over(c, call)
	began := time.Now().Add(-time.Minute)
	var number struct{ Number string }
	b.refused("POST", "/api/calls/"+call+"/reveal", obj{"reason": " "}, http.StatusUnprocessableEntity, "no_reason")
	b.must("POST", "/api/calls/"+call+"/reveal", obj{"reason": "回拨核实地址"}, http.StatusOK, &number)
	var both struct{ CallerNumber, ContactNumber string }
	b.must("POST", "/api/tickets/"+ticket.ID+"/reveal", obj{"reason": "电话回访"}, http.StatusOK, &both)
	if number.Number != "13812341411" || both.CallerNumber != "13812341411" {
		t.Errorf("revealed %+v %+v", number, both)
	}
	log, err := h.people.Audit(t.Context(), began, time.Now().Add(time.Minute), 10)
	if err != nil || len(log) != 2 {
		t.Fatalf("audit: %+v %v", log, err)
	}
	if log[1].Subject != "call/"+call || log[1].Reason != "回拨核实地址" || log[1].Person != "1001" || log[0].Subject != "ticket/"+ticket.ID {
		t.Errorf("audit: %+v", log)
	}
	if strings.Contains(h.log.String(), "13812341411") && strings.Contains(webLines(h.log.String()), "13812341411") {
		t.Error("the edge logs a telephone number")
	}
}

// webLines are the lines of the log that requests wrote.
func webLines(log string) string {
	var lines []string
	for line := range strings.Lines(log) {
		if strings.Contains(line, "msg=request") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func TestConfidentialCallerIsKnownToFew(t *testing.T) {
	h := open(t)
	b, other := h.logIn("1001"), h.logIn("1002")
	var draft, registered, seen web.Ticket
	b.must("POST", "/api/tickets", with(complaint(), "category", b.leaf(),
		"caller", obj{"name": "欧阳明", "contactNumber": "13812341411", "confidential": true}), http.StatusOK, &draft)
	b.must("POST", "/api/tickets/"+draft.ID+"/actions/submit", obj{"rev": draft.Rev}, http.StatusOK, &registered)
	other.must("GET", "/api/tickets/"+registered.ID, nil, http.StatusOK, &seen)
	if seen.Caller.Name != "欧**" || seen.Caller.ContactNumber != "138****1411" {
		t.Errorf("%+v", seen.Caller)
	}
	other.refused("POST", "/api/tickets/"+registered.ID+"/reveal", obj{"reason": "我想知道"}, http.StatusForbidden, "confidential")
}
