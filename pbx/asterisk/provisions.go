package asterisk

import (
	"sync"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// provisions remembers what was put on the switch, which forgets it when it
// restarts, and what each of its endpoints is to us.
type provisions struct {
	mu        sync.Mutex
	wanted    map[string]*provision // by section, see phoneSection and trunkSection
	endpoints map[string]*endpoint  // by name in Asterisk
}

// provision is one phone or trunk as it shall be. Its fields belong to the
// lock of provisions; turn is held while it is being pushed.
type provision struct {
	turn    chan struct{}
	want    []object  // in the order of making; empty: shall not be there
	useless []object  // of the same name, and shall not be there
	version int       // counts the changes of want
	pushed  int       // the version on the switch
	booted  time.Time // of the switch that has it
}

// endpoint is who stands behind one of Asterisk's endpoints.
type endpoint struct {
	phone  pbx.PhoneID
	trunk  pbx.TrunkID
	always bool // a trunk that only calls in: nothing tells whether it could
	// account is the one with which we register for a trunk; empty: none.
	account    string
	registered bool // that registration stands
	reachable  bool // Asterisk has a contact for it that answers, if it is asked
	told       bool // as online
}

// online is what the trade calls it.
func (e *endpoint) online() bool {
	return e.always || e.reachable && (e.account == "" || e.registered)
}

func newProvisions() *provisions {
	return &provisions{wanted: map[string]*provision{}, endpoints: map[string]*endpoint{}}
}

// want notes how a phone or trunk shall be from now on. ep is nil when it
// shall go; name is its endpoint.
func (p *provisions) want(section, name string, want, useless []object, ep *endpoint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.wanted[section]
	if one == nil {
		one = &provision{turn: make(chan struct{}, 1)}
		one.turn <- struct{}{}
		p.wanted[section] = one
	}
	one.want, one.useless = want, useless
	one.version++
	if ep == nil {
		delete(p.endpoints, name)
		return
	}
	if old := p.endpoints[name]; old != nil {
		ep.reachable, ep.told = old.reachable, old.told
		ep.registered = old.registered && old.account == ep.account
	}
	p.endpoints[name] = ep
}

// due lists what the switch started at booted does not have as it shall be.
func (p *provisions) due(booted time.Time) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var sections []string
	for section, one := range p.wanted {
		if one.pushed != one.version || !one.booted.Equal(booted) {
			sections = append(sections, section)
		}
	}
	return sections
}

// endpointOf is the endpoint of a trunk. One that we have not put has the
// trunk's own name.
func (p *provisions) endpointOf(trunk pbx.TrunkID) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, ep := range p.endpoints {
		if ep.trunk == trunk {
			return name
		}
	}
	return string(trunk)
}

// is tells what stands behind an endpoint.
func (p *provisions) is(name string) (endpoint, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ep := p.endpoints[name]; ep != nil {
		return *ep, true
	}
	return endpoint{}, false
}

// learn enters an endpoint that somebody else has put.
func (p *provisions) learn(name string, ep endpoint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.endpoints[name] == nil {
		p.endpoints[name] = &ep
	}
}

// adopt notes that an endpoint is not as we would have put it.
func (p *provisions) adopt(name string, ep endpoint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one := p.endpoints[name]; one != nil {
		one.always, one.account = ep.always, ep.account
	}
}

// reachable notes what Asterisk says of an endpoint; changed tells that it is
// online now and was not, or the other way round.
func (p *provisions) reachable(name string, is bool) (ep endpoint, changed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.endpoints[name]
	if one == nil {
		return endpoint{}, false
	}
	one.reachable = is
	return one.tell()
}

// registered notes which accounts are registered, and returns the endpoints
// that have changed by that.
func (p *provisions) registered(accounts map[string]bool) (changed []endpoint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, one := range p.endpoints {
		if one.account == "" {
			continue
		}
		one.registered = accounts[one.account]
		if ep, is := one.tell(); is {
			changed = append(changed, ep)
		}
	}
	return changed
}

// registers reports whether we register with anybody.
func (p *provisions) registers() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, one := range p.endpoints {
		if one.account != "" {
			return true
		}
	}
	return false
}

// tell notes the state as told.
func (e *endpoint) tell() (now endpoint, changed bool) {
	changed = e.told != e.online()
	e.told = e.online()
	return *e, changed
}
