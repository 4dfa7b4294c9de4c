package main

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// spread is how measured times are distributed.
type spread struct {
	n                  int
	p50, p95, p99, max time.Duration
}

func spreadOf(times []time.Duration) spread {
	sorted := slices.Sorted(slices.Values(times))
	return spread{
		n: len(sorted), p50: quantile(sorted, 0.50), p95: quantile(sorted, 0.95),
		p99: quantile(sorted, 0.99), max: quantile(sorted, 1),
	}
}

// quantile returns the smallest measured value that a share q of all does not
// exceed (nearest rank): never a value that was not measured.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(math.Ceil(q * float64(len(sorted))))
	return sorted[max(1, rank)-1]
}

func mean(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// ms writes a time in milliseconds, with a decimal only where it tells
// something.
func ms(d time.Duration) string {
	v := float64(d) / float64(time.Millisecond)
	if v < 10 {
		return fmt.Sprintf("%.1f ms", v)
	}
	return fmt.Sprintf("%.0f ms", v)
}

// atMost writes the edge of a histogram's bucket.
func atMost(d time.Duration) string {
	if d < 0 {
		return "—"
	}
	if d < time.Millisecond {
		return fmt.Sprintf("≤ %.1f ms", float64(d)/float64(time.Millisecond))
	}
	return "≤ " + ms(d)
}

// ofCore writes processor time per time as a share of one core.
func ofCore(cpu, wall time.Duration) string {
	return fmt.Sprintf("%.0f %%", 100*float64(cpu)/float64(wall))
}

// perThousand is the processor time of 1,000 calls.
func perThousand(cpu time.Duration, calls int) time.Duration {
	return time.Duration(float64(cpu) / float64(max(1, calls)) * 1000)
}
