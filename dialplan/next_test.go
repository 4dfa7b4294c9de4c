package dialplan

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yihaotong/yihaotong/pbx"
)

// everything uses every kind of step, every field once.
const everything = `flow: everything
title: 全部步骤
start: tune
quiet: "23:00-06:00"
steps:
  tune: {do: play, file: welcome-tune, text: 欢迎致电, interrupt: true, next: who}
  who:
    do: branch
    cases:
      - when: VIP and Now.Hour() < 12
        next: fast
      - when: Area in ["0731", "0730"] and not Holiday
        next: choose
    else: ask
  choose: {do: menu, text: 请选择, options: {0: fast, 5: call, "#": choose}, timeout: 3s, tries: 3, default: ask}
  ask:
    do: digits
    text: 请输入工单号，以井号键结束。
    invalid: 输入有误。
    into: code
    min: 4
    max: 6
    timeout: 4s
    tries: 2
    next: known
    otherwise: fast
  known:
    do: branch
    cases:
      - when: Digits.code startsWith "9"
        next: note
    else: english
  english: {do: language, language: en, next: fast}
  fast:
    do: enqueue
    queue: general
    music: calm
    priority: 5
    skills: {english: 3, 货车: 10}
    announce: 20s
    announcement: 前面{ahead}位，约{minutes}分钟。
    hint: {zh: 回拨请按1。, en: Press 1 to be called back.}
    keys: {1: later, "#": note}
    limit: 3m
    max_ahead: 40
    overflow: duty
    when_unstaffed: note
    prefer: 15s
    vip: 20
    then: rating
    otherwise: note
  later: {do: callback, quiet: "22:30-07:15", timeout: 6s, tries: 2, next: bye, otherwise: note, back: fast}
  duty: {do: transfer, numbers: ["13900001111", "057188123456"], timeout: 20s, then: rating, otherwise: up}
  up: {do: transfer, to: [province, ministry], then: rating, otherwise: sea}
  sea: {do: refer, referral: 12395, key: 1, wait: 4s, timeout: 25s, next: note, then: rating, otherwise: note}
  call: {do: transfer, text: 正在为您转接。, number: "12122", referral: 12122, timeout: 20s, then: rating, otherwise: fast}
  note: {do: message, text: 请留言。, max: 1m, min: 2s, next: bye, otherwise: bye}
  rating: {do: rate, text: 请评价。, keys: {1: 3, 9: 1}, next: bye}
  bye: {do: hangup}
`

