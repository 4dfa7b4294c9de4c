package journal

import (
	"strings"
	"unicode/utf8"
)

// maxText bounds a text in a column, in characters: an index takes no more than
// some 2,700 bytes. The event keeps all of it.
const maxText = 256

// text makes a text from outside fit for a column: no NUL, valid UTF-8, bounded.
func text(s string) string {
	s = readable(s)
	if utf8.RuneCountInString(s) <= maxText {
		return s
	}
	n := 0
	for i := range s {
		if n == maxText {
			return s[:i]
		}
		n++
	}
	return s
}

// withoutNUL replaces the escaped NULs of a JSON text, which jsonb refuses. A
// backslash that is itself escaped does not begin an escape.
func withoutNUL(json string) string {
	if !strings.Contains(json, `\u0000`) {
		return json
	}
	var b strings.Builder
	for i := 0; i < len(json); i++ {
		switch {
		case json[i] != '\\' || i+1 == len(json):
			b.WriteByte(json[i])
		case strings.HasPrefix(json[i:], `\u0000`):
			b.WriteString(`\ufffd`)
			i += len(`\u0000`) - 1
		default:
			b.WriteString(json[i : i+2])
			i++
		}
	}
	return b.String()
}

// orNull makes the empty text SQL's NULL.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
