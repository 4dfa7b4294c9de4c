package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/web/auth"
)

// Refusals before anything else.
var (
	errLogIn      = errkind.New(errkind.Unauthenticated, "web: not logged in")
	errBusy       = errkind.New(errkind.Conflict, "web: nobody logs out while a caller is there")
	errMustChange = errkind.New(errkind.Forbidden, "web: the password must be changed first")
)

// Me is the person who is logged in.
type Me struct {
	Number             string       `json:"number"`
	Name               string       `json:"name"`
	Roles              []string     `json:"roles"`
	Permissions        []permission `json:"permissions"`
	Site               MySite       `json:"site"`
	Home               permission   `json:"home" doc:"The page to begin with; none: the roles open no page yet"`
	IdleSeconds        int          `json:"idleSeconds" doc:"The session ends after so long without activity"`
	ExpiresAt          time.Time    `json:"expiresAt"`
	MustChangePassword bool         `json:"mustChangePassword"`
}

// MySite is the site a person works for.
type MySite struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	AreaCode string `json:"areaCode"`
}

type logInInput struct {
	Agent string `header:"User-Agent" hidden:"true"`
	Body  struct {
		Number   string `json:"number" maxLength:"64"`
		Password string `json:"password" maxLength:"1024"`
	}
	secure  bool
	address string
}

// Resolve takes what huma does not bind.
func (in *logInInput) Resolve(ctx huma.Context) []error {
	in.secure = ctx.TLS() != nil || ctx.Header("X-Forwarded-Proto") == "https"
	in.address = ctx.RemoteAddr()
	return nil
}

type meOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

type meOnly struct{ Body Me }

func (s *Server) logIn(ctx context.Context, in *logInInput) (*meOutput, error) {
	now := time.Now()
	person, err := s.people.Authenticate(ctx, in.Body.Number, in.Body.Password, now)
	if err != nil {
		return nil, err
	}
	token, err := s.sessions.Open(ctx, person.Number, in.address, in.Agent, now)
	if err != nil {
		return nil, err
	}
	limits := s.sessions.Limits()
	me, err := s.describeMe(ctx, person, now.Add(limits.Max))
	if err != nil {
		return nil, err
	}
	return &meOutput{SetCookie: *cookie(token, in.secure, limits.Max), Body: me}, nil
}

func (s *Server) me(ctx context.Context, _ *struct{}) (*meOnly, error) {
	id := who(ctx)
	if id.person.Number == "" {
		if id.token != "" {
			return nil, auth.ErrNoSession
		}
		return nil, errLogIn
	}
	me, err := s.describeMe(ctx, id.person, id.session.Ends)
	return &meOnly{me}, err
}

func (s *Server) describeMe(ctx context.Context, p directory.Person, ends time.Time) (Me, error) {
	may := permissions(p)
	me := Me{
		Number: p.Number, Name: p.Name, Permissions: may, MustChangePassword: p.MustChange,
		IdleSeconds: int(s.sessions.Limits().Idle.Seconds()), ExpiresAt: ends.UTC(), Home: home(p, may), Roles: []string{},
	}
	for _, r := range p.Roles {
		me.Roles = append(me.Roles, string(r))
	}
	if p.Site != "" {
		site, err := s.people.Site(ctx, p.Site)
		if err != nil {
			return Me{}, err
		}
		me.Site = MySite{Code: site.Code, Name: site.Name, AreaCode: site.AreaCode}
	}
	return me, nil
}

// permNone stands for the home of a person whose roles open no page yet.
const permNone permission = "none"

// home is the page of a person's job, one of those that the person may open:
// the desk, the board, or else the first of the menu. Supervisors open the desk
// only to take part in others' talks.
func home(p directory.Person, may []permission) permission {
	jobs := []permission{permDesk, permBoard}
	if !p.Has(directory.Agent) {
		slices.Reverse(jobs)
	}
	for _, job := range jobs {
		if slices.Contains(may, job) {
			return job
		}
	}
	if len(may) > 0 {
		return may[0]
	}
	return permNone
}

type noBody struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

// logOut ends the session, and the work at the desk with it: nobody may be
// offered callers who has left. Whoever is with a caller cannot leave.
func (s *Server) logOut(ctx context.Context, _ *struct{}) (*noBody, error) {
	if err := s.leaveDesk(ctx, who(ctx)); err != nil {
		return nil, err
	}
	if token := who(ctx).token; token != "" {
		if err := s.sessions.Close(ctx, token); err != nil {
			return nil, err
		}
		s.recent.forget(token)
		s.audience.sessionOver(token)
	}
	return &noBody{*cookie("", false, 0)}, nil
}

// leaveDesk signs whoever logs out out of the desk, unless the person works
// there in another session.
func (s *Server) leaveDesk(ctx context.Context, id identity) error {
	if _, elsewhere := s.audience.elsewhere(id); elsewhere || id.person.Number == "" {
		return nil
	}
	_, err := s.Desks.SignOut(ctx, orchestrator.SiteID(id.person.Site), orchestrator.AgentID(id.person.Number))
	if state, ok := errors.AsType[*orchestrator.StateError](err); ok {
		if state.State == orchestrator.SignedOut {
			return nil
		}
		return errBusy
	}
	if errors.Is(err, orchestrator.ErrUnknownSite) { // no telephone service there, or somebody of the whole node
		return nil
	}
	return err
}

type passwordInput struct {
	Body struct {
		Old string `json:"old" maxLength:"1024"`
		New string `json:"new" maxLength:"1024"`
	}
}

func (s *Server) changePassword(ctx context.Context, in *passwordInput) (*struct{}, error) {
	id := who(ctx)
	if err := s.people.ChangePassword(ctx, id.person.Number, in.Body.Old, in.Body.New, time.Now()); err != nil {
		return nil, err
	}
	if err := s.sessions.CloseOthers(ctx, id.person.Number, id.token); err != nil {
		return nil, err
	}
	s.recent.forgetOthers(id)
	s.audience.othersOver(id)
	return nil, nil
}
