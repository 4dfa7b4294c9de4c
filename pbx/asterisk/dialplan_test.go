package asterisk_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

func TestACallerIsKeptWhenNobodyIsThere(t *testing.T) {
	t.Parallel()
	i := asterisktest.Start(t)
	caller := i.Call(t, asterisktest.Caller{To: "12328"})
	for limit := time.Now().Add(10 * time.Second); !strings.Contains(i.CLI(t, "core show channels"), "Wait"); {
		if time.Now().After(limit) {
			t.Fatalf("the caller does not wait:\n%s", i.CLI(t, "core show channels"))
		}
		time.Sleep(20 * time.Millisecond)
	}
	if out := i.CLI(t, "moh show classes"); !strings.Contains(out, "default") {
		t.Errorf("no music:\n%s", out)
	}
	d := link(t, i)
	if snap := want[pbx.Connected](d, nil).Snapshot; len(snap.Channels) != 0 {
		t.Errorf("who waits in the dialplan is not ours yet: %+v", snap.Channels)
	}
	a := want[pbx.Arrived](d, nil)
	if a.Called != "12328" || a.Trunk != "trunk" {
		t.Errorf("%+v", a)
	}
	d.must(pbx.Answer{Channel: a.Channel}) // harmless: it has been answered
	d.must(pbx.Hangup{Channel: a.Channel})
	want[pbx.Ended](d, nil)
	caller.Wait(t, 5*time.Second)
}

func TestOnlyTrunksGetThrough(t *testing.T) {
	t.Parallel()
	d := sit(t)
	if err := d.PutPhone(t.Context(), pbx.Phone{ID: "1001", Secret: "s"}); err != nil {
		t.Fatal(err)
	}
	d.Register(t, "1001", "s").Wait(t, 5*time.Second)
	if err := d.PutTrunk(t.Context(), pbx.Trunk{ID: "city", Match: []netip.Prefix{netip.MustParsePrefix("127.0.0.3/32")}}); err != nil {
		t.Fatal(err)
	}
	// A stranger, and somebody who claims to be a phone or a trunk.
	for _, from := range []string{"13800000000", "1001", "trunk", "city"} {
		c := d.Call(t, asterisktest.Caller{To: "12328", From: from, Address: "127.0.0.7"})
		if err := c.Result(5 * time.Second); err == nil {
			t.Errorf("%s from an unknown address got through", from)
		}
	}
	known := d.Call(t, asterisktest.Caller{To: "12328", Address: "127.0.0.3"})
	if a := want[pbx.Arrived](d, nil); a.Trunk != "city" {
		t.Errorf("%+v", a)
	} else {
		d.must(pbx.Answer{Channel: a.Channel})
		d.must(pbx.Hangup{Channel: a.Channel})
	}
	known.Wait(t, 5*time.Second)
	if out := d.CLI(t, "dialplan show from-agent"); !strings.Contains(out, "Hangup(21)") || strings.Contains(out, "Dial") || strings.Contains(out, "Stasis") {
		t.Errorf("from-agent:\n%s", out)
	}
	if e := d.Register(t, "1001", "wrong").Result(10 * time.Second); e == nil {
		t.Error("registered with a wrong password")
	}
}

func TestHostileCallersHarmNothing(t *testing.T) {
	t.Parallel()
	d := sit(t)
	for _, c := range []struct{ header, to string }{
		{`"a\"b\\c 'x' <y>" <sip:138@127.0.0.2>`, "12328"},
		{`"x%0A%0Aapi system touch pwned" <sip:138@127.0.0.2>`, "12328"},
		{`"${SHELL(touch /tmp/pwned)}" <sip:$%7BEPOCH%7D@127.0.0.2>`, "12328$%7BEPOCH%7D%24(x)"},
		{`"<script>alert(1)</script>" <sip:1%22%3E%3Cimg@127.0.0.2>`, "12328,evil,args"},
		{"\"bad \xff\xfe\x80 utf8\" <sip:138@127.0.0.2>", "12328"},
		{"\"n\" <sip:13%FF%FE8@127.0.0.2>", "1%FF%FE2328"},
		{"\"中文姓名\" <sip:%E5%BC%A0@127.0.0.2>", "123%E4%B8%AD28"},
		{`"` + strings.Repeat("长", 600) + `" <sip:138@127.0.0.2>`, "12328"},
		{"\"n\" <sip:" + strings.Repeat("1", 1000) + "@127.0.0.2>", strings.Repeat("2", 75)},
		{`<sip:anonymous@anonymous.invalid>`, "*12#"},
		{`"n%00x" <sip:1%002@127.0.0.2>`, "12%0A%0D328"},
	} {
		caller := d.SIPp(t, "caller_hostile", "-i", "127.0.0.2", "-m", "1", "-s", c.to,
			"-key", "from_header", c.header, "-key", "header", "X-Nothing: 1", "-timeout", "10s")
		a := want(d, func(e pbx.Event) bool { return true }).(pbx.Arrived)
		t.Logf("%.60q to %.60q arrived as %.80q %.80q called %.80q", c.header, c.to, a.CallerName, a.Caller, a.Called)
		for _, s := range []string{a.Caller, a.CallerName, a.Called, string(a.Trunk)} {
			if !utf8.ValidString(s) || len(s) > pbx.MaxText || strings.ContainsFunc(s, unicode.IsControl) {
				t.Errorf("%q", s)
			}
		}
		if a.Trunk != "trunk" || !strings.HasPrefix(a.Recording, "yihaotong/") {
			t.Errorf("%+v", a)
		}
		d.must(pbx.Answer{Channel: a.Channel})
		d.must(pbx.Hangup{Channel: a.Channel})
		want[pbx.Ended](d, nil)
		caller.Wait(t, 5*time.Second)
	}
}
