package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v5"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/postgres"
)

// Problem is a refusal as RFC 9457 writes it. Detail speaks like a colleague;
// Code is for support.
type Problem struct {
	Type    string       `json:"type" doc:"Always about:blank: code tells the kinds apart"`
	Title   string       `json:"title"`
	Status  int          `json:"status"`
	Detail  string       `json:"detail" doc:"A sentence for people: what happened, what it means, what to do"`
	Code    string       `json:"code" doc:"For support, and for programs"`
	Errors  []FieldFault `json:"errors,omitempty"`
	Current any          `json:"current,omitempty" doc:"On a conflict: how things are now"`
}

// FieldFault is what is wrong with one field.
type FieldFault struct {
	Location string `json:"location" doc:"As subject.plate"`
	Message  string `json:"message"`
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

func newProblem(status int, code, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

var statuses = map[errkind.Kind]int{
	errkind.Invalid: http.StatusUnprocessableEntity, errkind.NotFound: http.StatusNotFound,
	errkind.Conflict: http.StatusConflict, errkind.Forbidden: http.StatusForbidden,
	errkind.Unauthenticated: http.StatusUnauthorized, errkind.Unavailable: http.StatusServiceUnavailable,
	errkind.Internal: http.StatusInternalServerError,
}

// statusGone is the status of requests whose sender has gone away before the
// answer. Nobody sees it but the log; nginx has made it known.
const statusGone = 499

var goneWords = [2]string{"请求已取消。", "The request was cancelled."}

// gone reports whether whoever asked has gone away. What breaks then is no
// fault of ours.
func gone(ctx context.Context) bool { return errors.Is(ctx.Err(), context.Canceled) }

// problem turns an error into what people are told. Errors that are our own
// fault are logged; others are answers, not events.
func (s *Server) problem(ctx context.Context, err error) *Problem {
	if gone(ctx) {
		s.log.Debug("nobody waits for the answer any more", "err", err)
		return newProblem(statusGone, "gone", pick(languageOf(ctx), goneWords))
	}
	p := describe(err, languageOf(ctx))
	if p.Code == string(errkind.Internal) && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		p = byKindProblem(errkind.Unavailable, languageOf(ctx)) // whatever broke, it was for want of time
	}
	switch {
	case p.Code == string(errkind.Internal):
		return s.unexpected(ctx, slog.Any("err", err))
	case p.Status >= http.StatusInternalServerError:
		s.log.Warn("request failed", "code", p.Code, "err", err)
	}
	return p
}

// describe words an error: what carries facts first, then what is known by
// name, then what its kind says.
func describe(err error, lang string) *Problem {
	if ready, ok := errors.AsType[*Problem](err); ok {
		return ready
	}
	if p := describeTyped(err, lang); p != nil {
		return p
	}
	kind := errkind.Of(err)
	for _, known := range said {
		if !errors.Is(err, known.err) {
			continue
		}
		status := known.status
		if status == 0 {
			status = statuses[kind]
		}
		return newProblem(status, known.code, pick(lang, [2]string{known.zh, known.en}))
	}
	if kind == errkind.Internal && (postgres.Away(err) || errors.Is(err, context.DeadlineExceeded)) {
		kind = errkind.Unavailable
	}
	return byKindProblem(kind, lang)
}

func byKindProblem(kind errkind.Kind, lang string) *Problem {
	return newProblem(statuses[kind], string(kind), pick(lang, byKind[kind]))
}

func pick(lang string, words [2]string) string {
	if lang == "en" {
		return words[1]
	}
	return words[0]
}

// isOutage tells “we cannot find out” from “no”.
func isOutage(err error) bool {
	kind := errkind.Of(err)
	return kind == errkind.Unavailable || kind == errkind.Internal
}

// send answers outside of huma, unless an answer has begun.
func (s *Server) send(c *echo.Context, p *Problem) error {
	if r, err := echo.UnwrapResponse(c.Response()); err == nil && r.Committed {
		return nil
	}
	writeProblem(c.Response(), p)
	return nil
}

// writeProblem answers with a problem. Who has gone away needs no answer, so
// that errors of writing are nobody's business.
func writeProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", problemType)
	w.Header().Del("Content-Length")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}
