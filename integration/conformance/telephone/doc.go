// Package telephone is a small SIP telephone for tests against a real switch:
// it registers, calls and is called, presses and holds, speaks with a tone for
// a voice, and tells which tones it hears. It speaks plain SIP over UDP (RFC
// 3261) with G.711 sound (RFC 3551) and telephone-events (RFC 4733), and is
// written for the loopback interface: it knows no proxies, no NAT and no
// congestion. SIPp plays fixed scripts better; this is for tests that have to
// listen.
package telephone
