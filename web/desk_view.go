package web

import (
	"context"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// What a desk refuses by itself.
var (
	errNoDeskPhone   = errkind.New(errkind.Conflict, "web: the person has no desk phone")
	errNoMobile      = errkind.New(errkind.Conflict, "web: the person has no mobile number")
	errUnknownReason = errkind.New(errkind.Invalid, "web: no such reason for being not ready")
)

// Desk is an agent's seat as the agent sees it.
type Desk struct {
	Agent       string                  `json:"agent"`
	Name        string                  `json:"name"`
	State       orchestrator.AgentState `json:"state"`
	Reason      string                  `json:"reason"`
	Since       *time.Time              `json:"since"`
	Next        string                  `json:"next" doc:"Reason that takes effect when the call is over; sign_out: a supervisor has signed the agent out"`
	WrapUpUntil *time.Time              `json:"wrapUpUntil"`
	Phone       DeskPhone               `json:"phone"`
	Call        *DeskCall               `json:"call"`
	Today       Today                   `json:"today"`
	Reasons     []Reason                `json:"reasons"`
	ServerTime  time.Time               `json:"serverTime"`
}

// DeskPhone is the phone an agent is signed in at.
type DeskPhone struct {
	Kind   string `json:"kind" doc:"browser, desk, mobile or empty"`
	ID     string `json:"id" doc:"Of a mobile: its number, masked"`
	Online bool   `json:"online"`
	Nailed bool   `json:"nailed" doc:"The line stays up between calls 长连线路"`
	LineUp bool   `json:"lineUp" doc:"And is up now"`
}

func viewPhone(a orchestrator.Agent) DeskPhone {
	v := DeskPhone{ID: string(a.Phone), Online: a.Online, Nailed: a.Nailed, LineUp: a.Line != ""}
	switch {
	case a.Mobile != "":
		v.Kind, v.ID = "mobile", Mask(a.Mobile)
	case a.Phone == "":
	case a.Browser:
		v.Kind = "browser"
	default:
		v.Kind = "desk"
	}
	return v
}

// Today is an agent's day so far.
type Today struct {
	Answered    int `json:"answered"`
	Missed      int `json:"missed"`
	TalkSeconds int `json:"talkSeconds"`
}

// Reason is a reason for being not ready.
type Reason struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	NameEN     string `json:"nameEn"`
	Selectable bool   `json:"selectable"`
}

// viewDesk shows a seat.
func (s *Server) viewDesk(ctx context.Context, p directory.Person, a orchestrator.Agent) (Desk, error) {
	d := Desk{
		Agent: p.Number, Name: p.Name, State: a.State, Reason: a.Reason, Next: strings.TrimPrefix(a.Next, "@"),
		Since: moment(a.Since), WrapUpUntil: moment(a.WrapUpUntil),
		Phone:      viewPhone(a),
		Today:      Today{a.Answered, a.Missed, int(a.TalkTime.Seconds())},
		ServerTime: time.Now().UTC(),
	}
	reasons, err := s.names.notReady(ctx)
	if err != nil {
		return Desk{}, err
	}
	for _, r := range reasons {
		d.Reasons = append(d.Reasons, Reason{r.Code, r.Name, r.NameEN, !r.BySystem})
	}
	if a.Call != "" {
		d.Call = s.deskCall(ctx, p, a)
	}
	return d, nil
}

// Mask hides the middle of a telephone number: 138****1411. What is too short
// to be somebody's number stays.
func Mask(number string) string {
	area := dialplan.AreaCode(number)
	local := []rune(strings.TrimPrefix(number, area))
	switch n := len(local); {
	case n >= 11:
		return area + string(local[:3]) + "****" + string(local[n-4:])
	case n >= 7:
		return area + string(local[:n-6]) + "****" + string(local[n-2:])
	}
	return number
}

// display makes a caller's name, which may be anything, fit for one line.
func display(name string) string {
	const most = 64
	line := []rune(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " "))
	if len(line) > most {
		return string(line[:most-1]) + "…"
	}
	return string(line)
}

// moment is null for the zero time.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// sipHost is the domain of SIP addresses: the switch's host.
func (s *Server) sipHost() string {
	if u, err := url.Parse(s.Config.SIPURL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	host, _, _ := net.SplitHostPort(s.Config.SIP)
	return host
}
