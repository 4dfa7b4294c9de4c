package telephone

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strings"
)

// authorize answers a digest challenge (RFC 2617, with and without qop).
func authorize(challenge, method, uri, user, secret string) string {
	_, rest, _ := strings.Cut(challenge, " ")
	fields := make(map[string]string)
	for _, part := range strings.Split(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[strings.ToLower(name)] = strings.Trim(value, `"`)
	}
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
