package ticketing

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text of a ticket comes from keyboards, clipboards, telephone exchanges and
// web forms. Nothing typed is ever cut: what is too long is refused with its
// length. Only what nobody types is taken out: NUL and other control
// characters; bytes that are no UTF-8 become U+FFFD, so that they can be seen.

// Limits in characters (not bytes), as the CHECK constraints have them too.
const (
	maxName    = 50
	maxNumber  = 32
	maxShort   = 100
	maxAddress = 200
	maxTitle   = 200
	maxDemand  = 2_000
	maxNote    = 2_000
	maxLong    = 10_000
	maxTags    = 50  // tags, knowledge: pieces of each
	maxCaller  = 256 // what the switch tells as the caller's number
)

// line cleans text of one line: line breaks and tabs become spaces.
func line(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, paragraphs(s))
}

// paragraphs cleans text of many lines: line breaks become \n.
func paragraphs(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}

// telephone cleans a telephone number as typed: what a Chinese keyboard types
// full-width becomes plain.
func telephone(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, line(s))
}

// fieldWords names the fields in refusals.
var fieldWords = map[string]Words{
	"businessType":         {"业务类型", "Business type"},
	"category":             {"业务分类", "Category"},
	"channel":              {"受理渠道", "Channel"},
	"urgency":              {"紧急程度", "Urgency"},
	"tags":                 {"标签", "Tags"},
	"knowledge":            {"引用知识", "Knowledge used"},
	"caller.name":          {"来电人姓名", "Caller's name"},
	"caller.sex":           {"来电人性别", "Caller's sex"},
	"caller.contactNumber": {"联系电话", "Contact number"},
	"caller.language":      {"来电人语言", "Caller's language"},
	"subject.unit":         {"被反映单位或人员", "Unit or person concerned"},
	"subject.plate":        {"车牌号", "Plate"},
	"subject.line":         {"线路或船次", "Line or ship"},
	"subject.region":       {"发生地区", "Region"},
	"subject.address":      {"发生地点", "Place"},
	"subject.longitude":    {"经纬度", "Coordinates"},
	"title":                {"标题", "Title"},
	"content":              {"内容", "Content"},
	"demand":               {"诉求", "Demand"},
	"note":                 {"说明", "Note"},
	"reply":                {"答复", "Reply"},
	"reply.public":         {"答复内容", "Answer to the caller"},
	"reply.basicFacts":     {"基本情况", "Basic facts"},
	"reply.process":        {"办理过程", "Process"},
	"reply.basis":          {"办理依据", "Basis"},
	"reply.contactedHow":   {"联系方式", "Way of contact"},
}

// problems gathers what is wrong with fields.
type problems []FieldProblem

func (p *problems) add(path, zh, en string) {
	*p = append(*p, FieldProblem{Path: path, Message: Words{zh, en}})
}

// atMost refuses text that is longer than limit characters.
func (p *problems) atMost(path, s string, limit int) {
	if n := utf8.RuneCountInString(s); n > limit {
		name := fieldWords[path]
		p.add(path,
			fmt.Sprintf("%s最多%d个字，现有%d个字，请精简后再保存。", name.ZH, limit, n),
			fmt.Sprintf("%s: at most %d characters, there are %d. Please shorten it.", name.EN, limit, n))
	}
}

// list cleans the pieces of a list, drops empty ones and refuses too many or
// too long ones.
func (p *problems) list(path string, in []string) []string {
	out := make([]string, 0, len(in))
	for _, s := range in {
		if s = strings.TrimSpace(line(s)); s != "" {
			p.atMost(path, s, maxShort)
			out = append(out, s)
		}
	}
	if len(out) > maxTags {
		name := fieldWords[path]
		p.add(path,
			fmt.Sprintf("%s最多%d项，现有%d项。", name.ZH, maxTags, len(out)),
			fmt.Sprintf("%s: at most %d, there are %d.", name.EN, maxTags, len(out)))
	}
	return out
}

// needs says that a field must be filled in.
func (p *problems) needs(path, zh, en string) { p.add(path, zh, en) }

func blank(s string) bool { return strings.TrimSpace(s) == "" }
