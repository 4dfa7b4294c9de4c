// Package telephone is a small SIP telephone for tests against a real switch:
// it registers, calls and is called, presses and holds, speaks with a tone for
// a voice, and tells which tones it hears. It speaks plain SIP over UDP (RFC
// 3261) with G.711 sound (RFC 3551) and telephone-events (RFC 4733), and is
// written for the loopback interface: it knows no proxies, no NAT and no
// congestion. SIPp plays fixed scripts better; this is for tests that have to
// listen.
//
// Set is the telephone, Call one of its calls, and Actor a telephone with
// somebody at it, who can be told what to do while a scenario runs: pick up,
// hold, press keys, speak in another voice, lose the network and come back.
package telephone
