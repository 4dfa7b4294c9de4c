package dialplan

import "time"

// Facts is what is known of a call, and what the `when` of a branch may ask,
// by these names: `not Open`, `Language == "en"`, `Area in ["0731", "0730"]`,
// `Digits.code startsWith "1"`.
type Facts struct {
	Now         time.Time // in the site's time zone
	Site        string
	Caller      string // normalised; empty if withheld
	Called      string // normalised
	Area        string // area code of the caller's number, see AreaCode; empty: mobile or unknown
	Language    string // zh, en, …; empty: unknown, taken as zh
	Open        bool   // within opening hours
	Holiday     bool   // a statutory holiday
	Blacklisted bool
	VIP         bool
	Night       bool               // see the function of the same name; a flow with `quiet` goes by its own hours
	Contacts    map[string]Contact // by code: `"province" in Contacts`
}

// Contact is a number of a site's contact list: another service, another
// level, the staff on duty.
type Contact struct {
	Number   string // as dialled within China
	Name     string
	Words    string // what a caller is told who needs this service; may be empty
	Transfer bool   // callers may be connected
}
