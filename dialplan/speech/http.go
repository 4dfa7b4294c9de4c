package speech

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// HTTP is a voice behind a web service. The text is posted as text/plain in
// UTF-8, its language in Content-Language; a RIFF WAVE file of any rate must
// come back with status 200. A service with another interface needs a small
// gateway in front of it.
type HTTP struct {
	URL    string
	Token  string       // sent as a bearer token, if set
	Voice  string       // sent as X-Voice, if set; also tells cached sounds apart
	Client *http.Client // nil: one with a time limit of 30 s that follows no redirection
}

var httpClient = &http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Name implements Synthesizer.
func (h HTTP) Name() string {
	return fmt.Sprintf("http-%x", sha256.Sum256([]byte(h.URL+"\x00"+h.Voice)))[:24]
}

// Synthesize implements Synthesizer.
func (h HTTP) Synthesize(ctx context.Context, text, language string) (Audio, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, strings.NewReader(text))
	if err != nil {
		return nil, &Error{Kind: Failed, Reason: "the address of the speech service is wrong", Err: err, Advice: "correct it in the configuration"}
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	req.Header.Set("Content-Language", language)
	req.Header.Set("Accept", "audio/wav")
	if h.Token != "" {
		req.Header.Set("Authorization", "Bearer "+h.Token)
	}
	if h.Voice != "" {
		req.Header.Set("X-Voice", h.Voice)
	}
	client := h.Client
	if client == nil {
		client = httpClient
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, &Error{Kind: Missing, Reason: "the speech service does not answer", Err: err, Advice: "see that it runs and that this machine can reach it"}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAudio+1))
	switch {
	case res.StatusCode != http.StatusOK:
		return nil, &Error{Kind: Failed, Reason: fmt.Sprintf("the speech service answers %s: %s", res.Status, oneLine(string(body[:min(len(body), 1000)])))}
	case err != nil:
		return nil, &Error{Kind: Failed, Reason: "the answer of the speech service broke off", Err: err}
	case len(body) > maxAudio:
		return nil, &Error{Kind: Failed, Reason: fmt.Sprintf("the speech service sends more than %d bytes", maxAudio)}
	case !isWAV(body):
		return nil, &Error{Kind: Failed, Reason: "the speech service does not send a WAV file", Advice: "have it send audio/wav"}
	}
	return body, nil
}
