package speech

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxText is the longest text that is spoken in one go, in characters.
const MaxText = 600

// maxAudio bounds what a voice may return, in bytes: ten minutes of 22 kHz.
const maxAudio = 32 << 20

// Audio is a RIFF WAVE file in memory, of any rate and number of channels.
type Audio []byte

// Synthesizer is a voice.
type Synthesizer interface {
	// Name tells voices, and settings that change their sound, apart; what
	// was made under one name is not played under another.
	Name() string
	// Synthesize speaks a text. language is zh, en, …; it is never empty.
	// Errors are of type *Error.
	Synthesize(ctx context.Context, text, language string) (Audio, error)
}

// clean checks an outside text and folds all white space and control
// characters, so that equal texts are equal bytes.
func clean(text string) (string, error) {
	if len(text) > MaxText*utf8.UTFMax {
		return "", tooLong()
	}
	if !utf8.ValidString(text) {
		return "", unsupported("the text is not UTF-8")
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if utf8.RuneCountInString(text) > MaxText {
		return "", tooLong()
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		return "", &Error{Kind: Empty, Reason: "the text has nothing to speak", Advice: "write a text for this prompt"}
	}
	return text, nil
}

func tooLong() error {
	return &Error{
		Kind: TooLong, Reason: "the text is too long to be spoken in one go",
		Advice: "split it into steps of less than 600 characters",
	}
}

// languageOf is the language a text is really spoken in: what is asked for,
// unless the script says otherwise. Empty asks for what the script says.
func languageOf(text, asked string) string {
	asked = strings.ToLower(asked)
	if base, _, ok := strings.Cut(asked, "-"); ok {
		asked = base
	}
	var han, latin bool
	for _, r := range text {
		han = han || unicode.Is(unicode.Han, r)
		latin = latin || unicode.Is(unicode.Latin, r)
	}
	switch {
	case asked != "" && asked != "zh" && asked != "en":
		return asked
	case han:
		return "zh"
	case latin:
		return "en"
	case asked == "":
		return "zh"
	}
	return asked
}
