package tasks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// Engine turns speech into text behind a web service. The recording is posted
// as audio/wav; the text must come back with a status of 2xx, as text/plain in
// UTF-8 or as JSON {"text": "…"}. A service with another interface needs a small
// gateway in front of it.
type Engine struct {
	URL    string
	Client *http.Client // nil: one with a time limit of 2 minutes that follows no redirection
}

var engineClient = &http.Client{
	Timeout:       2 * time.Minute,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Limits of what an engine may answer: bytes read, characters kept.
const (
	mostAnswer = 1 << 20
	mostText   = 20_000
)

// RefusedError says that the engine will never take this recording.
type RefusedError struct{ Status string }

func (e *RefusedError) Error() string { return "the engine of transcription refuses it: " + e.Status }

// Text posts a recording and returns the words in it. A *RefusedError will be
// the same tomorrow; any other error may not.
func (e Engine) Text(ctx context.Context, wav io.Reader) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, wav)
	if err != nil {
		return "", fmt.Errorf("the address of the engine of transcription: %w", err)
	}
	req.Header.Set("Content-Type", "audio/wav")
	req.Header.Set("Accept", "application/json, text/plain")
	client := e.Client
	if client == nil {
		client = engineClient
	}
	res, err := client.Do(req)
	if err != nil {
		return "", fmt.Errorf("the engine of transcription does not answer: %w", withoutURL(err))
	}
	defer func() { _ = res.Body.Close() }()
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
	case res.StatusCode >= 400 && res.StatusCode < 500 && res.StatusCode != http.StatusRequestTimeout &&
		res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusTooEarly:
		return "", &RefusedError{Status: res.Status}
	default:
		return "", fmt.Errorf("the engine of transcription answers %s", res.Status)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer+1))
	if err != nil {
		return "", fmt.Errorf("the answer of the engine of transcription broke off: %w", err)
	}
	if len(body) > mostAnswer {
		return "", &RefusedError{Status: fmt.Sprintf("its answer has more than %d bytes", mostAnswer)}
	}
	return words(res.Header.Get("Content-Type"), body)
}

// withoutURL leaves out the address, which may hold a password.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// words reads an engine's answer.
func words(contentType string, body []byte) (string, error) {
	kind, _, _ := mime.ParseMediaType(contentType)
	text := string(body)
	if kind == "application/json" || strings.HasSuffix(kind, "+json") {
		var answer struct {
			Text *string `json:"text"`
		}
		if err := json.Unmarshal(body, &answer); err != nil || answer.Text == nil {
			return "", &RefusedError{Status: `its answer is not {"text": …}`}
		}
		text = *answer.Text
	} else if kind != "text/plain" && kind != "" {
		return "", &RefusedError{Status: fmt.Sprintf("its answer is %.60q, not text", kind)}
	}
	text = strings.TrimSpace(clean(text))
	if utf8.RuneCountInString(text) > mostText {
		text = string([]rune(text)[:mostText])
	}
	return text, nil
}
