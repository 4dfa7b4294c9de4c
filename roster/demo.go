package roster

import (
	"context"
	"slices"
	"time"
)

// demoShifts go round the clock.
var demoShifts = []Shift{
	{Code: "Z", Name: "早班", Starts: 7 * 60, Ends: 15 * 60, Active: true, Position: 1, Breaks: []Break{
		{Reason: "meal", Earliest: 11 * 60, Latest: 13 * 60, Minutes: 30}, {Reason: "rest", Earliest: 9 * 60, Latest: 10*60 + 30, Minutes: 15},
	}},
	{Code: "M", Name: "中班", Starts: 15 * 60, Ends: 23 * 60, Active: true, Position: 2, Breaks: []Break{
		{Reason: "meal", Earliest: 17 * 60, Latest: 19 * 60, Minutes: 30}, {Reason: "rest", Earliest: 20*60 + 30, Latest: 22 * 60, Minutes: 15},
	}},
	{Code: "Y", Name: "夜班", Starts: 23 * 60, Ends: 31 * 60, Active: true, Position: 3, Breaks: []Break{
		{Reason: "meal", Earliest: 26 * 60, Latest: 28 * 60, Minutes: 45},
	}},
	{Code: "X", Name: "行政班", Starts: 9 * 60, Ends: 17*60 + 30, Active: true, Position: 4, Breaks: []Break{
		{Reason: "meal", Earliest: 11*60 + 30, Latest: 13*60 + 30, Minutes: 60},
	}},
}

// SeedDemo gives a site shifts, and this and the next week a roster: agents
// take turns round the clock, supervisors work in the day. It adds what is
// missing: a site that has shifts is left alone.
func (s *Store) SeedDemo(ctx context.Context, site string, agents, supervisors []string, where *time.Location, now time.Time) error {
	there, err := s.Shifts(ctx, site)
	if err != nil || len(there) > 0 {
		return err
	}
	for _, shift := range demoShifts {
		if err := s.PutShift(ctx, site, shift, where, now); err != nil {
			return err
		}
	}
	monday := DateOf(now, where).Monday()
	var cells []Cell
	for i := range 14 {
		d := monday.Add(i)
		for n, person := range agents {
			// Everybody keeps a shift for a week, and has a day off in it.
			if shift := demoShifts[(n+i/7)%3]; (i+n)%7 != 6 {
				cells = append(cells, Cell{Person: person, Date: d, Shifts: []string{shift.Code}})
			}
		}
		for _, person := range supervisors {
			if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
				cells = append(cells, Cell{Person: person, Date: d, Shifts: []string{"X"}})
			}
		}
	}
	e := Edit{By: "demo", Reason: "演示排班", Where: where, Now: now}
	for batch := range slices.Chunk(cells, 200) {
		if _, err := s.Put(ctx, site, e, batch...); err != nil {
			return err
		}
	}
	return nil
}
