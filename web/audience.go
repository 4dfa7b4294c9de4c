package web

import (
	"sync"
	"time"
)

// audience is everybody on a live connection to this process, so that those
// whose session ends, or who work elsewhere now, learn it at once.
type audience struct {
	mu      sync.Mutex
	here    map[*listener]struct{}
	working map[string]string // person → token of the session that signed in at the desk last
}

// listener is one live connection.
type listener struct {
	person string    // employee number
	token  string    // of the session
	desk   bool      // shows the person's desk
	since  time.Time // when the session began
	end    chan bye
}

// join notes a connection until leave is called; end tells when it has to go,
// and why.
func (a *audience) join(id identity, desk bool) (end <-chan bye, leave func()) {
	l := &listener{person: id.person.Number, token: id.token, desk: desk, since: id.session.Created, end: make(chan bye, 1)}
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

// atWork notes that the person works in this session, and sends away the
// person's desks in other sessions: an agent sits in one place.
func (a *audience) atWork(id identity) {
	a.mu.Lock()
	if a.working == nil {
		a.working = map[string]string{}
	}
	a.working[id.person.Number] = id.token
	a.mu.Unlock()
	a.dismiss(signedInElsewhere, func(l *listener) bool {
		return l.desk && l.person == id.person.Number && l.token != id.token
	})
}

// offWork forgets where the person works.
func (a *audience) offWork(id identity) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.working, id.person.Number)
}

// elsewhere reports whether the person works in another session, whose desk is
// open, and since when that session is there. Who has signed in here is at
// home, whatever else is open.
func (a *audience) elsewhere(id identity) (since time.Time, elsewhere bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := a.working[id.person.Number]
	if at == id.token {
		return time.Time{}, false
	}
	for l := range a.here {
		if l.desk && l.person == id.person.Number && l.token != id.token && (at == "" || l.token == at) {
			return l.since, true
		}
	}
	return time.Time{}, false
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
