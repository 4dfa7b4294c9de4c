// Package asterisktest starts private, real Asterisks for tests, and real SIP
// callers and phones (SIPp) that talk to them.
//
// A test that uses it needs YHT_ASTERISK_TREE, the root of an unpacked
// Asterisk 22 with SIPp 3.8; without it the test is skipped, or fails when
// YHT_TEST_REQUIRED is 1. Each Instance has a block of 500 ports of its own,
// so any number of test processes may run at once:
//
//	base          held open as the claim to the block
//	base+1        SIP
//	base+2        HTTP: ARI and SIP over WebSocket
//	base+10…99    SIP of SIPp processes
//	base+100…299  RTP of Asterisk
//	base+300…499  RTP of SIPp processes
package asterisktest
