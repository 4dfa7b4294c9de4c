package tollfraud_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/tollfraud"
)

// noon of a Friday, by the clock of the site.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.FixedZone("", 8*3600))

func ground(err error) tollfraud.Ground {
	if why, ok := errors.AsType[*tollfraud.Refusal](err); ok {
		return why.Ground
	}
	return ""
}

func ask(number string) tollfraud.Request {
	return tollfraud.Request{Leg: "leg", Call: "call", Site: "430100", Agent: "1001", Roles: []string{"agent"}, Number: number, At: noon, Local: noon}
}

func TestUsualPolicyLetsThroughWhatAHotlineCalls(t *testing.T) {
	p := tollfraud.Usual("trunk", "073112328")
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	for number, want := range map[string]tollfraud.Ground{
		"13800138000":    "",
		"84440000":       "",
		"073184440000":   "",
		"01088880002":    "",
		"02160123456":    "", // 60123456 in Shanghai, not a premium number
		"073160001234":   "",
		"4008001234":     "",
		"95583":          "",
		"110":            "",
		"12122":          "",
		"12306":          tollfraud.NotAllowed, // unless it is on the list of contacts
		"0085212345678":  tollfraud.Forbidden,
		"00881612345678": tollfraud.Forbidden,
		"16812345":       tollfraud.Forbidden,
		"0731168123":     tollfraud.Forbidden,
		"02116812345":    tollfraud.Forbidden,
		"17490012345":    tollfraud.Forbidden,
		"13490012345":    tollfraud.Forbidden,
		"17951001234":    tollfraud.Forbidden, // 11 digits like a mobile number, but IP dialling
		"138001380001":   tollfraud.NotAllowed,
		"1380013800":     tollfraud.NotAllowed,
		"10086":          tollfraud.NotAllowed,
		"9138001380":     tollfraud.NotAllowed,
	} {
		w, err := tollfraud.Decide(p, ask(number), tollfraud.Usage{})
		if ground(err) != want {
			t.Errorf("%s: %v, want %q", number, err, want)
		}
		if want == "" && (w.Trunk != "trunk" || w.Number != number || w.Caller != "073112328") {
			t.Errorf("%s goes %+v", number, w)
		}
	}
	for number := range map[string]bool{"13800138000": true, "84440000": true, "95583": true} {
		if _, err := tollfraud.Decide(tollfraud.Default(), ask(number), tollfraud.Usage{}); ground(err) != tollfraud.NotAllowed {
			t.Errorf("%s with nothing allowed: %v", number, err)
		}
	}
}

