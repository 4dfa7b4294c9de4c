package asterisktest

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx/asterisk/config"
)

//go:embed sipp/*.xml
var scenarios embed.FS

// SIPp is one running SIPp process.
type SIPp struct {
	Dir  string // its folder; files that it names are here
	Port uint16 // of its SIP

	cmd    *exec.Cmd
	done   chan struct{}
	err    error // of the process, once done
	mu     sync.Mutex
	output bytes.Buffer
}

// SIPp starts a scenario of this package (a name such as "caller_waits") or of
// a file (a path). The folder holds tone.ulaw, a tone of 440 Hz; see Tone of
// Caller and Phone for others. Address, ports and -nostdin are given; args
// come after them and win. The process is killed when the test ends; its
// output is shown when the test has failed.
func (i *Instance) SIPp(t testing.TB, scenario string, args ...string) *SIPp {
	t.Helper()
	return i.sipp(t, i.port(), scenario, Sine(440, 2, 8000), args...)
}

// port gives a SIPp process its number.
func (i *Instance) port() uint16 {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.sipps++
	return i.base + 10 + i.sipps%90
}

func (i *Instance) sipp(t testing.TB, port uint16, scenario string, tone []int16, args ...string) *SIPp {
	t.Helper()
	dir, err := os.MkdirTemp(i.Dir, "sipp-")
	if err != nil {
		t.Fatalf("asterisktest: %v", err)
	}
	WriteULaw(t, filepath.Join(dir, "tone.ulaw"), tone)
	if digits := keyIn(args, "digits"); digits != "" {
		how := Dialling{Key: 8, Pause: 12}
		if dials := keyIn(args, "dials"); dials != "" {
			_, _ = fmt.Sscanf(dials, "%d/%d/%d", &how.Key, &how.Pause, &how.Burst)
		}
		writeDigits(t, filepath.Join(dir, "digits.pcap"), digits, how)
	}
	file := scenario
	if !strings.ContainsRune(scenario, '/') {
		text, err := scenarios.ReadFile("sipp/" + scenario + ".xml")
		if err != nil {
			t.Fatalf("asterisktest: %v", err)
		}
		// SIPp reads these before it knows any key.
		for _, key := range []string{"code", "talk"} {
			text = bytes.ReplaceAll(text, []byte("["+key+"]"), []byte(cmp.Or(keyIn(args, key), "1")))
		}
		file = filepath.Join(dir, scenario+".xml")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatalf("asterisktest: %v", err)
		}
	}
	// Two ports of RTP for each process, in turn.
	rtp := i.base + 300 + (port-i.base-10)*2
	args = append([]string{
		i.SIP.String(), "-sf", file, "-i", "127.0.0.1", "-p", strconv.Itoa(int(port)),
		"-min_rtp_port", strconv.Itoa(int(rtp)), "-max_rtp_port", strconv.Itoa(int(rtp + 20)),
		"-nostdin", "-trace_err", "-error_file", "errors.log", "-timeout_error",
	}, args...)
	s := &SIPp{Dir: dir, Port: port, done: make(chan struct{})}
	s.cmd = config.Program(i.Tree, "bin/sipp", args...)
	s.cmd.Dir = dir
	s.cmd.Stdout, s.cmd.Stderr = &locked{s: s}, &locked{s: s}
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("asterisktest: start SIPp: %v", err)
	}
	go func() { defer close(s.done); s.err = s.cmd.Wait() }()
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			t.Logf("SIPp %s:\n%s", scenario, s.Output())
		}
	})
	return s
}

// keyIn finds the value of -key name in arguments.
func keyIn(args []string, name string) string {
	for n := 0; n+2 < len(args); n++ {
		if args[n] == "-key" && args[n+1] == name {
			return args[n+2]
		}
	}
	return ""
}

// locked lets the output be read while the process writes it.
type locked struct{ s *SIPp }

func (l *locked) Write(p []byte) (int, error) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	return l.s.output.Write(p)
}

// Wait waits until the scenario has ended and fails the test unless it went
// as written.
func (s *SIPp) Wait(t testing.TB, limit time.Duration) {
	t.Helper()
	if err := s.Result(limit); err != nil {
		t.Fatalf("asterisktest: SIPp: %v\n%s", err, s.Output())
	}
}

