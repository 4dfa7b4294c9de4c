package speech

import (
	"slices"
	"strings"
	"unicode"
)

var digitSounds = []string{"ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"}

// measures are the words that make a number before them a count. Longer ones
// come first.
var measures = []string{
	"工作日", "个工作日", "分钟", "小时", "公里", "千米", "公斤", "平方", "立方",
	"位", "个", "条", "次", "天", "秒", "元", "人", "名", "件", "项", "米", "吨", "辆", "台", "艘", "份",
	"张", "折", "倍", "岁", "周", "点", "分", "年", "月", "日", "号", "楼", "级", "路", "线", "度", "种",
	"家", "站", "层", "排", "封", "页", "起", "户", "班", "趟", "座", "万", "亿", "百", "千", "多", "块", "角",
}

// ordinals are measures that do not count but name: 2号 is 二号, not 两号.
const ordinals = "月日号楼级路线层班"

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

// run is the length of the run of digits at place i.
func (r *reader) run(i int) int {
	n := 0
	for i+n < len(r.left) && isDigit(r.left[i+n]) {
		n++
	}
	return n
}

// number reads the digits at hand: a time, a percentage, a count, or a number
// that is read digit by digit.
func (r *reader) number() {
	r.join()
	n := r.run(0)
	whole := string(r.left[:n])
	switch {
	case r.clock(n):
	case r.following(n) == '%':
		r.say("bai3 fen1 zhi1 " + cardinal(whole))
		r.skip(n + 1)
	case r.following(n) == '.' && r.run(n+1) > 0:
		r.decimal(n)
	default:
		measure := r.measure(n)
		r.whole(whole, measure)
		r.skip(n)
	}
	r.upTo()
}

// join drops the commas of 1,000,000.
func (r *reader) join() {
	n := r.run(0)
	if n > 3 {
		return
	}
	for r.following(n) == ',' && r.run(n+1) == 3 {
		r.left = slices.Delete(slices.Clone(r.left), n, n+1)
		n += 3
	}
}

// clock reads a time of day, 8:30.
func (r *reader) clock(n int) bool {
	if c := r.following(n); n > 2 || c != ':' && c != '：' || r.run(n+1) != 2 {
		return false
	}
	hour, minute := string(r.left[:n]), string(r.left[n+1:n+3])
	if len(hour) == 2 {
		hour = strings.TrimPrefix(hour, "0")
	}
	if minute > "59" {
		return false
	}
	if hour == "2" {
		r.say("liang3 dian3")
	} else {
		r.say(cardinal(hour) + " dian3")
	}
	switch {
	case minute == "00":
	case minute[0] == '0':
		r.say("ling2 " + cardinal(minute[1:]) + " fen1")
	default:
		r.say(cardinal(minute) + " fen1")
	}
	r.skip(n + 3)
	return true
}

// decimal reads 3.5, and 99.5%.
func (r *reader) decimal(n int) {
	m := r.run(n + 1)
	if r.following(n+1+m) == '%' {
		r.say("bai3 fen1 zhi1")
	}
	r.say(cardinal(string(r.left[:n])) + " dian3 " + oneByOne(string(r.left[n+1:n+1+m]), false))
	r.skip(n + 1 + m)
	if r.following(0) == '%' {
		r.skip(1)
	}
}

// measure is the measure word after n characters, or "".
func (r *reader) measure(n int) string {
	for r.following(n) == ' ' {
		n++
	}
	rest := string(r.left[min(n, len(r.left)):min(n+4, len(r.left))])
	for _, m := range measures {
		if strings.HasPrefix(rest, m) {
			return m
		}
	}
	return ""
}

// whole reads a whole number before a measure word or before nothing.
func (r *reader) whole(digits, measure string) {
	names := measure != "" && strings.Contains(ordinals, measure)
	switch {
	case measure == "年" && len(digits) == 4:
		r.say(oneByOne(digits, false))
	case r.last == '打' || r.last == '拨' || r.last == '按': // a number to dial or a key to press
		r.byDigit(digits)
	case measure == "" && len(digits) > 2, len(digits) > 1 && digits[0] == '0', len(digits) > 9,
		names && len(digits) > 2:
		r.byDigit(digits)
	case measure == "" || names || r.last == '第':
		r.say(cardinal(digits))
	case digits == "2":
		r.say("liang3")
	case digits == "1":
		r.out = append(r.out, syllable{pinyin: "yi1", mobile: true})
	default:
		r.say(cardinal(digits))
	}
}

