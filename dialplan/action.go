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
	// back; until then the engine plays music and speaks the place.
	Enqueue struct {
		Queue    string
		Music    string        // class of music; empty: the default
		Announce time.Duration // how often the place is spoken; zero: never
		Priority int           // higher goes first; 0 is ordinary
		Skills   []string      // an agent must have all of them
		Language string        // the caller's language, for announcements
		Words    string        // the flow's own announcement, with {ahead} and {minutes}; empty: the usual one
	}

	// Transfer connects the caller to an outside number. Served or Failed
	// comes back.
	Transfer struct {
		Number string // digits only
		For    time.Duration
	}

	// TakeMessage records what the caller says, at most Max long, until # or
	// silence. Recorded or Failed comes back.
	TakeMessage struct{ Max time.Duration }

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
func (Transfer) action()    {}
func (TakeMessage) action() {}
func (Rate) action()        {}
func (SetLanguage) action() {}
func (HangUp) action()      {}

// Announcement is what a caller in this queue hears about its place; see the
// function of the same name. The flow's own words are used if it has any and
// everything they ask for is known.
func (e Enqueue) Announcement(ahead int, wait time.Duration) string {
	if text, ok := fill(e.Words, ahead, wait); ok {
		return text
	}
	return Announcement(ahead, wait, e.Language)
}
