package asterisk_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
	"github.com/yihaotong/yihaotong/pbx/asterisk/config"
)

func TestANewPasswordDoesNotTakeThePhoneAway(t *testing.T) {
	t.Parallel()
	d := sit(t)
	d.phone(asterisktest.Phone{User: "1001", Password: "old"})
	for _, p := range []pbx.Phone{
		{ID: "1001", Secret: "new"},
		{ID: "1001", HA1: "0cc175b9c0f1b6a831c399e269772661"},
		{ID: "1001", Secret: "newest"},
	} {
		if err := d.PutPhone(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	d.must(pbx.Originate{Channel: "leg", Phone: "1001", Timeout: 5 * time.Second})
	want(d, of[pbx.Answered]("leg"))
	for _, e := range d.past {
		if p, ok := e.(pbx.PhoneChanged); ok && !p.Online {
			t.Errorf("told %+v", p)
		}
	}
	if err := d.Register(t, "1001", "old").Result(10 * time.Second); err == nil {
		t.Error("the old password still works")
	}
	d.Register(t, "1001", "newest").Wait(t, 10*time.Second)
}

func TestPasswordsAreNotShownByAsterisk(t *testing.T) {
	t.Parallel()
	d := sit(t)
	if err := d.PutPhone(t.Context(), pbx.Phone{ID: "1001", Secret: "do-not-show"}); err != nil {
		t.Fatal(err)
	}
	if out := d.CLI(t, "pjsip show auth 1001"); strings.Contains(out, "do-not-show") || !strings.Contains(out, pbx.Realm) {
		t.Errorf("%s", out)
	}
}

// options asks Asterisk what an endpoint has. Not on the console: "pjsip show
// endpoint" crashes Asterisk 22.10.1 (res_pjsip, NULL snapshot) when it comes
// right after an endpoint was made anew.
func (d *desk) options(name string) map[string]string {
	d.t.Helper()
	var list []struct{ Attribute, Value string }
	d.get("/ari/asterisk/config/dynamic/res_pjsip/endpoint/"+name, &list)
	out := map[string]string{}
	for _, f := range list {
		out[f.Attribute] = f.Value
	}
	return out
}

func (d *desk) get(path string, out any) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.URL()+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	req.SetBasicAuth(d.User, d.Password)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // read to its end
	if err := json.NewDecoder(answer.Body).Decode(out); err != nil || answer.StatusCode != http.StatusOK {
		d.t.Fatalf("%s: HTTP %d, %v", path, answer.StatusCode, err)
	}
}

func TestABrowserPhoneSpeaksWebRTC(t *testing.T) {
	t.Parallel()
	d := sit(t)
	phone := pbx.Phone{ID: "1001", Secret: "s"}
	for n, browser := range []bool{false, true, false, true} {
		phone.Browser = browser
		if err := d.PutPhone(t.Context(), phone); err != nil {
			t.Fatal(err)
		}
		wants := map[string]string{
			"webrtc": "no", "ice_support": "false", "use_avpf": "false", "rtcp_mux": "false",
			"media_encryption": "no", "dtls_auto_generate_cert": "No", "allow": "(alaw|ulaw)",
			"rtp_timeout": "30", "rtp_timeout_hold": "300",
		}
		if browser {
			wants = map[string]string{
				"webrtc": "yes", "ice_support": "true", "use_avpf": "true", "rtcp_mux": "true",
				"media_encryption": "dtls", "dtls_auto_generate_cert": "Yes", "allow": "(alaw|ulaw|opus)",
				"rtp_timeout": "0", "rtp_timeout_hold": "0",
			}
		}
		wants["context"] = "from-agent"
		has := d.options("1001")
		for name, value := range wants {
			if has[name] != value {
				t.Errorf("%d, browser %v: %s is %q, want %q", n, browser, name, has[name], value)
			}
		}
	}
}

func TestPhonesThatComeAndGoDoNotHarmAsterisk(t *testing.T) {
	t.Parallel()
	d := sit(t)
	for n := range 60 {
		if err := d.PutPhone(t.Context(), pbx.Phone{ID: "1001", Secret: "s", Browser: n%2 == 0}); err != nil {
			t.Fatalf("round %d: %v", n, err)
		}
		var all []any
		d.get("/ari/endpoints/PJSIP", &all)
		if n%3 == 0 {
			if err := d.RemovePhone(t.Context(), "1001"); err != nil {
				t.Fatalf("round %d: %v", n, err)
			}
		}
	}
}

func TestAChangedTrunkForgetsWhatItWas(t *testing.T) {
	t.Parallel()
	d := sit(t)
	put := func(tr pbx.Trunk) {
		t.Helper()
		if err := d.PutTrunk(t.Context(), tr); err != nil {
			t.Fatal(err)
		}
	}
	put(pbx.Trunk{ID: "city", Match: []netip.Prefix{netip.MustParsePrefix("127.0.0.3/32")}, Server: "127.0.0.1:5999"})
	put(pbx.Trunk{
		ID: "city", Match: []netip.Prefix{netip.MustParsePrefix("127.0.0.4/32")}, Server: "127.0.0.1:5998",
		Register: &pbx.Registration{Server: "127.0.0.1:5997", User: "account", Password: "p"},
	})
	if out := d.CLI(t, "pjsip show identifies"); strings.Contains(out, "127.0.0.3") || !strings.Contains(out, "127.0.0.4") {
		t.Errorf("%s", out)
	}
	if out := d.CLI(t, "pjsip show aor city"); strings.Contains(out, "5999") || !strings.Contains(out, "5998") {
		t.Errorf("%s", out)
	}
	if out := d.CLI(t, "pjsip show registrations"); !strings.Contains(out, "city/sip:127.0.0.1:5997") {
		t.Errorf("%s", out)
	}
	put(pbx.Trunk{ID: "city", Match: []netip.Prefix{netip.MustParsePrefix("127.0.0.4/32")}})
	if out := d.CLI(t, "pjsip show registrations"); strings.Contains(out, "city") {
		t.Errorf("%s", out)
	}
	if out := d.CLI(t, "pjsip show auths"); strings.Contains(out, "city-out") {
		t.Errorf("%s", out)
	}

	var e *pbx.Error
	for _, tr := range []pbx.Trunk{
		{},
		{ID: "a b", Server: "x:1"},
		{ID: "x"},
		{ID: "x", Server: "a b"},
		{ID: "x", User: "u"},
		{ID: "x", User: "u;v", Secret: "s"},
		{ID: "x", Match: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}},
		{ID: "x", Register: &pbx.Registration{Server: "a", User: "u@v"}},
		{ID: "x", Register: &pbx.Registration{Server: "a", User: "u", Password: "a\nb"}},
	} {
		if err := d.PutTrunk(context.Background(), tr); !errors.As(err, &e) || e.Kind != pbx.Invalid {
			t.Errorf("%+v: %v, want Invalid", tr, err)
		}
	}
	for _, p := range []pbx.Phone{{}, {ID: "x"}, {ID: "x", Secret: "a", HA1: "b"}, {ID: "x/y", Secret: "a"}, {ID: "x", HA1: "zz"}} {
		if err := d.PutPhone(context.Background(), p); !errors.As(err, &e) || e.Kind != pbx.Invalid {
			t.Errorf("%+v: %v, want Invalid", p, err)
		}
	}
}

