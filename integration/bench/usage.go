package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usage is what processes have used.
type usage struct {
	cpu    time.Duration // user and system, of ended children too
	memory int64         // resident, bytes
}

// tick is the unit of processor times in /proc: USER_HZ, 100 everywhere.
const tick = 10 * time.Millisecond

// usageOf reads /proc/PID/stat (proc(5)).
func usageOf(pid int) (usage, error) {
	f, err := statOf(pid)
	if err != nil {
		return usage{}, err
	}
	// Counted from the state, field 3: utime 14, stime, cutime, cstime; rss 24.
	return usage{
		cpu:    time.Duration(f.number(14)+f.number(15)+f.number(16)+f.number(17)) * tick,
		memory: f.number(24) * int64(os.Getpagesize()),
	}, nil
}

type stat []string

func statOf(pid int) (stat, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, fmt.Errorf("read the times of a process: %w", err)
	}
	// The name before the last bracket may hold blanks and brackets.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 22 {
		return nil, fmt.Errorf("read the times of process %d: unknown form", pid)
	}
	return fields, nil
}

// number returns a field by its number in proc(5).
func (s stat) number(n int) int64 {
	v, _ := strconv.ParseInt(s[n-3], 10, 64)
	return v
}

// usageOfFamily adds up a process and its living children; of those that have
// ended, the parent keeps account. Memory is the parent's alone: children
// share most of theirs.
func usageOfFamily(pid int) (usage, error) {
	sum, err := usageOf(pid)
	if err != nil {
		return usage{}, err
	}
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		child, _ := strconv.Atoi(filepath.Base(dir))
		f, err := statOf(child)
		if err != nil || f.number(4) != int64(pid) {
			continue // ended meanwhile, or of another family
		}
		sum.cpu += time.Duration(f.number(14)+f.number(15)) * tick
	}
	return sum, nil
}

// party is somebody whose usage is told in the report.
type party string

// Who is measured.
const (
	ours     party = "yihaotong"
	asterisk party = "Asterisk"
	database party = "PostgreSQL"
	redisDB  party = "Redis"
	peers    party = "SIPp"
)

// meter tells what every party has used up to now.
type meter map[party]func() (usage, error)

// reading is what a meter shows at one time.
type reading struct {
	at  time.Time
	all map[party]usage
}

// read reads the meter. A party that cannot be read is left out.
func (m meter) read() reading {
	r := reading{at: time.Now(), all: map[party]usage{}}
	for who, ask := range m {
		if u, err := ask(); err == nil {
			r.all[who] = u
		}
	}
	return r
}

// since is what each party used of processors between two readings.
func (r reading) since(before reading) map[party]time.Duration {
	used := map[party]time.Duration{}
	for who, u := range r.all {
		if b, ok := before.all[who]; ok {
			used[who] = u.cpu - b.cpu
		}
	}
	return used
}
