package web_test

import (
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/web"
)

// moments are what facts mean for recordings, as in cmd, as far as the tests of
// the edge need it.
func moments(facts []orchestrator.Fact) []recording.Moment {
	kinds := map[orchestrator.FactKind]recording.MomentKind{
		orchestrator.CallArrived: recording.Began, orchestrator.CallQueued: recording.Queued, orchestrator.CallAnswered: recording.Talk,
		orchestrator.CallTalkEnded: recording.TalkEnded, orchestrator.CallMasked: recording.Masked, orchestrator.CallUnmasked: recording.Unmasked,
		orchestrator.CallEnded: recording.Ended,
	}
	var all []recording.Moment
	for _, f := range facts {
		if kind, ok := kinds[f.Kind]; ok && f.Call != "" {
			all = append(all, recording.Moment{
				Call: string(f.Call), Site: string(f.Site), At: f.At, Kind: kind, Agent: string(f.Agent), Direction: "in",
				Number: f.Data.Caller, Queue: string(f.Data.Queue),
			})
		}
	}
	return all
}

// recordedCall is a call of 1001 whose recording is in the vault.
func (h *house) recordedCall(b *browser, caller string) string {
	h.t.Helper()
	phone := b.atWork("1001")
	c, call := b.talk(phone, caller)
	b.over(c, call)
	h.eventually("the recording is in the vault", func() bool {
		var d web.CallDetail
		b.must("GET", "/api/calls/"+call, nil, http.StatusOK, &d)
		return d.Recording == "ready"
	})
	return call
}

func TestRecordingsAreFoundHeldAndHeardForAReason(t *testing.T) {
	h := open(t)
	agent, boss := h.logIn("1001"), h.logIn("2001")
	call := h.recordedCall(agent, "13812341411")

	var page struct {
		Items []web.RecordingEntry
		Total int
	}
	today := time.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
	for query, want := range map[string]int{
		"": 1, "?number=1411": 1, "?number=13812341411": 1, "?number=1412": 0, "?agent=1001&from=" + today + "&to=" + today: 1, "?agent=1002": 0,
		"?queue=general": 1, "?masked=yes": 0, "?masked=no": 1, "?held=yes": 0, "?shortest=2&longest=2": 1, "?shortest=3": 0, "?ticket=430100": 0,
	} {
		boss.must("GET", "/api/recordings"+query, nil, http.StatusOK, &page)
		if page.Total != want || len(page.Items) != want {
			t.Errorf("%q finds %d", query, page.Total)
		}
	}
	boss.refused("GET", "/api/recordings?number=12", nil, http.StatusUnprocessableEntity, "short_number")
	boss.must("GET", "/api/recordings", nil, http.StatusOK, &page)
	if e := page.Items[0]; e.Number != "138****1411" || e.Agents[0].Name != "王秀英" || e.State != "ready" || e.Seconds != 2 || e.QueueName != "综合业务" {
		t.Errorf("%+v", e)
	}

	address := "/api/calls/" + call + "/recording"
	boss.refused("GET", address, nil, http.StatusUnprocessableEntity, "recording_reason")
	boss.header.Set("Range", "bytes=44-32043")
	part := boss.ask("GET", address+"?reason="+url.QueryEscape("投诉核实"), nil)
	boss.header.Del("Range")
	if sound, _ := io.ReadAll(part.Body); part.StatusCode != http.StatusPartialContent || len(sound) != 32_000 {
		t.Errorf("%s, %d bytes", part.Status, len(sound))
	}
	boss.refused("GET", "/api/recordings/"+call+"/download", nil, http.StatusUnprocessableEntity, "recording_reason")
	file := boss.ask("GET", "/api/recordings/"+call+"/download?reason="+url.QueryEscape("移交执法支队"), nil)
	if sound, _ := io.ReadAll(file.Body); file.StatusCode != http.StatusOK || len(sound) != 44+2*32_000 ||
		file.Header.Get("Content-Disposition") != `attachment; filename="`+call+`.wav"` {
		t.Errorf("%s, %d bytes", file.Status, len(sound))
	}
	agent.refused("GET", "/api/recordings/"+call+"/download", nil, http.StatusForbidden, "forbidden")

	var d web.RecordingDetail
	boss.refused("POST", "/api/recordings/"+call+"/hold", obj{"reason": "x"}, http.StatusUnprocessableEntity, "recording_reason")
	boss.must("POST", "/api/recordings/"+call+"/hold", obj{"reason": "行政复议取证"}, http.StatusOK, &d)
	boss.refused("POST", "/api/recordings/"+call+"/hold", obj{"reason": "再封一次"}, http.StatusConflict, "recording_held")
	if !d.Held || len(d.Holds) != 1 || d.Holds[0].ByName != "周志强" {
		t.Errorf("%+v", d)
	}
	boss.must("POST", "/api/recordings/"+call+"/release", obj{"reason": "复议终结"}, http.StatusOK, &d)
	h.eventually("what was heard is written down", func() bool {
		boss.must("GET", "/api/recordings/"+call, nil, http.StatusOK, &d)
		return len(d.Heard) == 2 && len(d.Heard[0].Spans) == 1 && len(d.Heard[1].Spans) == 1
	})
	if d.Held || d.Heard[0].Use != "download" || d.Heard[1].Reason != "投诉核实" || d.Heard[1].Own || d.Heard[1].Spans[0] != (web.SoundSpan{From: 0, To: 1}) {
		t.Errorf("%+v", d)
	}
	var w web.Waveform
	agent.must("GET", "/api/calls/"+call+"/waveform", nil, http.StatusOK, &w)
	if !w.Own || len(w.Talks) != 1 || w.Talks[0].AgentName != "王秀英" {
		t.Errorf("%+v", w)
	}
}

func TestAdministratorSaysHowLongRecordingsAreKept(t *testing.T) {
	h := open(t)
	admin := h.logIn("9001")
	var kept struct{ Rules []web.RetentionRule }
	admin.must("GET", "/api/recordings/retention", nil, http.StatusOK, &kept)
	if len(kept.Rules) != 5 || kept.Rules[0] != (web.RetentionRule{Kind: "ticket", Days: 1095}) {
		t.Errorf("%+v", kept.Rules)
	}
	admin.refused("PUT", "/api/recordings/retention", obj{"kind": "talk", "days": 7}, http.StatusUnprocessableEntity, "recording_days")
	admin.must("PUT", "/api/recordings/retention", obj{"kind": "talk", "days": 400}, http.StatusOK, &kept)
	if r := kept.Rules[1]; r.Days != 400 || r.ChangedByName != "管理员" {
		t.Errorf("%+v", r)
	}
}

// inspector adds somebody who only inspects.
func (h *house) inspector(number, name string) *browser {
	h.t.Helper()
	p := directory.Person{Number: number, Name: name, Site: string(changsha), Roles: []directory.Role{directory.QA}, Active: true}
	if err := h.people.AddPerson(h.t.Context(), "9001", p, password, time.Now()); err != nil {
		h.t.Fatal(err)
	}
	return h.logIn(number)
}
