package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/yihaotong/yihaotong/dialplan/speech"
)

// The comparison is a second Asterisk of the same make: the same modules, the
// same music, the same recording (MixMonitor, both channels in one file, only
// while bridged), the same spoken greeting; but its own app_queue, with the
// same telephones as static members, longest idle first, brings the callers to
// the agents. Nothing of ours has a part in it.
var queueFiles = map[string]string{
	"modules_local.conf": "load = app_queue\n",
	"queues.conf": `[general]
persistentmembers = no
autofill = yes
shared_lastcall = yes
[general-queue]
musicclass = default
strategy = leastrecent
timeout = 20
retry = 1
wrapuptime = 0
autofill = yes
ringinuse = no
{{range .Members}}member => PJSIP/{{.}}
{{end}}`,
	"extensions_local.conf": `[from-trunk](+)
exten => {{.Number}},1,MixMonitor({{.Partial}}/${UNIQUEID}.raw,Db,mv -f {{.Partial}}/${UNIQUEID}.raw {{.Done}}/${UNIQUEID}.raw 2>/dev/null)
 same => n,Answer()
 same => n,Playback({{.Greeting}})
 same => n,Queue(general-queue,,,,60)
 same => n,Hangup()
`,
	"pjsip_local.conf": `[trunk]
type = endpoint
context = from-trunk
disallow = all
allow = alaw,ulaw
direct_media = no
rtp_symmetric = yes
dtmf_mode = rfc4733
send_pai = yes
trust_id_inbound = yes
send_connected_line = no
[trunk]
type = identify
endpoint = trunk
match = {{.Callers}}/32
{{range .Members}}[{{.}}]
type = endpoint
context = from-agent
disallow = all
allow = alaw,ulaw
direct_media = no
rtp_symmetric = yes
dtmf_mode = rfc4733
send_connected_line = no
device_state_busy_at = 1
aors = {{.}}
[{{.}}]
type = aor
contact = sip:{{.}}@{{$.Agents}}
{{end}}`,
}

// startQueue starts the Asterisk of the comparison. greeting is a sound
// without its ending, agents where the telephones listen.
func startQueue(ctx context.Context, tree, dir, greeting, agents string, members int) (*exchange, error) {
	const name = "asterisk-queue"
	spool := filepath.Join(dir, name, "var/spool/recording")
	data := map[string]any{
		"Members": phones(members), "Number": hotline, "Greeting": greeting, "Agents": agents,
		"Callers": callersAddress, "Partial": filepath.Join(spool, "yihaotong-partial"),
		"Done": filepath.Join(spool, "yihaotong"),
	}
	extra := map[string]string{}
	for file, text := range queueFiles {
		t, err := template.New(file).Parse(text)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := t.Execute(&b, data); err != nil {
			return nil, err
		}
		extra[file] = b.String()
	}
	x, err := startExchange(ctx, tree, dir, name, extra)
	if err != nil {
		return nil, err
	}
	out, err := x.console(ctx, "queue show general-queue")
	if n := strings.Count(out, "PJSIP/"); err == nil && n != members {
		err = fmt.Errorf("app_queue has %d of its %d members: %.500s", n, members, out)
	}
	if err != nil {
		x.end(time.Second)
		return nil, err
	}
	return x, nil
}

// queued is what app_queue's log tells of its calls.
type queued struct {
	entered, connected, over int
	recorded                 []float64 // seconds of each recording that is whole
}

// queueLog reads queue_log: time|call|queue|member|event|…
func (x *exchange) queueLog() (q queued, err error) {
	text, err := os.ReadFile(filepath.Join(x.Out, "var/log/queue_log"))
	if err != nil {
		return q, fmt.Errorf("read the log of app_queue: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) < 5 {
			continue
		}
		switch f[4] {
		case "ENTERQUEUE":
			q.entered++
		case "CONNECT":
			q.connected++
		case "ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "COMPLETECALLER", "COMPLETEAGENT":
			q.over++
		}
	}
	files, err := filepath.Glob(filepath.Join(x.Out, "var/spool/recording/yihaotong/*.raw"))
	for _, file := range files {
		if info, err := os.Stat(file); err == nil { // two channels of 16 bits
			q.recorded = append(q.recorded, float64(info.Size())/(4*speech.Rate))
		}
	}
	return q, err
}
