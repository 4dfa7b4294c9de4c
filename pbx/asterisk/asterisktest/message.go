package asterisktest

import (
	"bytes"
	"crypto/md5" //nolint:gosec // digest authentication of SIP (RFC 2617) is made of it
	"encoding/hex"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// message is one SIP request or response (RFC 3261), as far as a plain
// telephone needs it.
type message struct {
	start  string
	header [][2]string // in order, names as sent
	body   string
}

func parseMessage(text []byte) (message, bool) {
	head, body, ok := bytes.Cut(text, []byte("\r\n\r\n"))
	if !ok {
		return message{}, false
	}
	lines := strings.Split(string(head), "\r\n")
	m := message{start: lines[0], body: string(body)}
	for _, l := range lines[1:] {
		if name, value, ok := strings.Cut(l, ":"); ok {
			m.header = append(m.header, [2]string{strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	return m, true
}

// all returns the values of a header.
func (m message) all(name string) []string {
	var out []string
	for _, h := range m.header {
		if strings.EqualFold(h[0], name) {
			out = append(out, h[1])
		}
	}
	return out
}

func (m message) get(name string) string {
	if v := m.all(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// method is that of the request, or of the request a response answers.
func (m message) method() string {
	_, method, _ := strings.Cut(m.get("CSeq"), " ")
	return method
}

// status is that of a response, 0 of a request.
func (m message) status() int {
	if !strings.HasPrefix(m.start, "SIP/2.0 ") || len(m.start) < 11 {
		return 0
	}
	n, _ := strconv.Atoi(m.start[8:11])
	return n
}

// called is the user of the request's URI.
func (m message) called() string {
	_, uri, _ := strings.Cut(m.start, " ")
	user, _, _ := strings.Cut(strings.TrimPrefix(uri, "sip:"), "@")
	return user
}

func (m message) bytes() []byte {
	var b bytes.Buffer
	b.WriteString(m.start + "\r\n")
	for _, h := range m.header {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(m.body), m.body)
	return b.Bytes()
}

// answer is a response to a request.
func (m message) answer(status, toTag, contact, sdp string) message {
	out := message{start: "SIP/2.0 " + status, body: sdp}
	for _, via := range m.all("Via") {
		out.header = append(out.header, [2]string{"Via", via})
	}
	to := m.get("To")
	if toTag != "" && !strings.Contains(to, ";tag=") {
		to += ";tag=" + toTag
	}
	out.header = append(out.header, [2]string{"From", m.get("From")}, [2]string{"To", to},
		[2]string{"Call-ID", m.get("Call-ID")}, [2]string{"CSeq", m.get("CSeq")}, [2]string{"Contact", contact})
	if sdp != "" {
		out.header = append(out.header, [2]string{"Content-Type", "application/sdp"})
	}
	return out
}

// sdpFor describes our side of the sound. direction is sendrecv or sendonly.
func sdpFor(at netip.AddrPort, version int, direction string) string {
	return strings.Join([]string{
		"v=0", fmt.Sprintf("o=- 1 %d IN IP4 %s", version, at.Addr()), "s=-", "c=IN IP4 " + at.Addr().String(), "t=0 0",
		fmt.Sprintf("m=audio %d RTP/AVP 0 101", at.Port()), "a=rtpmap:0 PCMU/8000",
		"a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=" + direction, "",
	}, "\r\n")
}

var (
	sdpAddress = regexp.MustCompile(`(?m)^c=IN IP4 (\S+)`)
	sdpPort    = regexp.MustCompile(`(?m)^m=audio (\d+)`)
	quoted     = regexp.MustCompile(`(\w+)="?([^",]*)"?`)
)

// soundAt reads from the other side's SDP where it wants its sound.
func soundAt(sdp string) (netip.AddrPort, bool) {
	a, p := sdpAddress.FindStringSubmatch(sdp), sdpPort.FindStringSubmatch(sdp)
	if a == nil || p == nil {
		return netip.AddrPort{}, false
	}
	at, err := netip.ParseAddrPort(a[1] + ":" + p[1])
	return at, err == nil
}

// credentials answers a digest challenge.
func credentials(challenge, method, uri, user, password string) string {
	f := map[string]string{}
	for _, m := range quoted.FindAllStringSubmatch(challenge, -1) {
		f[m[1]] = m[2]
	}
	sum := func(s string) string {
		h := md5.Sum([]byte(s)) //nolint:gosec // as above
		return hex.EncodeToString(h[:])
	}
	ha1, ha2 := sum(user+":"+f["realm"]+":"+password), sum(method+":"+uri)
	response := sum(strings.Join([]string{ha1, f["nonce"], "00000001", "c0ffee", "auth", ha2}, ":"))
	return fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s", algorithm=MD5, opaque="%s", qop=auth, nc=00000001, cnonce="c0ffee"`,
		user, f["realm"], f["nonce"], uri, response, f["opaque"])
}
