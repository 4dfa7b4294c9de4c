package roster

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Entry is a cell of an imported sheet: a person's day, and what became of it.
type Entry struct {
	Place  string // in the sheet, as C5
	Person string
	Date   Date
	Text   string // as typed
	Cell   Cell   // as understood
	Wrong  *InputError
	Same   bool // it was so already
}

// Imported is the report of an import.
type Imported struct {
	Entries []Entry // everything that was read, in the order of the sheet
	Changed int
	Same    int
	Refused int
}

// Importing is what an import needs to know of the site.
type Importing struct {
	People []string // numbers of those who may be on the roster
	Shifts []Shift
	Leave  []LeaveKind
}

// rest are the words for a day without a shift. An empty cell says nothing: it
// leaves the day as it is.
var rest = []string{"休", "休息", "无", "-", "—", "/", "off", "rest"}

// separators between two shifts of a day.
const separators = "/、,，;；+ \n"

// Read understands a sheet, which is one of two kinds, told by the row that
// names the columns: a grid with a row for each person (工号, days, …), or a
// list with a row for each shift (工号, 日期, 班次). Nothing is stored.
func (im Importing) Read(raw []byte) ([]Entry, error) {
	rows, err := sheet(raw)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		person := slices.IndexFunc(row, names("工号", "座席工号", "员工编号", "number", "agent"))
		if person < 0 {
			continue
		}
		date := slices.IndexFunc(row, names("日期", "date"))
		shift := slices.IndexFunc(row, names("班次", "班次代码", "shift"))
		if date >= 0 && shift >= 0 {
			return im.list(rows, i+1, person, date, shift), nil
		}
		days := map[int]Date{}
		for c, text := range row {
			if d, ok := dateIn(text); ok && c != person {
				days[c] = d
			}
		}
		if len(days) > 0 {
			return im.grid(rows, i+1, person, days), nil
		}
	}
	return nil, &InputError{Problem: NoHeader}
}

func names(any ...string) func(string) bool {
	return func(cell string) bool { return slices.Contains(any, strings.ToLower(cell)) }
}

func (im Importing) grid(rows [][]string, first, person int, days map[int]Date) []Entry {
	var entries []Entry
	seen := map[key]bool{}
	for r := first; r < len(rows); r++ {
		for c, text := range rows[r] {
			if d, ok := days[c]; ok && text != "" && person < len(rows[r]) && rows[r][person] != "" {
				entries = append(entries, im.entry(cellName(r, c), rows[r][person], d, text, seen))
			}
		}
	}
	return entries
}

func (im Importing) list(rows [][]string, first, person, date, shift int) []Entry {
	var entries []Entry
	seen := map[key]bool{}
	at := func(row []string, c int) string {
		if c < len(row) {
			return row[c]
		}
		return ""
	}
	for r := first; r < len(rows); r++ {
		who, text := at(rows[r], person), at(rows[r], shift)
		if who == "" && text == "" {
			continue
		}
		d, ok := dateIn(at(rows[r], date))
		if !ok {
			entries = append(entries, Entry{
				Place: cellName(r, date), Person: clip(who), Text: clip(text),
				Wrong: &InputError{Problem: BadDate, Text: clip(at(rows[r], date)), Person: clip(who)},
			})
			continue
		}
		entries = append(entries, im.entry(cellName(r, shift), who, d, text, seen))
	}
	return entries
}

// entry understands one day of one person.
func (im Importing) entry(place, person string, d Date, text string, seen map[key]bool) Entry {
	e := Entry{Place: place, Person: clip(person), Date: d, Text: clip(text), Cell: Cell{Person: person, Date: d}}
	wrong := func(p Problem, text string) Entry {
		e.Wrong = &InputError{Problem: p, Text: clip(text), Person: e.Person, Date: d}
		return e
	}
	if !slices.Contains(im.People, person) {
		return wrong(UnknownPerson, person)
	}
	if seen[e.Cell.key()] {
		return wrong(Twice, text)
	}
	seen[e.Cell.key()] = true
	if slices.Contains(rest, strings.ToLower(text)) {
		return e
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		switch shift, leave := im.shift(word), im.leave(word); {
		case shift != "":
			e.Cell.Shifts = append(e.Cell.Shifts, shift)
		case leave != "":
			e.Cell.Leave = leave
		default:
			return wrong(UnknownShift, word)
		}
	}
	return e
}

func (im Importing) shift(word string) string {
	for _, s := range im.Shifts {
		if s.Active && (strings.EqualFold(s.Code, word) || s.Name == word) {
			return s.Code
		}
	}
	return ""
}

func (im Importing) leave(word string) string {
	for _, k := range im.Leave {
		if k.Name == word || strings.EqualFold(k.NameEN, word) {
			return k.Code
		}
	}
	return ""
}

// Import stores what a sheet says and reports on every cell. What is wrong is
// left out and refuses nothing else. With check nothing is stored: the report
// says what would be.
func (s *Store) Import(ctx context.Context, site string, e Edit, entries []Entry, check bool) (Imported, error) {
	done := Imported{Entries: entries}
	var people []string
	mine := map[string][]int{}
	for i, entry := range entries {
		if entry.Wrong == nil {
			if mine[entry.Person] == nil {
				people = append(people, entry.Person)
			}
			mine[entry.Person] = append(mine[entry.Person], i)
		}
	}
	for _, p := range people {
		if err := s.importPerson(ctx, site, e, entries, mine[p], check); err != nil {
			return done, err
		}
	}
	for _, entry := range entries {
		switch {
		case entry.Wrong != nil:
			done.Refused++
		case entry.Same:
			done.Same++
		default:
			done.Changed++
		}
	}
	return done, nil
}

// importPerson stores the days of one person: all at once, or, when that is
// refused, each by itself.
func (s *Store) importPerson(ctx context.Context, site string, e Edit, entries []Entry, mine []int, check bool) error {
	cells := make([]Cell, len(mine))
	for i, n := range mine {
		cells[i] = entries[n].Cell
	}
	are, err := read(ctx, s.db, site, cells)
	if err != nil {
		return wrap(err, "import")
	}
	for i, n := range mine {
		cells[i].Shifts = slices.Clone(cells[i].Shifts)
		slices.Sort(cells[i].Shifts)
		entries[n].Same = cells[i].same(are[cells[i].key()])
	}
	refused, err := s.try(ctx, site, e, cells, check)
	if err != nil || refused == nil {
		return err
	}
	for i, n := range mine {
		if entries[n].Same {
			continue
		}
		if entries[n].Wrong, err = s.try(ctx, site, e, cells[i:i+1], check); err != nil {
			return err
		}
	}
	return nil
}

// errOnlyChecked takes a change back that was only to be tried.
var errOnlyChecked = errors.New("roster: only checked")

// try puts days, or only finds out whether it could.
func (s *Store) try(ctx context.Context, site string, e Edit, cells []Cell, check bool) (*InputError, error) {
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		if _, err := put(ctx, tx, site, e, cells); err != nil {
			return err
		}
		if check {
			return errOnlyChecked
		}
		return nil
	})
	if refused, ok := errors.AsType[*InputError](err); ok {
		return refused, nil
	}
	if errors.Is(err, errOnlyChecked) {
		return nil, nil
	}
	return nil, wrap(err, "import")
}
