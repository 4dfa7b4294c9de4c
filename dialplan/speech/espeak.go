package speech

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Espeak is the voice of the program espeak-ng: plain but always there. It
// speaks zh and en.
type Espeak struct {
	Program string // empty: espeak-ng on the path
	Speed   int    // words a minute as espeak-ng counts; 0: 185
}

// Name implements Synthesizer. Its number grows when Pinyin or what sox does
// changes, so that sounds of an older reading are made anew.
func (e Espeak) Name() string { return "espeak-1-" + strconv.Itoa(e.speed()) }

func (e Espeak) speed() int {
	if e.Speed == 0 {
		return 185
	}
	return e.Speed
}

// Synthesize implements Synthesizer.
func (e Espeak) Synthesize(ctx context.Context, text, language string) (Audio, error) {
	var voice, spoken string
	var err error
	switch language {
	case "zh":
		voice = "cmn-latn-pinyin"
		spoken, err = Pinyin(text)
	case "en":
		voice = "en"
		spoken, err = english(text)
	default:
		err = unsupported("espeak-ng is not set up to speak %q", language)
	}
	if err != nil {
		return nil, err
	}
	program := e.Program
	if program == "" {
		program = "espeak-ng"
	}
	out, err := run(ctx, []byte(spoken), program, "-b", "1", "-v", voice, "-s", strconv.Itoa(e.speed()), "--stdin", "--stdout")
	if err != nil {
		return nil, err
	}
	return out, nil
}

// english makes an English text safe and natural for espeak-ng, to which
// [[…]] would be phonemes and 12328 twelve thousand.
func english(text string) (string, error) {
	var b strings.Builder
	digits := []rune(nil)
	flush := func() {
		sep := ""
		if len(digits) > 4 || len(digits) > 1 && digits[0] == '0' {
			sep = " "
		}
		for _, d := range digits {
			b.WriteString(string(d) + sep)
		}
		digits = nil
	}
	for _, r := range strings.Map(narrow, text) {
		if isDigit(r) {
			digits = append(digits, r)
			continue
		}
		flush()
		switch {
		case unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r):
			return "", unsupported("the English voice cannot read %q", r)
		case unicode.IsLetter(r), strings.ContainsRune(" .,;:!?'%", r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	flush()
	return b.String(), nil
}

// run gives a program its input and returns its output. Arguments are ours;
// nothing from outside may be among them.
func run(ctx context.Context, in []byte, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = bytes.NewReader(in)
	cmd.WaitDelay = time.Second
	out, complaint := &bounded{most: maxAudio}, &bounded{most: 4 << 10}
	cmd.Stdout, cmd.Stderr = out, complaint
	err := cmd.Run()
	switch {
	case err == nil && out.over:
		return nil, &Error{Kind: Failed, Reason: fmt.Sprintf("%s made more than %d bytes", program, maxAudio)}
	case err == nil:
		return out.Bytes(), nil
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, exec.ErrDot), isMissing(err):
		return nil, &Error{
			Kind: Missing, Reason: program + " cannot be started", Err: err,
			Advice: "install it (Debian: apt-get install espeak-ng sox), or upload recordings",
		}
	case ctx.Err() != nil:
		return nil, &Error{Kind: Failed, Reason: program + " was stopped", Err: context.Cause(ctx)}
	}
	return nil, &Error{Kind: Failed, Reason: program + " failed: " + oneLine(complaint.String()), Err: err}
}

// isMissing reports whether a program given by path is not there.
func isMissing(err error) bool {
	var exit *exec.ExitError
	return !errors.As(err, &exit) && errors.Is(err, fs.ErrNotExist)
}

// bounded keeps the first bytes of what a program writes and drops the rest.
type bounded struct {
	bytes.Buffer
	most int
	over bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if room := b.most - b.Len(); len(p) > room {
		b.over = true
		b.Buffer.Write(p[:max(room, 0)])
		return len(p), nil
	}
	return b.Buffer.Write(p)
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200]) + "…"
	}
	return strings.ToValidUTF8(s, "?")
}
