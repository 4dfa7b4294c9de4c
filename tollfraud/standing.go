package tollfraud

// Known is a number on a site's list of contacts.
type Known struct {
	Number    string // in any form
	Trunk     string // by which it is to be reached; empty: as the rules say
	Emergency bool   // a rescue service
	Colleague bool   // the mobile of somebody who works here
	Referral  bool   // another service that callers are led to
}

// Stand notes in a request what a list of contacts makes of its number, and by
// which trunk it is to be reached. The highest standing counts.
func (r Request) Stand(list []Known) Request {
	number, err := Dialled(r.Number)
	if err != nil {
		return r
	}
	wished := r.Trunk
	for _, k := range list {
		own, err := Dialled(k.Number)
		if err != nil || own != number {
			continue
		}
		standing := Listed
		switch {
		case k.Emergency:
			standing = Emergency
		case k.Referral:
			standing = Referral
		case k.Colleague:
			standing = Colleague
		}
		if rank[standing] > rank[r.Standing] {
			r.Standing, r.Trunk = standing, orElse(wished, k.Trunk)
		}
	}
	return r
}

var rank = map[Standing]int{Listed: 1, Colleague: 2, Referral: 3, Emergency: 4}
