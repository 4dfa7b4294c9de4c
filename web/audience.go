package web

import "sync"

// audience is everybody on a live connection to this process, so that those
// whose session ends, or who work elsewhere now, learn it at once.
type audience struct {
	mu   sync.Mutex
	here map[*listener]struct{}
}

// listener is one live connection.
type listener struct {
	person string // employee number
	token  string // of the session
	desk   bool   // shows the person's desk
	end    chan bye
}

// join notes a connection until leave is called; end tells when it has to go,
// and why.
func (a *audience) join(id identity, desk bool) (end <-chan bye, leave func()) {
	l := &listener{person: id.person.Number, token: id.token, desk: desk, end: make(chan bye, 1)}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.here == nil {
		a.here = map[*listener]struct{}{}
	}
	a.here[l] = struct{}{}
	return l.end, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.here, l)
	}
}

// sessionOver sends away the connections of a session.
func (a *audience) sessionOver(token string) {
	a.dismiss(sessionOver, func(l *listener) bool { return l.token == token })
}

// othersOver sends away a person's connections of other sessions.
func (a *audience) othersOver(id identity) {
	a.dismiss(sessionOver, func(l *listener) bool { return l.person == id.person.Number && l.token != id.token })
}

// atWork sends away the person's desks in other sessions: an agent sits in one
// place.
func (a *audience) atWork(id identity) {
	a.dismiss(signedInElsewhere, func(l *listener) bool {
		return l.desk && l.person == id.person.Number && l.token != id.token
	})
}

// elsewhere reports whether the person has the desk open in another session.
func (a *audience) elsewhere(id identity) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for l := range a.here {
		if l.desk && l.person == id.person.Number && l.token != id.token {
			return true
		}
	}
	return false
}

func (a *audience) dismiss(why bye, whom func(*listener) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for l := range a.here {
		if !whom(l) {
			continue
		}
		select {
		case l.end <- why:
		default: // is going already
		}
	}
}
