package roster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Shift is 班次: when people work who have it.
type Shift struct {
	Code     string
	Name     string // 早班
	Starts   int    // minutes from midnight
	Ends     int    // the same; above 1440: on the next day
	Breaks   []Break
	Active   bool // may be given to people
	Position int
}

// Break is a planned break of a shift. It lies within a window, so that not
// all who have the shift take it at once.
type Break struct {
	Reason   string `json:"reason"`   // code of the not-ready reason, as meal
	Earliest int    `json:"earliest"` // minutes from midnight of the shift's day
	Latest   int    `json:"latest"`   // by which it must be over
	Minutes  int    `json:"minutes"`
}

// Hours are a shift's times as people write them.
type Hours struct {
	From, To        string // 08:30
	CrossesMidnight bool   // To is on the next day
}

// Hours writes the times of the shift.
func (s Shift) Hours() Hours {
	return Hours{clockOf(s.Starts), clockOf(s.Ends), s.Ends >= day}
}

// Within places a clock time in the shift: minutes from midnight of its day. A
// time before the begin is of the next day.
func (s Shift) Within(clock string) (int, error) {
	m, err := minutesOf(clock)
	if err == nil && m < s.Starts {
		m += day
	}
	return m, err
}

// NewShift makes a shift of times as people write them. Without
// CrossesMidnight the end must come after the begin.
func NewShift(code, name string, h Hours) (Shift, error) {
	s := Shift{Code: strings.TrimSpace(code), Name: strings.TrimSpace(name), Active: true}
	var err error
	if s.Starts, err = minutesOf(h.From); err != nil {
		return s, err
	}
	if s.Ends, err = minutesOf(h.To); err != nil {
		return s, err
	}
	if h.CrossesMidnight {
		s.Ends += day
	}
	return s, s.Check()
}

var shiftCode = regexp.MustCompile(`^[0-9A-Za-z_-]{1,12}$`)

// Limits of a shift.
const (
	longestName = 20
	mostBreaks  = 8
)

// Check tells what is wrong with a shift that somebody wants to keep.
func (s Shift) Check() error {
	bad := func(p Problem, text string) error {
		return &InputError{Problem: p, Text: clip(text), Shift: clip(s.Name)}
	}
	switch name := len([]rune(s.Name)); {
	case !shiftCode.MatchString(s.Code):
		return bad(BadShift, s.Code)
	case name == 0 || name > longestName || strings.ContainsAny(s.Name, "/、,，+\x00\n") || !validText(s.Name):
		return bad(BadShift, s.Name)
	case s.Starts < 0 || s.Starts >= day || s.Ends <= s.Starts || s.Ends-s.Starts > day || len(s.Breaks) > mostBreaks:
		return bad(BadShift, s.Code)
	}
	for _, b := range s.Breaks {
		if b.Minutes <= 0 || b.Earliest < s.Starts || b.Latest > s.Ends || b.Latest-b.Earliest < b.Minutes ||
			b.Reason == "" || len(b.Reason) > 40 || !validText(b.Reason) {
			return bad(BadBreak, b.Reason)
		}
	}
	return nil
}

func validText(s string) bool {
	return strings.ToValidUTF8(s, "") == s && !strings.Contains(s, "\x00")
}

// On is the shift on a day at a place.
func (s Shift) On(d Date, where *time.Location) (starts, ends time.Time) {
	return d.At(s.Starts, where), d.At(s.Ends, where)
}

// Shifts returns the shifts of a site, those out of use too.
func (s *Store) Shifts(ctx context.Context, site string) ([]Shift, error) {
	return shifts(ctx, s.db, site)
}

func shifts(ctx context.Context, db querier, site string) ([]Shift, error) {
	rows, err := db.Query(ctx, `
		SELECT code, name, starts, ends, breaks, active, position FROM roster.shift
		WHERE site = $1 ORDER BY NOT active, position, starts, code`, site)
	if err != nil {
		return nil, fmt.Errorf("roster: read shifts of site %s: %w", site, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Shift])
	if err != nil {
		return nil, fmt.Errorf("roster: read shifts of site %s: %w", site, err)
	}
	return found, nil
}

// PutShift adds a shift or changes it. Days that have begun keep their hours;
// later ones get the new ones, unless somebody would then have two shifts at
// once: that refuses the change.
func (s *Store) PutShift(ctx context.Context, site string, shift Shift, where *time.Location, now time.Time) error {
	if err := shift.Check(); err != nil {
		return err
	}
	breaks, err := json.Marshal(list(shift.Breaks))
	if err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `
			INSERT INTO roster.shift (site, code, name, starts, ends, breaks, active, position)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (site, code) DO UPDATE SET name = excluded.name, starts = excluded.starts, ends = excluded.ends,
				breaks = excluded.breaks, active = excluded.active, position = excluded.position`,
			site, shift.Code, shift.Name, shift.Starts, shift.Ends, breaks, shift.Active, shift.Position); err != nil {
			return err
		}
		return moveLater(ctx, tx, site, shift, where, now)
	})
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.ConstraintName == "shift_name" {
		return &InputError{Problem: ShiftTaken, Shift: shift.Name}
	}
	return wrap(err, "put shift "+shift.Code)
}

// moveLater gives the days after today the new hours of a shift.
func moveLater(ctx context.Context, tx pgx.Tx, site string, shift Shift, where *time.Location, now time.Time) error {
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT person, to_char(date, 'YYYY-MM-DD') FROM roster.assignment
		WHERE site = $1 AND shift = $2 AND date > $3::text::date ORDER BY 1, 2`, site, shift.Code, DateOf(now, where))
	if err != nil {
		return err
	}
	var cells []Cell
	var c Cell
	if _, err := pgx.ForEachRow(rows, []any{&c.Person, &c.Date}, func() error {
		cells = append(cells, c)
		return nil
	}); err != nil || len(cells) == 0 {
		return err
	}
	if err := lock(ctx, tx, site, cells); err != nil {
		return err
	}
	for date := range datesOf(cells) {
		starts, ends := shift.On(date, where)
		if _, err := tx.Exec(ctx, `
			UPDATE roster.assignment SET starts = $4, ends = $5
			WHERE site = $1 AND shift = $2 AND date = $3::text::date`, site, shift.Code, date, starts, ends); err != nil {
			return err
		}
	}
	return noOverlap(ctx, tx, site, cells)
}

// list is a slice that is never null in JSON.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
