package pbx

import "time"

// Event is something that happened on the switch.
type Event interface {
	// Subject is the channel it happened to; empty for what concerns the
	// whole switch, a phone or a trunk.
	Subject() ChannelID
	event()
}

// Of is the head of every event that happens to a channel.
type Of struct {
	Channel ChannelID
	At      time.Time // our clock, when the event reached us
}

// Subject returns the channel the event happened to.
func (o Of) Subject() ChannelID { return o.Channel }
func (Of) event()               {}

// Wide is the head of events that concern no single channel.
type Wide struct{ At time.Time }

// Subject returns the empty id.
func (Wide) Subject() ChannelID { return "" }
func (Wide) event()             {}

type (
	// Arrived reports a caller's channel that waits, unanswered, for our
	// decision. Text comes from outside and may hold anything; the backend
	// guarantees valid UTF-8 and at most MaxText bytes per field. Callers who
	// came while there was no link are not in the snapshot of Connected: they
	// arrive after it, and may have been answered already, with an apology
	// and music.
	Arrived struct {
		Of
		Trunk      TrunkID
		Called     string
		Caller     string
		CallerName string
		Recording  string // name of the recording the switch makes of it, if any
	}

	// Ringing reports that the far phone of a channel we originated rings.
	Ringing struct{ Of }

	// Answered reports that the far end of a channel we originated has
	// picked up; it is in our hands now and hears nothing yet.
	Answered struct{ Of }

	// Ended reports that a channel is gone. It is the last event of a channel,
	// also of one whose origination failed.
	Ended struct {
		Of
		Cause Cause
	}

	// Pressed reports one key: 0-9, *, #, A-D.
	Pressed struct {
		Of
		Digit byte
	}

	// PlayEnded reports that a play is over, whole or stopped; Err tells that
	// it could not be played. A channel that ends while it plays may leave it
	// out.
	PlayEnded struct {
		Of
		Play PlayID
		Err  error
	}

	// Held and Resumed report the hold key of a phone itself.
	Held struct{ Of }
	// Resumed ends Held.
	Resumed struct{ Of }

	// PhoneChanged reports that a provisioned phone became reachable or not.
	PhoneChanged struct {
		Wide
		Phone  PhoneID
		Online bool
	}

	// TrunkChanged reports that a trunk became usable or not.
	TrunkChanged struct {
		Wide
		Trunk  TrunkID
		Online bool
	}

	// Connected opens every link to the switch, the first and each later one.
	// Events that follow happened after the snapshot, or are in it already.
	Connected struct {
		Wide
		Snapshot Snapshot
	}

	// Disconnected reports that the link is lost; the backend is trying again.
	Disconnected struct {
		Wide
		Err error
	}
)

// MaxText bounds every text that came from outside, in bytes.
const MaxText = 256
