package telephone

import (
	"crypto/rand"
	"fmt"
	"net/textproto"
	"strconv"
	"strings"
)

// message is a SIP request or response.
type message struct {
	start   string
	headers []header
	body    string
}

type header struct{ name, value string }

// compact are the short forms of header names (RFC 3261, 7.3.3).
var compact = map[string]string{
	"V": "Via", "F": "From", "T": "To", "I": "Call-Id", "M": "Contact", "L": "Content-Length", "C": "Content-Type",
}

func canonical(name string) string {
	name = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
	if long, ok := compact[name]; ok {
		return long
	}
	return name
}

// parse reads one datagram; false when it is not SIP.
func parse(datagram []byte) (*message, bool) {
	head, body, ok := strings.Cut(string(datagram), "\r\n\r\n")
	if !ok {
		return nil, false
	}
	lines := strings.Split(head, "\r\n")
	m := &message{start: lines[0], body: body}
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, false
		}
		m.add(canonical(name), strings.TrimSpace(value))
	}
	return m, strings.Contains(m.start, "SIP/2.0")
}

func (m *message) add(name, value string) { m.headers = append(m.headers, header{name, value}) }

func (m *message) get(name string) string {
	for _, h := range m.headers {
		if h.name == name {
			return h.value
		}
	}
	return ""
}

// copyFrom takes over every header of these names.
func (m *message) copyFrom(other *message, names ...string) {
	for _, name := range names {
		for _, h := range other.headers {
			if h.name == name {
				m.add(h.name, h.value)
			}
		}
	}
}

func (m *message) bytes() []byte {
	var b strings.Builder
	b.WriteString(m.start + "\r\n")
	for _, h := range m.headers {
		b.WriteString(h.name + ": " + h.value + "\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(m.body), m.body)
	return []byte(b.String())
}

// code is the status of a response, 0 of a request.
func (m *message) code() int {
	if !strings.HasPrefix(m.start, "SIP/2.0 ") || len(m.start) < 11 {
		return 0
	}
	n, err := strconv.Atoi(m.start[8:11])
	if err != nil {
		return 0
	}
	return n
}

// method is that of a request, or of the request that a response answers.
func (m *message) method() string {
	_, method, _ := strings.Cut(m.get("Cseq"), " ")
	return strings.TrimSpace(method)
}

func (m *message) sequence() int {
	number, _, _ := strings.Cut(m.get("Cseq"), " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return n
}

// tag is the tag parameter of a From or To value.
func tag(value string) string {
	_, after, ok := strings.Cut(value, ";tag=")
	if !ok {
		return ""
	}
	after, _, _ = strings.Cut(after, ";")
	return after
}

// address is the URI between the angle brackets of a From, To or Contact.
func address(value string) string {
	if _, after, ok := strings.Cut(value, "<sip:"); ok {
		uri, _, _ := strings.Cut(after, ">")
		return "sip:" + uri
	}
	uri, _, _ := strings.Cut(value, ";")
	return uri
}

// quoted is a display name as the grammar of SIP wants it; what would end the
// header is left out, everything else is sent as it is.
func quoted(name string) string {
	if name == "" {
		return ""
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "", "\n", "", "\x00", "").Replace(name) + `" `
}

func token() string { return strings.ToLower(rand.Text()[:16]) }
