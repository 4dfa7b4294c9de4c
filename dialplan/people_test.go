package dialplan

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// standing is the position of a caller at a step, whatever lies before it.
func standing(step string, phase Phase) Position {
	return Position{Step: step, Phase: phase, Answered: true}
}

func TestNumbersAreTriedInTurn(t *testing.T) {
	f := parsed(t, everything)
	facts := Facts{Contacts: map[string]Contact{
		"ministry": {Number: "01012328", Transfer: true}, "province": {Number: "057112328"},
	}}
	p, actions := f.Next(standing("fast", Handed), Overflowed{OverLength}, facts)
	want := []Action{LeaveLine{}, Transfer{Number: "13900001111", For: 20 * time.Second}}
	if !reflect.DeepEqual(actions, want) {
		t.Fatalf("got %v", actions)
	}
	p, actions = f.Next(p, Failed{Reason: "busy"}, facts)
	if want := []Action{Transfer{Number: "057188123456", For: 20 * time.Second}}; !reflect.DeepEqual(actions, want) {
		t.Fatalf("got %v", actions)
	}
	if _, again := f.Next(p, Resume{}, facts); !reflect.DeepEqual(again, actions) {
		t.Errorf("an engine that takes over dials %v", again)
	}
	// The next step goes by contacts; one that may not be connected to is no choice.
	p, actions = f.Next(p, Failed{}, facts)
	if want := []Action{Transfer{Number: "01012328", For: 30 * time.Second, To: "ministry"}}; !reflect.DeepEqual(actions, want) {
		t.Fatalf("got %v", actions)
	}
	if p, _ = f.Next(p, Failed{}, facts); p.Step != "note" { // 12395 is not in the list
		t.Errorf("stands at %s", p.Path())
	}
}

func TestKeypadReferralIsCounted(t *testing.T) {
	f := parsed(t, everything)
	facts := Facts{Contacts: map[string]Contact{"12122": {Number: "12122", Name: "高速公路救援"}}}
	p, _ := f.Next(standing("choose", Awaiting), Digit{'5'}, facts)
	_, actions := f.Next(p, Played{}, facts)
	if want := []Action{Transfer{Number: "12122", For: 20 * time.Second, Referral: "12122"}}; !reflect.DeepEqual(actions, want) {
		t.Errorf("got %v", actions)
	}
	if p, _ := f.Next(standing("choose", Awaiting), Digit{'5'}, Facts{}); p.Step != "fast" {
		t.Errorf("a service the site does not know leads to %s", p.Step)
	}
}

func TestServiceIsToldThenOffered(t *testing.T) {
	f := parsed(t, everything)
	facts := Facts{Contacts: map[string]Contact{"12395": {Number: "12395", Name: "水上搜救", Transfer: true}}}
	p, actions := f.Next(standing("up", Handed), Failed{}, facts)
	if want := []Action{Say{Text: "水上搜救请拨打12395。", Language: "zh", Interruptible: true}}; !reflect.DeepEqual(actions, want) {
		t.Fatalf("got %v", actions)
	}
	told, actions := f.Next(p, Played{}, facts)
	want := []Action{Refer{Code: "12395"}, Say{Text: "如需转接请按1。", Language: "zh", Interruptible: true}}
	if !reflect.DeepEqual(actions, want) {
		t.Fatalf("got %v", actions)
	}
	told, actions = f.Next(told, Played{}, facts)
	if want := []Action{Await{For: 4 * time.Second}}; !reflect.DeepEqual(actions, want) {
		t.Fatalf("got %v", actions)
	}
	if p, _ := f.Next(told, Silence{}, facts); p.Step != "note" {
		t.Errorf("who does not want it comes to %s", p.Step)
	}
	connect := Transfer{Number: "12395", For: 25 * time.Second, To: "12395", Referral: "12395"}
	connected, actions := f.Next(told, Digit{'1'}, facts)
	if !reflect.DeepEqual(actions, []Action{connect}) {
		t.Fatalf("got %v", actions)
	}
	if p, _ := f.Next(connected, Served{By: "outside"}, facts); p.Step != "rating" {
		t.Errorf("after the talk the caller is at %s", p.Step)
	}
	// Who knows the way does not wait for the words.
	if _, actions = f.Next(p, Digit{'1'}, facts); !reflect.DeepEqual(actions, []Action{Stop{}, connect}) {
		t.Errorf("got %v", actions)
	}
	// Where nobody may be connected, nothing is offered.
	facts.Contacts["12395"] = Contact{Number: "12395", Words: "水上遇险请拨12395。"}
	if p, actions = f.Next(p, Played{}, facts); p.Step != "note" || !reflect.DeepEqual(actions[0], Refer{Code: "12395"}) {
		t.Errorf("got %v at %s", actions, p.Step)
	}
}

