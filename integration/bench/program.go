package main

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// program is our own program, as it would run in service.
type program struct {
	*process
	url string
}

// buildProgram builds the program, without the race detector.
func buildProgram(ctx context.Context, root, to string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", to, "./cmd/yihaotong")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return nil
}

// settings are the environment of our program: what we were given, without
// the YHT_ variables, and what is given here.
func settings(given map[string]string) []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "YHT_") {
			env = append(env, v)
		}
	}
	for name, value := range given {
		env = append(env, name+"="+value)
	}
	return env
}

// command runs a short command of the program to its end.
func command(ctx context.Context, binary, dir string, env []string, args ...string) error {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir, cmd.Env = dir, env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("yihaotong %s: %w\n%.2000s", strings.Join(args, " "), err, out)
	}
	return nil
}

// serve starts the program and waits until it can serve calls.
func serve(ctx context.Context, binary, dir, addr string, env []string) (*program, error) {
	cmd := exec.Command(binary, "serve")
	cmd.Dir, cmd.Env = dir, env
	proc, err := launch(dir, "yihaotong", cmd)
	if err != nil {
		return nil, err
	}
	p := &program{process: proc, url: "http://" + addr}
	err = until(ctx, time.Minute, "the program is ready", func() (bool, error) {
		res, err := http.Get(p.url + "/readyz")
		if err != nil {
			return false, p.failure()
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK, p.failure()
	})
	if err != nil {
		p.end(time.Second)
		return nil, fmt.Errorf("%w\n%s", err, tail(proc.log, 2000))
	}
	return p, nil
}

// series are the values of the program's metrics, by name with labels.
type series map[string]float64

// metrics reads /metrics (Prometheus' text format).
func (p *program) metrics(ctx context.Context) (series, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("read the program's metrics: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("read the program's metrics: %s", res.Status)
	}
	all := series{}
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		name, value, ok := cutLast(lines.Text())
		if v, err := strconv.ParseFloat(value, 64); ok && err == nil {
			all[name] = v
		}
	}
	return all, nil
}

func cutLast(line string) (name, value string, ok bool) {
	i := strings.LastIndexByte(line, ' ')
	if i < 0 || strings.HasPrefix(line, "#") {
		return "", "", false
	}
	return line[:i], line[i+1:], true
}

// bound is the upper edge of a histogram's bucket, in seconds, below which a
// share q of what was counted between two readings lies; n is how many that
// were. A histogram tells no more than its buckets.
func (s series) bound(before series, histogram string, q float64) (edge time.Duration, n int) {
	count := s[histogram+"_count"] - before[histogram+"_count"]
	best := math.Inf(1)
	for key, v := range s {
		text, ok := strings.CutPrefix(key, histogram+`_bucket{le="`)
		le, err := strconv.ParseFloat(strings.TrimSuffix(text, `"}`), 64)
		if ok && err == nil && v-before[key] >= q*count && le < best {
			best = le
		}
	}
	if count == 0 || math.IsInf(best, 1) {
		return -1, int(count)
	}
	return time.Duration(best * float64(time.Second)), int(count)
}

// moduleRoot finds the folder of go.mod from the working folder upwards.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", fmt.Errorf("no go.mod in %s or above: run the benchmark within the project", dir)
		}
		dir = filepath.Dir(dir)
	}
}
