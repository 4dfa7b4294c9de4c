package web

import "github.com/yihaotong/yihaotong/orchestrator"

// What the codes in stories mean to people: Chinese, English.

// reasonWords are the engine's reasons; a code that ends in a colon has a name
// or number behind it.
var reasonWords = map[string][2]string{
	"nobody_signed_in":     {"没有座席签入", "nobody is signed in"},
	"nobody_ready":         {"符合条件的座席都在示忙", "everybody suitable is not ready"},
	"all_busy":             {"符合条件的座席都在通话或话后处理", "everybody suitable is with a caller"},
	"skill:":               {"签入的座席中没有人具备所需技能“%s”", "nobody at work has the skill “%s”"},
	"preferred_agent:":     {"为来电人保留上次接听的座席 %s", "kept for %s, who talked with the caller last"},
	"priority":             {"有优先级更高的来电", "others have priority"},
	"position:":            {"排在第 %s 位", "number %s in the queue"},
	"ring_no_answer:":      {"%s 振铃未接", "%s did not answer"},
	"callback_not_due":     {"预约的回拨时间未到", "the callback is not due yet"},
	"overflow:":            {"溢出：%s", "overflow: %s"},
	"chosen:longest_idle":  {"空闲时间最长", "idle longest"},
	"chosen:last_agent":    {"上次接听该来电人", "talked with this caller last"},
	"chosen:highest_level": {"所需技能等级最高", "has the highest level of the skill"},
	"chosen:by_hand":       {"班长指定", "chosen by a supervisor"},
}

var overflowWords = map[string][2]string{
	"time": {"等待超时", "waited too long"}, "length": {"排队人数过多", "too many waiting"}, "unstaffed": {"无人签入", "nobody signed in"},
}

var listenWords = map[orchestrator.ListenMode][2]string{
	orchestrator.ModeListen: {"监听", "Listens to"}, orchestrator.ModeWhisper: {"密语", "Whispers to"}, orchestrator.ModeBarge: {"强插", "Barges in on"},
}

var scoreWords = map[int][2]string{1: {"非常满意", "very satisfied"}, 2: {"满意", "satisfied"}, 3: {"不满意", "dissatisfied"}}

var purposeWords = map[string][2]string{
	"talk": {"接起本机", "own phone"}, "customer": {"外呼", "outbound"}, "callback": {"预约回拨", "callback"}, "consult": {"咨询", "advice"},
	"help": {"内部求助", "help"}, "transfer": {"转接", "transfer"}, "referral": {"转办", "referral"}, "flow": {"流程转接", "by the flow"},
	"listen": {"监听", "listening"}, "return": {"恢复通话", "coming back"},
}

var outcomeWords = map[string][2]string{
	"answered": {"接听", "answered"}, "no_answer": {"未应答", "no answer"}, "busy": {"忙", "busy"}, "rejected": {"拒接", "rejected"},
	"unreachable": {"联系不上", "unreachable"}, "caller_left": {"来电人已挂机", "the caller hung up"}, "cancelled": {"取消", "cancelled"},
}

var howWords = map[string][2]string{
	"blind": {"直接转接给", "Transfers blindly to"}, "attended": {"咨询后转接给", "Transfers after asking, to"},
	"conference": {"退出三方通话，交给", "Leaves the conference to"}, "taken_over": {"被拦截，由其接管：", "Taken over by"},
	"rating": {"转评价", "Sends the caller to the rating"},
}

var resultWords = map[string][2]string{
	"answered": {"已接听", "answered"}, "abandoned_flow": {"自动语音中放弃", "left in the menu"}, "abandoned_queue": {"排队中放弃", "left the queue"},
	"message": {"留言", "message"}, "transferred": {"已转接", "transferred"}, "flow_ended": {"自助完成", "self-service"},
	"lost": {"异常中断", "broken off"}, "refused": {"未受理", "refused"}, "callback": {"预约回拨", "callback"}, "not_reached": {"未接通", "not reached"},
}

var sideWords = map[string][2]string{
	"caller": {"来电人", "the caller"}, "agent": {"座席", "the agent"}, "system": {"系统", "the system"},
}
