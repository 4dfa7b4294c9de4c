package alarm

import (
	"fmt"
	"math"
	"regexp"
	"time"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Severity says how soon somebody has to look.
type Severity string

// The severities 提示 警告 严重.
const (
	Minor    Severity = "minor"
	Warning  Severity = "warning"
	Critical Severity = "critical"
)

// Rule says when something is wrong at a site.
type Rule struct {
	ID        string
	Site      string
	Kind      Kind
	Subject   string        // a queue or trunk; empty: each of them, or the site
	Threshold float64       // in the unit of the kind
	Clear     float64       // as good as this, or better, it is right again
	Hold      time.Duration // so long it must have been wrong
	Settle    time.Duration // and so long right
	Severity  Severity
	Quiet     *Quiet // nothing begins then; nil: at all times
	Sound     bool
	Active    bool
	Rev       int64
	ChangedBy string // employee number; empty: the program
	ChangedAt time.Time
}

// Quiet are hours of the day, in minutes since midnight at the site: from is
// in them, to is not. They may go over midnight.
type Quiet struct{ From, To int }

// holds reports whether a moment lies in the hours.
func (q *Quiet) holds(at time.Time) bool {
	if q == nil {
		return false
	}
	m := at.Hour()*60 + at.Minute()
	if q.From <= q.To {
		return q.From <= m && m < q.To
	}
	return q.From <= m || m < q.To
}

// Flaw is what is wrong with a rule.
type Flaw string

// The flaws.
const (
	FlawKind      Flaw = "kind"      // there is no such kind
	FlawSubject   Flaw = "subject"   // the kind is of the site, or the name is none
	FlawThreshold Flaw = "threshold" // not a number in the kind's range
	FlawClear     Flaw = "clear"     // on the wrong side of the threshold
	FlawHold      Flaw = "hold"      // negative, or longer than a day
	FlawSeverity  Flaw = "severity"
	FlawQuiet     Flaw = "quiet" // no times of day, or an empty span
)

// RuleError refuses a rule.
type RuleError struct{ Flaw Flaw }

func (e *RuleError) Error() string { return fmt.Sprintf("alarm: the rule's %s makes no sense", e.Flaw) }

// Kind lets the edge choose an answer.
func (e *RuleError) Kind() errkind.Kind { return errkind.Invalid }

// longest bounds how long a rule may wait.
const longest = 24 * time.Hour

var subjectForm = regexp.MustCompile(`^[A-Za-z0-9_-]{0,64}$`)

// Check tells whether a rule makes sense. The error is a *RuleError.
func (r Rule) Check() error {
	t, known := trait(r.Kind)
	switch {
	case !known:
		return &RuleError{FlawKind}
	case !subjectForm.MatchString(r.Subject), r.Subject != "" && t.Scope == OfSite:
		return &RuleError{FlawSubject}
	case !within(r.Threshold, t), t.Below && r.Threshold <= 0:
		return &RuleError{FlawThreshold}
	case !within(r.Clear, t), t.Below && r.Clear < r.Threshold, !t.Below && r.Clear > r.Threshold:
		return &RuleError{FlawClear}
	case r.Hold < 0 || r.Hold > longest || r.Settle < 0 || r.Settle > longest:
		return &RuleError{FlawHold}
	case r.Severity != Minor && r.Severity != Warning && r.Severity != Critical:
		return &RuleError{FlawSeverity}
	case r.Quiet != nil && (!timeOfDay(r.Quiet.From) || !timeOfDay(r.Quiet.To) || r.Quiet.From == r.Quiet.To):
		return &RuleError{FlawQuiet}
	}
	return nil
}

func within(v float64, t Trait) bool { return !math.IsNaN(v) && v >= 0 && v <= t.Most }

func timeOfDay(minutes int) bool { return minutes >= 0 && minutes < 24*60 }
