package dialplan

import (
	"regexp"
	"strings"
)

// maxNumber bounds a number, in digits (E.164 allows 15, and prefixes).
const maxNumber = 32

// The shapes of Chinese numbers, without country code.
var (
	mobileShape = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	shortShape  = regexp.MustCompile(`^(1[0-9]{2,5}|9[56][0-9]{3,7})$`) // 110, 12328, 95xxx, 96xxx
	wideShape   = regexp.MustCompile(`^[48]00[0-9]{7}$`)                // 400 and 800 numbers
)

// NormaliseNumber brings a number into the one form that is compared and
// kept: as dialled within China, area codes with their 0 ("073112328",
// "13812345678", "12328"), numbers of other countries as "+" and digits. It
// understands +86, 0086, 86 without a sign, sip: and tel: addresses,
// separators and full-width digits, and drops anything else. What holds no
// digit becomes "".
func NormaliseNumber(s string) string {
	digits, plus := digitsOf(s)
	switch {
	case plus:
		return national(digits)
	case strings.HasPrefix(digits, "00"):
		return national(strings.TrimLeft(digits, "0"))
	case strings.HasPrefix(digits, "86") && len(digits) >= 9:
		// No Chinese number begins like this and is so long.
		return national(digits)
	case len(digits) == 12 && digits[0] == '0' && mobileShape.MatchString(digits[1:]):
		return digits[1:] // a mobile number dialled as a long-distance call
	}
	return digits
}

// national takes the country code off.
func national(digits string) string {
	rest, ok := strings.CutPrefix(digits, "86")
	switch {
	case digits == "":
		return ""
	case !ok:
		return "+" + digits
	case rest == "":
		return ""
	case rest[0] == '0': // +86 (0) 731 …
		return NormaliseNumber(rest)
	case mobileShape.MatchString(rest), wideShape.MatchString(rest):
		return rest
	case areaOf("0"+rest) != "" && len(rest) >= 7: // 10 12328 is Beijing's
		return "0" + rest
	case shortShape.MatchString(rest):
		return rest
	}
	return "0" + rest
}

// digitsOf keeps the digits of an outside text and tells whether a plus sign
// stood before them.
func digitsOf(s string) (digits string, plus bool) {
	for _, scheme := range []string{"sips:", "sip:", "tel:"} {
		if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			s = s[len(scheme):]
			break
		}
	}
	if end := strings.IndexAny(s, "@;"); end >= 0 {
		s = s[:end]
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '０' && r <= '９':
			b.WriteRune(r - '０' + '0')
		case (r == '+' || r == '＋') && b.Len() == 0:
			plus = true
		}
		if b.Len() == maxNumber {
			break
		}
	}
	return b.String(), plus
}

// AreaCode is the area code of a fixed number in normal form, with its 0:
// "0731", "010", "021". Mobile numbers, numbers dialled without area code and
// foreign ones have none.
func AreaCode(number string) string { return areaOf(number) }

func areaOf(n string) string {
	if len(n) < 3 || n[0] != '0' {
		return ""
	}
	switch c := n[1]; {
	case c == '1' && n[2] == '0', c == '2':
		return n[:3]
	case c >= '3' && c <= '9' && len(n) >= 4:
		return n[:4]
	}
	return ""
}

// Local is a number in normal form without its area code.
func Local(number string) string { return strings.TrimPrefix(number, areaOf(number)) }

// Mobile reports whether a number in normal form is a Chinese mobile number.
func Mobile(number string) bool { return mobileShape.MatchString(number) }

// Foreign reports whether a number in normal form belongs to another country.
func Foreign(number string) bool { return strings.HasPrefix(number, "+") }
