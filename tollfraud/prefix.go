package tollfraud

import (
	"fmt"
	"strings"
)

// Prefix says how numbers begin: digits, x for any digit, and choices like
// [3-9] or [08]. 1[3-9] are the mobile numbers, 0xx those with an area code.
type Prefix []digitSet

// digitSet has bit d set for every digit d that may stand there.
type digitSet uint16

const anyDigit digitSet = 1<<10 - 1

// ParsePrefix reads a prefix of 1 to 20 digits.
func ParsePrefix(s string) (Prefix, error) {
	var p Prefix
	for rest := s; rest != ""; {
		if len(p) == maxDigits {
			return nil, fmt.Errorf("tollfraud: prefix %.40q is longer than %d digits", s, maxDigits)
		}
		c := rest[0]
		switch {
		case c >= '0' && c <= '9':
			p, rest = append(p, 1<<(c-'0')), rest[1:]
		case c == 'x' || c == 'X':
			p, rest = append(p, anyDigit), rest[1:]
		case c == '[':
			inner, after, closed := strings.Cut(rest[1:], "]")
			set, ok := parseChoice(inner)
			if !closed || !ok {
				return nil, fmt.Errorf("tollfraud: prefix %.40q: a choice is written like [3-9] or [08]", s)
			}
			p, rest = append(p, set), after
		default:
			return nil, fmt.Errorf("tollfraud: prefix %.40q: only digits, x and choices like [3-9]", s)
		}
	}
	if len(p) == 0 {
		return nil, fmt.Errorf("tollfraud: an empty prefix would mean every number")
	}
	return p, nil
}

// parseChoice reads what is between the brackets.
func parseChoice(s string) (set digitSet, ok bool) {
	digit := func(i int) bool { return i < len(s) && s[i] >= '0' && s[i] <= '9' }
	for i := 0; i < len(s); i++ {
		if !digit(i) {
			return 0, false
		}
		from, to := s[i], s[i]
		if i+1 < len(s) && s[i+1] == '-' {
			if !digit(i+2) || s[i+2] < from {
				return 0, false
			}
			to = s[i+2]
			i += 2
		}
		for d := from; d <= to; d++ {
			set |= 1 << (d - '0')
		}
	}
	return set, set != 0
}

// Begins reports whether a number begins so.
func (p Prefix) Begins(number string) bool {
	if len(p) == 0 || len(number) < len(p) {
		return false
	}
	for i, set := range p {
		if d := number[i]; d < '0' || d > '9' || set&(1<<(d-'0')) == 0 {
			return false
		}
	}
	return true
}
