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
}

// Phrases lists every phrase, for warming the speech cache.
var Phrases = []Phrase{AllBusy, BackInQueue, Apology, NobodyHere, Connecting, MessageKept}

// In words the phrase for a caller; languages other than en hear Chinese.
func (p Phrase) In(language string) string {
	if words, ok := phrases[p][language]; ok {
		return words
	}
	return phrases[p][DefaultLanguage]
}
