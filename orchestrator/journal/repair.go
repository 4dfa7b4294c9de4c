package journal

import (
	"encoding/binary"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// repair makes the log in dir readable again after the program or the machine
// died while writing. The last file may end in half an entry: it is cut off.
// Earlier files were complete on disk before the next was begun; if one of them
// is broken all the same (the disk is), the entries that cannot be read are
// replaced by empty ones, because the log counts its entries. Whatever is taken
// out is kept beside in a file *.cut.
func repair(dir string, log *slog.Logger) error {
	segments, err := segmentsOf(dir)
	if err != nil {
		return err
	}
	for i, s := range segments {
		want := -1 // the last: as many as there are
		if i+1 < len(segments) {
			want = int(segments[i+1].first - s.first)
		}
		if err := s.repair(want, log); err != nil {
			return fmt.Errorf("journal: repair %s: %w", s.path, err)
		}
	}
	return nil
}

// segment is a file of the log, named by the number of its first entry in 20
// digits. “.START” at the end marks one that takes the place of all before it.
type segment struct {
	path  string
	first uint64
}

func segmentsOf(dir string) ([]segment, error) {
	files, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("journal: read the folder: %w", err)
	}
	var found []segment
	for _, f := range files {
		digits, start := strings.CutSuffix(f.Name(), ".START")
		first, err := strconv.ParseUint(digits, 10, 64)
		if err != nil || len(digits) != 20 {
			continue
		}
		if start {
			found = nil
		}
		found = append(found, segment{filepath.Join(dir, f.Name()), first})
	}
	return found, nil
}

func (s segment) repair(want int, log *slog.Logger) error {
	data, err := os.ReadFile(s.path)
	if err != nil {
		return err
	}
	good, entries := scan(data, want < 0)
	if good == len(data) && (want < 0 || entries == want) {
		return nil
	}
	if want >= 0 && entries > want {
		return fmt.Errorf("it holds %d entries, the next file says %d", entries, want)
	}
	log.Warn("journal file repaired", "file", filepath.Base(s.path), "bytes_cut", len(data)-good,
		"entries_kept", entries, "entries_lost", max(0, want-entries))
	if err := keep(s.path, data[good:]); err != nil {
		return err
	}
	return s.rewrite(int64(good), want-entries)
}

// rewrite cuts the file off after good bytes and adds empty entries.
func (s segment) rewrite(good int64, empties int) error {
	f, err := os.OpenFile(s.path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := f.Truncate(good); err != nil {
		return err
	}
	var pad []byte
	for range empties {
		entry := sealBody([]byte("{}"))
		pad = append(binary.AppendUvarint(pad, uint64(len(entry))), entry...)
	}
	if _, err := f.WriteAt(pad, good); err != nil {
		return err
	}
	return f.Sync()
}

// keep writes what was cut off to a file of its own.
func keep(path string, cut []byte) error {
	if len(cut) == 0 {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*.cut")
	if err != nil {
		return err
	}
	_, err = f.Write(cut)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// scan returns how many bytes of a file are entries, and how many entries. In
// the last file the last entry must be whole as well: its length may have
// reached the disk before its content. A damaged entry in the middle keeps its
// place; whoever reads it will see.
func scan(data []byte, last bool) (good, entries int) {
	var lastStart int
	for good < len(data) {
		size, n := binary.Uvarint(data[good:])
		if n <= 0 || size <= sumSize || size > uint64(len(data)-good-n) {
			break
		}
		lastStart = good
		good += n + int(size)
		entries++
	}
	if last && entries > 0 {
		_, n := binary.Uvarint(data[lastStart:])
		if !whole(data[lastStart+n : good]) {
			return lastStart, entries - 1
		}
	}
	return good, entries
}
