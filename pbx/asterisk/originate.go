package asterisk

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// autoAnswer are the headers by which phones are asked to answer by themselves:
// those of most desk phones (draft-ietf-bliss-call-info; Alert-Info as Polycom,
// Yealink and others read it) and one that a browser's phone can read without
// knowing either.
var autoAnswer = map[string]string{
	"PJSIP_HEADER(add,Call-Info)":          "<sip:yihaotong.invalid>;answer-after=0",
	"PJSIP_HEADER(add,Alert-Info)":         "<http://yihaotong.invalid>;info=alert-autoanswer",
	"PJSIP_HEADER(add,X-Yihaotong-Answer)": "now",
}

// originate rings a phone or a number. The leg is known before the request:
// its first events often come before the answer.
func (s *Switch) originate(ctx context.Context, c pbx.Originate) error {
	if c.Originator != "" && !s.legs.with(c.Originator, func(*leg) {}) {
		return &refusal{Status: http.StatusNotFound, Reason: "the channel it is made for is not there"}
	}
	l := newLeg(c.Channel)
	l.phone, l.trunk = c.Phone, c.Trunk
	maps.Copy(l.vars, c.Vars)
	if !s.legs.add(l) {
		return &pbx.Error{Command: "Originate", Kind: pbx.Refused, Reason: "a channel of that id is there already"}
	}
	endpoint, args := "PJSIP/"+string(c.Phone), "originated,phone,"+string(c.Phone)
	if c.Phone == "" {
		endpoint = "PJSIP/" + c.Number + "@" + s.provs.endpointOf(c.Trunk)
		args = "originated,trunk," + string(c.Trunk)
	}
	vars := map[string]string{"YHT_VARS": memo{Phone: c.Phone, Trunk: c.Trunk, Vars: c.Vars}.String()}
	if c.Record != "" {
		args = "to-record," + c.Record
		vars["YHT_RECORDING"] = strings.TrimPrefix(c.Record, wholeFolder)
	}
	if c.AutoAnswer && c.Phone != "" {
		maps.Copy(vars, autoAnswer)
	}
	body := map[string]any{"endpoint": endpoint, "app": s.cfg.App, "appArgs": args, "variables": vars}
	if c.Timeout > 0 { // whole seconds, rounded up; otherwise Asterisk's 30 s
		body["timeout"] = int((c.Timeout + time.Second - 1) / time.Second)
	}
	if id := callerID(c.Name, c.Caller); id != "" {
		body["callerId"] = id
	}
	if c.Originator != "" {
		body["originator"] = string(c.Originator)
	}
	err := s.rest.do(ctx, http.MethodPost, path("channels", string(c.Channel)), nil, body, nil)
	var said *refusal
	switch {
	case err == nil:
		s.legs.with(c.Channel, func(l *leg) { l.seen = true })
		return nil
	case !errors.As(err, &said):
		return err // it may have happened: events will tell, or the next snapshot
	case s.legs.drop(c.Channel):
		return err
	}
	return nil // its Ended has been told already
}
