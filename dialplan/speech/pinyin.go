package speech

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Pinyin writes a Chinese text the way it is read aloud, as syllables with
// tone numbers (5: no tone) and pauses: "12328热线，请按1。" becomes
// "yao1 er4 san1 er4 ba1 re4 xian4, qing3 an4 yi1.". The error is an *Error
// of kind Empty or Unsupported.
func Pinyin(text string) (string, error) {
	r := &reader{left: []rune(strings.Map(narrow, text))}
	for len(r.left) > 0 {
		if err := r.one(); err != nil {
			return "", err
		}
	}
	sandhi(r.out)
	return r.spell()
}

// narrow turns full-width letters, digits and signs into ordinary ones.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// syllable is one spoken syllable, or a pause.
type syllable struct {
	pinyin string
	pause  string // "," or "." if it is a pause
	mobile bool   // 一 or 不, whose tone depends on what follows
}

// reader reads a text from left to right.
type reader struct {
	left []rune // not read yet
	last rune   // the character before
	out  []syllable
}

// one reads the next word, number or sign.
func (r *reader) one() error {
	c := r.left[0]
	switch {
	case isDigit(c):
		r.number()
	case unicode.Is(unicode.Han, c):
		return r.word()
	case c < unicode.MaxASCII && unicode.IsLetter(c):
		r.say(letters[unicode.ToUpper(c)])
		r.skip(1)
		r.digitsAfterLetter()
	case unicode.IsLetter(c):
		return unsupported("the Mandarin voice cannot read %q", c)
	default:
		r.sign(c)
		r.skip(1)
	}
	return nil
}

func (r *reader) skip(n int) {
	r.last = r.left[n-1]
	r.left = r.left[n:]
}

func (r *reader) say(syllables string) {
	for s := range strings.FieldsSeq(syllables) {
		r.out = append(r.out, syllable{pinyin: s})
	}
}

func (r *reader) pause(mark string) { r.out = append(r.out, syllable{pause: mark}) }

// sign reads punctuation as a pause and a few signs by name.
func (r *reader) sign(c rune) {
	switch c {
	case '，', '、', ',', ';', '；', ':', '：', '(', ')', '（', '）', '/', '—', '…', '-', '~', '“', '”', '"':
		r.pause(",")
	case '。', '.', '!', '?', '\n', '！', '？':
		r.pause(".")
	case '#':
		r.say("jing3 hao4")
	case '*':
		r.say("xing1 hao4")
	case '+':
		r.say("jia1")
	case '&':
		r.say("he2")
	case '℃':
		r.say("she4 shi4 du4")
	}
}

// word reads the longest word whose sound is known, or one character.
func (r *reader) word() error {
	for n := min(longestWord, len(r.left)); n > 1; n-- {
		if sound, ok := words[string(r.left[:n])]; ok {
			r.say(sound)
			r.skip(n)
			return nil
		}
	}
	c := r.left[0]
	s := syllable{pinyin: single(c)}
	if s.pinyin == "" {
		return unsupported("no reading is known of the character %q", c)
	}
	switch c {
	case '一':
		s.mobile = !fixedOne(r.last, r.following(1))
	case '不':
		s.mobile = true
	}
	r.out = append(r.out, s)
	r.skip(1)
	return nil
}

// following is the character n places on, or 0.
func (r *reader) following(n int) rune {
	if n < len(r.left) {
		return r.left[n]
	}
	return 0
}

// fixedOne tells where 一 keeps its tone: in ordinals and within numbers.
func fixedOne(before, after rune) bool {
	return strings.ContainsRune("第十百零初二三四五六七八九", before) && before != 0 ||
		strings.ContainsRune("月日号楼级二三四五六七八九", after) && after != 0
}

// single is the usual reading of one character.
func single(c rune) string {
	if s, ok := usual[c]; ok {
		return s
	}
	args := pinyin.NewArgs()
	args.Style = pinyin.Tone3
	found := pinyin.SinglePinyin(c, args)
	if len(found) == 0 {
		return ""
	}
	s := found[0]
	if !isDigit(rune(s[len(s)-1])) {
		s += "5"
	}
	return s
}

// sandhi gives 一 and 不 the tone that goes with the next syllable. That of
// two third tones is espeak's own business.
func sandhi(out []syllable) {
	for i := range out {
		if !out[i].mobile || i+1 == len(out) || out[i+1].pause != "" {
			continue
		}
		next := out[i+1].pinyin
		falling := strings.HasSuffix(next, "4") || next == "ge5"
		switch out[i].pinyin {
		case "yi1":
			out[i].pinyin = "yi4"
			if falling {
				out[i].pinyin = "yi2"
			}
		case "bu4":
			if falling {
				out[i].pinyin = "bu2"
			}
		}
	}
}

// spell writes the syllables for espeak-ng; of several pauses the longest
// stays.
func (r *reader) spell() (string, error) {
	var b strings.Builder
	pause := ""
	for _, s := range r.out {
		if s.pause != "" {
			if pause != "." {
				pause = s.pause
			}
			continue
		}
		if b.Len() > 0 {
			b.WriteString(pause + " ")
		}
		b.WriteString(s.pinyin)
		pause = ""
	}
	if b.Len() == 0 {
		return "", &Error{Kind: Empty, Reason: "the text has nothing to speak", Advice: "write a text for this prompt"}
	}
	return b.String() + pause, nil
}
