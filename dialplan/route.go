package dialplan

import "github.com/yihaotong/yihaotong/pbx"

// Route says which site and flow a call leads to. An empty field matches
// anything.
type Route struct {
	Number   string      // dialled, with or without area code: "12328", "073112328"
	AreaCode string      // of the dialled number: "0731"
	Trunk    pbx.TrunkID // the line it came by
	Site     string
	Flow     string
}

// Numbers is the list of routes of a node.
type Numbers []Route

// Lead finds the route of a call from the number dialled, as received, and the
// trunk it came by; false if none fits. The most specific route wins: a number
// with its area code before one without, a number before an area code, an area
// code before a trunk; of equals the first.
func (n Numbers) Lead(called string, trunk pbx.TrunkID) (Route, bool) {
	number := NormaliseNumber(called)
	best, at := -1, -1
	for i, r := range n {
		if weight, ok := r.fits(number, trunk); ok && weight > best {
			best, at = weight, i
		}
	}
	if at < 0 {
		return Route{}, false
	}
	return n[at], true
}

// fits weighs how closely the route is meant for a number in normal form.
func (r Route) fits(number string, trunk pbx.TrunkID) (weight int, ok bool) {
	if r.Number != "" {
		switch want := NormaliseNumber(r.Number); want {
		case "":
			return 0, false
		case number:
			weight += 4
			if AreaCode(want) != "" {
				weight += 4
			}
		case Local(number):
			weight += 4
		default:
			return 0, false
		}
	}
	if r.AreaCode != "" {
		if AreaCode(number) != normalArea(r.AreaCode) {
			return 0, false
		}
		weight += 2
	}
	if r.Trunk != "" {
		if r.Trunk != trunk {
			return 0, false
		}
		weight++
	}
	return weight, true
}

// normalArea accepts an area code with or without its 0.
func normalArea(code string) string {
	digits, _ := digitsOf(code)
	if digits != "" && digits[0] != '0' {
		return "0" + digits
	}
	return digits
}
