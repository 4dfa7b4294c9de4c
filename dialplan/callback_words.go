package dialplan

import (
	"slices"
	"strings"
)

// What a caller hears who wants to be called back. Numbers are spoken digit
// by digit, each a sound of its own, so that a few sounds make all numbers.

// callbackWords are the sentences by sound, in the order they are heard;
// {number} stands for the digits, {hour} for the end of the quiet hours.
var callbackWords = map[string]map[part][]string{
	"zh": {
		night:   {"现在是夜间，我们将在{hour}以后给您回拨。"},
		own:     {"您来电的号码是", "{number}", "用这个号码接听回拨请按1，使用其他号码请按2，返回排队请按星号键。"},
		typing:  {"请输入您的手机号码，或者带区号的固定电话号码，按井号键结束，返回排队请按星号键。"},
		confirm: {"您输入的号码是", "{number}", "确认请按1，重新输入请按2，返回排队请按星号键。"},

		own + again:     {"输入有误。"},
		typing + again:  {"抱歉，这个号码不能回拨。"},
		confirm + again: {"输入有误。"},
	},
	"en": {
		night:   {"It is late now, so we will call you back after {hour}."},
		own:     {"You are calling from", "{number}", "To be called back at this number press 1, at another number press 2, to return to the queue press star."},
		typing:  {"Please enter your mobile number, or your landline number with its area code, and press the hash key. To return to the queue press star."},
		confirm: {"You have entered", "{number}", "To confirm press 1, to enter it again press 2, to return to the queue press star."},

		own + again:     {"That key is not in use."},
		typing + again:  {"Sorry, we cannot call back at this number."},
		confirm + again: {"That key is not in use."},
	},
}

// digitWords are the digits as they are spoken in a telephone number.
var digitWords = map[string][10]string{
	"zh": {"零", "幺", "二", "三", "四", "五", "六", "七", "八", "九"},
	"en": {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
}

// heard lists the sentences of a sound, in the caller's language.
func (s *callback) heard(w *walk, which part) []text {
	language := w.language()
	if _, known := callbackWords[language]; !known {
		language = DefaultLanguage
	}
	words := callbackWords[language][which]
	asked, repeated := strings.CutSuffix(string(which), again)
	if repeated {
		words = slices.Concat(words, callbackWords[language][part(asked)])
	}
	number := w.p.Typed
	if part(asked) == own {
		number, _ = w.ownNumber()
	}
	var out []text
	for _, sentence := range words {
		if sentence != "{number}" {
			out = append(out, text{language, s.filled(sentence)})
			continue
		}
		for _, d := range number {
			if d >= '0' && d <= '9' {
				out = append(out, text{language, digitWords[language][d-'0']})
			}
		}
	}
	return out
}

func (s *callback) filled(sentence string) string {
	return strings.ReplaceAll(sentence, "{hour}", s.quiet.To.String())
}

// sentences are all a callback can make heard.
func (s *callback) sentences() []string {
	var out []string
	for _, language := range []string{"zh", "en"} {
		for _, which := range []part{night, own, typing, confirm, own + again, typing + again} {
			for _, sentence := range callbackWords[language][which] {
				if sentence != "{number}" {
					out = append(out, s.filled(sentence))
				}
			}
		}
		digits := digitWords[language]
		out = append(out, digits[:]...)
	}
	return out
}
