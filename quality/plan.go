package quality

import (
	"fmt"
	"time"
)

// Plan 抽检计划 says what is drawn for a site.
type Plan struct {
	ID        string
	Site      string
	Rev       int
	Name      string
	Sheet     string // its name; the latest version counts
	Active    bool   // drawn by itself, every day
	Rules     Rules
	ChangedBy string
	ChangedAt time.Time
}

// Rules are what a plan draws. The quotas are filled for whole weeks, when they
// are over, so that each conversation of the week had the same chance; what is
// always drawn is drawn every day.
type Rules struct {
	PerAgent     int      `json:"perAgent"`     // so many conversations of each agent and week
	Percent      int      `json:"percent"`      // or this share of them, whichever is more
	Queues       []string `json:"queues"`       // only of these; empty: of all
	Shortest     int      `json:"shortest"`     // seconds; shorter ones are not drawn
	Dissatisfied bool     `json:"dissatisfied"` // always when the caller was not satisfied
	LongerThan   int      `json:"longerThan"`   // always when longer, in seconds; 0: no such rule
	Seed         string   `json:"seed"`         // the same seed draws the same again
	Inspectors   []string `json:"inspectors"`   // empty: everybody who inspects
	DueDays      int      `json:"dueDays"`      // days in which it is to be scored
}

// Check returns a *SheetError with everything that is wrong, or nil.
func (p Plan) Check() error {
	var faults []Fault
	wrong := func(rule Rule, path string) { faults = append(faults, Fault{path, rule}) }
	r := p.Rules
	if !worded(p.Name, 1, 40) {
		wrong(NameNeeded, "name")
	}
	if !worded(p.Sheet, 1, 40) {
		wrong(UnknownSheet, "sheet")
	}
	for path, b := range map[string][3]int{
		"perAgent": {r.PerAgent, 0, 100}, "percent": {r.Percent, 0, 100}, "shortest": {r.Shortest, 0, 3600},
		"longerThan": {r.LongerThan, 0, 86_400}, "dueDays": {r.DueDays, 1, 90},
	} {
		if b[0] < b[1] || b[0] > b[2] {
			wrong(BadQuota, path)
		}
	}
	if !worded(r.Seed, 0, 64) {
		wrong(BadQuota, "seed")
	}
	for path, list := range map[string][]string{"queues": r.Queues, "inspectors": r.Inspectors} {
		for n, code := range list {
			if n >= 200 || !worded(code, 1, 64) {
				wrong(BadQuota, fmt.Sprintf("%s[%d]", path, n))
				break
			}
		}
	}
	if r.PerAgent == 0 && r.Percent == 0 && !r.Dissatisfied && r.LongerThan == 0 {
		wrong(NothingDrawn, "perAgent")
	}
	if faults != nil {
		return &SheetError{faults}
	}
	return nil
}
