package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/pbx/asterisk/config"
)

//go:embed sipp/*.xml
var scenarios embed.FS

// hotline is the number that everybody dials.
const hotline = "12328"

// milliwatt is one period of ITU-T G.711's digital milliwatt in µ-law, a tone
// of 1 kHz: what the callers say.
var milliwatt = []byte{0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e}

// stage is where SIPp plays: its files, and all processes of it.
type stage struct {
	tree, dir string
	runs      int
	all       []*process // also those that have ended
}

// sipp starts a scenario in a folder of its own. args come after those that
// every run needs.
func (s *stage) sipp(scenario, to string, lines []string, args ...string) (*process, string, error) {
	s.runs++
	dir := filepath.Join(s.dir, fmt.Sprintf("sipp-%02d-%s", s.runs, scenario))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, "", fmt.Errorf("make a folder for SIPp: %w", err)
	}
	text, err := scenarios.ReadFile("sipp/" + scenario + ".xml")
	if err != nil {
		return nil, "", err
	}
	files := map[string][]byte{
		scenario + ".xml": text, "tone.ulaw": bytes.Repeat(milliwatt, 2000),
		"lines.csv": []byte("SEQUENTIAL\n" + strings.Join(lines, "\n") + "\n"),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return nil, "", fmt.Errorf("write a file for SIPp: %w", err)
		}
	}
	given := []string{
		to, "-sf", scenario + ".xml", "-nostdin", "-trace_err", "-error_file", "errors.log", "-s", hotline,
		// A machine that is too busy is a finding, no reason for SIPp to give up.
		"-watchdog_minor_maxtriggers", "1000000", "-watchdog_major_maxtriggers", "1000000",
	}
	if len(lines) > 0 {
		given = append(given, "-inf", "lines.csv")
	}
	cmd := config.Program(s.tree, "bin/sipp", append(given, args...)...)
	cmd.Dir = dir
	p, err := launch(dir, "sipp", cmd)
	if err == nil {
		s.all = append(s.all, p)
	}
	return p, dir, err
}

// usage is what all SIPp processes have used; those that have ended tell it
// themselves.
func (s *stage) usage() (usage, error) {
	var sum usage
	for _, p := range s.all {
		select {
		case <-p.done:
			sum.cpu += p.cmd.ProcessState.SystemTime() + p.cmd.ProcessState.UserTime()
		default:
			if u, err := usageOf(p.cmd.Process.Pid); err == nil {
				sum.cpu += u.cpu
				sum.memory += u.memory
			}
		}
	}
	return sum, nil
}

func (s *stage) end() {
	for _, p := range s.all {
		p.end(time.Second)
	}
}

// register registers phones at a port where later their calls will arrive.
func (s *stage) register(ctx context.Context, to string, port uint16, ids []string) error {
	lines := make([]string, len(ids))
	for i, id := range ids {
		lines[i] = fmt.Sprintf("%s;[authentication username=%s password=%s]", id, id, phoneSecret)
	}
	p, dir, err := s.sipp("register", to, lines, "-i", loopback.String(), "-p", strconv.Itoa(int(port)),
		"-m", strconv.Itoa(len(ids)), "-r", "50", "-timeout", "30s")
	if err != nil {
		return err
	}
	if err := p.wait(ctx); err != nil {
		return fmt.Errorf("register %d phones: %w\n%s", len(ids), err, tail(filepath.Join(dir, "errors.log"), 500))
	}
	return nil
}

// agents starts the phones of all agents, at one port.
func (s *stage) agents(to string, port, sound uint16) error {
	p, _, err := s.sipp("agent", to, nil, "-i", loopback.String(), "-mi", loopback.String(), "-p", strconv.Itoa(int(port)),
		"-min_rtp_port", strconv.Itoa(int(sound)), "-rtp_echo")
	if err != nil {
		return err
	}
	return p.failure()
}

// load is a number of callers.
type load struct {
	to    string        // the switch
	calls int           // altogether
	rate  float64       // new ones per second
	hold  time.Duration // from the answer to the hang-up
}

// length is how long a load lasts when all goes well.
func (l load) length() time.Duration {
	return time.Duration(float64(l.calls)/l.rate*float64(time.Second)) + l.hold
}

