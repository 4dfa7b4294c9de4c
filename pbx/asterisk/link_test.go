package asterisk_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

// relink links another driver to an Asterisk, as a restart of the program does.
func relink(t *testing.T, i *asterisktest.Instance) (*desk, pbx.Snapshot) {
	t.Helper()
	d := link(t, i)
	return d, want[pbx.Connected](d, nil).Snapshot
}

func TestANewProcessFindsTheLiveCalls(t *testing.T) {
	t.Parallel()
	d := sit(t)
	d.phone(asterisktest.Phone{User: "1001"})
	d.phone(asterisktest.Phone{User: "1002", Scenario: "agent_rings"})
	a, caller := d.arrive(asterisktest.Caller{To: "073112328", From: "13912345678"})
	vars := map[string]string{"CALL": "0197-中文", "QUEUE": `a "b" {c} ${EXTEN}`}
	d.must(pbx.SetVars{Channel: a.Channel, Vars: map[string]string{"CALL": "0197-中文"}})
	d.must(pbx.SetVars{Channel: a.Channel, Vars: map[string]string{"QUEUE": vars["QUEUE"]}})
	d.must(pbx.Originate{Channel: "talks", Phone: "1001", Vars: map[string]string{"CALL": "1"}, Timeout: 20 * time.Second})
	want(d, of[pbx.Answered]("talks"))
	d.must(pbx.Originate{Channel: "rings", Phone: "1002", Vars: map[string]string{"CALL": "2"}, Timeout: 20 * time.Second})
	want(d, of[pbx.Ringing]("rings"))
	d.must(pbx.Join{Bridge: "b-1", Channels: []pbx.ChannelID{a.Channel, "talks"}})
	waiting := d.Call(t, asterisktest.Caller{})
	unanswered := want[pbx.Arrived](d, nil)
	d.stop()

	d, snap := relink(t, d.Instance)
	byID := map[pbx.ChannelID]pbx.Channel{}
	for _, c := range snap.Channels {
		if time.Since(c.Since) > time.Minute || c.Since.IsZero() {
			t.Errorf("%s since %s", c.ID, c.Since)
		}
		c.Since = time.Time{}
		byID[c.ID] = c
	}
	for _, c := range []pbx.Channel{
		{
			ID: a.Channel, Up: true, Inbound: true, Trunk: "trunk", Called: "073112328", Caller: "13912345678",
			Bridge: "b-1", Vars: vars, Recorded: a.Recording,
		},
		{ID: unanswered.Channel, Inbound: true, Trunk: "trunk", Called: "12328", Caller: "13800000000", Recorded: unanswered.Recording},
		{ID: "talks", Up: true, Phone: "1001", Bridge: "b-1", Vars: map[string]string{"CALL": "1"}},
		{ID: "rings", Phone: "1002", Vars: map[string]string{"CALL": "2"}},
	} {
		got := byID[c.ID]
		if !maps.Equal(got.Vars, c.Vars) {
			t.Errorf("%s has %q, want %q", c.ID, got.Vars, c.Vars)
		}
		got.Vars, c.Vars = nil, nil
		if fmt.Sprint(got) != fmt.Sprint(c) {
			t.Errorf("%s is\n%+v, want\n%+v", c.ID, got, c)
		}
	}
	if len(snap.Channels) != 4 || len(snap.Bridges) != 1 || len(snap.Bridges["b-1"]) != 2 {
		t.Errorf("snapshot %+v", snap)
	}
	if !snap.Phones["1001"] || !snap.Phones["1002"] || len(snap.Phones) != 2 || !snap.Trunks["trunk"] || len(snap.Trunks) != 1 {
		t.Errorf("phones %v, trunks %v, put by a process that is gone", snap.Phones, snap.Trunks)
	}

	// The calls obey their new owner, and nothing known is told again.
	d.must(pbx.SetVars{Channel: a.Channel, Vars: map[string]string{"EPOCH": "2"}})
	d.must(pbx.Hangup{Channel: "rings"})
	if e := want[pbx.Ended](d, nil); e.Channel != "rings" {
		t.Errorf("%+v", e)
	}
	d.must(pbx.Hangup{Channel: "talks"})
	if e := want[pbx.Ended](d, nil); e.Channel != "talks" {
		t.Errorf("%+v", e)
	}
	d.must(pbx.Hangup{Channel: a.Channel})
	caller.Wait(t, 5*time.Second)
	if e := want[pbx.Ended](d, nil); e.Channel != a.Channel {
		t.Errorf("%+v", e)
	}
	d.must(pbx.Hangup{Channel: unanswered.Channel, Cause: pbx.Busy})
	if err := waiting.Result(5 * time.Second); err == nil {
		t.Error("the waiting caller was not refused")
	}
	if e := want[pbx.Ended](d, nil); e.Channel != unanswered.Channel || e.Cause != pbx.Busy {
		t.Errorf("%+v", e)
	}
	for _, e := range d.past {
		switch e.(type) {
		case pbx.Arrived, pbx.Answered:
			t.Errorf("told again: %#v", e)
		}
	}
}

