package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/labstack/echo/v5"
	"github.com/xuri/excelize/v2"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// errBadPlan refuses an export whose plan cannot be read.
var errBadPlan = errkind.New(errkind.Invalid, "web: the plan to export cannot be read")

// longestPlan bounds the plan in the address of an export.
const longestPlan = 32 << 10

// exportStaffing answers with every half hour of every day of a plan. The plan
// is that of POST /api/staffing/plan, as JSON in the parameter plan, so that a
// browser can fetch the file by its address.
func (s *Server) exportStaffing(c *echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), s.within)
	defer cancel()
	var ask StaffingAsk
	if raw := c.QueryParam("plan"); raw != "" {
		d := json.NewDecoder(bytes.NewReader([]byte(raw)))
		d.DisallowUnknownFields()
		if len(raw) > longestPlan || d.Decode(&ask) != nil || ask.Daily < 0 || ask.Daily > 500_000 {
			return errBadPlan
		}
	}
	p, err := s.preparePlan(ctx, ask)
	if err != nil {
		return err
	}
	s.planning.Lock()
	table, err := p.table(ctx)
	s.planning.Unlock()
	if err != nil {
		return err
	}
	name := pick(languageOf(ctx), [2]string{"排班测算", "Staffing"}) + fmt.Sprintf(" %s %s", p.from, p.from.Add(p.days-1))
	if c.QueryParam("format") == "csv" {
		return sendFile(c, "text/csv; charset=utf-8", name+".csv", func(w io.Writer) error { return writeCSV(w, table) })
	}
	return sendFile(c, spreadsheet, name+".xlsx", func(w io.Writer) error { return writeSheet(w, table) })
}

var staffingColumns = map[string][]any{
	"zh": {
		"日期", "时段", "日类型", "来电量(要人工)", "平均处理时长(秒)", "话务量(Erl)", "座席数(Erlang C)", "座席数(Erlang A)", "所需座席",
		"应排人数", "中继线数(Erlang B)", "预计接通率(%)", "预计平均等待(秒)", "预计放弃率(%)", "座席占用率(%)", "模拟接通率(%)", "模拟误差(±%)",
		"已排人数", "已排缺口",
	},
	"en": {
		"Day", "From", "Kind of day", "Callers for agents", "Handling (s)", "Load (Erl)", "Seats (Erlang C)", "Seats (Erlang A)", "Seats needed",
		"People to roster", "Trunks (Erlang B)", "Expected in time (%)", "Expected wait (s)", "Expected abandons (%)", "Occupancy (%)",
		"Simulated in time (%)", "Margin (±%)", "On the roster", "Missing",
	},
}

var dayKindNames = map[string][2]string{
	"workday": {"工作日", "working day"}, "weekend": {"周末", "weekend"}, "holiday": {"节假日", "holiday"},
}

// simulatedDays is up to how many days of an export are simulated.
const simulatedDays = 7

// table is a plan row by row, the names of the columns first.
func (p *planning) table(ctx context.Context) ([][]any, error) {
	lang := languageOf(ctx)
	table := [][]any{staffingColumns[lang]}
	for i := range p.days {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		_, rows, err := p.rows(i)
		if err != nil {
			return nil, err
		}
		for n, row := range rows {
			v := p.viewRow(n, row, p.cover[i][n], p.days <= simulatedDays)
			table = append(table, []any{
				string(p.from.Add(i)), v.At, pick(lang, dayKindNames[p.heads[i].Kind]), scaled(&v.Arrivals, 1, 10), v.HandlingSecs,
				scaled(&v.Load, 1, 100), v.SeatsC, v.SeatsA, v.Seats, v.People, v.Trunks, scaled(&v.Level, 100, 10),
				scaled(v.WaitSeconds, 1, 10), scaled(&v.Abandons, 100, 10), scaled(&v.Occupancy, 100, 10),
				scaled(v.SimLevel, 100, 10), scaled(v.SimMargin, 100, 10), v.Roster, max(0, v.People-v.Roster),
			})
		}
	}
	return table, nil
}

// scaled rounds a figure; what is not known is a dash.
func scaled(v *float64, times, digits float64) any {
	if v == nil {
		return "—"
	}
	return math.Round(*v*times*digits) / digits
}

// writeCSV begins with the mark that makes spreadsheets read UTF-8.
func writeCSV(w io.Writer, table [][]any) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	for _, row := range table {
		line := make([]string, len(row))
		for i, cell := range row {
			if f, ok := cell.(float64); ok {
				line[i] = strconv.FormatFloat(f, 'f', -1, 64)
				continue
			}
			line[i] = fmt.Sprint(cell)
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func writeSheet(w io.Writer, table [][]any) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	page := f.GetSheetName(0)
	for i := range table {
		if err := f.SetSheetRow(page, fmt.Sprintf("A%d", i+1), &table[i]); err != nil {
			return err
		}
	}
	if err := f.SetColWidth(page, "A", "S", 14); err != nil {
		return err
	}
	err := f.SetPanes(page, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: 1, TopLeftCell: "C2", ActivePane: "bottomRight"})
	if err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}
