package web

import (
	"context"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// What supervisors ask for in vain.
var (
	errNoSeat    = errkind.New(errkind.NotFound, "web: there is no such agent at the site")
	errNoMove    = errkind.New(errkind.Invalid, "web: nothing of the caller's place is to be changed")
	errBadSkills = errkind.New(errkind.Invalid, "web: no such skill, or no level of 1 to 9")
)

// seatRoutes are what a supervisor does with the seats and callers of the own
// site.
func (s *Server) seatRoutes(r router) {
	guarded(r, permSupervise, "POST /api/seats/{agent}/listen", "Take part in an agent's talk at my own phone 监听 密语 强插", s.listenIn)
	guarded(r, permSupervise, "POST /api/seats/{agent}/take-over", "Take an agent's caller over 拦截", s.takeOver)
	guarded(r, permSupervise, "POST /api/seats/{agent}/ready", "Make an agent ready 强制就绪", s.forceReady)
	guarded(r, permSupervise, "POST /api/seats/{agent}/not-ready", "Make an agent not ready 强制示忙", s.forceNotReady)
	guarded(r, permSupervise, "POST /api/seats/{agent}/sign-out", "Sign an agent out; with a caller, afterwards 强制签出", s.forceSignOut)
	guarded(r, permSupervise, "GET /api/seats/{agent}/skills", "An agent's skills, usual and today's", s.seatSkills)
	guarded(r, permSupervise, "PUT /api/seats/{agent}/skills", "Other skills for today 技能调整", s.setSeatSkills)
	guarded(r, permSupervise, "POST /api/waiting/{call}/move", "Change a waiting caller's place 调整排队", s.moveWaiting)
}

// SeatInput names an agent. It is exported because huma binds no other embedded struct.
type SeatInput struct {
	Agent string `path:"agent" maxLength:"16" doc:"Employee number"`
}

// seat finds somebody of the supervisor's site.
func (s *Server) seat(ctx context.Context, number string) (directory.Person, orchestrator.SiteID, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return directory.Person{}, "", err
	}
	p, err := s.people.Person(ctx, number)
	switch {
	case isNotFound(err), err == nil && p.Site != site:
		err = errNoSeat
	case err != nil && isOutage(err): // the engine knows who is at work at the site
		p, err = directory.Person{Number: number, Site: site}, nil
	}
	return p, orchestrator.SiteID(site), err
}

type listenInput struct {
	SeatInput
	Body struct {
		Mode string `json:"mode" enum:"listen,whisper,barge"`
	}
}

// listenIn answers with the supervisor's own desk.
func (s *Server) listenIn(ctx context.Context, in *listenInput) (*deskOutput, error) {
	return s.takePart(ctx, in.Agent, orchestrator.ListenMode(in.Body.Mode), false)
}

func (s *Server) takeOver(ctx context.Context, in *SeatInput) (*deskOutput, error) {
	return s.takePart(ctx, in.Agent, orchestrator.ModeListen, true)
}

func (s *Server) takePart(ctx context.Context, number string, mode orchestrator.ListenMode, over bool) (*deskOutput, error) {
	p, site, err := s.seat(ctx, number)
	if err != nil {
		return nil, err
	}
	me := who(ctx).person
	a, err := s.Desks.ListenIn(ctx, site, orchestrator.AgentID(me.Number), orchestrator.AgentID(p.Number), mode, over)
	if err != nil {
		return nil, err
	}
	d, err := s.viewDesk(ctx, me, a)
	return &deskOutput{d}, err
}

func (s *Server) forceReady(ctx context.Context, in *SeatInput) (*struct{}, error) {
	return nil, s.force(ctx, in.Agent, orchestrator.ActReady, "")
}

type forceNotReadyInput struct {
	SeatInput
	notReadyInput
}

func (s *Server) forceNotReady(ctx context.Context, in *forceNotReadyInput) (*struct{}, error) {
	if err := s.checkReason(ctx, in.Body.Reason); err != nil {
		return nil, err
	}
	return nil, s.force(ctx, in.Agent, orchestrator.ActNotReady, in.Body.Reason)
}

func (s *Server) forceSignOut(ctx context.Context, in *SeatInput) (*struct{}, error) {
	return nil, s.force(ctx, in.Agent, orchestrator.ActSignOut, "")
}

