package pbxtest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Link is one controller's link to a Sim: what a backend is to a real switch.
type Link struct {
	sim    *Sim
	events chan pbx.Event
	wake   chan struct{} // something is waiting

	// Under the lock of the Sim:
	waiting []pbx.Event
	up      bool
	lost    chan struct{} // closed when the link that is up goes down
	phones  map[pbx.PhoneID]pbx.Phone
	removed map[pbx.PhoneID]bool // without a link
	trunks  map[pbx.TrunkID]pbx.Trunk
}

var _ pbx.Switch = (*Link)(nil)

func newLink(s *Sim) *Link {
	return &Link{
		sim:    s,
		events: make(chan pbx.Event),
		wake:   make(chan struct{}, 1),
		phones: make(map[pbx.PhoneID]pbx.Phone), removed: make(map[pbx.PhoneID]bool),
		trunks: make(map[pbx.TrunkID]pbx.Trunk),
	}
}

// Errors that Disconnected carries.
var (
	ErrCut      = errors.New("the link is cut")
	ErrKilled   = errors.New("the switch is dead")
	ErrReplaced = errors.New("another controller has taken over")
)

// Events implements pbx.Switch.
func (l *Link) Events() <-chan pbx.Event { return l.events }

// Run implements pbx.Switch. It returns nil when ctx has ended.
func (l *Link) Run(ctx context.Context) error {
	defer close(l.events)
	l.sim.attach(l)
	defer l.sim.detach(l)
	for {
		e, ok := l.take()
		if !ok {
			select {
			case <-l.wake:
				continue
			case <-ctx.Done():
				return nil
			}
		}
		select {
		case l.events <- e:
		case <-ctx.Done():
			return nil
		}
	}
}

func (l *Link) take() (pbx.Event, bool) {
	l.sim.mu.Lock()
	defer l.sim.mu.Unlock()
	if len(l.waiting) == 0 {
		return nil, false
	}
	e := l.waiting[0]
	l.waiting = l.waiting[1:]
	return e, true
}

