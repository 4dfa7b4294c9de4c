// Package pbxtest holds what tests need of a telephone switch: Sim, a small
// switch that lives in memory and runs on the clock of the test, and Run, the
// suite that Sim and every real backend must pass.
//
// Sim keeps the contract of package pbx and nothing more. Where the contract
// leaves a choice, it does what Asterisk does, or the worse of two things a
// real switch may do, so that code proved on it has met the harder case:
//
//   - A phone registers as soon as it has been put, unless it is Offline, and
//     answers Busy while it has a call. It rings for ever unless told
//     otherwise.
//   - An Originate to a phone or trunk that is not known or not online is
//     refused at once: Do returns Refused with a Reason that begins with
//     "unreachable", there is no channel and no event follows. All other
//     failures of an Originate come as Ended.
//   - An inbound channel may be played to and ringed before it is answered; a
//     channel that we originated is out of reach of everything but Hangup and
//     SetVars until Answered: such commands are Refused.
//   - A second Play waits for the first one to end. Join ends what the channel
//     plays and its music; its PlayEnded comes before the channels are joined.
//   - A channel that ends while it plays gives PlayEnded, then Ended. Real
//     switches may leave the PlayEnded out.
//   - A bridge stays, even empty, until Dissolve. Join takes a channel that is
//     in another bridge out of that one.
//   - Whoever originates for a caller must hang up for him: a phone goes on
//     ringing when its Originator has ended.
//   - A listener hears what the switch sends to the one side (voices, music, a
//     prompt) and what that side says; whispers of others it does not hear, and
//     a recording has none. Listen takes the listener out of its bridge and ends
//     what it hears. To listen to a listener is Refused.
//   - StopListening, Unmute and Unmask of what is not so do nothing. Mute and
//     Mask hold until they are ended or the channel ends, whatever bridges it
//     is in.
//   - A recording (Sim.Recorded) has the time in which its channel is bridged;
//     masked time is on it as silence. Keys sent are on the telephone (Keys).
//   - Commands without a deadline are Invalid.
//   - Callers who arrive while there is no link are answered by the switch
//     itself and hear music. They are in no Snapshot, but Arrived, answered as
//     they are, right after the next Connected.
//   - A link that is cut loses the events of that time: channels that ended are
//     simply not in the next Snapshot.
package pbxtest
