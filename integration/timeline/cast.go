package timeline

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
	"github.com/yihaotong/yihaotong/integration/telephone"
)

// carrier is the address that the demo trunk belongs to, and far that of the
// trunk for calls to outside.
var (
	carrier = netip.MustParseAddr("127.0.0.2")
	far     = netip.MustParseAddr("127.0.0.3")
)

// voices gives everybody a pitch; they are far enough apart to be told in a
// mixture.
var voices = map[string]int{
	"A": 400, "B": 500, "C": 600, "1001": 800, "1002": 950, "1003": 1100, "2001": 1300, "outside": 1600,
}

// numbers are the callers'.
var numbers = map[string]string{"A": "13873112345", "B": "13973100000", "C": "13773155555"}

// Cast is everybody who plays in the scenes of one hotline.
type Cast struct {
	*hotline.Hotline
	t       testing.TB
	Outside *telephone.Actor // answers whatever number is called through the trunk
	seats   map[string]*telephone.Actor
	people  map[string]*hotline.Person
	admin   *hotline.Person

	mu      sync.Mutex
	callers map[string]*telephone.Actor
	soft    map[string]*baresip // desk phones of another make, for a scene
	latest  string              // the call that was seen last at a desk
}

// Gather starts a hotline and brings everybody to their places. settings
// are the program's, as YHT_LOG_LEVEL=debug.
func Gather(t testing.TB, settings ...string) *Cast {
	t.Helper()
	c := &Cast{t: t, seats: map[string]*telephone.Actor{}, people: map[string]*hotline.Person{}, callers: map[string]*telephone.Actor{}, soft: map[string]*baresip{}}
	outside, err := telephone.Seat(telephone.Config{Listen: far, User: "carrier", Tone: voices["outside"]}, telephone.Answers(300*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	c.Outside = outside
	t.Cleanup(outside.Close)
	c.Hotline = hotline.StartPrepared(t, func(h *hotline.Hotline) {
		equip(t, h, outside.Address())
		h.Set(settings...)
	})
	c.noNight()
	c.people["9001"] = c.admin
	for _, n := range []string{"1001", "1002", "1003", "2001"} {
		c.people[n] = c.LogIn(n)
		c.Seat(t, n)
	}
	return c
}

// noNight lets scenes that dial be played at any hour, and often.
func (c *Cast) noNight() {
	c.admin = c.LogIn("9001")
	guard := c.admin.Do("GET", "/api/guard", nil)
	policy, _ := guard.At("policy").(map[string]any)
	if policy == nil {
		c.t.Fatalf("the rules for calls to outside: %v", guard)
	}
	policy["night"] = map[string]any{"from": "00:00", "to": "00:00", "roles": []string{}}
	policy["trunk"] = "far"
	policy["caps"].(map[string]any)["sameNumber"] = 200
	c.admin.Do("PUT", "/api/guard", hotline.Object{"rev": guard.At("rev"), "policy": policy, "reason": "scenes are played at night, too"})
}

// Seat gives somebody a desk phone that picks up by itself after a moment.
func (c *Cast) Seat(t testing.TB, number string) {
	t.Helper()
	phone, err := telephone.Seat(telephone.Config{
		Listen: netip.MustParseAddr("127.0.0.1"), Server: c.Asterisk.SIP, User: "d" + number, Secret: hotline.Password, Tone: voices[number],
	}, telephone.Answers(300*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	c.seats[number] = phone
	c.t.Cleanup(phone.Close)
	phone.Register()
	c.Await("the phone of "+number, 10*time.Second, func() error {
		if !phone.Registered() {
			return fmt.Errorf("it is not registered")
		}
		return nil
	})
}

// caller is one of A to C, made when first named.
func (c *Cast) caller(name string) (*telephone.Actor, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.callers[name] == nil {
		a, err := telephone.Seat(telephone.Config{Listen: carrier, Server: c.Asterisk.SIP, User: numbers[name], Tone: voices[name]}, nil)
		if err != nil {
			return nil, err
		}
		c.callers[name] = a
		c.t.Cleanup(a.Close)
	}
	return c.callers[name], nil
}

// actor is whoever has the name.
func (c *Cast) actor(name string) (*telephone.Actor, error) {
	switch {
	case c.seats[name] != nil:
		return c.seats[name], nil
	case numbers[name] != "":
		return c.caller(name)
	case name == "outside":
		return c.Outside, nil
	}
	return nil, fmt.Errorf("nobody is called %q", name)
}

// heard names whom somebody hears.
func (c *Cast) heard(name string) ([]string, error) {
	a, err := c.actor(name)
	if err != nil {
		return nil, err
	}
	tones := make([]int, 0, len(voices))
	for _, hz := range voices {
		tones = append(tones, hz)
	}
	hears := a.Hears
	if soft := c.baresip(name); soft != nil {
		hears = soft.hears
	}
	var names []string
	for _, hz := range hears(tones...) {
		for who, own := range voices {
			if own == hz {
				names = append(names, who)
			}
		}
	}
	slices.Sort(names)
	return names, nil
}

// hears checks that somebody hears exactly those named.
func (c *Cast) hears(name string, want []string) error {
	got, err := c.heard(name)
	if err != nil {
		return err
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		return fmt.Errorf("%s hears [%s], not [%s]", name, strings.Join(got, " "), strings.Join(want, " "))
	}
	return nil
}

// hearsMusic checks that somebody hears something, but nobody.
func (c *Cast) hearsMusic(name string) error {
	if err := c.hears(name, nil); err != nil {
		return err
	}
	a, err := c.actor(name)
	if err == nil && len(a.Hears()) == 0 {
		err = fmt.Errorf("%s hears nothing", name)
	}
	return err
}
