package hotline

import (
	"embed"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

//go:embed sipp/*.xml
var scenarios embed.FS

// scenario writes one of our scenarios where SIPp finds it.
func (h *Hotline) scenario(t testing.TB, name string) string {
	t.Helper()
	text, err := scenarios.ReadFile("sipp/" + name + ".xml")
	if err != nil {
		t.Fatalf("hotline: %v", err)
	}
	file := filepath.Join(h.Dir, name+".xml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatalf("hotline: %v", err)
	}
	return file
}

// Dial dials 12328 with a SIP account of its own and hangs up after a while.
func (h *Hotline) Dial(t testing.TB, account, password string, after time.Duration) *asterisktest.SIPp {
	t.Helper()
	return h.Asterisk.SIPp(t, h.scenario(t, "softphone_dials"), "-m", "1", "-s", account, "-au", account, "-ap", password,
		"-d", strconv.Itoa(int(after.Milliseconds())))
}

// Call is a caller who speaks a tone of 440 Hz, presses 2 now and then (which
// is a rating, and nothing while waiting), and stays until the hotline hangs up.
func (h *Hotline) Call(t testing.TB, from string) *asterisktest.SIPp {
	t.Helper()
	file := h.scenario(t, "caller_rates")
	asterisktest.WriteMonologue(t, filepath.Join(h.Dir, "talk.pcap"), 440, 2*time.Minute, '2', 2*time.Second)
	return h.Asterisk.SIPp(t, file, "-i", "127.0.0.2", "-m", "1", "-s", "12328", "-key", "from", from, "-key", "name", "Caller")
}