func (s *Server) force(ctx context.Context, number string, act orchestrator.AgentAct, reason string) error {
	p, site, err := s.seat(ctx, number)
	if err != nil {
		return err
	}
	_, err = s.Desks.Force(ctx, site, orchestrator.AgentID(who(ctx).person.Number), orchestrator.AgentID(p.Number), act, reason)
	return err
}

// SeatSkills are what an agent is good at.
type SeatSkills struct {
	Skills   map[string]int `json:"skills" doc:"Code → level, as they count now"`
	Usual    map[string]int `json:"usual"`
	Override bool           `json:"override" doc:"The skills are for today only"`
}

type skillsOutput struct{ Body SeatSkills }

func (s *Server) seatSkills(ctx context.Context, in *SeatInput) (*skillsOutput, error) {
	p, site, err := s.seat(ctx, in.Agent)
	if err != nil {
		return nil, err
	}
	a, err := s.Desks.Agent(ctx, site, orchestrator.AgentID(p.Number))
	if err != nil {
		return nil, err
	}
	return viewSkills(a, p), nil
}

func viewSkills(a orchestrator.Agent, p directory.Person) *skillsOutput {
	v := SeatSkills{Skills: a.Skills, Usual: p.Skills}
	if a.State == orchestrator.SignedOut || a.Skills == nil {
		v.Skills = p.Skills
	}
	if v.Usual == nil {
		v.Usual = map[string]int{}
	}
	if a.SkillsDay != "" && a.SkillsDay == a.Day {
		v.Skills, v.Override = a.SkillsToday, true
	}
	if v.Skills == nil {
		v.Skills = map[string]int{}
	}
	return &skillsOutput{v}
}

type setSkillsInput struct {
	SeatInput
	Body struct {
		Skills map[string]int `json:"skills" doc:"Code → level, 1 to 9, for today; empty: back to the usual ones"`
	}
}

func (s *Server) setSeatSkills(ctx context.Context, in *setSkillsInput) (*skillsOutput, error) {
	p, site, err := s.seat(ctx, in.Agent)
	if err != nil {
		return nil, err
	}
	skills := in.Body.Skills
	if err := s.checkSkills(ctx, skills); err != nil {
		return nil, err
	}
	if len(skills) == 0 {
		skills = nil
	}
	a, err := s.Desks.SetSkills(ctx, site, orchestrator.AgentID(who(ctx).person.Number), orchestrator.AgentID(p.Number), skills)
	if err != nil {
		return nil, err
	}
	return viewSkills(a, p), nil
}

const highestLevel = 9

func (s *Server) checkSkills(ctx context.Context, skills map[string]int) error {
	known, err := s.names.skillCodes(ctx)
	if err != nil {
		return err
	}
	for code, level := range skills {
		if !known[code] || level < 1 || level > highestLevel {
			return errBadSkills
		}
	}
	return nil
}

// skillCodes are the skills there are.
func (n *names) skillCodes(ctx context.Context) (map[string]bool, error) {
	return n.skills.get(ctx, struct{}{}, func(ctx context.Context) (map[string]bool, error) {
		all, err := n.s.people.Skills(ctx)
		known := make(map[string]bool, len(all))
		for _, k := range all {
			known[k.Code] = true
		}
		return known, err
	})
}

type moveInput struct {
	Call string `path:"call" maxLength:"64"`
	Body struct {
		Queue    string `json:"queue,omitempty" maxLength:"64"`
		Priority *int   `json:"priority,omitempty" minimum:"0" maximum:"9" doc:"Higher first; 0 is everybody"`
		Agent    string `json:"agent,omitempty" maxLength:"16" doc:"Who shall take the call"`
	}
}

// moveWaiting changes the place of a caller of the site; the time of entry
// stays.
func (s *Server) moveWaiting(ctx context.Context, in *moveInput) (*struct{}, error) {
	m := orchestrator.Move{Queue: orchestrator.QueueID(in.Body.Queue), Priority: in.Body.Priority}
	if in.Body.Queue == "" && in.Body.Priority == nil && in.Body.Agent == "" {
		return nil, errNoMove
	}
	me := who(ctx).person
	site, err := s.names.home(ctx, me)
	if err != nil {
		return nil, err
	}
	if in.Body.Agent != "" {
		p, _, err := s.seat(ctx, in.Body.Agent)
		if err != nil {
			return nil, err
		}
		m.Agent = orchestrator.AgentID(p.Number)
	}
	return nil, s.Desks.MoveWaiting(ctx, orchestrator.SiteID(site), orchestrator.AgentID(me.Number), orchestrator.CallID(in.Call), m)
}
