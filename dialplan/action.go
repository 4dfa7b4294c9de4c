package dialplan

import (
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Action is something a flow wants done with the caller. Actions are carried
// out in order. At most one sound plays and at most one timer runs at a time.
type Action interface{ action() }

type (
	// Answer picks the call up. It comes once, before the first sound.
	Answer struct{}

	// Say speaks a text. Ends with Played or PlayFailed.
	Say struct {
		Text          string
		Language      string // of the text: zh, en, …
		Interruptible bool   // a key may end it
	}

	// PlayFile plays an uploaded recording. Ends with Played or PlayFailed.
	PlayFile struct {
		Name          string
		Interruptible bool
	}

	// Stop ends the sound that plays: the caller has pressed a key.
	Stop struct{}

	// Await arms the one timer. A key or Silence comes back.
	Await struct{ For time.Duration }

	// Enqueue puts the caller in line for a person. Served or Failed comes
	// back; until then the engine plays music and speaks the place. While the
	// caller waits, a Digit may come for one of Keys, or Overflowed. If the
	// flow wants the caller out of the line for it, it says LeaveLine first;
	// if it says nothing, the caller waits on. A caller who is put in line
	// again, in this queue or another, has kept the time of entry.
	Enqueue struct {
		Queue    string
		Music    string        // class of music; empty: the default
		Announce time.Duration // how often the place is spoken; zero: never
		Priority int           // higher goes first; 0 is ordinary
		Skills   []string      // an agent must have all of them
		Language string        // the caller's language, for announcements
		Words    string        // the flow's own announcement, with {ahead} and {minutes}; empty: the usual one
		Hint     string        // said after every announcement, in the caller's language: what a key does; may be empty

		Keys      string         // the keys that leave the wait, such as "1"; others are not for the flow
		Limit     time.Duration  // how long this wait may be before Overflowed with OverTime; zero: for ever
		MaxAhead  int            // with more callers ahead at entry, Overflowed with OverLength at once; zero: never
		Prefer    time.Duration  // how long the caller is kept for the agent of the last conversation; zero: not
		MinLevels map[string]int // skill → least level, 1 to 10; skills not named: any. Not to be changed
	}

	// LeaveLine takes the caller out of the line; music and announcements end.
	// The engine keeps the time of entry, for Callback and the next Enqueue.
	LeaveLine struct{}

	// Callback books that the caller is called back, with the place of the
	// line left last. Served (booked; the caller is still there) or Failed
	// comes back.
	Callback struct {
		Number    string    // mobile, or fixed with area code, in normal form
		NotBefore time.Time // the end of the quiet hours; zero: as soon as it is the caller's turn
		Quiet     Quiet     // hours in which this caller must not be called, should the turn come then
	}

	// Transfer connects the caller to an outside number. Served or Failed
	// comes back. Of several numbers the flow asks for one after the other.
	Transfer struct {
		Number   string        // digits only
		For      time.Duration // how long it may ring
		To       string        // the code of the contact whose number it is; empty: the flow's own number
		Referral string        // the code of the service the caller is referred to, which counts as business; empty: none
	}

	// Refer reports that the caller has heard the words of another service:
	// a referral by telling, which counts as business.
	Refer struct{ Code string }

	// TakeMessage records what the caller says, at most Max long, until # or
	// silence. Less than Min is no message. Recorded or Failed comes back.
	TakeMessage struct{ Max, Min time.Duration }

	// Rate reports the caller's rating of the service: 1 very satisfied,
	// 2 satisfied, 3 not satisfied.
	Rate struct{ Score int }

	// SetLanguage reports the language the caller has chosen.
	SetLanguage struct{ Language string }

	// HangUp ends the call.
	HangUp struct{ Cause pbx.Cause }
)

func (Answer) action()      {}
func (Say) action()         {}
func (PlayFile) action()    {}
func (Stop) action()        {}
func (Await) action()       {}
func (Enqueue) action()     {}
func (LeaveLine) action()   {}
func (Callback) action()    {}
func (Transfer) action()    {}
func (Refer) action()       {}
func (TakeMessage) action() {}
func (Rate) action()        {}
func (SetLanguage) action() {}
func (HangUp) action()      {}

// Announcement is what a caller in this queue hears about its place; see the
// function of the same name. The flow's own words are used if it has any and
// everything they ask for is known; the hint follows either.
func (e Enqueue) Announcement(ahead int, wait time.Duration) string {
	text, ok := fill(e.Words, ahead, wait)
	if !ok {
		text = Announcement(ahead, wait, e.Language)
	}
	return joined(text, e.Hint)
}
