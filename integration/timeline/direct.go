package timeline

import (
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// Voices is everybody's pitch, for those who listen in another program.
func Voices() map[string]int { return maps.Clone(voices) }

// Direct lets a browser play along: a line of a scene that is posted is played
// at once, and answered with what was wrong about it. Moments count from the
// line's arrival.
func (c *Cast) Direct(t *testing.T) http.Handler {
	p := &play{Cast: c, t: t, from: time.Now(), windows: map[string]*window{}}
	var turns sync.Mutex
	t.Cleanup(p.tidy)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(io.LimitReader(r.Body, 1<<10))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		l, err := parseLine(1, strings.TrimSpace(string(text)), nil)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		turns.Lock()
		defer turns.Unlock()
		p.began = time.Now()
		p.last = p.began
		if err := p.line(l); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
		}
	})
}
