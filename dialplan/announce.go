package dialplan

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Announcement is what a waiting caller hears about its place. ahead is how
// many callers are before it, wait how long it will probably wait; zero or
// less: unknown. Languages other than en hear Chinese.
func Announcement(ahead int, wait time.Duration, language string) string {
	if language == "en" {
		return announceEnglish(ahead, wait)
	}
	place := "您是下一位接听的来电者"
	if ahead > 0 {
		place = fmt.Sprintf("您前面还有%d位来电者", ahead)
	}
	switch minutes := minutes(wait); {
	case minutes == 0:
		return place + "，请稍候。"
	case wait < time.Minute:
		return place + "，预计等待不到1分钟，请稍候。"
	case minutes > longWait:
		return fmt.Sprintf("%s，预计等待超过%d分钟，请您耐心等待。", place, longWait)
	default:
		return fmt.Sprintf("%s，预计等待约%d分钟，请稍候。", place, minutes)
	}
}

func announceEnglish(ahead int, wait time.Duration) string {
	place := "You are next in line."
	switch {
	case ahead == 1:
		place = "There is one caller ahead of you."
	case ahead > 1:
		place = fmt.Sprintf("There are %d callers ahead of you.", ahead)
	}
	switch minutes := minutes(wait); {
	case minutes == 0:
		return place + " Please hold on."
	case wait < time.Minute:
		return place + " The expected wait is less than a minute."
	case minutes == 1:
		return place + " The expected wait is about one minute."
	case minutes > longWait:
		return fmt.Sprintf("%s The expected wait is more than %d minutes. Thank you for your patience.", place, longWait)
	default:
		return fmt.Sprintf("%s The expected wait is about %d minutes.", place, minutes)
	}
}

// longWait is the longest wait, in minutes, that is worth an exact number.
const longWait = 30

// minutes rounds a wait up, so that nobody is promised too much.
func minutes(wait time.Duration) int {
	if wait <= 0 {
		return 0
	}
	return int((wait-1)/time.Minute) + 1
}

// fill puts what is known into a flow's own announcement; false if there is
// none or a value it asks for is unknown.
func fill(words string, ahead int, wait time.Duration) (string, bool) {
	if words == "" || wait <= 0 && strings.Contains(words, "{minutes}") {
		return "", false
	}
	return strings.NewReplacer(
		"{ahead}", strconv.Itoa(max(ahead, 0)),
		"{minutes}", strconv.Itoa(minutes(wait)),
	).Replace(words), true
}

// joined puts a second sentence after the first, if there is one.
func joined(text, more string) string {
	switch {
	case more == "":
		return text
	case strings.HasSuffix(text, "。"):
		return text + more
	}
	return text + " " + more
}

// Phrase is a fixed sentence the engine speaks on its own account.
type Phrase string

// The phrases.
const (
	AllBusy     Phrase = "all_busy"      // on entering a queue in which nobody is free
	BackInQueue Phrase = "back_in_queue" // the agent's phone was not answered; the place is kept
	Apology     Phrase = "apology"       // something of ours has failed, the call goes on
	NobodyHere  Phrase = "nobody_here"   // no agent is signed in
	Connecting  Phrase = "connecting"    // an agent has been found
	MessageKept Phrase = "message_kept"  // a message has been taken

	PhoneLost       Phrase = "phone_lost"       // the agent's phone is gone in mid-talk and is rung again
	FrontOfQueue    Phrase = "front_of_queue"   // it did not come back; the caller is first in line
	Transferring    Phrase = "transferring"     // to another agent, queue or number
	Overflow        Phrase = "overflow"         // the wait is too long and the caller is led elsewhere
	CallbackReached Phrase = "callback_reached" // to the customer who asked to be called back
	CallbackAgent   Phrase = "callback_agent"   // to the agent who answers, before the customer is joined
	MobileOffer     Phrase = "mobile_offer"     // to an agent on a mobile phone: 1 takes the call
	HelpAsked       Phrase = "help_asked"       // to the colleague who is asked for help, on the phone
)

var phrases = map[Phrase]map[string]string{
	AllBusy: {
		"zh": "当前座席全忙，请您稍候，我们将按来电顺序为您接听。",
		"en": "All our agents are busy. Please hold on, calls are answered in turn.",
	},
	BackInQueue: {
		"zh": "抱歉，座席暂时无法接听，您的排队顺序已为您保留，请继续等候。",
		"en": "Sorry, the agent could not answer. Your place in the queue is kept, please hold on.",
	},
	Apology: {
		"zh": "抱歉，系统暂时出现故障，我们正在为您处理，请不要挂机。",
		"en": "Sorry, something went wrong on our side. Please stay on the line.",
	},
	NobodyHere: {
		"zh": "当前没有座席在线，我们正在联系值班人员，请您稍候。",
		"en": "No agent is at the desk right now. We are calling the staff on duty, please hold on.",
	},
	Connecting: {
		"zh": "正在为您接通座席，请稍候。",
		"en": "We are connecting you, please hold on.",
	},
	MessageKept: {
		"zh": "您的留言已记录，我们将尽快与您联系。",
		"en": "Your message has been recorded. We will contact you as soon as possible.",
	},
	PhoneLost: {
		"zh": "请稍候，正在为您恢复与话务员的通话。",
		"en": "Please hold on, we are restoring your call with the agent.",
	},
	FrontOfQueue: {
		"zh": "抱歉，与话务员的通话未能恢复，已为您安排优先接听，请稍候。",
		"en": "Sorry, your call with the agent could not be restored. You are first in line, please hold on.",
	},
	Transferring: {
		"zh": "正在为您转接，请稍候。",
		"en": "You are being transferred, please hold on.",
	},
	Overflow: {
		"zh": "抱歉让您久等，现在为您转往其他服务，请稍候。",
		"en": "Sorry for the long wait. We are taking you to another service, please hold on.",
	},
	CallbackReached: {
		"zh": "您好，这里是12328交通运输服务监督电话，您预约的回拨已接通，正在为您转接话务员。如不是本人或不再需要，请挂机。",
		"en": "Hello, this is the 12328 transport service hotline with the call back you asked for. " +
			"We are connecting you to an agent. If you are not the person or no longer need it, please hang up.",
	},
	CallbackAgent: {
		"zh": "预约回拨，正在接通来电人。",
		"en": "A call back. The caller is being connected.",
	},
	MobileOffer: {
		"zh": "有12328来电，按1接听。",
		"en": "A call from 12328. Press 1 to answer.",
	},
	HelpAsked: {
		"zh": "座席内部求助。",
		"en": "An agent asks for help.",
	},
}

// Phrases lists every phrase, for warming the speech cache.
var Phrases = []Phrase{
	AllBusy, BackInQueue, Apology, NobodyHere, Connecting, MessageKept,
	PhoneLost, FrontOfQueue, Transferring, Overflow, CallbackReached, CallbackAgent, MobileOffer, HelpAsked,
}

// In words the phrase for a caller; languages other than en hear Chinese.
func (p Phrase) In(language string) string {
	if words, ok := phrases[p][language]; ok {
		return words
	}
	return phrases[p][DefaultLanguage]
}
