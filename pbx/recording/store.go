package recording

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// Store is where sealed files lie: Disk or S3. Names are slash-separated, as
// 2026/11/22/<call>.wav.age.
type Store interface {
	// Name is what the database calls it: disk or s3.
	Name() string
	// Draft makes an empty file to seal into. It is removed by Keep, or by
	// whoever gives it up.
	Draft() (*os.File, error)
	// Keep puts a draft into its place. When it returns nil the file is whole
	// and durable under its name, whatever was there before.
	Keep(ctx context.Context, draft *os.File, name string) error
	// Open opens a file for reading from anywhere. One that is not there is an
	// fs.ErrNotExist.
	Open(ctx context.Context, name string) (Object, error)
	// Delete removes a file for good. One that is not there is no error.
	Delete(ctx context.Context, name string) error
}

// Object is a sealed file while it is read.
type Object interface {
	io.ReaderAt
	io.Closer
	Size() int64
	// Version changes whenever the file may have; empty: it cannot be told.
	Version() string
}

// errStore means that the store is at fault and not the recording: it will be
// tried again for ever.
var errStore = errors.New("the vault cannot take it")

// storeFault wraps what a store says.
func storeFault(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", errStore, err)
}

// full reports whether there is no room left.
func full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, errNoRoom)
}

// errNoRoom is ENOSPC of a store that is no file system.
var errNoRoom = errors.New("no room left in the store")

// Option changes where a collector or a vault keeps recordings.
type Option func(*stores)

// Into keeps new recordings in s. Those on the disk can still be heard.
func Into(s Store) Option { return func(all *stores) { all.into = s } }

// stores are those that may hold recordings.
type stores struct {
	disk *Disk
	into Store // takes the new ones
}

func newStores(dir string, options []Option) stores {
	d := NewDisk(vaultDir(dir))
	all := stores{disk: d, into: d}
	for _, o := range options {
		o(&all)
	}
	return all
}

func (s stores) named(name string) (Store, error) {
	switch name {
	case s.into.Name():
		return s.into, nil
	case s.disk.Name():
		return s.disk, nil
	}
	return nil, fmt.Errorf("it is kept in %s, which is not configured", name)
}
