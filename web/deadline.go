package web

import (
	"context"
	"time"

	"github.com/labstack/echo/v5"
)

// answerWithin bounds a request of the API unless Config says otherwise. A
// database that takes questions and never answers must not keep people
// waiting, nor fill us with requests that wait.
const answerWithin = 10 * time.Second

// bound puts the deadline into the request's context. What lives longer than
// one answer (router.stream, /sip) bounds its own questions.
func (s *Server) bound(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		r := c.Request()
		if !isAPI(r.URL.Path) || s.streams[c.Path()] {
			return next(c)
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.within)
		defer cancel()
		c.SetRequest(r.WithContext(ctx))
		return next(c)
	}
}
