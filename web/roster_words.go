package web

import (
	"errors"
	"fmt"

	"github.com/yihaotong/yihaotong/roster"
)

// rosterWords are the words of spreadsheets, by language.
var rosterWords = map[string]roster.Words{
	"zh": {
		Number: "工号", Name: "姓名", Due: "应出勤(班)", Worked: "实出勤(班)", Late: "迟到(次)", LateMinutes: "迟到(分钟)",
		Early: "早退(次)", Absent: "缺勤(班)", Leave: "请假(班)", Plan: "应出勤(小时)", Hours: "在岗(小时)",
		Weekdays: [7]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"},
		Marks:    map[roster.State]string{roster.Absent: "缺勤", roster.OnLeave: "请假"},
		LateMark: "迟到%d分", EarlyMark: "早退%d分",
	},
	"en": {
		Number: "Number", Name: "Name", Due: "Shifts due", Worked: "Shifts worked", Late: "Times late", LateMinutes: "Minutes late",
		Early: "Left early", Absent: "Absent", Leave: "On leave", Plan: "Hours due", Hours: "Hours present",
		Weekdays: [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
		Marks:    map[roster.State]string{roster.Absent: "absent", roster.OnLeave: "leave"},
		LateMark: "late %d min", EarlyMark: "early %d min",
	},
}

// describeRoster words a refusal of the roster; nil: it is none.
func describeRoster(err error, lang string) *Problem {
	e, ok := errors.AsType[*roster.InputError](err)
	if !ok {
		return nil
	}
	words, known := rosterProblems(e)[e.Problem]
	if !known {
		return nil
	}
	return newProblem(statuses[e.Kind()], "roster_"+string(e.Problem), pick(lang, words))
}

func rosterProblems(e *roster.InputError) map[roster.Problem][2]string {
	return map[roster.Problem][2]string{
		roster.BadDate: {
			fmt.Sprintf("日期“%s”不正确，请写成 2026-11-23 的样子，且距今不超过 400 天。", e.Text),
			fmt.Sprintf("“%s” is no usable day. Write it like 2026-11-23, within 400 days of today.", e.Text),
		},
		roster.BadTime: {
			fmt.Sprintf("时间“%s”不正确，请写成 08:30 的样子。", e.Text),
			fmt.Sprintf("“%s” is no time. Write it like 08:30.", e.Text),
		},
		roster.BadShift: {
			"班次设置不正确：代码为 1 至 12 位字母或数字，名称 1 至 20 个字且不含斜杠和逗号，结束须晚于开始（跨零点请勾选“次日结束”），最长 24 小时。",
			"The shift is not right: a code of 1 to 12 letters or digits, a name of 1 to 20 characters without slash or comma, and an end after the begin (tick “ends next day” for nights), 24 hours at most.",
		},
		roster.BadBreak: {
			"计划休息不正确：时段须在班次之内，且不短于休息时长。",
			"A planned break is not right: its window must lie within the shift and be no shorter than the break.",
		},
		roster.BadRule: {
			"考勤规则不正确：容许时间 0 至 120 分钟，缺勤判定时间须不小于容许时间。",
			"The rules are not right: a tolerance of 0 to 120 minutes, and absence no earlier than that.",
		},
		roster.UnknownShift: {
			fmt.Sprintf("没有“%s”这个班次，或该班次已停用。请先在“班次设置”中添加。", e.Text),
			fmt.Sprintf("There is no shift “%s”, or it is out of use. Add it under “Shifts” first.", e.Text),
		},
		roster.UnknownLeave: {
			fmt.Sprintf("没有“%s”这种请假类型。", e.Text), fmt.Sprintf("There is no kind of leave “%s”.", e.Text),
		},
		roster.UnknownPerson: {
			fmt.Sprintf("本站点没有工号为“%s”的座席或班长，请核对工号。", e.Text),
			fmt.Sprintf("Nobody of this site has the number “%s”. Please check it.", e.Text),
		},
		roster.Overlap: {
			fmt.Sprintf("%s 在 %s 的“%s”与 %s 的“%s”时间重叠，未保存。请换一个班次，或先调整另一个。", e.Person, e.Date, e.Shift, e.On, e.With),
			fmt.Sprintf("“%[3]s” of %[1]s on %[2]s overlaps with “%[5]s” on %[4]s; nothing was saved. Choose another shift, or change the other one first.", e.Person, e.Date, e.Shift, e.On, e.With),
		},
		roster.NeedsReason: {
			fmt.Sprintf("%s 已经过去，修改须填写原因（2 至 200 个字），修改记录会保留。", e.Date),
			fmt.Sprintf("%s is over. To change it, give a reason (2 to 200 characters); the change is kept on record.", e.Date),
		},
		roster.ShiftTaken: {
			fmt.Sprintf("已有名称为“%s”的班次，请换一个名称。", e.Shift), fmt.Sprintf("Another shift is called “%s”. Choose another name.", e.Shift),
		},
		roster.NotASheet: {
			"文件不是能读取的电子表格，请另存为 Excel 工作簿（.xlsx，不加密码）后重试。",
			"The file cannot be read as a spreadsheet. Save it as an Excel workbook (.xlsx, without a password) and try again.",
		},
		roster.NoHeader: {
			"没有找到表头：需要一行含“工号”和各天日期，或含“工号”“日期”“班次”。可先下载本周排班表作为模板。",
			"No header was found: one row must hold “Number” and the days, or “Number”, “Date” and “Shift”. Download this week's roster as a form.",
		},
		roster.TooMuch: {
			"表格太大：最多 2000 行、100 列，请分几次导入。", "The sheet is too big: 2,000 rows and 100 columns at most. Import it in parts.",
		},
		roster.Twice: {
			"同一人同一天在表中出现了两次，只采用第一次。", "The same person's day is in the sheet twice; the first one counts.",
		},
	}
}
