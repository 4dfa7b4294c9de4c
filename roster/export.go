package roster

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Words are the words of a spreadsheet in one language.
type Words struct {
	Number, Name                                                      string
	Title                                                             string // of the page
	Due, Worked, Late, LateMinutes, Early, Absent, Leave, Hours, Plan string
	Weekdays                                                          [7]string // Sunday first
	Marks                                                             map[State]string
	LateMark, EarlyMark                                               string // with %d for the minutes
}

// Row is a person in a spreadsheet.
type Row struct{ Number, Name string }

// page begins a spreadsheet with one page and a row that names the columns.
func page(title string, columns []string) (*excelize.File, string, error) {
	f := excelize.NewFile()
	name := f.GetSheetName(0)
	if err := f.SetSheetName(name, title); err != nil {
		return nil, "", err
	}
	bold, err := f.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Horizontal: "center", WrapText: true},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7EDF6"}},
	})
	if err != nil {
		return nil, "", err
	}
	if err := f.SetSheetRow(title, "A1", &columns); err != nil {
		return nil, "", err
	}
	if err := f.SetRowStyle(title, 1, 1, bold); err != nil {
		return nil, "", err
	}
	err = f.SetPanes(title, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: 1, TopLeftCell: "C2", ActivePane: "bottomRight"})
	return f, title, err
}

// WriteWeek writes days of the roster as a grid that Importing.Read
// understands again: it is the form to fill in as well.
func WriteWeek(w io.Writer, p Plan, from Date, days int, people []Row, kinds []LeaveKind, words Words) error {
	columns := []string{words.Number, words.Name}
	for i := range days {
		d := from.Add(i)
		columns = append(columns, string(d)+" "+words.Weekdays[d.Weekday()])
	}
	f, title, err := page(words.Title, columns)
	if err != nil {
		return fmt.Errorf("roster: write the roster: %w", err)
	}
	defer func() { _ = f.Close() }()
	names := map[key][]string{}
	for _, a := range p.Assignments {
		k := key{a.Person, a.Date}
		names[k] = append(names[k], a.Name)
	}
	for i, person := range people {
		row := []string{person.Number, person.Name}
		for n := range days {
			k := key{person.Number, from.Add(n)}
			if leave := p.Leave[person.Number][k.date]; leave != "" {
				for _, kind := range kinds {
					if kind.Code == leave {
						names[k] = append(names[k], kind.Name)
					}
				}
			}
			row = append(row, strings.Join(names[k], "/"))
		}
		if err := f.SetSheetRow(title, fmt.Sprintf("A%d", i+2), &row); err != nil {
			return fmt.Errorf("roster: write the roster: %w", err)
		}
	}
	if err := f.SetColWidth(title, "A", columnName(1+len(columns)), 13); err != nil {
		return fmt.Errorf("roster: write the roster: %w", err)
	}
	return finish(f, w)
}

// WriteMonth writes the attendance of some days: a row for each person, the
// sums first, then a column for each day.
func WriteMonth(w io.Writer, sheets map[string]Sheet, from Date, days int, people []Row, words Words) error {
	columns := []string{
		words.Number, words.Name, words.Due, words.Worked, words.Late, words.LateMinutes, words.Early, words.Absent,
		words.Leave, words.Plan, words.Hours,
	}
	sums := len(columns)
	for i := range days {
		columns = append(columns, string(from.Add(i))[8:]+" "+words.Weekdays[from.Add(i).Weekday()])
	}
	f, title, err := page(words.Title, columns)
	if err != nil {
		return fmt.Errorf("roster: write attendance: %w", err)
	}
	defer func() { _ = f.Close() }()
	for i, person := range people {
		s := sheets[person.Number]
		row := []any{
			person.Number, person.Name, s.Due, s.Worked, s.Late, int(s.LateFor.Minutes()), s.Early, s.Absent, s.Leave,
			hours(s.Planned), hours(s.Present),
		}
		byDay := map[Date][]string{}
		for _, a := range s.Days {
			byDay[a.Date] = append(byDay[a.Date], a.Name+words.mark(a))
		}
		for n := range days {
			row = append(row, strings.Join(byDay[from.Add(n)], "/"))
		}
		if err := f.SetSheetRow(title, fmt.Sprintf("A%d", i+2), &row); err != nil {
			return fmt.Errorf("roster: write attendance: %w", err)
		}
	}
	if err := f.SetColWidth(title, columnName(sums+1), columnName(sums+days), 14); err != nil {
		return fmt.Errorf("roster: write attendance: %w", err)
	}
	return finish(f, w)
}

// mark is what is remarkable of a day, in brackets.
func (words Words) mark(a Attendance) string {
	var marks []string
	if m := words.Marks[a.State]; m != "" {
		marks = append(marks, m)
	}
	if a.LateBy > 0 {
		marks = append(marks, fmt.Sprintf(words.LateMark, int(a.LateBy.Minutes())))
	}
	if a.EarlyBy > 0 {
		marks = append(marks, fmt.Sprintf(words.EarlyMark, int(a.EarlyBy.Minutes())))
	}
	if len(marks) == 0 {
		return ""
	}
	return "(" + strings.Join(marks, " ") + ")"
}

// hours with one decimal.
func hours(d time.Duration) float64 { return float64(d.Round(6*time.Minute)) / float64(time.Hour) }

func columnName(n int) string {
	name, err := excelize.ColumnNumberToName(n)
	if err != nil {
		return "A"
	}
	return name
}

func finish(f *excelize.File, w io.Writer) error {
	if _, err := f.WriteTo(w); err != nil {
		return fmt.Errorf("roster: write a spreadsheet: %w", err)
	}
	return nil
}
