package pbxtest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/pbxtest"
)

// desk is a controller in a bubble: it keeps every event and gives commands.
type desk struct {
	t    *testing.T
	link pbx.Switch
	stop context.CancelFunc
	over chan struct{}

	mu     sync.Mutex
	events []pbx.Event
}

// sit runs link until the test ends and reads its events.
func sit(t *testing.T, link pbx.Switch) *desk {
	ctx, stop := context.WithCancel(context.Background())
	d := &desk{t: t, link: link, stop: stop, over: make(chan struct{})}
	ran := make(chan error, 1)
	go func() { ran <- link.Run(ctx) }()
	go func() {
		defer close(d.over)
		for e := range link.Events() {
			d.mu.Lock()
			d.events = append(d.events, e)
			d.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		stop()
		<-d.over
		if err := <-ran; err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
	synctest.Wait()
	return d
}

func (d *desk) do(c pbx.Command) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return d.link.Do(ctx, c)
}

func (d *desk) must(cs ...pbx.Command) {
	d.t.Helper()
	for _, c := range cs {
		if err := d.do(c); err != nil {
			d.t.Fatalf("%T: %v", c, err)
		}
	}
	synctest.Wait()
}

// heard returns the events since the last time.
func (d *desk) heard() []pbx.Event {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	events := d.events
	d.events = nil
	return events
}

// said is heard in one word each.
func (d *desk) said() string {
	var words []string
	for _, e := range d.heard() {
		word := strings.TrimPrefix(fmt.Sprintf("%T", e), "pbx.")
		switch e := e.(type) {
		case pbx.Ended:
			word += ":" + string(e.Cause)
		case pbx.Pressed:
			word += ":" + string(e.Digit)
		case pbx.PhoneChanged:
			word += fmt.Sprintf(":%t", e.Online)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func (d *desk) expect(want string) {
	d.t.Helper()
	if got := d.said(); got != want {
		d.t.Errorf("events %q, want %q", got, want)
	}
}

// city is a Sim with a trunk and a phone, and somebody at the desk.
func city(t *testing.T) (*pbxtest.Sim, *desk) {
	sim := pbxtest.NewSim(t)
	d := sit(t, sim)
	ctx := context.Background()
	if err := errors.Join(sim.PutTrunk(ctx, pbx.Trunk{ID: "city"}), sim.PutPhone(ctx, pbx.Phone{ID: "a1001"})); err != nil {
		t.Fatal(err)
	}
	d.expect("Connected TrunkChanged PhoneChanged:true")
	return sim, d
}

func TestSimCarriesACallFromArrivalToHangup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, d := city(t)
		phone := sim.Phone("a1001").Answers(3 * time.Second)
		c := sim.Call("city", "073112328", "13800138000")
		if got := c.Hears().Sound; got != pbxtest.Silence {
			t.Errorf("before the answer the caller hears %s", got)
		}
		d.must(pbx.Ring{Channel: c.Channel()})
		if got := c.Hears().Sound; got != pbxtest.RingTone {
			t.Errorf("after Ring the caller hears %s", got)
		}
		d.must(pbx.Answer{Channel: c.Channel()}, pbx.Play{Channel: c.Channel(), ID: "p1", Files: []string{"/a", "/b"}})
		time.Sleep(pbxtest.PromptLength + time.Millisecond)
		if got := c.Hears(); got.File != "/b" {
			t.Errorf("the caller hears %v, want the second file", got)
		}
		d.must(pbx.StartMusic{Channel: c.Channel()})
		time.Sleep(pbxtest.PromptLength)
		if got := c.Hears().Sound; got != pbxtest.Music {
			t.Errorf("after the prompts the caller hears %s", got)
		}
		d.expect("Arrived PlayEnded")

		d.must(pbx.Originate{Channel: "leg", Phone: "a1001", Originator: c.Channel(), Timeout: 20 * time.Second})
		if !phone.Ringing() {
			t.Error("the phone does not ring")
		}
		time.Sleep(3 * time.Second)
		d.expect("Ringing Answered")
		if sim.Talking(c, phone) {
			t.Error("they talk before they were joined")
		}
		d.must(pbx.Join{Bridge: "b", Channels: []pbx.ChannelID{c.Channel(), "leg"}})
		if !sim.Talking(c, phone) {
			t.Errorf("caller hears %v, agent hears %v", c.Hears(), phone.Hears())
		}
		if got := sim.Orphans(); len(got) != 0 {
			t.Errorf("orphans in a conversation: %q", got)
		}
		c.Press("12")
		phone.Hold()
		if got := c.Hears().Sound; got != pbxtest.Music {
			t.Errorf("held, the caller hears %s", got)
		}
		phone.Resume()
		c.Hangup()
		d.expect("Pressed:1 Pressed:2 Held Resumed Ended:normal")
		if got := sim.Orphans(); len(got) != 2 {
			t.Errorf("orphans %q, want the agent's leg and the bridge", got)
		}
		d.must(pbx.Hangup{Channel: "leg"}, pbx.Dissolve{Bridge: "b"})
		d.expect("Ended:normal")
		if got := sim.Orphans(); len(got) != 0 {
			t.Errorf("orphans at the end: %q", got)
		}
	})
}

func TestSimSeesAPhoneThatRingsForADeadCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, d := city(t)
		c := sim.Call("city", "12328", "1")
		d.must(pbx.Answer{Channel: c.Channel()}, pbx.Originate{Channel: "leg", Phone: "a1001", Originator: c.Channel()})
		c.Hangup()
		if got := sim.Orphans(); len(got) != 1 || !strings.Contains(got[0], "rings for") {
			t.Errorf("orphans %q", got)
		}
	})
}