func TestKilledAsteriskIsToldAndGetsItsPhonesAgain(t *testing.T) {
	t.Parallel()
	d := sit(t)
	d.phone(asterisktest.Phone{User: "1001", Password: "first"})
	if err := d.PutPhone(t.Context(), pbx.Phone{ID: "1003", Browser: true, Secret: "x"}); err != nil {
		t.Fatal(err)
	}
	if err := d.PutTrunk(t.Context(), pbx.Trunk{ID: "city", User: "carrier", Secret: "line"}); err != nil {
		t.Fatal(err)
	}
	a, _ := d.arrive(asterisktest.Caller{})
	d.must(pbx.Originate{Channel: "leg", Phone: "1001", Timeout: 5 * time.Second})
	want(d, of[pbx.Answered]("leg"))
	d.must(pbx.Join{Bridge: "b", Channels: []pbx.ChannelID{a.Channel, "leg"}})
	written := filepath.Join(d.Out, "var/spool/recording", a.Recording+".raw")
	for limit := time.Now().Add(15 * time.Second); ; time.Sleep(50 * time.Millisecond) { // they talk
		if info, err := os.Stat(written); err == nil && info.Size() >= 2*32000 {
			break
		}
		if time.Now().After(limit) {
			t.Fatal("nothing is recorded")
		}
	}

	killed := time.Now()
	d.Kill(t)
	want[pbx.Disconnected](d, nil)
	if took := time.Since(killed); took > 3*time.Second {
		t.Errorf("noticed after %s", took)
	}
	if err := d.Do(t.Context(), pbx.Hangup{Channel: a.Channel}); !errors.Is(err, pbx.ErrUnavailable) {
		t.Errorf("without a link: %v", err)
	}
	if err := d.PutPhone(t.Context(), pbx.Phone{ID: "1002", Secret: "late"}); !errors.Is(err, pbx.ErrUnavailable) {
		t.Errorf("PutPhone without a link: %v", err)
	}
	if err := d.RemovePhone(t.Context(), "1003"); !errors.Is(err, pbx.ErrUnavailable) {
		t.Errorf("RemovePhone without a link: %v", err)
	}
	d.Boot(t)
	snap := want[pbx.Connected](d, nil).Snapshot
	if len(snap.Channels) != 0 || len(snap.Bridges) != 0 || snap.Booted.Before(killed.Add(-time.Second)) {
		t.Errorf("snapshot %+v", snap)
	}
	if online, known := snap.Phones["1001"]; !known || !online {
		t.Errorf("the registered phone: known %v, online %v", known, online)
	}
	if _, known := snap.Phones["1002"]; !known || len(snap.Phones) != 2 {
		t.Errorf("phones %v, want 1001 and 1002", snap.Phones)
	}
	if online, known := snap.Trunks["city"]; !known || online {
		t.Errorf("trunks %v", snap.Trunks)
	}
	if err := d.Do(t.Context(), pbx.Hangup{Channel: a.Channel}); !errors.Is(err, pbx.ErrGone) {
		t.Errorf("a call of the Asterisk that died: %v", err)
	}
	if offline := slices.ContainsFunc(d.past, func(e pbx.Event) bool {
		p, ok := e.(pbx.PhoneChanged)
		return ok && p.Phone == "1001" && !p.Online
	}); offline {
		t.Error("a phone that was reachable all the time was told to be offline")
	}
	// What it had recorded is not lost.
	left, _ := asterisktest.Split(d.recorded(a.Recording))
	if hz, clear := asterisktest.Hears(left[len(left)/4:len(left)/2], 440, 1000); hz != 440 || !clear {
		t.Errorf("saved recording: %v %v", hz, clear)
	}
	d.Agent(t, asterisktest.Phone{User: "1002", Password: "late"})
	want(d, func(e pbx.PhoneChanged) bool { return e.Phone == "1002" && e.Online })
	d.must(pbx.Originate{Channel: "again", Phone: "1002", Timeout: 5 * time.Second})
	want(d, of[pbx.Answered]("again"))
}

