// Package timeline reads and plays scenes: what people at telephones and at the
// console do, and who hears whom at every stage, one moment after the other.
//
//	# A colleague is asked for advice and takes the caller over.
//	at 0s     A dials 12328
//	by 10s    1001 hears A, A hears 1001
//	at +1s    1001 consults 1002
//	by +4s    1001 hears 1002, 1002 hears 1001, A hears nobody
//	at +1s    1001 completes
//	by +2s    A hears 1002, 1002 hears A, 1001 hears nobody
//	at +1s    A hangs up
//	by +5s    everybody is free
//	story     hold transferred
//	story says "咨询" "咨询后转接给"
//	recording of A holds 1001 1002
//
// “at” waits for a moment and does something; “by” waits for something to be
// true, at most until a moment; “for” wants it to stay true so long. A moment
// is counted from the beginning, with a plus from the end of the line before.
// A line without either belongs to the one before. Nothing sleeps that could
// wait for a state.
//
// Everybody has a voice of a different pitch, so that “hears” is measured in
// the sound that arrives, and names exactly who must be heard.
//
// “story” names kinds of entries that the story of the latest call must have,
// “story says” words of entries that come one after the other. “recording of”
// listens to the latest recording with a caller, or with “outside”: the far side
// must be on the left all the time, on the right those named and nobody else,
// silence where it was paused and nowhere else, and nothing may be missing.
//
// After every scene, whatever it was, no channel and no bridge may be left;
// each leg must agree with the switch's own records to the second, every story
// must be closed, and neither Redis nor the guard nor a desk may keep a call.
//
// “1003 sits at baresip” gives an agent a telephone that others wrote, for the
// scene; it picks up by itself.
//
// The cast: callers A to C; agents 1001 to 1003 and the supervisor 2001, each
// logged in at the console and at a desk phone; the administrator 9001 at the
// console only; any other number of digits is somebody outside, and “outside”
// whoever answers it. The numbers 96101 to 96107 lead to the flows of flows/,
// which neither greet nor look at the clock; 12328 to the city's.
//
// At the console people also do this; what they change for the whole site is
// changed back after the scene:
//
//	2001 bars A for 12s, 2001 favours B for 30s     blacklist and VIP list
//	2001 gives 1001 truck=6 general=5               skills for today; “nothing special” ends it
//	2001 moves A to truck, 2001 moves A to 9        a waiting caller: queue, priority
//	2001 forces 1001 ready                          not-ready reason, sign-out
//	2001 watches longest_wait over 2                an alarm rule, at once
//	2001 rosters 1001                               for the next hour
//	2001 broadcasts …, 1001 keeps the console open
//	9001 caps agentHour at 1, 9001 forbids 138, 9001 says it is night
//	9001 lets nobody call out, 9001 lets them call out
//	1001 takes the missed item of A, 1001 calls back for the missed item of A
//	1001 settles the missed item of A as answered, 2001 assigns the message item of A to 1003
//
// And this can be true:
//
//	A waits at 2 in general, A waits at 1 in general to be called back, A waits nowhere
//	outside is called at 13912345678
//	the missed item of A is open (taken, done, with 1003, recorded)
//	the missed item of A was tried not_reached, the message item of A reads …
//	the alarm longest_wait of general is on, the alarm fraud is off
//	the guard notes agent_hour
//	the roster finds 1001 missing (here)
//	the referrals to 12122 are 0 told 2 transferred
//	the error of the told wait is reported
//	1001 is shown …
package timeline
