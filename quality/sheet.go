package quality

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Sheet is a version of a score sheet 评分表.
type Sheet struct {
	ID         string
	Site       string
	Name       string
	Version    int
	Sections   []Section
	Pass       int // percent of the points from which on it is passed
	AppealDays int // working days in which the agent may appeal; 0: not at all
	MadeBy     string
	MadeAt     time.Time
}

// Section is a part of a sheet.
type Section struct {
	Name  string `json:"name"`
	Items []Item `json:"items"`
}

// Item is what is looked at. One that is critical 红线 has no points: when it
// has happened, the whole score is nothing.
type Item struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Hint     string `json:"hint"`
	Max      int    `json:"max"`
	Critical bool   `json:"critical"`
}

// Most is the points that can be reached.
func (s Sheet) Most() int {
	sum := 0
	for _, i := range s.items() {
		sum += i.Max
	}
	return sum
}

func (s Sheet) items() []Item {
	var all []Item
	for _, section := range s.Sections {
		all = append(all, section.Items...)
	}
	return all
}

// item finds an item by its code.
func (s Sheet) item(code string) (Item, bool) {
	for _, i := range s.items() {
		if i.Code == code {
			return i, true
		}
	}
	return Item{}, false
}

// SheetError tells what is wrong with a sheet, and where.
type SheetError struct{ Faults []Fault }

// Fault is one thing that is wrong.
type Fault struct {
	Path string // as sections[0].items[2].max; empty: the whole
	Rule Rule
}

// Rule is what a sheet or a plan must keep.
type Rule string

// The rules.
const (
	NameNeeded   Rule = "name"     // 1 to 40 characters
	TooMany      Rule = "too_many" // at most 20 sections and 60 items
	NoItems      Rule = "no_items" // at least one with points
	CodeTwice    Rule = "code"     // 1 to 32 letters and digits, once in the sheet
	BadMax       Rule = "max"      // 1 to 1000; a critical item has none
	BadPass      Rule = "pass"     // 0 to 100
	BadDays      Rule = "days"     // 0 to 30
	HintTooLong  Rule = "hint"     // at most 300 characters
	BadQuota     Rule = "quota"    // out of bounds
	NothingDrawn Rule = "nothing"  // a plan that draws nothing
	UnknownSheet Rule = "sheet"
)

func (e *SheetError) Error() string {
	list := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		list[i] = f.Path + " " + string(f.Rule)
	}
	return "quality: wrong: " + strings.Join(list, ", ")
}

// Kind lets the edge choose an answer.
func (e *SheetError) Kind() errkind.Kind { return errkind.Invalid }

// Check returns a *SheetError with everything that is wrong, or nil.
func (s Sheet) Check() error {
	var faults []Fault
	wrong := func(rule Rule, path string, args ...any) {
		faults = append(faults, Fault{fmt.Sprintf(path, args...), rule})
	}
	if !worded(s.Name, 1, 40) {
		wrong(NameNeeded, "name")
	}
	if s.Pass < 0 || s.Pass > 100 {
		wrong(BadPass, "pass")
	}
	if s.AppealDays < 0 || s.AppealDays > 30 {
		wrong(BadDays, "appealDays")
	}
	if len(s.Sections) > 20 || len(s.items()) > 60 {
		wrong(TooMany, "sections")
	}
	if s.Most() == 0 {
		wrong(NoItems, "sections")
	}
	seen := map[string]bool{}
	for i, section := range s.Sections {
		if !worded(section.Name, 1, 40) {
			wrong(NameNeeded, "sections[%d].name", i)
		}
		for j, item := range section.Items {
			at := fmt.Sprintf("sections[%d].items[%d]", i, j)
			if !coded(item.Code) || seen[item.Code] {
				wrong(CodeTwice, "%s.code", at)
			}
			seen[item.Code] = true
			if !worded(item.Name, 1, 40) {
				wrong(NameNeeded, "%s.name", at)
			}
			if !worded(item.Hint, 0, 300) {
				wrong(HintTooLong, "%s.hint", at)
			}
			if item.Critical && item.Max != 0 || !item.Critical && (item.Max < 1 || item.Max > 1000) {
				wrong(BadMax, "%s.max", at)
			}
		}
	}
	if faults != nil {
		return &SheetError{faults}
	}
	return nil
}

// worded reports whether a text can be kept and has so many characters.
func worded(s string, least, most int) bool {
	n := utf8.RuneCountInString(strings.TrimSpace(s))
	return utf8.ValidString(s) && !strings.Contains(s, "\x00") && n >= least && utf8.RuneCountInString(s) <= most
}

func coded(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			return false
		}
	}
	return s != "" && len(s) <= 32
}

// Default is the sheet that a site begins with. It is ours; a site makes its own
// from it.
func Default(site string) Sheet {
	return Sheet{
		Site: site, Name: "通话质量评分表", Pass: 80, AppealDays: 3,
		Sections: []Section{
			{"开头语", []Item{
				{"greeting", "问候规范", "报站点名称和工号，使用规范开头语", 5, false},
				{"ready", "接听及时", "应答后两秒内开口，无杂音", 5, false},
			}},
			{"倾听", []Item{
				{"listening", "耐心倾听", "不打断、不抢话，适时回应", 10, false},
				{"needs", "准确理解诉求", "复述要点并请来电人确认", 15, false},
			}},
			{"业务准确", []Item{
				{"answer", "解答准确", "依据知识库，口径一致，不误导", 25, false},
				{"record", "工单完整", "要素齐全、分类正确、表述清楚", 15, false},
			}},
			{"规范用语", []Item{
				{"polite", "文明用语", "语气平和，无服务忌语", 10, false},
				{"hold", "保持与转接规范", "保持前说明原因，回来先致谢", 5, false},
			}},
			{"结束语", []Item{
				{"closing", "结束规范", "询问是否还有其他需要，告知后续办理", 10, false},
			}},
			{"红线", []Item{
				{"insult", "辱骂、讥讽来电人", "", 0, true},
				{"leak", "泄露来电人信息", "", 0, true},
				{"hangup", "无故主动挂机", "", 0, true},
			}},
		},
	}
}
