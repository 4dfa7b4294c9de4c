package telephone

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Registrar is what a carrier does with those who register with it. The zero
// value lets nobody in.
type Registrar struct {
	Realm    string
	Accounts map[string]string // password by user
	Expires  time.Duration     // of a registration; whole seconds

	mu       sync.Mutex
	nonce    string
	bindings map[string]binding
	refused  int
}

type binding struct {
	contact string
	until   time.Time
}

// Change changes the password of an account; who has registered with the old
// one has to come again.
func (r *Registrar) Change(user, password string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Accounts[user] = password
	r.nonce = token() // old proofs are worth nothing
	delete(r.bindings, user)
}

// Contact is where the user wants to be called; empty when not registered.
func (r *Registrar) Contact(user string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if b := r.bindings[user]; time.Now().Before(b.until) {
		return b.contact
	}
	return ""
}

// Refused counts those who came with a wrong password or none that fits.
func (r *Registrar) Refused() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.refused
}

// registers answers a REGISTER.
func (r *Registrar) registers(m *message) *message {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.nonce == "" {
		r.nonce = token()
	}
	proof := m.get("Authorization")
	fields := fieldsOf(proof)
	if proof == "" || fields["nonce"] != r.nonce {
		out := reply(m, 401, "Unauthorized", "")
		out.add("Www-Authenticate", fmt.Sprintf(`Digest realm="%s", nonce="%s", algorithm=MD5, qop="auth"`, r.Realm, r.nonce))
		return out
	}
	name := user(address(m.get("To")))
	secret, known := r.Accounts[name]
	if !known || fields["username"] != name || !proves(proof, "REGISTER", secret) {
		r.refused++
		delete(r.bindings, name)
		return reply(m, 403, "Forbidden", "")
	}
	contact, expires := address(m.get("Contact")), r.Expires
	if asked, err := strconv.Atoi(m.get("Expires")); err == nil {
		expires = min(expires, time.Duration(asked)*time.Second)
	}
	if r.bindings == nil {
		r.bindings = make(map[string]binding)
	}
	r.bindings[name] = binding{contact, time.Now().Add(expires)}
	out := reply(m, 200, "OK", "")
	out.add("Contact", fmt.Sprintf("<%s>;expires=%d", contact, int(expires.Seconds())))
	return out
}

// DialContact calls somebody where a registrar says.
func (s *Set) DialContact(uri, number, name string) (*Call, error) {
	at, err := netip.ParseAddrPort(hostOf(uri))
	if err != nil {
		return nil, fmt.Errorf("telephone: call %s: %w", uri, err)
	}
	return s.dial(uri, user(uri), at, number, name)
}

// hostOf is the host:port of a URI.
func hostOf(uri string) string {
	_, host, _ := strings.Cut(uri, "@")
	host, _, _ = strings.Cut(host, ";")
	return host
}
