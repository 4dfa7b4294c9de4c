package web_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/web"
)

func TestCallerIsKnownWhileItRings(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	phone := b.atWork("1001")
	c, first := b.talk(phone, "13812341411")
	var ticket web.Ticket
	b.must("POST", "/api/tickets", with(complaint(), "callId", first, "category", b.leaf()), http.StatusOK, &ticket)
	b.must("POST", "/api/tickets/"+ticket.ID+"/actions/submit", obj{"rev": ticket.Rev}, http.StatusOK, &ticket)
	b.over(c, first)
	b.must("POST", "/api/desk/ready", nil, http.StatusOK, nil)

	h.sim.Call(trunk, "12328", "13812341411")
	h.eventually("it rings again", phone.Ringing)
	var d web.Desk
	h.eventually("the desk shows it", func() bool { d = b.desk(); return d.Call != nil && d.State == "ringing" })
	var known web.Caller
	b.must("GET", "/api/calls/"+d.Call.ID+"/caller", nil, http.StatusOK, &known)
	english, _ := b.listen("desk&lang=en").awaitDesk("it is pushed", 0, func(d web.Desk) bool { return d.Call != nil })
	if sprint(d.Call.Path) != "[转人工服务]" || sprint(english.Call.Path) != "[To an agent]" {
		t.Errorf("the way to the desk: %q, in English %q", d.Call.Path, english.Call.Path)
	}
	if known.Caller != "138****1411" || len(known.EarlierCalls) != 1 || known.EarlierCalls[0].ID != first || known.Blacklisted ||
		len(known.OpenTickets) != 1 || known.OpenTickets[0].ID != ticket.ID {
		t.Errorf("%+v", known)
	}
	h.logIn("1002").refused("GET", "/api/calls/"+d.Call.ID+"/caller", nil, http.StatusNotFound, "no_such_call")
	h.logIn("2001").must("GET", "/api/calls/"+d.Call.ID+"/caller", nil, http.StatusOK, nil)
}

func TestAgentsSeeTheirOwnCallsAndSupervisorsAll(t *testing.T) {
	h := open(t)
	agent, other, boss := h.logIn("1001"), h.logIn("1002"), h.logIn("2001")
	phone := agent.atWork("1001")
	c, call := agent.talk(phone, "073185551234")
	agent.over(c, call)
	type page struct {
		Items []web.CallRecord
		Total int
	}
	list := func(b *browser, query string) page {
		t.Helper()
		var p page
		b.must("GET", "/api/calls"+query, nil, http.StatusOK, &p)
		return p
	}
	p := list(agent, "")
	if p.Total != 1 || p.Items[0].AgentName != "王秀英" || p.Items[0].QueueName != "综合业务" || p.Items[0].Result != "answered" ||
		p.Items[0].Region != "长沙市/株洲市/湘潭市" || p.Items[0].EndedBy != "caller" || len(p.Items[0].Path) == 0 || p.Items[0].AnsweredAt == nil {
		t.Errorf("the agent: %+v", p)
	}
	today := time.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
	for query, want := range map[string]int{
		"": 1, "?mine=true": 0, "?result=answered&from=" + today + "&to=" + today: 1, "?result=lost": 0,
		"?from=2031-01-01": 0, "?q=5551": 1, "?q=%25": 0, "?page=2": 1,
	} {
		if got := list(boss, query); got.Total != want {
			t.Errorf("the supervisor asks %q: %d", query, got.Total)
		}
	}
	if p := list(other, ""); p.Total != 0 {
		t.Errorf("another agent: %+v", p)
	}
	var d web.CallDetail
	agent.header.Set("Accept-Language", "en")
	agent.must("GET", "/api/calls/"+call, nil, http.StatusOK, &d)
	agent.header.Del("Accept-Language")
	if sprint(p.Items[0].Path) != "[转人工服务]" || sprint(d.Path) != "[To an agent]" {
		t.Errorf("the way of the call: %q, in English %q", p.Items[0].Path, d.Path)
	}
	if len(d.Legs) != 2 || len(d.Offers) != 1 || d.Offers[0].AgentName != "王秀英" || d.Offers[0].Result != "answered" || d.Offers[0].AnsweredAt == nil {
		t.Errorf("%+v", d)
	}
	for _, part := range []string{"", "/caller", "/waveform", "/recording"} {
		other.refused("GET", "/api/calls/"+call+part, nil, http.StatusNotFound, "no_such_call")
	}
	other.refused("POST", "/api/calls/"+call+"/reveal", obj{"reason": "好奇"}, http.StatusNotFound, "no_such_call")
}

