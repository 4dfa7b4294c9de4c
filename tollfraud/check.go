package tollfraud

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Wrong says what is wrong with a field of a policy.
type Wrong string

// What can be wrong.
const (
	WrongPrefix    Wrong = "prefix"    // not a prefix
	WrongName      Wrong = "name"      // empty or longer than 60 characters
	WrongLength    Wrong = "length"    // least and most do not fit together, or the prefix
	WrongTrunk     Wrong = "trunk"     // not the id of a trunk
	NoTrunk        Wrong = "no_trunk"  // an allowing rule leads nowhere
	WrongDigits    Wrong = "digits"    // not digits, or too many
	WrongStrip     Wrong = "strip"     // would leave nothing of the number
	WrongRange     Wrong = "range"     // not within its bounds
	WrongTime      Wrong = "time"      // not like 21:00
	WrongEmergency Wrong = "emergency" // not a short service number
	WrongRole      Wrong = "role"      // not the name of a role
	TooMany        Wrong = "too_many"  // entries
)

// FieldError is one field of a policy that makes no sense.
type FieldError struct {
	Path  string // as rules[2].prefix
	Wrong Wrong
}

// PolicyError refuses a policy.
type PolicyError struct{ Fields []FieldError }

func (e *PolicyError) Error() string {
	return fmt.Sprintf("tollfraud: the policy makes no sense: %v", e.Fields)
}

// Kind lets the edge choose an answer.
func (e *PolicyError) Kind() errkind.Kind { return errkind.Invalid }

var (
	trunkShape = regexp.MustCompile(`^[A-Za-z0-9-]{2,32}$`)
	digitShape = regexp.MustCompile(`^[0-9]{0,20}$`)
	roleShape  = regexp.MustCompile(`^[a-z_]{1,32}$`)
)

// How much a policy may hold.
const (
	maxRules     = 200
	maxEmergency = 50
	maxTrunks    = 100
)

// Check tells what is wrong with a policy that somebody wants to keep, as a
// PolicyError.
func (p Policy) Check() error {
	c := checker{}
	c.must(len(p.Rules) <= maxRules, "rules", TooMany)
	for i, r := range p.Rules {
		c.rule(fmt.Sprintf("rules[%d].", i), r, p.Trunk)
	}
	c.must(len(p.Emergency) <= maxEmergency, "emergency", TooMany)
	for i, n := range p.Emergency {
		c.must(digitShape.MatchString(n) && short(n), fmt.Sprintf("emergency[%d]", i), WrongEmergency)
	}
	c.must(p.Trunk == "" || trunkShape.MatchString(p.Trunk), "trunk", WrongTrunk)
	c.must(digitShape.MatchString(p.Caller), "caller", WrongDigits)
	c.caps(p.Caps)
	_, from := minutes(p.Night.From)
	_, to := minutes(p.Night.To)
	c.must(from, "night.from", WrongTime)
	c.must(to, "night.to", WrongTime)
	c.must(len(p.Night.Roles) <= 20, "night.roles", TooMany)
	for i, role := range p.Night.Roles {
		c.must(roleShape.MatchString(role), fmt.Sprintf("night.roles[%d]", i), WrongRole)
	}
	if len(c.found) > 0 {
		return &PolicyError{Fields: c.found}
	}
	return nil
}

type checker struct{ found []FieldError }

func (c *checker) must(fine bool, path string, wrong Wrong) {
	if !fine && len(c.found) < 50 {
		c.found = append(c.found, FieldError{path, wrong})
	}
}

func (c *checker) rule(at string, r Rule, trunk string) {
	prefix, err := ParsePrefix(r.Prefix)
	c.must(err == nil && len(r.Prefix) <= 60, at+"prefix", WrongPrefix)
	name := strings.TrimSpace(r.Name)
	c.must(name != "" && utf8.RuneCountInString(name) <= 60 && utf8.ValidString(name) && !strings.Contains(name, "\x00"), at+"name", WrongName)
	c.must(r.Least >= 0 && r.Most >= 0 && r.Least <= maxDigits && r.Most <= maxDigits &&
		(r.Most == 0 || r.Most >= r.Least && r.Most >= len(prefix)), at+"least", WrongLength)
	if r.Forbid {
		return
	}
	c.must(r.Trunk == "" || trunkShape.MatchString(r.Trunk), at+"trunk", WrongTrunk)
	c.must(r.Trunk != "" || trunk != "", at+"trunk", NoTrunk)
	c.must(r.Strip == 0 || r.Strip > 0 && r.Strip < max(r.Least, len(prefix)), at+"strip", WrongStrip)
	c.must(digitShape.MatchString(r.Add) && len(r.Add) <= 10, at+"add", WrongDigits)
	c.must(digitShape.MatchString(r.Caller), at+"caller", WrongDigits)
}

func (c *checker) caps(caps Caps) {
	for path, value := range map[string]int{
		"agentHour": caps.AgentHour, "agentDay": caps.AgentDay, "siteHour": caps.SiteHour,
		"sameNumber": caps.SameNumber, "refused": caps.Refused, "perTrunk": caps.PerTrunk,
	} {
		c.must(value >= 1 && value <= 10_000, "caps."+path, WrongRange)
	}
	c.must(caps.Longest >= 1 && caps.Longest <= 8*60, "caps.longest", WrongRange)
	c.must(len(caps.Trunks) <= maxTrunks, "caps.trunks", TooMany)
	for trunk, most := range caps.Trunks {
		c.must(trunkShape.MatchString(trunk), "caps.trunks", WrongTrunk)
		c.must(most >= 0 && most <= 10_000, "caps.trunks", WrongRange)
	}
}
