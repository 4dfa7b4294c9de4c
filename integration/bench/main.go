// Command bench measures a whole hotline on this machine and writes a report;
// `make bench` runs it. It is a report, not a test: nothing fails because it
// is slow.
//
// It starts everything that it measures, on the loopback interface: a real
// Asterisk from YHT_ASTERISK_TREE, our program built from this source, callers
// and agents' phones (SIPp), a second Asterisk with app_queue to compare with.
// PostgreSQL and Redis are given by YHT_POSTGRES_URL and YHT_REDIS_URL; there
// it uses a database of its own. It ends what it started, and nothing else,
// also on Ctrl-C. Every load lasts a minute at most, the whole about eight.
//
// The order of the measures is that of their gentleness, so that the wreckage
// of the last (how much is too much) is in nobody's way.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	// The first signal ends the measures in order; the second ends us at once,
	// and the kernel whatever we have started.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop)
	if err := run(ctx, os.Args[1:]); err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted; everything that was started has been ended")
		}
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measures are the names that -only takes, in their order.
var measures = []string{"ready", "times", "compare", "bridged", "knee"}

// choice is what the command line says.
type choice struct {
	quick, update, keep bool
	only                []string
}

func parse(args []string) (c choice, err error) {
	var only string
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.BoolVar(&c.quick, "quick", false, "a smoke run of about two minutes, whose figures mean nothing")
	f.BoolVar(&c.update, "update", false, "write the report between the bench marks of README.md and README.zh-CN.md")
	f.BoolVar(&c.keep, "keep", false, "keep the folder with logs and data, and say where it is")
	f.StringVar(&only, "only", strings.Join(measures, ","), "measure only these")
	if err := f.Parse(args); err != nil {
		return c, err
	}
	c.only = strings.Split(only, ",")
	for _, name := range c.only {
		if !slices.Contains(measures, name) {
			return c, fmt.Errorf("there is no measure %q, only %s", name, strings.Join(measures, ", "))
		}
	}
	return c, nil
}

func run(ctx context.Context, args []string) (err error) {
	c, err := parse(args)
	if err != nil {
		return err
	}
	for _, name := range []string{"YHT_ASTERISK_TREE", "YHT_POSTGRES_URL", "YHT_REDIS_URL"} {
		if os.Getenv(name) == "" {
			return fmt.Errorf("%s is not set; `make bench` starts what is needed and sets it", name)
		}
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "yht-bench-")
	if err != nil {
		return err
	}
	began := time.Now()
	h := &house{tree: os.Getenv("YHT_ASTERISK_TREE"), root: root, dir: dir, say: func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, "[%5.1f s] %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
	}}
	defer func() {
		h.close()
		if c.keep {
			fmt.Fprintln(os.Stderr, "bench: logs and data are in", dir)
			return
		}
		_ = os.RemoveAll(dir)
	}()
	size := full
	if c.quick {
		size = quick
	}
	r := results{machine: describe(ctx, root, h.tree), quick: c.quick}
	if err := h.open(ctx, size.agents); err != nil {
		return err
	}
	r.machine.postgres, r.machine.redis = h.stores.versions(ctx)
	measured := h.measure(ctx, size, c.only, &r)
	r.took = time.Since(began)
	h.say("measured in %s", r.took.Round(time.Second))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	// What was measured before something went wrong is worth telling.
	return errors.Join(measured, publish(root, r, c.update && measured == nil))
}

// measure takes the measures that were asked for, in order.
func (h *house) measure(ctx context.Context, size scale, only []string, r *results) error {
	r.greets = h.greets
	take := map[string]func() error{
		"ready": func() error {
			s, err := h.measureReady(ctx, size.samples)
			return keep(&r.ready, s, err)
		},
		"times": func() error {
			t, err := h.measureTimes(ctx, size.quiet)
			return keep(&r.times, t, err)
		},
		"compare": func() error {
			c, err := h.compare(ctx, size.compared, size.agents)
			return keep(&r.compare, c, err)
		},
		"bridged": func() error {
			for _, n := range size.bridged {
				p, err := h.plateau(ctx, n, size.window)
				if err != nil {
					return err
				}
				r.bridged = append(r.bridged, p)
			}
			return nil
		},
		"knee": func() (err error) {
			r.knee, err = h.knee(ctx, size.rates, size.each, kneeBudget, size.agents)
			return err
		},
	}
	for _, name := range measures {
		if !slices.Contains(only, name) {
			continue
		}
		if err := take[name](); err != nil {
			return fmt.Errorf("measure %q: %w", name, err)
		}
	}
	return nil
}

// kneeBudget bounds the search for the knee.
const kneeBudget = 3 * time.Minute

// keep stores what was measured without an error.
func keep[T any](to **T, value T, err error) error {
	if err == nil {
		*to = &value
	}
	return err
}

// publish prints the report and keeps it in var/bench/report.md, the Chinese
// one beside it.
func publish(root string, r results, update bool) error {
	folder := filepath.Join(root, "var/bench")
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // a report for everybody
		return err
	}
	for name, lang := range map[string]language{"report.md": english, "report.zh-CN.md": chinese} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(r.markdown(lang)), 0o644); err != nil { //nolint:gosec // as above
			return err
		}
	}
	fmt.Println(r.markdown(english))
	fmt.Fprintln(os.Stderr, "bench: the report is in var/bench/report.md, in Chinese in report.zh-CN.md")
	if update {
		return updateReadmes(root, r)
	}
	return nil
}
