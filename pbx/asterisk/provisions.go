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
	online bool
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
		ep.online = ep.online || old.online
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

// set notes whether an endpoint is online; changed tells that it was not so.
func (p *provisions) set(name string, online bool) (ep endpoint, changed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.endpoints[name]
	if one == nil {
		return endpoint{}, false
	}
	online = online || one.always
	changed = one.online != online
	one.online = online
	return *one, changed
}
