package recording

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestEveryStoreKeepsItsPromises is the same for each kind of store.
func TestEveryStoreKeepsItsPromises(t *testing.T) {
	kinds := map[string]func(t *testing.T) Store{
		"disk": func(t *testing.T) Store { return NewDisk(filepath.Join(t.TempDir(), "recordings")) },
		"s3": func(t *testing.T) Store {
			s, err := NewS3(newBucket(t).address(), t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
	}
	for kind, make := range kinds {
		t.Run(kind, func(t *testing.T) {
			if name := make(t).Name(); name != kind {
				t.Errorf("it is called %q", name)
			}
			for name, promise := range promises {
				t.Run(name, func(t *testing.T) { promise(t, make(t)) })
			}
		})
	}
}

const someName = "2026/11/22/0190-call.wav.age"

var promises = map[string]func(t *testing.T, s Store){
	"what is kept can be read from anywhere": func(t *testing.T, s Store) {
		want := noise(3*blockBytes + 12_345)
		keep(t, s, someName, want)
		o := open(t, s, someName)
		if o.Size() != int64(len(want)) {
			t.Fatalf("%d bytes", o.Size())
		}
		for _, at := range []struct{ off, n int64 }{{0, 1}, {0, o.Size()}, {blockBytes - 1, 2}, {o.Size() - 7, 7}, {blockBytes * 2, 70_000}, {5, 0}} {
			got := make([]byte, at.n)
			if _, err := o.ReadAt(got, at.off); err != nil || !bytes.Equal(got, want[at.off:at.off+at.n]) {
				t.Errorf("%d bytes from %d: %v", at.n, at.off, err)
			}
		}
		beyond := make([]byte, 10)
		if n, err := o.ReadAt(beyond, o.Size()-3); n != 3 || !errors.Is(err, io.EOF) {
			t.Errorf("over the end: %d, %v", n, err)
		}
		if _, err := o.ReadAt(beyond, -1); err == nil {
			t.Error("before the beginning")
		}
	},
	"keeping again puts the new in place of the old": func(t *testing.T, s Store) {
		keep(t, s, someName, noise(1000))
		before := open(t, s, someName).Version()
		want := noise(2000)
		keep(t, s, someName, want)
		o := open(t, s, someName)
		got := make([]byte, o.Size())
		if _, err := o.ReadAt(got, 0); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if before == "" || o.Version() == before {
			t.Errorf("the version stayed %q", before)
		}
	},
	"what is not there is fs.ErrNotExist": func(t *testing.T, s Store) {
		if _, err := s.Open(t.Context(), someName); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open: %v", err)
		}
		if err := s.Delete(t.Context(), someName); err != nil {
			t.Errorf("Delete: %v", err)
		}
	},
	"what is deleted is gone": func(t *testing.T, s Store) {
		keep(t, s, someName, noise(10))
		if err := s.Delete(t.Context(), someName); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Open(t.Context(), someName); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open: %v", err)
		}
	},
	"a draft leaves nothing behind once it is kept": func(t *testing.T, s Store) {
		name := keep(t, s, someName, noise(10))
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	},
	"whoever gives up is not kept waiting": func(t *testing.T, s Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		o, err := s.Open(ctx, someName)
		if err == nil {
			t.Errorf("opened %v", o)
		}
	},
}

func noise(n int) []byte {
	b := make([]byte, n)
	c := rand.NewChaCha8([32]byte{1})
	_, _ = c.Read(b)
	return b
}

func keep(t *testing.T, s Store, name string, body []byte) string {
	t.Helper()
	f, err := s.Draft()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := f.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := s.Keep(t.Context(), f, name); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func open(t *testing.T, s Store, name string) Object {
	t.Helper()
	o, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Close() })
	return o
}

func TestAddressOfAnObjectStoreMustBeWhole(t *testing.T) {
	for _, address := range []string{"", "vault", "ftp://k:s@h/b", "https://h/b", "https://k@h/b", "https://k:s@h", "https://k:s@h/", "https://k:s@/b", "\x00"} {
		if s, err := NewS3(address, ""); err == nil {
			t.Errorf("%q: %+v", address, s)
		}
	}
}

// into lets a bench keep its recordings elsewhere.
func (b *bench) into(s Store) {
	b.Helper()
	b.coll.stores.into = s
	v, err := NewVault(b.pool, b.dir, Into(s))
	if err != nil {
		b.Fatal(err)
	}
	b.vault = v
}