// byDigit reads a telephone number or the like, mobile numbers in groups of
// 3, 4 and 4.
func (r *reader) byDigit(digits string) {
	if len(digits) == 11 && digits[0] == '1' {
		for _, group := range []string{digits[:3], digits[3:7], digits[7:]} {
			r.pause(",")
			r.say(oneByOne(group, true))
		}
		return
	}
	r.say(oneByOne(digits, len(digits) > 2))
}

// digitsAfterLetter reads plates and road numbers, 湘A12345 and G4, digit by
// digit.
func (r *reader) digitsAfterLetter() {
	if n := r.run(0); n > 0 {
		r.say(oneByOne(string(r.left[:n]), n > 1))
		r.skip(n)
	}
}

// upTo reads the sign between two numbers: 3-5 is 三到五. In numbers of more
// digits it only separates.
func (r *reader) upTo() {
	c := r.following(0)
	if !strings.ContainsRune("-~—–至", c) || c == 0 || c == '至' || !unicode.IsDigit(r.last) {
		return
	}
	i := 1
	for r.following(i) == '—' {
		i++
	}
	n := r.run(i)
	time := r.following(i+n) == ':' || r.following(i+n) == '：'
	if n == 0 || n > 2 && !time || r.measure(i+n) == "" && !time {
		return
	}
	r.say("dao4")
	r.skip(i)
	r.last = '0'
}

// oneByOne reads digits singly; in telephone style 1 is yao1.
func oneByOne(digits string, telephone bool) string {
	var out []string
	for _, d := range digits {
		s := digitSounds[d-'0']
		if telephone && d == '1' {
			s = "yao1"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// cardinal reads a number as a count, up to twelve digits.
func cardinal(digits string) string {
	digits = strings.TrimLeft(digits, "0")
	switch {
	case digits == "":
		return "ling2"
	case len(digits) > 12:
		return oneByOne(digits, true)
	}
	var out []string
	zero := false
	for len(digits) > 0 {
		high := (len(digits) - 1) / 4 // 0: units, 1: 万, 2: 亿
		cut := len(digits) - high*4
		part, gap := fourDigits(digits[:cut], len(out) == 0)
		digits = digits[cut:]
		if len(part) == 0 {
			zero = len(out) > 0
			continue
		}
		if zero || gap && len(out) > 0 {
			out = append(out, "ling2")
		}
		zero = false
		if high > 0 && len(part) == 1 && part[0] == "er4" && len(out) == 0 {
			part[0] = "liang3"
		}
		out = append(out, part...)
		out = append(out, []string{"", "wan4", "yi4"}[high])
	}
	return strings.TrimSpace(withTones(out))
}

// fourDigits reads up to four digits. gap tells that they begin with a zero.
func fourDigits(digits string, first bool) (out []string, gap bool) {
	gap = digits[0] == '0'
	zero := false
	for i, d := range digits {
		power := len(digits) - 1 - i
		if d == '0' {
			zero = len(out) > 0
			continue
		}
		if zero {
			out = append(out, "ling2")
			zero = false
		}
		sound := digitSounds[d-'0']
		if d == '2' && power == 3 {
			sound = "liang3"
		}
		if power != 1 || d != '1' || !first || len(out) > 0 { // 十二, not 一十二
			out = append(out, sound)
		}
		if power > 0 {
			out = append(out, []string{"", "shi2", "bai3", "qian1"}[power])
		}
	}
	return out, gap
}

// withTones gives the 一 of 一百, 一千 and 一万 its tone.
func withTones(out []string) string {
	for i := 0; i+1 < len(out); i++ {
		if out[i] != "yi1" {
			continue
		}
		switch out[i+1] {
		case "bai3", "qian1":
			out[i] = "yi4"
		case "wan4", "yi4":
			out[i] = "yi2"
		}
	}
	return strings.Join(slices.DeleteFunc(out, func(s string) bool { return s == "" }), " ")
}