func TestEachCapRefusesWithItsGround(t *testing.T) {
	p := tollfraud.Usual("trunk", "")
	p.Caps = tollfraud.Caps{AgentHour: 1, AgentDay: 2, SiteHour: 3, SameNumber: 4, Refused: 5, PerTrunk: 6, Longest: 7, Trunks: map[string]int{"wide": 60}}
	p.Rules = append(p.Rules, tollfraud.Rule{Prefix: "139", Name: "宽中继", Trunk: "wide", Strip: 1, Add: "90", Caller: "12328"})
	night := func(r *tollfraud.Request) { r.Local = noon.Add(10 * time.Hour) }
	tests := []struct {
		name string
		u    tollfraud.Usage
		as   func(*tollfraud.Request)
		want tollfraud.Ground
	}{
		{"room everywhere", tollfraud.Usage{Trunks: map[string]int{"trunk": 5}}, nil, ""},
		{"locked", tollfraud.Usage{Locked: true}, nil, tollfraud.Locked},
		{"hour", tollfraud.Usage{AgentHour: 1}, nil, tollfraud.AgentHour},
		{"day", tollfraud.Usage{AgentDay: 2}, nil, tollfraud.AgentDay},
		{"site", tollfraud.Usage{SiteHour: 3}, nil, tollfraud.SiteHour},
		{"same", tollfraud.Usage{SameNumber: 4}, nil, tollfraud.SameNumber},
		{"refused", tollfraud.Usage{Refused: 5}, nil, tollfraud.Suspicious},
		{"trunk", tollfraud.Usage{Trunks: map[string]int{"trunk": 6, "wide": 60}}, nil, tollfraud.TrunkFull},
		{"night", tollfraud.Usage{}, night, tollfraud.AtNight},
		{"night, supervisor", tollfraud.Usage{}, func(r *tollfraud.Request) { night(r); r.Roles = []string{"supervisor"} }, ""},
		{"night, contact", tollfraud.Usage{SameNumber: 4}, func(r *tollfraud.Request) { night(r); r.Standing = tollfraud.Listed }, ""},
		{"contact, locked", tollfraud.Usage{Locked: true}, func(r *tollfraud.Request) { r.Standing = tollfraud.Listed }, tollfraud.Locked},
		{"the engine's own", tollfraud.Usage{AgentHour: 9, AgentDay: 9, Refused: 9}, func(r *tollfraud.Request) { r.Agent = "" }, ""},
		{"referral", tollfraud.Usage{Locked: true, SiteHour: 9, AgentHour: 9}, func(r *tollfraud.Request) { night(r); r.Standing, r.Number = tollfraud.Referral, "12306" }, ""},
		{"referral, no room", tollfraud.Usage{Trunks: map[string]int{"trunk": 6}}, func(r *tollfraud.Request) { r.Standing, r.Number = tollfraud.Referral, "12306" }, tollfraud.TrunkFull},
		{"referral that is none", tollfraud.Usage{}, func(r *tollfraud.Request) { r.Standing, r.Number = tollfraud.Referral, "0085212345678" }, tollfraud.Forbidden},
		{"a colleague, beyond every cap", tollfraud.Usage{AgentHour: 9, AgentDay: 9, SiteHour: 9, SameNumber: 9, Refused: 9}, func(r *tollfraud.Request) { night(r); r.Standing = tollfraud.Colleague }, ""},
		{"a colleague, locked", tollfraud.Usage{Locked: true}, func(r *tollfraud.Request) { r.Standing = tollfraud.Colleague }, tollfraud.Locked},
		{"a colleague, no room", tollfraud.Usage{Trunks: map[string]int{"trunk": 6, "wide": 60}}, func(r *tollfraud.Request) { r.Standing = tollfraud.Colleague }, tollfraud.TrunkFull},
		{"a colleague abroad", tollfraud.Usage{}, func(r *tollfraud.Request) { r.Standing, r.Number = tollfraud.Colleague, "0085212345678" }, tollfraud.Forbidden},
		{"emergency that is none", tollfraud.Usage{}, func(r *tollfraud.Request) { r.Standing, r.Number = tollfraud.Emergency, "0085212345678" }, tollfraud.Forbidden},
		{"emergency", tollfraud.Usage{Locked: true, Trunks: map[string]int{"trunk": 60}}, func(r *tollfraud.Request) { night(r); r.Number = "12395" }, ""},
		{"a trunk nobody may use", tollfraud.Usage{}, func(r *tollfraud.Request) { r.Trunk = "other" }, tollfraud.NotAllowed},
	}
	for _, tt := range tests {
		r := ask("13900138000")
		if tt.as != nil {
			tt.as(&r)
		}
		w, err := tollfraud.Decide(p, r, tt.u)
		if ground(err) != tt.want {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
		if err == nil && len(r.Number) > 6 && w.Longest != 7*time.Minute {
			t.Errorf("%s: is cut after %v", tt.name, w.Longest)
		}
	}
	// The second rule takes what the first one's trunk has no room for.
	w, err := tollfraud.Decide(p, ask("13900138000"), tollfraud.Usage{Trunks: map[string]int{"trunk": 6, "wide": 59}})
	if err != nil || w.Trunk != "wide" || w.Number != "903900138000" || w.Caller != "12328" {
		t.Errorf("overflow: %+v %v", w, err)
	}
}

func TestRuleCannotDialWhatAnotherForbids(t *testing.T) {
	p := tollfraud.Usual("trunk", "")
	p.Rules = append(p.Rules, tollfraud.Rule{Prefix: "88", Name: "绕行", Strip: 2, Add: "00"})
	if w, err := tollfraud.Decide(p, ask("8885212345678"), tollfraud.Usage{}); ground(err) != tollfraud.NotAllowed {
		t.Errorf("%+v %v", w, err)
	}
}

func TestNightPassesMidnight(t *testing.T) {
	for _, tt := range []struct {
		from, to, at string
		want         bool
	}{
		{"21:00", "07:00", "20:59", false},
		{"21:00", "07:00", "21:00", true},
		{"21:00", "07:00", "00:00", true},
		{"21:00", "07:00", "06:59", true},
		{"21:00", "07:00", "07:00", false},
		{"12:00", "13:30", "12:59", true},
		{"12:00", "13:30", "13:30", false},
		{"12:00", "13:30", "11:59", false},
		{"08:00", "08:00", "08:00", false},
		{"", "", "03:00", false},
	} {
		at, err := time.Parse("15:04", tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := (tollfraud.Night{From: tt.from, To: tt.to}).At(at); got != tt.want {
			t.Errorf("%s in %s–%s: %v", tt.at, tt.from, tt.to, got)
		}
	}
}

// rules draws a policy of a few rules, some of which forbid.
func rules(t *rapid.T) tollfraud.Policy {
	p := tollfraud.Default()
	p.Trunk = "trunk"
	p.Rules = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) tollfraud.Rule {
		return tollfraud.Rule{
			Forbid: rapid.Bool().Draw(t, "forbid"), Prefix: rapid.StringMatching(`([0-9]|x|\[[0-4]-[5-9]\]){1,3}`).Draw(t, "prefix"),
			Name: "规则", Least: rapid.IntRange(0, 3).Draw(t, "least"), Trunk: rapid.SampledFrom([]string{"", "a-1", "b-1"}).Draw(t, "trunk"),
			AtNight: rapid.Bool().Draw(t, "night"), Add: rapid.StringMatching(`[0-9]{0,2}`).Draw(t, "add"),
		}
	}), 0, 8).Draw(t, "rules")
	return p
}

