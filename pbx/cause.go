package pbx

// Cause tells why a channel ended, in the words the trade needs. The backends
// translate the Q.850 codes of the switch.
type Cause string

// The causes.
const (
	Normal      Cause = "normal"      // somebody hung up (Q.850 16)
	Busy        Cause = "busy"        // 17
	NoAnswer    Cause = "no_answer"   // 18, 19
	Rejected    Cause = "rejected"    // 21
	Unreachable Cause = "unreachable" // 20, 27, 3: not registered, no route
	BadNumber   Cause = "bad_number"  // 1, 28
	Congestion  Cause = "congestion"  // 34, 38, 41, 42
	Failed      Cause = "failed"      // anything else
	SwitchLost  Cause = "switch_lost" // the switch died with the call
)