// Result waits until the scenario has ended; nil: it went as written.
func (s *SIPp) Result(limit time.Duration) error {
	select {
	case <-s.done:
	case <-time.After(limit):
		return fmt.Errorf("still running after %s", limit)
	}
	var exit *exec.ExitError
	if errors.As(s.err, &exit) {
		return fmt.Errorf("ended with %d", exit.ExitCode())
	}
	return s.err
}

// Kill ends the process at once: a phone that vanishes.
func (s *SIPp) Kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
}

// Output is what SIPp printed and noted as errors, the end of it.
func (s *SIPp) Output() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	noted, _ := os.ReadFile(filepath.Join(s.Dir, "errors.log"))
	return string(tail(s.output.Bytes(), 3000)) + "\n" + string(tail(noted, 3000))
}

// Caller is somebody who calls from the trunk 127.0.0.2.
type Caller struct {
	To      string        // number dialled; default 12328
	From    string        // default 13800000000
	Name    string        // display name; default Caller
	Tone    float64       // what the caller says, Hz; default 440
	HangUp  time.Duration // after the answer; zero: waits for the far side's BYE
	Digits  string        // pressed one after another from 1 s after the answer on; the caller says nothing
	Dials   Dialling      // how; default as WriteDigits
	Cancel  time.Duration // gives up so long after the ringing began
	Address string        // default 127.0.0.2
}

// Call lets a caller call.
func (i *Instance) Call(t testing.TB, c Caller) *SIPp {
	t.Helper()
	or := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	or(&c.To, "12328")
	or(&c.From, "13800000000")
	or(&c.Name, "Caller")
	or(&c.Address, "127.0.0.2")
	if c.Tone == 0 {
		c.Tone = 440
	}
	scenario, length := "caller_waits", time.Duration(0)
	switch {
	case c.Cancel > 0:
		scenario, length = "caller_cancels", c.Cancel
	case c.Digits != "":
		scenario, length = "caller_digits", c.HangUp
	case c.HangUp > 0:
		scenario, length = "caller_hangs_up", c.HangUp
	}
	args := []string{
		"-i", c.Address, "-m", "1",
		"-s", c.To, "-key", "from", c.From, "-key", "name", c.Name, "-key", "digits", c.Digits,
		"-d", strconv.Itoa(int(length.Milliseconds())),
	}
	if c.Dials != (Dialling{}) {
		args = append(args, "-key", "dials", fmt.Sprintf("%d/%d/%d", c.Dials.Key, c.Dials.Pause, c.Dials.Burst))
	}
	return i.sipp(t, i.port(), scenario, Sine(c.Tone, 2, 8000), args...)
}

// Phone is a SIP phone of an agent.
type Phone struct {
	User, Password string
	Scenario       string        // default agent: answers; agent_hangs_up, agent_rings, agent_rejects
	Tone           float64       // what the agent says, Hz; default 1000
	Delay          time.Duration // between ringing and answering or rejecting
	Talk           time.Duration // agent_hangs_up: how long
	Code           int           // agent_rejects: SIP status, default 486
}

// Agent registers a phone with the switch and lets it wait for calls.
func (i *Instance) Agent(t testing.TB, p Phone) *SIPp {
	t.Helper()
	port := i.port()
	i.register(t, port, p.User, p.Password).Wait(t, 10*time.Second)
	if p.Scenario == "" {
		p.Scenario = "agent"
	}
	if p.Tone == 0 {
		p.Tone = 1000
	}
	if p.Code == 0 {
		p.Code = 486
	}
	return i.sipp(t, port, p.Scenario, Sine(p.Tone, 2, 8000), "-s", p.User,
		"-d", strconv.Itoa(int(p.Delay.Milliseconds())), "-key", "code", strconv.Itoa(p.Code),
		"-key", "talk", strconv.Itoa(int(p.Talk.Milliseconds())))
}

// Register registers a phone whose SIP is at a port, and does nothing more.
func (i *Instance) Register(t testing.TB, user, password string) *SIPp {
	t.Helper()
	return i.register(t, i.port(), user, password)
}

func (i *Instance) register(t testing.TB, port uint16, user, password string) *SIPp {
	t.Helper()
	return i.sipp(t, port, "register", nil, "-m", "1", "-s", user, "-au", user, "-ap", password,
		"-key", "expires", "600", "-timeout", "8s")
}
