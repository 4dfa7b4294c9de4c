package pbxtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// How long the suite waits: for something that must come, for an answer to a
// command, and for something that must not come.
const (
	patience = 15 * time.Second
	promptly = 5 * time.Second
	aMoment  = 400 * time.Millisecond
)

// stage is one controller at work in a scenario: it gives commands, keeps every
// event, and waits for them.
type stage struct {
	t    testing.TB
	b    Backend
	link pbx.Switch
	stop context.CancelFunc
	ran  chan error

	mu      sync.Mutex
	events  []pbx.Event
	changed chan struct{} // closed at the next event
	closed  bool          // Events is

	held    map[pbx.ChannelID]bool // originated or arrived, and not ended
	made    []pbx.BridgeID
	put     []pbx.PhoneID
	parties []Party
}

func newStage(t testing.TB, b Backend) *stage {
	return &stage{t: t, b: b, held: make(map[pbx.ChannelID]bool)}
}

// open brings a new controller and returns the state it was told.
func (st *stage) open() pbx.Snapshot {
	st.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	st.link, st.stop, st.ran = st.b.Controller(st.t), stop, make(chan error, 1)
	st.events, st.changed, st.closed = nil, make(chan struct{}), false
	link, ran := st.link, st.ran
	go func() { ran <- link.Run(ctx) }()
	read := make(chan struct{})
	go func() {
		defer close(read)
		st.read(link.Events())
	}()
	st.t.Cleanup(func() { // harmless after close
		if st.t.Failed() {
			st.tidy(link)
		}
		stop()
		<-read
	})
	snapshot := await(st, "the first Connected", func(pbx.Connected) bool { return true }).Snapshot
	st.try("PutTrunk", func(ctx context.Context) error { return link.PutTrunk(ctx, st.b.Trunk()) })
	return snapshot
}

func (st *stage) read(events <-chan pbx.Event) {
	for e := range events {
		st.mu.Lock()
		st.events = append(st.events, e)
		switch e := e.(type) {
		case pbx.Arrived:
			st.held[e.Channel] = true
		case pbx.Ended:
			delete(st.held, e.Channel)
		case pbx.Connected: // it knows better
			clear(st.held)
			for _, ch := range e.Snapshot.Channels {
				st.held[ch.ID] = true
			}
		}
		close(st.changed)
		st.changed = make(chan struct{})
		st.mu.Unlock()
	}
	st.mu.Lock()
	st.closed = true
	close(st.changed)
	st.changed = make(chan struct{})
	st.mu.Unlock()
}

// close ends the controller and checks that what it told was in good order.
// Calls go on.
func (st *stage) close() {
	st.t.Helper()
	st.stop()
	select {
	case err := <-st.ran:
		if err != nil && !errors.Is(err, context.Canceled) {
			st.t.Errorf("Run: %v", err)
		}
	case <-time.After(patience):
		st.t.Fatal("Run does not return when its context has ended")
	}
	st.until("Events to be closed after Run", func() bool { return st.closed })
	for _, fault := range disorder(st.events) {
		st.t.Errorf("%s, in\n%s", fault, st.story())
	}
}

// reopen is what happens when the program is restarted: a new controller.
func (st *stage) reopen() pbx.Snapshot {
	st.t.Helper()
	st.close()
	return st.open()
}

// tidy ends what a failed scenario has left, so that the next one can begin.
func (st *stage) tidy(link pbx.Switch) {
	ctx, cancel := context.WithTimeout(context.Background(), promptly)
	defer cancel()
	st.mu.Lock()
	held := slices.Collect(maps.Keys(st.held))
	st.mu.Unlock()
	for _, id := range held {
		_ = link.Do(ctx, pbx.Hangup{Channel: id, Cause: pbx.Normal}) // gone is as good
	}
	for _, id := range st.made {
		_ = link.Do(ctx, pbx.Dissolve{Bridge: id})
	}
}

// clear ends every call, waits until everybody has noticed, and closes.
func (st *stage) clear() {
	st.t.Helper()
	st.mu.Lock()
	var ids []pbx.ChannelID
	for id := range st.held {
		ids = append(ids, id)
	}
	st.mu.Unlock()
	for _, id := range ids {
		if err := st.do(pbx.Hangup{Channel: id, Cause: pbx.Normal}); err != nil && !isKind(err, pbx.Gone) {
			st.t.Errorf("hang up %s at the end: %v", id, err)
		}
	}
	for _, id := range st.made {
		if err := st.do(pbx.Dissolve{Bridge: id}); err != nil && !isKind(err, pbx.Gone) {
			st.t.Errorf("dissolve %s at the end: %v", id, err)
		}
	}
	for _, id := range st.put {
		ctx, cancel := context.WithTimeout(context.Background(), promptly)
		if err := st.link.RemovePhone(ctx, id); err != nil && !isKind(err, pbx.Gone) {
			st.t.Errorf("remove %s at the end: %v", id, err)
		}
		cancel()
	}
	st.until("every channel to end", func() bool { return len(st.held) == 0 })
	for _, p := range st.parties {
		st.eventually("every telephone to notice that its call is over", p.Over)
	}
	st.close()
}

// until waits for a condition that only events change; it is asked under the
// lock.
func (st *stage) until(what string, is func() bool) {
	st.t.Helper()
	deadline := time.After(patience)
	for {
		st.mu.Lock()
		done, changed := is(), st.changed
		st.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			st.t.Fatalf("waited in vain for %s; so far:\n%s", what, st.story())
		}
	}
}

// eventually waits for a condition that must be asked for again and again.
func (st *stage) eventually(what string, is func() bool) {
	st.t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			st.t.Fatalf("waited in vain for %s; so far:\n%s", what, st.story())
		}
	}
}

// await returns the first event of its kind that fits, waiting for it.
func await[E pbx.Event](st *stage, what string, fits func(E) bool) E {
	st.t.Helper()
	var found E
	st.until(what, func() bool {
		for _, e := range st.events {
			if e, ok := e.(E); ok && fits(e) {
				found = e
				return true
			}
		}
		return false
	})
	return found
}

// on fits events of one channel.
func on[E pbx.Event](id pbx.ChannelID) func(E) bool {
	return func(e E) bool { return e.Subject() == id }
}

// all returns every event of its kind that has come and fits.
func all[E pbx.Event](st *stage, fits func(E) bool) []E {
	st.mu.Lock()
	defer st.mu.Unlock()
	var out []E
	for _, e := range st.events {
		if e, ok := e.(E); ok && fits(e) {
			out = append(out, e)
		}
	}
	return out
}

// quiet gives what must not come a moment to come.
func (st *stage) quiet() { time.Sleep(aMoment) }

// story is every event so far, a line each.
func (st *stage) story() string {
	st.mu.Lock()
	defer st.mu.Unlock()
	var out strings.Builder
	for _, e := range st.events {
		fmt.Fprintf(&out, "  %s\n", describe(e))
	}
	return out.String()
}

func (st *stage) do(c pbx.Command) error {
	ctx, cancel := context.WithTimeout(context.Background(), promptly)
	defer cancel()
	return st.link.Do(ctx, c)
}

func (st *stage) must(cs ...pbx.Command) {
	st.t.Helper()
	for _, c := range cs {
		if err := st.do(c); err != nil {
			st.t.Fatalf("%s: %v; so far:\n%s", nameOf(c), err, st.story())
		}
	}
}

func (st *stage) try(what string, do func(context.Context) error) {
	st.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), promptly)
	defer cancel()
	if err := do(ctx); err != nil {
		st.t.Fatalf("%s: %v; so far:\n%s", what, err, st.story())
	}
}
