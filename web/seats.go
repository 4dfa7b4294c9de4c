package web

import (
	"sync"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// seats knows which browsers show an agent's desk, so that only the one the
// agent signed in at last goes on. It knows those of this process.
type seats struct {
	mu    sync.Mutex
	taken map[orchestrator.AgentID]map[*seat]struct{}
}

type seat struct {
	token  string // of the session
	kicked chan struct{}
	once   sync.Once
}

// take notes a browser; kicked is closed when the agent signs in from another
// session.
func (s *seats) take(agent orchestrator.AgentID, token string) (kicked <-chan struct{}, leave func()) {
	mine := &seat{token: token, kicked: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken == nil {
		s.taken = map[orchestrator.AgentID]map[*seat]struct{}{}
	}
	if s.taken[agent] == nil {
		s.taken[agent] = map[*seat]struct{}{}
	}
	s.taken[agent][mine] = struct{}{}
	return mine.kicked, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.taken[agent], mine)
		if len(s.taken[agent]) == 0 {
			delete(s.taken, agent)
		}
	}
}

// kick ends the agent's desks in other sessions.
func (s *seats) kick(agent orchestrator.AgentID, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for other := range s.taken[agent] {
		if other.token != token {
			other.once.Do(func() { close(other.kicked) })
		}
	}
}