func TestSimRefusesAnOfflinePhoneWithoutAnyEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, d := city(t)
		sim.Phone("a1001").Offline()
		d.expect("PhoneChanged:false")
		for _, phone := range []pbx.PhoneID{"a1001", "stranger"} {
			err := d.do(pbx.Originate{Channel: "leg", Phone: phone})
			var refused *pbx.Error
			if !errors.As(err, &refused) || refused.Kind != pbx.Refused || !strings.HasPrefix(refused.Reason, "unreachable") {
				t.Errorf("%s: %v", phone, err)
			}
		}
		d.expect("")
		sim.Phone("a1001").Online()
		d.expect("PhoneChanged:true")
	})
}

func TestSimHasOneLinePerPhone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, d := city(t)
		sim.Phone("a1001").Answers(0)
		d.must(pbx.Originate{Channel: "one", Phone: "a1001"}, pbx.Originate{Channel: "two", Phone: "a1001"})
		d.expect("Ringing Answered Ended:busy")
		if got := sim.Phone("a1001").Channel(); got != "one" {
			t.Errorf("the phone's call is %q after a second one was refused", got)
		}
		sim.Phone("a1001").Hangup()
		d.expect("Ended:normal")
	})
}

func TestSimCallsOutThroughATrunk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, d := city(t)
		sim.Number("13900139000").Answers(time.Second)
		d.must(pbx.Originate{Channel: "out", Trunk: "city", Number: "13900139000", Caller: "12328"})
		time.Sleep(time.Second)
		d.expect("Ringing Answered")
		if number, _ := sim.Number("13900139000").Shows(); number != "12328" {
			t.Errorf("the far end sees %q", number)
		}
		sim.TrunkDown("city")
		if err := d.do(pbx.Originate{Channel: "out2", Trunk: "city", Number: "1"}); !errors.Is(err, &pbx.Error{Kind: pbx.Refused}) {
			t.Errorf("a call over a dead trunk: %v", err)
		}
		d.expect("TrunkChanged")
	})
}

func TestSimDelaysAnswersButNotDeeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, d := city(t)
		c := sim.Call("city", "12328", "1")
		sim.Delay(pbx.Answer{}, time.Minute)
		start := time.Now()
		err := d.do(pbx.Answer{Channel: c.Channel()})
		if !errors.Is(err, &pbx.Error{Kind: pbx.TimedOut}) || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 5*time.Second {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
		if !c.Answered() {
			t.Error("the answer that timed out did not happen")
		}
		sim.FailNext(pbx.Hangup{}, &pbx.Error{Command: "Hangup", Kind: pbx.Refused, Reason: "no"})
		if err := d.do(pbx.Hangup{Channel: c.Channel()}); !errors.Is(err, &pbx.Error{Kind: pbx.Refused}) {
			t.Errorf("the failure ordered did not come: %v", err)
		}
		d.must(pbx.Hangup{Channel: c.Channel()})
	})
}

