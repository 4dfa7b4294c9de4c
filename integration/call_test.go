// Package integration tests the whole hotline on real servers.
package integration

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
	"github.com/yihaotong/yihaotong/pbx/asterisk/config"
)

// TestCallerAnsweredOnADeskPhoneBecomesATicket is first light without a
// browser: a SIPp caller, a SIPp phone, a clerk at the console.
func TestCallerAnsweredOnADeskPhoneBecomesATicket(t *testing.T) {
	h := hotline.Start(t)
	h.Asterisk.Agent(t, asterisktest.Phone{User: "d1001", Password: hotline.Password, Tone: 1000, Delay: 300 * time.Millisecond})
	agent, supervisor := h.LogIn("1001"), h.LogIn("2001")
	agent.SitDown()

	caller := h.Call(t, "13873112345")
	desk := agent.AwaitState(t, "talking", 30*time.Second)
	call := desk.Text("call", "id")
	if shown := desk.Text("call", "caller"); shown != "138****2345" {
		t.Errorf("the caller is shown as %q", shown)
	}
	board := supervisor.Do("GET", "/api/board", nil)
	if n := board.At("kpis", "seats", "talking"); n != 1.0 {
		t.Errorf("the board shows %v talking seats", n)
	}

	ticket := agent.Do("POST", "/api/tickets", hotline.Object{"callId": call})
	ticket = agent.Do("PUT", "/api/tickets/"+ticket.Text("id"), hotline.Object{
		"rev": ticket.At("rev"), "callId": call, "businessType": "complaint", "category": taxi(t, agent),
		"channel": "phone", "urgency": "normal", "title": "出租车拒载", "content": "乘客反映湘A12345出租车在火车站拒载。",
		"subject": hotline.Object{"plate": "湘A12345"},
	})
	ticket = agent.Do("POST", "/api/tickets/"+ticket.Text("id")+"/actions/submit", hotline.Object{"rev": ticket.At("rev")})
	number := ticket.Text("number")
	if len(number) < 20 {
		t.Fatalf("the ticket has the number %q", number)
	}

	agent.Do("POST", "/api/desk/hangup", nil)
	agent.AwaitState(t, "wrap_up", 5*time.Second)
	caller.Wait(t, 60*time.Second)
	agent.Do("POST", "/api/desk/ready", nil)
	h.Quiet()

	record := awaitRecord(t, h, agent, call)
	for key, want := range map[string]any{
		"result": "answered", "agent": "1001", "endedBy": "agent", "rating": 2.0, "queue": "general",
	} {
		if got := record.At(key); got != want {
			t.Errorf("call record: %s is %v, want %v", key, got, want)
		}
	}
	if linked, _ := record.At("ticketNumbers").([]any); len(linked) != 1 || linked[0] != number {
		t.Errorf("call record names the tickets %v, want %s", linked, number)
	}
	if found := agent.Do("GET", "/api/tickets/"+number, nil); found.Text("title") != "出租车拒载" {
		t.Errorf("the ticket is not found by its number: %v", found)
	}
	hearsBoth(t, agent, call)
}

// TestOwnSoftphoneDialsIn is what make run tells people to try: an account of
// one's own, dialling 12328. A wrong password gets nowhere.
func TestOwnSoftphoneDialsIn(t *testing.T) {
	t.Parallel()
	h := hotline.Start(t, func(o *config.Options) { o.DemoCaller = "let-me-in" })
	if err := h.Dial(t, "demo-caller", "wrong", time.Second).Result(10 * time.Second); err == nil {
		t.Error("a wrong password was let in")
	}
	h.Dial(t, "demo-caller", "let-me-in", 3*time.Second).Wait(t, 20*time.Second)
	h.Await("the call in the records", 10*time.Second, func() error {
		list := h.LogIn("2001").Do("GET", "/api/calls", nil)
		if items, _ := list.At("items").([]any); len(items) != 1 || hotline.Object(items[0].(map[string]any)).Text("result") == "" {
			return fmt.Errorf("%v", items)
		}
		return nil
	})
	h.Quiet()
}

// taxi finds the category of taxis by its name.
func taxi(t *testing.T, p *hotline.Person) string {
	t.Helper()
	var find func(nodes []any) string
	find = func(nodes []any) string {
		for _, n := range nodes {
			node := hotline.Object(n.(map[string]any))
			children, _ := node.At("children").([]any)
			if code := find(children); code != "" {
				return code
			}
			if name := node.Text("name"); name == "出租汽车" || name == "出租汽车客运" {
				return node.Text("code")
			}
		}
		return ""
	}
	tree, _ := p.Do("GET", "/api/categories", nil).At("tree").([]any)
	code := find(tree)
	if code == "" {
		t.Fatalf("no category for taxis in %v", tree)
	}
	return code
}

// awaitRecord waits until a call is over in the records and its recording is
// in the vault.
func awaitRecord(t *testing.T, h *hotline.Hotline, p *hotline.Person, call string) hotline.Object {
	t.Helper()
	var record hotline.Object
	h.Await("the recording of the call", 30*time.Second, func() error {
		status, r, err := p.Try("GET", "/api/calls/"+call, nil)
		if err != nil || status != http.StatusOK {
			return fmt.Errorf("%d %v %w", status, r, err)
		}
		if record = r; r.Text("recording") != "ready" {
			return fmt.Errorf("it is %q", r.Text("recording"))
		}
		return nil
	})
	return record
}

// hearsBoth checks by two tones that the recording holds the caller left and
// the agent right.
func hearsBoth(t *testing.T, p *hotline.Person, call string) {
	t.Helper()
	status, wav, err := p.Raw("GET", "/api/calls/"+call+"/recording", nil)
	if err != nil || status != http.StatusOK || len(wav) < 44 || string(wav[:4]) != "RIFF" {
		t.Fatalf("recording: %d, %d bytes, %v", status, len(wav), err)
	}
	left, right := asterisktest.Split(wav[44:])
	for side, heard := range map[string]struct {
		samples []int16
		hz      float64
	}{"caller (left)": {left, 440}, "agent (right)": {right, 1000}} {
		if hz, clear := asterisktest.Hears(heard.samples, 440, 1000); !clear || hz != heard.hz {
			t.Errorf("on the channel of the %s: %v Hz (clear: %t), want %v", side, hz, clear, heard.hz)
		}
	}
}
