package web

import (
	"context"
	"errors"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/roster"
	"github.com/yihaotong/yihaotong/staffing"
)

// PastCalls is what the planner asks of the call records.
type PastCalls interface {
	// History counts the calls of a site by half hours of the clock of a place,
	// from one moment until before another, and measures them.
	History(ctx context.Context, site string, where *time.Location, from, to time.Time) (staffing.History, error)
}

// How much history a forecast looks at, how many days are planned at once, and
// how many callers a half hour is simulated with.
const (
	forecastWeeks    = 8
	mostPlanned      = 31
	simulatedCallers = 20_000
)

func (s *Server) staffingRoutes(r router) {
	guarded(r, permFigures, "GET /api/staffing", "Forecast and seats with the measured figures 排班测算", s.staffing)
	guarded(r, permFigures, "POST /api/staffing/plan", "What if: seats and trunks for other figures", s.staffingPlan)
	r.stream(permFigures, "GET /api/staffing/export", "A plan as a spreadsheet or as CSV", spreadsheet, s.exportStaffing)
}

type staffingInput struct {
	From string `query:"from" maxLength:"10" doc:"As 2026-11-23; empty: tomorrow"`
	To   string `query:"to" maxLength:"10" doc:"The last day, at most 31 in all; empty: a week"`
	Day  string `query:"day" maxLength:"10" doc:"The day whose half hours are shown; empty: the first"`
}

type staffingOutput struct{ Body StaffingPlan }

func (s *Server) staffing(ctx context.Context, in *staffingInput) (*staffingOutput, error) {
	p, err := s.planStaffing(ctx, StaffingAsk{From: in.From, To: in.To, Day: in.Day})
	return &staffingOutput{p}, err
}

func (s *Server) staffingPlan(ctx context.Context, in *struct{ Body StaffingAsk }) (*staffingOutput, error) {
	p, err := s.planStaffing(ctx, in.Body)
	return &staffingOutput{p}, err
}

// planning is what a plan is made of.
type planning struct {
	rosterSite
	ask     StaffingAsk
	from    roster.Date
	days    int
	day     roster.Date
	inputs  staffing.Inputs
	history staffing.History
	past    staffing.Past
	heads   []RosterDayHead
	cover   [][]int // people on the roster, by day and half hour
}

// planStaffing makes a plan. Computing is bounded and one at a time: callers
// need the machine more.
func (s *Server) planStaffing(ctx context.Context, ask StaffingAsk) (StaffingPlan, error) {
	p, err := s.preparePlan(ctx, ask)
	if err != nil {
		return StaffingPlan{}, err
	}
	s.planning.Lock()
	defer s.planning.Unlock()
	return p.view(ctx)
}

func (s *Server) preparePlan(ctx context.Context, ask StaffingAsk) (*planning, error) {
	at, err := s.rosterSite(ctx)
	if err != nil {
		return nil, err
	}
	p := &planning{rosterSite: at, ask: ask}
	if err := p.span(); err != nil {
		return nil, err
	}
	today := at.today.At(0, at.where)
	begin := at.today.Add(-7*forecastWeeks).At(0, at.where)
	if p.history, err = s.PastCalls.History(ctx, at.code, at.where, begin, today); err != nil {
		return nil, err
	}
	calendar, err := s.WorkDays.Calendar(ctx, at.code, begin, p.from.Add(p.days).At(0, time.UTC))
	if err != nil {
		return nil, err
	}
	p.past = staffing.Gather(p.history.Intervals, func(t time.Time) staffing.DayKind { return dayKind(calendar, t) })
	if p.heads, err = s.viewDayHeads(ctx, at, p.from, p.days); err != nil {
		return nil, err
	}
	p.inputs = staffing.Defaults().With(p.history.Means)
	if ask.Inputs != nil {
		p.inputs = ask.Inputs.inputs()
	}
	if err := p.inputs.Check(); err != nil {
		return nil, err
	}
	if err := ask.check(); err != nil {
		return nil, err
	}
	p.cover, err = s.seatCover(ctx, at, p.from, p.days)
	return p, err
}

// span reads the days that are asked for.
func (p *planning) span() error {
	var err error
	if p.from, err = rosterDate(p.ask.From, p.today.Add(1)); err != nil {
		return err
	}
	to, err := rosterDate(p.ask.To, p.from.Add(6))
	if err != nil {
		return err
	}
	if p.day, err = rosterDate(p.ask.Day, p.from); err != nil {
		return err
	}
	p.days = p.from.Until(to) + 1
	if p.days < 1 || p.days > mostPlanned {
		return errBadTime
	}
	if n := p.from.Until(p.day); n < 0 || n >= p.days {
		p.day = p.from
	}
	return nil
}

