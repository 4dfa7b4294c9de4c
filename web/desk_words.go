package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
)

// elsewhereError refuses to bring the desk here from another session without
// asking.
type elsewhereError struct{ since time.Time }

func (e *elsewhereError) Error() string { return "web: the person works in another session" }

// Kind lets the edge choose an answer.
func (e *elsewhereError) Kind() errkind.Kind { return errkind.Conflict }

// describeDesk words what the desk and the engine refuse with facts.
func describeDesk(err error, lang string) *Problem {
	if other, ok := errors.AsType[*elsewhereError](err); ok {
		at := other.since.In(china).Format("2006-01-02 15:04")
		return newProblem(http.StatusConflict, "signed_in_elsewhere", pick(lang, [2]string{
			fmt.Sprintf("您已在另一处签入（%s 登录），要转到这里吗？", at),
			fmt.Sprintf("You are signed in elsewhere (logged in at %s). Move it here?", at),
		}))
	}
	if act, ok := errors.AsType[*orchestrator.ActError](err); ok {
		name, why := actNames[act.Act], notNow(act)
		return newProblem(http.StatusConflict, "not_now", pick(lang, [2]string{
			fmt.Sprintf("当前不能%s：%s", name[0], why[0]),
			fmt.Sprintf("You cannot %s now: %s", name[1], why[1]),
		}))
	}
	if state, ok := errors.AsType[*orchestrator.StateError](err); ok {
		return newProblem(http.StatusConflict, "agent_state", pick(lang, [2]string{
			fmt.Sprintf("当前为“%s”状态，不能进行此操作。", stateNames[state.State][0]),
			fmt.Sprintf("This cannot be done in the state “%s”.", stateNames[state.State][1]),
		}))
	}
	if broken, ok := errors.AsType[*pbx.Error](err); ok {
		if known, ok := pbxWords[broken.Kind]; ok {
			return newProblem(known.status, known.code, pick(lang, known.words))
		}
	}
	return nil
}

// notNow says why an act is refused and what to do, as far as the phase of the
// call tells.
func notNow(e *orchestrator.ActError) [2]string {
	switch e.Phase {
	case orchestrator.InTalk:
		if why, ok := inTalk[e.Act]; ok {
			return why
		}
	case orchestrator.Offered:
		return [2]string{"还没有接听，请先接听。", "the call has not been answered. Answer it first."}
	case orchestrator.Reaching:
		return [2]string{"您的话机还没有接听，请先接听。", "your own phone has not been answered. Answer it first."}
	case orchestrator.Calling, orchestrator.Dialling:
		return [2]string{"对方还没有接听，请稍候。", "the far side has not answered. Please wait."}
	case orchestrator.Closing, orchestrator.Over:
		return [2]string{"来电人已挂机。", "the caller has hung up."}
	}
	return [2]string{"您已不在该通话中。", "you have no part in the call any more."}
}

