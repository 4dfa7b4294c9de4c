package pbx

import "time"

// Ringback is the class of music that is no music: the tone that the far phone
// rings.
const Ringback = "ringback"

// Command is something we ask of the switch.
type Command interface{ command() }

type (
	// Answer picks up an inbound channel.
	Answer struct{ Channel ChannelID }

	// Ring makes an unanswered inbound channel hear ringing.
	Ring struct{ Channel ChannelID }

	// Play plays sound files (absolute paths on the switch, without ending),
	// one after the other. It ends with PlayEnded. A channel plays one thing
	// at a time: a second Play waits for the first. Music on the channel
	// pauses meanwhile.
	Play struct {
		Channel ChannelID
		ID      PlayID
		Files   []string
	}

	// StopPlay ends a play early; its PlayEnded comes as usual.
	StopPlay struct {
		Channel ChannelID
		ID      PlayID
	}

	// StartMusic plays music on hold until StopMusic, Join or the end.
	StartMusic struct {
		Channel ChannelID
		Class   string // empty: the default; Ringback: the tone of a phone that rings elsewhere
	}

	// StopMusic ends StartMusic.
	StopMusic struct{ Channel ChannelID }

	// Originate rings a phone, or a number through a trunk, with a new
	// channel whose id we choose. The outcome is Ringing, Answered or Ended.
	Originate struct {
		Channel    ChannelID // new
		Phone      PhoneID   // either a phone
		Trunk      TrunkID   // or a trunk and
		Number     string    // a number (digits, *, #, + only)
		Originator ChannelID // the channel it is made for: codecs are limited to that one's
		Caller     string    // number shown at the far end
		Name       string    // name shown at the far end
		Timeout    time.Duration
		AutoAnswer bool // ask the phone to answer by itself: somebody is waiting for it at once
		// Record is RecordingOf(Channel) when the switch shall record it, as it
		// records an inbound one: in stereo, the far end left and what it hears
		// right, of the time in which it is bridged. Empty: it does not.
		Record string
		Vars   map[string]string
	}

	// Join puts channels into a bridge, which is made if it is not there. It
	// ends what each channel plays, and its music.
	Join struct {
		Bridge   BridgeID
		Channels []ChannelID
	}

	// Leave takes a channel out of a bridge; it stays in our hands.
	Leave struct {
		Bridge  BridgeID
		Channel ChannelID
	}

	// Dissolve removes a bridge; its channels stay in our hands.
	Dissolve struct{ Bridge BridgeID }

	// Hangup ends a channel.
	Hangup struct {
		Channel ChannelID
		Cause   Cause
	}

	// Mute makes a channel inaudible to those it is bridged with, and to the
	// recording; it goes on hearing them. Unmute ends it.
	Mute struct{ Channel ChannelID }

	// Unmute ends Mute.
	Unmute struct{ Channel ChannelID }

	// SendKeys presses keys (0-9, *, #, A-D) towards the far end of a channel.
	SendKeys struct {
		Channel ChannelID
		Keys    string
	}

	// Listen lets a channel hear a conversation without being heard in it: both
	// what To hears and what To says. With Whisper, To alone hears the channel
	// as well. Listening anew replaces what was; Join, the end of either, and
	// StopListening end it.
	Listen struct {
		Channel ChannelID // the listener's
		To      ChannelID // one side of the conversation
		Whisper bool
	}

	// StopListening ends Listen, if there is one; the channel stays in our
	// hands.
	StopListening struct{ Channel ChannelID }

	// Mask keeps the recording of a channel silent, at full length, until
	// Unmask: what is said meanwhile is on no disk. A channel that is not
	// recorded refuses it.
	Mask struct{ Channel ChannelID }

	// Unmask ends Mask.
	Unmask struct{ Channel ChannelID }

	// SetVars keeps facts on the channel, so that whoever takes over can read
	// them there (Channel.Vars). Names match [A-Z_]+.
	SetVars struct {
		Channel ChannelID
		Vars    map[string]string
	}
)

func (Answer) command()        {}
func (Ring) command()          {}
func (Play) command()          {}
func (StopPlay) command()      {}
func (StartMusic) command()    {}
func (StopMusic) command()     {}
func (Originate) command()     {}
func (Join) command()          {}
func (Leave) command()         {}
func (Dissolve) command()      {}
func (Hangup) command()        {}
func (Mute) command()          {}
func (Unmute) command()        {}
func (SendKeys) command()      {}
func (Listen) command()        {}
func (StopListening) command() {}
func (Mask) command()          {}
func (Unmask) command()        {}
func (SetVars) command()       {}
