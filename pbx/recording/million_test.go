//go:build million

package recording

// A measurement that is too long for every run:
//
//	go test -tags million -run AmongAMillion -v ./pbx/recording

import (
	"fmt"
	"testing"
	"time"
)

// TestSearchIsFastAmongAMillion measures what people wait for. It takes half a
// minute.
func TestSearchIsFastAmongAMillion(t *testing.T) {
	b := newBench(t)
	if _, err := b.pool.Exec(t.Context(), `
		INSERT INTO recording.catalogue (call_id, site, direction, at, number, area, queue, agents, rating, message, masked, state, seconds, held)
		SELECT 'call-' || i, '430100', CASE WHEN i % 12 = 0 THEN 'out' ELSE 'in' END, timestamptz '2024-01-01' + i * interval '90 seconds',
			CASE WHEN i % 3 = 0 THEN '0731' || (80000000 + i::bigint * 7919 % 9999999) ELSE '1' || (3000000000 + i::bigint * 104729 % 6999999999) END,
			CASE WHEN i % 3 = 0 THEN '0731' ELSE '' END, (ARRAY['general', 'truck', 'minority'])[1 + i % 3],
			CASE WHEN i % 3 = 1 THEN ARRAY[(1000 + i % 211)::text, '9000'] ELSE ARRAY[(1000 + i % 211)::text] END, CASE WHEN i % 5 = 0 THEN 1 + (i / 5) % 3 END, i % 97 = 0, i % 61 = 0,
			CASE WHEN i % 11 = 0 THEN 'none' ELSE 'ready' END, CASE WHEN i % 11 = 0 THEN 0 ELSE 20 + i % 700 END, i % 5003 = 0
		FROM generate_series(1, 1000000) i`); err != nil {
		t.Fatal(err)
	}
	if _, err := b.pool.Exec(t.Context(), `VACUUM ANALYZE recording.catalogue`); err != nil {
		t.Fatal(err)
	}
	yes := true
	last := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	questions := map[string]func(i int) Filter{
		"everything":          func(int) Filter { return Filter{} },
		"last week":           func(int) Filter { return Filter{From: last.AddDate(0, 0, -7), To: last} },
		"page 50":             func(int) Filter { return Filter{Offset: 1000} },
		"whole number":        func(i int) Filter { return Filter{Number: fmt.Sprint(13000000000 + int64(i)*104729)} },
		"last four digits":    func(i int) Filter { return Filter{Number: fmt.Sprintf("%04d", i*37%10000)} },
		"last three digits":   func(i int) Filter { return Filter{Number: fmt.Sprintf("%03d", i*37%1000)} },
		"area":                func(int) Filter { return Filter{Area: "0731"} },
		"agent":               func(i int) Filter { return Filter{Agent: fmt.Sprint(1000 + i%211)} },
		"agent in a week":     func(i int) Filter { return Filter{Agent: fmt.Sprint(1000 + i%211), From: last.AddDate(0, 0, -7)} },
		"agent of a third":    func(int) Filter { return Filter{Agent: "9000"} },
		"nobody's":            func(int) Filter { return Filter{Agent: "nobody"} },
		"queue":               func(int) Filter { return Filter{Queue: "truck"} },
		"dissatisfied":        func(int) Filter { return Filter{Rating: 3} },
		"long":                func(int) Filter { return Filter{Shortest: 700} },
		"longer than all":     func(int) Filter { return Filter{Shortest: 5000} },
		"outbound":            func(int) Filter { return Filter{Direction: "out"} },
		"messages":            func(int) Filter { return Filter{Message: &yes} },
		"masked":              func(int) Filter { return Filter{Masked: &yes} },
		"held":                func(int) Filter { return Filter{Held: &yes} },
		"agent, dissatisfied": func(i int) Filter { return Filter{Agent: fmt.Sprint(1000 + i%211), Rating: 3} },
		"three of a kind":     func(i int) Filter { return Filter{Queue: "truck", Rating: 2, Masked: &yes} },
	}
	var all []time.Duration
	for name, question := range questions {
		var took []time.Duration
		var total int
		for i := range 20 {
			f := question(i)
			f.Site = "430100"
			began := time.Now()
			_, n, err := b.vault.Search(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			took, total = append(took, time.Since(began)), n
		}
		all = append(all, took...)
		t.Logf("%-20s p50 %8s  p95 %8s  finds %d", name, percentile(took, 50).Round(10*time.Microsecond), percentile(took, 95).Round(10*time.Microsecond), total)
		if p := percentile(took, 95); p > 200*time.Millisecond {
			t.Errorf("%s: p95 %s", name, p)
		}
	}
	t.Logf("all: p50 %s, p95 %s", percentile(all, 50), percentile(all, 95))
}

func percentile(d []time.Duration, p int) time.Duration {
	s := append([]time.Duration{}, d...)
	for i := range s {
		for j := i + 1; j < len(s); j++ {
			if s[j] < s[i] {
				s[i], s[j] = s[j], s[i]
			}
		}
	}
	return s[(len(s)-1)*p/100]
}
