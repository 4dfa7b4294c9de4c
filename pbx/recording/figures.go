package recording

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// figures are what the collector tells about itself.
type figures struct {
	collected, erased prometheus.Counter
	failures          *prometheus.CounterVec
	pending, parked   prometheus.Gauge
	oldest            prometheus.Gauge
}

func newFigures() *figures {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "yihaotong", Subsystem: "recording", Name: name, Help: help})
	}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "yihaotong", Subsystem: "recording", Name: name, Help: help})
	}
	return &figures{
		collected: counter("collected_total", "Recordings brought into the vault."),
		erased:    counter("erased_total", "Recordings deleted after their time."),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "yihaotong", Subsystem: "recording", Name: "failures_total",
			Help: "Tries to collect that failed, by cause: full, store, other. Each is tried again.",
		}, []string{"cause"}),
		pending: gauge("pending", "Recordings still on the switch."),
		parked:  gauge("parked", "Recordings given up, for a person to look at; they stay on the switch."),
		oldest:  gauge("oldest_pending_seconds", "How long the oldest of those on the switch has waited."),
	}
}

func (f *figures) failed(cause error) {
	switch {
	case full(cause):
		f.failures.WithLabelValues("full").Inc()
	case errors.Is(cause, errStore):
		f.failures.WithLabelValues("store").Inc()
	default:
		f.failures.WithLabelValues("other").Inc()
	}
}

func (f *figures) all() []prometheus.Collector {
	return []prometheus.Collector{f.collected, f.erased, f.failures, f.pending, f.parked, f.oldest}
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, m := range c.figures.all() {
		m.Describe(ch)
	}
}

// Collect implements prometheus.Collector.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	for _, m := range c.figures.all() {
		m.Collect(ch)
	}
}

// Backlog is what waits to be collected, for alarms.
type Backlog struct {
	Pending int     // on the switch
	Parked  int     // given up
	Oldest  float64 // seconds that the oldest pending one has waited
	Full    bool    // the last failure of a pending one was want of room
}

// ReadBacklog counts what waits.
func ReadBacklog(ctx context.Context, pool *pgxpool.Pool) (Backlog, error) {
	var b Backlog
	err := pool.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'failed'),
			coalesce(extract(epoch FROM now() - min(enqueued_at) FILTER (WHERE state = 'pending')), 0)::float8,
			coalesce(bool_or(state = 'pending' AND (reason LIKE '%no space left%' OR reason LIKE '%quota exceeded%' OR reason LIKE '%no room left%')), false)
		FROM recording.recording WHERE state IN ('pending', 'failed')`).Scan(&b.Pending, &b.Parked, &b.Oldest, &b.Full)
	if err != nil {
		return b, fmt.Errorf("count recordings that wait: %w", err)
	}
	return b, nil
}

// count brings the gauges up to date.
func (c *Collector) count(ctx context.Context) {
	b, err := ReadBacklog(ctx, c.pool)
	if err != nil {
		return // Postgres is away: others say so
	}
	c.figures.pending.Set(float64(b.Pending))
	c.figures.parked.Set(float64(b.Parked))
	c.figures.oldest.Set(b.Oldest)
}
