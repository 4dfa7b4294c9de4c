package timeline

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
)

// office is what people do at the console besides talking: lists, skills,
// roster, alarms, work items, rules for calls to outside. What is changed for
// the whole site is changed back when the scene is over.
func (p *play) office(who, verb string, rest []string) (known bool, err error) {
	person := p.people[who]
	what := strings.Join(append([]string{verb}, rest...), " ")
	switch {
	case person == nil:
		return false, nil
	case verb == "bars" && len(rest) == 3, verb == "favours" && len(rest) == 3:
		return true, p.list(person, verb, rest)
	case verb == "gives" && len(rest) > 1:
		return true, p.skills(person, rest)
	case what == "keeps the console open":
		return true, p.watchConsole(who)
	case verb == "broadcasts":
		return true, p.broadcast(person, strings.Join(rest, " "))
	case verb == "watches" && len(rest) == 3:
		return true, p.watch(person, rest[0], rest[2])
	case verb == "rosters":
		return true, p.roster(person, rest[0])
	case verb == "caps" && len(rest) == 3:
		return true, p.guard(person, func(policy hotline.Object) error {
			n, err := strconv.Atoi(rest[2])
			policy["caps"].(map[string]any)[rest[0]] = n
			return err
		})
	case verb == "forbids":
		return true, p.guard(person, func(policy hotline.Object) error {
			rule := map[string]any{"forbid": true, "prefix": rest[0], "least": 0, "most": 0, "name": "not in this scene", "trunk": "", "strip": 0, "add": "", "caller": "", "atNight": false}
			policy["rules"] = append([]any{rule}, policy["rules"].([]any)...)
			return nil
		})
	case what == "says it is night":
		return true, p.guard(person, func(policy hotline.Object) error {
			// The whole day but one minute, which is far from now.
			from := time.Now().Add(12 * time.Hour).UTC()
			policy["night"] = map[string]any{"from": from.Format("15:04"), "to": from.Add(-time.Minute).Format("15:04"), "roles": []string{}}
			return nil
		})
	case what == "lets nobody call out":
		p.undo(func() error {
			now, err := told(person, "GET", "/api/guard", nil)
			if err != nil || now.At("switch", "locked") != true {
				return err
			}
			return asked(person, "POST", "/api/guard/unlock", hotline.Object{"reason": "the scene is over"})
		})
		return true, asked(person, "POST", "/api/guard/lock", hotline.Object{"reason": "so the scene wants it"})
	case what == "lets them call out":
		return true, asked(person, "POST", "/api/guard/unlock", hotline.Object{"reason": "so the scene wants it"})
	case strings.Contains(what, " item of "):
		return true, p.work(person, verb, rest)
	}
	return false, nil
}

// asked makes a request that must succeed.
func asked(person *hotline.Person, method, path string, body any) error {
	_, err := told(person, method, path, body)
	return err
}

// told is asked with the answer.
func told(person *hotline.Person, method, path string, body any) (hotline.Object, error) {
	status, o, err := person.Try(method, path, body)
	if err == nil && status >= 300 {
		err = fmt.Errorf("%d %s %s", status, o.Text("code"), o.Text("detail"))
	}
	return o, err
}

// undo is done when the scene is over, the latest first.
func (p *play) undo(f func() error) { p.undone = append(p.undone, f) }

// putBack does what undo has been given.
func (p *play) putBack() {
	for i := len(p.undone) - 1; i >= 0; i-- {
		if err := p.undone[i](); err != nil {
			p.t.Errorf("afterwards: %v", err)
		}
	}
	p.undone = nil
}

// list is “2001 bars A for 12s”, “2001 favours B for 30s”.
func (p *play) list(by *hotline.Person, verb string, rest []string) error {
	long, err := time.ParseDuration(rest[2])
	if err != nil {
		return err
	}
	which, entry := "black", hotline.Object{
		"number": numbers[rest[0]], "priority": 0, "reason": "so the scene wants it", "until": time.Now().Add(long).Format(time.RFC3339Nano),
	}
	if verb == "favours" {
		which, entry["priority"] = "vip", 3
	}
	return asked(by, "POST", "/api/lists/"+which, entry)
}

// skills is “2001 gives 1001 truck=6 general=5”, “2001 gives 1001 nothing special”.
func (p *play) skills(by *hotline.Person, rest []string) error {
	path, skills := "/api/seats/"+rest[0]+"/skills", map[string]int{}
	for _, s := range rest[1:] {
		if strings.Join(rest[1:], " ") == "nothing special" {
			break // the usual skills
		}
		code, level, _ := strings.Cut(s, "=")
		n, err := strconv.Atoi(level)
		if err != nil {
			return err
		}
		skills[code] = n
	}
	return asked(by, "PUT", path, hotline.Object{"skills": skills})
}

func (p *play) broadcast(by *hotline.Person, text string) error {
	notice, err := told(by, "POST", "/api/broadcast", hotline.Object{"text": text, "minutes": 5})
	if err == nil {
		p.undo(func() error { return asked(by, "DELETE", "/api/broadcast/"+notice.Text("id"), nil) })
	}
	return err
}

