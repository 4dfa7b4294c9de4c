// Package statistics counts: the trade's indicators 指标 (names as published,
// formulas our own default, see DECISIONS.md), by site, queue, agent and time. It
// reads the call records (schema calls) and writes nothing.
//
// Every formula is in this file, beside the text that readers see. A call
// belongs to the moment at which the caller entered the queue, that is, asked
// for a person, and is counted once it is decided: answered, or ended.
package statistics

// Figures are the counts behind the indicators of calls. Each field is the
// number of records for which the condition of the same name in counted holds.
type Figures struct {
	Offered   int // 请求人工数 callers who asked for a person
	Answered  int // 人工接通数 of these, spoke with one
	WithinTen int // 10秒内人工接通数 of these, within 10 s of entering the queue
	Abandoned int // 排队放弃数 hung up while waiting
	Rated     int // 参与评价数 rated the service after the talk
	Satisfied int // 满意数 rated it 非常满意 or 满意
}

// counted are the conditions on calls.record, in the order of Figures' fields.
var counted = []string{
	`answered_at IS NOT NULL OR ended_at IS NOT NULL`,
	`answered_at IS NOT NULL`,
	`answered_at <= queued_at + interval '10 seconds'`,
	`answered_at IS NULL AND ended_at IS NOT NULL AND result = 'abandoned_queue'`,
	`answered_at IS NOT NULL AND rating IS NOT NULL`,
	`answered_at IS NOT NULL AND rating IN (1, 2)`,
}

// AnswerRate is 电话接通率.
func (f Figures) AnswerRate() Ratio { return Ratio{f.Answered, f.Offered} }

// TenSecond is 10秒接通率.
func (f Figures) TenSecond() Ratio { return Ratio{f.WithinTen, f.Offered} }

// AbandonRate is 排队放弃率.
func (f Figures) AbandonRate() Ratio { return Ratio{f.Abandoned, f.Offered} }

// Satisfaction is 电话用户服务满意度.
func (f Figures) Satisfaction() Ratio { return Ratio{f.Satisfied, f.Rated} }

// Indicator is a figure by which a hotline is judged.
type Indicator struct {
	Code    string // as in the API
	Name    string
	Formula string              // how it is counted, for the reader
	Target  int                 // percent that must at least be reached; 0: none is set
	Of      func(Figures) Ratio // the formula
}

const offeredText = `请求人工数指进入人工排队的来电，排队中挂机的也计入；仍在排队的，待接通或挂机后计入。来电按进入排队的时间归入统计时段。分母为零时显示“—”。`

// Indicators are those counted from calls, in the order in which they are shown.
var Indicators = []Indicator{
	{
		Code: "ten_second", Name: "10秒接通率", Target: 80, Of: Figures.TenSecond,
		Formula: `10秒接通率＝10秒内人工接通数÷请求人工数。从进入排队起算，10秒整计为10秒内。` + offeredText,
	},
	{
		Code: "answer_rate", Name: "电话接通率", Of: Figures.AnswerRate,
		Formula: `电话接通率＝人工接通数÷请求人工数。` + offeredText,
	},
	{
		Code: "abandon_rate", Name: "排队放弃率", Of: Figures.AbandonRate,
		Formula: `排队放弃率＝排队放弃数÷请求人工数。排队放弃数指未接通人工、来电人在排队中挂机的来电。` + offeredText,
	},
	{
		Code: "satisfaction", Name: "电话用户服务满意度", Target: 85, Of: Figures.Satisfaction,
		Formula: `电话用户服务满意度＝（非常满意数＋满意数）÷参与评价数。未作评价的来电不计入。来电按进入排队的时间归入统计时段。分母为零时显示“—”。`,
	},
}

// AgentFigures are the counts of one agent.
type AgentFigures struct {
	Offered   int // 派送次数 times the agent's phone rang or should have, and it is decided
	Answered  int // 应答次数
	Missed    int // 未应答次数 not picked up, busy, rejected, unreachable
	Rated     int // 参与评价数 of the calls the agent was the last to talk in
	Satisfied int // 满意数 of these
}

// AgentAnswerText is the formula of AnswerRate, for the reader.
const AgentAnswerText = `座席应答率＝应答次数÷（应答次数＋未应答次数）。未应答包括无人接听、话机忙、拒接和话机不可达；振铃中来电人挂机的，不计入。分母为零时显示“—”。`

// AnswerRate is 座席应答率: callers who hang up while it rings are not held
// against the agent.
func (f AgentFigures) AnswerRate() Ratio { return Ratio{f.Answered, f.Answered + f.Missed} }

// Satisfaction is 电话用户服务满意度 of the agent's calls.
func (f AgentFigures) Satisfaction() Ratio { return Ratio{f.Satisfied, f.Rated} }
