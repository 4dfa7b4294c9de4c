package integration

import (
	"fmt"
	"strings"
	"testing"

	"github.com/yihaotong/yihaotong/integration/timeline"
)

// Faults of the desk that are a table, or take long. The others are scenes,
// scenes/fault-*.txt.

// talk begins every scene here: A speaks with 1001.
const talk = `
at 0s     1001 signs in, 1001 is ready
at +0s    A dials 96101
by +10s   1001 hears A, A hears 1001
`

// colleague brings 1002 to work, advice asks 1002.
const (
	colleague = "at +0s 1002 signs in, 1002 is ready\n"
	advice    = colleague + "at +0s 1001 consults 1002\nby +4s 1001 hears 1002, 1002 hears 1001, 1002 is guest\n"
	together  = advice + "at +0s 1001 joins them\nby +3s A hears 1001 1002\n"
	listener  = "at +0s 2001 signs in\nat +0s 2001 listens to 1001\nby +4s 2001 hears 1001 A\n"
)

// TestCallerMayHangUpInTheMiddleOfEverything lets the caller hang up at the
// moment of every act, and a little later. In the end everybody is free, and
// the story is closed (timeline.Cast.Play sees to it).
func TestCallerMayHangUpInTheMiddleOfEverything(t *testing.T) {
	t.Parallel()
	cast := timeline.Gather(t)
	for _, c := range []struct{ before, act string }{
		{"", "1001 holds"},
		{"at +0s 1001 holds\nby +2s 1001 is held\n", "1001 retrieves"},
		{"", "1001 mutes"},
		{"", "1001 masks"},
		{"", "1001 sends them to the rating"},
		{"", "1001 hangs up"},
		{"", "1001 puts the phone down"},
		{colleague, "1001 consults 1002"},
		{"", "1001 consults 13912345678"},
		{advice, "1001 swaps"},
		{advice, "1001 completes"},
		{advice, "1001 changes their mind"},
		{advice, "1001 joins them"},
		{advice, "1001 puts the phone down"},
		{together, "1001 leaves"},
		{together, "1001 drops 1002"},
		{colleague, "1001 transfers to 1002"},
		{colleague, "1001 transfers to general"},
		{"", "1001 transfers to 13912345678"},
		{"at +0s 2001 signs in\n", "2001 whispers to 1001"},
		{listener, "2001 barges in on 1001"},
		{listener, "2001 takes over 1001"},
		{"at +0s 2001 signs in\n", "2001 takes over 1001"},
	} {
		for _, after := range []string{"0s", "0.25s"} {
			title := fmt.Sprintf("%s, and A hangs up after %s", c.act, after)
			t.Run(strings.ReplaceAll(title, " ", "-"), func(t *testing.T) {
				play(t, cast, "# "+title+"\n"+talk+c.before+"at +0s "+c.act+"\nat +"+after+" A hangs up\nby +6s everybody is free, A is gone\n")
			})
		}
	}
}

// TestSilentDeskPhone tells what becomes of a talk whose desk phone is off the
// network: for a while nothing, so that it goes on; for good, the caller stands
// at the front of the queue after half a minute.
func TestSilentDeskPhone(t *testing.T) {
	t.Parallel()
	play(t, timeline.Gather(t), `# Desk phones lose the network for 5 s, for 20 s, and for good.
at 0s     1001 signs in, 1001 is ready
at +0s    A dials 96101
by +10s   1001 hears A, A hears 1001
at +0s    1002 signs in, 1002 is ready
at +0s    B dials 96101
by +10s   1002 hears B, B hears 1002
at +0s    1001 loses the network, 1002 loses the network
by +2s    A hears nobody, B hears nobody
at +0s    C dials 96101
by +4s    C waits at 1 in general
at +5s    1002 has the network back
by +2s    1002 hears B, B hears 1002, 1002 is talking
at +0s    1002 loses the network
at +20s   1002 has the network back
by +2s    1002 hears B, B hears 1002, 1002 is talking
by +10s   A waits at 1 in general, C waits at 2 in general, 1001 is wrap up
at +0s    1003 signs in, 1003 is ready
by +8s    A hears 1003, 1003 hears A
at +0s    1001 has the network back, 1001 puts the phone down
at +0s    A hangs up, B hangs up, C hangs up
by +6s    everybody is free
`)
}

// TestTrunkFlaps leads the trunk to outside to where nobody answers, and back:
// who speaks goes on speaking, who dials is told, the board shows it.
func TestTrunkFlaps(t *testing.T) {
	t.Parallel()
	play(t, timeline.Gather(t), `# The trunk to outside fails and comes back.
at 0s     1001 signs in, 1001 is ready, 1002 signs in, 1002 is ready
by +40s   the trunk is up
at +0s    1001 dials 13912345678
by +6s    1001 hears outside, outside hears 1001
at +0s    the trunk is led astray
by +60s   the trunk is down
by +1s    1001 hears outside, outside hears 1001, 1001 is talking
at +0s    1002 dials 13912345679
by +40s   1002 is wrap up
by +1s    1001 hears outside, outside hears 1001
at +0s    the trunk is led right
by +60s   the trunk is up
by +1s    1001 hears outside, outside hears 1001
at +0s    1001 hangs up
by +5s    everybody is free
at +0s    1002 dials 13912345679
by +6s    1002 hears outside, outside hears 1002
at +0s    1002 hangs up
by +5s    everybody is free
`)
}

func play(t *testing.T, cast *timeline.Cast, text string) {
	t.Helper()
	scene, err := timeline.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	cast.Play(t, scene)
}
