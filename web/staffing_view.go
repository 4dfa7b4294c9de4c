package web

import (
	"context"
	"math"
	"time"

	"github.com/yihaotong/yihaotong/roster"
	"github.com/yihaotong/yihaotong/staffing"
)

// StaffingInputs are the figures a plan is made with. Shares are 0 to 1.
type StaffingInputs struct {
	Level           float64           `json:"level" doc:"Least share answered in time"`
	WithinSeconds   float64           `json:"withinSeconds"`
	Occupancy       float64           `json:"occupancy" doc:"Most share of their time that agents are at work on calls"`
	TalkSeconds     float64           `json:"talkSeconds"`
	WrapUpSeconds   float64           `json:"wrapUpSeconds"`
	PatienceSeconds float64           `json:"patienceSeconds"`
	IVRSeconds      float64           `json:"ivrSeconds" doc:"On the line before the queue"`
	SelfServed      float64           `json:"selfServed" doc:"Share of all calls that never ask for a person"`
	Model           staffing.Model    `json:"model" doc:"c: Erlang C, a: Erlang A"`
	Shrinkage       float64           `json:"shrinkage" doc:"Share of paid time lost to breaks, training, absence"`
	Blocking        float64           `json:"blocking" doc:"Most share of calls that find all lines taken"`
	Factor          float64           `json:"factor" doc:"By which the forecast is adjusted"`
	MinSeats        int               `json:"minSeats"`
	Handling        staffing.Handling `json:"handling" doc:"Of the simulation: exponential or lognormal"`
	Spread          float64           `json:"spread" doc:"Lognormal: standard deviation as a share of the mean"`
}

// StaffingAsk is what a plan is wanted for.
type StaffingAsk struct {
	From   string               `json:"from,omitempty" maxLength:"10" doc:"As 2026-11-23; empty: tomorrow"`
	To     string               `json:"to,omitempty" maxLength:"10" doc:"The last day, at most 31 in all; empty: a week"`
	Day    string               `json:"day,omitempty" maxLength:"10" doc:"The day whose half hours are shown; empty: the first"`
	Inputs *StaffingInputs      `json:"inputs,omitempty" doc:"Without: what has been measured"`
	Daily  float64              `json:"daily,omitempty" minimum:"0" maximum:"500000" doc:"Callers of a day who ask for a person; 0: as forecast"`
	Slots  map[string][]float64 `json:"slots,omitempty" doc:"By day: the callers of its 48 half hours, instead of the forecast"`
}

// StaffingPlan is a plan.
type StaffingPlan struct {
	From    roster.Date     `json:"from"`
	To      roster.Date     `json:"to"`
	Day     roster.Date     `json:"day"`
	Inputs  StaffingInputs  `json:"inputs"`
	History StaffingHistory `json:"history"`
	Days    []StaffingDay   `json:"days"`
	Rows    []StaffingRow   `json:"rows" doc:"The half hours of the day"`
}

// StaffingHistory says what a forecast rests on.
type StaffingHistory struct {
	From     roster.Date     `json:"from"`
	Days     int             `json:"days" doc:"Days with calls among the last eight weeks"`
	Arrivals int             `json:"arrivals" doc:"Callers who asked for a person"`
	Measured *StaffingInputs `json:"measured" doc:"The inputs with what has been measured; null: too few talks"`
	Talks    int             `json:"talks" doc:"Talks that were measured"`
}

// StaffingDay is a day of a plan.
type StaffingDay struct {
	RosterDayHead
	Basis       staffing.Basis `json:"basis" doc:"given, weekday, kind, any or none"`
	BasedOn     int            `json:"basedOn" doc:"Days of history it is the mean of"`
	Arrivals    float64        `json:"arrivals"`
	PeakSeats   int            `json:"peakSeats"`
	PeakPeople  int            `json:"peakPeople"`
	PeakTrunks  int            `json:"peakTrunks"`
	PeakAt      string         `json:"peakAt" doc:"Begin of the half hour with the most seats, as 09:30; empty: none"`
	PersonHours float64        `json:"personHours" doc:"That should be on the roster"`
	RosterHours float64        `json:"rosterHours" doc:"That are"`
	Short       int            `json:"short" doc:"Half hours with fewer people on the roster than needed"`
}

// StaffingRow is a half hour of a plan.
type StaffingRow struct {
	At             string   `json:"at" doc:"Its begin, as 09:30"`
	Arrivals       float64  `json:"arrivals"`
	HandlingSecs   float64  `json:"handlingSeconds"`
	Load           float64  `json:"load" doc:"Erlang"`
	SeatsC         int      `json:"seatsC"`
	SeatsA         int      `json:"seatsA"`
	Seats          int      `json:"seats" doc:"By the chosen model, never below the minimum"`
	People         int      `json:"people" doc:"That many on the roster, to have the seats in spite of shrinkage"`
	Trunks         int      `json:"trunks"`
	Level          float64  `json:"level" doc:"Expected share answered in time"`
	WaitSeconds    *float64 `json:"waitSeconds" doc:"Expected; null: the queue would only grow"`
	Abandons       float64  `json:"abandons"`
	Occupancy      float64  `json:"occupancy"`
	SimLevel       *float64 `json:"simLevel" doc:"Simulated; null: nobody calls"`
	SimMargin      *float64 `json:"simMargin" doc:"95 % confidence"`
	SimWaitSeconds *float64 `json:"simWaitSeconds"`
	Roster         int      `json:"roster" doc:"People on the roster"`
	RosterLevel    *float64 `json:"rosterLevel" doc:"Expected with them; null: nobody calls"`
}

