package roster

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cell is a person's day on the roster. Who is on leave keeps the shifts, but
// is not expected.
type Cell struct {
	Person string   `json:"-"`
	Date   Date     `json:"-"`
	Shifts []string `json:"shifts"`          // codes
	Leave  string   `json:"leave,omitempty"` // code of the kind; empty: none
}

func (c Cell) same(d Cell) bool { return c.Leave == d.Leave && slices.Equal(c.Shifts, d.Shifts) }

// key tells cells apart.
type key struct {
	person string
	date   Date
}

func (c Cell) key() key { return key{c.Person, c.Date} }

// Edit is who changes the roster, and why.
type Edit struct {
	By     string
	Reason string // needed for days that are over
	Where  *time.Location
	Now    time.Time
}

// farthest is how far from today the roster may be changed.
const farthest = 400

// longestReason in characters.
const longestReason = 200

// Put sets people's days, all or none, and returns how many were not so
// already. It refuses two shifts of a person at once, unknown shifts, and a
// changed past without a reason.
func (s *Store) Put(ctx context.Context, site string, e Edit, cells ...Cell) (changed int, err error) {
	if len(cells) == 0 {
		return 0, nil
	}
	err = pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		var err error
		changed, err = put(ctx, tx, site, e, cells)
		return err
	})
	return changed, wrap(err, "put days of site "+site)
}

func put(ctx context.Context, tx pgx.Tx, site string, e Edit, cells []Cell) (int, error) {
	known, err := shifts(ctx, tx, site)
	if err != nil {
		return 0, err
	}
	if err := lock(ctx, tx, site, cells); err != nil {
		return 0, err
	}
	before, err := read(ctx, tx, site, cells)
	if err != nil {
		return 0, err
	}
	var news []Cell
	for _, c := range cells {
		c, err := e.check(c, before[c.key()], known)
		if err != nil {
			return 0, err
		}
		if !c.same(before[c.key()]) {
			news = append(news, c)
		}
	}
	for _, c := range news {
		if err := write(ctx, tx, site, e, before[c.key()], c, known); err != nil {
			return 0, err
		}
	}
	return len(news), noOverlap(ctx, tx, site, news)
}

// check judges one day that is to be set, and puts it in order.
func (e Edit) check(c, before Cell, known []Shift) (Cell, error) {
	if _, err := ParseDate(string(c.Date)); err != nil {
		return c, err
	}
	today := DateOf(e.Now, e.Where)
	if away := today.Until(c.Date); away > farthest || away < -farthest {
		return c, &InputError{Problem: BadDate, Text: string(c.Date), Person: c.Person}
	}
	c.Shifts = slices.Clone(c.Shifts)
	slices.Sort(c.Shifts)
	c.Shifts = slices.Compact(c.Shifts)
	for _, code := range c.Shifts {
		i := slices.IndexFunc(known, func(s Shift) bool { return s.Code == code })
		if i < 0 || !known[i].Active && !slices.Contains(before.Shifts, code) {
			return c, &InputError{Problem: UnknownShift, Text: clip(code), Person: c.Person, Date: c.Date}
		}
	}
	reason := len([]rune(strings.TrimSpace(e.Reason)))
	if c.Date < today && !c.same(before) && (reason < 2 || reason > longestReason) {
		return c, &InputError{Problem: NeedsReason, Person: c.Person, Date: c.Date}
	}
	return c, nil
}

