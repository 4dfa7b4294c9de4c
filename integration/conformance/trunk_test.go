package conformance_test

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/integration/telephone"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

// house is an Asterisk without anything, and a driver linked to it.
type house struct {
	*asterisktest.Instance
	*asterisk.Switch
	t    *testing.T
	told chan pbx.Event
}

func open(t *testing.T, change ...func(*asterisk.Config)) *house {
	t.Helper()
	i := asterisktest.Start(t, asterisktest.WithoutTrunk)
	h := &house{Instance: i, t: t, told: make(chan pbx.Event, 10000)}
	cfg := asterisk.Config{URL: i.URL(), User: i.User, Password: i.Password, Heartbeat: 500 * time.Millisecond}
	for _, f := range change {
		f(&cfg)
	}
	h.Switch = asterisk.New(cfg, slog.New(slog.NewTextHandler(t.Output(), nil)), nil)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = h.Run(ctx)
	}()
	go func() {
		for e := range h.Events() {
			t.Logf("%T %+v", e, e)
			h.told <- e
		}
		close(h.told)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		for range h.told { // until the reader has ended
		}
	})
	await[pbx.Connected](h, nil)
	return h
}

// await returns the next event of a kind that fits; nil: any.
func await[E pbx.Event](h *house, fits func(E) bool) E {
	h.t.Helper()
	return awaitWithin(h, 20*time.Second, fits)
}

func awaitWithin[E pbx.Event](h *house, patience time.Duration, fits func(E) bool) E {
	h.t.Helper()
	limit := time.After(patience)
	for {
		select {
		case e, open := <-h.told:
			if one, ok := e.(E); open && ok && (fits == nil || fits(one)) {
				return one
			}
			if !open {
				h.t.Fatal("the stream of events ended")
			}
		case <-limit:
			h.t.Fatalf("no %T came", *new(E))
		}
	}
}

func (h *house) trunk(tr pbx.Trunk) {
	h.t.Helper()
	if err := h.PutTrunk(h.t.Context(), tr); err != nil {
		h.t.Fatal(err)
	}
}

// online waits until a trunk is told to be so.
func (h *house) online(id pbx.TrunkID, online bool) {
	h.t.Helper()
	h.onlineWithin(id, online, 20*time.Second)
}

func (h *house) onlineWithin(id pbx.TrunkID, online bool, patience time.Duration) {
	h.t.Helper()
	awaitWithin(h, patience, func(e pbx.TrunkChanged) bool { return e.Trunk == id && e.Online == online })
}

func (h *house) set(cfg telephone.Config) *telephone.Set {
	h.t.Helper()
	cfg.Server = h.SIP
	s, err := telephone.New(cfg)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(s.Close)
	return s
}

// answers is a carrier that takes every call.
func answers(taken chan<- *telephone.Call) func(*telephone.Call) {
	return func(c *telephone.Call) {
		c.Ring()
		c.Answer()
		taken <- c
	}
}

// both lets a caller of the trunk come in, and calls a number out by it.
func (h *house) both(id pbx.TrunkID, in *telephone.Call, err error, taken <-chan *telephone.Call) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	a := await[pbx.Arrived](h, nil)
	if a.Trunk != id || a.Caller != "13800138000" {
		h.t.Errorf("arrived as %+v", a)
	}
	h.must(pbx.Answer{Channel: a.Channel})
	h.must(pbx.Originate{Channel: "out", Trunk: id, Number: "13900139000", Originator: a.Channel, Timeout: 5 * time.Second})
	await(h, func(e pbx.Answered) bool { return e.Channel == "out" })
	if c := <-taken; c.Number != "13900139000" {
		h.t.Errorf("the carrier was asked for %q", c.Number)
	}
	h.must(pbx.Hangup{Channel: a.Channel})
	h.must(pbx.Hangup{Channel: "out"})
	await(h, func(e pbx.Ended) bool { return e.Channel == "out" })
	<-in.Over()
}

func (h *house) must(c pbx.Command) {
	h.t.Helper()
	if err := h.Do(h.t.Context(), c); err != nil {
		h.t.Fatalf("%+v: %v", c, err)
	}
}

