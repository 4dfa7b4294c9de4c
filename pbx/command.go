package pbx

import "time"

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
		Class   string // empty: the default
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
		Vars       map[string]string
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

	// SetVars keeps facts on the channel, so that whoever takes over can read
	// them there (Channel.Vars). Names match [A-Z_]+.
	SetVars struct {
		Channel ChannelID
		Vars    map[string]string
	}
)

func (Answer) command()     {}
func (Ring) command()       {}
func (Play) command()       {}
func (StopPlay) command()   {}
func (StartMusic) command() {}
func (StopMusic) command()  {}
func (Originate) command()  {}
func (Join) command()       {}
func (Leave) command()      {}
func (Dissolve) command()   {}
func (Hangup) command()     {}
func (SetVars) command()    {}
