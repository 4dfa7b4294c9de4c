package recording

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/pbx"
)

// disk is a switch's disk in memory.
type disk struct {
	mu      sync.Mutex
	files   map[string]*file
	refuse  error                     // of every command
	noTrash error                     // of deleting
	opened  func(io.Reader) io.Reader // what is really read
}

type file struct {
	data    []byte
	size    int64 // what the switch says; 0: the truth
	growing bool
}

func newDisk() *disk { return &disk{files: map[string]*file{}} }

func (d *disk) OpenRecording(_ context.Context, name string) (io.ReadCloser, int64, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse != nil {
		return nil, 0, false, d.refuse
	}
	f, ok := d.files[name]
	if !ok {
		return nil, 0, false, &pbx.Error{Command: "OpenRecording", Kind: pbx.Gone, Reason: "Recording not found"}
	}
	size := f.size
	if size == 0 {
		size = int64(len(f.data))
	}
	var r io.Reader = bytes.NewReader(f.data)
	if d.opened != nil {
		r = d.opened(r)
	}
	return io.NopCloser(r), size, !f.growing, nil
}

func (d *disk) DeleteRecording(_ context.Context, name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := errors.Join(d.refuse, d.noTrash); err != nil {
		return err
	}
	delete(d.files, name)
	return nil
}

func (d *disk) set(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

func (d *disk) has(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.files[name]
	return ok
}

// talk is a recording of that many seconds: the caller sounds at 440 Hz, the
// agent at 1000 Hz and half as loud.
func talk(seconds float64) []byte {
	frames := int(seconds * rate)
	b := make([]byte, 0, frames*frameBytes)
	for i := range frames {
		t := 2 * math.Pi * float64(i) / rate
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(16000*math.Sin(440*t))))
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(8000*math.Sin(1000*t))))
	}
	return b
}

// bench is everything a test of collecting needs.
type bench struct {
	*testing.T
	pool  *pgxpool.Pool
	disk  *disk
	dir   string
	coll  *Collector
	vault *Vault
}

// hasty makes a collector as impatient as a test.
var hasty = pace{first: 10 * time.Millisecond, most: 50 * time.Millisecond, limit: 4, stall: 300 * time.Millisecond, absent: 200 * time.Millisecond, look: 20 * time.Millisecond}

func newBench(t *testing.T) *bench {
	t.Helper()
	pool := postgrestest.New(t, Migrations)
	if err := MigrateRiver(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, pool: pool, disk: newDisk(), dir: t.TempDir()}
	b.coll = b.collector(b.disk)
	var err error
	if b.vault, err = NewVault(pool, b.dir); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) collector(s Source) *Collector {
	b.Helper()
	c, err := NewCollector(b.pool, s, b.dir, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	c.pace = hasty
	return c
}

// ended puts a recording on the disk and enqueues it for a new call.
func (b *bench) ended(f *file) (call, name string) {
	b.Helper()
	call = id.New()
	name = fmt.Sprintf("yihaotong/%s.1", call)
	if f != nil {
		b.disk.set(func() { b.disk.files[name] = f })
	}
	err := pgx.BeginFunc(b.Context(), b.pool, func(tx pgx.Tx) error { return Enqueue(b.Context(), tx, call, name) })
	if err != nil {
		b.Fatal(err)
	}
	return call, name
}

// runs lets the collector run until the test ends.
func (b *bench) runs() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.coll.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Errorf("Run: %v", err)
		}
	})
}

// until waits until the recording of the call is in a state.
func (b *bench) until(call string, want State) Info {
	b.Helper()
	var info Info
	b.eventually(fmt.Sprintf("call %s is %s", call, want), func() bool {
		info = b.info(call)
		return info.State == want
	})
	return info
}

func (b *bench) info(call string) Info {
	b.Helper()
	found, err := b.vault.Find(b.Context(), call)
	if err != nil {
		b.Fatal(err)
	}
	return found[call]
}

func (b *bench) eventually(what string, is func() bool) {
	b.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("it never came true that %s", what)
		}
	}
}

// played reads the whole WAV file of a call.
func (b *bench) played(call string) []byte {
	b.Helper()
	wav, _, err := b.vault.Open(b.Context(), call)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = wav.Close() }()
	all, err := io.ReadAll(wav)
	if err != nil {
		b.Fatal(err)
	}
	return all
}
