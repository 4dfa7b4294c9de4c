package telephone

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSoundSurvivesCoding(t *testing.T) {
	for _, payload := range []byte{0, 8} {
		for x := -32000; x <= 32000; x += 7 {
			got := int(decode(payload, encode(payload, int16(x))))
			if off := abs(got - x); off > abs(x)/16+16 {
				t.Fatalf("payload %d: %d came back as %d", payload, x, got)
			}
		}
	}
}

func abs(x int) int { return max(x, -x) }

// within polls for a condition.
func within(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// two is a telephone that calls another one directly.
func two(t *testing.T, incoming func(*Call)) *Call {
	home := netip.MustParseAddr("127.0.0.1")
	b, err := New(Config{Listen: home, User: "b", Tone: 1150, Incoming: incoming, Server: netip.MustParseAddrPort("127.0.0.1:1")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	a, err := New(Config{Listen: home, User: "a", Tone: 425, Server: netip.MustParseAddrPort(b.Address())})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	c, err := a.Dial("12328", "13800138000", `Li "Lei" \`)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTwoTelephonesHearEachOther(t *testing.T) {
	got := make(chan *Call, 1)
	c := two(t, func(in *Call) {
		in.Ring()
		in.Answer()
		got <- in
	})
	in := <-got
	<-c.Answered()
	within(t, "both hear", func() bool {
		return slices.Equal(c.Hears(425, 1150, 1900), []int{1150}) && slices.Equal(in.Hears(425, 1150, 1900), []int{425})
	})
	if !c.Ringing() || in.Number != "12328" {
		t.Errorf("ringing %t, number %q", c.Ringing(), in.Number)
	}
	in.Hangup()
	<-c.Over()
	<-in.Over()
	within(t, "silence", func() bool { return len(c.Hears(1150)) == 0 })
}

func TestARefusedCallIsOver(t *testing.T) {
	c := two(t, func(in *Call) { in.Refuse(486, "Busy Here") })
	<-c.Over()
	select {
	case <-c.Answered():
		t.Error("a busy call was answered")
	default:
	}
}

func TestACallGivenUpStopsTheRinging(t *testing.T) {
	got := make(chan *Call, 1)
	c := two(t, func(in *Call) {
		in.Ring()
		got <- in
	})
	in := <-got
	within(t, "it rings", c.Ringing)
	c.Hangup()
	<-in.Over()
	<-c.Over()
}

func TestAnActorDoesAsIsSaid(t *testing.T) {
	home := netip.MustParseAddr("127.0.0.1")
	b, err := Seat(Config{Listen: home, User: "b", Tone: 1150, Server: netip.MustParseAddrPort("127.0.0.1:1")}, Obeys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	a, err := Seat(Config{Listen: home, User: "a", Tone: 425, Server: netip.MustParseAddrPort(b.Address())}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	if _, err := a.Call("12328", "13800138000", "Li Lei"); err != nil {
		t.Fatal(err)
	}
	within(t, "it rings", b.Rings)
	if b.Now().Asked() || b.Talks() {
		t.Error("a call that asks for nothing was answered")
	}
	if !b.PickUp() || b.PickUp() {
		t.Error("it can be picked up once")
	}
	within(t, "both hear", func() bool {
		return slices.Equal(a.Hears(), []int{1150}) && slices.Equal(b.Hears(), []int{425})
	})
	a.Press("12#0D")
	within(t, "the keys have come", func() bool { return b.Keys() == "12#0D" })
	a.Speak(1900)
	within(t, "the voice has changed", func() bool { return slices.Equal(b.Hears(), []int{1900}) })
	a.Drop()
	within(t, "nothing comes any more", func() bool { return len(b.Hears()) == 0 })
	b.HangUp() // which nobody can tell a
	a.Return()
	within(t, "the other side's goodbye has come again", func() bool { return !a.Talks() && !b.Talks() })
}