// watch is “2001 watches longest_wait over 2”, “… no_staff under 1”: the rule
// of the site for it holds at once, and not any longer than it must.
func (p *play) watch(by *hotline.Person, kind, threshold string) error {
	limit, err := strconv.ParseFloat(threshold, 64)
	if err != nil {
		return err
	}
	change := func(with func(hotline.Object)) error {
		all, err := told(by, "GET", "/api/alarms/rules", nil)
		if err != nil {
			return err
		}
		rules, _ := all.At("rules").([]any)
		for _, r := range rules {
			rule := hotline.Object(r.(map[string]any))
			if rule.Text("kind") == kind && rule.Text("subject") == "" {
				with(rule)
				return asked(by, "PUT", "/api/alarms/rules/"+rule.Text("id"), only(rule,
					"rev", "threshold", "clear", "holdSeconds", "settleSeconds", "severity", "quietFrom", "quietTo", "sound", "active"))
			}
		}
		return fmt.Errorf("there is no rule for %s", kind)
	}
	return change(func(rule hotline.Object) {
		was := only(rule, "threshold", "clear", "holdSeconds", "settleSeconds")
		p.undo(func() error {
			return change(func(rule hotline.Object) {
				for k, v := range was {
					rule[k] = v
				}
			})
		})
		rule["threshold"], rule["clear"], rule["holdSeconds"], rule["settleSeconds"] = limit, limit, 0, 0
	})
}

func only(o hotline.Object, keys ...string) hotline.Object {
	some := hotline.Object{}
	for _, k := range keys {
		some[k] = o[k]
	}
	return some
}

// roster expects somebody from this minute on, for an hour.
func (p *play) roster(by *hotline.Person, number string) error {
	now := time.Now().In(time.FixedZone("China", 8*60*60))
	end := now.Add(time.Hour)
	err := asked(by, "PUT", "/api/roster/shifts/NOW", hotline.Object{
		"name": "此刻", "from": now.Format("15:04"), "to": end.Format("15:04"), "crossesMidnight": end.Day() != now.Day(),
		"breaks": []any{}, "active": true, "position": 9,
	})
	if err != nil {
		return err
	}
	if err := asked(by, "PUT", "/api/roster/rules", hotline.Object{"toleranceMinutes": 0, "absentMinutes": 1}); err != nil {
		return err
	}
	day := "/api/roster/days/" + number + "/" + now.Format(time.DateOnly)
	p.undo(func() error {
		return asked(by, "PUT", day, hotline.Object{"shifts": []string{}, "reason": "the scene is over"})
	})
	return asked(by, "PUT", day, hotline.Object{"shifts": []string{"NOW"}, "reason": "so the scene wants it"})
}

// guard changes the rules for calls to outside.
func (p *play) guard(by *hotline.Person, change func(policy hotline.Object) error) error {
	put := func(change func(hotline.Object) error) error {
		now, err := told(by, "GET", "/api/guard", nil)
		if err != nil {
			return err
		}
		policy, _ := now.At("policy").(map[string]any)
		if err := change(policy); err != nil {
			return err
		}
		return asked(by, "PUT", "/api/guard", hotline.Object{"rev": now.At("rev"), "policy": policy, "reason": "so the scene wants it"})
	}
	return put(func(policy hotline.Object) error {
		was := only(policy, "rules", "night")
		caps := hotline.Object{}
		for k, v := range policy["caps"].(map[string]any) {
			caps[k] = v
		}
		p.undo(func() error {
			return put(func(policy hotline.Object) error {
				policy["rules"], policy["night"], policy["caps"] = was["rules"], was["night"], caps
				return nil
			})
		})
		return change(policy)
	})
}

// work is “1001 takes the missed item of A”, “1001 calls back for the missed
// item of A”, “1001 settles the missed item of A as answered”, “2001 assigns the
// missed item of A to 1003”.
func (p *play) work(by *hotline.Person, verb string, rest []string) error {
	at := 0
	for rest[at] != "item" {
		at++
	}
	if at == 0 || len(rest) < at+3 {
		return fmt.Errorf("want the kind of an item, and whose it is")
	}
	item, err := p.item(rest[at-1], rest[at+2])
	if err != nil {
		return err
	}
	path, last := "/api/tasks/"+item.Text("id"), rest[len(rest)-1]
	switch verb {
	case "takes":
		return asked(by, "POST", path+"/take", nil)
	case "assigns":
		return asked(by, "POST", path+"/assign", hotline.Object{"agent": last})
	case "settles":
		return asked(by, "POST", path+"/done", hotline.Object{"outcome": last})
	case "calls":
		desk, err := told(by, "POST", "/api/desk/dial", hotline.Object{"task": item.Text("id")})
		if id := desk.Text("call", "id"); id != "" {
			p.latest = id
		}
		return err
	}
	return fmt.Errorf("what does it mean?")
}

// item finds the work of a kind that somebody's calls of this scene have left
// behind. whose is a caller, or a number.
func (p *play) item(kind, whose string) (hotline.Object, error) {
	found, err := told(p.people["2001"], "GET", "/api/tasks?"+url.Values{"kind": {kind}, "state": {"open,taken,done,dropped"}}.Encode(), nil)
	if err != nil {
		return nil, err
	}
	items, _ := found.At("items").([]any)
	for _, i := range items {
		o := hotline.Object(i.(map[string]any))
		at, err := time.Parse(time.RFC3339Nano, o.Text("lastAt"))
		if err == nil && at.After(p.from) && masks(o.Text("number"), whose) {
			return told(p.people["2001"], http.MethodGet, "/api/tasks/"+o.Text("id"), nil)
		}
	}
	return nil, fmt.Errorf("there is no %s item of %s: %v", kind, whose, items)
}

// masks reports whether a number as it is shown is somebody's. whose is a
// caller, or a number.
func masks(shown, whose string) bool {
	number := whose
	if numbers[whose] != "" {
		number = numbers[whose]
	}
	return len(shown) > 7 && len(shown) == len(number) && shown[:3] == number[:3] && shown[len(shown)-4:] == number[len(number)-4:]
}
