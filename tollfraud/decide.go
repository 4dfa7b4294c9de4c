package tollfraud

import (
	"slices"
	"time"
)

// Standing is what the site's own list of contacts says about a number.
type Standing string

// The standings.
const (
	Stranger  Standing = ""          // it is not on the list
	Listed    Standing = "listed"    // a duty telephone, another site, another level: allowed by being there
	Colleague Standing = "colleague" // the mobile of somebody who works here: rung for every call offered
	Referral  Standing = "referral"  // another service that callers are led to
	Emergency Standing = "emergency" // a rescue service
)

// Request is a call to outside that somebody wants to make.
type Request struct {
	Leg      string // of the switch; one place is reserved for each
	Call     string
	Site     string
	Agent    string   // employee number; empty: a flow or the engine
	Roles    []string // of the agent
	Number   string   // as Dialled writes it
	Standing Standing
	Trunk    string // wished for; empty: as the rules say
	Purpose  string
	At       time.Time
	Local    time.Time // At by the site's own clock
}

// Usage is what was counted before a request.
type Usage struct {
	Locked     bool // by an administrator
	AgentHour  int
	AgentDay   int
	SiteHour   int
	SameNumber int
	Refused    int            // forbidden numbers the agent tried within the hour
	Trunks     map[string]int // calls to outside now, by trunk
}

// Way is how an allowed call goes.
type Way struct {
	Trunk   string // empty: the policy names none
	Number  string // as the trunk wants it
	Caller  string // number to show
	Longest time.Duration
	Counted bool // it counts against the caps of agent and site
}

// Always reports whether a request passes whatever else holds: a short number
// that is an emergency by the policy or by the list of contacts.
func (p Policy) Always(r Request) bool {
	return short(r.Number) && (r.Standing == Emergency || slices.Contains(p.Emergency, r.Number))
}

// Decide says how a request may go, or why not as a Refusal. What a rule
// forbids is refused first, so that nothing but an emergency gets around it.
// Referrals to short numbers pass the lock, the night and the caps; contacts on
// the list need no rule that allows them; nor do the mobiles of colleagues,
// which only the lock and the size of the trunk bound.
func Decide(p Policy, r Request, u Usage) (Way, error) {
	if p.Always(r) {
		return Way{Trunk: orElse(r.Trunk, p.Trunk), Number: r.Number, Caller: p.Caller}, nil
	}
	if rule, ok := p.forbids(r.Number); ok {
		return Way{}, &Refusal{Ground: Forbidden, Rule: rule.Name}
	}
	ways := p.ways(r)
	free := short(r.Number) && (r.Standing == Referral || r.Standing == Emergency)
	if !free {
		if err := p.bounded(r, u, ways); err != nil {
			return Way{}, err
		}
	}
	if r.Standing == Stranger && p.night(r) {
		ways = slices.DeleteFunc(ways, func(w way) bool { return !w.rule.AtNight })
	}
	return p.choose(ways, u, !free && r.Standing != Colleague)
}

// way is a rule that allows a number, and how it would go.
type way struct {
	rule   Rule
	trunk  string
	number string // as dialled
}

// ways lists the rules that allow a request, in order. A contact goes by its
// own trunk, and without any rule as it is written. A rule that would dial
// something forbidden is no way.
func (p Policy) ways(r Request) []way {
	var ways []way
	for _, rule := range p.Rules {
		trunk := orElse(rule.Trunk, p.Trunk)
		if rule.Forbid || !rule.covers(r.Number) || r.Trunk != "" && r.Trunk != trunk {
			continue
		}
		w := way{rule, trunk, rule.dial(r.Number)}
		if _, bad := p.forbids(w.number); !bad {
			ways = append(ways, w)
		}
	}
	if len(ways) == 0 && r.Standing != Stranger {
		ways = append(ways, way{Rule{}, orElse(r.Trunk, p.Trunk), r.Number})
	}
	return ways
}

// bounded refuses what the rules, the lock, the night and the caps do not let
// through.
func (p Policy) bounded(r Request, u Usage, ways []way) error {
	stranger := r.Standing == Stranger
	atNight := func(w way) bool { return w.rule.AtNight }
	full := func(counted, most int) bool { return counted >= most }
	mine := r.Agent != ""
	switch c := p.Caps; {
	case u.Locked:
		return &Refusal{Ground: Locked}
	case r.Standing == Colleague:
		return nil
	case mine && full(u.Refused, c.Refused):
		return &Refusal{Ground: Suspicious, Limit: c.Refused}
	case len(ways) == 0:
		return &Refusal{Ground: NotAllowed}
	case stranger && p.night(r) && !slices.ContainsFunc(ways, atNight):
		return &Refusal{Ground: AtNight}
	case mine && full(u.AgentHour, c.AgentHour):
		return &Refusal{Ground: AgentHour, Limit: c.AgentHour}
	case mine && full(u.AgentDay, c.AgentDay):
		return &Refusal{Ground: AgentDay, Limit: c.AgentDay}
	case full(u.SiteHour, c.SiteHour):
		return &Refusal{Ground: SiteHour, Limit: c.SiteHour}
	case stranger && full(u.SameNumber, c.SameNumber):
		return &Refusal{Ground: SameNumber, Limit: c.SameNumber}
	}
	return nil
}

// night reports whether the rules of the night hold for a request.
func (p Policy) night(r Request) bool {
	free := slices.ContainsFunc(r.Roles, func(role string) bool { return slices.Contains(p.Night.Roles, role) })
	return p.Night.At(r.Local) && !free
}

// choose takes the first way whose trunk has room.
func (p Policy) choose(ways []way, u Usage, counted bool) (Way, error) {
	if len(ways) == 0 {
		return Way{}, &Refusal{Ground: NotAllowed}
	}
	for _, w := range ways {
		if u.Trunks[w.trunk] < p.Caps.atOnce(w.trunk) {
			return Way{
				Trunk: w.trunk, Number: w.number, Caller: orElse(w.rule.Caller, p.Caller),
				Longest: time.Duration(p.Caps.Longest) * time.Minute, Counted: counted,
			}, nil
		}
	}
	return Way{}, &Refusal{Ground: TrunkFull, Limit: p.Caps.atOnce(ways[0].trunk)}
}

// forbids finds the rule that forbids a number.
func (p Policy) forbids(number string) (Rule, bool) {
	i := slices.IndexFunc(p.Rules, func(r Rule) bool { return r.Forbid && r.covers(number) })
	if i < 0 {
		return Rule{}, false
	}
	return p.Rules[i], true
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
