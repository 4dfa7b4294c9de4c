package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/statistics"
)

// The rhythm of a board.
const (
	boardPace    = 200 * time.Millisecond  // no more often than this
	boardLook    = 2 * time.Second         // and at least as often, for the figures of today
	boardFigures = 2 * time.Second         // how long these are used
	boardWithin  = 2 * time.Second         // one computation
	countWithin  = 1500 * time.Millisecond // the figures in it
)

// boards are the boards of all sites. Each is computed once for everybody who
// watches it, and only while somebody does.
type boards struct {
	s    *Server
	mu   sync.Mutex
	site map[string]*siteBoard
}

// siteBoard is the board of one site.
type siteBoard struct {
	s    *Server
	site string

	mu       sync.Mutex
	watchers map[chan struct{}]struct{}
	stop     context.CancelFunc // of the goroutine that watches the site; nil: nobody does
	latest   *Board
	encoded  []byte // latest without its moment, to tell what is news

	computing *semaphore.Weighted // the rest belongs to whoever holds it
	began     time.Time           // of the last computation
	today     statistics.Counts
	counted   time.Time
	postgres  bool
}

func (b *boards) of(site string) *siteBoard {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.site == nil {
		b.site = map[string]*siteBoard{}
	}
	if b.site[site] == nil {
		b.site[site] = &siteBoard{s: b.s, site: site, watchers: map[chan struct{}]struct{}{}, computing: semaphore.NewWeighted(1)}
	}
	return b.site[site]
}

// now returns the board of a site: the one that is being watched, or a new
// one.
func (b *boards) now(ctx context.Context, site string) (*Board, error) {
	sb := b.of(site)
	sb.mu.Lock()
	latest, watched := sb.latest, sb.stop != nil
	sb.mu.Unlock()
	switch {
	case latest == nil:
	case watched && (!latest.Live || time.Since(latest.At) < 2*boardLook):
		return latest, nil
	case latest.Live && time.Since(latest.At) < boardPace:
		return latest, nil
	}
	return sb.compute(ctx)
}

// watch signals as soon as there is a board of a site, and whenever it is not
// what it was, until leave is called. false: the edge is closing.
func (b *boards) watch(site string) (sb *siteBoard, news <-chan struct{}, leave func(), ok bool) {
	sb = b.of(site)
	if !b.s.guests.enter() {
		return nil, nil, nil, false
	}
	ch := make(chan struct{}, 1)
	sb.mu.Lock()
	defer sb.mu.Unlock()
	sb.watchers[ch] = struct{}{}
	if sb.encoded != nil {
		ch <- struct{}{}
	}
	if sb.stop == nil {
		ctx, cancel := context.WithCancel(context.Background())
		sb.stop = cancel
		go sb.follow(ctx, b.s.guests.enter())
	}
	return sb, ch, func() { sb.unwatch(ch); b.s.guests.leave() }, true
}

func (sb *siteBoard) unwatch(ch chan struct{}) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	delete(sb.watchers, ch)
	if len(sb.watchers) == 0 && sb.stop != nil {
		sb.stop()
		sb.stop, sb.encoded = nil, nil
	}
}

// read returns the latest board; nil before the first.
func (sb *siteBoard) read() *Board {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	return sb.latest
}

// follow computes the board whenever something has changed, at most every
// boardPace.
func (sb *siteBoard) follow(ctx context.Context, guest bool) {
	if guest {
		defer sb.s.guests.leave()
	}
	changes, err := sb.s.Floor.Subscribe(ctx, orchestrator.SiteID(sb.site))
	if err != nil {
		return // ctx is over
	}
	look := time.NewTicker(boardLook)
	defer look.Stop()
	for {
		began := time.Now()
		if b, err := sb.compute(ctx); err == nil && ctx.Err() == nil {
			sb.publish(b)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(began.Add(boardPace))):
		}
		select {
		case <-ctx.Done():
			return
		case _, open := <-changes:
			if !open {
				return
			}
			drain(changes)
		case <-look.C:
		}
	}
}

// drain takes what else has changed: one computation shows it all.
func drain[T any](c <-chan T) {
	for {
		select {
		case _, open := <-c:
			if !open {
				return
			}
		default:
			return
		}
	}
}

// publish tells the watchers, if anything but the moment is new.
func (sb *siteBoard) publish(b *Board) {
	plain := *b
	plain.At = time.Time{}
	encoded, err := json.Marshal(plain)
	if err != nil {
		sb.s.log.Error("write board", "site", sb.site, "err", err)
		return
	}
	sb.mu.Lock()
	defer sb.mu.Unlock()
	sb.latest = b
	if bytes.Equal(encoded, sb.encoded) {
		return
	}
	if sb.stop == nil {
		return // nobody watches any more
	}
	sb.encoded = encoded
	for ch := range sb.watchers {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// compute reads the site anew. Without Redis it is the last board, said to be
// old; it fails only when there is none yet.
func (sb *siteBoard) compute(ctx context.Context) (*Board, error) {
	fresh := time.Now().Add(-boardPace)
	if err := sb.computing.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer sb.computing.Release(1)
	if b := sb.read(); b != nil && sb.began.After(fresh) {
		return b, nil // somebody else's, while we waited
	}
	ctx, cancel := context.WithTimeout(ctx, boardWithin)
	defer cancel()
	now := time.Now()
	sb.began = now
	st, err := sb.s.Floor.Load(ctx, orchestrator.SiteID(sb.site))
	sb.count(ctx, now)
	health := BoardHealth{Switch: sb.s.Desks.Health().Switch, Redis: err == nil, Postgres: sb.postgres, JournalLag: sb.s.Health.Lag()}
	var b *Board
	if err == nil {
		b = sb.s.viewBoard(ctx, sb.site, st, sb.today, now)
		// What Redis holds is the past while the engine cannot write to it.
		b.Live = sb.s.Desks.Health().Live
	} else {
		last := sb.read()
		if last == nil {
			return nil, err
		}
		old := *last
		old.Live = false
		b = &old
	}
	b.Health = health
	sb.mu.Lock()
	sb.latest = b
	sb.mu.Unlock()
	return b, nil
}

// count reads the figures of today, unless they are fresh. When Postgres is
// away the last ones stay, unless the day is over.
func (sb *siteBoard) count(ctx context.Context, now time.Time) {
	if now.Sub(sb.counted) < boardFigures {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, countWithin)
	defer cancel()
	where := sb.s.zone(ctx, sb.site)
	today, err := sb.s.Figures.Today(ctx, sb.site, where, now)
	if errors.Is(err, context.Canceled) {
		return // says nothing about Postgres
	}
	sb.counted, sb.postgres = time.Now(), err == nil // after it: asking in vain takes time
	switch {
	case err == nil:
		sb.today = today
	case !sb.today.From.Equal(statistics.Midnight(now, where)):
		sb.today = statistics.Counts{}
	}
}
