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
//	story     call.held call.transferred
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
// The cast: callers A to C; agents 1001 to 1003 and the supervisor 2001, each
// logged in at the console and at a desk phone; any other number of digits is
// somebody outside.
package timeline
