package asterisk_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
	"github.com/yihaotong/yihaotong/pbx/asterisk/config"
)

// phone puts a phone on the switch, registers a SIPp agent as it, and waits
// until the switch says that it is reachable.
func (d *desk) phone(p asterisktest.Phone) *asterisktest.SIPp {
	d.t.Helper()
	if p.Password == "" {
		p.Password = "secret-of-" + p.User
	}
	if err := d.PutPhone(d.t.Context(), pbx.Phone{ID: pbx.PhoneID(p.User), Secret: p.Password}); err != nil {
		d.t.Fatalf("PutPhone: %v", err)
	}
	agent := d.Agent(d.t, p)
	want(d, func(e pbx.PhoneChanged) bool { return e.Phone == pbx.PhoneID(p.User) && e.Online })
	return agent
}

// arrive lets a caller call and answers.
func (d *desk) arrive(c asterisktest.Caller) (pbx.Arrived, *asterisktest.SIPp) {
	d.t.Helper()
	caller := d.Call(d.t, c)
	a := want[pbx.Arrived](d, nil)
	d.must(pbx.Answer{Channel: a.Channel})
	return a, caller
}

func TestCallerAndAgentTalkAndAreRecordedApart(t *testing.T) {
	for _, who := range []string{"caller", "agent", "desk"} {
		t.Run(who+" hangs up", func(t *testing.T) {
			t.Parallel()
			d := sit(t)
			p := asterisktest.Phone{User: "1001", Tone: 1000, Delay: 200 * time.Millisecond}
			c := asterisktest.Caller{Tone: 440}
			switch who {
			case "caller":
				c.HangUp = 3 * time.Second
			case "agent":
				p.Scenario, p.Talk = "agent_hangs_up", 2*time.Second
			}
			d.phone(p)
			a, caller := d.arrive(c)
			d.must(pbx.Originate{
				Channel: "agent-leg", Phone: "1001", Originator: a.Channel, Caller: a.Caller, Name: "来电 <\"x\">",
				Timeout: 10 * time.Second, Vars: map[string]string{"CALL": "42"},
			})
			want(d, of[pbx.Ringing]("agent-leg"))
			want(d, of[pbx.Answered]("agent-leg"))
			d.must(pbx.Join{Bridge: "talk-1", Channels: []pbx.ChannelID{a.Channel, "agent-leg"}})
			first := a.Channel
			switch who {
			case "desk":
				time.Sleep(1500 * time.Millisecond) // they talk: the length of the recording is what is tested
				d.must(pbx.Hangup{Channel: a.Channel})
			case "agent":
				first = "agent-leg"
			}
			if e := want[pbx.Ended](d, nil); e.Channel != first || e.Cause != pbx.Normal {
				t.Errorf("first end: %+v", e)
			}
			for _, id := range []pbx.ChannelID{a.Channel, "agent-leg"} {
				if err := d.Do(t.Context(), pbx.Hangup{Channel: id}); err != nil && !errors.Is(err, pbx.ErrGone) {
					t.Errorf("hang up %s: %v", id, err)
				}
			}
			d.must(pbx.Dissolve{Bridge: "talk-1"})
			caller.Wait(t, 5*time.Second)

			left, right := asterisktest.Split(d.recorded(a.Recording))
			if len(left) < asterisktest.Rate {
				t.Fatalf("%d samples recorded, want more than a second", len(left))
			}
			middle := func(s []int16) []int16 { return s[len(s)/3 : 2*len(s)/3] }
			if hz, clear := asterisktest.Hears(middle(left), 440, 1000); hz != 440 || !clear {
				t.Errorf("left: %v, clear %v, want the caller's 440 Hz", hz, clear)
			}
			if hz, clear := asterisktest.Hears(middle(right), 440, 1000); hz != 1000 || !clear {
				t.Errorf("right: %v, clear %v, want the agent's 1000 Hz", hz, clear)
			}
		})
	}
}

