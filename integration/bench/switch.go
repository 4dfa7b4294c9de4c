package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/dialplan/speech"
	"github.com/yihaotong/yihaotong/pbx/asterisk/config"
)

// exchange is one private Asterisk.
type exchange struct {
	config.Options
	*process
}

var loopback = netip.MustParseAddr("127.0.0.1")

// callersAddress is where the callers call from, by which the switch knows
// them as the trunk.
const callersAddress = "127.0.0.2"

// startExchange renders a configuration below dir/name, adds files of ours to
// it, starts Asterisk and waits until it is fully booted.
func startExchange(ctx context.Context, tree, dir, name string, extra map[string]string) (*exchange, error) {
	ports, err := freePorts(2)
	if err != nil {
		return nil, err
	}
	x := &exchange{Options: config.Options{
		Tree: tree, Out: filepath.Join(dir, name),
		SIP: netip.AddrPortFrom(loopback, ports[0]), HTTP: netip.AddrPortFrom(loopback, ports[1]),
		RTP:  config.Ports{First: switchRTP, Last: switchRTPEnd},
		User: "yihaotong", Password: "bench",
		// As in service: Asterisk tells of endpoints only when it has one.
		DemoCaller: "bench",
	}}
	if err := config.Render(x.Options); err != nil {
		return nil, err
	}
	if _, err := speech.MusicOnHold(filepath.Join(x.Out, "var/music")); err != nil {
		return nil, err
	}
	for file, text := range extra {
		if err := os.WriteFile(filepath.Join(x.Out, "etc", file), []byte(text), 0o600); err != nil {
			return nil, fmt.Errorf("add to the configuration of Asterisk: %w", err)
		}
	}
	if x.process, err = launch(dir, name, config.Command(tree, x.Out, "-f")); err != nil {
		return nil, err
	}
	err = until(ctx, 30*time.Second, name+" is booted", func() (bool, error) {
		out, _ := x.console(ctx, "core waitfullybooted")
		return strings.Contains(out, "fully booted"), x.failure()
	})
	if err != nil {
		x.end(time.Second)
		return nil, err
	}
	return x, nil
}

// console gives Asterisk a command on its console.
func (x *exchange) console(ctx context.Context, command string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c := config.Command(x.Tree, x.Out, "-rx", command)
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, c.Path, c.Args[1:]...)
	cmd.Stdout, cmd.Stderr = &out, &out
	endWithUs(cmd)
	err := cmd.Run()
	return out.String(), err
}

// ask does something over ARI; into may be nil.
func (x *exchange) ask(ctx context.Context, method, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+x.HTTP.String()+"/ari"+path, nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(x.User, x.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask Asterisk for %s: %w", path, err)
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("ask Asterisk for %s: %s", path, res.Status)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(res.Body).Decode(into)
}

// endpoints counts those whose name begins so.
func (x *exchange) endpoints(ctx context.Context, prefix string) (n int, err error) {
	var all []struct{ Resource string }
	if err := x.ask(ctx, http.MethodGet, "/endpoints/PJSIP", &all); err != nil {
		return 0, err
	}
	for _, e := range all {
		if strings.HasPrefix(e.Resource, prefix) {
			n++
		}
	}
	return n, nil
}

// sound is what has passed one leg.
type sound struct {
	Received int `json:"rxcount"`
	Sent     int `json:"txcount"`
	Lost     int `json:"rxploss"`
}

// sounds reads the sound of every leg there is.
func (x *exchange) sounds(ctx context.Context) (map[string]sound, error) {
	var legs []struct{ ID, Name string }
	if err := x.ask(ctx, http.MethodGet, "/channels", &legs); err != nil {
		return nil, err
	}
	all := map[string]sound{}
	for _, leg := range legs {
		var s sound
		if !strings.HasPrefix(leg.Name, "PJSIP/") {
			continue
		}
		if err := x.ask(ctx, http.MethodGet, "/channels/"+leg.ID+"/rtp_statistics", &s); err != nil {
			continue // hung up meanwhile
		}
		all[leg.ID] = s
	}
	return all, nil
}

// hangUp ends every call there is, as a carrier would: a SIPp that is killed
// leaves its calls up.
func (x *exchange) hangUp(ctx context.Context) error {
	var legs []struct{ ID string }
	if err := x.ask(ctx, http.MethodGet, "/channels", &legs); err != nil {
		return err
	}
	for _, leg := range legs {
		_ = x.ask(ctx, http.MethodDelete, "/channels/"+leg.ID, nil) // gone meanwhile
	}
	return nil
}
