package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// process is a program that this one has started and will end.
type process struct {
	name string
	cmd  *exec.Cmd
	log  string // file with all that it says
	done chan struct{}
	err  error // how it ended; read it after done
}

// launch starts a program with its output in dir/name.log. It is in a process
// group of its own, so that Ctrl-C reaches us alone and everything ends in
// order.
func launch(dir, name string, cmd *exec.Cmd) (*process, error) {
	p := &process{name: name, cmd: cmd, log: filepath.Join(dir, name+".log"), done: make(chan struct{})}
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log of %s: %w", name, err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	endWithUs(cmd)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		defer close(p.done)
		p.err = cmd.Wait()
	}()
	return p, nil
}

// end asks the process to end, and kills it when it has not after grace.
func (p *process) end(grace time.Duration) {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(grace):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

// wait waits for the process to end by itself; when ctx ends first, it is
// killed.
func (p *process) wait(ctx context.Context) error {
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		_ = p.cmd.Process.Kill()
		<-p.done
		return ctx.Err()
	}
}

// failure tells why a process that should run does not, with the end of what
// it said; nil while it runs.
func (p *process) failure() error {
	select {
	case <-p.done:
		return fmt.Errorf("%s has ended: %w\n%s", p.name, cmp.Or(p.err, errEnded), tail(p.log, 2000))
	default:
		return nil
	}
}

// tail returns the last n bytes of a file.
func tail(file string, n int) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-n):])
}

// errEnded is how a process ends that had no reason to.
var errEnded = errors.New("without an error")

// errTimeout is in the chain when something did not come about in time.
var errTimeout = errors.New("it did not come about in time")

// until asks again and again whether something is so, until it is, limit has
// passed, or it can no longer become so (an error).
func until(ctx context.Context, limit time.Duration, what string, is func() (bool, error)) error {
	return untilEvery(ctx, 25*time.Millisecond, limit, what, is)
}

// untilEvery is until with another pause between two questions.
func untilEvery(ctx context.Context, pause, limit time.Duration, what string, is func() (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errTimeout)
	defer cancel()
	for {
		ok, err := is()
		if err != nil {
			return fmt.Errorf("wait until %s: %w", what, err)
		}
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until %s: %w", what, context.Cause(ctx))
		case <-time.After(pause):
		}
	}
}
