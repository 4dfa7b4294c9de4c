package orchestrator

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	calls    *prometheus.CounterVec
	current  prometheus.Gauge
	decision prometheus.Histogram
	prompts  prometheus.Counter
	refused  prometheus.Counter
	drift    *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "yihaotong_calls_total", Help: "Calls that are over, by what became of them.",
		}, []string{"result"}),
		current: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "yihaotong_calls_current", Help: "Calls being led now.",
		}),
		decision: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "yihaotong_decision_seconds",
			Help:    "From the event of a caller's arrival to the start of its call.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 2, 14),
		}),
		prompts: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "yihaotong_prompt_failures_total", Help: "Prompts that a caller could not be played.",
		}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "yihaotong_commands_refused_total", Help: "Commands the switch refused for another reason than a channel that was gone.",
		}),
		drift: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "yihaotong_state_drift_total", Help: "Differences between switch, live state and engine that were repaired.",
		}, []string{"kind"}),
	}
	reg.MustRegister(m.calls, m.current, m.decision, m.prompts, m.refused, m.drift)
	return m
}
