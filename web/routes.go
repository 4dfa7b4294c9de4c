package web

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v5"

	"github.com/yihaotong/yihaotong/web/auth"
)

// routes is the permission matrix: every operation of the API with what a
// person must be allowed to open for it. Calls, tickets, board and directory
// have their part of it on top of their files.
func (s *Server) routes(api huma.API) {
	r := router{s, api}

	public(r, "POST /api/session", "Log in", s.logIn)
	public(r, "GET /api/session", "Who am I", s.me)
	public(r, "DELETE /api/session", "Log out", s.logOut)
	guarded(r, anybody, "POST /api/session/password", "Change my password", s.changePassword)

	s.deskRoutes(r)
	s.talkRoutes(r)
	s.seatRoutes(r)
	s.callRoutes(r)
	s.recordingRoutes(r)
	s.qualityRoutes(r)
	s.taskRoutes(r)
	s.ticketRoutes(r)
	s.boardRoutes(r)
	s.alarmRoutes(r)
	s.broadcastRoutes(r)
	s.rosterRoutes(r)
	s.staffingRoutes(r)
	s.directoryRoutes(r)
	s.guardRoutes(r)
	s.contactRoutes(r)
	s.listRoutes(r)
	s.liveRoutes(r)
}

// anybody who is logged in, whatever the role.
const anybody permission = ""

// router registers operations.
type router struct {
	s   *Server
	api huma.API
}

// public registers an operation that needs no session.
func public[I, O any](r router, route, summary string, h func(context.Context, *I) (*O, error)) {
	register(r, operation(route, summary, defaultStatus[O]()), h)
}

// guarded registers an operation for people who may open perm. The others are
// refused before their input is read.
func guarded[I, O any](r router, perm permission, route, summary string, h func(context.Context, *I) (*O, error)) {
	op := operation(route, summary, defaultStatus[O]())
	guard(&op, perm)
	op.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		if err := allowed(ctx.Context(), perm); err != nil {
			answer(ctx, r.s.problem(ctx.Context(), err))
			return
		}
		next(ctx)
	}}
	register(r, op, h)
}

func register[I, O any](r router, op huma.Operation, h func(context.Context, *I) (*O, error)) {
	huma.Register(r.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, r.s.problem(ctx, err)
		}
		return out, nil
	})
}

// stream registers what huma cannot answer, a file or a live connection, and
// describes it among the other operations.
func (r router) stream(perm permission, route, summary, contentType string, h echo.HandlerFunc) {
	op := operation(route, summary, http.StatusOK)
	guard(&op, perm)
	if i := strings.IndexByte(op.Path, '{'); i >= 0 {
		name := op.Path[i+1 : strings.IndexByte(op.Path, '}')]
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
	}
	op.Responses = map[string]*huma.Response{"200": {Description: summary, Content: map[string]*huma.MediaType{
		contentType: {Schema: &huma.Schema{Type: "string", Format: "binary"}},
	}}}
	if contentType == "" { // a WebSocket
		op.Responses = map[string]*huma.Response{"101": {Description: "WebSocket"}}
	}
	r.api.OpenAPI().AddOperation(&op)
	path := strings.NewReplacer("{", ":", "}", "").Replace(op.Path)
	r.s.streams[path] = true
	r.s.echo.Add(op.Method, path, func(c *echo.Context) error {
		if err := allowed(c.Request().Context(), perm); err != nil {
			return err
		}
		return h(c)
	})
}

func operation(route, summary string, status int) huma.Operation {
	method, path, _ := strings.Cut(route, " ")
	return huma.Operation{
		OperationID: operationID(method, path), Method: method, Path: path, Summary: summary,
		Tags: []string{tag(path)}, DefaultStatus: status,
	}
}

// guard writes into the description who may ask.
func guard(op *huma.Operation, perm permission) {
	op.Security = []map[string][]string{{"session": {}}}
	op.Description = "For everybody who is logged in."
	if perm != anybody {
		op.Description = "Needs the permission " + string(perm) + "."
	}
	op.Extensions = map[string]any{"x-permission": string(perm)}
}

// allowed refuses who is not logged in, may not open perm, or has to change
// the password first.
func allowed(ctx context.Context, perm permission) error {
	id := who(ctx)
	switch {
	case id.person.Number == "" && id.token != "":
		return auth.ErrNoSession
	case id.person.Number == "":
		return errLogIn
	case perm == anybody:
		return nil
	case id.person.MustChange:
		return errMustChange
	case !id.may(perm):
		return errForbidden
	}
	return nil
}

// answer writes a problem from within huma.
func answer(ctx huma.Context, p *Problem) {
	ctx.SetHeader("Content-Type", problemType)
	ctx.SetStatus(p.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p) // who went away needs no answer
}

// defaultStatus is 204 for operations without a body.
func defaultStatus[O any]() int {
	if _, has := reflect.TypeFor[O]().FieldByName("Body"); has {
		return http.StatusOK
	}
	return http.StatusNoContent
}

// operationID names an operation: "POST /api/desk/sign-in" is post-desk-sign-in.
func operationID(method, path string) string {
	name := strings.NewReplacer("{", "", "}", "", "/", "-").Replace(strings.TrimPrefix(path, "/api/"))
	return strings.ToLower(method) + "-" + name
}

// tag is the first part of the path.
func tag(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/api/"), "/")
	return first
}
