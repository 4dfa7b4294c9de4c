package web

import (
	"crypto/sha256"
	"maps"
	"sync"
	"time"
)

// recent remembers who was behind which cookie, so that a Postgres outage does
// not log out agents in the middle of calls. It counts only then.
type recent struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]seen
}

type seen struct {
	id identity
	at time.Time
}

// recentMost bounds the memory; a full one forgets the older half.
const recentMost = 4096

func (r *recent) keep(token string, id identity, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[[sha256.Size]byte]seen{}
	}
	if len(r.known) >= recentMost {
		var sum time.Duration
		for _, k := range r.known {
			sum += now.Sub(k.at)
		}
		mean := sum / time.Duration(len(r.known))
		maps.DeleteFunc(r.known, func(_ [sha256.Size]byte, k seen) bool { return now.Sub(k.at) >= mean })
	}
	r.known[sha256.Sum256([]byte(token))] = seen{id, now}
}

// find returns who was behind a token not longer than idle ago, if the session
// has not reached its end.
func (r *recent) find(token string, idle time.Duration, now time.Time) (identity, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.known[sha256.Sum256([]byte(token))]
	return k.id, ok && now.Sub(k.at) < idle && now.Before(k.id.session.Ends)
}

// forgetOthers forgets a person's other cookies.
func (r *recent) forgetOthers(id identity) {
	mine := sha256.Sum256([]byte(id.token))
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.known, func(token [sha256.Size]byte, k seen) bool {
		return token != mine && k.id.person.Number == id.person.Number
	})
}

func (r *recent) forget(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, sha256.Sum256([]byte(token)))
}
