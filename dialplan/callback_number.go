package dialplan

import "regexp"

// fixedShape is a fixed number with its area code: 010 and 02x have eight
// digits behind them, other areas seven or eight. None begins with 0, 1 or 9,
// and no area code ends in 00 (0400 and 0800 are service numbers).
var fixedShape = regexp.MustCompile(`^0(10|2[0-9])[2-8][0-9]{7}$|^0[3-9]([1-9][0-9]|0[1-9])[2-8][0-9]{6,7}$`)

// CallbackNumber brings a number into normal form and reports whether people
// may be called back at it: mobile numbers and fixed ones with their area
// code. Emergency and service numbers and those of other countries are
// refused.
func CallbackNumber(s string) (string, bool) {
	n := NormaliseNumber(s)
	return n, Mobile(n) || fixedShape.MatchString(n)
}

// ownNumber is the number the caller can be called back at without being
// asked. A local number gets the area code of the number dialled.
func (w *walk) ownNumber() (string, bool) {
	caller := w.facts.Caller
	if n, ok := CallbackNumber(caller); ok {
		return n, true
	}
	if area := AreaCode(NormaliseNumber(w.facts.Called)); area != "" && AreaCode(caller) == "" {
		return CallbackNumber(area + caller)
	}
	return "", false
}
