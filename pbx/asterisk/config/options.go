package config

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"regexp"
)

// Options is everything that differs between one rendered Asterisk and
// another. The zero value of a field takes the default that is named with it.
type Options struct {
	Tree string // root of an unpacked Asterisk; empty: the system's own
	Out  string // absolute folder for configuration (etc) and state (var)
	Name string // name of this switch, part of every channel id; default made from Out and SIP

	SIP      netip.AddrPort // UDP and TCP listener; default 127.0.0.1:5060
	HTTP     netip.AddrPort // ARI and SIP over WebSocket (path /ws); default 127.0.0.1:8088
	External netip.Addr     // address shown outside when NAT lies between; default none
	RTP      Ports          // media ports; default 10000–19999

	User     string // ARI user; default "yihaotong"
	Password string // ARI password, required
	App      string // Stasis application; default "yihaotong"

	Music   string // folder with music on hold (files for 8 kHz); default Out/var/music
	Apology string // sound (absolute, without ending) for callers whom nobody can take; default Out/var/sounds/apology

	Trunks     []Trunk // trunks that exist without being pushed
	DemoCaller string  // password of the SIP account "demo-caller", which may call in; empty: no such account

	Retry   int // seconds between two attempts to reach the controller; default 5
	Wait    int // seconds after which a caller nobody takes is let go; default 600
	Qualify int // seconds between two checks of a static trunk's server; default 30, -1: never
}

// Ports is a range of UDP ports, both ends included.
type Ports struct{ First, Last uint16 }

// Trunk is a line group known by its address.
type Trunk struct {
	ID     string
	Match  []netip.Prefix
	Server netip.AddrPort // where calls go out to; zero: inbound only
}

// DemoCaller is the account and trunk name of the demonstration caller.
const DemoCaller = "demo-caller"

// Realm is the digest realm of every account on the switch. It is the same as
// pbx.Realm, which a test holds together.
const Realm = "yihaotong"

var (
	// Paths end up in dialplan arguments and in a shell command, so they may
	// hold nothing that either would read as more than a letter.
	plainPath = regexp.MustCompile(`^/[A-Za-z0-9/._+-]*$`)
	plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)
	// A secret is one line of visible ASCII; ';' begins a comment there.
	plainSecret = regexp.MustCompile(`^[!-:<-~]{1,128}$`)
)

// withDefaults fills what was left empty.
func (o Options) withDefaults() Options {
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if !o.SIP.IsValid() {
		o.SIP = netip.AddrPortFrom(loopback, 5060)
	}
	if !o.HTTP.IsValid() {
		o.HTTP = netip.AddrPortFrom(loopback, 8088)
	}
	if o.RTP == (Ports{}) {
		o.RTP = Ports{10000, 19999}
	}
	orString(&o.User, "yihaotong")
	orString(&o.App, "yihaotong")
	orString(&o.Name, "yht"+fmt.Sprintf("%x", o.digest())[:8])
	orString(&o.Music, filepath.Join(o.Out, "var/music"))
	orString(&o.Apology, filepath.Join(o.Out, "var/sounds/apology"))
	orInt(&o.Retry, 5)
	orInt(&o.Wait, 600)
	orInt(&o.Qualify, 30)
	return o
}

// CallRecords is the file in which the switch itself notes when each channel
// began, was answered and ended; package pbx/asterisk/cdr reads it.
func (o Options) CallRecords() string {
	return filepath.Join(o.Out, "var/log/cel-custom/channels.csv")
}

// EntityID is unique for each instance on each machine; Asterisk would take
// the MAC address, which two instances on one machine share.
func (o Options) EntityID() string {
	d := o.digest()
	return fmt.Sprintf("02:%02x:%02x:%02x:%02x:%02x", d[0], d[1], d[2], d[3], d[4])
}

func (o Options) digest() [32]byte {
	return sha256.Sum256([]byte(o.Name + "\x00" + o.Out + "\x00" + o.SIP.String()))
}

// validate reports everything that is wrong, not only the first.
func (o Options) validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("asterisk config: "+format, args...)) }
	for what, path := range map[string]string{"tree": o.Tree, "out": o.Out, "music": o.Music, "apology": o.Apology} {
		if what == "tree" && path == "" {
			continue
		}
		if !plainPath.MatchString(path) || filepath.Clean(path) != path {
			bad("%s %q: need an absolute, clean path of letters, digits and /._+-", what, path)
		}
	}
	for what, name := range map[string]string{"name": o.Name, "ARI user": o.User, "application": o.App} {
		if !plainName.MatchString(name) {
			bad("%s %q: need 1-40 letters, digits, . _ -, beginning with a letter or digit", what, name)
		}
	}
	if !plainSecret.MatchString(o.Password) {
		bad("ARI password: need 1-128 visible ASCII characters other than ';'")
	}
	if o.DemoCaller != "" && !plainSecret.MatchString(o.DemoCaller) {
		bad("password of the demo caller: need 1-128 visible ASCII characters other than ';'")
	}
	if o.SIP.Port() == 0 || o.HTTP.Port() == 0 {
		bad("SIP %s and HTTP %s: both need a port", o.SIP, o.HTTP)
	}
	if o.RTP.First < 1024 || int(o.RTP.Last)-int(o.RTP.First) < 3 {
		bad("RTP %d-%d: need at least four ports from 1024 up", o.RTP.First, o.RTP.Last)
	}
	if o.Retry < 1 || o.Wait < o.Retry || o.Qualify < -1 {
		bad("retry %d s, wait %d s, qualify %d s: need 1 or more, and wait not shorter than retry", o.Retry, o.Wait, o.Qualify)
	}
	seen := map[string]bool{DemoCaller: true}
	for _, t := range o.Trunks {
		if !plainName.MatchString(t.ID) || seen[t.ID] {
			bad("trunk %q: need a name of its own of letters, digits, . _ -", t.ID)
		}
		seen[t.ID] = true
		if len(t.Match) == 0 {
			bad("trunk %q: without an address to match nobody could use it", t.ID)
		}
		for _, p := range t.Match {
			if !p.IsValid() || p.Bits() == 0 {
				bad("trunk %q: match %q would let anybody in or nobody", t.ID, p)
			}
		}
	}
	return errors.Join(errs...)
}

func orString(p *string, v string) {
	if *p == "" {
		*p = v
	}
}

func orInt(p *int, v int) {
	if *p == 0 {
		*p = v
	}
}