func TestRecordingsInAnObjectStoreAreCollectedAndPlayed(t *testing.T) {
	b := newBench(t)
	onDisk, _ := b.sealedCall(talk(1)) // from before the move
	objects := newBucket(t)
	s, err := NewS3(objects.address(), filepath.Join(b.dir, "recordings"))
	if err != nil {
		t.Fatal(err)
	}
	b.into(s)
	raw := talk(20)
	call, name := b.ended(&file{data: raw})
	if err := b.coll.collect(t.Context(), call, time.Now()); err != nil {
		t.Fatal(err)
	}
	if wav := b.played(call); !bytes.Equal(wav[headBytes:], raw) || b.disk.has(name) {
		t.Error("it is not what the switch recorded, or is still there")
	}
	if len(b.played(onDisk)) != len(talk(1))+headBytes {
		t.Error("what was on the disk cannot be heard any more")
	}
	b.onlySealed(1)
	objects.mu.Lock()
	for key, body := range objects.objects {
		if !bytes.HasPrefix(body, []byte("age-encryption.org/v1")) {
			t.Errorf("%s is not sealed", key)
		}
		objects.objects[key] = append([]byte("x"), body...)
	}
	objects.mu.Unlock()
	if _, _, err := b.vault.Open(t.Context(), call); !errors.Is(err, ErrDamaged) {
		t.Errorf("changed in the store: %v", err)
	}
	objects.mu.Lock()
	objects.down = true
	objects.mu.Unlock()
	if _, _, err := b.vault.Open(t.Context(), call); !errors.Is(err, ErrStoreAway) {
		t.Errorf("store away: %v", err)
	}
}

func TestSeekingReadsOnlyWhatIsHeard(t *testing.T) {
	b := newBench(t)
	objects := newBucket(t)
	s, err := NewS3(objects.address(), filepath.Join(b.dir, "recordings"))
	if err != nil {
		t.Fatal(err)
	}
	b.into(s)
	raw := talk(20 * 60) // 38 MB: too long to be hashed whole first
	call, _ := b.ended(&file{data: raw})
	if err := b.coll.collect(t.Context(), call, time.Now()); err != nil {
		t.Fatal(err)
	}
	objects.mu.Lock()
	objects.read = 0
	objects.mu.Unlock()
	began := time.Now()
	wav, _, err := b.vault.Open(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	middle := int64(headBytes + len(raw)/2)
	if _, err := wav.Seek(middle, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	heard := make([]byte, 32_000)
	if _, err := io.ReadFull(wav, heard); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	objects.mu.Lock()
	read := objects.read
	objects.mu.Unlock()
	t.Logf("first second from the middle of 20 minutes after %s, %d bytes read from the store", took, read)
	if !bytes.Equal(heard, raw[len(raw)/2:len(raw)/2+len(heard)]) {
		t.Error("not what was recorded there")
	}
	if read > 4*blockBytes {
		t.Errorf("%d bytes were read to hear one second", read)
	}
}

// crowded is a store without room.
type crowded struct {
	Store
	full bool
}

func (c *crowded) Keep(ctx context.Context, f *os.File, name string) error {
	if c.full {
		return &fs.PathError{Op: "write", Path: name, Err: syscall.ENOSPC}
	}
	return c.Store.Keep(ctx, f, name)
}

func TestFullVaultLeavesTheRecordingOnTheSwitchAndTriesForEver(t *testing.T) {
	b := newBench(t)
	store := &crowded{Store: b.coll.stores.disk, full: true}
	b.coll.stores.into = store
	call, name := b.ended(&file{data: talk(1)})
	for range 3 * hasty.limit {
		if err := b.coll.collect(t.Context(), call, time.Now()); err == nil {
			t.Fatal("collected without room")
		}
	}
	i := b.info(call)
	if i.State != Pending || !b.disk.has(name) || b.failures(call) != int64(3*hasty.limit) {
		t.Fatalf("%+v after %d failures", i, b.failures(call))
	}
	backlog, err := ReadBacklog(t.Context(), b.pool)
	if err != nil || backlog.Pending != 1 || backlog.Parked != 0 || !backlog.Full {
		t.Errorf("backlog %+v, %v", backlog, err)
	}
	if got := failuresOf(t, b.coll, "full"); got != float64(3*hasty.limit) {
		t.Errorf("%v failures for want of room", got)
	}
	b.onlySealed(0)
	store.full = false
	if err := b.coll.collect(t.Context(), call, time.Now()); err != nil || b.info(call).State != Ready || b.disk.has(name) {
		t.Errorf("with room again: %v, %+v", err, b.info(call))
	}
	b.played(call)
}

// TestFullDiskIsNoLoss does it with a real file system of 256 kB.
func TestFullDiskIsNoLoss(t *testing.T) {
	b := newBench(t)
	small := filepath.Join(b.dir, "recordings")
	if err := os.MkdirAll(small, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("none", small, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("NOT TESTED: no file system can be mounted here: %v", err)
	}
	defer func() { _ = syscall.Unmount(small, 0) }()
	call, name := b.ended(&file{data: talk(30)}) // 960 kB
	err := b.coll.collect(t.Context(), call, time.Now())
	if !errors.Is(err, syscall.ENOSPC) || b.info(call).State != Pending || !b.disk.has(name) {
		t.Fatalf("%v, %+v", err, b.info(call))
	}
	b.onlySealed(0)
	if err := syscall.Mount("none", small, "tmpfs", syscall.MS_REMOUNT, "size=4m"); err != nil {
		t.Fatal(err)
	}
	if err := b.coll.collect(t.Context(), call, time.Now()); err != nil || b.disk.has(name) {
		t.Fatal(err)
	}
	b.played(call)
}
