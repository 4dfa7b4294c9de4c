package ticketing

// Words is something said to people, in both languages of the console.
type Words struct{ ZH, EN string }

// In returns the words in a language: "en…" is English, all else Chinese.
func (w Words) In(language string) string {
	if len(language) >= 2 && (language[:2] == "en" || language[:2] == "EN") {
		return w.EN
	}
	return w.ZH
}