// push hands an event to Run. The caller holds the lock.
func (l *Link) push(e pbx.Event) {
	l.waiting = append(l.waiting, e)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// emit tells the controller, if there is one, what happened.
func (s *Sim) emit(e pbx.Event) {
	s.roll()
	if s.link == nil || !s.link.up {
		s.log.add("✗ %s", describe(e))
		return
	}
	s.log.add("← %s", describe(e))
	s.link.push(e)
}

func (s *Sim) attach(l *Link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != nil {
		s.disconnect(ErrReplaced)
	}
	s.link = l
	s.connect()
}

func (s *Sim) detach(l *Link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != l {
		return
	}
	s.log.add("· the controller has gone")
	if l.up {
		l.up = false
		close(l.lost)
	}
	s.link = nil
}

// connect opens the link if there is a controller and a switch to reach:
// what the switch has forgotten is put again, then the controller is told.
func (s *Sim) connect() {
	l := s.link
	if l == nil || l.up || !s.alive || s.cut {
		return
	}
	l.up, l.lost = true, make(chan struct{})
	for _, id := range slices.Sorted(maps.Keys(l.trunks)) {
		s.trunks[id] = true
	}
	for id := range l.removed {
		delete(s.known, id)
	}
	clear(l.removed)
	forgotten := []pbx.PhoneID{}
	for _, id := range slices.Sorted(maps.Keys(l.phones)) {
		if _, ok := s.known[id]; !ok {
			s.known[id] = false
			forgotten = append(forgotten, id)
		}
	}
	s.emit(pbx.Connected{Wide: wide(), Snapshot: s.snapshot()})
	for _, id := range forgotten {
		s.registerSoon(id)
	}
	for _, ch := range s.sorted() {
		if ch.untold {
			s.announce(ch)
		}
	}
}

// disconnect takes the link down and tells the controller.
func (s *Sim) disconnect(err error) {
	if s.link == nil || !s.link.up {
		return
	}
	s.emit(pbx.Disconnected{Wide: wide(), Err: err})
	s.link.up = false
	close(s.link.lost)
}

func wide() pbx.Wide { return pbx.Wide{At: time.Now()} }

// Do implements pbx.Switch.
func (l *Link) Do(ctx context.Context, c pbx.Command) error {
	name := nameOf(c)
	if _, ok := ctx.Deadline(); !ok {
		return &pbx.Error{Command: name, Kind: pbx.Invalid, Reason: "the context has no deadline"}
	}
	return l.give(ctx, name, func(s *Sim) error {
		s.log.add("→ %s %+v", name, c)
		err := s.perform(c)
		if err != nil {
			s.log.add("→ refused: %v", err)
		}
		return err
	})
}

// give runs a command on the switch and waits for its answer. The switch acts
// at once; it is the answer that takes the time set by Delay, so that events
// may come before it and a command that timed out has happened.
func (l *Link) give(ctx context.Context, name string, act func(*Sim) error) error {
	if err := ctx.Err(); err != nil {
		return &pbx.Error{Command: name, Kind: pbx.TimedOut, Reason: err.Error(), Err: err}
	}
	s := l.sim
	s.mu.Lock()
	if !l.up {
		s.log.add("→ %s: no link", name)
		s.mu.Unlock()
		return &pbx.Error{Command: name, Kind: pbx.Unavailable, Reason: "no link to the switch"}
	}
	var err error
	if failures := s.failures[name]; len(failures) > 0 {
		err, s.failures[name] = failures[0], failures[1:]
		s.log.add("→ %s: fails as told: %v", name, err)
	} else {
		err = act(s)
		s.roll()
	}
	delay, lost := s.delays[name], l.lost
	s.mu.Unlock()
	if delay <= 0 {
		return err
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return err
	case <-lost:
		return &pbx.Error{Command: name, Kind: pbx.Unavailable, Reason: "the link broke before the answer"}
	case <-ctx.Done():
		return &pbx.Error{Command: name, Kind: pbx.TimedOut, Reason: ctx.Err().Error(), Err: ctx.Err()}
	}
}

// remember changes what is put at the next connect.
func (l *Link) remember(change func()) {
	l.sim.mu.Lock()
	defer l.sim.mu.Unlock()
	if !l.up {
		change()
	}
}

// PutPhone implements pbx.Switch. Without a link the phone is put at the next
// connect, and the error is Unavailable all the same. It can be delayed and
// failed too, see Sim.DelayOf.
func (l *Link) PutPhone(ctx context.Context, p pbx.Phone) error {
	l.remember(func() { l.phones[p.ID] = p; delete(l.removed, p.ID) })
	return l.give(ctx, "PutPhone", func(s *Sim) error {
		if !validID(string(p.ID)) {
			return refusal("PutPhone", pbx.Invalid, "phone id %q", p.ID)
		}
		s.log.add("→ PutPhone %s", p.ID)
		l.phones[p.ID] = p
		delete(l.removed, p.ID)
		if _, ok := s.known[p.ID]; !ok {
			s.known[p.ID] = false
			s.registerSoon(p.ID)
		}
		return nil
	})
}

// RemovePhone implements pbx.Switch. A phone that is not known is Gone. Without
// a link it is removed at the next connect, and the error is Unavailable.
func (l *Link) RemovePhone(ctx context.Context, id pbx.PhoneID) error {
	l.remember(func() {
		delete(l.phones, id)
		l.removed[id] = true
	})
	return l.give(ctx, "RemovePhone", func(s *Sim) error {
		delete(l.phones, id)
		if _, ok := s.known[id]; !ok {
			return refusal("RemovePhone", pbx.Gone, "no phone %s", id)
		}
		s.log.add("→ RemovePhone %s", id)
		delete(s.known, id)
		return nil
	})
}

// PutTrunk implements pbx.Switch. The trunk is usable at once, unless it was
// taken down by Sim.TrunkDown.
func (l *Link) PutTrunk(ctx context.Context, t pbx.Trunk) error {
	l.remember(func() { l.trunks[t.ID] = t })
	return l.give(ctx, "PutTrunk", func(s *Sim) error {
		if !validID(string(t.ID)) {
			return refusal("PutTrunk", pbx.Invalid, "trunk id %q", t.ID)
		}
		s.log.add("→ PutTrunk %s", t.ID)
		l.trunks[t.ID] = t
		if !s.trunks[t.ID] {
			s.trunks[t.ID] = true
			s.emit(pbx.TrunkChanged{Wide: wide(), Trunk: t.ID, Online: !s.down[t.ID]})
		}
		return nil
	})
}
