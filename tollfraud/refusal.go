package tollfraud

import (
	"fmt"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Ground is why a call is refused, or cut.
type Ground string

// The grounds.
const (
	BadNumber  Ground = "bad_number"  // not a telephone number
	NotAllowed Ground = "not_allowed" // no rule allows it
	Forbidden  Ground = "forbidden"   // a rule forbids it
	Locked     Ground = "locked"      // an administrator has stopped calls to outside
	AtNight    Ground = "at_night"    // not outside working hours
	AgentHour  Ground = "agent_hour"  // the agent has made as many as allowed in an hour
	AgentDay   Ground = "agent_day"   // in a day
	SiteHour   Ground = "site_hour"   // the site has made as many as allowed in an hour
	SameNumber Ground = "same_number" // the number was called too often
	Suspicious Ground = "suspicious"  // the agent tried too many forbidden numbers
	TrunkFull  Ground = "trunk_full"  // every trunk it might go by has as many as allowed
	Unknown    Ground = "unknown"     // it cannot be counted: Postgres is away
	TooLong    Ground = "too_long"    // cut: it reached the longest duration
)

// Grounds lists them all.
var Grounds = []Ground{
	NotAllowed, Forbidden, Locked, AtNight, AgentHour, AgentDay, SiteHour, SameNumber, Suspicious, TrunkFull, BadNumber, Unknown, TooLong,
}

// Refusal refuses a call to outside.
type Refusal struct {
	Ground Ground
	Limit  int    // of the cap that is reached; else 0
	Rule   string // name of the rule that forbids; else empty
	Err    error  // of the database, when Ground is Unknown
}

func (r *Refusal) Error() string {
	if r.Err != nil {
		return fmt.Sprintf("tollfraud: the call is refused: %s: %v", r.Ground, r.Err)
	}
	return fmt.Sprintf("tollfraud: the call is refused: %s", r.Ground)
}

func (r *Refusal) Unwrap() error { return r.Err }

// Kind lets the edge choose an answer.
func (r *Refusal) Kind() errkind.Kind {
	switch r.Ground {
	case BadNumber:
		return errkind.Invalid
	case NotAllowed, Forbidden, Suspicious:
		return errkind.Forbidden
	case Unknown:
		return errkind.Unavailable
	}
	return errkind.Conflict
}