// The moment at which one process goes and another comes: Asterisk may then
// leave the newer one with an open socket on which nothing is said.
func TestWhoComesWhileAnotherGoesHearsEverything(t *testing.T) {
	t.Parallel()
	i := asterisktest.Start(t)
	old := link(t, i)
	old.replaced = true
	want[pbx.Connected](old, nil)
	standing, _ := old.arrive(asterisktest.Caller{}) // otherwise Asterisk forgets the application, which is noticed
	for n := range 40 {
		var going sync.WaitGroup
		going.Go(func() {
			time.Sleep(time.Duration(n%8) * 300 * time.Microsecond) // at every moment of the other's coming
			old.stop()
		})
		young := link(t, i)
		young.replaced = true
		want[pbx.Connected](young, nil)
		going.Wait()
		caller := i.Call(t, asterisktest.Caller{})
		var id pbx.ChannelID // told by an event, or by the snapshot of a second link
		want(young, func(e pbx.Event) bool {
			switch e := e.(type) {
			case pbx.Arrived:
				id = e.Channel
			case pbx.Connected:
				for _, ch := range e.Snapshot.Channels {
					if ch.ID != standing.Channel {
						id = ch.ID
					}
				}
			}
			return id != ""
		})
		young.must(pbx.Hangup{Channel: id, Cause: pbx.Busy})
		want(young, of[pbx.Ended](id))
		_ = caller.Result(5 * time.Second)
		old = young
	}
}

func TestAFrozenAsteriskIsNoticedWithinSeconds(t *testing.T) {
	t.Parallel()
	d := sit(t)
	thaw := d.Freeze(t)
	frozen := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var e *pbx.Error
	if err := d.Do(ctx, pbx.Dissolve{Bridge: "x"}); !errors.As(err, &e) || e.Kind != pbx.TimedOut {
		t.Errorf("Do = %v, want TimedOut", err)
	}
	if took := time.Since(frozen); took > time.Second {
		t.Errorf("a command of 300 ms took %s", took)
	}
	if err := d.Do(t.Context(), pbx.Dissolve{Bridge: "x"}); !errors.Is(err, pbx.ErrUnavailable) {
		t.Errorf("a command under way when the link is lost: %v", err)
	}
	want[pbx.Disconnected](d, nil)
	if took := time.Since(frozen); took > 8*time.Second {
		t.Errorf("noticed after %s", took)
	}
	thaw()
	want[pbx.Connected](d, nil)
}

func TestTwoHundredKeysKeepTheirOrder(t *testing.T) {
	t.Parallel()
	d := sit(t)
	const keys = "1234567890*#"
	callers := map[pbx.ChannelID]string{}
	for n := range 17 { // 204 keys, all at the same time
		press := keys[n%len(keys):] + keys[:n%len(keys)]
		d.Call(t, asterisktest.Caller{Digits: press, From: fmt.Sprint(13800000000 + n)})
		a := want(d, func(a pbx.Arrived) bool { return a.Caller == fmt.Sprint(13800000000+n) })
		callers[a.Channel] = press
	}
	for id := range callers {
		d.must(pbx.Answer{Channel: id})
	}
	got := map[pbx.ChannelID]*strings.Builder{}
	for id := range callers {
		got[id] = &strings.Builder{}
	}
	var last time.Time
	for range 17 * len(keys) {
		e := want[pbx.Pressed](d, nil)
		got[e.Channel].WriteByte(e.Digit)
		if e.At.Before(last) {
			t.Errorf("%s after %s", e.At, last)
		}
		last = e.At
	}
	for id, press := range callers {
		if got[id].String() != press {
			t.Errorf("%s pressed %q, told as %q", id, press, got[id])
		}
		d.must(pbx.Hangup{Channel: id})
	}
}
