package web

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/yihaotong/yihaotong/alarm"
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/tasks"
	"github.com/yihaotong/yihaotong/ticketing"
	"github.com/yihaotong/yihaotong/tollfraud"
	"github.com/yihaotong/yihaotong/web/auth"
)

// said is what people are told, by what happened: first fit wins.
var said = []struct {
	err    error
	status int // 0: by kind
	code   string
	zh, en string
}{
	{errLogIn, 0, "not_logged_in", "请先登录。", "Please log in first."},
	{auth.ErrNoSession, 0, "no_session", "登录已失效，请重新登录。已填写的内容会保留。", "Your session is over. Please log in again; what you typed is kept."},
	{errMustChange, 0, "must_change_password", "首次登录或密码已到期，请先修改密码。", "This is your first log-in, or your password has grown too old: please choose a new one first."},
	{errBusy, 0, "in_call", "当前有来电振铃或正在通话，不能退出登录。请先处理完来电再退出。", "A caller is ringing or talking to you, so you cannot log out. Finish the call first."},
	{errCrossSite, 0, "cross_site", "请求来自其他网站的页面，已拒绝。请直接打开一号通后重试。", "The request came from another site's page and was refused. Please open Yihaotong itself and try again."},
	{errNoSite, http.StatusConflict, "no_site", "本机尚未建立站点，请联系系统管理员。", "No site has been set up on this node yet. Please ask the administrator."},
	{directory.ErrWrongCredentials, 0, "wrong_credentials", "工号或密码不正确，请核对后重试。连续输错5次将锁定15分钟。", "Wrong employee number or password. Five wrong tries in a row lock the account for 15 minutes."},
	{directory.ErrInactive, 0, "inactive", "该账号已停用，请联系系统管理员。", "This account is not active. Please ask the administrator."},
	{directory.ErrNoReason, 0, "no_reason", "请填写查看原因（2至500个字），将记入审计日志。", "Please say why (2 to 500 characters); it is written to the audit log."},

	{orchestrator.ErrPhoneOffline, http.StatusConflict, "phone_offline", "您的话机尚未就位：请先签入，并检查浏览器麦克风授权或话机连接后重试。", "Your phone cannot be reached: sign in, check the microphone permission or the phone, then try again."},
	{orchestrator.ErrNoTalk, http.StatusConflict, "no_call", "当前没有通话，或对方已挂机。", "There is no call, or it is over."},
	{orchestrator.ErrColleagueBusy, http.StatusConflict, "colleague_busy", "对方正忙或不在岗，请换一人，或转到队列。", "They are busy or not at work. Choose somebody else, or a queue."},
	{orchestrator.ErrNobodyToHelp, http.StatusConflict, "nobody_to_help", "当前没有空闲的班长，已在监控屏上提示您需要帮助，请稍候。", "No supervisor is free; the board shows that you ask for help. Please wait."},
	{orchestrator.ErrYourself, http.StatusConflict, "yourself", "不能呼叫或监听自己，请另选一人。", "You cannot call or listen to yourself. Choose somebody else."},
	{orchestrator.ErrNoLeg, http.StatusConflict, "no_such_party", "对方已离开通话。", "They have left the call already."},
	{orchestrator.ErrNotWaiting, http.StatusConflict, "not_waiting", "该来电已不在排队，可能已接通或挂机。", "The caller is not waiting any more."},
	{orchestrator.ErrNoSuchQueue, http.StatusNotFound, "no_such_queue", "没有这个队列，请重新选择。", "There is no such queue. Please choose again."},
	{errNoMobile, 0, "no_mobile", "您没有登记手机号码，不能用手机签入。请联系班长或系统管理员登记。", "You have no mobile number here. Ask your supervisor or the administrator for it."},
	{errNoTarget, 0, "no_target", "请选择一个呼叫对象。", "Please choose whom to call, and only one."},
	{errNoColleague, 0, "no_such_colleague", "没有这个工号，或其账号已停用。", "There is nobody with this number."},
	{errNoContact, 0, "no_such_contact", "没有这个联络号码，可能已停用。", "There is no such contact; it may be out of use."},
	{errNotTold, 0, "not_told", "该号码不对外告知，请改用转接。", "The number of this contact is not told to callers. Transfer the call instead."},
	{errNoWayThere, 0, "no_way_there", "该服务不接受转接，请将号码告知来电人。", "Callers are not led to this contact. Tell them the number instead."},
	{errNoSeat, 0, "no_such_seat", "本站点没有这名座席。", "There is no such agent at this site."},
	{errNoMove, 0, "no_move", "请选择要调整的内容：队列、优先级或座席。", "Choose what to change: queue, priority or agent."},
	{errBadSkills, 0, "bad_skills", "技能不存在，或等级不在1至9之间。", "There is no such skill, or a level is not 1 to 9."},
	{orchestrator.ErrUnknownSite, http.StatusNotFound, "unknown_site", "您所属的站点未在本机开通话务。", "Your site has no telephone service on this node."},
	{orchestrator.ErrLiveDown, http.StatusServiceUnavailable, "live_away", "实时数据暂时连接不上，正在自动重连。来电照常接听，监控画面稍后恢复。", "The live data cannot be reached; we keep trying. Calls go on; the board will be back shortly."},
	{pbx.ErrUnavailable, http.StatusServiceUnavailable, "switch_away", "语音平台暂时连接不上，正在自动重连。通话中的来电不受影响，请稍后再试。", "The telephone switch cannot be reached; we keep trying. Calls in progress go on. Please try again shortly."},
	{errNoDeskPhone, 0, "no_desk_phone", "您名下没有登记话机，请改用浏览器电话签入，或联系系统管理员登记话机。", "You have no desk phone. Sign in with the browser phone, or ask the administrator for a desk phone."},
	{errUnknownReason, 0, "unknown_reason", "没有这种示忙原因，请重新选择。", "There is no such reason for being not ready. Please choose again."},

	{errNoCall, 0, "no_such_call", "没有找到该通话，可能不属于本站点，或不是您接听的来电。", "There is no such call, or it is of another site, or it was not yours."},
	{errNumberWithheld, 0, "number_withheld", "该来电未提供主叫号码。", "The caller's number was not told."},
	{errNotOnRoster, 0, "not_on_roster", "本站点没有这名座席或班长，或其账号已停用，不能排班。", "This site has no such agent or supervisor in active service, so they cannot be on the roster."},
	{errBadPlan, 0, "bad_plan", "测算条件无法读取，请刷新页面后重新导出。", "The plan cannot be read. Reload the page and export again."},
	{errBadTime, 0, "bad_time", "起止时间不正确，请核对。", "The time span is not possible. Please check it."},
	{recording.ErrNone, 0, "no_recording", "该通话没有录音（未接通，或通话过短）。", "This call has no recording: nobody answered, or it was too short."},
	{recording.ErrPending, 0, "recording_pending", "录音正在归档，一般在通话结束后一分钟内完成，请稍后再试。", "The recording is being put away, usually within a minute after the call. Please try again shortly."},
	{recording.ErrFailed, 0, "recording_failed", "录音归档失败，原始文件仍在语音平台上，请联系系统管理员处理。", "The recording could not be put away; it is still on the switch. Please tell the administrator."},
	{recording.ErrErased, http.StatusGone, "recording_erased", "录音已超过保存期限，按规定删除。", "The recording was deleted when its time of keeping was over."},
	{recording.ErrStoreAway, 0, "recording_store_away", "录音存储暂时连接不上，录音没有丢失，请稍后再试。", "The store of recordings cannot be reached; nothing is lost. Please try again shortly."},
	{recording.ErrNoReason, 0, "recording_reason", "这不是您本人的通话，请先填写回听原因（2至500个字），将记入访问日志。", "This is not a call of yours: please say why (2 to 500 characters); it is written to the access log."},
	{recording.ErrHeld, 0, "recording_held", "该录音已经封存。", "The recording is on hold already."},
	{recording.ErrNotHeld, 0, "recording_not_held", "该录音没有封存，可能已被他人解除。", "The recording is not on hold; somebody may have lifted it."},
	{recording.ErrBadDays, 0, "recording_days", "保存天数须在30至36500天之间。", "Days must be from 30 to 36500."},
	{errShortNumber, 0, "short_number", "按号码查找至少要填后三位。", "Give at least the last three digits of the number."},
	{recording.ErrDamaged, http.StatusInternalServerError, "recording_damaged", "录音文件缺失或校验不符，为保证真实性不予播放。请联系系统管理员。", "The recording is missing or is not the one that was sealed, so it is not played. Please tell the administrator."},

	{ticketing.ErrNotFound, 0, "no_such_ticket", "没有找到该工单，可能不属于本站点，或是其他人的草稿。", "There is no such ticket, or it is of another site, or somebody else's draft."},
	{ticketing.ErrStale, 0, "ticket_changed", "工单已被他人修改，您的内容尚未保存。请核对最新内容后再提交。", "Somebody else has changed the ticket; yours is not saved yet. Please compare with the latest and try again."},
	{ticketing.ErrRegistered, 0, "ticket_registered", "工单已登记，内容不能再直接修改，请通过相应操作办理。", "The ticket is registered: it can be moved on, but no longer edited."},
	{ticketing.ErrSecondDraft, 0, "second_draft", "该通话已有您的另一份草稿，请先处理那一份，再恢复本单。", "You have another draft for this call. Deal with that one first, then restore this."},
	{ticketing.ErrNoAction, 0, "no_such_action", "没有这种操作，或本系统暂不支持。", "There is no such action, or it cannot be done yet."},
	{ticketing.ErrNumbersUsedUp, 0, "numbers_used_up", "今日工单编号已用完，请联系系统管理员。", "Today's ticket numbers are used up. Please tell the administrator."},
	{ticketing.ErrBadDraft, 0, "bad_draft", "无法为此通话建立工单，请刷新后重试。", "A ticket cannot be begun for this call. Please refresh and try again."},
	{errNotRevealed, 0, "confidential", "来电人要求保密，仅接听人和班长可以查看其号码。", "The caller asked for confidentiality: only who took the call and supervisors may see the number."},

	{errAcknowledged, 0, "alarm_acknowledged", "这条告警已有人确认。", "Somebody has acknowledged this alarm already."},
	{alarm.ErrStale, 0, "rule_changed", "这条规则刚被他人修改，请核对最新内容后再保存。", "Somebody else has just changed this rule. Please compare with the latest and save again."},
	{alarm.ErrExists, 0, "rule_exists", "同一告警、同一对象已有规则，请直接修改那一条。", "There is a rule for this already. Please change that one."},
	{alarm.ErrText, http.StatusUnprocessableEntity, "broadcast_text", "广播内容应为1至300个字，有效时间1分钟至7天。", "A broadcast needs 1 to 300 characters and may hold for 1 minute to 7 days."},
	{alarm.ErrNote, http.StatusUnprocessableEntity, "alarm_note", "确认说明不能超过500个字。", "The note may have at most 500 characters."},

	{tasks.ErrNotFound, 0, "no_such_task", "没有找到这条待办，可能已由他人领取，或不属于本站点。", "There is no such item, or somebody else has it."},
	{tasks.ErrNoNumber, http.StatusConflict, "task_no_number", "来电人没有留下号码，无法回电。", "The caller's number is not known, so nobody can be called."},
	{tasks.ErrNoReason, 0, "task_reason", "请填写关闭原因（2至500个字）。", "Please say why nothing is to be done (2 to 500 characters)."},
	{tasks.ErrOutcome, 0, "task_outcome", "请选择办结结果。", "Please choose how it was done."},
	{tasks.ErrNoPerson, 0, "task_person", "不能指派给此人：不是本站点在岗的座席。", "It cannot be given to this person, who is no agent of the site."},
	{tasks.ErrTooLong, 0, "task_text", "内容过长，请精简。", "The text is too long."},
	{tasks.ErrEmpty, 0, "task_empty", "请填写内容。", "Please write something."},
	{tasks.ErrForbidden, 0, "task_forbidden", "只有班长可以指派待办。", "Only supervisors may give items to others."},
	{tasks.ErrSetting, 0, "task_setting", "设置超出允许范围，请核对。", "A setting is out of its bounds. Please check."},
	{tasks.ErrNoEngine, 0, "task_no_engine", "本机未配置语音转写，请听取留言后手工填写。", "No engine of transcription is configured; please type what the message says."},

	{directory.ErrListed, 0, "listed", "该号码已在名单中，请先修改或结束原有记录。", "The number is on the list already. Change or end that entry first."},
	{directory.ErrListReason, 0, "list_reason", "请填写原因（2至500个字）。", "Please say why (2 to 500 characters)."},
	{errForeignEntry, 0, "whole_node", "该记录对全部站点生效，只有不限站点的管理人员可以修改。", "This entry holds for every site, so only people of the whole node may change it."},
	{directory.ErrStaleContact, 0, "contact_changed", "该联络号码刚被他人修改，您的内容尚未保存。请刷新核对后再试。", "Somebody else has just changed this contact; yours is not saved. Please refresh and compare."},
	{directory.ErrExists, 0, "exists", "该代码已被使用，请换一个。", "It is there already. Please choose another code."},
	{tollfraud.ErrStale, 0, "guard_changed", "外呼规则刚被他人修改，您的内容尚未保存。请刷新核对后再试。", "Somebody else has just changed the rules; yours are not saved. Please refresh and compare."},
	{tollfraud.ErrSwitched, 0, "guard_switched", "外呼锁定状态已被他人改变，请刷新查看。", "Somebody else has turned the switch already. Please refresh."},
	{tollfraud.ErrNoReason, 0, "guard_reason", "请填写原因（2至500个字），将记入外呼防护记录。", "Please say why (2 to 500 characters); it is written down."},

	{errNotBuilt, http.StatusServiceUnavailable, "no_sip", "本机未开通浏览器电话，请使用话机签入。", "Browser phones are not set up on this node. Please sign in with a desk phone."},
	{errNoWebSocket, http.StatusUpgradeRequired, "websocket_only", "此地址仅用于浏览器实时连接，不能直接打开。", "This address is for live connections (WebSocket) only."},
	{errRestarting, http.StatusServiceUnavailable, "restarting", "系统正在重启，请稍候，页面会自动恢复。", "The program is restarting. The page will come back by itself."},
}

