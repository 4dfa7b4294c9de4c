package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// Assignment is a person's shift on a day.
type Assignment struct {
	Person string
	Date   Date
	Shift  string // code
	Name   string // of the shift
	Starts time.Time
	Ends   time.Time
	Breaks []Break // planned, of the shift as it is now
}

// Plan is the roster of some days.
type Plan struct {
	Assignments []Assignment // by begin, then person
	Leave       map[string]map[Date]string
}

// Away reports whether a person is on leave on a day.
func (p Plan) Away(person string, d Date) bool { return p.Leave[person][d] != "" }

// Expected are the assignments of people who are not on leave.
func (p Plan) Expected() []Assignment {
	return slices.DeleteFunc(slices.Clone(p.Assignments), func(a Assignment) bool { return p.Away(a.Person, a.Date) })
}

// Plan reads the days from one to another, both included.
func (s *Store) Plan(ctx context.Context, site string, from, to Date) (Plan, error) {
	rows, err := s.db.Query(ctx, `
		SELECT a.person, to_char(a.date, 'YYYY-MM-DD'), a.shift, s.name, a.starts, a.ends, s.breaks
		FROM roster.assignment a JOIN roster.shift s ON s.site = a.site AND s.code = a.shift
		WHERE a.site = $1 AND a.date BETWEEN $2::text::date AND $3::text::date
		ORDER BY a.starts, a.person, a.shift`, site, string(from), string(to))
	if err != nil {
		return Plan{}, fmt.Errorf("roster: read the roster of site %s: %w", site, err)
	}
	p := Plan{Leave: map[string]map[Date]string{}}
	if p.Assignments, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Assignment]); err != nil {
		return Plan{}, fmt.Errorf("roster: read the roster of site %s: %w", site, err)
	}
	rows, err = s.db.Query(ctx, `
		SELECT person, to_char(date, 'YYYY-MM-DD'), kind FROM roster.leave
		WHERE site = $1 AND date BETWEEN $2::text::date AND $3::text::date`, site, string(from), string(to))
	if err != nil {
		return Plan{}, fmt.Errorf("roster: read leave of site %s: %w", site, err)
	}
	var person, kind string
	var d Date
	if _, err := pgx.ForEachRow(rows, []any{&person, &d, &kind}, func() error {
		if p.Leave[person] == nil {
			p.Leave[person] = map[Date]string{}
		}
		p.Leave[person][d] = kind
		return nil
	}); err != nil {
		return Plan{}, fmt.Errorf("roster: read leave of site %s: %w", site, err)
	}
	return p, nil
}

// Cover counts the people on the roster in each stretch of time from a moment
// on, by the middle of the stretch. Whom counts says whose seats they are.
func (p Plan) Cover(from time.Time, stretch time.Duration, stretches int, counts func(person string) bool) []int {
	cover := make([]int, stretches)
	for _, a := range p.Expected() {
		if !counts(a.Person) {
			continue
		}
		for i := range cover {
			middle := from.Add(time.Duration(i)*stretch + stretch/2)
			if !middle.Before(a.Starts) && middle.Before(a.Ends) {
				cover[i]++
			}
		}
	}
	return cover
}
