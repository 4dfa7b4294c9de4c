package dialplan

// prompt is something to be heard: a recording, a text in one or more
// languages, or a recording with the text as its stand-in.
type prompt struct {
	file      string
	texts     []text
	interrupt bool // a key ends it
}

// text is the wording in one language.
type text struct{ language, words string }

// DefaultLanguage is spoken when nothing else is known of the caller.
const DefaultLanguage = "zh"

func (p prompt) empty() bool { return p.file == "" && len(p.texts) == 0 }

// in picks the wording for a language.
func (p prompt) in(language string) (text, bool) { return wordingIn(p.texts, language) }

// wordingIn picks the wording for a language, or else the default one, or the
// first.
func wordingIn(texts []text, language string) (text, bool) {
	for _, want := range []string{language, DefaultLanguage} {
		for _, t := range texts {
			if t.language == want {
				return t, true
			}
		}
	}
	if len(texts) > 0 {
		return texts[0], true
	}
	return text{}, false
}
