package recording

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Filter chooses recordings. The zero value of a field does not choose.
type Filter struct {
	Site      string // always
	Number    string // from 7 digits on the whole number or its end, below only its end; at least 3
	Area      string // area code of the far side's number
	Agent     string // who talked
	Queue     string
	From      time.Time // the call began at or after
	To        time.Time // and before
	Rating    int
	Shortest  int // seconds
	Longest   int
	Direction string
	State     State
	Masked    *bool
	Message   *bool
	Held      *bool
	Calls     []string // nil: any; empty: none

	Offset int
	Limit  int // 0: 20; at most 200
}

// Entry is a recording in the catalogue.
type Entry struct {
	CallID    string
	Site      string
	Direction string
	At        *time.Time // when the call began; nil: not told yet
	Number    string
	Area      string
	Queue     string
	Agents    []string
	Rating    *int
	Message   bool
	Masked    bool
	State     State
	Seconds   float64
	Held      bool
}

const entryColumns = `c.call_id, c.site, c.direction, c.at, c.number, c.area, c.queue, c.agents, c.rating, c.message, c.masked, c.state, c.seconds, c.held`

// counted is how far a search counts what it finds. Nobody pages further.
const counted = 10_000

// Search returns the recordings chosen, the latest first, and how many there are
// in all; counted and one more means: more than that.
func (v *Vault) Search(ctx context.Context, f Filter) ([]Entry, int, error) {
	often, err := v.often(ctx, f.Agent)
	if err != nil {
		return nil, 0, err
	}
	matching, args := f.conditions(often)
	// Planned anew each time: which index serves best depends on the values.
	args = append([]any{pgx.QueryExecModeExec}, args...)
	var total int
	err = v.pool.QueryRow(ctx, fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 %s LIMIT %d) found`, matching, counted+1), args...).Scan(&total)
	if err != nil {
		return nil, 0, fmt.Errorf("count recordings: %w", err)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 20
	}
	rows, err := v.pool.Query(ctx, fmt.Sprintf(`SELECT %s %s ORDER BY c.at DESC, c.call_id DESC OFFSET %d LIMIT %d`,
		entryColumns, matching, min(max(0, f.Offset), counted), min(limit, 200)), args...)
	var found []Entry
	if err == nil {
		found, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Entry])
	}
	if err != nil {
		return nil, 0, fmt.Errorf("search recordings: %w", err)
	}
	return found, total, nil
}

// conditions writes the chosen part of a filter as SQL. Only what is asked for
// is in it, so that each question finds its index. Often says that the agent is
// in very many.
func (f Filter) conditions(often bool) (sql string, args []any) {
	sql = `FROM recording.catalogue c WHERE c.there AND c.at IS NOT NULL`
	and := func(condition string, value any) {
		args = append(args, value)
		sql += ` AND ` + strings.ReplaceAll(condition, `$`, fmt.Sprintf(`$%d`, len(args)))
	}
	and(`c.site = $`, plain(f.Site))
	if n := digits(f.Number); n != "" {
		if len(n) >= 7 {
			and(`(c.number = $ OR reverse(c.number) LIKE reverse($) || '%') AND c.number <> ''`, n)
		} else {
			and(`reverse(c.number) LIKE reverse($) || '%' AND c.number <> ''`, n)
		}
	}
	if f.Area != "" {
		and(`c.area = $ AND c.area <> ''`, digits(f.Area))
	}
	if f.Agent != "" {
		and(`c.agents @> ARRAY[$::text]`, plain(f.Agent))
	}
	if f.Queue != "" {
		and(`c.queue = $`, plain(f.Queue))
	}
	if !f.From.IsZero() {
		and(`c.at >= $`, f.From)
	}
	if !f.To.IsZero() {
		and(`c.at < $`, f.To)
	}
	if f.Rating != 0 {
		and(`c.rating = $`, f.Rating)
	}
	if f.Shortest > 0 {
		and(`c.seconds >= $`, f.Shortest)
		if f.Shortest >= 600 {
			sql += ` AND c.seconds >= 600`
		}
	}
	if f.Longest > 0 {
		and(`c.seconds <= $`, f.Longest)
	}
	if f.Direction != "" {
		and(`c.direction = $`, f.Direction)
		if f.Direction != "in" {
			sql += ` AND c.direction <> 'in'`
		}
	}
	if f.State != "" {
		and(`c.state = $`, f.State)
	}
	for column, want := range map[string]*bool{`c.masked`: f.Masked, `c.message`: f.Message, `c.held`: f.Held} {
		switch {
		case want == nil:
		case *want:
			sql += ` AND ` + column
		default:
			sql += ` AND NOT ` + column
		}
	}
	if f.Calls != nil {
		and(`c.call_id = ANY($)`, f.Calls)
	}
	if digits(f.Number) != "" || f.Agent != "" && !often || f.Calls != nil {
		// Few are asked for: it is best to find them all and then to sort. The
		// fence keeps the planner from walking through the times in the hope of
		// meeting enough of them soon.
		sql = `FROM (SELECT c.* ` + sql + ` OFFSET 0) c`
	}
	return sql, args
}

// often reports whether somebody is in so many recordings that the latest are
// found sooner by time than by the person.
func (v *Vault) often(ctx context.Context, agent string) (bool, error) {
	if agent == "" {
		return false, nil
	}
	var n int
	err := v.pool.QueryRow(ctx, `
		SELECT count(*) FROM (SELECT 1 FROM recording.catalogue c WHERE c.there AND c.agents @> ARRAY[$1::text] LIMIT 20001) found`,
		plain(agent)).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("count the recordings of an agent: %w", err)
	}
	return n > 20_000, nil
}

// digits keeps what telephone numbers are made of.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, s)
}

// Describe returns the catalogue's entries of calls; those it does not know are
// left out.
func (v *Vault) Describe(ctx context.Context, callIDs ...string) (map[string]Entry, error) {
	rows, err := v.pool.Query(ctx, `SELECT `+entryColumns+` FROM recording.catalogue c WHERE c.call_id = ANY($1)`, callIDs)
	var list []Entry
	if err == nil {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Entry])
	}
	if err != nil {
		return nil, fmt.Errorf("describe %d recordings: %w", len(callIDs), err)
	}
	found := make(map[string]Entry, len(list))
	for _, e := range list {
		found[e.CallID] = e
	}
	return found, nil
}

// Between returns the recordings of a site that are in the vault and in which
// agents talked, of calls that began from one moment (included) to another (not
// included), in that order; at most 200,000.
func (v *Vault) Between(ctx context.Context, site string, from, to time.Time) ([]Entry, error) {
	rows, err := v.pool.Query(ctx, `
		SELECT `+entryColumns+` FROM recording.catalogue c
		WHERE c.there AND c.site = $1 AND c.at >= $2 AND c.at < $3 AND c.state = 'ready' AND c.agents <> '{}'
		ORDER BY c.at, c.call_id LIMIT 200000`, plain(site), from, to)
	var found []Entry
	if err == nil {
		found, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Entry])
	}
	if err != nil {
		return nil, fmt.Errorf("list recordings from %s to %s: %w", from, to, err)
	}
	return found, nil
}
