package machine

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func TestProcessorsAreCountedBetweenTwoLooks(t *testing.T) {
	first, ok := readTicks([]byte("cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3 4\n"))
	second, again := readTicks([]byte("cpu  400 0 200 1200 200 0 0 0 90 0\n"))
	if !ok || !again {
		t.Fatal("not read")
	}
	if p := second.percentSince(first); p == nil || *p != 40 {
		t.Errorf("%v percent, want 40", p)
	}
	for _, before := range []ticks{{}, second} {
		if p := second.percentSince(before); p != nil {
			t.Errorf("since %v: %v", before, *p)
		}
	}
}

func TestMemoryIsWhatProgramsCannotGet(t *testing.T) {
	if p := readMemory([]byte("MemTotal:  8000 kB\nMemFree: 100 kB\nMemAvailable:   2000 kB\n")); p == nil || *p != 75 {
		t.Errorf("%v percent, want 75", p)
	}
}

func TestLoadIsSharedByTheProcessors(t *testing.T) {
	if l := readLoad([]byte("3.00 1.00 0.50 2/345 6789\n"), 4); l == nil || *l != 0.75 {
		t.Errorf("%v, want 0.75", l)
	}
}

func TestThisMachineIsMeasured(t *testing.T) {
	w := New(t.TempDir())
	now := time.Now()
	w.look(now)
	if l := w.Load(); !l.At.Equal(now) || l.Memory == nil || l.PerCore == nil || l.Disk == nil || *l.Disk < 0 || *l.Disk > 100 {
		t.Errorf("%+v", l)
	}
	reg := prometheus.NewRegistry()
	reg.MustRegister(w)
	if got, err := reg.Gather(); err != nil || len(got) < 3 {
		t.Errorf("%v, %v", got, err)
	}
	gone := New("/nowhere/at/all")
	gone.proc = "/nowhere"
	gone.look(now)
	if l := gone.Load(); l.CPU != nil || l.Memory != nil || l.Disk != nil || l.PerCore != nil {
		t.Errorf("%+v", l)
	}
}

func FuzzKernelText(f *testing.F) {
	f.Add([]byte("cpu  1 2 3 4\n"))
	f.Add([]byte("MemTotal: 1\nMemAvailable: 2\n"))
	f.Add([]byte("0.1 NaN Inf\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		ticked, _ := readTicks(text)
		for _, p := range []*float64{readMemory(text), ticked.percentSince(ticks{1, 1})} {
			if p != nil && (*p < 0 || *p > 100) {
				t.Errorf("%v percent from %q", *p, text)
			}
		}
		readLoad(text, 2)
	})
}
