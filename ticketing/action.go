package ticketing

import "slices"

// Action is what somebody does with a ticket.
type Action string

// The actions, in the order of the domain's table.
const (
	ActSubmit        Action = "submit"
	ActInstantReply  Action = "instant_reply"
	ActRefer         Action = "refer"
	ActCancel        Action = "cancel"
	ActRestore       Action = "restore"
	ActPass          Action = "pass"
	ActReject        Action = "reject"
	ActNotAccept     Action = "not_accept"
	ActMarkDuplicate Action = "mark_duplicate"
	ActSplit         Action = "split"
	ActChildrenDone  Action = "children_done"
	ActApprove       Action = "approve"
	ActRefuse        Action = "refuse"
	ActDispatch      Action = "dispatch"
	ActTransfer      Action = "transfer"
	ActTakeAnswer    Action = "take_answer"
	ActSign          Action = "sign"
	ActReturn        Action = "return"
	ActWithdraw      Action = "withdraw"
	ActExtend        Action = "extend"
	ActReply         Action = "reply"
	ActPassReply     Action = "pass_reply"
	ActRejectReply   Action = "reject_reply"
	ActTrack         Action = "track"
	ActUrge          Action = "urge"
	ActSupervise     Action = "supervise"
	ActFollowUp      Action = "follow_up"
	ActRedo          Action = "redo"
	ActArchive       Action = "archive"
	ActReopen        Action = "reopen"
)

// ActDraft stands in the history for the making of a ticket. It is not in the
// table: it moves nothing.
const ActDraft Action = "draft"

var actionWords = map[Action]Words{
	ActDraft:         {"起草", "Draft"},
	ActSubmit:        {"登记", "Register"},
	ActInstantReply:  {"即时答复", "Answer at once"},
	ActRefer:         {"告知", "Refer"},
	ActCancel:        {"撤销", "Cancel"},
	ActRestore:       {"恢复", "Restore"},
	ActPass:          {"审核通过", "Pass"},
	ActReject:        {"审核退回", "Reject"},
	ActNotAccept:     {"不予受理", "Do not accept"},
	ActMarkDuplicate: {"并单", "Merge"},
	ActSplit:         {"拆分", "Split"},
	ActChildrenDone:  {"子单办结", "Children done"},
	ActApprove:       {"批准", "Approve"},
	ActRefuse:        {"不批准", "Refuse"},
	ActDispatch:      {"分派", "Dispatch"},
	ActTransfer:      {"上报/转办", "Transfer"},
	ActTakeAnswer:    {"接收答复", "Take the answer"},
	ActSign:          {"签收", "Sign for"},
	ActReturn:        {"退回", "Return"},
	ActWithdraw:      {"撤回", "Withdraw"},
	ActExtend:        {"申请延期", "Ask for an extension"},
	ActReply:         {"回复", "Reply"},
	ActPassReply:     {"回复通过", "Pass the reply"},
	ActRejectReply:   {"回复驳回", "Reject the reply"},
	ActTrack:         {"跟踪", "Track"},
	ActUrge:          {"催办", "Urge"},
	ActSupervise:     {"督办", "Supervise"},
	ActFollowUp:      {"回访", "Follow up"},
	ActRedo:          {"重办", "Redo"},
	ActArchive:       {"归档", "Archive"},
	ActReopen:        {"重开", "Reopen"},
}

// Name is what people call the action.
func (a Action) Name() Words { return actionWords[a] }

// Role is a part that a person, or the program itself, plays in a ticket's life.
type Role string

// The roles that the table of actions names.
const (
	RoleAgent       Role = "agent"       // 座席
	RoleSupervisor  Role = "supervisor"  // 班长
	RoleReviewer    Role = "reviewer"    // 审核
	RoleDispatcher  Role = "dispatcher"  // 派单
	RoleHandler     Role = "handler"     // 承办联络员、经办人
	RoleApprover    Role = "approver"    // 审批人
	RoleFollowUp    Role = "followup"    // 回访员
	RoleCoordinator Role = "coordinator" // 上级协调
	RoleChannel     Role = "channel"     // the website, WeChat …: the public itself
	RoleSystem      Role = "system"      // a rule or a timer of ours
)

// anyRole reports whether a person with these roles plays one of the wanted ones.
func anyRole(have, want []Role) bool {
	return slices.ContainsFunc(have, func(r Role) bool { return slices.Contains(want, r) })
}
