package directory

import (
	"context"
	"fmt"
	"net/netip"
)

// Trunk is a line group to a carrier. It holds secrets: never log one.
type Trunk struct {
	ID            string
	Name          string
	Match         []netip.Prefix // requests from these addresses belong to it
	Server        string         // host:port calls go out to; empty: inbound only
	Register      *Registration  // set: we register with the carrier
	InboundUser   string         // set: the far side registers with us, by this name
	InboundSecret string
	MaxChannels   int
	Active        bool
}

// Registration is an account at a carrier with which we register.
type Registration struct {
	Server   string `json:"server"` // host:port
	User     string `json:"user"`
	Password string `json:"password"`
}

// Trunks returns all trunks, in the order of their ids.
func (s *Store) Trunks(ctx context.Context) ([]Trunk, error) {
	found, err := collect[Trunk](ctx, s.db, `
		SELECT id, name, match, server,
		       CASE WHEN register_server IS NOT NULL THEN jsonb_build_object(
		           'server', register_server, 'user', register_user, 'password', register_password) END AS register,
		       coalesce(inbound_user, '') AS inbound_user, coalesce(inbound_secret, '') AS inbound_secret,
		       max_channels, active
		FROM directory.trunk ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("directory: read trunks: %w", err)
	}
	return found, nil
}

// NumberRoute says which site and flow a call leads to. Empty fields match
// anything; at least one is set.
type NumberRoute struct {
	Number   string // dialled: 12328, 073112328
	AreaCode string // of the dialled number
	Trunk    string // id of the trunk it came by
	Site     string
	Flow     string
}

// NumberRoutes returns all routes, the most specific first.
func (s *Store) NumberRoutes(ctx context.Context) ([]NumberRoute, error) {
	found, err := collect[NumberRoute](ctx, s.db, `
		SELECT number, area_code, coalesce(trunk, '') AS trunk, site, flow FROM directory.number_route
		ORDER BY length(number) DESC, number, length(area_code) DESC, area_code, trunk NULLS LAST`)
	if err != nil {
		return nil, fmt.Errorf("directory: read number routes: %w", err)
	}
	return found, nil
}

// Phone is a desk phone. Browser phones are made at log-in and are not kept.
type Phone struct {
	ID     string // user name of SIP
	Person string // employee number
	HA1    string // hex MD5 of user:realm:password
}

// Phones returns the desk phones of everybody active at a site; with an empty
// site, of everybody active.
func (s *Store) Phones(ctx context.Context, site string) ([]Phone, error) {
	found, err := collect[Phone](ctx, s.db, `
		SELECT f.id, f.person, f.ha1 FROM directory.phone f JOIN directory.person p ON p.number = f.person
		WHERE p.active AND ($1 = '' OR p.site = $1) ORDER BY f.id`, site)
	if err != nil {
		return nil, fmt.Errorf("directory: read phones: %w", err)
	}
	return found, nil
}
