package conformance_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/integration/telephone"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk"
)

// A value for a house that wants to know soon, and what it promises: Asterisk
// waits 3 s for an answer.
const (
	qualify = 10 * time.Second
	noticed = qualify + 5*time.Second
)

func (h *house) phone(p pbx.Phone) {
	h.t.Helper()
	if err := h.PutPhone(h.t.Context(), p); err != nil {
		h.t.Fatal(err)
	}
}

// offline waits until a phone is told to be gone, and returns how long it took.
func (h *house) offline(id pbx.PhoneID) time.Duration {
	h.t.Helper()
	began := time.Now()
	await(h, func(e pbx.PhoneChanged) bool { return e.Phone == id && !e.Online })
	return time.Since(began)
}

func TestAPhoneThatIsRemovedLeavesNoContact(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.phone(pbx.Phone{ID: "d1", Secret: "s"})
	desk := h.set(telephone.Config{Listen: office, User: "d1", Secret: "s"})
	desk.Register()
	await(h, func(e pbx.PhoneChanged) bool { return e.Phone == "d1" && e.Online })
	desk.Close()
	if err := h.RemovePhone(t.Context(), "d1"); err != nil {
		t.Fatal(err)
	}
	if text := h.CLI(t, "database show registrar"); strings.Contains(text, "d1;@") {
		t.Errorf("kept of the phone that was removed: %s", text)
	}
	h.phone(pbx.Phone{ID: "d1", Secret: "another"})
	err := h.Do(t.Context(), pbx.Originate{Channel: "to-d1", Phone: "d1", Timeout: 5 * time.Second})
	if refused := (&pbx.Error{Kind: pbx.Refused}); !errors.Is(err, refused) {
		t.Errorf("calling the new phone of that name: %v, want Refused", err)
	}
}

func TestAPhoneThatVanishesIsNoticed(t *testing.T) {
	t.Parallel()
	h := open(t, func(c *asterisk.Config) { c.Qualify = qualify })
	browser := func() *telephone.Browser {
		t.Helper()
		b, err := telephone.OpenBrowser(t.Context(), telephone.BrowserConfig{URL: "ws://" + h.HTTP.String() + "/ws", User: "b1", Secret: "s"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.Close)
		await(h, func(e pbx.PhoneChanged) bool { return e.Phone == "b1" && e.Online })
		return b
	}
	h.phone(pbx.Phone{ID: "b1", Browser: true, Secret: "s"})
	b := browser()
	b.Close() // the tab, the browser, or the way to it
	if took := h.offline("b1"); took > 2*time.Second {
		t.Errorf("that the browser has closed was told after %s", took)
	}
	b = browser()
	b.Freeze() // the machine: nothing closes its connection
	if took := h.offline("b1"); took > noticed {
		t.Errorf("that the browser's machine has gone was told after %s", took)
	}
	b.Close()
	browser() // and it is back at once

	h.phone(pbx.Phone{ID: "d1", Secret: "s"})
	desk := h.set(telephone.Config{Listen: office, User: "d1", Secret: "s"})
	desk.Register()
	await(h, func(e pbx.PhoneChanged) bool { return e.Phone == "d1" && e.Online })
	desk.Close() // its power
	if took := h.offline("d1"); took > noticed {
		t.Errorf("that the phone has lost its power was told after %s", took)
	}
	again := h.set(telephone.Config{Listen: office, User: "d1", Secret: "s"})
	again.Register()
	await(h, func(e pbx.PhoneChanged) bool { return e.Phone == "d1" && e.Online })
}