// inTalk tells why an act may be refused in mid-talk.
var inTalk = map[orchestrator.Act][2]string{
	orchestrator.DoHold:       {"来电人已在等待，或正在咨询他人。", "the caller waits already, or you are asking somebody."},
	orchestrator.DoRetrieve:   {"来电人没有被保持，或正在咨询他人；咨询中请用“回到来电人”。", "the caller is not on hold. While asking somebody, go back to the caller instead."},
	orchestrator.DoMute:       {"已经静音。", "you are muted already."},
	orchestrator.DoUnmute:     {"没有静音。", "you are not muted."},
	orchestrator.DoKeys:       {"没有可接收按键的一方，请先恢复通话。", "nobody is there to take keys. Take the call back first."},
	orchestrator.DoConsult:    {"正在咨询他人，或通话人数已满，请先结束当前咨询。", "you are asking somebody already, or the call is full. End that first."},
	orchestrator.DoHelp:       {"正在咨询他人，或通话人数已满，请先结束当前咨询。", "you are asking somebody already, or the call is full. End that first."},
	orchestrator.DoCancel:     {"没有正在进行的咨询。", "you are not asking anybody."},
	orchestrator.DoSwap:       {"没有正在进行的咨询，或对方还没有接听。", "you are not asking anybody, or they have not answered."},
	orchestrator.DoComplete:   {"没有正在进行的咨询，请直接用“转接”。", "you are not asking anybody. Transfer the call instead."},
	orchestrator.DoTransfer:   {"正在咨询他人，请用“完成转接”，或先回到来电人。", "you are asking somebody. Complete that transfer, or go back to the caller first."},
	orchestrator.DoConference: {"没有正在进行的咨询，或对方还没有接听。", "you are not asking anybody, or they have not answered."},
	orchestrator.DoLeave:      {"当前不是多方通话；要结束通话请用“挂机”。", "this is no conference. To end the call, hang up."},
	orchestrator.DoDrop:       {"没有可以移除的一方。", "there is nobody to remove."},
	orchestrator.DoRate:       {"咨询、多方通话或外呼时不能转评价，请先结束后再试。", "not while asking somebody, in a conference, or in a call of your own."},
	orchestrator.DoMask:       {"录音已经暂停，或本次通话没有录音。", "the recording is silent already, or there is none."},
	orchestrator.DoUnmask:     {"录音没有暂停。", "the recording is not silent."},
	orchestrator.DoRefer:      {"正在咨询他人，或这不是来电，请先回到来电人。", "you are asking somebody, or this is a call of your own. Go back to the caller first."},
	orchestrator.DoHangup:     {"正在咨询他人，请先“完成转接”或“回到来电人”。", "you are asking somebody. Complete the transfer or go back to the caller first."},
	orchestrator.DoListen:     {"该座席的通话已结束，或通话人数已满。", "the agent's talk is over, or the call is full."},
	orchestrator.DoWhisper:    {"该座席的通话已结束，或通话人数已满。", "the agent's talk is over, or the call is full."},
	orchestrator.DoBarge:      {"该座席的通话已结束，或通话人数已满。", "the agent's talk is over, or the call is full."},
	orchestrator.DoTakeOver:   {"该座席的通话已结束，或没有来电人。", "the agent's talk is over, or there is no caller."},
}

var actNames = map[orchestrator.Act][2]string{
	orchestrator.DoHold: {"保持", "hold the call"}, orchestrator.DoRetrieve: {"恢复通话", "take the call back"},
	orchestrator.DoMute: {"静音", "mute yourself"}, orchestrator.DoUnmute: {"取消静音", "unmute yourself"},
	orchestrator.DoKeys: {"发送按键", "send keys"}, orchestrator.DoConsult: {"咨询", "ask somebody"},
	orchestrator.DoHelp: {"求助", "ask for help"}, orchestrator.DoCancel: {"回到来电人", "go back to the caller"},
	orchestrator.DoSwap: {"轮流通话", "swap"}, orchestrator.DoComplete: {"完成转接", "complete the transfer"},
	orchestrator.DoTransfer: {"转接", "transfer the call"}, orchestrator.DoConference: {"三方通话", "begin a conference"},
	orchestrator.DoLeave: {"退出会议", "leave the conference"}, orchestrator.DoDrop: {"移除", "remove anybody"},
	orchestrator.DoRate: {"转评价", "lead the caller to the rating"}, orchestrator.DoMask: {"暂停录音", "silence the recording"},
	orchestrator.DoUnmask: {"恢复录音", "record again"}, orchestrator.DoRefer: {"转办告知", "refer the caller"},
	orchestrator.DoHangup: {"挂机", "hang up"}, orchestrator.DoListen: {"监听", "listen"},
	orchestrator.DoWhisper: {"密语", "whisper"}, orchestrator.DoBarge: {"强插", "barge in"}, orchestrator.DoTakeOver: {"拦截", "take the call over"},
}

// pbxWords words what the switch refuses. That it is away is said elsewhere.
var pbxWords = map[pbx.Kind]struct {
	status int
	code   string
	words  [2]string
}{
	pbx.Gone:     {http.StatusConflict, "gone_meanwhile", [2]string{"对方已挂机，操作未生效。", "They have hung up meanwhile; nothing was done."}},
	pbx.Refused:  {http.StatusConflict, "switch_refused", [2]string{"语音平台未能接通该号码，请核对号码后重试，或换一个号码。", "The switch could not reach this number. Check it and try again, or choose another."}},
	pbx.Invalid:  {http.StatusUnprocessableEntity, "switch_refused", [2]string{"号码格式不正确，语音平台无法呼叫。", "The switch cannot dial this."}},
	pbx.TimedOut: {http.StatusServiceUnavailable, "switch_slow", [2]string{"语音平台没有及时应答，操作可能已生效，请看通话状态后再决定是否重试。", "The switch did not answer in time; it may have happened. Look at the call before trying again."}},
}