var byKind = map[errkind.Kind][2]string{
	errkind.Invalid:         {"填写的内容有误，请检查后重试。", "Something you entered is not right. Please check it."},
	errkind.NotFound:        {"没有找到，可能已被删除，或不在您的权限范围内。", "Not found: it may be gone, or not yours to see."},
	errkind.Conflict:        {"情况已经变化，请刷新后重试。", "Things have changed meanwhile. Please refresh and try again."},
	errkind.Forbidden:       {"您没有进行此操作的权限，如有需要请联系班长或系统管理员。", "You may not do this. Ask your supervisor or the administrator if you need to."},
	errkind.Unauthenticated: {"请先登录。", "Please log in first."},
	errkind.Unavailable:     {"后台服务暂时不可用，已填写的内容会保留，请稍后重试。", "A service we need is away. What you typed is kept; please try again shortly."},
	errkind.Internal:        {"系统出现意外错误，已记录，请稍后重试；如仍不行，请将错误码告知管理员。", "Something unexpected went wrong and has been logged. Please try again, or tell the administrator the code."},
}

// errForbidden refuses what the person's roles do not open.
var errForbidden = errkind.New(errkind.Forbidden, "web: the roles of the person do not allow it")

// describeTyped words the errors that carry facts; nil: it is none of them.
func describeTyped(err error, lang string) *Problem {
	if locked, ok := errors.AsType[*directory.LockedError](err); ok {
		at := locked.Until.In(china).Format("15:04")
		return newProblem(http.StatusLocked, "locked", pick(lang, [2]string{
			fmt.Sprintf("密码连续输错次数过多，账号已锁定至 %s，请稍后再试或联系系统管理员。", at),
			fmt.Sprintf("Too many wrong passwords: the account is locked until %s. Try again then, or ask the administrator.", at),
		}))
	}
	if password, ok := errors.AsType[*directory.PasswordError](err); ok {
		return newProblem(http.StatusUnprocessableEntity, "password_"+string(password.Rule), pick(lang, passwordRules[password.Rule]))
	}
	if p := describeDesk(err, lang); p != nil {
		return p
	}
	if p := describeAlarm(err, lang); p != nil {
		return p
	}
	if p := describeTask(err, lang); p != nil {
		return p
	}
	if p := describeGuard(err, lang); p != nil {
		return p
	}
	if p := describeRoster(err, lang); p != nil {
		return p
	}
	if p := describeQuality(err, lang); p != nil {
		return p
	}
	if p := describeStaffing(err, lang); p != nil {
		return p
	}
	return describeTicket(err, lang)
}

