package ticketing

import "slices"

// Move is one row of the table of actions.
type Move struct {
	Action Action
	From   []State
	To     []State // where it can lead; nil: the ticket stays where it is
	By     []Role
	Rule   string
}

// Moves is the whole table of actions (domain specification, chapter 5). It
// says what a ticket's life may be; which of it this program can already do is
// in deeds.
var Moves = []Move{
	{ActSubmit, at(Draft), to(Review, Dispatch), by(RoleAgent, RoleSupervisor, RoleChannel), "required fields; urgent tickets go straight to dispatch, all others to review"},
	{ActInstantReply, at(Draft), to(Done), by(RoleAgent, RoleSupervisor), "answered while the caller listens; counts as business; the knowledge used is recorded"},
	{ActRefer, at(Draft), to(Archived), by(RoleAgent, RoleSupervisor), "railway, air, post, rescue: the caller was told the right number"},
	{ActCancel, at(Draft), to(Cancelled), by(RoleAgent, RoleSupervisor), "an unregistered draft only"},
	{ActRestore, at(Cancelled), to(Draft), by(RoleAgent, RoleSupervisor), "takes a cancel back, unless the call has another draft by now"},

	{ActPass, at(Review), to(Dispatch), by(RoleReviewer), ""},
	{ActReject, at(Review), to(Draft), by(RoleReviewer), "with a reason; the ticket keeps its number"},
	{ActNotAccept, at(Review), to(Approval), by(RoleReviewer), "out of scope, no clear object or facts, already in court or arbitration; needs an approver"},
	{ActMarkDuplicate, at(Review, Dispatch), to(Merged), by(RoleReviewer), "always a person's decision on scored candidates; the merged caller still gets the answer"},
	{ActSplit, at(Dispatch), to(Split), by(RoleDispatcher), "at least two children with categories and units of their own"},
	{ActChildrenDone, at(Split), to(Done), by(RoleSystem), "when all children are done"},
	{ActApprove, at(Approval), to(NotAccepted, Transferred, Handling), by(RoleApprover), "as was asked: not accepting, cross-level transfer, extension; revealing a confidential caller is approved without moving the ticket"},
	{ActRefuse, at(Approval), to(Review, Dispatch, Handling), by(RoleApprover), "back to where it was asked"},
	{ActDispatch, at(Dispatch), to(Sign), by(RoleDispatcher, RoleSystem), "one lead unit, any number of assisting units; suggested from category and region"},
	{ActTransfer, at(Dispatch), to(Transferred, Approval), by(RoleDispatcher), "cross-city through the province, cross-province through the ministry; cross-level needs an approver"},
	{ActTakeAnswer, at(Transferred), to(ReplyReview), by(RoleSystem), "the answer comes back the way the ticket went"},
	{ActSign, at(Sign), to(Handling), by(RoleHandler), "before the sign deadline"},
	{ActReturn, at(Sign, Handling), to(Dispatch), by(RoleHandler), "reason and basis; limited in time and number"},
	{ActWithdraw, at(Sign, Handling), to(Dispatch), by(RoleDispatcher), "before the reply, with a reason"},
	{ActExtend, at(Handling), to(Approval), by(RoleHandler), "before the deadline; limited in number and working days; the caller is informed"},
	{ActReply, at(Handling), to(ReplyReview), by(RoleHandler), "a structured reply; assisting units reply to the lead"},
	{ActPassReply, at(ReplyReview), to(Done), by(RoleReviewer), "a tag can ask for a review one level up"},
	{ActRejectReply, at(ReplyReview), to(Handling), by(RoleReviewer), "with a reason"},
	{ActTrack, underWay, nil, by(RoleSupervisor, RoleSystem), ""},
	{ActUrge, underWay, nil, by(RoleSupervisor, RoleSystem), "reminder before due, yellow and red lights"},
	{ActSupervise, underWay, nil, by(RoleSupervisor, RoleSystem), "notice up the chain"},
	{ActFollowUp, at(Done), to(FollowUp), by(RoleFollowUp, RoleSystem), "sampled by rule and type"},
	{ActRedo, at(FollowUp), to(Handling), by(RoleFollowUp), "unsatisfied or unresolved, agreed by a reviewer; keeps its history"},
	{ActArchive, at(Done, FollowUp), to(Archived), by(RoleSystem), "after follow-up, or when not sampled"},
	{ActReopen, at(Done, Archived), to(Review), by(RoleCoordinator), "the caller says it is not solved"},
}

// underWay are the states in which a registered ticket waits for somebody.
var underWay = at(Review, Dispatch, Sign, Handling, ReplyReview, Transferred, Split)

func at(s ...State) []State { return s }
func to(s ...State) []State { return s }
func by(r ...Role) []Role   { return r }

// moveOf returns the row of an action.
func moveOf(a Action) (Move, bool) {
	i := slices.IndexFunc(Moves, func(m Move) bool { return m.Action == a })
	if i < 0 {
		return Move{}, false
	}
	return Moves[i], true
}

// Available reports whether this program can do the action at all yet.
func Available(a Action) bool {
	_, ok := deeds[a]
	return ok
}
