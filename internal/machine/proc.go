package machine

import (
	"bytes"
	"math"
	"strconv"
)

// ticks are the time all processors have had, and how much of it they were
// idle, since the machine was started.
type ticks struct{ all, idle uint64 }

// readTicks reads /proc/stat (proc_stat(5)): the line "cpu" counts user, nice,
// system, idle, iowait, irq, softirq, steal; guests are in user already.
func readTicks(text []byte) (ticks, bool) {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	fields := bytes.Fields(line)
	if len(fields) < 5 || string(fields[0]) != "cpu" {
		return ticks{}, false
	}
	var t ticks
	for i, f := range fields[1:min(len(fields), 9)] {
		n, err := strconv.ParseUint(string(f), 10, 64)
		if err != nil {
			return ticks{}, false
		}
		t.all += n
		if i == 3 || i == 4 {
			t.idle += n
		}
	}
	return t, true
}

// percentSince is how busy the processors were since an earlier look; nil when
// there was none.
func (t ticks) percentSince(before ticks) *float64 {
	if before.all == 0 || t.all <= before.all || t.idle < before.idle {
		return nil
	}
	all := float64(t.all - before.all)
	return percent(all-float64(t.idle-before.idle), all)
}

// readMemory reads /proc/meminfo (proc_meminfo(5)).
func readMemory(text []byte) *float64 {
	total, ok := memory(text, "MemTotal:")
	available, known := memory(text, "MemAvailable:")
	if !ok || !known || available > total {
		return nil
	}
	return percent(total-available, total)
}

func memory(text []byte, name string) (float64, bool) {
	for line := range bytes.Lines(text) {
		fields := bytes.Fields(line)
		if len(fields) >= 2 && string(fields[0]) == name {
			n, err := strconv.ParseUint(string(fields[1]), 10, 64)
			return float64(n), err == nil
		}
	}
	return 0, false
}

// readLoad reads /proc/loadavg (proc_loadavg(5)).
func readLoad(text []byte, cores int) *float64 {
	fields := bytes.Fields(text)
	if len(fields) < 3 || cores < 1 {
		return nil
	}
	load, err := strconv.ParseFloat(string(fields[0]), 64)
	if err != nil || math.IsNaN(load) || math.IsInf(load, 0) || load < 0 {
		return nil
	}
	load /= float64(cores)
	return &load
}

// percent is a share between 0 and 100; nil of nothing.
func percent(part, whole float64) *float64 {
	if whole <= 0 {
		return nil
	}
	p := min(100, max(0, 100*part/whole))
	return &p
}
