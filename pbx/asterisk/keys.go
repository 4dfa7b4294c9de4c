package asterisk

import (
	"slices"
	"time"
)

// Asterisk tells some keys twice. It spaces the keys of a channel for whoever
// listens to them: while it still sounds one (at least 80 ms, or as long as it
// was pressed) and for 45 ms after that, the end of the next is told and put
// aside, and told once more when it is taken up again (main/channel.c,
// queue_dtmf_readq, 22.10). That befalls keys that a machine dials quickly, and
// keys of anybody whose packets arrive in a burst after a stall. The second
// telling is the same key with the same duration, within a time that can be
// foreseen.
const (
	keyLeast = 80 * time.Millisecond // a key is sounded at least so long
	keyGap   = 45 * time.Millisecond // between two keys
	keyFrame = 20 * time.Millisecond // until a state is looked at again
	keySlack = 60 * time.Millisecond // a busy machine may need so much more, or as long as the key was pressed
)

// deadline is until when a key of this duration is told again that was put
// aside before until. A key pressed anew, even by a machine, is later: two
// durations and two gaps after the one before last.
func deadline(until time.Time, duration time.Duration) time.Time {
	return until.Add(keyFrame + max(keySlack, duration))
}

// keys follows what Asterisk tells of the keys of one channel.
type keys struct {
	since time.Time // the latest key that Asterisk may have begun to sound
	until time.Time // a key told before this may have been put aside
	aside []aside   // in the order of being told
}

// aside is a key that may be told again.
type aside struct {
	digit    byte
	duration time.Duration
	from, to time.Time // told again between these, if at all
}

// again takes in what Asterisk says at a moment of its own clock, and reports
// whether it has said that key before. playing: a prompt is heard, during which
// nothing is put aside.
func (k *keys) again(digit byte, duration time.Duration, at time.Time, playing bool) bool {
	sounded := max(duration, keyLeast) + keyFrame + keyGap
	for i, a := range k.aside {
		if a.digit == digit && a.duration == duration && !at.Before(a.from) && !at.After(a.to) {
			k.since, k.until = at, at.Add(sounded)
			k.aside = k.aside[i+1:] // those before it would have been told before it
			for j := range k.aside {
				k.aside[j].from = at.Add(keyGap)
				k.aside[j].to = later(k.aside[j].to, deadline(k.until, k.aside[j].duration))
			}
			return true
		}
	}
	k.aside = slices.DeleteFunc(k.aside, func(a aside) bool { return at.After(a.to) })
	switch {
	case playing:
		*k = keys{}
	case at.Before(k.until):
		k.aside = append(k.aside, aside{
			digit: digit, duration: duration,
			from: k.since.Add(keyGap - time.Millisecond), to: deadline(k.until, duration),
		})
		k.until = later(k.until, at.Add(sounded)) // or it was not put aside
	default:
		k.since, k.until = at, at.Add(sounded)
	}
	return false
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
