package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"
)

// compressFrom is the length, in bytes, from which an answer of the API is
// worth compressing: less fits into one packet anyway.
const compressFrom = 1000

// compress shortens the answers of the API and its reference for browsers that
// take gzip. Live connections, softphones and recordings go as they are; the
// console brings its files compressed, /metrics does it by itself. No secret
// of a session is at risk (BREACH): no other site's page can ask in a person's
// name, because the cookie is SameSite=Strict.
func (s *Server) compress() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		MinLength: compressFrom,
		Skipper:   func(c *echo.Context) bool { return s.streams[c.Path()] || !compressible(c.Request()) },
	})
}

func compressible(r *http.Request) bool {
	path := r.URL.Path
	ours := isAPI(path) || strings.HasPrefix(path, "/docs/") || strings.HasPrefix(path, "/openapi")
	return ours && r.Header.Get("Range") == "" // a part is a part of what was there before
}