func duration(seconds float64) time.Duration {
	if math.IsNaN(seconds) || math.Abs(seconds) > 1e6 {
		return -1 // out of every range
	}
	return time.Duration(seconds * float64(time.Second))
}

func (v StaffingInputs) inputs() staffing.Inputs {
	return staffing.Inputs{
		Target: staffing.Target{Level: v.Level, Within: duration(v.WithinSeconds), Occupancy: v.Occupancy},
		Talk:   duration(v.TalkSeconds), WrapUp: duration(v.WrapUpSeconds), Patience: duration(v.PatienceSeconds),
		IVR: duration(v.IVRSeconds), SelfServed: v.SelfServed, Model: v.Model, Shrinkage: v.Shrinkage, Blocking: v.Blocking,
		Factor: v.Factor, MinSeats: v.MinSeats, Handling: v.Handling, Spread: v.Spread,
	}
}

func viewInputs(in staffing.Inputs) StaffingInputs {
	return StaffingInputs{
		in.Level, in.Within.Seconds(), in.Target.Occupancy, in.Talk.Seconds(), in.WrapUp.Seconds(), in.Patience.Seconds(),
		in.IVR.Seconds(), in.SelfServed, in.Model, in.Shrinkage, in.Blocking, in.Factor, in.MinSeats, in.Handling, in.Spread,
	}
}

// check refuses callers that cannot be.
func (a StaffingAsk) check() error {
	if len(a.Slots) > mostPlanned {
		return &staffing.InputError{Field: "arrivals", Reason: "are too many days"}
	}
	for _, slots := range a.Slots {
		if len(slots) != staffing.Slots {
			return &staffing.InputError{Field: "arrivals", Reason: "are not 48 half hours"}
		}
		for _, n := range slots {
			if math.IsNaN(n) || n < 0 || n > staffing.MostArrivals {
				return &staffing.InputError{Field: "arrivals", Reason: "is out of range"}
			}
		}
	}
	return nil
}

// view computes the plan.
func (p *planning) view(ctx context.Context) (StaffingPlan, error) {
	v := StaffingPlan{
		From: p.from, To: p.from.Add(p.days - 1), Day: p.day, Inputs: viewInputs(p.inputs), Days: []StaffingDay{},
		History: StaffingHistory{From: p.today.Add(-7 * forecastWeeks), Days: len(p.past), Talks: p.history.Means.Answered},
	}
	for _, h := range p.history.Intervals {
		v.History.Arrivals += h.Arrivals
	}
	if usual := staffing.Defaults(); usual.With(p.history.Means) != usual {
		measured := viewInputs(usual.With(p.history.Means))
		v.History.Measured = &measured
	}
	for i := range p.days {
		if ctx.Err() != nil {
			return v, ctx.Err()
		}
		f, rows, err := p.rows(i)
		if err != nil {
			return v, err
		}
		v.Days = append(v.Days, viewStaffingDay(p.heads[i], f, rows, p.cover[i]))
		if p.from.Add(i) != p.day {
			continue
		}
		for n, row := range rows {
			v.Rows = append(v.Rows, p.viewRow(n, row, p.cover[i][n], true))
		}
	}
	return v, nil
}

func viewStaffingDay(head RosterDayHead, f staffing.Forecast, rows []staffing.Row, cover []int) StaffingDay {
	d := StaffingDay{RosterDayHead: head, Basis: f.Basis, BasedOn: f.Days}
	for n, row := range rows {
		d.Arrivals += row.Arrivals
		if row.Seats > d.PeakSeats {
			d.PeakSeats, d.PeakAt = row.Seats, slotClock(n)
		}
		d.PeakPeople, d.PeakTrunks = max(d.PeakPeople, row.Rostered), max(d.PeakTrunks, row.Trunks)
		d.PersonHours += float64(row.Rostered) * staffing.Slot.Hours()
		d.RosterHours += float64(cover[n]) * staffing.Slot.Hours()
		if cover[n] < row.Rostered {
			d.Short++
		}
	}
	return d
}

func slotClock(n int) string {
	return time.Time{}.Add(time.Duration(n) * staffing.Slot).Format("15:04")
}

func (p *planning) viewRow(n int, row staffing.Row, cover int, simulate bool) StaffingRow {
	v := StaffingRow{
		At: slotClock(n), Arrivals: row.Arrivals, HandlingSecs: (p.inputs.Talk + p.inputs.WrapUp).Seconds(), Load: row.Load,
		SeatsC: row.SeatsC, SeatsA: row.SeatsA, Seats: row.Seats, People: row.Rostered, Trunks: row.Trunks,
		Level: row.Expected.Level, WaitSeconds: seconds(row.Expected.Wait), Abandons: row.Expected.Abandons,
		Occupancy: row.Expected.Occupancy, Roster: cover,
	}
	if row.Arrivals <= 0 {
		return v
	}
	at := p.inputs.At(row, int(math.Round(float64(cover)*(1-p.inputs.Shrinkage)))).Level
	v.RosterLevel = &at
	if simulate {
		sim := p.inputs.Simulate(row, simulatedCallers, uint64(n))
		v.SimLevel, v.SimMargin, v.SimWaitSeconds = &sim.Level, &sim.Margin, seconds(sim.Wait)
	}
	return v
}

// seconds of a wait; nil when it has no end.
func seconds(d time.Duration) *float64 {
	if d == staffing.Endless {
		return nil
	}
	s := d.Seconds()
	return &s
}
