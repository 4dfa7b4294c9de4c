package asterisk

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"time"
)

// registeredLine is how res_prometheus writes that an outbound registration stands
// (1; 0: not, 2: refused). ARI knows nothing of registrations.
var registeredLine = regexp.MustCompile(`^asterisk_pjsip_outbound_registration_status\{[^}]*\busername="(sip:[^"]*)"[^}]*\} ([012])$`)

// registrations asks with which of our accounts we are registered.
func (s *Switch) registrations(ctx context.Context) (map[string]bool, error) {
	answer, err := s.rest.get(ctx, "/metrics")
	if err != nil {
		var said *refusal
		if errors.As(err, &said) && s.unwatched.CompareAndSwap(false, true) {
			s.log.Error("whether we are registered with carriers cannot be known: Asterisk lacks res_prometheus or its configuration", "err", err)
		}
		if said != nil {
			return map[string]bool{}, nil
		}
		return nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // read to its end
	out := map[string]bool{}
	lines := bufio.NewScanner(io.LimitReader(answer.Body, 16<<20))
	for lines.Scan() {
		if m := registeredLine.FindSubmatch(lines.Bytes()); m != nil {
			out[string(m[1])] = string(m[2]) == "1"
		}
	}
	return out, lines.Err()
}

// watchRegistrations puts the state of the registrations among the events.
func (s *Switch) watchRegistrations(link *session) error {
	if !s.provs.registers() {
		return nil
	}
	ctx, cancel := context.WithTimeout(link.ctx, s.cfg.Command)
	defer cancel()
	accounts, err := s.registrations(ctx)
	switch {
	case link.ctx.Err() != nil:
		return context.Cause(link.ctx)
	case err != nil:
		s.log.Warn("state of the registrations with carriers not known", "err", err)
		return nil
	}
	return link.waiting.push(arrival{accounts: accounts, at: time.Now()})
}

// get fetches something of the switch's HTTP server that is not ARI.
func (r *rest) get(ctx context.Context, path string) (*http.Response, error) {
	return r.send(ctx, http.MethodGet, path, nil)
}
