package directory

import (
	"context"
	"fmt"
	"time"
)

// DayKind says how a day differs from an ordinary one.
type DayKind string

// The kinds. An ordinary day goes by the day of the week.
const (
	Ordinary DayKind = ""
	Holiday  DayKind = "holiday" // statutory holiday 法定节假日, bridging days included
	WorkDay  DayKind = "work"    // a weekend day that is worked 调休
)

// Day is a day that differs from an ordinary one.
type Day struct {
	Date string // yyyy-mm-dd
	Kind DayKind
	Name string // 国庆节
}

// Calendar is the working calendar 工作日历 of a site for some time.
type Calendar map[string]Day // by date

// Kind tells how the day of a moment, in that moment's own time zone, differs
// from an ordinary one.
func (c Calendar) Kind(t time.Time) DayKind { return c[t.Format(time.DateOnly)].Kind }

// Works reports whether the day of a moment, in that moment's own time zone, is
// a working day.
func (c Calendar) Works(t time.Time) bool {
	switch c.Kind(t) {
	case Holiday:
		return false
	case WorkDay:
		return true
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// Calendar returns the special days of a site from one day to another, both
// included; only year, month and day of the moments count. What a site has of
// its own wins over the nation's.
func (s *Store) Calendar(ctx context.Context, site string, from, to time.Time) (Calendar, error) {
	days, err := collect[Day](ctx, s.db, `
		SELECT DISTINCT ON (d.date) to_char(d.date, 'YYYY-MM-DD') AS date, kind, name FROM directory.calendar_day d
		WHERE (site IS NULL OR site = $1) AND d.date BETWEEN $2::text::date AND $3::text::date
		ORDER BY d.date, site NULLS LAST`, site, from.Format(time.DateOnly), to.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("directory: read the calendar of site %s: %w", site, err)
	}
	c := make(Calendar, len(days))
	for _, d := range days {
		c[d.Date] = d
	}
	return c, nil
}

// SetDay makes a day special for a site (empty: for the whole country) or, with
// the kind Ordinary, ordinary again. A site cannot make one of the nation's
// special days ordinary: it says WorkDay or Holiday instead.
func (s *Store) SetDay(ctx context.Context, site string, d Day) error {
	if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
		return invalid("%.20q is not a day like 2026-10-01", d.Date)
	}
	switch d.Kind {
	case Ordinary:
		_, err := s.db.Exec(ctx, `
			DELETE FROM directory.calendar_day WHERE date = $1::text::date AND site IS NOT DISTINCT FROM nullif($2, '')`, d.Date, site)
		return wrapDay(err, d)
	case Holiday, WorkDay:
		return wrapDay(putDay(ctx, s.db, site, d, `DO UPDATE SET kind = excluded.kind, name = excluded.name`), d)
	}
	return invalid("%.20q is not a kind of day", d.Kind)
}

func putDay(ctx context.Context, db querier, site string, d Day, conflict string) error {
	_, err := db.Exec(ctx, `
		INSERT INTO directory.calendar_day (date, site, kind, name) VALUES ($1::text::date, nullif($2, ''), $3, $4)
		ON CONFLICT (date, site) `+conflict, d.Date, site, d.Kind, d.Name)
	return err
}

func wrapDay(err error, d Day) error {
	if err != nil {
		return fmt.Errorf("directory: set day %s: %w", d.Date, err)
	}
	return nil
}