// seatCover counts the agents on the roster in each half hour of some days.
func (s *Server) seatCover(ctx context.Context, at rosterSite, from roster.Date, days int) ([][]int, error) {
	plan, err := s.Roster.Plan(ctx, at.code, from.Add(-1), from.Add(days))
	if err != nil {
		return nil, err
	}
	people, err := s.people.People(ctx, at.code)
	if err != nil {
		return nil, err
	}
	agents := map[string]bool{}
	for _, p := range people {
		agents[p.Number] = p.Has(directory.Agent)
	}
	cover := make([][]int, days)
	for i := range cover {
		cover[i] = plan.Cover(from.Add(i).At(0, at.where), staffing.Slot, staffing.Slots, func(p string) bool { return agents[p] })
	}
	return cover, nil
}

// forecast of one of the days: what somebody has typed, or what the past tells.
func (p *planning) forecast(i int) staffing.Forecast {
	d := p.from.Add(i)
	f := p.past.Predict(d.At(12*60, p.where), staffing.DayKind(p.heads[i].Kind))
	slots, typed := p.ask.Slots[string(d)]
	switch {
	case typed:
		f.Basis, f.Days = staffing.Given, 0
		copy(f.Arrivals[:], slots)
	case p.ask.Daily > 0:
		shape := f.Arrivals
		f.Basis, f.Days, f.Arrivals = staffing.Given, 0, staffing.Spread(p.ask.Daily)
		if whole := total(shape); whole > 0 { // the day's own shape, if there is one
			for n := range shape {
				f.Arrivals[n] = shape[n] * p.ask.Daily / whole
			}
		}
	}
	return f
}

func total(slots [staffing.Slots]float64) float64 {
	sum := 0.0
	for _, n := range slots {
		sum += n
	}
	return sum
}

// rows computes the half hours of one of the days.
func (p *planning) rows(i int) (staffing.Forecast, []staffing.Row, error) {
	f := p.forecast(i)
	rows := make([]staffing.Row, staffing.Slots)
	for n, arrivals := range f.Arrivals {
		var err error
		if rows[n], err = p.inputs.Row(arrivals); err != nil {
			return f, nil, err
		}
	}
	return f, rows, nil
}

// dayKind sorts a day by the working calendar.
func dayKind(c directory.Calendar, t time.Time) staffing.DayKind {
	switch {
	case c.Kind(t) == directory.Holiday:
		return staffing.Holiday
	case c.Works(t):
		return staffing.Workday
	}
	return staffing.Weekend
}

// describeStaffing words a refusal of the planner; nil: it is none.
func describeStaffing(err error, lang string) *Problem {
	e, ok := errors.AsType[*staffing.InputError](err)
	if !ok {
		return nil
	}
	words, known := staffingFields[e.Field]
	if !known {
		words = staffingFields["target"]
	}
	p := newProblem(statuses[e.Kind()], "staffing_input", pick(lang, words))
	p.Errors = []FieldFault{{e.Field, pick(lang, words)}}
	return p
}

var staffingFields = map[string][2]string{
	"target":          {"这个目标无论安排多少座席都达不到，请放宽目标。", "No number of seats meets this target. Please relax it."},
	"level":           {"接通率目标须在 1% 至 99.9% 之间。", "The target share must lie between 1 % and 99.9 %."},
	"withinSeconds":   {"接通时限须在 0 至 600 秒之间。", "The target time must lie between 0 and 600 s."},
	"occupancy":       {"占用率上限须在 10% 至 100% 之间。", "The cap of occupancy must lie between 10 % and 100 %."},
	"talkSeconds":     {"平均通话时长须在 1 至 3600 秒之间。", "The mean talk must last 1 to 3,600 s."},
	"wrapUpSeconds":   {"平均话后处理须在 0 至 3600 秒之间。", "The mean wrap-up must last 0 to 3,600 s."},
	"patienceSeconds": {"平均耐心时间须在 5 至 1800 秒之间。", "The mean patience must lie between 5 and 1,800 s."},
	"ivrSeconds":      {"平均语音导航时长须在 0 至 1800 秒之间。", "The mean time in the automatic service must lie between 0 and 1,800 s."},
	"selfServed":      {"自助来电占比须在 0 至 99% 之间。", "The share of self-served calls must lie between 0 and 99 %."},
	"shrinkage":       {"缩减率须在 0 至 80% 之间。", "Shrinkage must lie between 0 and 80 %."},
	"blocking":        {"中继呼损率须在 0.01% 至 50% 之间。", "Blocking must lie between 0.01 % and 50 %."},
	"factor":          {"话务量调整须在 1% 至 10000% 之间。", "The adjustment must lie between 1 % and 10,000 %."},
	"minSeats":        {"最少座席数须在 0 至 1000 之间。", "The least number of seats must lie between 0 and 1,000."},
	"spread":          {"通话时长离散程度须在 1% 至 500% 之间。", "The spread of handling times must lie between 1 % and 500 %."},
	"arrivals":        {"每半小时话务量须在 0 至 20000 之间。", "The calls of a half hour must lie between 0 and 20,000."},
	"model":           {"请选择测算模型。", "Please choose a model."},
	"handling":        {"请选择模拟所用的时长分布。", "Please choose the distribution of handling times."},
}
