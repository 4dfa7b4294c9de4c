package telephone

import (
	"sync"
	"time"
)

// Manner is what somebody does by himself when the telephone rings.
type Manner func(*Call)

// Waits lets it ring until somebody says PickUp.
func Waits(c *Call) { c.Ring() }

// Obeys picks up at once when the call asks for it, and waits otherwise.
func Obeys(c *Call) {
	c.Ring()
	if c.Asked() {
		c.Answer()
	}
}

// Answers picks up after a time.
func Answers(after time.Duration) Manner {
	return func(c *Call) {
		c.Ring()
		select {
		case <-c.Over():
		case <-time.After(after):
			c.Answer()
		}
	}
}

// Refuses answers with a SIP status, such as 486, without ringing.
func Refuses(code int, reason string) Manner {
	return func(c *Call) { c.Refuse(code, reason) }
}

// Actor is a telephone with somebody at it.
type Actor struct {
	*Set

	mu     sync.Mutex
	calls  []*Call // oldest first
	manner Manner
}

// Seat puts somebody at a telephone; a nil manner Waits. Config.Incoming is not
// used. Register and Close are those of the telephone.
func Seat(cfg Config, manner Manner) (*Actor, error) {
	a := &Actor{manner: manner}
	cfg.Incoming = a.rings
	s, err := New(cfg)
	if err != nil {
		return nil, err
	}
	a.Set = s
	return a, nil
}

func (a *Actor) rings(c *Call) {
	a.mu.Lock()
	a.calls = append(a.calls, c)
	manner := a.manner
	a.mu.Unlock()
	if manner == nil {
		manner = Waits
	}
	manner(c)
}

// Becomes changes the manner for the calls to come.
func (a *Actor) Becomes(manner Manner) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.manner = manner
}

// Call dials a number from a number of one's own.
func (a *Actor) Call(called, number, name string) (*Call, error) {
	c, err := a.Dial(called, number, name)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, c)
	return c, nil
}

// Calls returns every call there has been, oldest first.
func (a *Actor) Calls() []*Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]*Call(nil), a.calls...)
}

// Now returns the latest call that is not over; nil: there is none.
func (a *Actor) Now() *Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := len(a.calls) - 1; i >= 0; i-- {
		if a.calls[i].ctx.Err() == nil {
			return a.calls[i]
		}
	}
	return nil
}

// Rings reports whether somebody calls and has not been answered.
func (a *Actor) Rings() bool {
	c := a.Now()
	return c != nil && c.inbound && !c.Up()
}

// Talks reports whether there is a call that has been answered.
func (a *Actor) Talks() bool {
	c := a.Now()
	return c != nil && c.Up()
}

// PickUp answers the call that rings; false: none does.
func (a *Actor) PickUp() bool {
	c := a.Now()
	if c == nil || !c.inbound || c.Up() {
		return false
	}
	c.Answer()
	return true
}

// HangUp ends the latest call, whatever state it is in; false: there is none.
func (a *Actor) HangUp() bool {
	c := a.Now()
	if c != nil {
		c.Hangup()
	}
	return c != nil
}

// Hold presses the hold key (on), or presses it again; false: there is no call.
func (a *Actor) Hold(on bool) bool {
	c := a.Now()
	if c == nil || !c.Up() {
		return false
	}
	c.Hold(on)
	return true
}

// Press presses keys one after the other; false: there is no call.
func (a *Actor) Press(keys string) bool {
	c := a.Now()
	if c == nil || !c.Up() {
		return false
	}
	c.SendKeys(keys)
	return true
}

// Hears returns the tones that are heard now, of those that are asked for, or
// whatever there is, to the nearest 25 Hz.
func (a *Actor) Hears(tones ...int) []int {
	c := a.Now()
	switch {
	case c == nil:
		return nil
	case len(tones) == 0:
		return c.Tones()
	}
	return c.Hears(tones...)
}

// Keys returns the keys that have come with the call of now.
func (a *Actor) Keys() string {
	if c := a.Now(); c != nil {
		return c.Keys()
	}
	return ""
}
