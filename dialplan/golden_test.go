package dialplan

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write what the flows really answer into testdata/*.golden")

// TestConversations plays every script in testdata. A script is read like a
// dialogue: a line at the margin is what happens, the lines under it are what
// the flow does about it. Between two inputs the position goes through JSON,
// as it does when an engine keeps it.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	flows, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".golden"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := converse(t, flows, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Equal(want, []byte(got)) {
				t.Errorf("the conversation went otherwise; run with -update if it should.\ngot:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func converse(t *testing.T, flows map[string]*Flow, script string) string {
	var (
		out   strings.Builder
		flow  *Flow
		facts = Facts{Open: true, Now: time.Date(2026, 3, 4, 10, 0, 0, 0, China)}
		p     Position
	)
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "= ") {
			continue // written anew below
		}
		out.WriteString(line + "\n")
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "", "#":
		case "flow":
			if flow = flows[rest]; flow == nil {
				t.Fatalf("no flow %q", rest)
			}
		case "facts":
			setFacts(t, &facts, rest)
		case "clock":
			at, err := ParseClock(rest)
			if err != nil {
				t.Fatal(err)
			}
			facts.Now = time.Date(2026, 3, 4, int(at)/60, int(at)%60, 0, 0, China)
		case "contact":
			addContact(t, &facts, rest)
		default:
			var actions []Action
			p, actions = flow.Next(throughJSON(t, p), inputOf(t, line), facts)
			for _, a := range actions {
				out.WriteString("    " + tell(a) + "\n")
			}
		}
	}
	fmt.Fprintf(&out, "= walked %s, %s\n", p.Path(), p.Phase)
	return out.String()
}

func throughJSON(t *testing.T, p Position) Position {
	t.Helper()
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back Position
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(p, back) {
		t.Fatalf("position is not plain: %#v became %#v", p, back)
	}
	return back
}

func setFacts(t *testing.T, f *Facts, list string) {
	for item := range strings.FieldsSeq(list) {
		name, value, _ := strings.Cut(item, "=")
		field := reflect.ValueOf(f).Elem().FieldByName(name)
		switch {
		case !field.IsValid():
			t.Fatalf("no fact %q", name)
		case field.Kind() == reflect.Bool:
			field.SetBool(value == "true")
		default:
			field.SetString(value)
		}
	}
}

// addContact reads "12122 = 高速公路救援 12122, connects, told 请拨打12122。".
func addContact(t *testing.T, f *Facts, line string) {
	code, rest, ok := strings.Cut(line, " = ")
	name, rest, ok2 := strings.Cut(rest, " ")
	if !ok || !ok2 {
		t.Fatalf("the script says contact %q", line)
	}
	rest, words, _ := strings.Cut(rest, ", told ")
	number, _, connects := strings.Cut(rest, ", connects")
	if f.Contacts == nil {
		f.Contacts = map[string]Contact{}
	}
	f.Contacts[code] = Contact{Number: number, Name: name, Words: words, Transfer: connects}
}

func inputOf(t *testing.T, line string) Input {
	if key, ok := strings.CutPrefix(line, "caller presses "); ok {
		return Digit{Key: key[0]}
	}
	if reason, ok := strings.CutPrefix(line, "wait overflows, "); ok {
		return Overflowed{Reason: reason}
	}
	in, ok := map[string]Input{
		"call arrives": Begin{}, "sound ends": Played{}, "sound fails": PlayFailed{Reason: "no such file"},
		"caller is silent": Silence{}, "caller hangs up": Left{}, "agent hangs up": Served{By: "8001"},
		"it is booked": Served{By: "callback"}, "number hangs up": Served{By: "outside"}, "message is kept": Recorded{}, "it fails": Failed{Reason: "no such queue"}, "engine takes over": Resume{},
	}[line]
	if !ok {
		t.Fatalf("the script says %q", line)
	}
	return in
}

func tell(a Action) string {
	mark := func(interruptible bool) string {
		if interruptible {
			return " (until a key)"
		}
		return ""
	}
	switch a := a.(type) {
	case Answer:
		return "answers"
	case Say:
		return "says [" + a.Language + "] " + a.Text + mark(a.Interruptible)
	case PlayFile:
		return "plays " + a.Name + mark(a.Interruptible)
	case Stop:
		return "falls silent"
	case Await:
		return fmt.Sprintf("waits %s for a key", a.For)
	case Enqueue:
		return fmt.Sprintf("queues %s, priority %d, skills %v, music %q, announcing every %s", a.Queue, a.Priority, a.Skills, a.Music, a.Announce) +
			waysOut(a)
	case LeaveLine:
		return "leaves the line"
	case Callback:
		due := "in turn"
		if !a.NotBefore.IsZero() {
			due = "not before " + a.NotBefore.Format("01-02 15:04")
		}
		return fmt.Sprintf("books a call to %s, %s, never %s", a.Number, due, a.Quiet)
	case Transfer:
		return fmt.Sprintf("transfers to %s for %s", a.Number, a.For) + given(", to ", a.To) + given(", refers to ", a.Referral)
	case Refer:
		return "has told of " + a.Code
	case TakeMessage:
		return fmt.Sprintf("takes a message of %s", a.Max)
	case Rate:
		return fmt.Sprintf("notes rating %d", a.Score)
	case SetLanguage:
		return "speaks " + a.Language
	case HangUp:
		return "hangs up, " + string(a.Cause)
	}
	return fmt.Sprintf("does %#v", a)
}

func waysOut(a Enqueue) string {
	out := given(", keys ", a.Keys) + given(", hint ", a.Hint)
	if a.Limit > 0 {
		out += fmt.Sprintf(", at most %s", a.Limit)
	}
	if a.MaxAhead > 0 {
		out += fmt.Sprintf(", behind at most %d", a.MaxAhead)
	}
	if a.Prefer > 0 {
		out += fmt.Sprintf(", preferring %s", a.Prefer)
	}
	if len(a.MinLevels) > 0 {
		out += fmt.Sprintf(", levels %v", a.MinLevels)
	}
	return out
}

func given(label, value string) string {
	if value == "" {
		return ""
	}
	return label + value
}
