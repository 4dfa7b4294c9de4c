package journal

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/tidwall/wal"
)

// disk is the write-ahead log in a folder. One goroutine appends, one reads.
type disk struct {
	dir string
	log *slog.Logger

	mu     sync.Mutex
	wal    *wal.Log
	broken bool // a write failed: what the log believes is not what the file holds
	lock   *os.File
}

// openDisk opens or makes the folder, which no other process may have open.
func openDisk(dir string, log *slog.Logger) (*disk, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("journal: make the folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("journal: %s is in use by another process: %w", dir, err)
	}
	d := &disk{dir: dir, log: log, lock: lock}
	if err := d.open(); err != nil {
		_ = lock.Close()
		return nil, err
	}
	return d, nil
}

func (d *disk) open() error {
	if err := repair(d.dir, d.log); err != nil {
		return err
	}
	w, err := wal.Open(d.dir, &wal.Options{
		NoSync: true, AllowEmpty: true, SegmentSize: 8 << 20, DirPerms: 0o750, FilePerms: 0o600,
	})
	if err != nil {
		return fmt.Errorf("journal: open %s: %w", d.dir, err)
	}
	d.wal, d.broken = w, false
	return nil
}

// mend opens the log anew after a write that failed.
func (d *disk) mend() error {
	if !d.broken {
		return nil
	}
	_ = d.wal.Close() // it can do nothing more for us
	return d.open()
}

// append writes entries to the file, not yet through to the disk. After an
// error all of them must be appended again; some may then be there twice.
func (d *disk) append(entries [][]byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.mend(); err != nil {
		return err
	}
	last, err := d.wal.LastIndex()
	if err != nil {
		return fmt.Errorf("journal: append: %w", err)
	}
	var batch wal.Batch
	for i, e := range entries {
		batch.Write(last+1+uint64(i), e)
	}
	if err := d.wal.WriteBatch(&batch); err != nil {
		d.broken = true
		return fmt.Errorf("journal: append: %w", err)
	}
	return nil
}

// sync puts all that was appended through to the disk.
func (d *disk) sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.wal.Sync(); err != nil {
		// What the kernel could not write it may have dropped: the log must be
		// read again to know what it holds.
		d.broken = true
		return fmt.Errorf("journal: sync: %w", err)
	}
	// A file that was begun meanwhile must be found again, too.
	return syncDir(d.dir)
}

// bounds returns the numbers of the first entry and of the one after the last.
func (d *disk) bounds() (first, end uint64, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.mend(); err != nil {
		return 0, 0, err
	}
	first, err = d.wal.FirstIndex()
	if err != nil {
		return 0, 0, fmt.Errorf("journal: %w", err)
	}
	last, err := d.wal.LastIndex()
	return first, last + 1, err
}

// read returns up to n entries from number on.
func (d *disk) read(from uint64, n int) ([][]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var entries [][]byte
	for i := from; len(entries) < n; i++ {
		e, err := d.wal.Read(i)
		if errors.Is(err, wal.ErrNotFound) {
			break
		}
		if err != nil {
			d.broken = true
			return nil, fmt.Errorf("journal: read entry %d: %w", i, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// forget removes all entries before number end.
func (d *disk) forget(end uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return nil
	}
	if err := d.wal.TruncateFront(end); err != nil {
		d.broken = true
		return fmt.Errorf("journal: forget what is shipped: %w", err)
	}
	return syncDir(d.dir)
}

func (d *disk) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.wal.Close()
	if cerr := d.lock.Close(); err == nil {
		err = cerr
	}
	return err
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("journal: sync the folder: %w", err)
	}
	return nil
}
