package asterisk

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/yihaotong/yihaotong/pbx"
)

// metrics are what an operator sees of the link.
type metrics struct {
	up       prometheus.Gauge
	links    prometheus.Counter
	events   *prometheus.CounterVec // by type; types we do not know are "unknown"
	bad      prometheus.Counter
	backlog  prometheus.Gauge
	commands *prometheus.HistogramVec // by command and outcome, seconds
}

func newMetrics(reg prometheus.Registerer) *metrics {
	name := func(n string) string { return prometheus.BuildFQName("yihaotong", "asterisk", n) }
	m := &metrics{
		up:      prometheus.NewGauge(prometheus.GaugeOpts{Name: name("up"), Help: "1 while the link to Asterisk stands."}),
		links:   prometheus.NewCounter(prometheus.CounterOpts{Name: name("links_total"), Help: "Links to Asterisk that were established."}),
		events:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: name("events_total"), Help: "ARI events received, by type."}, []string{"type"}),
		bad:     prometheus.NewCounter(prometheus.CounterOpts{Name: name("events_malformed_total"), Help: "ARI events that could not be understood."}),
		backlog: prometheus.NewGauge(prometheus.GaugeOpts{Name: name("events_waiting"), Help: "ARI events received and not yet handed on."}),
		commands: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: name("command_seconds"), Help: "Time Asterisk took for a command, by command and outcome.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"command", "outcome"}),
	}
	if reg == nil {
		return m
	}
	// Two switches of one process share their series.
	m.up = register(reg, m.up)
	m.links = register(reg, m.links)
	m.events = register(reg, m.events)
	m.bad = register(reg, m.bad)
	m.backlog = register(reg, m.backlog)
	m.commands = register(reg, m.commands)
	return m
}

func register[C prometheus.Collector](reg prometheus.Registerer, c C) C {
	var there prometheus.AlreadyRegisteredError
	if err := reg.Register(c); errors.As(err, &there) {
		if old, ok := there.ExistingCollector.(C); ok {
			return old
		}
	}
	return c
}

// command notes how one command went.
func (m *metrics) command(name string, began time.Time, err error) {
	outcome := "ok"
	var e *pbx.Error
	switch {
	case errors.As(err, &e):
		outcome = string(e.Kind)
	case err != nil:
		outcome = "error"
	}
	m.commands.WithLabelValues(name, outcome).Observe(time.Since(began).Seconds())
}
