package asterisk

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/pbx"
)

var (
	// Ids travel as one segment of a path and come back as they were.
	plainID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$`)
	// Names of phones, trunks and accounts are sections of pjsip's objects.
	plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	keySeries = regexp.MustCompile(`^[0-9*#A-D]{1,32}$`)
	dialable  = regexp.MustCompile(`^\+?[0-9*#]{1,32}$`)
	plainHA1  = regexp.MustCompile(`^[0-9a-f]{32}$`)
	varName   = regexp.MustCompile(`^[A-Z_]+$`)
	// A sound is an absolute path; a comma would begin the next one.
	soundPath = regexp.MustCompile(`^/[^,\pC]{1,1000}$`)
	hostPort  = regexp.MustCompile(`^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]{1,253})(:[0-9]{1,5})?$`)
	recording = regexp.MustCompile(`^yihaotong/[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
)

// clean makes a text from outside fit to be kept and shown: valid UTF-8, no
// control or formatting characters, at most pbx.MaxText bytes.
func clean(text string) string { return cleanTo(text, pbx.MaxText) }

func cleanTo(text string, limit int) string {
	var b strings.Builder
	for _, r := range text { // an invalid byte arrives here as U+FFFD
		if unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) {
			continue
		}
		if b.Len()+utf8.RuneLen(r) > limit {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// shownNumber keeps of a number what may be sent to a far end.
func shownNumber(number string) string {
	kept := strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789*#+", r) {
			return r
		}
		return -1
	}, number)
	return kept[:min(len(kept), 32)]
}

// callerID joins name and number the way Asterisk splits them. Nothing in
// either can end the quotes or the brackets.
func callerID(name, number string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"\<>`, r) {
			return -1
		}
		return r
	}, cleanTo(name, 80))
	number = shownNumber(number)
	switch {
	case name == "" && number == "":
		return ""
	case name == "":
		return number
	}
	return `"` + name + `" <` + number + `>`
}
