package alarm

import "time"

// Rise tells how much counters have grown within a time. A counter that falls
// has begun anew. The zero value is ready.
type Rise struct{ seen map[string][]sample }

type sample struct {
	at    time.Time
	grown int // since the first sample
	count int
}

// Of notes what a counter shows now and returns how much it has grown since a
// moment; as far as it was watched.
func (r *Rise) Of(counter string, count int, since, now time.Time) int {
	if r.seen == nil {
		r.seen = map[string][]sample{}
	}
	all := r.seen[counter]
	next := sample{at: now, count: count}
	if n := len(all); n > 0 {
		last := all[n-1]
		next.grown = last.grown + count - last.count
		if count < last.count {
			next.grown = last.grown + count
		}
		if next.grown == last.grown { // nothing new to keep
			next = last
		}
	}
	if n := len(all); n == 0 || all[n-1] != next {
		all = append(all, next)
	}
	for len(all) > 1 && all[1].at.Before(since) {
		all = all[1:]
	}
	r.seen[counter] = all
	return next.grown - all[0].grown
}