func TestAnAsteriskWithoutAnyEndpointIsAsGoodAsAnyOther(t *testing.T) {
	t.Parallel()
	i := asterisktest.Start(t, asterisktest.WithoutTrunk)
	d := link(t, i)
	if snap := want[pbx.Connected](d, nil).Snapshot; len(snap.Phones)+len(snap.Trunks) != 0 {
		t.Errorf("%+v", snap)
	}
	if err := d.PutTrunk(t.Context(), pbx.Trunk{ID: "first", Match: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}}); err != nil {
		t.Fatal(err)
	}
	if e := want[pbx.TrunkChanged](d, nil); e.Trunk != "first" || !e.Online {
		t.Errorf("a trunk by which calls can come: %+v", e)
	}
	d.phone(asterisktest.Phone{User: "1001"}) // told to be online
	if a, _ := d.arrive(asterisktest.Caller{}); a.Trunk != "first" {
		t.Errorf("%+v", a)
	}
	d.stop()
	if _, snap := relink(t, i); !snap.Phones["1001"] || !snap.Trunks["first"] {
		t.Errorf("%+v", snap)
	}
}

func TestATrunkOfPjsipConfIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	i := asterisktest.Start(t, func(o *config.Options) {
		o.Trunks = append(o.Trunks, config.Trunk{ID: "inbound", Match: []netip.Prefix{netip.MustParsePrefix("127.0.0.5/32")}})
	})
	var log lockedLog
	d := linkLogging(t, i, &log)
	want[pbx.Connected](d, nil)
	put := func(tr pbx.Trunk) {
		t.Helper()
		if err := d.PutTrunk(t.Context(), tr); err != nil {
			t.Fatal(err)
		}
	}
	put(pbx.Trunk{ID: "trunk", Match: []netip.Prefix{netip.MustParsePrefix("127.0.0.9/32")}})
	put(pbx.Trunk{ID: "inbound", Server: "127.0.0.1:5999", User: "inbound", Secret: "x"})
	if out := d.CLI(t, "pjsip show identifies"); strings.Contains(out, "127.0.0.9") || !strings.Contains(out, "127.0.0.2") {
		t.Errorf("%s", out)
	}
	if a, _ := d.arrive(asterisktest.Caller{}); a.Trunk != "trunk" {
		t.Errorf("%+v", a)
	}
	for _, e := range d.past {
		if c, ok := e.(pbx.TrunkChanged); ok {
			t.Errorf("told %+v of what has not changed", c)
		}
	}
	d.Kill(t)
	want[pbx.Disconnected](d, nil)
	d.Boot(t)
	if snap := want[pbx.Connected](d, nil).Snapshot; !snap.Trunks["trunk"] || !snap.Trunks["inbound"] {
		t.Errorf("%+v", snap)
	}
	said := log.String()
	if n := strings.Count(said, "left as it is"); n != 4 { // each trunk for each Asterisk
		t.Errorf("said %d times:\n%s", n, said)
	}
	if strings.Contains(said, "level=ERROR") && !strings.Contains(said, "cannot reach") {
		t.Errorf("%s", said)
	}

	// What only bears the name of a trunk is not it.
	var e *pbx.Error
	if err := d.PutPhone(t.Context(), pbx.Phone{ID: "trunk", Secret: "s"}); !errors.As(err, &e) || e.Kind != pbx.Refused || !strings.Contains(e.Reason, "pjsip.conf") {
		t.Errorf("a phone that is a trunk of pjsip.conf: %v", err)
	}
}

func TestATrunkThatRegistersWithUsIsKnownByItsAccount(t *testing.T) {
	t.Parallel()
	d := sit(t)
	if err := d.PutTrunk(t.Context(), pbx.Trunk{ID: "city", User: "carrier", Secret: "line"}); err != nil {
		t.Fatal(err)
	}
	d.Register(t, "carrier", "line").Wait(t, 10*time.Second)
	if e := want[pbx.TrunkChanged](d, nil); e.Trunk != "city" || !e.Online {
		t.Errorf("%+v", e)
	}
	// The registered address rings nobody, but the call goes there.
	d.must(pbx.Originate{Channel: "out", Trunk: "city", Number: "13900139000", Timeout: time.Second})
	if e := want(d, of[pbx.Ended]("out")); e.Cause != pbx.NoAnswer && e.Cause != pbx.Congestion {
		t.Errorf("%+v", e)
	}
}
