package recording

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Sort is what a recording is kept for, which decides how long.
type Sort string

// The sorts.
const (
	OfTicket   Sort = "ticket"   // 工单录音: a ticket was written about it
	OfTalk     Sort = "talk"     // another conversation with a caller
	OfMessage  Sort = "message"  // 留言
	OfOutbound Sort = "outbound" // 外呼
	OfInternal Sort = "internal" // between agents
)

// Sorts lists them in the order shown to people, each with the days it is kept
// unless a site says otherwise. Two years is the usual time for recordings,
// three that for tickets' evidence; both are ours and not a standard's.
var Sorts = []struct {
	Sort Sort
	Days int
}{{OfTicket, 1095}, {OfTalk, 730}, {OfMessage, 730}, {OfOutbound, 730}, {OfInternal, 180}}

// Shortest and longest time of keeping, in days.
const (
	FewestDays = 30
	MostDays   = 36_500
)

// ErrBadDays means that a time of keeping is out of bounds.
var ErrBadDays = errkind.New(errkind.Invalid, "recording: days must be from 30 to 36500")

// Rule is how long a site keeps a sort.
type Rule struct {
	Sort      Sort
	Days      int
	ChangedBy string     // empty: nobody has changed it
	ChangedAt *time.Time // of the rule
}

// Tie is how a call belongs to tickets.
type Tie string

// The ties.
const (
	Untied     Tie = ""       // to none
	TiedClosed Tie = "closed" // only to tickets that are over
	TiedOpen   Tie = "open"   // to one that is still worked on
)

// Tickets tells which calls tickets were written about.
type Tickets interface {
	Ties(ctx context.Context, calls []string) (map[string]Tie, error)
}

// sortOf says what a recording is kept for.
func sortOf(e Entry, tie Tie) Sort {
	switch {
	case tie != Untied:
		return OfTicket
	case e.Message:
		return OfMessage
	case e.Direction == "out":
		return OfOutbound
	case e.Direction == "internal":
		return OfInternal
	}
	return OfTalk
}

// over reports whether a recording's time is over: its days have passed, nobody
// holds it, and no ticket that is still worked on needs it.
func over(e Entry, tie Tie, rules map[Sort]int, now time.Time) bool {
	days, known := rules[sortOf(e, tie)]
	if !known || e.At == nil || e.Held || tie == TiedOpen || e.State != Ready {
		return false
	}
	return !now.Before(e.At.AddDate(0, 0, days))
}

// ReadRules returns a site's rules, one for each sort.
func ReadRules(ctx context.Context, pool *pgxpool.Pool, site string) ([]Rule, error) {
	rows, err := pool.Query(ctx, `
		SELECT DISTINCT ON (kind) kind, days, changed_by, changed_at FROM recording.retention
		WHERE site = $1 ORDER BY kind, id DESC`, site)
	var set []Rule
	if err == nil {
		set, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Rule])
	}
	if err != nil {
		return nil, fmt.Errorf("read how long site %s keeps recordings: %w", site, err)
	}
	rules := make([]Rule, 0, len(Sorts))
	for _, s := range Sorts {
		rule := Rule{Sort: s.Sort, Days: s.Days}
		for _, r := range set {
			if r.Sort == s.Sort {
				rule = r
			}
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// Rules returns a site's rules, one for each sort.
func (v *Vault) Rules(ctx context.Context, site string) ([]Rule, error) {
	return ReadRules(ctx, v.pool, site)
}

// SetRule changes how long a site keeps a sort, from now on and for what is
// there. What was before stays readable. Errors: ErrBadDays.
func (v *Vault) SetRule(ctx context.Context, site string, sort Sort, days int, by string, now time.Time) error {
	known := false
	for _, s := range Sorts {
		known = known || s.Sort == sort
	}
	if !known || days < FewestDays || days > MostDays {
		return fmt.Errorf("%w: %.20q %d", ErrBadDays, string(sort), days)
	}
	_, err := v.pool.Exec(ctx, `
		INSERT INTO recording.retention (site, kind, days, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)`,
		site, sort, days, by, now)
	if err != nil {
		return fmt.Errorf("set how long site %s keeps %s: %w", site, sort, err)
	}
	return nil
}
