package dialplan

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxTitle bounds the title of a step, in runes: it stands in a line with
// others.
const MaxTitle = 40

// title reads what people call a step. Without one it is not worth telling.
func (r *reader) title(o *object) []text {
	value, ok := o.take("title")
	if !ok {
		return nil
	}
	return r.wording(value, r.titleWords)
}

// titleWords checks words that will be read.
func (r *reader) titleWords(at place, words string) {
	switch {
	case strings.TrimSpace(words) == "":
		r.fail(at, "the title is empty")
	case utf8.RuneCountInString(words) > MaxTitle:
		r.fail(at, "a title of %d characters; at most %d are shown", utf8.RuneCountInString(words), MaxTitle)
	case strings.ContainsFunc(words, func(c rune) bool { return !unicode.IsPrint(c) }):
		r.fail(at, "title: %q holds what cannot be shown in one line", clip(words))
	}
}

// Titles turns a record's path (see Position.Path) into what people read, one
// entry for each step worth telling: “greet>city:1>changsha” becomes 欢迎语,
// 城市选择（按键 1）, 转长沙座席. Steps without a title are left out, a key
// chosen at one is not. What the flow does not know, because it has been
// changed since, keeps its name; so does everything when the flow is gone and
// f is nil. Language is zh or en; a title in neither is shown as it is.
func (f *Flow) Titles(path, language string) []string {
	titles := []string{}
	if path == "" {
		return titles
	}
	for walked := range strings.SplitSeq(path, pathMark) {
		name, key, _ := strings.Cut(walked, keyMark)
		words := name
		if f != nil {
			if n, known := f.steps[name]; known {
				t, _ := wordingIn(n.title, language)
				words = t.words
			}
		}
		if words = withKey(words, key, language); words != "" {
			titles = append(titles, words)
		}
	}
	return titles
}

// withKey adds the key that was chosen at a step to its words.
func withKey(words, key, language string) string {
	pressed, open, end := "按键 ", "（", "）"
	if language == "en" {
		pressed, open, end = "key ", " (", ")"
	}
	switch {
	case key == "":
		return words
	case words == "":
		return pressed + key
	}
	return words + open + pressed + key + end
}
