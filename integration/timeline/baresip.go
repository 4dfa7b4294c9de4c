package timeline

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

// baresip is a telephone that other people wrote, on an agent's desk: it picks
// up by itself, speaks the agent's pitch for a minute, and keeps what it hears in a file.
type baresip struct {
	dir     string
	control string // host:port of its commands
	process *exec.Cmd
	output  *os.File
	exited  chan struct{}
}

// Each module is one of the Debian package baresip-core.
const baresipConfig = `poll_method epoll
sip_listen 127.0.0.1:0
call_max_calls 4
audio_source aufile,%s
audio_path /nonexistent
module_path %s
module g711.so
module aufile.so
module sndfile.so
snd_path %s
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen %s
`

// sitAtBaresip replaces somebody's desk phone by a baresip until the scene is
// over: the account has one place, and who registers last has it.
func (p *play) sitAtBaresip(who string) error {
	if p.seats[who] == nil {
		return fmt.Errorf("%s has no desk", who)
	}
	p.seats[who].Drop()
	b, err := startBaresip(p.t, who, p.Asterisk.SIP.String())
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.soft[who] = b
	p.mu.Unlock()
	p.undo(func() error {
		p.mu.Lock()
		delete(p.soft, who)
		p.mu.Unlock()
		b.stop()
		p.t.Logf("the baresip of %s:\n%s", who, b.told())
		p.seats[who].Return()
		for until := time.Now().Add(settling); !p.seats[who].Registered(); time.Sleep(patience) {
			if time.Now().After(until) {
				return fmt.Errorf("the phone of %s does not register again", who)
			}
		}
		return nil
	})
	for until := time.Now().Add(settling); !strings.Contains(b.told(), "200 OK"); time.Sleep(patience) {
		if time.Now().After(until) {
			return errors.New("baresip does not register")
		}
	}
	return nil
}

func startBaresip(t *testing.T, who, server string) (*baresip, error) {
	program, err := exec.LookPath("baresip")
	if err != nil {
		if os.Getenv("YHT_TEST_REQUIRED") == "1" {
			return nil, errors.New("there is no baresip, and YHT_TEST_REQUIRED=1")
		}
		t.Skip("there is no baresip (make install-services)")
	}
	modules, err := filepath.Glob("/usr/lib*/baresip/modules")
	if more, _ := filepath.Glob("/usr/lib/*/baresip/modules"); len(modules) == 0 {
		modules = more
	}
	if err != nil || len(modules) == 0 {
		return nil, errors.New("baresip has no modules")
	}
	b := &baresip{dir: t.TempDir(), exited: make(chan struct{})}
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b.control = probe.Addr().String()
	_ = probe.Close()
	voice := filepath.Join(b.dir, "voice.wav")
	asterisktest.WriteWAV(t, voice, asterisktest.Sine(float64(voices[who]), 60, 6000))
	for name, text := range map[string]string{
		"config":   fmt.Sprintf(baresipConfig, voice, modules[0], b.dir, b.control),
		"accounts": fmt.Sprintf("<sip:d%s@%s>;auth_pass=%s;answermode=auto;regint=60\n", who, server, hotline.Password),
		"contacts": "",
	} {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	if b.output, err = os.Create(filepath.Join(b.dir, "output")); err != nil {
		return nil, err
	}
	b.process = exec.Command(program, "-f", b.dir) //nolint:gosec // found in PATH
	b.process.Stdout, b.process.Stderr = b.output, b.output
	if err := b.process.Start(); err != nil {
		return nil, err
	}
	go func() { defer close(b.exited); _ = b.process.Wait() }()
	return b, nil
}

// netstring reads “12:hello world!,”.
func netstring(r *bufio.Reader) (string, error) {
	var n int
	if _, err := fmt.Fscanf(r, "%d:", &n); err != nil || n > 1<<16 {
		return "", fmt.Errorf("no netstring of %d bytes: %w", n, err)
	}
	text := make([]byte, n+1)
	_, err := io.ReadFull(r, text)
	return string(text[:n]), err
}

// told is what it has said so far.
func (b *baresip) told() string {
	said, _ := os.ReadFile(b.output.Name())
	return string(said)
}

// baresip is the one at which somebody sits; nil: none.
func (c *Cast) baresip(who string) *baresip {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.soft[who]
}

// lately is how much of what came last is listened to, and how old it may be.
const lately = 300 * time.Millisecond

// hears returns those of the tones that are in what came last. The module
// sndfile writes it as it is decoded, 16 bits a sample.
func (b *baresip) hears(tones ...int) []int {
	files, _ := filepath.Glob(filepath.Join(b.dir, "dump-*-dec.wav"))
	var latest string
	var written time.Time
	for _, name := range files {
		if info, err := os.Stat(name); err == nil && info.ModTime().After(written) {
			latest, written = name, info.ModTime()
		}
	}
	if time.Since(written) > lately {
		return nil
	}
	const bytes = int(lately * asterisktest.Rate / time.Second * 2)
	raw, err := os.ReadFile(latest) //nolint:gosec // found above
	if err != nil || len(raw) < 44+bytes {
		return nil
	}
	raw = raw[44:]
	end := len(raw) &^ 1
	var samples []int16
	for at := end - bytes; at < end; at += 2 {
		samples = append(samples, int16(binary.LittleEndian.Uint16(raw[at:])))
	}
	var out []int
	for _, hz := range tones {
		if asterisktest.Tone(samples, float64(hz)) > 500 {
			out = append(out, hz)
		}
	}
	return out
}

// hangUp presses the red key.
func (b *baresip) hangUp() error {
	conn, err := net.Dial("tcp", b.control)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // all is said
	command, err := json.Marshal(map[string]string{"command": "hangup", "token": "scene"})
	if err == nil {
		_, err = fmt.Fprintf(conn, "%d:%s,", len(command), command)
	}
	if err != nil {
		return err
	}
	for r := bufio.NewReader(conn); ; { // events come in between
		answer, err := netstring(r)
		if err != nil || strings.Contains(answer, `"response":true`) {
			return err
		}
	}
}

// stop ends it; it says goodbye to the switch.
func (b *baresip) stop() {
	_ = b.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-b.exited:
	case <-time.After(3 * time.Second):
		_ = b.process.Process.Kill()
		<-b.exited
	}
	_ = b.output.Close()
}
