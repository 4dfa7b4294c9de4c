package telephone

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strings"
)

// fieldsOf reads a challenge or the answer to one.
func fieldsOf(value string) map[string]string {
	_, rest, _ := strings.Cut(value, " ")
	fields := make(map[string]string)
	for _, part := range strings.Split(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[strings.ToLower(name)] = strings.Trim(value, `"`)
	}
	return fields
}

// authorize answers a digest challenge (RFC 2617, with and without qop).
func authorize(challenge, method, uri, user, secret string) string {
	fields := fieldsOf(challenge)
	ha1 := digest(user + ":" + fields["realm"] + ":" + secret)
	ha2 := digest(method + ":" + uri)
	out := fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", algorithm=MD5`, user, fields["realm"], fields["nonce"], uri)
	if fields["qop"] == "" {
		out += fmt.Sprintf(`, response="%s"`, digest(ha1+":"+fields["nonce"]+":"+ha2))
	} else {
		const count = "00000001"
		cnonce := token()
		response := digest(strings.Join([]string{ha1, fields["nonce"], count, cnonce, "auth", ha2}, ":"))
		out += fmt.Sprintf(`, response="%s", qop=auth, nc=%s, cnonce="%s"`, response, count, cnonce)
	}
	if fields["opaque"] != "" {
		out += fmt.Sprintf(`, opaque="%s"`, fields["opaque"])
	}
	return out
}

func digest(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// proves reports whether the answer to a challenge shows that its sender knows
// the secret.
func proves(answer, method, secret string) bool {
	f := fieldsOf(answer)
	ha1 := digest(f["username"] + ":" + f["realm"] + ":" + secret)
	ha2 := digest(method + ":" + f["uri"])
	if f["qop"] == "" {
		return f["response"] == digest(ha1+":"+f["nonce"]+":"+ha2)
	}
	return f["response"] == digest(strings.Join([]string{ha1, f["nonce"], f["nc"], f["cnonce"], f["qop"], ha2}, ":"))
}