// lock keeps others from changing the same people's days until the end of the
// transaction; in one order for all, so that two cannot wait for each other.
func lock(ctx context.Context, tx pgx.Tx, site string, cells []Cell) error {
	people := map[string]bool{}
	for _, c := range cells {
		people[c.Person] = true
	}
	for _, p := range slices.Sorted(maps.Keys(people)) {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('roster/' || $1 || '/' || $2, 0))`, site, p); err != nil {
			return err
		}
	}
	return nil
}

// read returns days as they are; those with nothing on them are missing.
func read(ctx context.Context, db querier, site string, cells []Cell) (map[key]Cell, error) {
	people, dates := columns(cells)
	rows, err := db.Query(ctx, `
		SELECT person, to_char(date, 'YYYY-MM-DD'), shift, '' FROM roster.assignment
		WHERE site = $1 AND (person, date) IN (SELECT * FROM unnest($2::text[], $3::text[]::date[]))
		UNION ALL
		SELECT person, to_char(date, 'YYYY-MM-DD'), '', kind FROM roster.leave
		WHERE site = $1 AND (person, date) IN (SELECT * FROM unnest($2::text[], $3::text[]::date[]))
		ORDER BY 3`, site, people, dates)
	if err != nil {
		return nil, err
	}
	found := map[key]Cell{}
	var k key
	var shift, leave string
	_, err = pgx.ForEachRow(rows, []any{&k.person, &k.date, &shift, &leave}, func() error {
		c := found[k]
		c.Person, c.Date, c.Leave = k.person, k.date, cmp.Or(c.Leave, leave)
		if shift != "" {
			c.Shifts = append(c.Shifts, shift)
		}
		found[k] = c
		return nil
	})
	slicesSort(found)
	return found, err
}

// slicesSort puts the shifts of each day in the order that check does: the
// database may sort otherwise.
func slicesSort(cells map[key]Cell) {
	for _, c := range cells {
		slices.Sort(c.Shifts)
	}
}

func columns(cells []Cell) (people, dates []string) {
	for _, c := range cells {
		people, dates = append(people, c.Person), append(dates, string(c.Date))
	}
	return people, dates
}

func datesOf(cells []Cell) map[Date]bool {
	dates := map[Date]bool{}
	for _, c := range cells {
		dates[c.Date] = true
	}
	return dates
}

// write replaces a day and keeps what it was.
func write(ctx context.Context, tx pgx.Tx, site string, e Edit, before, after Cell, known []Shift) error {
	after.Shifts, before.Shifts = list(after.Shifts), list(before.Shifts)
	was, err := json.Marshal(before)
	if err != nil {
		return err
	}
	is, err := json.Marshal(after)
	if err != nil {
		return err
	}
	var starts, ends []time.Time
	var added []string
	for _, code := range after.Shifts {
		if slices.Contains(before.Shifts, code) {
			continue // keeps the hours it was given with
		}
		i := slices.IndexFunc(known, func(s Shift) bool { return s.Code == code })
		from, to := known[i].On(after.Date, e.Where)
		added, starts, ends = append(added, code), append(starts, from), append(ends, to)
	}
	_, err = tx.Exec(ctx, `
		WITH gone AS (
			DELETE FROM roster.assignment
			WHERE site = $1 AND person = $2 AND date = $3::text::date AND shift <> ALL ($4::text[])),
		here AS (
			INSERT INTO roster.assignment (site, person, date, shift, starts, ends)
			SELECT $1, $2, $3::text::date, * FROM unnest($5::text[], $6::timestamptz[], $7::timestamptz[])),
		back AS (
			DELETE FROM roster.leave WHERE site = $1 AND person = $2 AND date = $3::text::date AND $8 = ''),
		away AS (
			INSERT INTO roster.leave (site, person, date, kind) SELECT $1, $2, $3::text::date, $8 WHERE $8 <> ''
			ON CONFLICT (site, person, date) DO UPDATE SET kind = excluded.kind)
		INSERT INTO roster.change (site, person, date, at, by, reason, before, after)
		VALUES ($1, $2, $3::text::date, $9, $10, $11, $12, $13)`,
		site, after.Person, string(after.Date), after.Shifts, list(added), list(starts), list(ends), after.Leave,
		e.Now, e.By, strings.TrimSpace(e.Reason), was, is)
	return leaveKnown(err, after)
}

// noOverlap refuses two shifts of a person at once, around the given days.
func noOverlap(ctx context.Context, tx pgx.Tx, site string, cells []Cell) error {
	if len(cells) == 0 {
		return nil
	}
	people, dates := columns(cells)
	rows, err := tx.Query(ctx, `
		SELECT a.person, to_char(a.date, 'YYYY-MM-DD'), s.name, to_char(b.date, 'YYYY-MM-DD'), t.name
		FROM roster.assignment a
		JOIN roster.assignment b ON b.site = a.site AND b.person = a.person AND (b.date, b.shift) <> (a.date, a.shift)
			AND b.starts < a.ends AND a.starts < b.ends
		JOIN roster.shift s ON s.site = a.site AND s.code = a.shift
		JOIN roster.shift t ON t.site = b.site AND t.code = b.shift
		WHERE a.site = $1 AND (a.person, a.date) IN (SELECT * FROM unnest($2::text[], $3::text[]::date[]))
		ORDER BY a.person, a.starts LIMIT 1`, site, people, dates)
	if err != nil {
		return err
	}
	over := InputError{Problem: Overlap}
	tag, err := pgx.ForEachRow(rows, []any{&over.Person, &over.Date, &over.Shift, &over.On, &over.With}, func() error { return nil })
	if err != nil {
		return err
	}
	if tag.RowsAffected() > 0 {
		return &over
	}
	return nil
}

// Swap exchanges the shifts of two days, of two people or of one; leave stays
// where it is.
func (s *Store) Swap(ctx context.Context, site string, e Edit, a, b Cell) error {
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		pair := []Cell{a, b}
		if err := lock(ctx, tx, site, pair); err != nil {
			return err
		}
		are, err := read(ctx, tx, site, pair)
		if err != nil {
			return err
		}
		a.Shifts, a.Leave = are[b.key()].Shifts, are[a.key()].Leave
		b.Shifts, b.Leave = are[a.key()].Shifts, are[b.key()].Leave
		_, err = put(ctx, tx, site, e, []Cell{a, b})
		return err
	})
	return wrap(err, fmt.Sprintf("swap days of %s and %s", a.Person, b.Person))
}
