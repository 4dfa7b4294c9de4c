package journal

import "github.com/prometheus/client_golang/prometheus"

// metrics of one journal.
type metrics struct {
	appended, shipped, rejected, failures prometheus.Counter
	lag                                   prometheus.GaugeFunc
	fsync                                 prometheus.Histogram
}

func newMetrics(lag func() float64) metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "yihaotong", Subsystem: "journal", Name: name, Help: help})
	}
	return metrics{
		appended: counter("appended_total", "Facts given to the journal."),
		shipped:  counter("shipped_total", "Facts that Postgres has, those it had already included."),
		rejected: counter("rejected_total", "Facts parked in calls.rejected."),
		failures: counter("ship_failures_total", "Attempts to ship that failed."),
		lag: prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: "yihaotong", Subsystem: "journal", Name: "lag", Help: "Facts that are not in Postgres yet.",
		}, lag),
		fsync: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "yihaotong", Subsystem: "journal", Name: "fsync_seconds",
			Help: "Time to put facts through to the disk.", Buckets: prometheus.ExponentialBuckets(0.0001, 2, 14),
		}),
	}
}

func (m metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.appended, m.shipped, m.rejected, m.failures, m.lag, m.fsync}
}

func (m metrics) describe(ch chan<- *prometheus.Desc) {
	for _, c := range m.all() {
		c.Describe(ch)
	}
}

func (m metrics) collect(ch chan<- prometheus.Metric) {
	for _, c := range m.all() {
		c.Collect(ch)
	}
}
