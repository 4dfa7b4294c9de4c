package quality

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// Figures are what published inspections come to.
type Figures struct {
	Agents []AgentFigures // by employee number
	Items  []ItemFigures  // in the order of the sheets
	All    AgentFigures   // Agent is empty
}

// AgentFigures are those of one agent.
type AgentFigures struct {
	Agent     string
	Inspected int
	Points    int // sums: a share of them is the mean weighted by what could be reached
	Most      int
	Passed    int
	Critical  int
	Appealed  int
	Changed   int // appeals after which the marks were changed
}

// ItemFigures are those of one item of a sheet, over its versions.
type ItemFigures struct {
	Sheet    string
	Code     string
	Name     string
	Critical bool
	Marked   int // inspections in which it was looked at
	Points   int
	Most     int
	Full     int // in which it had all its points
	Hit      int // critical: in which it happened
}

// scored is an inspection as it is counted.
type scored struct {
	Agent    string
	Sheet    string // id
	Marks    Marks
	Points   int
	Most     int
	Passed   bool
	Critical bool
	Appealed bool
	Changed  bool
}

// Figures counts the inspections of a site that were published from one moment
// (included) to another (not included).
func (s *Store) Figures(ctx context.Context, site string, from, to time.Time) (Figures, error) {
	sheets, err := s.Sheets(ctx, site)
	if err != nil {
		return Figures{}, err
	}
	rows, err := s.pool.Query(ctx, `
		SELECT agent, sheet_id::text, marks, points, most, passed, critical, appealed_at IS NOT NULL, decision = 'changed'
		FROM quality.inspection WHERE site = $1 AND published_at >= $2 AND published_at < $3`, text(site), from, to)
	var list []scored
	if err == nil {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[scored])
	}
	if err != nil {
		return Figures{}, fmt.Errorf("count inspections: %w", err)
	}
	return tally(sheets, list), nil
}

// tally counts inspections together.
func tally(sheets []Sheet, list []scored) Figures {
	byID := map[string]Sheet{}
	for _, s := range sheets {
		byID[s.ID] = s
	}
	agents := map[string]*AgentFigures{}
	items := map[string]*ItemFigures{}
	var f Figures
	for _, i := range list {
		a := agents[i.Agent]
		if a == nil {
			a = &AgentFigures{Agent: i.Agent}
			agents[i.Agent] = a
		}
		for _, sum := range []*AgentFigures{a, &f.All} {
			sum.add(i)
		}
		sheet := byID[i.Sheet]
		for _, item := range sheet.items() {
			key := sheet.Name + "\x00" + item.Code
			if items[key] == nil {
				items[key] = &ItemFigures{Sheet: sheet.Name, Code: item.Code, Name: item.Name, Critical: item.Critical}
			}
			items[key].add(item, i.Marks)
		}
	}
	for _, a := range agents {
		f.Agents = append(f.Agents, *a)
	}
	slices.SortFunc(f.Agents, func(a, b AgentFigures) int {
		if a.Agent < b.Agent {
			return -1
		}
		return 1
	})
	for _, s := range sheets { // the latest version first
		for _, item := range s.items() {
			if found := items[s.Name+"\x00"+item.Code]; found != nil {
				f.Items = append(f.Items, *found)
				delete(items, s.Name+"\x00"+item.Code)
			}
		}
	}
	return f
}

func (a *AgentFigures) add(i scored) {
	a.Inspected++
	a.Points += i.Points
	a.Most += i.Most
	for _, c := range []struct {
		is bool
		n  *int
	}{{i.Passed, &a.Passed}, {i.Critical, &a.Critical}, {i.Appealed, &a.Appealed}, {i.Changed, &a.Changed}} {
		if c.is {
			*c.n++
		}
	}
}

func (f *ItemFigures) add(item Item, m Marks) {
	if item.Critical {
		f.Marked++
		if m.Hit[item.Code] {
			f.Hit++
		}
		return
	}
	points, marked := m.Points[item.Code]
	if !marked {
		return
	}
	f.Marked++
	f.Points += points
	f.Most += item.Max
	if points == item.Max {
		f.Full++
	}
}
