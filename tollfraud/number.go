package tollfraud

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDigits is how long a dialled number may be.
const maxDigits = 20

var mobile = regexp.MustCompile(`^1[3-9][0-9]{9}$`)

// Dialled brings what a person or a program wants to dial into the one form
// that rules are written for: digits only, as dialled from a Chinese telephone.
// Spaces, hyphens, dots and brackets are left out, full-width digits are
// digits, +86, 0086 and the 0 before a mobile number go, + of another country
// is 00. It refuses letters, *, # and whatever else a number does not have, and
// fewer than 3 or more than 20 digits.
func Dialled(number string) (string, error) {
	if len(number) > 100 || !utf8.ValidString(number) {
		return "", &Refusal{Ground: BadNumber}
	}
	var digits strings.Builder
	abroad := false
	for _, r := range number {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r >= '０' && r <= '９':
			digits.WriteRune(r - '０' + '0')
		case r == '+' || r == '＋':
			if digits.Len() > 0 || abroad {
				return "", &Refusal{Ground: BadNumber}
			}
			abroad = true
		case unicode.IsSpace(r), strings.ContainsRune("-.()（）－", r):
		default:
			return "", &Refusal{Ground: BadNumber}
		}
	}
	n := digits.String()
	if len(n) < 3 || len(n) > maxDigits {
		return "", &Refusal{Ground: BadNumber}
	}
	if n = home(n, abroad); len(n) < 3 || len(n) > maxDigits {
		return "", &Refusal{Ground: BadNumber}
	}
	return n, nil
}

// home writes a number as it is dialled at home.
func home(n string, abroad bool) string {
	if abroad {
		n = "00" + n
	}
	rest, chinese := strings.CutPrefix(n, "0086")
	if !chinese {
		if rest, ok := strings.CutPrefix(n, "86"); ok && mobile.MatchString(rest) {
			return rest // some leave the + out; nothing else of China begins so and is so long
		}
		rest = n
	}
	switch {
	case mobile.MatchString(strings.TrimPrefix(rest, "0")):
		return strings.TrimPrefix(rest, "0")
	case !chinese, strings.HasPrefix(rest, "0"), len(rest) <= 6,
		len(rest) == 10 && (strings.HasPrefix(rest, "400") || strings.HasPrefix(rest, "800")):
		return rest
	}
	return "0" + rest // abroad the 0 of the area code is left out
}

// short reports whether a number is a service number, as 110 or 12122: too
// short to lead abroad or to anybody's own telephone.
func short(number string) bool {
	return len(number) >= 3 && len(number) <= 6 && number[0] != '0'
}

// Mask hides whose a number is; service numbers are nobody's.
func Mask(number string) string {
	switch n := len(number); {
	case n >= 11:
		return number[:3] + "****" + number[n-4:]
	case n >= 7:
		return number[:n-6] + "****" + number[n-2:]
	}
	return number
}
