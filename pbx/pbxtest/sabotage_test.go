package pbxtest

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/yihaotong/yihaotong/pbx"
)

// sabotaged is a link with something wrong with it: events pass through bend,
// commands through refuse.
type sabotaged struct {
	*Link
	out     chan pbx.Event
	bend    func(pbx.Event) []pbx.Event
	instead func(pbx.Command) (handled bool, err error)
}

func (s *sabotaged) Events() <-chan pbx.Event { return s.out }

func (s *sabotaged) Run(ctx context.Context) error {
	defer close(s.out)
	ran := make(chan error, 1)
	go func() { ran <- s.Link.Run(ctx) }()
	for e := range s.Link.Events() {
		for _, e := range s.bend(e) {
			select {
			case s.out <- e:
			case <-ctx.Done():
			}
		}
	}
	return <-ran
}

func (s *sabotaged) Do(ctx context.Context, c pbx.Command) error {
	if handled, err := s.instead(c); handled {
		return err
	}
	return s.Link.Do(ctx, c)
}

// sabotagedBackend gives out sabotaged links.
type sabotagedBackend struct {
	*simBackend
	with func(*Link) *sabotaged
}

func (b sabotagedBackend) Controller(testing.TB) pbx.Switch { return b.with(b.sim.Controller()) }

// witness is a testing.TB that takes note of failures instead of failing.
type witness struct {
	testing.TB
	mu     sync.Mutex
	faults []string
}

func (w *witness) note(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, text)
}

func (w *witness) Error(args ...any)                 { w.note(fmt.Sprint(args...)) }
func (w *witness) Errorf(format string, args ...any) { w.note(fmt.Sprintf(format, args...)) }
func (w *witness) Fatal(args ...any)                 { w.note(fmt.Sprint(args...)); runtime.Goexit() }

func (w *witness) Fatalf(format string, args ...any) {
	w.note(fmt.Sprintf(format, args...))
	runtime.Goexit()
}

// same is a switch's event unchanged; twice, never and as bend those of type E.
func same(e pbx.Event) []pbx.Event { return []pbx.Event{e} }

func as[E pbx.Event](change func(E) []pbx.Event) func(pbx.Event) []pbx.Event {
	return func(e pbx.Event) []pbx.Event {
		if e, ok := e.(E); ok {
			return change(e)
		}
		return same(e)
	}
}

func twice[E pbx.Event]() func(pbx.Event) []pbx.Event {
	return as(func(e E) []pbx.Event { return []pbx.Event{e, e} })
}

func never[E pbx.Event]() func(pbx.Event) []pbx.Event {
	return as(func(E) []pbx.Event { return nil })
}

// ignored is a command of type C that is accepted and not done.
func ignored[C pbx.Command](c pbx.Command) (bool, error) {
	_, ok := c.(C)
	return ok, nil
}

func untouched(pbx.Command) (bool, error) { return false, nil }

func TestSuiteNoticesWhatABrokenSwitchDoes(t *testing.T) {
	var swap pbx.Event
	for _, broken := range []struct {
		name     string
		scenario string // begins with
		bend     func(pbx.Event) []pbx.Event
		instead  func(pbx.Command) (bool, error)
	}{
		{"announces twice", "a caller is announced once", twice[pbx.Arrived](), untouched},
		{"loses the end", "we hang up both", never[pbx.Ended](), untouched},
		{"tells the end twice", "the caller hangs up", twice[pbx.Ended](), untouched},
		{"tells a play's end twice", "a prompt is played", twice[pbx.PlayEnded](), untouched},
		{"hides a missing file", "a missing file", as(func(e pbx.PlayEnded) []pbx.Event { e.Err = nil; return same(e) }), untouched},
		{"says normal for busy", "a busy phone", as(func(e pbx.Ended) []pbx.Event { e.Cause = pbx.Normal; return same(e) }), untouched},
		{"lets names through", "hostile numbers", as(func(e pbx.Arrived) []pbx.Event { e.CallerName = "\xff"; return same(e) }), untouched},
		{"invents an answer", "a phone that is not picked up", as(func(e pbx.Ringing) []pbx.Event { return []pbx.Event{e, pbx.Answered(e), pbx.Answered(e)} }), untouched},
		{"swaps keys", "keys come in order", as(func(e pbx.Pressed) []pbx.Event {
			if swap == nil {
				swap = e
				return nil
			}
			out := []pbx.Event{e, swap}
			swap = nil
			return out
		}), untouched},
		{"hides the lost link", "a cut link", never[pbx.Disconnected](), untouched},
		{"forgets calls in the snapshot", "what we kept", as(func(e pbx.Connected) []pbx.Event { e.Snapshot.Channels = nil; return same(e) }), untouched},
		{"does not join", "a phone rings, is picked up", same, ignored[pbx.Join]},
		{"does not stop", "a prompt is stopped", same, ignored[pbx.StopPlay]},
		{"does not play music", "music gives way", same, ignored[pbx.StartMusic]},
		{"does not hang up", "hang-ups that race", same, func(c pbx.Command) (bool, error) {
			_, ok := c.(pbx.Hangup)
			return ok, &pbx.Error{Command: "Hangup", Kind: pbx.Refused, Reason: "no"}
		}},
		{"does not keep variables", "what we kept", same, ignored[pbx.SetVars]},
		{"accepts anything", "what cannot be said", same, func(pbx.Command) (bool, error) { return true, nil }},
		{"does not mute", "a muted channel", same, ignored[pbx.Mute]},
		{"swallows keys", "keys that we send", same, ignored[pbx.SendKeys]},
		{"does not listen", "a listener hears both", same, ignored[pbx.Listen]},
		{"listens for ever", "a listener hears both", same, ignored[pbx.StopListening]},
		{"does not mask", "a masked span", same, ignored[pbx.Mask]},
		{"masks for ever", "a masked span", same, ignored[pbx.Unmask]},
		{"does not dissolve", "dissolving a bridge", same, ignored[pbx.Dissolve]},
	} {
		t.Run(broken.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				swap = nil
				w := &witness{TB: t}
				b := sabotagedBackend{newSimBackend(t), func(l *Link) *sabotaged {
					return &sabotaged{Link: l, out: make(chan pbx.Event), bend: broken.bend, instead: broken.instead}
				}}
				over := make(chan struct{})
				go func() {
					defer close(over)
					named(t, broken.scenario).Act(w, b)
				}()
				<-over
				if len(w.faults) == 0 {
					t.Error("the suite is content")
				}
			})
		})
	}
}

func named(t *testing.T, prefix string) Scenario {
	for _, s := range Scenarios() {
		if strings.HasPrefix(s.Name, prefix) {
			return s
		}
	}
	t.Errorf("no scenario is called %q…", prefix)
	return Scenario{act: func(*stage) {}}
}
