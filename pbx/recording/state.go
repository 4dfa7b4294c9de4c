package recording

import (
	"regexp"
	"time"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// State is how far a recording has come.
type State string

// The states, as drawn in the package's description.
const (
	None    State = "none"    // nothing was recorded: nobody talked with the caller
	Pending State = "pending" // on its way from the switch
	Ready   State = "ready"   // in the vault
	Failed  State = "failed"  // could not be collected; it is still on the switch
	Erasing State = "erasing" // its time is over, the file is being deleted
	Erased  State = "erased"  // deleted after its time
)

// Info is what is known of a call's recording.
type Info struct {
	CallID  string
	State   State
	Seconds float64   // playing time; 0 before Ready
	Bytes   int64     // size of the WAV file; 0 before Ready
	Partial bool      // it ends before the call did: the switch died
	Reason  string    // what went wrong last; None: empty, or how we know
	At      time.Time // when it came into the vault, or into the state it is in
}

// Errors to compare with errors.Is.
var (
	// ErrNone means that the call has no recording.
	ErrNone = errkind.New(errkind.NotFound, "recording: the call has none")
	// ErrPending means that the recording is not in the vault yet.
	ErrPending = errkind.New(errkind.Conflict, "recording: not in the vault yet")
	// ErrFailed means that the recording could not be collected.
	ErrFailed = errkind.New(errkind.Conflict, "recording: could not be collected from the switch")
	// ErrErased means that its time of keeping is over.
	ErrErased = errkind.New(errkind.NotFound, "recording: deleted after its time of keeping")
	// ErrStoreAway means that the object store cannot be asked now.
	ErrStoreAway = errkind.New(errkind.Unavailable, "recording: the store cannot be reached")
	// ErrDamaged means that the sealed file is missing, or is not the one that
	// was sealed.
	ErrDamaged = errkind.New(errkind.Internal, "recording: the sealed file is not as it was")
	// ErrBadID means that something is no id of a call or no name of a
	// recording.
	ErrBadID = errkind.New(errkind.Invalid, "recording: not an id")
)

// What ids of calls and names of recordings on the switch may look like. Ids
// become file names here: no separators, no leading dot.
var (
	idForm   = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$`)
	nameForm = regexp.MustCompile(`^[A-Za-z0-9._/-]{1,255}$`)
)
