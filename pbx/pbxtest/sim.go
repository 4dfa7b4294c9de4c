package pbxtest

import (
	"sync"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// PromptLength is how long a sound file lasts unless File says otherwise.
const PromptLength = 2 * time.Second

// Sim is a simulated telephone switch with its telephones. It implements
// pbx.Switch, does no input or output, and keeps time by package time, so that
// it may live in a testing/synctest bubble. Every method may be called from
// any goroutine.
//
// The switch itself lives from NewSim to the end of the test; Run is only the
// link to it. Calls go on without a link, and after Run has ended another
// controller may take over with Controller.
type Sim struct {
	*Link // the first controller's link

	mu    sync.Mutex
	t     testing.TB
	clock clock
	log   timeline

	alive  bool // the switch runs
	cut    bool // the link is cut
	booted time.Time
	link   *Link // the controller whose Run runs

	channels map[pbx.ChannelID]*channel
	bridges  map[pbx.BridgeID]*bridge
	phones   map[pbx.PhoneID]*SimPhone // real telephones: they outlive the switch
	numbers  map[string]*SimPhone      // telephones in the outside world
	known    map[pbx.PhoneID]bool      // provisioned phones: registered?
	trunks   map[pbx.TrunkID]bool      // provisioned trunks
	down     map[pbx.TrunkID]bool      // trunks whose carrier is out of order
	files    map[string]time.Duration
	missing  map[string]bool
	took     map[pbx.ChannelID]*SimPhone // which telephone each channel called
	tapes    map[string]*tape            // by name; they outlive the switch
	delays   map[string]time.Duration
	failures map[string][]error

	inbound  int           // callers so far, for channel ids
	register time.Duration // from PutPhone to the registration
}

var _ pbx.Switch = (*Sim)(nil)

// NewSim returns a running switch without phones, trunks or callers. When the
// test has failed, its timeline is logged.
func NewSim(t testing.TB) *Sim {
	t.Helper()
	s := &Sim{
		t:        t,
		alive:    true,
		booted:   time.Now(),
		channels: make(map[pbx.ChannelID]*channel),
		bridges:  make(map[pbx.BridgeID]*bridge),
		phones:   make(map[pbx.PhoneID]*SimPhone),
		numbers:  make(map[string]*SimPhone),
		known:    make(map[pbx.PhoneID]bool),
		trunks:   make(map[pbx.TrunkID]bool),
		down:     make(map[pbx.TrunkID]bool),
		files:    make(map[string]time.Duration),
		missing:  make(map[string]bool),
		took:     make(map[pbx.ChannelID]*SimPhone),
		tapes:    make(map[string]*tape),
		delays:   make(map[string]time.Duration),
		failures: make(map[string][]error),
	}
	s.clock.mu = &s.mu
	s.log.start = s.booted
	s.Link = newLink(s)
	t.Cleanup(func() {
		s.mu.Lock()
		s.clock.stop()
		s.mu.Unlock()
		if t.Failed() {
			t.Logf("the switch's timeline:\n%s", s.Log())
		}
	})
	return s
}

// Controller returns a further link to the same switch, for tests in which one
// engine takes over from another. The newest Run wins: it gets the events, and
// the older one is Disconnected for good.
func (s *Sim) Controller() *Link { return newLink(s) }

// File says how long the sound file of this path lasts.
func (s *Sim) File(path string, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[path] = d
	delete(s.missing, path)
}

// Missing makes the sound file of this path fail to play.
func (s *Sim) Missing(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.missing[path] = true
}

// RegisterAfter makes phones register only d after they have been put, now and
// after every start of the switch.
func (s *Sim) RegisterAfter(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.register = d
}

// Snapshot returns what the switch holds now, link or no link.
func (s *Sim) Snapshot() pbx.Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snapshot()
}

func (s *Sim) snapshot() pbx.Snapshot {
	out := pbx.Snapshot{
		Booted:  s.booted,
		Bridges: make(map[pbx.BridgeID][]pbx.ChannelID),
		Phones:  make(map[pbx.PhoneID]bool),
		Trunks:  make(map[pbx.TrunkID]bool),
	}
	for _, ch := range s.sorted() {
		if ch.untold {
			continue
		}
		out.Channels = append(out.Channels, ch.tell())
	}
	for id, b := range s.bridges {
		ids := []pbx.ChannelID{}
		for _, ch := range b.channels {
			ids = append(ids, ch.id)
		}
		out.Bridges[id] = ids
	}
	for id, online := range s.known {
		out.Phones[id] = online
	}
	for id := range s.trunks {
		out.Trunks[id] = !s.down[id]
	}
	return out
}
