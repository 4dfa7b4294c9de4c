package web

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v5"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// errCrossSite refuses a change that another site's page has asked for.
var errCrossSite = errkind.New(errkind.Forbidden, "web: the request comes from another site's page")

// securityHeaders keeps the console to itself: nothing from outside, no
// framing, the microphone for us only, and TLS for good once there was TLS.
func securityHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy",
			"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "+
				"connect-src 'self' ws: wss:; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "microphone=(self), camera=(), geolocation=()")
		if secure(c.Request()) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if isAPI(c.Request().URL.Path) {
			h.Set("Cache-Control", "no-store") // people's data; a recording says otherwise itself
		}
		return next(c)
	}
}

// secure reports whether the browser speaks TLS, to us or to a proxy before
// us.
func secure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

// sameSite refuses changes that a page of another site makes a browser ask
// for (CSRF).
func (s *Server) sameSite(next echo.HandlerFunc) echo.HandlerFunc {
	guard := http.NewCrossOriginProtection()
	return func(c *echo.Context) error {
		if err := guard.Check(c.Request()); err != nil {
			return errCrossSite
		}
		return next(c)
	}
}

// catch answers what goes wrong outside of huma, panics among it, as a
// problem. It and watch come first, so that every answer has passed them.
func (s *Server) catch(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if r == http.ErrAbortHandler { //nolint:errorlint // a panic's value, compared as net/http does
					panic(r)
				}
				p := s.unexpected(c.Request().Context(), slog.Any("panic", r), slog.String("stack", string(debug.Stack())))
				err = s.send(c, p)
			}
		}()
		if err := next(c); err != nil {
			return s.fail(c, err)
		}
		return nil
	}
}

// unexpected logs our own fault under a code that the person can tell support.
func (s *Server) unexpected(ctx context.Context, attrs ...slog.Attr) *Problem {
	code := "internal-" + rand.Text()[:8]
	s.log.LogAttrs(ctx, slog.LevelError, "something unexpected went wrong", append(attrs, slog.String("code", code))...)
	p := byKindProblem(errkind.Internal, languageOf(ctx))
	p.Code = code
	return p
}

// fail answers an error outside of huma, unless the answer has begun. What is
// no route is an address of the console.
func (s *Server) fail(c *echo.Context, err error) error {
	var coded echo.HTTPStatusCoder
	if errors.As(err, &coded) {
		if coded.StatusCode() == http.StatusNotFound && s.consolePage(c) {
			return nil
		}
		return s.send(c, statusProblem(coded.StatusCode(), languageOf(c.Request().Context())))
	}
	return s.send(c, s.problem(c.Request().Context(), err))
}

// watch writes one line for each request of the API. Paths hold ids, never
// telephone numbers; queries may hold some and stay out.
func (s *Server) watch(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		began := time.Now()
		err := next(c)
		r := c.Request()
		if !isAPI(r.URL.Path) {
			return err
		}
		status, size := 0, int64(0)
		if w, unwrapped := echo.UnwrapResponse(c.Response()); unwrapped == nil {
			status, size = w.Status, w.Size
		}
		level := slog.LevelDebug
		switch {
		case status >= http.StatusInternalServerError:
			level = slog.LevelWarn
		case r.Method != http.MethodGet:
			level = slog.LevelInfo
		}
		s.log.Log(r.Context(), level, "request", "method", r.Method, "path", clip(r.URL.Path), "status", status,
			"bytes", size, "took", time.Since(began).Round(time.Microsecond), "person", who(r.Context()).person.Number)
		return err
	}
}

// clip keeps what comes from outside from filling the log.
func clip(s string) string { return s[:min(len(s), 200)] }
