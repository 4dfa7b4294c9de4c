package pbxtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// timeline is what happened, a line each, with the time since the start.
type timeline struct {
	start time.Time
	lines []string
}

func (l *timeline) add(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf("%10s  %s", time.Since(l.start).Round(time.Millisecond), fmt.Sprintf(format, args...)))
}

// Log returns the timeline of the switch so far: "→" a command with its
// refusal, "←" an event, "✗" an event nobody heard, "·" what telephones and
// faults did.
func (s *Sim) Log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.log.lines, "\n")
}

// nameOf is the kind of a command or an event, as "Play".
func nameOf(v any) string { return strings.TrimPrefix(fmt.Sprintf("%T", v), "pbx.") }

// describe prints an event without its clock time, which the timeline has.
func describe(e pbx.Event) string {
	switch e := e.(type) {
	case pbx.Arrived:
		return fmt.Sprintf("Arrived %s on %s: %q for %q", e.Channel, e.Trunk, e.Caller, e.Called)
	case pbx.Ended:
		return fmt.Sprintf("Ended %s: %s", e.Channel, e.Cause)
	case pbx.Pressed:
		return fmt.Sprintf("Pressed %s: %c", e.Channel, e.Digit)
	case pbx.PlayEnded:
		return fmt.Sprintf("PlayEnded %s: %s, %v", e.Channel, e.Play, e.Err)
	case pbx.PhoneChanged:
		return fmt.Sprintf("PhoneChanged %s: online %t", e.Phone, e.Online)
	case pbx.TrunkChanged:
		return fmt.Sprintf("TrunkChanged %s: online %t", e.Trunk, e.Online)
	case pbx.Connected:
		return fmt.Sprintf("Connected: %d channels, %d bridges", len(e.Snapshot.Channels), len(e.Snapshot.Bridges))
	case pbx.Disconnected:
		return fmt.Sprintf("Disconnected: %v", e.Err)
	}
	return fmt.Sprintf("%s %s", nameOf(e), e.Subject())
}
