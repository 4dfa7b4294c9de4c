package dialplan

// Input is something that happened to a call which a flow is leading.
type Input interface{ input() }

type (
	// Begin starts the flow. In a position that has begun it does nothing.
	Begin struct{}

	// Played reports that the latest Say or PlayFile has been heard to its
	// end. The end of a sound that Stop has ended must not be reported.
	Played struct{}

	// PlayFailed reports that the latest Say or PlayFile could not be made or
	// played. A step that has both a recording and a text falls back to the
	// text; otherwise the flow goes on as if it had been heard.
	PlayFailed struct{ Reason string }

	// Digit reports one key: 0-9, *, #. Others are ignored, and so is a key
	// that a waiting caller presses and Enqueue does not name.
	Digit struct{ Key byte }

	// Silence reports that the time of the latest Await is over and no key
	// came. A key ends the timer; so does leaving the step.
	Silence struct{}

	// Overflowed reports, after Enqueue, that the wait is or will be too long:
	// for the Reason OverTime, OverLength or OverUnstaffed. The caller is
	// still in line, and stays there unless LeaveLine comes.
	Overflowed struct{ Reason string }

	// Served reports, after Enqueue or Transfer, that the person's talk with
	// the caller is over and the caller is still there; after Callback, that
	// it is booked.
	Served struct{ By string }

	// Recorded reports, after TakeMessage, that the message is taken and the
	// caller is still there.
	Recorded struct{}

	// Failed reports that an Enqueue, Callback, Transfer or TakeMessage could
	// not be done (no such queue, number busy, no answer). The flow goes on
	// with the step's `otherwise`.
	Failed struct{ Reason string }

	// Resume repeats what the caller's step is about (prompt, question or
	// place in a queue), for an engine that took the call over and does not
	// know whether it was carried out.
	Resume struct{}

	// Left reports that the caller has hung up.
	Left struct{}
)

// Why a wait overflows.
const (
	OverTime      = "time"      // longer than Limit
	OverLength    = "length"    // more than MaxAhead before the caller
	OverUnstaffed = "unstaffed" // nobody is signed in for it
)

func (Begin) input()      {}
func (Played) input()     {}
func (PlayFailed) input() {}
func (Digit) input()      {}
func (Silence) input()    {}
func (Overflowed) input() {}
func (Served) input()     {}
func (Recorded) input()   {}
func (Failed) input()     {}
func (Resume) input()     {}
func (Left) input()       {}
