package ticketing

import "slices"

// State is where a ticket stands.
type State string

// The states. The main road first, then the side states.
const (
	Draft       State = "draft"
	Review      State = "review"
	Dispatch    State = "dispatch"
	Sign        State = "sign"
	Handling    State = "handling"
	ReplyReview State = "reply_review"
	Done        State = "done"
	FollowUp    State = "follow_up"
	Archived    State = "archived"

	Approval    State = "approval"     // somebody above must agree to what was asked
	Transferred State = "transferred"  // with another site or level; its answer is awaited
	Split       State = "split"        // its children are handled instead
	Merged      State = "merged"       // goes on under another ticket
	NotAccepted State = "not_accepted" // out of scope, told so
	Cancelled   State = "cancelled"
)

// States are all states, in the order of the main road.
var States = []State{
	Draft, Review, Dispatch, Sign, Handling, ReplyReview, Done, FollowUp, Archived,
	Approval, Transferred, Split, Merged, NotAccepted, Cancelled,
}

var stateWords = map[State]Words{
	Draft:       {"草稿", "Draft"},
	Review:      {"待审核", "To be reviewed"},
	Dispatch:    {"待分派", "To be dispatched"},
	Sign:        {"待签收", "To be signed for"},
	Handling:    {"办理中", "In hand"},
	ReplyReview: {"回复审核", "Reply under review"},
	Done:        {"已办结", "Done"},
	FollowUp:    {"待回访", "To be followed up"},
	Archived:    {"已归档", "Archived"},
	Approval:    {"审批中", "Awaiting approval"},
	Transferred: {"已上报/转办", "Transferred"},
	Split:       {"等待子单", "Waiting for children"},
	Merged:      {"已并单", "Merged"},
	NotAccepted: {"不予受理", "Not accepted"},
	Cancelled:   {"已撤销", "Cancelled"},
}

// Name is what people call the state.
func (s State) Name() Words { return stateWords[s] }

// Known reports whether s is one of the states.
func (s State) Known() bool { return slices.Contains(States, s) }

// ends are the states in which nobody owes the caller anything any more.
// Archived can be reopened and Cancelled restored, but need not be.
var ends = []State{Archived, Merged, NotAccepted, Cancelled}

// Open reports whether somebody still works on a registered ticket in this
// state: it is neither a draft nor closed in any way.
func (s State) Open() bool {
	return s.Known() && s != Draft && s != Done && s != FollowUp && !slices.Contains(ends, s)
}
