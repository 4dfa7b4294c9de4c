package web

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/record"
)

// storyWords tells a call's story as sentences.
type storyWords struct {
	s    *Server
	ctx  context.Context //nolint:containedctx // lives as long as one answer
	lang string
	site string
	flow string
}

func (w storyWords) pick(zh, en string) string { return pick(w.lang, [2]string{zh, en}) }

// person is an agent as people say: number and name.
func (w storyWords) person(agent string) string {
	if agent == "" {
		return w.pick("系统", "the system")
	}
	if name := w.s.names.person(w.ctx, agent); name != "" && name != agent {
		return agent + " " + name
	}
	return agent
}

func (w storyWords) queue(code orchestrator.QueueID) string {
	if code == "" {
		return w.pick("队列", "a queue")
	}
	return w.s.names.queue(w.ctx, w.site, string(code))
}

// key is a lane's name without the whole number in it.
func (w storyWords) key(key string, l record.Lane) string {
	if l.Number == "" {
		return key
	}
	return strings.Replace(key, l.Number, Mask(l.Number), 1)
}

func (w storyWords) lane(l record.Lane, f callFacts) string {
	switch l.Kind {
	case record.CustomerLane:
		if f.Caller != "" {
			return Mask(f.Caller)
		}
		return w.pick("来电人", "Caller")
	case record.OutsideLane:
		return Mask(l.Number)
	case record.RecordingLane:
		return w.pick("录音", "Recording")
	case record.RoutingLane:
		return w.pick("路由", "Routing")
	}
	return w.person(string(l.Agent))
}

// entry is one entry as a sentence.
func (w storyWords) entry(e record.Entry) string {
	by, d := w.person(string(e.Agent)), e.Data
	switch e.Kind {
	case record.Arrived:
		return fmt.Sprintf(w.pick("来电，拨打 %s", "Calls %s"), d.Called)
	case record.Dialled:
		return w.dialled(e)
	case record.Step:
		if titles := w.s.Flows.Titles(w.flow, d.Step, w.lang); len(titles) > 0 {
			return titles[0]
		}
		return d.Step
	case record.Wait:
		return fmt.Sprintf(w.pick("在“%s”排队", "Waits in “%s”"), w.queue(d.Queue))
	case record.Ring:
		return w.ring(e)
	case record.Talk, record.Conference:
		return w.talk(e)
	case record.Consult:
		return w.pick("内部咨询，来电人听音乐", "Asked for advice; the caller hears music")
	case record.Hold:
		return fmt.Sprintf(w.pick("%s 保持来电", "Held by %s"), by)
	case record.Mute:
		return w.pick("静音", "Muted")
	case record.Mask:
		return fmt.Sprintf(w.pick("%s 暂停录音（此段无声）", "%s paused the recording: silent here"), by)
	case record.Listen:
		return fmt.Sprintf(w.pick("%s：%s", "%s: %s"), pick(w.lang, listenWords[d.Mode]), w.person(d.Target))
	case record.Away:
		return w.pick("话机断线，来电人听提示音", "Phone lost; the caller hears an announcement")
	case record.Message:
		return w.pick("留言", "Leaves a message")
	case record.Transferred:
		return w.transferred(e)
	case record.Conferenced:
		return w.pick("接通三方通话", "Brings everybody together")
	case record.Swapped:
		if d.Target == "guest" {
			return w.pick("转与被咨询方通话", "Turns to whoever was asked")
		}
		return w.pick("转回与来电人通话", "Turns back to the caller")
	case record.Keys:
		return w.pick("发送按键", "Sends keys")
	case record.Referred:
		how := w.pick("告知号码", "told the number")
		if d.How == "transferred" || d.How == "transfer" {
			how = w.pick("转接", "transferred")
		}
		return fmt.Sprintf(w.pick("转办 %s（%s）", "Referral to %s (%s)"), d.Referral, how)
	case record.Rated:
		return fmt.Sprintf(w.pick("评价：%s", "Rates: %s"), pick(w.lang, scoreWords[d.Score]))
	case record.Ended:
		return w.ended(e)
	}
	return w.routing(e)
}

