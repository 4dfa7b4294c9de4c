// Package redistest runs a Redis server of a test's own, so that the test may
// kill it, restart it and empty it. It starts in some ten milliseconds, keeps
// nothing on disk and ends with the test.
package redistest

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience bounds how long the server may take to start or answer; the machine
// may be busy.
const patience = 20 * time.Second

// Server is one private Redis server on a loopback port.
type Server struct {
	t       testing.TB
	dir     string
	addr    string
	running *exec.Cmd // nil: killed
}

// Start runs a server. Without a redis-server (or valkey-server) program the
// test is skipped, or fails when YHT_TEST_REQUIRED=1.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir()}
	t.Cleanup(s.Kill)
	// A free port may be taken between our look and the server's: look again.
	var err error
	for range 5 {
		s.addr = freeAddr(t)
		if err = s.run(program(t)); err == nil {
			return s
		}
	}
	t.Fatalf("redistest: start: %v", err)
	return nil
}

// URL returns the address of the server, as redis://127.0.0.1:port/0. It stays
// the same over Kill and Restart.
func (s *Server) URL() string { return "redis://" + s.addr + "/0" }

// Kill ends the server at once (SIGKILL) and waits until it is gone. All data
// are lost and every connection breaks. Killing a dead server does nothing.
func (s *Server) Kill() {
	if s.running == nil {
		return
	}
	_ = s.running.Process.Kill()
	_ = s.running.Wait() // “signal: killed” is what we asked for
	s.running = nil
}

// Restart ends the server if it runs and starts an empty one on the same port.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	if err := s.run(program(s.t)); err != nil {
		s.t.Fatalf("redistest: restart: %v", err)
	}
}

// Flush forgets all data while every connection stays.
func (s *Server) Flush() {
	s.t.Helper()
	if answer, err := s.ask("FLUSHALL"); err != nil || answer != "+OK" {
		s.t.Fatalf("redistest: flush: %q %v", answer, err)
	}
}

func (s *Server) run(program string) error {
	host, port, _ := net.SplitHostPort(s.addr)
	log := filepath.Join(s.dir, "redis.log")
	cmd := exec.Command(program, "--port", port, "--bind", host, "--dir", s.dir,
		"--save", "", "--appendonly", "no", "--daemonize", "no", "--logfile", log)
	endWithUs(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	s.running = cmd
	for deadline := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		answer, err := s.ask("PING")
		if err == nil && answer == "+PONG" && s.isOurs() {
			return nil
		}
		if time.Now().After(deadline) || s.logged(log, "Failed listening on port", "FATAL CONFIG") {
			s.Kill()
			text, _ := os.ReadFile(log)
			return fmt.Errorf("%s did not come up on %s: %w\n%s", program, s.addr, err, text)
		}
	}
}

// isOurs tells our server from another that answers on the same port.
func (s *Server) isOurs() bool {
	conn, err := net.DialTimeout("tcp", s.addr, time.Second)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	_, _ = fmt.Fprint(conn, "INFO server\r\nQUIT\r\n")
	want := fmt.Sprintf("process_id:%d", s.running.Process.Pid)
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if lines.Text() == want {
			return true
		}
	}
	return false
}

func (s *Server) logged(log string, signs ...string) bool {
	text, _ := os.ReadFile(log)
	for _, sign := range signs {
		if strings.Contains(string(text), sign) {
			return true
		}
	}
	return false
}

// ask sends one inline command and returns the first line of the answer.
func (s *Server) ask(command string) (string, error) {
	conn, err := net.DialTimeout("tcp", s.addr, time.Second)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := fmt.Fprintf(conn, "%s\r\n", command); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	return strings.TrimSpace(line), err
}

func program(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"redis-server", "valkey-server"} {
		path, err := exec.LookPath(name)
		if err == nil {
			return path
		}
		if !errors.Is(err, exec.ErrNotFound) {
			t.Fatalf("redistest: %v", err)
		}
	}
	const what = "NOT TESTED: there is no redis-server program on this machine"
	if os.Getenv("YHT_TEST_REQUIRED") == "1" {
		t.Fatal(what)
	}
	t.Skip(what)
	return ""
}

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("redistest: no free port: %v", err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
