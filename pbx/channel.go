package pbx

import "time"

// ChannelID names one channel (one leg of a call) on the switch.
type ChannelID string

// BridgeID names a bridge: the place where channels hear each other.
type BridgeID string

// PlayID names one playing of sounds to one channel.
type PlayID string

// PhoneID names a SIP device an agent can be reached at.
type PhoneID string

// TrunkID names a line group to a carrier.
type TrunkID string

// Channel is what a switch tells of a channel it holds for us.
type Channel struct {
	ID       ChannelID
	Up       bool              // answered
	Inbound  bool              // it came to us; otherwise we originated it
	Trunk    TrunkID           // inbound: the trunk it came by
	Phone    PhoneID           // originated to a phone: that phone
	Called   string            // inbound: the number dialled, as received
	Caller   string            // the caller's number, as received
	Bridge   BridgeID          // the bridge it is in, if any
	Since    time.Time         // creation
	Vars     map[string]string // the variables we gave it
	Recorded string            // name of its recording on the switch, if one runs
}

// RecordingOf is the name of the recording of a channel that we originate. It
// is the channel's own, so that whoever fetches the recording can see whether
// the channel is still there.
func RecordingOf(id ChannelID) string { return "yihaotong/" + string(id) }

// Snapshot is everything a switch holds for us at one moment.
type Snapshot struct {
	Booted   time.Time // when the switch itself started; a new value means that it forgot everything
	Channels []Channel
	Bridges  map[BridgeID][]ChannelID
	Phones   map[PhoneID]bool // provisioned phones: reachable now?
	Trunks   map[TrunkID]bool // provisioned trunks: usable now?
}
