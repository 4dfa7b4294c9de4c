package asterisk

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

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
	body := map[string]any{
		"endpoint": endpoint, "app": s.cfg.App, "appArgs": args,
		"variables": map[string]string{"YHT_VARS": memo{Phone: c.Phone, Trunk: c.Trunk, Vars: c.Vars}.String()},
	}
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