// routing words what the engine decided, and why.
func (w storyWords) routing(e record.Entry) string {
	d := e.Data
	switch e.Kind {
	case record.Routed:
		return w.why(e)
	case record.PlaceTold:
		if d.Wait < 0 {
			return fmt.Sprintf(w.pick("播报：前面 %d 人", "Told: %d ahead"), d.Ahead)
		}
		return fmt.Sprintf(w.pick("播报：前面 %d 人，预计等待 %s", "Told: %d ahead, about %s to wait"), d.Ahead, short(d.Wait))
	case record.Overflowed:
		return fmt.Sprintf(w.pick("溢出，离开“%s”：%s", "Leaves “%s”: %s"), w.queue(d.Queue), w.known(overflowWords, d.Reason))
	case record.Callback:
		if !d.Due.IsZero() && d.Due.After(e.At) {
			return fmt.Sprintf(w.pick("预约回拨 %s，%s 之后，排队位置保留", "Asks to be called back at %s after %s; the place is kept"), Mask(d.Number), d.Due.In(china).Format("15:04"))
		}
		return fmt.Sprintf(w.pick("预约回拨 %s，排队位置保留", "Asks to be called back at %s; the place is kept"), Mask(d.Number))
	case record.Moved:
		return fmt.Sprintf(w.pick("%s 调整排队：%s", "%s moves the caller: %s"), w.person(string(e.Agent)), w.queue(d.Queue))
	case record.Cut:
		return w.pick("外呼防护切断了这一路", "Cut by the guard of outgoing calls")
	}
	return string(e.Kind)
}

// why words a routing decision: who gets the caller, or why nobody.
func (w storyWords) why(e record.Entry) string {
	var parts []string
	for _, r := range e.Data.Reasons {
		parts = append(parts, w.reason(r))
	}
	reasons := strings.Join(parts, w.pick("，", ", "))
	if e.Agent == "" {
		return fmt.Sprintf(w.pick("等待原因：%s", "Why the caller waits: %s"), reasons)
	}
	text := fmt.Sprintf(w.pick("派给 %s：%s", "Goes to %s: %s"), w.person(string(e.Agent)), reasons)
	if e.Data.Wait > 0 {
		text += fmt.Sprintf(w.pick("，已等待 %s", ", after waiting %s"), short(e.Data.Wait))
	}
	return text
}

// reason words one code, as the engine notes them; unknown ones are shown as
// they are.
func (w storyWords) reason(code string) string {
	name, what, _ := strings.Cut(code, ":")
	if words, known := reasonWords[code]; known {
		return pick(w.lang, words)
	}
	words, known := reasonWords[name+":"]
	if !known || what == "" {
		return code
	}
	if name == "preferred_agent" || name == "ring_no_answer" {
		what = w.person(what)
	}
	return fmt.Sprintf(pick(w.lang, words), what)
}

func (w storyWords) dialled(e record.Entry) string {
	d := e.Data
	switch {
	case d.Target != "":
		return fmt.Sprintf(w.pick("呼叫 %s", "Calls %s"), w.person(d.Target))
	case d.Purpose == orchestrator.ForCallback:
		return fmt.Sprintf(w.pick("按预约回拨 %s", "Calls back %s, as asked"), Mask(d.Number))
	case d.Task != "":
		return fmt.Sprintf(w.pick("为待办回电 %s", "Calls %s for a work item"), Mask(d.Number))
	case d.Ticket != "":
		return fmt.Sprintf(w.pick("为工单 %[2]s 外呼 %[1]s", "Calls %s for ticket %s"), Mask(d.Number), d.Ticket)
	}
	return fmt.Sprintf(w.pick("外呼 %s", "Calls %s"), Mask(d.Number))
}

func (w storyWords) ring(e record.Entry) string {
	text := w.pick("振铃", "Rings")
	if e.Data.Purpose != "" {
		text += w.pick("：", ": ") + w.known(purposeWords, string(e.Data.Purpose))
	}
	if e.Data.Outcome != "" {
		text += w.pick("，", ", ") + w.known(outcomeWords, string(e.Data.Outcome))
	}
	return text
}

func (w storyWords) talk(e record.Entry) string {
	if e.Kind == record.Conference {
		return w.pick("三方通话", "In the conference")
	}
	return w.pick("通话", "Talks")
}

func (w storyWords) transferred(e record.Entry) string {
	d := e.Data
	to := ""
	switch {
	case d.Target != "":
		to = w.person(d.Target)
	case d.Number != "":
		to = Mask(d.Number)
	case d.Queue != "":
		to = w.queue(d.Queue)
	}
	return strings.TrimSpace(w.known(howWords, d.How) + " " + to)
}

func (w storyWords) ended(e record.Entry) string {
	if e.Data.By == "" {
		return fmt.Sprintf(w.pick("结束：%s", "Ends: %s"), w.known(resultWords, string(e.Data.Result)))
	}
	return fmt.Sprintf(w.pick("结束：%s，%s挂机", "Ends: %s; %s hung up"),
		w.known(resultWords, string(e.Data.Result)), w.known(sideWords, string(e.Data.By)))
}

func (w storyWords) known(words map[string][2]string, code string) string {
	if found, ok := words[code]; ok {
		return pick(w.lang, found)
	}
	return code
}

// short is a number of seconds as 02:31.
func short(seconds int) string {
	d := time.Duration(seconds) * time.Second
	return fmt.Sprintf("%02d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}
