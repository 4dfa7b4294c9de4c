package staffing

import "time"

// Slots is the number of half hours of a day.
const Slots = 48

// Slot is the length of one.
const Slot = 30 * time.Minute

// SlotOf is the half hour of the day that a moment lies in, by the clock of its
// location.
func SlotOf(t time.Time) int { return t.Hour()*2 + t.Minute()/30 }

// Interval is one half hour of the past.
type Interval struct {
	At       time.Time // within it, at the place of the site
	Calls    int       // that arrived on the lines
	Arrivals int       // that asked for a person
}

// DayKind tells days apart on which people call differently.
type DayKind string

// The kinds. A weekend day that is worked 调休 is a Workday.
const (
	Workday DayKind = "workday"
	Weekend DayKind = "weekend"
	Holiday DayKind = "holiday"
)

// Basis is what a forecast rests on.
type Basis string

// The bases, the best first.
const (
	Given     Basis = "given"   // somebody has typed it
	ByWeekday Basis = "weekday" // earlier days of the same weekday and kind
	ByKind    Basis = "kind"    // earlier days of the same kind
	ByAny     Basis = "any"     // whatever days there are
	Nothing   Basis = "none"    // no history
)

// enoughWeekdays is from how many equal weekdays on they are used alone: fewer
// would repeat one day's accidents.
const enoughWeekdays = 2

// Forecast is what is expected of a day.
type Forecast struct {
	Kind     DayKind
	Basis    Basis
	Days     int // of history that it is the mean of
	Arrivals [Slots]float64
}

// past is a day of the history.
type past struct {
	weekday  time.Weekday
	kind     DayKind
	arrivals [Slots]float64
}

// Past is the history, day by day. Days without any call are not part of it:
// the hotline was not open, or not yet ours.
type Past []past

// Gather sorts the history into days.
func Gather(history []Interval, kind func(time.Time) DayKind) Past {
	place := map[string]int{}
	var days Past
	for _, h := range history {
		if h.Arrivals <= 0 {
			continue
		}
		date := h.At.Format(time.DateOnly)
		i, known := place[date]
		if !known {
			i = len(days)
			place[date] = i
			days = append(days, past{weekday: h.At.Weekday(), kind: kind(h.At)})
		}
		days[i].arrivals[SlotOf(h.At)] += float64(h.Arrivals)
	}
	return days
}

// Predict takes the mean of those days of the past that are most like the day.
func (p Past) Predict(day time.Time, kind DayKind) Forecast {
	var like [3]Past
	for _, d := range p {
		if d.kind == kind {
			like[1] = append(like[1], d)
			if d.weekday == day.Weekday() && kind != Holiday {
				like[0] = append(like[0], d)
			}
		}
	}
	like[2] = p
	f := Forecast{Kind: kind, Basis: Nothing}
	for i, basis := range []Basis{ByWeekday, ByKind, ByAny} {
		if len(like[i]) == 0 || basis == ByWeekday && len(like[i]) < enoughWeekdays {
			continue
		}
		f.Basis, f.Days = basis, len(like[i])
		for s := range f.Arrivals {
			for _, d := range like[i] {
				f.Arrivals[s] += d.arrivals[s]
			}
			f.Arrivals[s] /= float64(len(like[i]))
		}
		break
	}
	return f
}

// curve is how the calls of a day usually spread over its half hours, from
// midnight on, in thousandths: quiet at night, a peak in the morning and one in
// the afternoon. It is our own default, for hotlines without a history.
var curve = [Slots]float64{
	5, 4, 3, 3, 3, 3, 3, 3, 3, 4, 5, 7,
	9, 12, 16, 21, 29, 36, 42, 45, 44, 41, 36, 31,
	27, 27, 29, 34, 39, 42, 42, 41, 39, 36, 32, 29,
	26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 7, 6,
}

// Spread lays the calls of a day over its half hours in the usual way.
func Spread(calls float64) [Slots]float64 {
	whole := 0.0
	for _, c := range curve {
		whole += c
	}
	var slots [Slots]float64
	for i, c := range curve {
		slots[i] = calls * c / whole
	}
	return slots
}
