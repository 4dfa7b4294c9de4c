package tollfraud

import (
	"time"
)

// Policy is what a site allows. It is kept as JSON, version by version.
type Policy struct {
	// Rules are looked at in order. Whatever one of them forbids is forbidden,
	// also when another allows it; what none allows is forbidden too.
	Rules []Rule `json:"rules"`
	// Emergency numbers pass always and before everything: short ones only.
	Emergency []string `json:"emergency"`
	Trunk     string   `json:"trunk"`  // for rules that name none
	Caller    string   `json:"caller"` // number to show, for rules that name none
	Caps      Caps     `json:"caps"`
	Night     Night    `json:"night"`
}

// Rule allows or forbids numbers by how they begin and how long they are.
type Rule struct {
	Forbid  bool   `json:"forbid"`
	Prefix  string `json:"prefix"` // see Prefix
	Least   int    `json:"least"`  // digits of the whole number; 0: as many as the prefix
	Most    int    `json:"most"`   // 0: 20
	Name    string `json:"name"`
	Trunk   string `json:"trunk"`   // allowed numbers go by this; empty: the policy's
	Strip   int    `json:"strip"`   // so many digits are left out at the front,
	Add     string `json:"add"`     // then these are put there
	Caller  string `json:"caller"`  // number to show; empty: the policy's
	AtNight bool   `json:"atNight"` // also outside working hours
}

// Caps bound what is allowed. An hour is the last 60 minutes, a day the last 24
// hours.
type Caps struct {
	AgentHour  int            `json:"agentHour"`  // calls of one agent
	AgentDay   int            `json:"agentDay"`   // calls of one agent
	SiteHour   int            `json:"siteHour"`   // calls of the whole site
	SameNumber int            `json:"sameNumber"` // calls an hour of the site to one number
	Refused    int            `json:"refused"`    // forbidden numbers an hour until an agent may call nobody
	PerTrunk   int            `json:"perTrunk"`   // calls at once by any one trunk
	Trunks     map[string]int `json:"trunks"`     // calls at once, for trunks of another size
	Longest    int            `json:"longest"`    // minutes until a call is cut
}

// Night is when only rules with AtNight hold, except for people with one of the
// roles. From equal to To means never; when To is before From it passes
// midnight.
type Night struct {
	From  string   `json:"from"` // hh:mm
	To    string   `json:"to"`   // hh:mm
	Roles []string `json:"roles"`
}

// DefaultCaps hold where nobody has chosen others.
var DefaultCaps = Caps{AgentHour: 30, AgentDay: 150, SiteHour: 300, SameNumber: 6, Refused: 10, PerTrunk: 10, Longest: 60}

// Default is the policy of a site that has none: nothing but emergencies. Its
// prohibitions are a beginning for the administrator's own: what costs much,
// and what goes around the rules. 179 is IP dialling: 17951 and a number
// behind it looks like a mobile number.
func Default() Policy {
	return Policy{
		Rules: []Rule{
			{Forbid: true, Prefix: "00", Name: "国际及港澳台长途"},
			{Forbid: true, Prefix: "16[013489]", Name: "声讯台"},
			{Forbid: true, Prefix: "01016[08]", Name: "异地声讯台"},
			{Forbid: true, Prefix: "02x16[08]", Name: "异地声讯台"},
			{Forbid: true, Prefix: "0[3-9]xx16[08]", Name: "异地声讯台"},
			{Forbid: true, Prefix: "12590", Name: "声讯增值业务"},
			{Forbid: true, Prefix: "179", Name: "拨号转接"},
			{Forbid: true, Prefix: "174[09]", Name: "卫星电话"},
			{Forbid: true, Prefix: "1349", Name: "卫星电话"},
		},
		Emergency: []string{"110", "119", "120", "122", "12122", "12395"},
		Caps:      DefaultCaps,
		Night:     Night{From: "21:00", To: "07:00", Roles: []string{"supervisor"}},
	}
}

// Usual is a policy for a trunk that may reach the country's mobile and
// fixed-line telephones, showing the number caller.
func Usual(trunk, caller string) Policy {
	p := Default()
	p.Trunk, p.Caller = trunk, caller
	p.Rules = append(p.Rules,
		Rule{Prefix: "1[3-9]", Least: 11, Most: 11, Name: "手机"},
		Rule{Prefix: "[2-8]", Least: 7, Most: 8, Name: "本地固话"},
		Rule{Prefix: "0[1-9]", Least: 10, Most: 12, Name: "国内长途固话"},
		Rule{Prefix: "400", Least: 10, Most: 10, Name: "企业客服"},
		Rule{Prefix: "95", Least: 5, Most: 8, Name: "全国客服"},
	)
	return p
}

// covers reports whether a rule is about a number.
func (r Rule) covers(number string) bool {
	prefix, err := ParsePrefix(r.Prefix)
	if err != nil {
		return r.Forbid // a prohibition that cannot be read must not let pass
	}
	most := r.Most
	if most == 0 {
		most = maxDigits
	}
	return len(number) >= r.Least && len(number) <= most && prefix.Begins(number)
}

// dial writes a number as the trunk wants it.
func (r Rule) dial(number string) string {
	return r.Add + number[min(max(r.Strip, 0), len(number)):]
}

// At reports whether it is night at a moment of the site's own clock.
func (n Night) At(local time.Time) bool {
	from, okFrom := minutes(n.From)
	to, okTo := minutes(n.To)
	if !okFrom || !okTo || from == to {
		return false
	}
	now := 60*local.Hour() + local.Minute()
	if from < to {
		return now >= from && now < to
	}
	return now >= from || now < to
}

// minutes reads hh:mm as minutes of the day.
func minutes(clock string) (int, bool) {
	t, err := time.Parse("15:04", clock)
	return 60*t.Hour() + t.Minute(), err == nil && len(clock) == 5
}

// atOnce is how many calls may go by a trunk at once.
func (c Caps) atOnce(trunk string) int {
	if own, ok := c.Trunks[trunk]; ok {
		return own
	}
	return c.PerTrunk
}
