package asterisk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// rest is ARI's REST side: many requests at a time over kept connections,
// every one bound by its context.
type rest struct {
	base           url.URL
	user, password string
	client         *http.Client
	transport      *http.Transport
	metrics        *metrics
}

func newRest(base *url.URL, cfg Config, m *metrics) *rest {
	t := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: cfg.Patience, KeepAlive: 15 * time.Second}).DialContext,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       10 * time.Second, // Asterisk's own patience is 15 s by default
		ResponseHeaderTimeout: 30 * time.Second,
		DisableCompression:    true,
	}
	return &rest{
		base: *base, user: cfg.User, password: cfg.Password, metrics: m,
		transport: t, client: &http.Client{Transport: t},
	}
}

func (r *rest) close() { r.transport.CloseIdleConnections() }

// refusal is an answer of Asterisk other than 2xx, in its own words.
type refusal struct {
	Status int
	Reason string
}

func (e *refusal) Error() string { return fmt.Sprintf("asterisk: HTTP %d: %s", e.Status, e.Reason) }

// path joins segments below /ari, each escaped as a whole.
func path(segments ...string) string {
	var b bytes.Buffer
	for _, s := range segments {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(s))
	}
	return b.String()
}

// do sends one request and decodes the answer into out, unless that is nil.
func (r *rest) do(ctx context.Context, method, path string, query url.Values, body, out any) error {
	answer, err := r.open(ctx, method, path, query, body)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // nothing is left to be read
	if out == nil {
		_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20))
		return err
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, 64<<20)).Decode(out); err != nil {
		return fmt.Errorf("asterisk: decode answer of %s %s: %w", method, path, err)
	}
	return nil
}

// open sends one request and returns the answer, which the caller closes. An
// answer other than 2xx is returned as *refusal.
func (r *rest) open(ctx context.Context, method, path string, query url.Values, body any) (*http.Response, error) {
	var payload io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("asterisk: encode body of %s: %w", path, err)
		}
		payload = bytes.NewReader(text)
	}
	target := "/ari" + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	return r.send(ctx, method, target, payload)
}

// send sends one request to the switch's HTTP server.
func (r *rest) send(ctx context.Context, method, target string, payload io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, r.base.Scheme+"://"+r.base.Host+target, payload)
	if err != nil {
		return nil, fmt.Errorf("asterisk: request %s: %w", target, err)
	}
	req.SetBasicAuth(r.user, r.password)
	if payload != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	answer, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode/100 == 2 {
		return answer, nil
	}
	defer answer.Body.Close() //nolint:errcheck // only the reason is of interest
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 4<<10))
	return nil, &refusal{Status: answer.StatusCode, Reason: reasonIn(text, answer.Status)}
}

// reasonIn finds Asterisk's words in the body of a refusal.
func reasonIn(body []byte, status string) string {
	var said struct{ Message, Error string }
	if err := json.Unmarshal(body, &said); err == nil {
		if said.Message != "" {
			return clean(said.Message)
		}
		if said.Error != "" {
			return clean(said.Error)
		}
	}
	if text := clean(string(body)); text != "" {
		return text
	}
	return status
}

// errLinkLost is why commands under way end when the link does.
var errLinkLost = errors.New("asterisk: link lost")

// refused turns whatever went wrong with a command into a *pbx.Error.
func refused(ctx context.Context, command string, err error) error {
	if err == nil {
		return nil
	}
	out := &pbx.Error{Command: command, Err: err, Reason: err.Error()}
	var said *refusal
	switch {
	case errors.As(err, &said):
		out.Reason = said.Reason
		switch {
		case said.Status == http.StatusNotFound, said.Reason == "Channel not found":
			out.Kind = pbx.Gone
		case said.Status == http.StatusBadRequest:
			out.Kind = pbx.Invalid
		default:
			out.Kind = pbx.Refused
		}
	case errors.Is(context.Cause(ctx), errLinkLost):
		out.Kind = pbx.Unavailable
		out.Reason = "the link to the switch was lost"
	case ctx.Err() != nil:
		out.Kind = pbx.TimedOut
		out.Reason = "no answer from the switch in time"
		out.Err = errors.Join(ctx.Err(), err)
	default:
		out.Kind = pbx.Unavailable
	}
	return out
}
