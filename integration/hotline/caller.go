package hotline

import (
	_ "embed"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

//go:embed sipp/caller_rates.xml
var callerRates []byte

// Call is a caller who speaks a tone of 440 Hz, presses 1 now and then, and
// stays until the hotline hangs up.
func (h *Hotline) Call(t testing.TB, from string) *asterisktest.SIPp {
	t.Helper()
	file := filepath.Join(h.Dir, "caller_rates.xml")
	if err := os.WriteFile(file, callerRates, 0o600); err != nil {
		t.Fatalf("hotline: %v", err)
	}
	asterisktest.WriteMonologue(t, filepath.Join(h.Dir, "talk.pcap"), 440, 2*time.Minute, '1', 2*time.Second)
	return h.Asterisk.SIPp(t, file, "-i", "127.0.0.2", "-m", "1", "-s", "12328", "-key", "from", from, "-key", "name", "Caller")
}
