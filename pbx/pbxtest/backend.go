package pbxtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Backend is a running switch with telephones around it, as the suite sees it.
// Callers and phones may be programs of their own that cannot be spoken to
// once they run: all that they do is in their plan.
type Backend interface {
	// Controller returns a new link to the switch. The suite runs one at a
	// time, and another one after that.
	Controller(t testing.TB) pbx.Switch
	// Trunk is the trunk that callers come by; the suite puts it.
	Trunk() pbx.Trunk
	// Call lets somebody call the switch over the trunk. It does not wait for
	// what comes of it.
	Call(t testing.TB, plan CallerPlan) Party
	// Phone sets up the telephone p, which has been put. Unless it is Offline
	// it registers, and registers again after the switch has restarted.
	Phone(t testing.TB, p pbx.Phone, plan PhonePlan) Party
	// Outside sets up a telephone that the trunk reaches by this number.
	Outside(t testing.TB, number string, plan PhonePlan) Party
	// Prompt makes a sound file of this length and returns its path on the
	// switch, without ending.
	Prompt(t testing.TB, length time.Duration) string
	// Recorded tells what is on a recording whose channel has ended, in order;
	// it waits for the switch to close it.
	Recorded(t testing.TB, name string) []Stretch
	// Cut breaks the link between controller and switch, so that the
	// controller notices; Heal mends it.
	Cut(t testing.TB)
	Heal(t testing.TB)
	// Kill ends the switch with all its calls; Boot starts it again.
	Kill(t testing.TB)
	Boot(t testing.TB)
	// Absent tells what this backend cannot do, each with its reason.
	// Scenarios that need it are skipped.
	Absent() map[Capability]string
}

// Capability names something that a scenario needs of a backend.
type Capability string

// The capabilities.
const (
	SoundCheck Capability = "hearing"   // Party.Hears
	LinkFaults Capability = "link"      // Cut, Heal
	Restarts   Capability = "restart"   // Kill, Boot
	Outward    Capability = "outward"   // Outside
	HoldKey    Capability = "hold key"  // PhonePlan.HoldAfter
	EarlyRing  Capability = "ring tone" // a caller who is not answered hears RingTone
)

// CallerPlan is everything a caller does.
type CallerPlan struct {
	Called string // the number dialled, digits
	Number string // the caller's number, may hold anything
	Name   string // the caller's display name, may hold anything
	Tone   int    // the caller's voice: a tone of so many Hz; 0 is silence
	Press  []Key
	// HangupAfter the answer; 0: waits for the other side.
	HangupAfter time.Duration
	// GiveUpAfter the call if it has not been answered; 0: never.
	GiveUpAfter time.Duration
}

// Key is a key pressed some time after the answer.
type Key struct {
	After time.Duration
	Digit byte
}

// Keys is the plan of pressing keys one after the other, the first one after
// start, the others after gap each.
func Keys(keys string, start, gap time.Duration) []Key {
	var out []Key
	for i := range len(keys) {
		out = append(out, Key{After: start + time.Duration(i)*gap, Digit: keys[i]})
	}
	return out
}

// PhonePlan is everything a phone does with every call it gets.
type PhonePlan struct {
	Does Habit
	// After is how long it rings before it Answers or Rejects.
	After time.Duration
	Tone  int // its voice: a tone of so many Hz; 0 is silence
	Press []Key
	// HangupAfter the answer; 0: waits for the other side.
	HangupAfter time.Duration
	// HoldAfter the answer the hold key is pressed, and again ResumeAfter the
	// answer; 0: never.
	HoldAfter, ResumeAfter time.Duration
}

// Habit is what a phone does with a call.
type Habit int

// The habits.
const (
	Answers Habit = iota
	Rings         // until the switch gives up
	Busy          // without ringing
	Rejects
	Offline // does not register, gets no calls
	Obeys   // picks up at once when the call asks for it, and rings otherwise
)

// Stretch is a part of a recording in which the same can be heard: on the left
// the far end of the channel, on the right what that end hears, each as voices
// by their tones in ascending order and music as MusicTone.
type Stretch struct {
	Length      time.Duration
	Left, Right []int
}

// MusicTone stands for music on hold, and is the tone of it in backends with
// real sound.
const MusicTone = 2600

// Party is a caller or a phone under way.
type Party interface {
	// Hears tells what comes out of the receiver now.
	Hears() Heard
	// Keys are those that have come with its latest call.
	Keys() string
	// Over reports whether a call was had and is over.
	Over() bool
}

// Heard is what a party hears: a kind of sound and, of voices, their tones in
// ascending order.
type Heard struct {
	Sound Sound
	Tones []int
}

func (h Heard) String() string {
	if h.Sound == Voices {
		return fmt.Sprintf("voices %v Hz", h.Tones)
	}
	return string(h.Sound)
}

// Same reports whether two parties would say they hear the same.
func (h Heard) Same(other Heard) bool {
	return h.Sound == other.Sound && (h.Sound != Voices || slices.Equal(h.Tones, other.Tones))
}
