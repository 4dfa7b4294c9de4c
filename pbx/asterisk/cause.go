package asterisk

import "github.com/yihaotong/yihaotong/pbx"

// CauseOf translates a cause of Q.850 (ITU-T Q.850, table 1), as Asterisk
// derives it from SIP: 486 is 17, 480 is 19, 603 is 21, 404 is 1, 503 is 34.
func CauseOf(q850 int) pbx.Cause {
	switch q850 {
	case 16:
		return pbx.Normal
	case 17:
		return pbx.Busy
	case 18, 19:
		return pbx.NoAnswer
	case 21:
		return pbx.Rejected
	case 3, 20, 27:
		return pbx.Unreachable
	case 1, 28:
		return pbx.BadNumber
	case 34, 38, 41, 42:
		return pbx.Congestion
	}
	return pbx.Failed
}

// q850 is what a far end is told when we hang up for a cause.
func q850(c pbx.Cause) int {
	switch c {
	case pbx.Busy:
		return 17
	case pbx.NoAnswer:
		return 19
	case pbx.Rejected:
		return 21
	case pbx.Unreachable:
		return 20
	case pbx.BadNumber:
		return 1
	case pbx.Congestion:
		return 34
	case pbx.Failed:
		return 38
	}
	return 16
}