func TestRecordingIsHeardPieceByPieceAndWrittenDownOnce(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	phone := b.atWork("1001")
	c, call := b.talk(phone, "13812341411")
	address := "/api/calls/" + call + "/recording"
	b.refused("GET", address, nil, http.StatusConflict, "recording_pending")
	b.over(c, call)
	var d web.CallDetail
	h.eventually("the recording is in the vault", func() bool {
		b.must("GET", "/api/calls/"+call, nil, http.StatusOK, &d)
		return d.Recording == "ready"
	})
	whole := b.ask("GET", address, nil)
	sound, _ := io.ReadAll(whole.Body)
	if whole.StatusCode != 200 || whole.Header.Get("Content-Type") != "audio/wav" || len(sound) != 44+2*8000*4 {
		t.Fatalf("%s %s, %d bytes", whole.Status, whole.Header.Get("Content-Type"), len(sound))
	}
	if left, right := loudest(sound[44:]), loudest(sound[46:]); math.Abs(left-16000) > 100 || math.Abs(right-8000) > 100 {
		t.Errorf("left %v, right %v", left, right)
	}
	b.header.Set("Range", "bytes=100-299")
	part := b.ask("GET", address, nil)
	piece, _ := io.ReadAll(part.Body)
	if part.StatusCode != http.StatusPartialContent || !bytes.Equal(piece, sound[100:300]) {
		t.Errorf("%s, %d bytes", part.Status, len(piece))
	}
	b.header.Set("Range", "bytes=9999999-")
	if beyond := b.ask("GET", address, nil); beyond.StatusCode != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("beyond the end: %s", beyond.Status)
	}
	b.header.Del("Range")
	var w web.Waveform
	b.must("GET", "/api/calls/"+call+"/waveform", nil, http.StatusOK, &w)
	if w.Seconds != 2 || len(w.Left) != 600 || len(w.Right) != 600 || w.Left[300] < 0.4 || w.Right[300] > 0.3 {
		t.Errorf("%v s, %d and %d points", w.Seconds, len(w.Left), len(w.Right))
	}
	h.logIn("2001").ask("GET", address+"?reason="+url.QueryEscape("投诉核实"), nil)
	log, err := h.people.Audit(t.Context(), time.Now().Add(-time.Minute), time.Now().Add(time.Minute), 10)
	if err != nil || len(log) != 2 || log[1].Person != "1001" || log[0].Person != "2001" || log[0].Subject != "recording/"+call {
		t.Errorf("audit: %+v %v", log, err)
	}
}

// loudest is the greatest sample of one channel.
func loudest(samples []byte) float64 {
	most := 0.0
	for i := 0; i+2 <= len(samples); i += 4 {
		most = max(most, math.Abs(float64(int16(binary.LittleEndian.Uint16(samples[i:])))))
	}
	return most
}

func TestMaskHidesTheMiddleOfANumber(t *testing.T) {
	for number, want := range map[string]string{
		"13812341411": "138****1411", "073185551234": "073185****34", "02085551234": "02085****34",
		"7551234": "7****34", "12328": "12328", "": "", "+8613812341411": "+86****1411", "匿名": "匿名",
		"张三李四王五赵六孙": "张三李****六孙", strings.Repeat("1", 10_000): "111****1111",
	} {
		if got := web.Mask(number); got != want {
			t.Errorf("%s is shown as %s, want %s", number, got, want)
		}
	}
}
