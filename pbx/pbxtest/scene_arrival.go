package pbxtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/pbx"
)

var arrivals = []Scenario{
	{Name: "a caller is announced once with the numbers as sent", act: announcedOnce},
	{Name: "hostile numbers and names do no harm", act: hostileNames},
	{Name: "a caller who is not answered hears ringing", Needs: []Capability{SoundCheck, EarlyRing}, act: ringTone},
	{Name: "a caller who gives up before the answer has ended", act: givesUp},
	{Name: "two hundred events at once keep each channel's order", act: manyAtOnce},
}

func announcedOnce(st *stage) {
	_, a := st.caller(CallerPlan{Called: "073112328", Number: "13800138000", Name: "Li Lei"})
	if a.Trunk != st.b.Trunk().ID || a.Called != "073112328" || a.Caller != "13800138000" || a.CallerName != "Li Lei" {
		st.t.Errorf("announced as %+v", a)
	}
	if a.At.IsZero() || time.Since(a.At) > patience {
		st.t.Errorf("announced at %s", a.At)
	}
	st.quiet()
	if n := len(all(st, func(pbx.Arrived) bool { return true })); n != 1 {
		st.t.Errorf("announced %d times", n)
	}
	snapshot := st.reopen()
	if len(snapshot.Channels) != 1 {
		st.t.Fatalf("a new controller is told of %+v", snapshot.Channels)
	}
	ch := snapshot.Channels[0]
	if ch.ID != a.Channel || !ch.Inbound || ch.Up || ch.Trunk != a.Trunk || ch.Called != a.Called || ch.Caller != a.Caller || ch.Recorded != a.Recording {
		st.t.Errorf("a new controller is told %+v of %+v", ch, a)
	}
}

// HostileTexts are numbers and names as a malicious caller sends them.
var HostileTexts = []string{
	`"quoted" 'twice' \ back`,
	"x%0A%0Aapi system touch%20pwned",
	"${SHELL(touch /tmp/pwned)}${CHANNEL}",
	"<script>alert(1)</script>&amp;",
	"a;b,c|d&e=f?g#h@i",
	"李雷\u202e\u0000\u0007",
	"\xff\xfe\x80abc",
	strings.Repeat("长", 3500),
}

func hostileNames(st *stage) {
	for i, text := range HostileTexts {
		_, a := st.caller(CallerPlan{Name: text})
		if !utf8.ValidString(a.CallerName) || len(a.CallerName) > pbx.MaxText {
			st.t.Errorf("text %d: the name arrived as %d bytes, valid %t", i, len(a.CallerName), utf8.ValidString(a.CallerName))
		}
		if a.Caller != "13800138000" {
			st.t.Errorf("text %d: the name changed the number to %q", i, a.Caller)
		}
		st.must(pbx.Answer{Channel: a.Channel})
		st.shown(i, text, a.Channel)
		st.kept(i, text, a.Channel)
		st.must(pbx.Hangup{Channel: a.Channel})
		st.ended(a.Channel)
	}
	st.caller(CallerPlan{Number: "13900139000"}) // and the switch still works
}

// shown calls a phone with a hostile text for its display: either it rings or
// we are told plainly that it cannot be said.
func (st *stage) shown(i int, text string, by pbx.ChannelID) {
	st.t.Helper()
	_, phone := st.phone(PhonePlan{Does: Rings})
	leg := pbx.ChannelID(fresh("leg"))
	st.hold(leg)
	err := st.do(pbx.Originate{Channel: leg, Phone: phone, Originator: by, Caller: text, Name: text, Timeout: patience})
	switch {
	case isKind(err, pbx.Invalid):
		st.release(leg)
	case err != nil:
		st.t.Errorf("text %d: calling with it on the display: %v", i, err)
		st.release(leg)
	default:
		await(st, "the phone to ring", on[pbx.Ringing](leg))
		st.must(pbx.Hangup{Channel: leg})
		st.ended(leg)
	}
}

// kept gives a channel a hostile variable: it is kept as it is or refused.
func (st *stage) kept(i int, text string, id pbx.ChannelID) {
	st.t.Helper()
	err := st.do(pbx.SetVars{Channel: id, Vars: map[string]string{"YHT_NOTE": text}})
	if isKind(err, pbx.Invalid) || err != nil && utf8.ValidString(text) && !strings.ContainsAny(text, "\x00\x07") {
		if !isKind(err, pbx.Invalid) {
			st.t.Errorf("text %d: keeping it on the channel: %v", i, err)
		}
		return
	}
	if err != nil {
		return
	}
	snapshot := st.reopen()
	for _, ch := range snapshot.Channels {
		if ch.ID != id {
			continue
		}
		if got := ch.Vars["YHT_NOTE"]; utf8.ValidString(text) && got != text {
			st.t.Errorf("text %d: kept as %.80q", i, got)
		}
		return
	}
	st.t.Errorf("text %d: its channel is lost: %+v", i, snapshot.Channels)
}

func ringTone(st *stage) {
	p, a := st.caller(CallerPlan{})
	st.must(pbx.Ring{Channel: a.Channel})
	st.hears("caller", p, Heard{Sound: RingTone})
	st.must(pbx.Answer{Channel: a.Channel})
	st.hears("caller", p, Heard{Sound: Silence})
}

func givesUp(st *stage) {
	p, a := st.caller(CallerPlan{GiveUpAfter: aMoment})
	st.ended(a.Channel)
	st.eventually("the caller to be done", p.Over)
	st.mustBeGone(pbx.Answer{Channel: a.Channel})
}

func manyAtOnce(st *stage) {
	const callers, keys = 20, "1590*37#28"
	ids := make(map[pbx.ChannelID]string)
	for i := range callers {
		mine := keys[i%len(keys):] + keys[:i%len(keys)]
		_, id := st.answered(CallerPlan{
			Number: fmt.Sprintf("138001380%02d", i),
			Press:  Keys(mine, 2*time.Second, 200*time.Millisecond),
		})
		ids[id] = mine
	}
	st.until("every key of every caller", func() bool { return countOf[pbx.Pressed](st.events) >= callers*len(keys) })
	st.quiet()
	for id, want := range ids {
		if got := st.pressed(id); got != want {
			st.t.Errorf("%s pressed %s, told as %s", id, want, got)
		}
	}
}

func countOf[E pbx.Event](events []pbx.Event) int {
	n := 0
	for _, e := range events {
		if _, ok := e.(E); ok {
			n++
		}
	}
	return n
}

// pressed returns the keys told of a channel so far.
func (st *stage) pressed(id pbx.ChannelID) string {
	var keys []byte
	for _, e := range all(st, on[pbx.Pressed](id)) {
		keys = append(keys, e.Digit)
	}
	return string(keys)
}

// isKind reports whether err is a refusal of this kind.
func isKind(err error, kind pbx.Kind) bool {
	var refusal *pbx.Error
	return errors.As(err, &refusal) && refusal.Kind == kind
}

// mustBeGone gives commands that must be refused because the thing is gone.
func (st *stage) mustBeGone(cs ...pbx.Command) {
	st.t.Helper()
	for _, c := range cs {
		if err := st.do(c); !errors.Is(err, pbx.ErrGone) {
			st.t.Errorf("%s on something that is gone: %v, want Gone", nameOf(c), err)
		}
	}
}

// putAgain changes a phone that is known.
func (st *stage) putAgain(p pbx.Phone) {
	st.t.Helper()
	st.try("PutPhone again", func(ctx context.Context) error { return st.link.PutPhone(ctx, p) })
}
