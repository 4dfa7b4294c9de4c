package asterisk

import (
	"crypto/md5" //nolint:gosec // digest authentication of SIP (RFC 2617) is made of it
	"encoding/hex"
	"hash/fnv"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// object is one of pjsip's configuration objects.
type object struct {
	class, name string
	fields      []field
	registrable bool // an aor at which somebody may register: it has contacts that we did not give it
}

type field struct {
	Attribute string `json:"attribute"`
	Value     string `json:"value"`
}

func (o object) path() string {
	return path("asterisk", "config", "dynamic", "res_pjsip", o.class, o.name)
}

// revision tells one set of fields from another.
func (o object) revision() string {
	h := fnv.New64a()
	for _, f := range o.fields {
		_, _ = h.Write([]byte(f.Attribute + "\x00" + f.Value + "\x00"))
	}
	return strconv.FormatUint(h.Sum64(), 16)
}

// same reports whether the switch has an object as it shall be. Asterisk writes
// the options of an endpoint in its own words, so that one is known by its
// revision; of others every field is compared.
func (o object) same(has []field) bool {
	contacts := 0
	for _, f := range has {
		if f.Attribute == "contact" && f.Value != "" {
			contacts++
		}
	}
	for _, f := range o.fields {
		name, value := f.Attribute, f.Value
		switch {
		case o.class == "endpoint" && name != "set_var":
			continue
		case name == "set_var":
			name, value, _ = strings.Cut(value, "=")
		case name == "contact":
			contacts--
		case value == "yes":
			value = "true"
		case value == "no":
			value = "false"
		}
		if !slices.Contains(has, field{name, value}) {
			return false
		}
	}
	return contacts == 0 || o.registrable && contacts > 0
}

// newObject builds an object from attribute, value, attribute, value…
func newObject(class, name string, pairs ...string) object {
	o := object{class: class, name: name}
	for i := 0; i < len(pairs); i += 2 {
		o.fields = append(o.fields, field{pairs[i], pairs[i+1]})
	}
	return o
}

// A desk phone that has lost its power or its network does not say so, and
// whoever speaks with it would hear silence for ever. Its leg ends when no
// sound has come from it for silentFor, or, while it holds by its own key, for
// silentHeld. Phones must not suppress silence. A browser is missed at once,
// because its connection breaks.
const (
	silentFor  = 30 * time.Second
	silentHeld = 5 * time.Minute
)

// browserMedia and phoneMedia name every option in which the two differ: an
// update changes only what it names.
var (
	browserMedia = []string{
		"webrtc", "yes", "dtls_auto_generate_cert", "yes", "rtp_timeout", "0", "rtp_timeout_hold", "0",
		"disallow", "all", "allow", "alaw,ulaw,opus", // Opus last: it costs transcoding
	}
	phoneMedia = []string{
		"webrtc", "no", "dtls_auto_generate_cert", "no", "use_avpf", "no", "media_encryption", "no",
		"ice_support", "no", "bundle", "no", "rtcp_mux", "no",
		"rtp_timeout", seconds(silentFor), "rtp_timeout_hold", seconds(silentHeld),
		"disallow", "all", "allow", "alaw,ulaw",
	}
)

func phoneNames(id pbx.PhoneID) []object {
	name := string(id)
	return []object{{class: "endpoint", name: name}, {class: "aor", name: name}, {class: "auth", name: name}}
}

// phoneObjects says what a phone is to Asterisk.
func phoneObjects(p pbx.Phone, qualify time.Duration) ([]object, error) {
	bad := func(reason string) ([]object, error) {
		return nil, &pbx.Error{Command: "PutPhone", Kind: pbx.Invalid, Reason: reason}
	}
	name := string(p.ID)
	ha1 := p.HA1
	switch {
	case !plainName.MatchString(name):
		return bad("id: need 1-64 letters, digits, . _ -")
	case (p.HA1 == "") == (p.Secret == ""):
		return bad("need either a secret or its digest")
	case p.HA1 == "":
		ha1 = digest(name, p.Secret)
	case !plainHA1.MatchString(p.HA1):
		return bad("HA1: need 32 lower-case hexadecimal digits")
	}
	media := phoneMedia
	if p.Browser {
		media = browserMedia
	}
	aor := newObject("aor", name, "max_contacts", "1", "remove_existing", "yes", "minimum_expiration", "30",
		"qualify_frequency", seconds(qualify))
	aor.registrable = true
	return []object{
		authObject(name, name, ha1),
		aor,
		newObject("endpoint", name, append([]string{
			"context", "from-agent", "auth", name, "aors", name, "set_var", "YHT_PHONE=" + name,
			"direct_media", "no", "rtp_symmetric", "yes", "force_rport", "yes", "rewrite_contact", "yes",
			"dtmf_mode", "rfc4733", "send_connected_line", "no",
			"allow_transfer", "no", "allow_subscribe", "no", "identify_by", "username",
		}, media...)...),
	}, nil
}

// authObject lets somebody in who knows the password behind ha1.
func authObject(name, user, ha1 string) object {
	return newObject("auth", name, "auth_type", "md5", "username", user, "realm", pbx.Realm, "md5_cred", ha1)
}

func digest(user, secret string) string {
	sum := md5.Sum([]byte(user + ":" + pbx.Realm + ":" + secret)) //nolint:gosec // as above
	return hex.EncodeToString(sum[:])
}

func seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }

