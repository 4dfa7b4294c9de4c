// Package asterisk drives an Asterisk 22 over ARI as a pbx.Switch. It holds no
// call logic: it turns ARI events into the ordered stream of pbx.Event, gives
// pbx.Command to the REST interface, keeps phones and trunks known to the
// switch, and hands out the recordings that the switch made.
//
// # One link
//
//	Run ── dial ──► event websocket ──► push phones ──► subscribe ──► snapshot
//	  ▲   refused, no pong, closed                                       │
//	  └─────────── Disconnected ◄── events … ◄── buffered ◄── Connected ◄┘
//
// Events are read from the moment the websocket opens and wait until the
// snapshot is told, so that nothing between the two is lost. Commands go by
// HTTP at the same time; they are refused with Unavailable from the moment the
// websocket is lost until the next snapshot.
//
// # What Asterisk says and what it means
//
//	StasisStart, args arrived,…     Arrived
//	StasisStart, args originated,…  Answered
//	StasisStart, args to-record,…   nothing yet: its recording is begun first
//	StasisStart, args listening     nothing: a snoop channel
//	ChannelStateChange to Ringing   Ringing, once
//	ChannelHangupRequest            the cause for the Ended that follows
//	StasisEnd, ChannelDestroyed     Ended; whichever comes first
//	ChannelDtmfReceived             Pressed, unless it is said again; see keys
//	ChannelHold, ChannelUnhold      Held, Resumed
//	PlaybackFinished                PlayEnded
//	PeerStatusChange                PhoneChanged, TrunkChanged
//	ApplicationReplaced             the end of Run: ErrReplaced
//
// Everything else is filtered out by Asterisk itself. Endpoints are watched
// through a second application (the first one's name with "-endpoints"): a
// subscription to endpoints also repeats every event of their channels, which
// would double each key pressed.
//
// # What is hidden
//
// Some commands need more of Asterisk than one channel: the snoop channel and
// the bridge of a listener (listen.go), the way of an outgoing call through the
// dialplan where its recording begins (record.go), the music of a bridge in
// which a phone holds (hold.go). None of it is told, nor is it in a snapshot;
// what is left of it when a link was lost is cleared away by the next one. Mask
// and Unmask go over the manager interface of the same HTTP server (manager.go).
//
// # Deaf links
//
// When an event socket is opened while an older one of the same application
// ends, Asterisk (22.10) may leave the application to neither: the new socket
// stays open and hears nothing. So every link proves itself before Connected
// and with every heartbeat: an event that we send to our own application must
// come back.
//
// # An Originate that fails at once
//
// When the switch refuses an Originate (a phone that is not registered, an id
// in use), Do returns a *pbx.Error of Kind Refused and no event follows. When
// Do returns nil, or TimedOut or Unavailable (it may have happened), the
// outcome comes as Ringing, Answered or Ended.
//
// # Variables
//
// pbx.SetVars and Originate keep their facts, and whom a channel was made for,
// as JSON in the one channel variable YHT_VARS; ari.conf names it in
// channelvars, so that it comes with every mention of the channel. Everything
// else a snapshot needs is in the arguments of Stasis: see the dialplan in
// pbx/asterisk/config.
package asterisk
