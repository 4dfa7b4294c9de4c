package web

import (
	"context"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
)

// nobody is a directory without people.
type nobody struct{ directoryOf }

type directoryOf = People

func (nobody) People(context.Context, string) ([]directory.Person, error) { return nil, nil }

func TestSeatsShowTheirPartInTheCall(t *testing.T) {
	s := &Server{Deps: Deps{People: nobody{}}, people: nobody{}}
	s.names.s = s
	const talk = `{"id":"c1","direction":"in","agent":"1001","caller":"13812341411","held":true,"masked":true,"with":"guest","others":[
		{"purpose":"consult","offer":{"agent":"1002"},"by":"1001","up":true},
		{"purpose":"listen","offer":{"agent":"2001"},"up":true,"to":"1001"}]}`
	st := live.State{Calls: map[orchestrator.CallID][]byte{
		"c1": []byte(talk),
		"c2": []byte(`{"id":"c2","direction":"out","agent":"1003","number":"13900001111","channel":"x","trunk":"t1",
			"others":[{"purpose":"consult","offer":{"agent":"1004"},"up":true,"merged":true}]}`),
		"c4": []byte(`not JSON`),
	}}
	seat := func(call orchestrator.CallID, agent orchestrator.AgentID) *BoardCall {
		c, ok := callOf(st, call)
		if !ok {
			t.Fatalf("call %s cannot be read", call)
		}
		return s.viewSeatCall(t.Context(), orchestrator.Agent{ID: agent, Call: call, Since: time.Now()}, c)
	}
	lead := seat("c1", "1001")
	if lead.Role != "lead" || lead.Caller != "138****1411" || !lead.Held || !lead.Masked || lead.With != "guest" ||
		len(lead.Listening) != 1 || lead.Listening[0] != "2001" {
		t.Errorf("lead: %+v", lead)
	}
	if guest := seat("c1", "1002"); guest.Role != "guest" {
		t.Errorf("guest: %+v", guest)
	}
	if listener := seat("c1", "2001"); listener.Role != "listener" {
		t.Errorf("listener: %+v", listener)
	}
	if out := seat("c2", "1003"); out.Direction != "out" || out.Caller != "139****1111" || out.With != "all" || out.Listening == nil {
		t.Errorf("outbound: %+v", out)
	}
	if _, ok := callOf(st, "c4"); ok {
		t.Error("a picture that cannot be read is shown")
	}
}

func TestCarrierIsWhatTheNameSays(t *testing.T) {
	for name, want := range map[string]string{"电信中继 A": "电信", "长沙移动": "移动", "备用线路": ""} {
		if got := carrierOf(name); got != want {
			t.Errorf("%s is of %q, want %q", name, got, want)
		}
	}
}
