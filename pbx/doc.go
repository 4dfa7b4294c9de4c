// Package pbx is the vocabulary of any telephone switch: channels, the events
// that happen to them, the commands given to them, and the causes for which
// they end. It knows neither Asterisk nor FreeSWITCH and drives nothing; a
// backend (pbx/asterisk) implements Switch, and pbx/pbxtest holds the suite
// every backend must pass.
//
// The rules every backend keeps:
//
//   - Identifiers of channels that we originate, of bridges and of plays are
//     chosen by us, before the command, so that no event can come too early.
//   - Events of one channel arrive in the order in which they happened.
//     Exactly one Ended closes a channel, and nothing of it follows.
//   - Every command carries a context with a deadline. Do returns when the
//     switch has accepted or refused the command; what comes of it is told by
//     events.
//   - A lost link is told by Disconnected, a new one by Connected with the
//     state the switch is really in. Between the two, commands fail with
//     Unavailable and nothing is queued.
package pbx
