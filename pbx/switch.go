package pbx

import (
	"context"
	"net/netip"
)

// Switch is a telephone switch as the backends offer it. Users declare
// smaller interfaces of their own.
type Switch interface {
	// Run keeps the link to the switch until ctx ends. Only one Run at a time.
	Run(ctx context.Context) error
	// Events is the one ordered stream of events; whoever reads it must keep
	// reading. It is closed when Run has returned.
	Events() <-chan Event
	// Do gives one command and waits until it is accepted or refused.
	Do(ctx context.Context, c Command) error
	// PutPhone makes a phone known to the switch, or changes it; RemovePhone
	// forgets it. What was put is put again after the switch has restarted.
	PutPhone(ctx context.Context, p Phone) error
	RemovePhone(ctx context.Context, id PhoneID) error
	// PutTrunk makes a trunk known to the switch, or changes it.
	PutTrunk(ctx context.Context, t Trunk) error
}

// Phone is a SIP device of an agent.
type Phone struct {
	ID      PhoneID
	Browser bool   // SIP over WebSocket with WebRTC media; otherwise plain SIP
	Secret  string // password, or
	HA1     string // hex MD5 of user:realm:password with the realm Realm
}

// Realm is the authentication realm that HA1 of a Phone is made for.
const Realm = "yihaotong"

// Trunk is a line group to a carrier.
type Trunk struct {
	ID       TrunkID
	Match    []netip.Prefix // requests from these addresses belong to it
	Server   string         // host:port calls go out to; empty: inbound only
	Register *Registration  // set: we register with the carrier
	User     string         // set: the far side registers with us, by this name
	Secret   string         // password of User
}

// Registration is an account at a carrier with which we register.
type Registration struct {
	Server   string // host:port of the registrar
	User     string
	Password string
}
