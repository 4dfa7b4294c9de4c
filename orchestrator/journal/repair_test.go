package journal

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/tidwall/wal"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// TestBrokenEarlierFileCostsOnlyWhatIsInIt breaks a file in the middle of the
// log, which only a failing disk does.
func TestBrokenEarlierFileCostsOnlyWhatIsInIt(t *testing.T) {
	dir, log := t.TempDir(), slog.New(slog.DiscardHandler)
	small, err := wal.Open(dir, &wal.Options{AllowEmpty: true, SegmentSize: 1000})
	if err != nil {
		t.Fatal(err)
	}
	const n = 40
	for i := range n {
		entry, err := seal(orchestrator.Fact{ID: fmt.Sprint(i)})
		if err != nil {
			t.Fatal(err)
		}
		if err := small.Write(uint64(i+1), entry); err != nil {
			t.Fatal(err)
		}
	}
	if err := small.Close(); err != nil {
		t.Fatal(err)
	}
	segments, err := segmentsOf(dir)
	if err != nil || len(segments) < 3 {
		t.Fatalf("segments %v, %v", segments, err)
	}
	raw, err := os.ReadFile(segments[1].path)
	if err != nil {
		t.Fatal(err)
	}
	copy(raw[len(raw)/2:], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
	if err := os.WriteFile(segments[1].path, raw, 0o600); err != nil {
		t.Fatal(err)
	}

	d, err := openDisk(dir, log)
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	first, end, err := d.bounds()
	if err != nil || first != 1 || end != n+1 {
		t.Fatalf("bounds %d to %d, %v", first, end, err)
	}
	entries, err := d.read(first, n)
	if err != nil || len(entries) != n {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	lost := 0
	for i, e := range entries {
		f, err := unseal(e)
		switch {
		case err == nil && f.ID != fmt.Sprint(i):
			t.Fatalf("entry %d is fact %s", i, f.ID)
		case err != nil && (uint64(i+1) < segments[1].first || uint64(i+1) >= segments[2].first):
			t.Errorf("entry %d was not in the broken file and is lost: %v", i, err)
		case err != nil:
			lost++
		}
	}
	if in := int(segments[2].first - segments[1].first); lost == 0 || lost >= in {
		t.Errorf("%d of %d entries are lost", lost, in)
	}
	if cut, _ := filepath.Glob(filepath.Join(dir, "*.cut")); len(cut) != 1 {
		t.Errorf("what was cut off is in %v", cut)
	}
}

// TestLogThatDiedWhileForgettingOpens leaves the file that takes the place of
// all before it, as between the steps of truncation.
func TestLogThatDiedWhileForgettingOpens(t *testing.T) {
	dir, log := t.TempDir(), slog.New(slog.DiscardHandler)
	d, err := openDisk(dir, log)
	if err != nil {
		t.Fatal(err)
	}
	var entries [][]byte
	for i := range 5 {
		e, err := seal(orchestrator.Fact{ID: fmt.Sprint(i)})
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, e)
	}
	if err := d.append(entries); err != nil {
		t.Fatal(err)
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%020d.START", 6)), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err = openDisk(dir, log)
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	if first, end, err := d.bounds(); err != nil || first != 6 || end != 6 {
		t.Errorf("bounds %d to %d, %v", first, end, err)
	}
}