func TestATrunkThatRegistersWithUsIsKnownByItsPassword(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.trunk(pbx.Trunk{ID: "city", User: "carrier", Secret: "line"})
	taken := make(chan *telephone.Call, 1)
	carrier := h.set(telephone.Config{Listen: outside, User: "carrier", Secret: "line", Incoming: answers(taken)})
	carrier.Register()
	h.online("city", true)

	// Callers come with their own numbers; the account is in the credentials.
	c, err := carrier.Dial("073112328", "13800138000", "Li Lei")
	h.both("city", c, err, taken)

	// Whoever does not know the password is refused, in both.
	liar := h.set(telephone.Config{Listen: office, User: "carrier", Secret: "guessed"})
	liar.Register()
	for _, number := range []string{"13800138000", "carrier"} {
		c, err := liar.Dial("073112328", number, "")
		if err != nil {
			t.Fatal(err)
		}
		select {
		case <-c.Over():
		case <-time.After(10 * time.Second):
			t.Fatal("a call with a wrong password is not refused")
		}
		select {
		case <-c.Answered():
			t.Error("a call with a wrong password was taken")
		default:
		}
	}
	if liar.Registered() {
		t.Error("a wrong password registers")
	}
	c, err = carrier.Dial("073112328", "13800138000", "") // and nothing has come in between
	h.both("city", c, err, taken)
}

func TestATrunkWhereWeRegisterIsOnlineWhileWeAre(t *testing.T) {
	t.Parallel()
	h := open(t)
	const city, county = "073188886666", "073188887777"
	registrar := &telephone.Registrar{
		Realm: "carrier.example", Accounts: map[string]string{city: "p@ss w0rd", county: "other"}, Expires: 30 * time.Second,
	}
	taken := make(chan *telephone.Call, 1)
	carrier := h.set(telephone.Config{Listen: outside, User: "carrier", Registrar: registrar, Incoming: answers(taken)})
	put := func(id pbx.TrunkID, user, password string) {
		t.Helper()
		h.trunk(pbx.Trunk{ID: id, Register: &pbx.Registration{Server: carrier.Address(), User: user, Password: password}})
	}
	put("city", city, "p@ss w0rd")
	h.online("city", true)
	c, err := carrier.Dial(city, "13800138000", "Li Lei") // by the address alone
	h.both("city", c, err, taken)

	// A second account with the same carrier: each call belongs to its own.
	put("county", county, "other")
	h.online("county", true)
	for user, id := range map[string]pbx.TrunkID{city: "city", county: "county"} {
		c, err := carrier.DialContact(registrar.Contact(user), "13800138000", "Li Lei")
		h.both(id, c, err, taken)
	}

	// The carrier changes the password: we are out, and in again with the new one.
	refused := registrar.Refused()
	registrar.Change(city, "new")
	put("city", city, "p@ss w0rd, still")
	h.online("city", false)
	if registrar.Refused() == refused || registrar.Contact(city) != "" {
		t.Error("we did not try")
	}
	put("city", city, "new")
	h.online("city", true)
}

func TestATrunkIsOfflineWhenItsRegistrarHasGone(t *testing.T) {
	t.Parallel()
	h := open(t)
	registrar := &telephone.Registrar{Realm: "carrier.example", Accounts: map[string]string{"0731": "p"}, Expires: 12 * time.Second}
	carrier := h.set(telephone.Config{Listen: outside, User: "carrier", Registrar: registrar})
	h.trunk(pbx.Trunk{ID: "city", Register: &pbx.Registration{Server: carrier.Address(), User: "0731", Password: "p"}})
	h.online("city", true)
	at := netip.MustParseAddrPort(carrier.Address())
	carrier.Close()
	h.onlineWithin("city", false, time.Minute) // Asterisk waits 32 s for an answer
	h.set(telephone.Config{Listen: outside, Port: at.Port(), User: "carrier", Registrar: registrar})
	h.onlineWithin("city", true, time.Minute)
}