func TestContactThatIsNoNumberIsNeverDialled(t *testing.T) {
	f := parsed(t, everything)
	for _, number := range []string{"", "12", "PJSIP/8001", "+4420712345678", "12122,,1", strings.Repeat("1", 21)} {
		facts := Facts{Contacts: map[string]Contact{"ministry": {Number: number, Transfer: true}}}
		if _, actions := f.Next(standing("duty", Handed), Failed{}, facts); len(actions) > 0 {
			if _, dials := actions[0].(Transfer); dials && actions[0].(Transfer).Number == number {
				t.Errorf("dials %q", number)
			}
		}
	}
}

func TestVIPGoesFirst(t *testing.T) {
	f := parsed(t, everything)
	for vip, want := range map[bool]int{false: 5, true: 25} {
		_, actions := f.Next(standing("fast", Handed), Resume{}, Facts{VIP: vip})
		if got := actions[0].(Enqueue).Priority; got != want {
			t.Errorf("VIP %v has priority %d, want %d", vip, got, want)
		}
	}
}

func TestWaitingCallerStaysUnlessTheFlowLeadsOn(t *testing.T) {
	f := parsed(t, "flow: plain\nsteps:\n  people: {do: enqueue, queue: general}\n")
	for _, in := range []Input{Overflowed{OverTime}, Overflowed{OverUnstaffed}, Overflowed{"moon"}, Digit{'1'}, Digit{'*'}} {
		before := standing("people", Handed)
		if p, actions := f.Next(before, in, Facts{}); len(actions) > 0 || !reflect.DeepEqual(p, before) {
			t.Errorf("%#v: %v at %+v", in, actions, p)
		}
	}
}

func TestHintFollowsTheAnnouncement(t *testing.T) {
	e := Enqueue{Language: "zh", Hint: "如不愿等待请按1预约回拨。"}
	if got := e.Announcement(3, 2*time.Minute); got != "您前面还有3位来电者，预计等待约2分钟，请稍候。如不愿等待请按1预约回拨。" {
		t.Error(got)
	}
	e = Enqueue{Language: "en", Hint: "Press 1 to be called back."}
	if got := e.Announcement(0, 0); got != "You are next in line. Please hold on. Press 1 to be called back." {
		t.Error(got)
	}
}

// TestCallbackGoesByItsOwnQuietHours and not by those of the flow.
func TestCallbackGoesByItsOwnQuietHours(t *testing.T) {
	f := parsed(t, everything)
	for now, due := range map[string]string{"22:29": "", "22:30": "03-05 07:15", "03:00": "03-04 07:15", "07:15": ""} {
		clock, _ := ParseClock(now)
		facts := Facts{Caller: "13812341411", Now: time.Date(2026, 3, 4, int(clock)/60, int(clock)%60, 0, 0, China)}
		p, _ := f.Next(standing("fast", Handed), Digit{'1'}, facts)
		p, actions := f.Next(p, Digit{'1'}, facts)
		got, ok := actions[len(actions)-1].(Callback)
		if !ok || got.Number != "13812341411" || got.NotBefore.IsZero() != (due == "") {
			t.Fatalf("at %s: %v", now, actions)
		}
		if due != "" && got.NotBefore.Format("01-02 15:04") != due {
			t.Errorf("at %s it is due %s", now, got.NotBefore)
		}
		if p, _ := f.Next(p, Served{}, facts); p.Step != "bye" {
			t.Errorf("booked, the caller comes to %s", p.Step)
		}
		if p, _ := f.Next(p, Failed{}, facts); p.Step != "note" {
			t.Errorf("not booked, the caller comes to %s", p.Step)
		}
	}
}