// recorded waits until a recording is whole, reads it, and deletes it.
func (d *desk) recorded(name string) []byte {
	d.t.Helper()
	for limit := time.Now().Add(10 * time.Second); ; {
		body, size, complete, err := d.OpenRecording(d.t.Context(), name)
		if err == nil && complete {
			raw, err := io.ReadAll(body)
			_ = body.Close()
			if err != nil || int64(len(raw)) != size {
				d.t.Fatalf("read %d of %d bytes: %v", len(raw), size, err)
			}
			if err := d.DeleteRecording(d.t.Context(), name); err != nil {
				d.t.Errorf("DeleteRecording: %v", err)
			}
			if _, _, _, err := d.OpenRecording(d.t.Context(), name); !errors.Is(err, pbx.ErrGone) {
				d.t.Errorf("after deletion: %v", err)
			}
			return raw
		}
		if err == nil {
			_ = body.Close()
		}
		if time.Now().After(limit) {
			d.t.Fatalf("recording %s is not whole: complete %v, %v", name, complete, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestKeysArriveInOrderWhilePlaying(t *testing.T) {
	t.Parallel()
	d := sit(t)
	a, caller := d.arrive(asterisktest.Caller{Digits: "1590*#"})
	d.must(pbx.Play{Channel: a.Channel, ID: "menu", Files: []string{d.sound("menu", 600, 20)}})
	var keys strings.Builder
	for range 6 {
		keys.WriteByte(want(d, of[pbx.Pressed](a.Channel)).Digit)
	}
	if keys.String() != "1590*#" {
		t.Errorf("keys = %q", keys.String())
	}
	d.must(pbx.StopPlay{Channel: a.Channel, ID: "menu"})
	if e := want[pbx.PlayEnded](d, nil); e.Play != "menu" || e.Err != nil {
		t.Errorf("PlayEnded = %+v", e)
	}
	d.must(pbx.Hangup{Channel: a.Channel})
	caller.Wait(t, 5*time.Second)
}

func TestMissingSoundIsToldAndTheRestIsHeard(t *testing.T) {
	t.Parallel()
	d := sit(t)
	a, _ := d.arrive(asterisktest.Caller{})
	there := d.sound("there", 600, .2)
	for _, c := range []struct {
		name  string
		files []string
		fails bool
	}{
		{"none", []string{there, there}, false},
		{"only", []string{"/no/such"}, true},
		{"first", []string{"/no/such", there}, true},
		{"middle", []string{there, "/no/such", there}, true},
		{"last", []string{there, "/no/such"}, true},
	} {
		d.must(pbx.Play{Channel: a.Channel, ID: pbx.PlayID(c.name), Files: c.files})
		e := want[pbx.PlayEnded](d, nil)
		if e.Play != pbx.PlayID(c.name) || (e.Err != nil) != c.fails {
			t.Errorf("%s: %+v", c.name, e)
		}
		if c.fails && (!errors.Is(e.Err, asterisk.ErrNotPlayed) || !strings.Contains(e.Err.Error(), "/no/such")) {
			t.Errorf("%s: %v does not name the file", c.name, e.Err)
		}
	}
}

func TestUnansweredPhonesSayWhy(t *testing.T) {
	t.Parallel()
	d := sit(t)
	for _, c := range []struct {
		phone asterisktest.Phone
		cause pbx.Cause
		rings bool
	}{
		{asterisktest.Phone{User: "2001", Scenario: "agent_rejects", Code: 486}, pbx.Busy, true},
		{asterisktest.Phone{User: "2002", Scenario: "agent_rejects", Code: 603}, pbx.Rejected, true},
		{asterisktest.Phone{User: "2003", Scenario: "agent_rings"}, pbx.NoAnswer, true},
		{asterisktest.Phone{User: "2004", Scenario: "agent_rejects", Code: 404}, pbx.BadNumber, true},
	} {
		d.phone(c.phone)
		id := pbx.ChannelID("leg-" + c.phone.User)
		d.must(pbx.Originate{Channel: id, Phone: pbx.PhoneID(c.phone.User), Timeout: time.Second})
		if c.rings {
			want(d, of[pbx.Ringing](id))
		}
		if e := want(d, of[pbx.Ended](id)); e.Cause != c.cause {
			t.Errorf("%+v: %+v", c.phone, e)
		}
	}

	t.Run("registered and vanished", func(t *testing.T) {
		d.phone(asterisktest.Phone{User: "2005"}).Kill()
		d.must(pbx.Originate{Channel: "leg-2005", Phone: "2005", Timeout: time.Second})
		if e := want(d, of[pbx.Ended]("leg-2005")); e.Cause != pbx.Unreachable {
			t.Errorf("%+v", e)
		}
	})
	t.Run("never registered", func(t *testing.T) {
		if err := d.PutPhone(t.Context(), pbx.Phone{ID: "2006", Secret: "x"}); err != nil {
			t.Fatal(err)
		}
		err := d.Do(t.Context(), pbx.Originate{Channel: "leg-2006", Phone: "2006", Timeout: time.Second})
		var e *pbx.Error
		if !errors.As(err, &e) || e.Kind != pbx.Refused || e.Command != "Originate" || e.Reason == "" {
			t.Errorf("Do = %#v, want Refused", err)
		}
	})
	t.Run("hung up while ringing", func(t *testing.T) {
		d.phone(asterisktest.Phone{User: "2007", Scenario: "agent_rings"})
		d.must(pbx.Originate{Channel: "leg-2007", Phone: "2007", Timeout: 20 * time.Second})
		want(d, of[pbx.Ringing]("leg-2007"))
		d.must(pbx.Hangup{Channel: "leg-2007"})
		if e := want[pbx.Ended](d, nil); e.Channel != "leg-2007" || e.Cause != pbx.Normal {
			t.Errorf("%+v; leg-2006 must never end, it never began", e)
		}
	})
}

func TestCallerWhoGivesUpLeavesNothing(t *testing.T) {
	t.Parallel()
	d := sit(t)
	caller := d.Call(t, asterisktest.Caller{Cancel: 300 * time.Millisecond})
	a := want[pbx.Arrived](d, nil)
	d.must(pbx.Ring{Channel: a.Channel})
	if e := want[pbx.Ended](d, nil); e.Channel != a.Channel || e.Cause != pbx.Normal {
		t.Errorf("%+v", e)
	}
	caller.Wait(t, 5*time.Second)
	if err := d.Do(t.Context(), pbx.Answer{Channel: a.Channel}); !errors.Is(err, pbx.ErrGone) {
		t.Errorf("Answer = %v, want Gone", err)
	}
	if out := d.CLI(t, "core show channels count"); !strings.Contains(out, "0 active channels") {
		t.Errorf("left on the switch:\n%s", out)
	}
}

func TestCommandsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	d := sit(t)
	a, _ := d.arrive(asterisktest.Caller{})
	for _, c := range []struct {
		give pbx.Command
		kind pbx.Kind
	}{
		{pbx.Answer{Channel: "nobody"}, pbx.Gone},
		{pbx.Play{Channel: "nobody", ID: "p", Files: []string{"/a"}}, pbx.Gone},
		{pbx.StopPlay{Channel: a.Channel, ID: "nothing"}, pbx.Gone},
		{pbx.Join{Bridge: "b", Channels: []pbx.ChannelID{"nobody"}}, pbx.Gone},
		{pbx.Leave{Bridge: "no-bridge", Channel: a.Channel}, pbx.Gone},
		{pbx.Dissolve{Bridge: "no-bridge"}, pbx.Gone},
		{pbx.Hangup{Channel: "nobody"}, pbx.Gone},
		{pbx.SetVars{Channel: "nobody", Vars: map[string]string{"A": "b"}}, pbx.Gone},
		{pbx.Play{Channel: a.Channel, ID: "p"}, pbx.Invalid},
		{pbx.Play{Channel: a.Channel, ID: "p", Files: []string{"/a,sound:/etc/passwd"}}, pbx.Invalid},
		{pbx.Play{Channel: a.Channel, ID: "p", Files: []string{"relative"}}, pbx.Invalid},
		{pbx.Answer{Channel: "../asterisk"}, pbx.Invalid},
		{pbx.Answer{}, pbx.Invalid},
		{pbx.Originate{Channel: "x", Trunk: "trunk", Number: "1@evil"}, pbx.Invalid},
		{pbx.Originate{Channel: "x", Phone: "1&PJSIP/2"}, pbx.Invalid},
		{pbx.Originate{Channel: "x"}, pbx.Invalid},
		{pbx.SetVars{Channel: a.Channel, Vars: map[string]string{"CALLERID(name)": "x"}}, pbx.Invalid},
		{pbx.Originate{Channel: "y", Phone: "not-there"}, pbx.Refused},
	} {
		err := d.Do(t.Context(), c.give)
		var e *pbx.Error
		if !errors.As(err, &e) || e.Kind != c.kind || e.Reason == "" {
			t.Errorf("%+v: %v, want %s", c.give, err, c.kind)
		}
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	var e *pbx.Error
	if err := d.Do(done, pbx.Answer{Channel: a.Channel}); !errors.As(err, &e) || e.Kind != pbx.TimedOut {
		t.Errorf("with a context that is over: %v", err)
	}
}

func TestMusicGoesOnAfterAPlayAndEndsWithJoin(t *testing.T) {
	t.Parallel()
	music := t.TempDir()
	asterisktest.WriteWAV(t, music+"/music.wav", asterisktest.Sine(800, 20, 8000))
	i := asterisktest.Start(t, func(o *config.Options) { o.Music = music })
	d := link(t, i)
	want[pbx.Connected](d, nil)
	local := "[from-trunk](+)\nexten => 777,1,MixMonitor(" + d.Dir + "/heard.raw,D)\n" +
		" same => n,Stasis(yihaotong,arrived,trunk)\n same => n,Hangup()\n"
	if err := os.WriteFile(d.Out+"/etc/extensions_local.conf", []byte(local), 0o600); err != nil {
		t.Fatal(err)
	}
	d.CLI(t, "dialplan reload")

	a, caller := d.arrive(asterisktest.Caller{To: "777"})
	d.must(pbx.StartMusic{Channel: a.Channel})
	time.Sleep(time.Second) // the caller listens
	d.must(pbx.Play{Channel: a.Channel, ID: "p", Files: []string{d.sound("p", 600, 1)}})
	want[pbx.PlayEnded](d, nil)
	time.Sleep(time.Second)
	d.must(pbx.Join{Bridge: "alone", Channels: []pbx.ChannelID{a.Channel}})
	time.Sleep(time.Second)
	d.must(pbx.Hangup{Channel: a.Channel})
	caller.Wait(t, 5*time.Second)

	raw, err := os.ReadFile(d.Dir + "/heard.raw")
	if err != nil {
		t.Fatal(err)
	}
	_, heard := asterisktest.Split(raw)
	at := func(second float64) float64 {
		from := int(second * asterisktest.Rate)
		if from+2000 > len(heard) {
			t.Fatalf("%d samples heard", len(heard))
		}
		part := heard[from : from+2000]
		if hz, clear := asterisktest.Hears(part, 600, 800); clear {
			return hz
		}
		return 0
	}
	end := float64(len(heard)) / asterisktest.Rate
	if at(.4) != 800 || at(1.5) != 600 || at(end-1.6) != 800 || at(end-.5) != 0 {
		t.Errorf("heard %v, %v, %v, %v; want music, prompt, music, silence", at(.4), at(1.5), at(end-1.6), at(end-.5))
	}
}
