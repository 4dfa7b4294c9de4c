package asterisk

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/yihaotong/yihaotong/pbx"
)

// ARI cannot keep a running MixMonitor silent; the manager interface can, and
// Asterisk's HTTP server speaks it too (/rawman). Each command is a session of
// its own: they are few, and nothing is left that could run out.

// mask keeps the recording of a channel silent, or ends that.
func (s *Switch) mask(ctx context.Context, id pbx.ChannelID, on bool) error {
	if !s.legs.with(id, func(*leg) {}) {
		return &refusal{Status: http.StatusNotFound, Reason: "Channel not found"}
	}
	state := "0"
	if on {
		state = "1"
	}
	cookie, err := s.manage(ctx, nil, url.Values{"action": {"Login"}, "username": {s.cfg.User}, "secret": {s.cfg.Password}})
	if err != nil {
		return err
	}
	_, err = s.manage(ctx, cookie, url.Values{
		"action": {"MixMonitorMute"}, "Channel": {string(id)}, "Direction": {"both"}, "State": {state},
	})
	_, _ = s.manage(ctx, cookie, url.Values{"action": {"Logoff"}}) // otherwise it ends in a minute
	return err
}

// manage gives one command of the manager interface and returns the cookie of
// its session.
func (s *Switch) manage(ctx context.Context, session *http.Cookie, form url.Values) (*http.Cookie, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.rest.base.Scheme+"://"+s.rest.base.Host+"/rawman",
		strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("asterisk: request to the manager interface: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if session != nil {
		req.AddCookie(session)
	}
	answer, err := s.rest.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // read as far as it matters
	if answer.StatusCode == http.StatusNotFound {
		return nil, &refusal{Status: http.StatusNotImplemented, Reason: "the switch has no manager interface on its HTTP server (manager.conf)"}
	}
	if answer.StatusCode != http.StatusOK {
		return nil, &refusal{Status: answer.StatusCode, Reason: answer.Status}
	}
	if err := managerSays(answer.Body); err != nil {
		return nil, err
	}
	for _, c := range answer.Cookies() {
		if c.Name == "mansession_id" {
			return &http.Cookie{Name: c.Name, Value: strings.Trim(c.Value, `"`)}, nil
		}
	}
	return session, nil
}

// managerSays reads the answer to a command of the manager interface.
func managerSays(body io.Reader) error {
	done, message := false, "no answer that could be understood"
	lines := bufio.NewScanner(io.LimitReader(body, 64<<10))
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		switch value = strings.TrimSpace(value); name {
		case "Response":
			done = value == "Success" || value == "Goodbye"
		case "Message":
			message = clean(value)
		}
	}
	switch {
	case lines.Err() != nil:
		return lines.Err()
	case done:
		return nil
	case message == "No such channel":
		return &refusal{Status: http.StatusNotFound, Reason: message}
	}
	return &refusal{Status: http.StatusConflict, Reason: message}
}
