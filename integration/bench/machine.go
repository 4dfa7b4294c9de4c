package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/pbx/asterisk/config"
)

// machine is where it was measured.
type machine struct {
	when                time.Time
	commit              string // empty: not in a repository
	changed             bool   // something was not committed
	cores               int
	model, system       string
	memory              int64 // bytes
	kernel              string
	goVersion, asterisk string
	postgres, redis     string
	sipp                string
	load                string // of the last minute, before we began
}

// describe looks at the machine before anything is started.
func describe(ctx context.Context, root, tree string) machine {
	m := machine{
		when: time.Now(), cores: runtime.NumCPU(), goVersion: strings.TrimPrefix(runtime.Version(), "go"),
		model:  match("/proc/cpuinfo", `(?m)^model name\s*: (.*)$`),
		system: match("/etc/os-release", `(?m)^PRETTY_NAME="?([^"\n]*)`),
		kernel: match("/proc/sys/kernel/osrelease", `^(\S*)`),
		load:   match("/proc/loadavg", `^(\S*)`),
	}
	kib, _ := strconv.ParseInt(match("/proc/meminfo", `(?m)^MemTotal:\s*(\d+) kB`), 10, 64)
	m.memory = kib << 10
	m.commit = output(ctx, root, "git", "rev-parse", "--short", "HEAD")
	m.changed = output(ctx, root, "git", "status", "--porcelain") != ""
	sipp := config.Program(tree, "bin/sipp", "-v")
	m.sipp = first(output(ctx, root, sipp.Path, sipp.Args[1:]...), `SIPp v(\d+(?:\.\d+)*)`)
	switch_ := config.Program(tree, "sbin/asterisk", "-V")
	m.asterisk = first(output(ctx, root, switch_.Path, switch_.Args[1:]...), `Asterisk (\d+(?:\.\d+)*)`)
	return m
}

func output(ctx context.Context, dir, name string, args ...string) string {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, _ := cmd.CombinedOutput() // SIPp's -v ends with 99
	return strings.TrimSpace(string(out))
}

// match finds the first group of an expression in a file; empty: not there.
func match(file, expression string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	return first(string(text), expression)
}

func first(text, expression string) string {
	found := regexp.MustCompile(expression).FindStringSubmatch(text)
	if len(found) < 2 {
		return ""
	}
	return strings.TrimSpace(found[1])
}

func (m machine) versions() string {
	return fmt.Sprintf("Go %s, Asterisk %s, PostgreSQL %s, Redis %s, SIPp %s", m.goVersion, m.asterisk, m.postgres, m.redis, m.sipp)
}

func (m machine) hardware() string {
	return fmt.Sprintf("%d × %s, %.0f GB, %s, Linux %s", m.cores, m.model, float64(m.memory)/(1<<30), m.system, m.kernel)
}
