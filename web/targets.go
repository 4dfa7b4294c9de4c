package web

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/statistics"
	"github.com/yihaotong/yihaotong/tollfraud"
)

// What is no target.
var (
	errNoTarget    = errkind.New(errkind.Invalid, "web: it is not said whom to call, or twice")
	errNoColleague = errkind.New(errkind.NotFound, "web: there is no such colleague")
	errNoContact   = errkind.New(errkind.NotFound, "web: there is no such contact")
	errNotTold     = errkind.New(errkind.Conflict, "web: the number of the contact is not told to callers")
	errNoWayThere  = errkind.New(errkind.Conflict, "web: callers are not led to the contact")
)

// Target is whom an agent wants to ask or to give the caller to.
type Target struct {
	Kind   string `json:"kind" enum:"agent,number,contact,queue,help" doc:"queue: for transfers; help: for advice, the supervisor idle longest"`
	Agent  string `json:"agent,omitempty" maxLength:"16"`
	Number string `json:"number,omitempty" maxLength:"60"`
	Code   string `json:"code,omitempty" maxLength:"32" doc:"Of a contact"`
	Queue  string `json:"queue,omitempty" maxLength:"64"`
}

// targetOf finds whom a target means. Purpose is ForConsult or ForTransfer.
func (s *Server) targetOf(ctx context.Context, t Target, purpose orchestrator.Purpose) (orchestrator.Target, error) {
	to := orchestrator.Target{Purpose: purpose}
	transfer := purpose == orchestrator.ForTransfer
	var err error
	switch {
	case t.Kind == "agent":
		var p directory.Person
		p, err = s.colleague(ctx, t.Agent)
		to.Agent, to.Site, to.Name = orchestrator.AgentID(p.Number), orchestrator.SiteID(p.Site), p.Name
	case t.Kind == "number":
		to.Number, err = tollfraud.Dialled(t.Number)
	case t.Kind == "contact":
		var c directory.Contact
		if c, err = s.contact(ctx, t.Code); err != nil {
			return to, err
		}
		if transfer && !c.Transfer {
			return to, errNoWayThere
		}
		to.Number, to.Name = c.Numbers[0], c.Name
	case t.Kind == "queue" && transfer && t.Queue != "":
		to.Queue = orchestrator.QueueID(t.Queue)
	case t.Kind == "help" && !transfer:
		to.Help = true
	default:
		err = errNoTarget
	}
	return to, err
}

// colleague finds somebody by employee number. While the directory cannot be
// asked, whoever is meant is taken for one of the own site: the engine knows
// who is at work.
func (s *Server) colleague(ctx context.Context, number string) (directory.Person, error) {
	p, err := s.people.Person(ctx, number)
	switch {
	case isNotFound(err), err == nil && (!p.Active || p.Site == ""):
		return p, errNoColleague
	case err != nil && isOutage(err) && number != "":
		return directory.Person{Number: number}, nil
	}
	return p, err
}

// contact finds a contact of the person's site that is in use.
func (s *Server) contact(ctx context.Context, code string) (directory.Contact, error) {
	all, err := s.names.contactsOf(ctx, who(ctx).person.Site)
	for _, c := range all {
		if c.Code == code {
			return c, nil
		}
	}
	if err == nil {
		err = errNoContact
	}
	return directory.Contact{}, err
}

// contactsOf are the contacts of a site that can be dialled.
func (n *names) contactsOf(ctx context.Context, site string) ([]directory.Contact, error) {
	all, err := n.contacts.get(ctx, site, func(ctx context.Context) ([]directory.Contact, error) {
		return n.s.Numbers.Contacts(ctx, site)
	})
	return slices.DeleteFunc(slices.Clone(all), func(c directory.Contact) bool { return !c.Active || len(c.Numbers) == 0 }), err
}

// Targets is whom an agent can reach.
type Targets struct {
	Agents   []TargetAgent   `json:"agents"`
	Queues   []TargetQueue   `json:"queues"`
	Contacts []TargetContact `json:"contacts"`
	Help     int             `json:"help" doc:"Supervisors who could be asked for help now"`
}