func parsed(t testing.TB, src string) *Flow {
	t.Helper()
	f, err := Parse("test.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// play feeds inputs and returns the last actions.
func play(f *Flow, facts Facts, inputs ...Input) (Position, []Action) {
	var p Position
	var last []Action
	for _, in := range inputs {
		p, last = f.Next(p, in, facts)
	}
	return p, last
}

func keys(s string) (out []Input) {
	for _, k := range []byte(s) {
		out = append(out, Digit{k})
	}
	return out
}

func TestRecordingThatFailsIsReplacedByItsText(t *testing.T) {
	f := parsed(t, everything)
	p, got := play(f, Facts{}, Begin{}, PlayFailed{Reason: "no such file"})
	if want := []Action{Say{Text: "欢迎致电", Language: "zh", Interruptible: true}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if next, _ := f.Next(p, PlayFailed{}, Facts{}); next.Step != "ask" {
		t.Errorf("a text that fails too must be passed over, the caller is at %s", next.Step)
	}
}

func TestBranchAsksTheFacts(t *testing.T) {
	f := parsed(t, everything)
	morning := time.Date(2026, 5, 6, 9, 0, 0, 0, China)
	for _, c := range []struct {
		facts Facts
		step  string
	}{
		{Facts{VIP: true, Now: morning}, "fast"},
		{Facts{VIP: true, Now: morning.Add(4 * time.Hour)}, "ask"},
		{Facts{Area: "0731"}, "choose"},
		{Facts{Area: "0731", Holiday: true}, "ask"},
		{Facts{Area: "010"}, "ask"},
	} {
		if p, _ := play(f, c.facts, Begin{}, Played{}); p.Step != c.step {
			t.Errorf("%+v leads to %s, want %s", c.facts, p.Step, c.step)
		}
	}
}

func TestDigitsAreCollected(t *testing.T) {
	f := parsed(t, everything)
	for _, c := range []struct{ keys, step, code string }{
		{"9876#", "note", "9876"},
		{"123456", "fast", "123456"}, // full without #
		{"12*9999#", "note", "9999"}, // * begins again
		{"12#", "ask", ""},           // too short
	} {
		p, _ := play(f, Facts{}, append([]Input{Begin{}, Played{}, Played{}}, keys(c.keys)...)...)
		if p.Step != c.step || p.Digits["code"] != c.code {
			t.Errorf("%s leads to %s with %q, want %s with %q", c.keys, p.Step, p.Digits["code"], c.step, c.code)
		}
	}
}

func TestEnglishChosenIsHeardAndKept(t *testing.T) {
	f := parsed(t, everything)
	p, actions := play(f, Facts{}, append([]Input{Begin{}, Played{}, Played{}}, keys("1234#")...)...)
	want := []Action{SetLanguage{Language: "en"}, Enqueue{
		Queue: "general", Music: "calm", Announce: 20 * time.Second, Priority: 5,
		Skills: []string{"english", "货车"}, Language: "en", Words: "前面{ahead}位，约{minutes}分钟。",
		Hint: "Press 1 to be called back.", Keys: "1#", Limit: 3 * time.Minute, MaxAhead: 40, Prefer: 15 * time.Second,
		MinLevels: map[string]int{"english": 3, "货车": 10},
	}}
	if !reflect.DeepEqual(actions, want) || p.Language != "en" {
		t.Errorf("got %#v at %+v", actions, p)
	}
}

func TestRatingKeysCanBeOrderedOtherwise(t *testing.T) {
	f := parsed(t, everything)
	p, actions := play(f, Facts{VIP: true}, Begin{}, Played{}, Served{By: "8001"}, Digit{'1'})
	if want := []Action{Stop{}, Rate{Score: 3}, HangUp{Cause: pbx.Normal}}; !reflect.DeepEqual(actions, want) {
		t.Errorf("got %v", actions)
	}
	if p.Rated != 3 || !p.Over() {
		t.Errorf("stands at %+v", p)
	}
}

func TestCallerWhoseStepIsGoneComesToPeople(t *testing.T) {
	f := parsed(t, everything)
	p, actions := f.Next(Position{Step: "abolished", Phase: Awaiting, Answered: true}, Silence{}, Facts{})
	if _, ok := actions[0].(Enqueue); !ok || p.Step != "fast" {
		t.Errorf("got %v at %s", actions, p.Step)
	}
}

func TestFlowTellsWhatItNeeds(t *testing.T) {
	f := parsed(t, everything)
	if got := f.Recordings(); !reflect.DeepEqual(got, []string{"welcome-tune"}) {
		t.Errorf("recordings %v", got)
	}
	if got := f.Queues(); !reflect.DeepEqual(got, []string{"general"}) {
		t.Errorf("queues %v", got)
	}
	want := []string{"欢迎致电", "请选择", "请输入工单号，以井号键结束。", "输入有误。", "正在为您转接。", "请留言。", "请评价。"}
	got := f.Texts()
	if len(got) < len(want) || !reflect.DeepEqual(got[:len(want)], want) {
		t.Errorf("texts %v", got)
	}
	for _, words := range []string{
		"您前面还有2位来电者，预计等待约3分钟，请稍候。回拨请按1。", "现在是夜间，我们将在07:15以后给您回拨。", "您输入的号码是", "幺", "零", "nine", "如需转接请按1。",
	} {
		if !slices.Contains(got, words) {
			t.Errorf("%q is not made before it is needed", words)
		}
	}
	if got := f.Contacts(); !reflect.DeepEqual(got, []string{"province", "ministry", "12395", "12122"}) {
		t.Errorf("contacts %v", got)
	}
}

func TestPathIsBounded(t *testing.T) {
	f := parsed(t, everything)
	p, _ := play(f, Facts{Area: "0731"}, Begin{}, Played{})
	for range 10_000 {
		p, _ = f.Next(p, Digit{'#'}, Facts{Area: "0731"})
	}
	if len(p.Walk) > maxWalk+1 || !strings.HasSuffix(p.Path(), ">…") {
		t.Errorf("%d steps: %s", len(p.Walk), p.Path())
	}
}

func TestEarlierPositionIsNotTouched(t *testing.T) {
	f := parsed(t, everything)
	p, _ := play(f, Facts{}, append([]Input{Begin{}, Played{}, Played{}}, keys("123")...)...)
	before, _ := json.Marshal(p)
	for _, k := range []byte("4#*7") {
		f.Next(p, Digit{k}, Facts{})
	}
	if after, _ := json.Marshal(p); string(before) != string(after) {
		t.Errorf("was %s, is %s", before, after)
	}
}

// anyInput draws what may happen to a call.
func anyInput(t *rapid.T) Input {
	return rapid.OneOf(
		rapid.Map(rapid.Byte(), func(b byte) Input { return Digit{b} }),
		rapid.Map(rapid.SampledFrom([]byte("0123456789*#")), func(b byte) Input { return Digit{b} }),
		rapid.SampledFrom([]Input{
			Begin{}, Played{}, PlayFailed{"x"}, Silence{}, Served{"1"}, Recorded{}, Failed{"x"}, Resume{},
		}),
		rapid.SampledFrom([]Input{Overflowed{OverTime}, Overflowed{OverUnstaffed}}),
	).Draw(t, "input")
}

func allFlows(t testing.TB) []*Flow {
	t.Helper()
	built, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	flows := []*Flow{parsed(t, everything)}
	for _, f := range built {
		flows = append(flows, f)
	}
	return flows
}

// Whatever the caller presses and whatever fails: once it is quiet, the call
// comes to people, the recorder, an outside number or its end, and on the way
// one sound plays at a time, after one Answer, and nothing follows a HangUp.
func TestEveryCallComesToPeopleOrToItsEnd(t *testing.T) {
	flows := allFlows(t)
	rapid.Check(t, func(t *rapid.T) {
		f := flows[rapid.IntRange(0, len(flows)-1).Draw(t, "flow")]
		facts := Facts{
			Open: rapid.Bool().Draw(t, "open"), VIP: rapid.Bool().Draw(t, "vip"),
			Blacklisted: rapid.Bool().Draw(t, "blacklisted"),
			Area:        rapid.SampledFrom([]string{"", "0731"}).Draw(t, "area"),
			Caller:      rapid.SampledFrom([]string{"", "13812341411", "110"}).Draw(t, "caller"),
		}
		if rapid.Bool().Draw(t, "contacts") {
			facts.Contacts = map[string]Contact{
				"duty": {Number: "13900001111", Transfer: true}, "province": {Number: "057112328", Transfer: true},
				"12122": {Number: "12122", Transfer: rapid.Bool().Draw(t, "connects")}, "12395": {Number: "12395", Transfer: true},
			}
		}
		line := &judge{t: t}
		var p Position
		step := func(in Input) {
			var actions []Action
			p, actions = f.Next(p, in, facts)
			line.hear(in, p, actions)
		}
		step(Begin{})
		for range rapid.IntRange(0, 60).Draw(t, "inputs") {
			step(anyInput(t))
		}
		for range 200 { // now the caller is silent
			switch p.Phase {
			case Sounding:
				step(Played{})
			case Awaiting:
				step(Silence{})
			case Handed, Over:
				return
			}
		}
		t.Fatalf("still %s at %s", p.Phase, p.Path())
	})
}

// judge sees that the actions of a call can be carried out one after another.
type judge struct {
	t                       *rapid.T
	answered, sounding, end bool
	line                    bool // has a place in a line
}

func (j *judge) hear(in Input, p Position, actions []Action) {
	switch in.(type) {
	case Played, PlayFailed:
		j.sounding = false
	case Resume: // the engine has stopped what played
		j.sounding = false
	case Served, Failed:
		j.line = j.line && len(actions) == 0
	}
	for _, a := range actions {
		if j.end {
			j.t.Fatalf("%T after the end", a)
		}
		switch a.(type) {
		case Answer:
			if j.answered {
				j.t.Fatal("answered twice")
			}
			j.answered = true
			continue
		case Say, PlayFile:
			if j.sounding {
				j.t.Fatalf("two sounds at once at %s", p.Path())
			}
			j.sounding = true
		case Stop:
			if !j.sounding {
				j.t.Fatal("Stop, but nothing plays")
			}
			j.sounding = false
		case HangUp:
			j.end = true
			continue
		case SetLanguage, Rate, Refer:
			continue
		case LeaveLine:
			if !j.line {
				j.t.Fatalf("LeaveLine, but the caller is in none at %s", p.Path())
			}
			j.line = false
			continue
		case Await, Enqueue, Callback, Transfer, TakeMessage:
			if j.sounding {
				j.t.Fatalf("%T while a sound plays at %s", a, p.Path())
			}
		}
		if !j.answered {
			j.t.Fatalf("%T before Answer", a)
		}
		_, again := in.(Resume)
		if j.line && !again {
			j.t.Fatalf("%T, but the caller is in line at %s", a, p.Path())
		}
		_, j.line = a.(Enqueue)
	}
	if p.Over() != j.end {
		j.t.Fatalf("phase %s, hung up %v", p.Phase, j.end)
	}
}

func FuzzParse(f *testing.F) {
	files, _ := builtin.ReadDir("flows")
	for _, e := range files {
		src, err := builtin.ReadFile("flows/" + e.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(everything))
	f.Add([]byte("flow: a\nsteps:\n  x: {do: hangup, <<: *x, ? : !!binary 1}\n"))
	f.Add([]byte("? [a]\n: b\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		flow, err := Parse("f.yaml", src)
		if (flow == nil) == (err == nil) {
			t.Fatalf("flow %v, error %v", flow, err)
		}
		if err != nil {
			if err.Error() == "" {
				t.Fatal("refused without a word")
			}
			return
		}
		// What is accepted can be walked: a silent caller comes to rest.
		p, _ := flow.Next(Position{}, Begin{}, Facts{})
		for range 40 * MaxSteps {
			switch p.Phase {
			case Sounding:
				p, _ = flow.Next(p, Played{}, Facts{})
			case Awaiting:
				p, _ = flow.Next(p, Silence{}, Facts{})
			case Handed, Over:
				return
			}
		}
		t.Fatalf("a silent caller walks for ever: %s", p.Path())
	})
}

// FuzzNext starts from positions nobody has made, as after a change of flows.
func FuzzNext(f *testing.F) {
	flows := allFlows(f)
	f.Add(uint8(0), `{"step":"ask","phase":"sounding","part":"thanks","typed":"11111111111111"}`, []byte("1#x\x00\x01"))
	f.Add(uint8(0), `{"step":"later","phase":"sounding","part":"own_again","said":-3,"typed":"x13812341411"}`, []byte("21381234567#1"))
	f.Add(uint8(0), `{"step":"up","phase":"handed","tries":-9}`, []byte{1, 6, 6})
	f.Add(uint8(1), `{"step":"rating","phase":"handed","tries":-5,"rated":9}`, []byte{0, 1, 2, 3, 4, 5, 6, 7})
	f.Fuzz(func(t *testing.T, which uint8, from string, inputs []byte) {
		var p Position
		_ = json.Unmarshal([]byte(from), &p)
		facts := Facts{Caller: p.Typed, Contacts: map[string]Contact{"12395": {Number: p.Typed, Words: p.Typed, Transfer: true}}}
		flow := flows[int(which)%len(flows)]
		other := []Input{Begin{}, Played{}, PlayFailed{}, Silence{}, Served{}, Recorded{}, Failed{}, Resume{}, Left{}, Overflowed{}, nil}
		for _, b := range inputs[:min(len(inputs), 200)] {
			in := Input(Digit{b})
			if int(b) < len(other) {
				in = other[b]
			}
			var actions []Action
			p, actions = flow.Next(p, in, facts)
			for _, a := range actions {
				if c, ok := a.(Callback); ok && !Mobile(c.Number) && !fixedShape.MatchString(c.Number) {
					t.Fatalf("promises to call %q", c.Number)
				}
			}
		}
	})
}
