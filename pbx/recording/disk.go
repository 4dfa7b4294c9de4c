package recording

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Disk is a Store below a directory.
type Disk struct{ dir string }

// NewDisk returns the store below dir, which is made when the first file comes.
func NewDisk(dir string) *Disk { return &Disk{dir} }

// Name implements Store.
func (d *Disk) Name() string { return "disk" }

// Draft implements Store: in the same file system, so that Keep only renames.
func (d *Disk) Draft() (*os.File, error) {
	if err := os.MkdirAll(d.dir, 0o750); err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(d.dir, "."+rand.Text()+partSuffix), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o640)
}

// Keep implements Store.
func (d *Disk) Keep(_ context.Context, draft *os.File, name string) error {
	if err := draft.Sync(); err != nil {
		return err
	}
	root, err := os.OpenRoot(d.dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err := root.MkdirAll(path.Dir(name), 0o750); err != nil {
		return err
	}
	if err := root.Rename(filepath.Base(draft.Name()), name); err != nil {
		return err
	}
	return syncDirs(root, path.Dir(name))
}

// Open implements Store.
func (d *Disk) Open(_ context.Context, name string) (Object, error) {
	f, err := os.OpenInRoot(d.dir, name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &diskFile{f, info}, nil
}

type diskFile struct {
	*os.File
	info fs.FileInfo
}

// Size implements Object.
func (f *diskFile) Size() int64 { return f.info.Size() }

// Version implements Object.
func (f *diskFile) Version() string {
	var inode uint64
	if st, ok := f.info.Sys().(*syscall.Stat_t); ok {
		inode = st.Ino
	}
	return fmt.Sprintf("%d %d %d", inode, f.info.Size(), f.info.ModTime().UnixNano())
}

// Delete implements Store.
func (d *Disk) Delete(_ context.Context, name string) error {
	root, err := os.OpenRoot(d.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err := root.Remove(name); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return syncDirs(root, path.Dir(name))
}

// syncDirs makes the names on the way to a file durable.
func syncDirs(vault *os.Root, dir string) error {
	for ; ; dir = path.Dir(dir) {
		d, err := vault.Open(dir)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
		if dir == "." {
			return nil
		}
	}
}

// sweep removes part files that a killed process left, when they are so old
// that nobody can be writing them any more.
func sweep(vault string, before time.Time) error {
	return filepath.WalkDir(vault, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(name, partSuffix) {
			return err
		}
		info, err := d.Info()
		if err == nil && info.ModTime().Before(before) {
			err = os.Remove(name)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}
