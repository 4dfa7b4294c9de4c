package speech

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFailureSaysWhatToDo(t *testing.T) {
	needs(t)
	broken := filepath.Join(t.TempDir(), "espeak-ng")
	if err := os.WriteFile(broken, []byte("#!/bin/sh\necho no voices here >&2\nexit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	mute := filepath.Join(t.TempDir(), "mute")
	silence := filepath.Join(t.TempDir(), "silence.wav")
	if err := os.WriteFile(silence, wav(make([]int16, Rate)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mute, []byte("#!/bin/sh\ncat '"+silence+"'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		voice Espeak
		text  string
		lang  string
		kind  Kind
		says  string
	}{
		"program missing":     {Espeak{Program: "/nowhere/espeak-ng"}, greeting, "zh", Missing, "install it"},
		"program not on path": {Espeak{Program: "espeak-ng-of-tomorrow"}, greeting, "zh", Missing, "install it"},
		"program fails":       {Espeak{Program: broken}, greeting, "zh", Failed, "no voices here"},
		"program is mute":     {Espeak{Program: mute}, greeting, "zh", Failed, "nothing but silence"},
		"program says no WAV": {Espeak{Program: "true"}, greeting, "zh", Failed, "sox failed"},
		"empty":               {Espeak{}, "", "zh", Empty, "write a text"},
		"only signs":          {Espeak{}, " \n…… -- ", "zh", Empty, "write a text"},
		"too long":            {Espeak{}, strings.Repeat("长", 3400), "zh", TooLong, "split it"},
		"a little too long":   {Espeak{}, strings.Repeat("长", MaxText+1), "zh", TooLong, "split it"},
		"not UTF-8":           {Espeak{}, "欢迎\xff\xfe", "zh", Unsupported, "not UTF-8"},
		"language":            {Espeak{}, "ياخشىمۇسىز", "ug", Unsupported, `speak "ug"`},
		"script":              {Espeak{}, "ياخشىمۇسىز", "zh", Unsupported, "upload a recording"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := cacheOf(t, c.voice).File(t.Context(), c.text, c.lang)
			var wrong *Error
			if !errors.As(err, &wrong) || wrong.Kind != c.kind || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	c, err := New(Config{Dir: t.TempDir(), Sox: "/nowhere/sox"}, Espeak{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.File(t.Context(), greeting, "zh"); !errors.Is(err, &Error{Kind: Missing}) {
		t.Errorf("without sox: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(c.config.Dir, ".*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestHangingProgramIsStopped(t *testing.T) {
	hang := filepath.Join(t.TempDir(), "hang")
	if err := os.WriteFile(hang, []byte("#!/bin/sh\nexec sleep 600\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	c, err := New(Config{Dir: t.TempDir(), Timeout: 100 * time.Millisecond}, Espeak{Program: hang})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.File(t.Context(), greeting, "zh"); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, &Error{Kind: Failed}) {
		t.Errorf("got %v", err)
	}
}

// A program in the place of espeak-ng writes down what it was given.
func TestHostileTextIsNeverAnArgument(t *testing.T) {
	dir := t.TempDir()
	spy := filepath.Join(dir, "spy")
	script := `#!/bin/sh
printf '%s\n' "$@" > '` + dir + `/args'
cat > '` + dir + `/stdin'
`
	if err := os.WriteFile(spy, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"--help", "-f /etc/passwd 好", "好; touch x", "好$(touch x)`touch x`", "'好\" | touch x",
		"好\n-w /tmp/x", "好\x00--stdout", "[[hello]] en", "<speak>hi</speak>", "%s%n 好", "../../好",
	} {
		_, err := Espeak{Program: spy}.Synthesize(t.Context(), text, languageOf(text, ""))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		args, err := os.ReadFile(dir + "/args")
		voice := "cmn-latn-pinyin"
		if languageOf(text, "") == "en" {
			voice = "en"
		}
		if want := "-b\n1\n-v\n" + voice + "\n-s\n185\n--stdin\n--stdout\n"; err != nil || string(args) != want {
			t.Errorf("%q came as arguments %q, %v", text, args, err)
		}
		if in, err := os.ReadFile(dir + "/stdin"); err != nil || strings.ContainsAny(string(in), "[]<>$`;|\x00\"\n") && voice != "en" || strings.ContainsAny(string(in), "[]<>$`|\x00\"\n") {
			t.Errorf("%q came as %q, %v", text, in, err)
		}
	}
}

func TestFolderThatCannotBeWrittenIsNamed(t *testing.T) {
	needs(t)
	c := cacheOf(t, tone{})
	if err := os.RemoveAll(c.config.Dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.config.Dir, nil, 0o644); err != nil { // a file in its place
		t.Fatal(err)
	}
	if _, err := c.File(t.Context(), greeting, "zh"); !errors.Is(err, &Error{Kind: Failed}) || !strings.Contains(err.Error(), c.config.Dir) {
		t.Errorf("got %v", err)
	}
}