func TestSimLosesWhatHappensWhileTheLinkIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, d := city(t)
		stays, leaves := sim.Call("city", "12328", "1"), sim.Call("city", "12328", "2")
		d.expect("Arrived Arrived")
		sim.Cut()
		if err := d.do(pbx.Answer{Channel: stays.Channel()}); !errors.Is(err, pbx.ErrUnavailable) {
			t.Errorf("a command without a link: %v", err)
		}
		leaves.Hangup()
		late := sim.Call("city", "12328", "3")
		d.expect("Disconnected")
		if got := late.Hears().Sound; got != pbxtest.Music {
			t.Errorf("a caller whom nobody takes hears %s", got)
		}
		sim.Heal()
		events := d.heard()
		if len(events) != 2 {
			t.Fatalf("after the cut: %v", events)
		}
		connected, _ := events[0].(pbx.Connected)
		if arrived, ok := events[1].(pbx.Arrived); !ok || arrived.Channel != late.Channel() {
			t.Errorf("after the cut: %v, want the late caller to be announced", events[1])
		}
		var ids []pbx.ChannelID
		for _, ch := range connected.Snapshot.Channels {
			ids = append(ids, ch.ID)
		}
		if fmt.Sprint(ids) != fmt.Sprint([]pbx.ChannelID{stays.Channel()}) {
			t.Errorf("the snapshot holds %v", ids)
		}
	})
}

func TestSimForgetsEverythingWhenKilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, d := city(t)
		before := sim.Snapshot().Booted
		c := sim.Call("city", "12328", "1")
		d.expect("Arrived")
		sim.Kill()
		if cause, over := c.Ended(); !over || cause != pbx.SwitchLost {
			t.Errorf("the caller's call ended as %q", cause)
		}
		sim.Boot()
		d.expect("Disconnected Connected PhoneChanged:true")
		after := sim.Snapshot()
		if !after.Booted.After(before) || len(after.Channels) != 0 || !after.Phones["a1001"] || !after.Trunks["city"] {
			t.Errorf("after the start: %+v", after)
		}
	})
}

func TestSimGivesANewControllerTheCallsOfTheOldOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, old := city(t)
		c := sim.Call("city", "12328", "1")
		old.must(pbx.Answer{Channel: c.Channel()}, pbx.SetVars{Channel: c.Channel(), Vars: map[string]string{"YHT_CALL": "x"}})
		old.said()
		young := sit(t, sim.Controller())
		old.expect("Disconnected")
		events := young.heard()
		connected, ok := events[0].(pbx.Connected)
		if !ok || len(connected.Snapshot.Channels) != 1 || connected.Snapshot.Channels[0].Vars["YHT_CALL"] != "x" {
			t.Fatalf("the new controller heard %v", events)
		}
		c.Press("5")
		young.expect("Pressed:5")
		old.expect("")
		old.stop()
		c.Hangup()
		young.expect("Ended:normal")
	})
}

func TestSimTellsItsStoryInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, d := city(t)
		c := sim.Call("city", "12328", "1")
		d.must(pbx.Answer{Channel: c.Channel()})
		time.Sleep(90 * time.Second)
		c.Hangup()
		log := sim.Log()
		last := -1
		for _, want := range []string{"← Connected", "← Arrived in-1", "→ Answer", "1m30s  ← Ended in-1: normal"} {
			at := strings.Index(log, want)
			if at <= last {
				t.Errorf("%q is missing or out of order in\n%s", want, log)
			}
			last = at
		}
	})
}

func TestSimKeepsItsOrderWhenMuchIsDueAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, d := city(t)
		var want []string
		for i := range 50 {
			c := sim.Call("city", "12328", "1")
			d.must(pbx.Play{Channel: c.Channel(), ID: pbx.PlayID(fmt.Sprintf("p%d", i)), Files: []string{"/a"}})
			want = append(want, fmt.Sprintf("p%d", i))
		}
		d.said()
		time.Sleep(pbxtest.PromptLength)
		events := d.heard()
		for i, e := range events {
			if ended, ok := e.(pbx.PlayEnded); !ok || string(ended.Play) != want[i] {
				t.Fatalf("event %d is %v, want the end of %s", i, e, want[i])
			}
		}
		if len(events) != len(want) {
			t.Errorf("%d events, want %d", len(events), len(want))
		}
	})
}

func TestSimRefusesCommandsWithoutADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, _ := city(t)
		c := sim.Call("city", "12328", "1")
		if err := sim.Do(context.Background(), pbx.Answer{Channel: c.Channel()}); !errors.Is(err, &pbx.Error{Kind: pbx.Invalid}) {
			t.Errorf("got %v", err)
		}
	})
}