// TargetAgent is a colleague who is signed in.
type TargetAgent struct {
	Number   string                  `json:"number"`
	Name     string                  `json:"name"`
	Site     string                  `json:"site"`
	SiteName string                  `json:"siteName"`
	State    orchestrator.AgentState `json:"state"`
	Since    *time.Time              `json:"since"`
	Skills   []string                `json:"skills"`
}

// TargetQueue is a queue of the site.
type TargetQueue struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Waiting int    `json:"waiting"`
	Ready   int    `json:"ready"`
}

// TargetContact is a number that the site keeps.
type TargetContact struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	Number    string `json:"number"`
	Kind      string `json:"kind" enum:"referral,site,level,mobile,other"`
	Emergency bool   `json:"emergency"`
	Transfer  bool   `json:"transfer" doc:"Callers can be led there"`
	Told      bool   `json:"told" doc:"Its number can be told to callers"`
	Words     string `json:"words" doc:"What to say to the caller"`
}

type targetsInput struct {
	Query string `query:"query" maxLength:"60" doc:"Within names, numbers and codes"`
}

type targetsOutput struct{ Body Targets }

// targets lists whom the agent can reach. What cannot be known now is left
// out: a caller can be led to a contact while the live state is away.
func (s *Server) targets(ctx context.Context, in *targetsInput) (*targetsOutput, error) {
	me := who(ctx).person
	out := &targetsOutput{Targets{Agents: []TargetAgent{}, Queues: []TargetQueue{}, Contacts: []TargetContact{}}}
	fits := func(texts ...string) bool {
		wanted := strings.ToLower(strings.TrimSpace(in.Query))
		return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(strings.ToLower(t), wanted) })
	}
	sites, err := s.names.sites.get(ctx, struct{}{}, s.Catalogue.Sites)
	if err != nil {
		sites = []directory.Site{{Code: me.Site}}
	}
	for _, site := range sites {
		s.targetsAt(ctx, site, me, fits, &out.Body)
	}
	contacts, err := s.names.contactsOf(ctx, me.Site)
	for _, c := range contacts {
		name, words := c.Name, c.Words
		if languageOf(ctx) == "en" && c.NameEN != "" {
			name = c.NameEN
		}
		if languageOf(ctx) == "en" && c.WordsEN != "" {
			words = c.WordsEN
		}
		if fits(c.Code, c.Name, c.NameEN, c.Numbers[0]) {
			out.Body.Contacts = append(out.Body.Contacts, TargetContact{
				Code: c.Code, Name: name, Number: c.Numbers[0], Kind: string(c.Kind), Emergency: c.Emergency,
				Transfer: c.Transfer, Told: c.Told, Words: words,
			})
		}
	}
	return out, err
}

// targetsAt adds the people of one site and, at the own one, the queues.
func (s *Server) targetsAt(ctx context.Context, site directory.Site, me directory.Person, fits func(...string) bool, to *Targets) {
	st, err := s.Floor.Load(ctx, orchestrator.SiteID(site.Code))
	if err != nil {
		s.log.Warn("who is at work cannot be told", "site", site.Code, "err", err)
		return
	}
	for _, a := range st.Agents {
		if a.State == orchestrator.SignedOut || string(a.ID) == me.Number {
			continue
		}
		if a.Supervisor && a.Reachable() && site.Code == me.Site {
			to.Help++
		}
		if fits(string(a.ID), a.Name) {
			to.Agents = append(to.Agents, TargetAgent{
				Number: string(a.ID), Name: a.Name, Site: site.Code, SiteName: site.Name, State: a.State,
				Since: moment(a.Since), Skills: list(slices.Sorted(maps.Keys(a.Skills))),
			})
		}
	}
	if site.Code != me.Site {
		return
	}
	present := st
	present.Places = onTheLine(st)
	for _, q := range s.names.queuesOf(ctx, site.Code) {
		if v := viewQueue(q, present, statistics.Figures{}); fits(q.Code, q.Name) {
			to.Queues = append(to.Queues, TargetQueue{Code: q.Code, Name: q.Name, Waiting: v.Waiting, Ready: v.Ready})
		}
	}
}
