package roster

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Limits of a sheet that comes from outside.
const (
	mostRows    = 2000
	mostColumns = 100
	mostBytes   = 64 << 20 // unpacked
)

// sheet is the text of a spreadsheet's first page, row by row. Dates are the
// numbers that spreadsheets keep.
func sheet(raw []byte) (_ [][]string, err error) {
	// The library is meant for files that people made; others must not end us.
	defer func() {
		if r := recover(); r != nil {
			err = &InputError{Problem: NotASheet, Text: clip(fmt.Sprint(r))}
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: mostBytes, UnzipXMLSizeLimit: mostBytes / 4,
	})
	if err != nil {
		return nil, &InputError{Problem: NotASheet, Text: clip(err.Error())}
	}
	defer func() { _ = f.Close() }()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		return nil, &InputError{Problem: NotASheet, Text: clip(err.Error())}
	}
	defer func() { _ = rows.Close() }()
	var found [][]string
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return nil, &InputError{Problem: NotASheet, Text: clip(err.Error())}
		}
		if len(found) >= mostRows || len(cells) > mostColumns {
			return nil, &InputError{Problem: TooMuch}
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		found = append(found, cells)
	}
	if err := rows.Error(); err != nil {
		return nil, &InputError{Problem: NotASheet, Text: clip(err.Error())}
	}
	return found, nil
}

var writtenDate = regexp.MustCompile(`(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})`)

// dateIn finds a day in a cell: 2026-11-23, 2026/11/23, 2026年11月23日 周一,
// 20261123, or the number by which a spreadsheet means it.
func dateIn(text string) (Date, bool) {
	if m := writtenDate.FindStringSubmatch(text); m != nil {
		month, _ := strconv.Atoi(m[2])
		dayOf, _ := strconv.Atoi(m[3])
		d, err := ParseDate(fmt.Sprintf("%s-%02d-%02d", m[1], month, dayOf))
		return d, err == nil
	}
	if t, err := time.Parse("20060102", text); err == nil {
		d, err := ParseDate(t.Format(time.DateOnly))
		return d, err == nil
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && n > 36526 && n < 109575 { // 2000 to 2199
		if t, err := excelize.ExcelDateToTime(n, false); err == nil {
			return Date(t.Format(time.DateOnly)), true
		}
	}
	return "", false
}

// cellName writes a place as spreadsheets do: C5.
func cellName(row, column int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row+1)
	if err != nil {
		return fmt.Sprintf("%d/%d", row+1, column+1)
	}
	return name
}
