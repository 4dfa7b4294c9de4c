package web

import (
	"context"
	"fmt"
	"time"

	"github.com/labstack/echo/v5"
	"github.com/xuri/excelize/v2"

	"github.com/yihaotong/yihaotong/quality"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// QualityFigures are what published inspections come to. Shares are kept as
// their two counts.
type QualityFigures struct {
	All    AgentQuality   `json:"all"`
	Agents []AgentQuality `json:"agents"`
	Items  []ItemQuality  `json:"items"`
}

// AgentQuality are the figures of one agent.
type AgentQuality struct {
	Agent     string `json:"agent"`
	AgentName string `json:"agentName"`
	Inspected int    `json:"inspected"`
	Points    int    `json:"points"`
	Most      int    `json:"most"`
	Passed    int    `json:"passed"`
	Critical  int    `json:"critical"`
	Appealed  int    `json:"appealed"`
	Changed   int    `json:"changed"`
}

// ItemQuality are the figures of one item of a sheet.
type ItemQuality struct {
	Sheet    string `json:"sheet"`
	Code     string `json:"code"`
	Name     string `json:"name"`
	Critical bool   `json:"critical"`
	Marked   int    `json:"marked"`
	Points   int    `json:"points"`
	Most     int    `json:"most"`
	Full     int    `json:"full" doc:"In how many it had all its points"`
	Hit      int    `json:"hit" doc:"Critical: in how many it happened"`
}

type qualityFiguresInput struct {
	From string `query:"from" required:"true" maxLength:"40" doc:"When it was published: RFC 3339, or a day"`
	To   string `query:"to" required:"true" maxLength:"40"`
}

type qualityFiguresOutput struct{ Body QualityFigures }

func (s *Server) qualityFigures(ctx context.Context, in *qualityFiguresInput) (*qualityFiguresOutput, error) {
	f, err := s.countQuality(ctx, in.From, in.To)
	if err != nil {
		return nil, err
	}
	return &qualityFiguresOutput{f}, nil
}

func (s *Server) countQuality(ctx context.Context, fromText, toText string) (QualityFigures, error) {
	_, site, err := s.inspectorHere(ctx)
	if err != nil {
		return QualityFigures{}, err
	}
	from, err := when(fromText, false)
	if err != nil {
		return QualityFigures{}, err
	}
	to, err := when(toText, true)
	if err != nil {
		return QualityFigures{}, err
	}
	if from.IsZero() || to.IsZero() || !from.Before(to) || to.Sub(from) > 366*24*time.Hour {
		return QualityFigures{}, errBadTime
	}
	found, err := s.Quality.Figures(ctx, site, from, to)
	f := QualityFigures{All: s.viewAgentQuality(ctx, found.All), Agents: []AgentQuality{}, Items: []ItemQuality{}}
	for _, a := range found.Agents {
		f.Agents = append(f.Agents, s.viewAgentQuality(ctx, a))
	}
	for _, i := range found.Items {
		f.Items = append(f.Items, ItemQuality(i))
	}
	return f, err
}

func (s *Server) viewAgentQuality(ctx context.Context, a quality.AgentFigures) AgentQuality {
	return AgentQuality{a.Agent, s.names.person(ctx, a.Agent), a.Inspected, a.Points, a.Most, a.Passed, a.Critical, a.Appealed, a.Changed}
}

func (s *Server) exportQuality(c *echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), s.within)
	defer cancel()
	from, to := c.QueryParam("from"), c.QueryParam("to")
	f, err := s.countQuality(ctx, from, to)
	if err != nil {
		return err
	}
	book, err := qualityBook(f, languageOf(ctx))
	if err != nil {
		return err
	}
	defer func() { _ = book.Close() }()
	h := c.Response().Header()
	h.Set("Content-Type", xlsxType)
	h.Set("Content-Disposition", `attachment; filename="quality-`+day(from)+`-`+day(to)+`.xlsx"`)
	h.Set("Cache-Control", "private, no-store")
	return book.Write(c.Response())
}

// day is the day that a text begins with, for a file's name.
func day(text string) string {
	t, err := when(text, false)
	if err != nil {
		return "x"
	}
	return t.In(china).Format(time.DateOnly)
}

// qualityBook is the workbook of the figures: a sheet of agents and one of
// items. Cells are texts and numbers, never formulas.
func qualityBook(f QualityFigures, lang string) (*excelize.File, error) {
	book := excelize.NewFile()
	agents, items := pick(lang, [2]string{"座席", "Agents"}), pick(lang, [2]string{"评分项", "Items"})
	if err := book.SetSheetName("Sheet1", agents); err != nil {
		return book, err
	}
	if _, err := book.NewSheet(items); err != nil {
		return book, err
	}
	rows := [][]any{heads(lang, "工号", "Number", "姓名", "Name", "质检数", "Inspected", "平均得分率", "Mean score", "合格数", "Passed", "合格率", "Pass rate",
		"红线数", "Critical", "申诉数", "Appeals", "申诉改分数", "Changed")}
	for _, a := range append(f.Agents, f.All) {
		if a.Agent == "" {
			a.Agent = pick(lang, [2]string{"合计", "All"})
		}
		rows = append(rows, []any{a.Agent, a.AgentName, a.Inspected, share(a.Points, a.Most), a.Passed, share(a.Passed, a.Inspected), a.Critical, a.Appealed, a.Changed})
	}
	if err := fillSheet(book, agents, rows); err != nil {
		return book, err
	}
	rows = [][]any{heads(lang, "评分表", "Sheet", "评分项", "Item", "评分次数", "Marked", "平均得分率", "Mean score", "满分次数", "Full", "红线发生数", "Happened")}
	for _, i := range f.Items {
		rows = append(rows, []any{i.Sheet, i.Name, i.Marked, share(i.Points, i.Most), i.Full, i.Hit})
	}
	return book, fillSheet(book, items, rows)
}

func heads(lang string, words ...string) []any {
	var row []any
	for i := 0; i+1 < len(words); i += 2 {
		row = append(row, pick(lang, [2]string{words[i], words[i+1]}))
	}
	return row
}

// share is a percentage for people; a share of nothing is “—”.
func share(n, d int) string {
	if d == 0 {
		return "—"
	}
	return fmt.Sprintf("%.1f%%", float64(n)*100/float64(d))
}

func fillSheet(book *excelize.File, sheet string, rows [][]any) error {
	for r, row := range rows {
		for c, value := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, r+1)
			if err != nil {
				return err
			}
			if text, ok := value.(string); ok {
				err = book.SetCellStr(sheet, cell, text)
			} else {
				err = book.SetCellValue(sheet, cell, value)
			}
			if err != nil {
				return err
			}
		}
	}
	if err := book.SetColWidth(sheet, "A", "B", 18); err != nil {
		return err
	}
	return book.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}