func usage(t *rapid.T) tollfraud.Usage {
	n := rapid.IntRange(0, 400)
	return tollfraud.Usage{
		Locked: rapid.Bool().Draw(t, "locked"), AgentHour: n.Draw(t, "hour"), AgentDay: n.Draw(t, "day"), SiteHour: n.Draw(t, "site"),
		SameNumber: rapid.IntRange(0, 8).Draw(t, "same"), Refused: rapid.IntRange(0, 12).Draw(t, "refused"),
		Trunks: map[string]int{"trunk": rapid.IntRange(0, 12).Draw(t, "t"), "a-1": rapid.IntRange(0, 12).Draw(t, "a"), "b-1": rapid.IntRange(0, 12).Draw(t, "b")},
	}
}

func TestProhibitionWinsAndCapsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, u := rules(t), usage(t)
		r := ask(rapid.StringMatching(`[0-9]{3,12}`).Draw(t, "number"))
		r.Agent = rapid.SampledFrom([]string{"", "1001"}).Draw(t, "agent")
		r.Standing = rapid.SampledFrom([]tollfraud.Standing{tollfraud.Stranger, tollfraud.Listed, tollfraud.Colleague, tollfraud.Referral, tollfraud.Emergency}).Draw(t, "standing")
		r.Local = noon.Add(time.Duration(rapid.IntRange(0, 1439).Draw(t, "minute")) * time.Minute)
		w, err := tollfraud.Decide(p, r, u)
		if err != nil {
			if errkind.Of(err) == errkind.Internal || ground(err) == "" {
				t.Fatalf("an answer nobody can use: %v", err)
			}
			if p.Always(r) {
				t.Fatalf("an emergency is refused: %v", err)
			}
			return
		}
		if p.Always(r) {
			return
		}
		allowed := false
		for _, rule := range p.Rules {
			prefix, err := tollfraud.ParsePrefix(rule.Prefix)
			if err != nil {
				t.Fatal(err)
			}
			for _, number := range []string{r.Number, w.Number} {
				if rule.Forbid && len(number) >= rule.Least && prefix.Begins(number) {
					t.Fatalf("%s is forbidden by %+v and dialled as %s", r.Number, rule, w.Number)
				}
			}
			allowed = allowed || !rule.Forbid && len(r.Number) >= rule.Least && prefix.Begins(r.Number) && strings.HasSuffix(w.Number, r.Number)
		}
		if !allowed && r.Standing == tollfraud.Stranger {
			t.Fatalf("%s is allowed by no rule", r.Number)
		}
		if u.Trunks[w.Trunk] >= p.Caps.PerTrunk {
			t.Fatalf("trunk %s has %d calls already", w.Trunk, u.Trunks[w.Trunk])
		}
		if w.Counted && (u.Locked || u.SiteHour >= p.Caps.SiteHour || r.Agent != "" && (u.AgentHour >= p.Caps.AgentHour || u.AgentDay >= p.Caps.AgentDay)) {
			t.Fatalf("beyond %+v", u)
		}
		if w.Longest <= 0 {
			t.Fatal("it is never cut")
		}
	})
}