func describeTicket(err error, lang string) *Problem {
	if missing, ok := errors.AsType[*ticketing.MissingError](err); ok {
		p := newProblem(http.StatusUnprocessableEntity, "ticket_fields", pick(lang, [2]string{
			fmt.Sprintf("还有 %d 处需要填写或修改，已在表单中标出。", len(missing.Fields)),
			fmt.Sprintf("%d field(s) must be filled in or corrected; they are marked in the form.", len(missing.Fields)),
		}))
		for _, f := range missing.Fields {
			p.Errors = append(p.Errors, FieldFault{apiPath(f.Path), f.Message.In(lang)})
		}
		return p
	}
	if move, ok := errors.AsType[*ticketing.MoveError](err); ok {
		return newProblem(http.StatusConflict, "ticket_state", move.Words().In(lang))
	}
	if role, ok := errors.AsType[*ticketing.RoleError](err); ok {
		return newProblem(http.StatusForbidden, "ticket_role", role.Words().In(lang))
	}
	return nil
}

var passwordRules = map[directory.PasswordRule][2]string{
	directory.TooShort:    {"新密码至少需要10位。", "The new password needs at least 10 characters."},
	directory.TooLong:     {"新密码过长。", "The new password is too long."},
	directory.TooSimple:   {"新密码须包含大写字母、小写字母、数字、符号中的至少三种。", "The new password needs three of: upper case, lower case, digits, signs."},
	directory.HoldsNumber: {"新密码不能包含工号。", "The new password must not contain your employee number."},
	directory.SameAsOld:   {"新密码不能与原密码相同。", "The new password must differ from the old one."},
}

var stateNames = map[orchestrator.AgentState][2]string{
	orchestrator.SignedOut: {"签出", "signed out"}, orchestrator.Ready: {"就绪", "ready"},
	orchestrator.RingingAt: {"振铃", "being rung"}, orchestrator.Talking: {"通话", "in a call"},
	orchestrator.WrapUp: {"话后处理", "wrapping up"}, orchestrator.NotReady: {"示忙", "not ready"},
	orchestrator.Offline: {"离线", "offline"},
}