// outcome is what the callers saw.
type outcome struct {
	calls, failed int
	answer        []time.Duration // INVITE sent to 200 received
	resent        int             // requests that had to be sent again
	took          time.Duration   // until the last call was set up
	why           string          // of the first failure
}

// run lets callers call and waits until all have hung up, at most a minute.
func (s *stage) run(ctx context.Context, l load) (outcome, error) {
	callers, err := s.call(l)
	if err != nil {
		return outcome{}, err
	}
	return callers.wait(ctx, l)
}

// callers is a running load.
type callers struct {
	*process
	dir string
}

// longest bounds every load.
const longest = time.Minute

func (s *stage) call(l load) (callers, error) {
	port, err := freePort()
	if err != nil {
		return callers{}, err
	}
	lines := make([]string, l.calls)
	for i := range lines {
		lines[i] = fmt.Sprintf("138%08d;", i)
	}
	p, dir, err := s.sipp("caller", l.to, lines, "-i", callersAddress, "-mi", callersAddress, "-p", strconv.Itoa(int(port)),
		"-min_rtp_port", strconv.Itoa(callersRTP), "-max_rtp_port", strconv.Itoa(callersRTPE),
		"-m", strconv.Itoa(l.calls), "-l", strconv.Itoa(l.calls), "-r", strconv.FormatFloat(l.rate, 'f', -1, 64),
		"-d", strconv.Itoa(int(l.hold.Milliseconds())), "-recv_timeout", "15s",
		"-trace_stat", "-stf", "stat.csv", "-fd", "1", "-trace_rtt", "-rtt_freq", "1", "-timeout", fmt.Sprintf("%.0fs", longest.Seconds()))
	return callers{p, dir}, err
}

// wait waits for the end of a load. Calls that failed are no error.
func (c callers) wait(ctx context.Context, l load) (outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, longest+5*time.Second)
	defer cancel()
	err := c.process.wait(ctx)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 100) {
		return outcome{}, fmt.Errorf("callers: %w\n%s%s", err, tail(c.log, 500), tail(filepath.Join(c.dir, "errors.log"), 500))
	}
	o := outcome{calls: l.calls}
	if o.answer, err = responseTimes(c.dir); err != nil {
		return o, err
	}
	if err := o.readStat(filepath.Join(c.dir, "stat.csv")); err != nil {
		return o, err
	}
	if o.failed > 0 {
		first, _, _ := strings.Cut(strings.ReplaceAll(tail(filepath.Join(c.dir, "errors.log"), 4000), "\n", " "), "SIP/2.0")
		o.why = fmt.Sprintf("%.200s", first)
	}
	return o, nil
}

// responseTimes reads what -trace_rtt wrote: date;milliseconds;name.
func responseTimes(dir string) ([]time.Duration, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*_rtt.csv"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, nil // nobody was answered
	}
	rows, err := readCSV(files[0])
	if err != nil {
		return nil, err
	}
	var times []time.Duration
	for _, row := range rows[1:] {
		if len(row) < 2 {
			continue
		}
		ms, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			return nil, fmt.Errorf("read the response times of SIPp: %w", err)
		}
		times = append(times, time.Duration(ms*float64(time.Millisecond)))
	}
	return times, nil
}

// readStat reads the last line of what -trace_stat wrote.
func (o *outcome) readStat(file string) error {
	rows, err := readCSV(file)
	if err != nil {
		return err
	}
	last := rows[len(rows)-1]
	value := func(name string) int {
		for i, title := range rows[0] {
			if title == name && i < len(last) {
				n, _ := strconv.Atoi(last[i])
				return n
			}
		}
		return 0
	}
	o.failed = o.calls - value("SuccessfulCall(C)")
	o.resent = value("Retransmissions(C)")
	for _, row := range rows[1:] { // one each second
		o.took += time.Second
		for i, title := range rows[0] {
			if title == "TotalCallCreated" && row[i] == strconv.Itoa(o.calls) {
				return nil
			}
		}
	}
	return nil
}

func readCSV(file string) ([][]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read what SIPp has measured: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = ';', -1, true
	rows, err := r.ReadAll()
	if err == nil && len(rows) < 2 {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("read %s of SIPp: %w", filepath.Base(file), err)
	}
	return rows, nil
}
