// Package machine tells how busy this machine is: processors, memory, disk. It
// reads what the Linux kernel tells in /proc and asks the file system; on other
// systems nothing is known. It judges nothing.
package machine

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Load is how busy the machine is. What is not known is nil.
type Load struct {
	At      time.Time
	CPU     *float64 // percent of all processors, since the look before
	Memory  *float64 // percent that programs cannot get any more
	Disk    *float64 // percent used of the disk that holds our data, as a user may write
	PerCore *float64 // processes that run or want to, over the last minute, for each processor
}

// every is the time between two looks.
const every = 5 * time.Second

// Watch looks at the machine again and again.
type Watch struct {
	proc string // /proc
	data string // a folder on the disk that matters

	mu     sync.Mutex
	load   Load
	before ticks

	cpu, memory, disk, perCore *prometheus.Desc
}

// New watches the machine and the disk that holds the folder data. It starts
// nothing.
func New(data string) *Watch {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("yihaotong_machine_"+name, help, nil, nil)
	}
	return &Watch{
		proc: "/proc", data: data,
		cpu:     desc("cpu_percent", "Processors in use, of all."),
		memory:  desc("memory_percent", "Memory that programs cannot get any more."),
		disk:    desc("disk_percent", "Used of the disk that holds our data."),
		perCore: desc("load_per_core", "Load average of one minute for each processor."),
	}
}

// Run looks every five seconds until ctx ends.
func (w *Watch) Run(ctx context.Context) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		w.look(time.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Load returns what was seen last; its moment is zero before the first look.
func (w *Watch) Load() Load {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.load
}

func (w *Watch) look(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := Load{At: now, Disk: Disk(w.data)}
	if text, err := os.ReadFile(filepath.Join(w.proc, "stat")); err == nil {
		if t, ok := readTicks(text); ok {
			next.CPU = t.percentSince(w.before)
			w.before = t
		}
	}
	if text, err := os.ReadFile(filepath.Join(w.proc, "meminfo")); err == nil {
		next.Memory = readMemory(text)
	}
	if text, err := os.ReadFile(filepath.Join(w.proc, "loadavg")); err == nil {
		next.PerCore = readLoad(text, runtime.NumCPU())
	}
	w.load = next
}

// Describe implements prometheus.Collector.
func (w *Watch) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{w.cpu, w.memory, w.disk, w.perCore} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. What is not known is left out.
func (w *Watch) Collect(ch chan<- prometheus.Metric) {
	l := w.Load()
	for _, g := range []struct {
		desc  *prometheus.Desc
		value *float64
	}{{w.cpu, l.CPU}, {w.memory, l.Memory}, {w.disk, l.Disk}, {w.perCore, l.PerCore}} {
		if g.value != nil {
			ch <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, *g.value)
		}
	}
}
