package directory

import (
	"context"
	"fmt"
	"regexp"
	"time"
)

// Site is one region's hotline.
type Site struct {
	Code       string // of its region
	Name       string
	AreaCode   string
	TimeZone   string // IANA name
	AlwaysOpen bool   // people answer day and night; Opening is not looked at
	Opening    Opening
	Flow       string // name of the flow a call starts in when its route names none
}

// Opening is when people answer. Which days are holidays or make-up work days
// is told by the Calendar.
type Opening struct {
	Weekly    []Window `json:"weekly,omitempty"`
	OnHoliday []Window `json:"on_holiday,omitempty"` // Day means nothing here; none: closed
}

// Window is a time within a day. When To is not after From it passes midnight.
type Window struct {
	Day  time.Weekday `json:"day"`  // 0 is Sunday
	From string       `json:"from"` // hh:mm
	To   string       `json:"to"`   // hh:mm, up to 24:00
}

// Location returns the time zone of the site; China's when the name is not
// known on this machine.
func (s Site) Location() *time.Location {
	if loc, err := time.LoadLocation(s.TimeZone); err == nil {
		return loc
	}
	return china
}

// china is the time of the whole country, without summer time.
var china = time.FixedZone("Asia/Shanghai", 8*60*60)

var (
	regionShape = regexp.MustCompile(`^[0-9]{6}$`)
	clockShape  = regexp.MustCompile(`^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`)
)

const selectSite = `SELECT code, name, area_code, time_zone, always_open, opening, flow FROM directory.site `

// Sites returns all sites of the node, in the order of their codes.
func (s *Store) Sites(ctx context.Context) ([]Site, error) {
	found, err := collect[Site](ctx, s.db, selectSite+`ORDER BY code`)
	if err != nil {
		return nil, fmt.Errorf("directory: read sites: %w", err)
	}
	return found, nil
}

// Site returns one site, or ErrNotFound.
func (s *Store) Site(ctx context.Context, code string) (Site, error) {
	if !regionShape.MatchString(code) {
		return Site{}, fmt.Errorf("site: %w", ErrNotFound)
	}
	found, err := collect[Site](ctx, s.db, selectSite+`WHERE code = $1`, code)
	if err != nil {
		return Site{}, fmt.Errorf("directory: read site %s: %w", code, err)
	}
	if len(found) == 0 {
		return Site{}, fmt.Errorf("site %s: %w", code, ErrNotFound)
	}
	return found[0], nil
}

// check tells what is wrong with a site that somebody wants to keep.
func (s Site) check() error {
	if !regionShape.MatchString(s.Code) {
		return invalid("site code %.20q: want the six digits of its region", s.Code)
	}
	if s.Name == "" || !storable(s.Name) {
		return invalid("site %s needs a name", s.Code)
	}
	if areaCode(s.AreaCode+"12328") != s.AreaCode {
		return invalid("site %s: %.20q is not an area code like 0731", s.Code, s.AreaCode)
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "" {
		return invalid("site %s: unknown time zone %.40q", s.Code, s.TimeZone)
	}
	for _, w := range append(s.Opening.Weekly, s.Opening.OnHoliday...) {
		if !clockShape.MatchString(w.From) || !clockShape.MatchString(w.To) || w.Day < 0 || w.Day > 6 {
			return invalid("site %s: opening hours %v: want a day 0 to 6 and times like 08:30", s.Code, w)
		}
	}
	return nil
}
