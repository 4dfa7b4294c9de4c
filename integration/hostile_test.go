package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/integration/hotline"
)

// TestHostileCallersAreServedAndDoNoHarm lets callers with poisoned names and
// numbers through everything: flow, queue, journal, records, console.
func TestHostileCallersAreServedAndDoNoHarm(t *testing.T) {
	t.Parallel()
	h := hotline.Start(t)
	froms := []string{
		`"x%0A%0Aapi system touch pwned" <sip:138@127.0.0.2>`,
		`"<img src=x onerror=alert(1)>" <sip:1%22%3E%3Cscript%3E@127.0.0.2>`,
		`"'; DROP TABLE calls.record; --" <sip:1'%3B--@127.0.0.2>`,
		"\"bad \xff\xfe\x80 utf8\" <sip:13%FF%FE8@127.0.0.2>",
		`"` + strings.Repeat("长", 600) + `" <sip:138@127.0.0.2>`,
		`"n" <sip:` + strings.Repeat("1", 1000) + `@127.0.0.2>`,
		`<sip:anonymous@anonymous.invalid>`,
	}
	for _, from := range froms {
		h.Asterisk.SIPp(t, "caller_hostile", "-i", "127.0.0.2", "-m", "1", "-s", "12328",
			"-key", "from_header", from, "-key", "header", "X-Nothing: 1")
	}
	h.Await("all of them to wait", 30*time.Second, func() error { return places(h, len(froms)) })
	h.Asterisk.CLI(t, "channel request hangup all")

	supervisor := h.LogIn("2001")
	h.Await("their records", 20*time.Second, func() error {
		status, raw, err := supervisor.Raw("GET", "/api/calls", nil)
		if err != nil || status != http.StatusOK || !utf8.Valid(raw) {
			return fmt.Errorf("%d %w", status, err)
		}
		var list struct {
			Items []struct{ Result string }
		}
		if err := json.Unmarshal(raw, &list); err != nil {
			return err
		}
		for _, call := range list.Items {
			if call.Result != "abandoned_queue" {
				return fmt.Errorf("a call ended as %q", call.Result)
			}
		}
		if len(list.Items) != len(froms) {
			return fmt.Errorf("%d records", len(list.Items))
		}
		return nil
	})
	if err := ready(h); err != nil {
		t.Error(err)
	}
	h.Quiet()
	h.Await("the switch to be rid of recordings in which nobody spoke", 30*time.Second, func() error {
		left, err := filepath.Glob(filepath.Join(h.Asterisk.Out, "var/spool/recording/yihaotong", "*"))
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("%d files are left", len(left))
		}
		return err
	})
}