// trunkEndpoint is the name of a trunk's endpoint: its own, or, when the far
// side registers, the account's, by which Asterisk finds it.
func trunkEndpoint(t pbx.Trunk) string {
	if t.User != "" {
		return t.User
	}
	return string(t.ID)
}

// trunkObjects says what a trunk is to Asterisk, and which objects of its
// name there must not be.
func trunkObjects(t pbx.Trunk, qualify time.Duration) (want, useless []object, err error) {
	if reason := badTrunk(t); reason != "" {
		return nil, nil, &pbx.Error{Command: "PutTrunk", Kind: pbx.Invalid, Reason: reason}
	}
	id, name, server := string(t.ID), trunkEndpoint(t), t.Server
	if server == "" && t.Register != nil {
		server = t.Register.Server
	}
	aor := []string{"max_contacts", "1", "remove_existing", "yes", "qualify_frequency", seconds(qualify)}
	end := []string{
		"context", "from-trunk", "aors", name, "set_var", "YHT_TRUNK=" + id,
		"disallow", "all", "allow", "alaw,ulaw", "direct_media", "no", "rtp_symmetric", "yes",
		"dtmf_mode", "rfc4733", "send_pai", "yes", "trust_id_inbound", "yes", "send_connected_line", "no",
		"allow_transfer", "no", "allow_subscribe", "no",
	}
	contact, by := "no", "ip" // by username whoever writes the trunk's name into From would be it
	if server != "" {
		aor = append(aor, "contact", "sip:"+server)
		contact = "yes"
	}
	if t.User != "" {
		want = append(want, authObject(name, t.User, digest(t.User, t.Secret)))
		end = append(end, "auth", name, "force_rport", "yes", "rewrite_contact", "yes")
		// With a password to prove it. Its calls come with the callers'
		// numbers in From, and the account in the credentials.
		contact, by = "yes", "auth_username,username,ip"
	} else {
		useless = append(useless, object{class: "auth", name: name})
	}
	end = append(end, "set_var", "YHT_CONTACT="+contact, "identify_by", by)
	out := id + "-out"
	if r := t.Register; r != nil {
		want = append(want, newObject("auth", out, "auth_type", "userpass", "username", r.User, "password", r.Password))
		end = append(end, "outbound_auth", out, "from_user", r.User, "from_domain", host(r.Server),
			"set_var", "YHT_REGISTERS="+account(r))
	}
	where := newObject("aor", name, aor...)
	where.registrable = t.User != ""
	want = append(want, where, newObject("endpoint", name, end...))
	// An identify or a registration is made anew, because an update of one
	// adds to what it matched before.
	useless = append(useless, object{class: "identify", name: name}, object{class: "registration", name: id})
	if match := matches(t); match != "" {
		want = append(want, newObject("identify", name, "endpoint", name, "match", match))
	}
	if r := t.Register; r != nil {
		want = append(want, newObject("registration", id,
			"server_uri", "sip:"+r.Server, "client_uri", account(r),
			"contact_user", r.User, "outbound_auth", out, "endpoint", name, "line", "yes",
			"expiration", "300", "retry_interval", "10", "forbidden_retry_interval", "60",
			"fatal_retry_interval", "60", "max_retries", "1000000", "auth_rejection_permanent", "no",
			"max_random_initial_delay", "0"))
	} else {
		useless = append(useless, object{class: "auth", name: out})
	}
	return want, useless, nil
}

// account is what we call ourselves with a carrier, in full.
func account(r *pbx.Registration) string { return "sip:" + r.User + "@" + host(r.Server) }

// matches lists the addresses whose requests belong to a trunk. A carrier with
// which we register by a name and not by an address is known by the contact
// that we gave it (line), as long as it calls that.
func matches(t pbx.Trunk) string {
	if len(t.Match) == 0 && t.Register != nil {
		if ip, err := netip.ParseAddr(strings.Trim(host(t.Register.Server), "[]")); err == nil {
			return ip.String()
		}
	}
	return join(t.Match)
}

func badTrunk(t pbx.Trunk) string {
	switch {
	case !plainName.MatchString(string(t.ID)):
		return "id: need 1-64 letters, digits, . _ -"
	case t.Server != "" && !hostPort.MatchString(t.Server):
		return "server: need host:port"
	case t.User != "" && (!plainName.MatchString(t.User) || t.Secret == ""):
		return "user: need 1-64 letters, digits, . _ - and a secret"
	case len(t.Match) == 0 && t.User == "" && t.Register == nil && t.Server == "":
		return "need an address to match, a server, a registration or a user"
	}
	for _, p := range t.Match {
		if !p.IsValid() || p.Bits() == 0 {
			return "match: an empty prefix would let anybody in"
		}
	}
	if r := t.Register; r != nil {
		switch {
		case !hostPort.MatchString(r.Server):
			return "registration: server: need host:port"
		case !plainName.MatchString(strings.TrimPrefix(r.User, "+")):
			return "registration: user: need 1-64 letters, digits, . _ -"
		case r.Password != clean(r.Password):
			return "registration: the password holds control characters"
		}
	}
	return ""
}

func host(server string) string {
	if h, _, err := net.SplitHostPort(server); err == nil {
		return h
	}
	return server
}

func join(prefixes []netip.Prefix) string {
	texts := make([]string, len(prefixes))
	for i, p := range prefixes {
		texts[i] = p.String()
	}
	return strings.Join(texts, ",")
}
