package asterisk_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

// desk is a driver linked to a private Asterisk, and what it has told.
type desk struct {
	*asterisktest.Instance
	*asterisk.Switch
	t    *testing.T
	told chan pbx.Event
	past []pbx.Event // what want has seen
	stop func()      // ends the driver, not Asterisk

	replaced bool // another driver will take over
}

// sit starts an Asterisk and a driver and waits until they are linked.
func sit(t *testing.T) *desk {
	t.Helper()
	i := asterisktest.Start(t)
	d := link(t, i)
	want[pbx.Connected](d, nil)
	return d
}

// link starts a driver for an Asterisk.
func link(t *testing.T, i *asterisktest.Instance) *desk {
	t.Helper()
	return linkLogging(t, i, t.Output())
}

// lockedLog is a log that can be read while it is written.
type lockedLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func linkLogging(t *testing.T, i *asterisktest.Instance, log io.Writer) *desk {
	t.Helper()
	s := asterisk.New(asterisk.Config{URL: i.URL(), User: i.User, Password: i.Password},
		slog.New(slog.NewTextHandler(log, nil)), nil)
	d := &desk{Instance: i, Switch: s, t: t, told: make(chan pbx.Event, 10000)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Run(ctx); err != nil && (!d.replaced || !errors.Is(err, asterisk.ErrReplaced)) {
			t.Errorf("Run: %v", err)
		}
	}()
	go func() {
		for e := range s.Events() {
			t.Logf("%T %+v", e, e)
			d.told <- e
		}
		close(d.told)
	}()
	d.stop = func() {
		cancel()
		<-done
		for range d.told { // until the reader has ended
		}
	}
	t.Cleanup(d.stop)
	return d
}

// want returns the next event of a kind that f accepts; events before it are
// passed over.
func want[E pbx.Event](d *desk, f func(E) bool) E {
	d.t.Helper()
	limit := time.After(15 * time.Second)
	for {
		select {
		case e, open := <-d.told:
			if !open {
				d.t.Fatalf("the stream of events ended before %T", *new(E))
			}
			d.past = append(d.past, e)
			if one, ok := e.(E); ok && (f == nil || f(one)) {
				return one
			}
		case <-limit:
			d.t.Fatalf("no %T came", *new(E))
		}
	}
}

// of accepts events of one channel.
func of[E pbx.Event](id pbx.ChannelID) func(E) bool {
	return func(e E) bool { return e.Subject() == id }
}

func (d *desk) must(c pbx.Command) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 5*time.Second)
	defer cancel()
	if err := d.Do(ctx, c); err != nil {
		d.t.Fatalf("%+v: %v", c, err)
	}
}

// sound writes a tone for Play and returns its path without ending.
func (d *desk) sound(name string, hz, seconds float64) string {
	d.t.Helper()
	path := filepath.Join(d.Dir, name)
	asterisktest.WriteWAV(d.t, path+".wav", asterisktest.Sine(hz, seconds, 8000))
	return path
}

func TestInboundCallIsAnsweredAndPlayed(t *testing.T) {
	d := sit(t)
	caller := d.Call(t, asterisktest.Caller{To: "073112328", From: "13912345678", Name: "Zhang San"})
	a := want[pbx.Arrived](d, nil)
	if a.Trunk != "trunk" || a.Called != "073112328" || a.Caller != "13912345678" || a.CallerName != "Zhang San" || a.Recording == "" {
		t.Errorf("Arrived = %+v", a)
	}
	d.must(pbx.Ring{Channel: a.Channel})
	d.must(pbx.Answer{Channel: a.Channel})
	d.must(pbx.Play{Channel: a.Channel, ID: "play-1", Files: []string{d.sound("one", 500, .3), d.sound("two", 700, .3)}})
	began := time.Now()
	e := want[pbx.PlayEnded](d, of[pbx.PlayEnded](a.Channel))
	if e.Play != "play-1" || e.Err != nil || time.Since(began) < 500*time.Millisecond {
		t.Errorf("after %s: %+v", time.Since(began), e)
	}
	d.must(pbx.Hangup{Channel: a.Channel, Cause: pbx.Normal})
	if e := want[pbx.Ended](d, nil); e.Channel != a.Channel || e.Cause != pbx.Normal {
		t.Errorf("Ended = %+v", e)
	}
	caller.Wait(t, 5*time.Second)
}
