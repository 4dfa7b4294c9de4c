package alarm_test

import (
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/alarm"
)

func TestRiseIsWithinTheTime(t *testing.T) {
	var r alarm.Rise
	for _, step := range []struct{ minute, count, want int }{
		{0, 100, 0},  // what was before nobody watched
		{1, 102, 2},  //
		{30, 105, 5}, //
		{60, 105, 5},
		{62, 105, 3}, // the two of the first minute are too old
		{70, 1, 4},   // the counter began anew
		{89, 1, 4},
		{91, 1, 1}, // those of minute 30 are too old
		{200, 1, 0},
		{201, 3, 2},
	} {
		now := noon.Add(time.Duration(step.minute) * time.Minute)
		if got := r.Of("trunk", step.count, now.Add(-time.Hour), now); got != step.want {
			t.Errorf("minute %d: %d, want %d", step.minute, got, step.want)
		}
	}
	if got := r.Of("other", 7, noon, noon); got != 0 {
		t.Errorf("another counter: %d", got)
	}
}
