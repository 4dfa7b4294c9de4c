package config

import (
	"flag"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yihaotong/yihaotong/pbx"
)

var update = flag.Bool("update", false, "write testdata/golden anew")

func full() Options {
	return Options{
		Out: "/srv/yihaotong/asterisk", Name: "changsha1", Password: "a-long-password",
		SIP: netip.MustParseAddrPort("192.0.2.10:5060"), HTTP: netip.MustParseAddrPort("127.0.0.1:8088"),
		External: netip.MustParseAddr("203.0.113.7"), RTP: Ports{20000, 24999},
		Music: "/srv/music", DemoCaller: "demo",
		Trunks: []Trunk{
			{ID: "trunk", Match: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32"), netip.MustParsePrefix("2001:db8::/64")}, Server: netip.MustParseAddrPort("127.0.0.1:5070")},
			{ID: "inbound", Match: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/28")}},
		},
	}
}

func TestRenderedConfigurationIsAsReviewed(t *testing.T) {
	got, err := full().withDefaults().page().render()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll("testdata/golden", 0o750); err != nil {
			t.Fatal(err)
		}
		for name, text := range got {
			if len(text) > 0 {
				if err := os.WriteFile(filepath.Join("testdata/golden", name), text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	golden, err := fs.ReadDir(os.DirFS("testdata"), "golden")
	if err != nil {
		t.Fatal(err)
	}
	reviewed := map[string]bool{}
	for _, f := range golden {
		reviewed[f.Name()] = true
		want, err := os.ReadFile(filepath.Join("testdata/golden", f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if string(got[f.Name()]) != string(want) {
			t.Errorf("%s is not as reviewed (go test -update writes it):\n%s", f.Name(), got[f.Name()])
		}
	}
	for name, text := range got {
		if len(text) > 0 && !reviewed[name] {
			t.Errorf("%s has never been reviewed", name)
		}
	}
}

func TestNothingIsOpenUnlessAskedFor(t *testing.T) {
	o := Options{Out: "/srv/a", Password: "p"}.withDefaults()
	got, err := o.page().render()
	if err != nil {
		t.Fatal(err)
	}
	if !o.SIP.Addr().IsLoopback() || !o.HTTP.Addr().IsLoopback() {
		t.Errorf("listens on %s and %s", o.SIP, o.HTTP)
	}
	for name, forbidden := range map[string][]string{
		"pjsip.conf":      {"type = endpoint", "anonymous", "0.0.0.0"},
		"modules.conf":    {"anonymous", "res_pjsip_refer", "app_system", "func_shell", "manager", "chan_iax2", "pbx_spool", "autoload = yes"},
		"extensions.conf": {"Dial(", "System("},
		"ari.conf":        {"allowed_origins"},
		"manager.conf":    {"write = all", "call,", "read = a", "bindaddr = 0", "bindaddr = 127", "port ="},
		"http.conf":       {"enablestatic = yes"},
	} {
		for _, f := range forbidden {
			if strings.Contains(string(got[name]), f) {
				t.Errorf("%s holds %q", name, f)
			}
		}
	}
}

func TestEveryWrongOptionIsNamed(t *testing.T) {
	for _, c := range []struct {
		change func(*Options)
		says   string
	}{
		{func(o *Options) { o.Password = "" }, "ARI password"},
		{func(o *Options) { o.Password = "a;b" }, "ARI password"},
		{func(o *Options) { o.Password = "a\n[evil]" }, "ARI password"},
		{func(o *Options) { o.DemoCaller = "a b" }, "demo caller"},
		{func(o *Options) { o.Out = "relative" }, `out "relative"`},
		{func(o *Options) { o.Out = "/srv/a b" }, "out"},
		{func(o *Options) { o.Out = "/srv/$(x)" }, "out"},
		{func(o *Options) { o.Out = "/srv/../etc" }, "out"},
		{func(o *Options) { o.Music = "/m,evil" }, "music"},
		{func(o *Options) { o.Tree = "tree" }, "tree"},
		{func(o *Options) { o.App = "a,b" }, "application"},
		{func(o *Options) { o.User = "u]\n" }, "ARI user"},
		{func(o *Options) { o.SIP = netip.AddrPortFrom(o.SIP.Addr(), 0) }, "need a port"},
		{func(o *Options) { o.RTP = Ports{20000, 20001} }, "RTP"},
		{func(o *Options) { o.RTP = Ports{100, 20001} }, "RTP"},
		{func(o *Options) { o.Wait = 1 }, "wait"},
		{func(o *Options) { o.Trunks[0].ID = "a b" }, "trunk"},
		{func(o *Options) { o.Trunks[1].ID = "trunk" }, "name of its own"},
		{func(o *Options) { o.Trunks[0].ID = DemoCaller }, "name of its own"},
		{func(o *Options) { o.Trunks[0].Match = nil }, "address to match"},
		{func(o *Options) { o.Trunks[0].Match = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")} }, "anybody"},
	} {
		o := full()
		c.change(&o)
		if err := Render(o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("want an error that says %q, got %v", c.says, err)
		}
	}
	if _, err := os.Stat("/srv/yihaotong/asterisk"); err == nil {
		t.Error("something was written for options that are wrong")
	}
}

func TestRenderWritesSecretsForTheOwnerOnly(t *testing.T) {
	out := filepath.Join(t.TempDir(), "ast")
	o := Options{Out: out, Password: "p"}
	for range 2 { // again over itself
		if err := Render(o); err != nil {
			t.Fatal(err)
		}
	}
	err := filepath.WalkDir(filepath.Join(out, "etc"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
		if strings.HasSuffix(name, ".new") {
			t.Errorf("%s was left behind", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if music, err := os.ReadDir(filepath.Join(out, "var/music")); err != nil || len(music) != 1 {
		t.Errorf("music: %v, %v", music, err)
	}
	if err := Render(Options{Out: out, Tree: t.TempDir(), Password: "p"}); err == nil || !strings.Contains(err.Error(), "lacks a module") {
		t.Errorf("a tree without Asterisk: %v", err)
	}
}

func TestInstancesDoNotTakeEachOthersNames(t *testing.T) {
	a, b := full(), full()
	a.Name, b.Name = "", ""
	b.Out = "/srv/other"
	a, b = a.withDefaults(), b.withDefaults()
	if a.Name == b.Name || a.EntityID() == b.EntityID() {
		t.Errorf("%s and %s, %s and %s", a.Name, b.Name, a.EntityID(), b.EntityID())
	}
}

func TestRealmIsTheOneOfPhones(t *testing.T) {
	if Realm != pbx.Realm {
		t.Errorf("%q, phones have %q", Realm, pbx.Realm)
	}
}

func TestMusicIsAudibleAndDoesNotClip(t *testing.T) {
	var peak, first int16
	samples := calm()
	for i, s := range samples {
		peak = max(peak, s, -s)
		if i == 0 {
			first = s
		}
	}
	if len(samples) != 16*rate || peak < 5000 || peak > 12000 {
		t.Errorf("%d samples, peak %d", len(samples), peak)
	}
	if seam := int(samples[len(samples)-1]) - int(first); seam > 1500 || seam < -1500 {
		t.Errorf("a click of %d at the seam", seam)
	}
}