func TestPolicyThatMakesNoSenseIsRefusedByItsField(t *testing.T) {
	for path, spoil := range map[string]func(*tollfraud.Policy){
		"rules[0].prefix":  func(p *tollfraud.Policy) { p.Rules[0].Prefix = "" },
		"rules[1].prefix":  func(p *tollfraud.Policy) { p.Rules[1].Prefix = "[9-3]" },
		"rules[2].name":    func(p *tollfraud.Policy) { p.Rules[2].Name = " " },
		"rules[9].least":   func(p *tollfraud.Policy) { p.Rules[9].Least, p.Rules[9].Most = 11, 10 },
		"rules[9].strip":   func(p *tollfraud.Policy) { p.Rules[9].Strip = 11 },
		"rules[9].add":     func(p *tollfraud.Policy) { p.Rules[9].Add = "*67" },
		"rules[9].trunk":   func(p *tollfraud.Policy) { p.Rules[9].Trunk = "a b" },
		"rules[9].caller":  func(p *tollfraud.Policy) { p.Rules[9].Caller = "CEO" },
		"emergency[0]":     func(p *tollfraud.Policy) { p.Emergency[0] = "0085212345678" },
		"emergency[1]":     func(p *tollfraud.Policy) { p.Emergency[1] = "011" },
		"trunk":            func(p *tollfraud.Policy) { p.Trunk = "'" },
		"caller":           func(p *tollfraud.Policy) { p.Caller = "+86" },
		"caps.agentHour":   func(p *tollfraud.Policy) { p.Caps.AgentHour = 0 },
		"caps.longest":     func(p *tollfraud.Policy) { p.Caps.Longest = 481 },
		"caps.trunks":      func(p *tollfraud.Policy) { p.Caps.Trunks = map[string]int{"trunk": -1} },
		"night.from":       func(p *tollfraud.Policy) { p.Night.From = "9:00" },
		"night.to":         func(p *tollfraud.Policy) { p.Night.To = "24:00" },
		"night.roles[0]":   func(p *tollfraud.Policy) { p.Night.Roles[0] = "'; --" },
		"rules":            func(p *tollfraud.Policy) { p.Rules = slices.Repeat(p.Rules, 20) },
		"rules[10].trunk ": func(p *tollfraud.Policy) { p.Trunk = "" },
	} {
		p := tollfraud.Usual("trunk", "")
		spoil(&p)
		wrong, ok := errors.AsType[*tollfraud.PolicyError](p.Check())
		if !ok || !slices.ContainsFunc(wrong.Fields, func(f tollfraud.FieldError) bool { return f.Path == strings.TrimSpace(path) }) {
			t.Errorf("%s: %v", path, wrong)
		}
	}
}
