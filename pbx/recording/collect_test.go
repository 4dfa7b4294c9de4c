package recording

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/yihaotong/yihaotong/pbx"
)

// strength is how much of a frequency is in one channel of a WAV file (Goertzel),
// 0 to about 1 of full scale.
func strength(wav []byte, channel int, hz float64) float64 {
	w := 2 * math.Pi * hz / rate
	var s1, s2 float64
	n := 0
	for i := headBytes + 2*channel; i+1 < len(wav); i += frameBytes {
		s0 := float64(int16(binary.LittleEndian.Uint16(wav[i:])))/32768 + 2*math.Cos(w)*s1 - s2
		s2, s1 = s1, s0
		n++
	}
	return 2 * math.Sqrt(s1*s1+s2*s2-2*math.Cos(w)*s1*s2) / float64(n)
}

func TestSealedRecordingKeepsEachPartyOnItsSide(t *testing.T) {
	b := newBench(t)
	b.runs()
	raw := talk(3)
	call, name := b.ended(&file{data: raw})
	info := b.until(call, Ready)
	if info.Seconds != 3 || info.Bytes != int64(len(raw))+headBytes || info.Partial || info.Reason != "" {
		t.Errorf("%+v", info)
	}
	wav := b.played(call)
	if !bytes.Equal(wav[headBytes:], raw) {
		t.Error("the samples are not those of the switch")
	}
	for _, tt := range []struct {
		channel int
		hz      float64
		loud    bool
	}{{0, 440, true}, {0, 1000, false}, {1, 440, false}, {1, 1000, true}} {
		if got := strength(wav, tt.channel, tt.hz); (got > 0.2) != tt.loud {
			t.Errorf("channel %d has %.3f of %.0f Hz", tt.channel, got, tt.hz)
		}
	}
	w, err := b.vault.Waveform(t.Context(), call)
	if err != nil || w.Seconds != 3 || len(w.Left) != points || len(w.Right) != points {
		t.Fatalf("waveform %d %d, %v", len(w.Left), len(w.Right), err)
	}
	for i := range w.Left {
		if math.Abs(float64(w.Left[i])-0.49) > 0.02 || math.Abs(float64(w.Right[i])-0.245) > 0.02 {
			t.Fatalf("peak %d is %.2f, %.2f", i, w.Left[i], w.Right[i])
		}
	}
	b.eventually("the switch's file is deleted", func() bool { return !b.disk.has(name) })
	b.onlySealed(1)
}

// onlySealed checks that the data directory has that many sealed files, no part
// files, and nowhere a WAV header.
func (b *bench) onlySealed(want int) {
	b.Helper()
	n := 0
	err := filepath.WalkDir(filepath.Join(b.dir, "recordings"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		switch {
		case err != nil:
		case !strings.HasSuffix(path, sealedSuffix):
			b.Errorf("%s was left", path)
		case bytes.Contains(text, []byte("WAVEfmt")) || !bytes.HasPrefix(text, []byte("age-encryption.org/v1")):
			b.Errorf("%s is not sealed", path)
		}
		n++
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) || n != want {
		b.Errorf("%d files in the vault, %v; want %d", n, err, want)
	}
}

func TestHeaderIsThatOfAWAVFile(t *testing.T) {
	want := "RIFF\x34\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00\x40\x1f\x00\x00\x00\x7d\x00\x00\x04\x00\x10\x00data\x10\x00\x00\x00"
	if got := string(wavHead(4)); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestCollectingWaitsUntilTheSwitchIsDone(t *testing.T) {
	b := newBench(t)
	b.coll.pace.stall = time.Hour
	f := &file{data: talk(1), growing: true}
	call, name := b.ended(f)
	b.runs()
	b.eventually("it was looked at", func() bool { return b.seen(call) == int64(len(talk(1))) })
	b.disk.set(func() { f.data = talk(2) })
	b.eventually("its growth was seen", func() bool { return b.seen(call) == int64(len(talk(2))) })
	if i := b.info(call); i.State != Pending || !b.disk.has(name) {
		t.Fatalf("%+v", i)
	}
	b.disk.set(func() { f.data, f.growing = talk(2.5), false })
	if i := b.until(call, Ready); i.Seconds != 2.5 || i.Partial || b.failures(call) != 0 {
		t.Errorf("%+v", i)
	}
}

func (b *bench) seen(call string) (n int64) {
	b.number(&n, `SELECT coalesce(seen_bytes, -1) FROM recording.recording WHERE call_id = $1`, call)
	return n
}

func (b *bench) failures(call string) (n int64) {
	b.number(&n, `SELECT failures FROM recording.recording WHERE call_id = $1`, call)
	return n
}

func (b *bench) number(n *int64, sql string, args ...any) {
	b.Helper()
	if err := b.pool.QueryRow(b.Context(), sql, args...).Scan(n); err != nil {
		b.Fatal(err)
	}
}

func TestRecordingOfADeadSwitchIsTakenAsFarAsItGoes(t *testing.T) {
	b := newBench(t)
	b.runs()
	cut, _ := b.ended(&file{data: talk(1)[:rate*frameBytes-3]}) // in the middle of a frame
	stuck, _ := b.ended(&file{data: talk(1), growing: true})    // nobody writes it any more
	untold, _ := b.ended(&file{data: talk(1), size: -1})        // of unknown size
	for call, want := range map[string]Info{
		cut:    {Seconds: (rate - 1.0) / rate, Partial: true},
		stuck:  {Seconds: 1, Partial: true},
		untold: {Seconds: 1},
	} {
		i := b.until(call, Ready)
		if i.Seconds != want.Seconds || i.Partial != want.Partial {
			t.Errorf("%+v, want %+v", i, want)
		}
		wav := b.played(call)
		if int64(len(wav)) != i.Bytes || binary.LittleEndian.Uint32(wav[40:]) != uint32(len(wav)-headBytes) || !bytes.Equal(wav[headBytes:], talk(1)[:len(wav)-headBytes]) {
			t.Errorf("%d bytes, the header says %d", len(wav), binary.LittleEndian.Uint32(wav[40:]))
		}
	}
}

func TestWhereNobodyTalkedThereIsNone(t *testing.T) {
	b := newBench(t)
	b.runs()
	empty, name := b.ended(&file{data: []byte{1, 2, 3}})
	never, _ := b.ended(nil)
	for _, call := range []string{empty, never} {
		b.until(call, None)
		if _, _, err := b.vault.Open(t.Context(), call); !errors.Is(err, ErrNone) {
			t.Errorf("Open: %v", err)
		}
	}
	b.eventually("the empty file is deleted", func() bool { return !b.disk.has(name) })
	b.onlySealed(0)
}

func TestFailuresAreRetriedThenParkedAndNothingIsLost(t *testing.T) {
	b := newBench(t)
	b.disk.refuse = &pbx.Error{Command: "OpenRecording", Kind: pbx.Unavailable, Reason: "no link"}
	call, name := b.ended(&file{data: talk(1)})
	b.runs()
	i := b.until(call, Failed)
	if !strings.Contains(i.Reason, "no link") || b.failures(call) != int64(hasty.limit) || !b.disk.has(name) {
		t.Errorf("%+v after %d failures", i, b.failures(call))
	}
	if _, _, err := b.vault.Open(t.Context(), call); !errors.Is(err, ErrFailed) {
		t.Errorf("Open: %v", err)
	}
	b.disk.set(func() { b.disk.refuse = nil })
	if err := pgx.BeginFunc(t.Context(), b.pool, func(tx pgx.Tx) error { return Retry(t.Context(), tx, call) }); err != nil {
		t.Fatal(err)
	}
	if i := b.until(call, Ready); i.Reason != "" {
		t.Errorf("%+v", i)
	}
	err := pgx.BeginFunc(t.Context(), b.pool, func(tx pgx.Tx) error { return Retry(t.Context(), tx, call) })
	if !errors.Is(err, ErrNone) {
		t.Errorf("retrying what has not failed: %v", err)
	}
}

func TestABrokenTransferLeavesNothingInTheVault(t *testing.T) {
	broken := errors.New("connection reset")
	for name, opened := range map[string]func(io.Reader) io.Reader{
		"too short": func(r io.Reader) io.Reader { return io.LimitReader(r, 1000) },
		"too long":  func(r io.Reader) io.Reader { return io.MultiReader(r, strings.NewReader("more")) },
		"broken": func(r io.Reader) io.Reader {
			return io.MultiReader(io.LimitReader(r, 5000), &failing{broken})
		},
		"broken at the end": func(r io.Reader) io.Reader { return io.MultiReader(r, &failing{broken}) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			call, file := b.ended(&file{data: talk(1)})
			b.disk.opened = opened
			if err := b.coll.collect(t.Context(), call, time.Now()); err == nil {
				t.Error("no error")
			}
			if i := b.info(call); i.State != Pending || i.Reason == "" || !b.disk.has(file) {
				t.Errorf("%+v", i)
			}
			b.onlySealed(0)
			b.disk.opened = nil
			if err := b.coll.collect(t.Context(), call, time.Now()); err != nil || b.info(call).State != Ready {
				t.Errorf("the next try: %v", err)
			}
		})
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

func TestStoppingCountsNoFailureAndLosesNothing(t *testing.T) {
	b := newBench(t)
	call, name := b.ended(&file{data: talk(1)})
	reached := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	b.disk.opened = func(r io.Reader) io.Reader {
		return io.MultiReader(io.LimitReader(r, 1000), readFunc(func([]byte) (int, error) {
			close(reached)
			<-ctx.Done() // a slow switch
			return 0, ctx.Err()
		}))
	}
	go func() { <-reached; cancel() }()
	if err := b.coll.collect(ctx, call, time.Now()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if i := b.info(call); i.State != Pending || i.Reason != "" || b.failures(call) != 0 || !b.disk.has(name) {
		t.Errorf("%+v", i)
	}
	b.onlySealed(0)
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestRunLeavesNoGoroutine(t *testing.T) {
	b := newBench(t)
	old := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.coll.Run(ctx) }()
	call, _ := b.ended(&file{data: talk(1)})
	b.until(call, Ready)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	b.pool.Reset() // its connections have goroutines of their own
	goleak.VerifyNone(t, old, goleak.IgnoreAnyFunction("github.com/jackc/pgx/v5/pgxpool.(*Pool).backgroundHealthCheck"))
}

func TestADatabaseThatIsAwayIsWaitedFor(t *testing.T) {
	pool, err := pgxpool.New(t.Context(), "postgres://nobody@127.0.0.1:1/nowhere")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var log logged
	c, err := NewCollector(pool, newDisk(), t.TempDir(), slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	c.pace = hasty
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	b := &bench{T: t}
	b.eventually("it was tried twice and said so", func() bool { return strings.Count(log.text(), "cannot be collected") >= 2 })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// logged keeps what is logged.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestOneRecordingIsCollectedByOneAtATime(t *testing.T) {
	b := newBench(t)
	call, _ := b.ended(&file{data: talk(1)})
	inside, goOn := make(chan struct{}), make(chan struct{})
	first := b.collector(b.disk)
	first.step = func(name string) {
		if name == "renamed" {
			close(inside)
			<-goOn
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := first.collect(t.Context(), call, time.Now()); err != nil {
			t.Error(err)
		}
	})
	<-inside
	if err := b.coll.collect(t.Context(), call, time.Now()); !errors.As(err, new(*later)) {
		t.Errorf("the second collector: %v", err)
	}
	close(goOn)
	wg.Wait()
	if err := b.coll.collect(t.Context(), call, time.Now()); err != nil {
		t.Error(err)
	}
	b.played(call)
}

func TestUndeletableFileIsTriedAgainAndTheRecordingStays(t *testing.T) {
	b := newBench(t)
	b.disk.noTrash = errors.New("read-only file system")
	call, name := b.ended(&file{data: talk(1)})
	b.runs()
	b.until(call, Ready)
	b.eventually("deleting failed", func() bool { return b.failures(call) > 0 })
	b.disk.set(func() { b.disk.noTrash = nil })
	b.eventually("the file is deleted", func() bool { return !b.disk.has(name) })
	if i := b.info(call); i.State != Ready {
		t.Errorf("%+v", i)
	}
}

func TestBackoffGrowsToItsLimit(t *testing.T) {
	want := []time.Duration{5, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600}
	for failures, w := range want {
		if got := patient.backoff(failures); got != w*time.Second {
			t.Errorf("after %d failures %s, want %d s", failures, got, w)
		}
	}
	if got := patient.backoff(1 << 30); got != time.Hour {
		t.Errorf("after very many: %s", got)
	}
}

func TestPeaksDoNotDependOnHowTheBytesCome(t *testing.T) {
	raw := talk(0.7)
	whole := newPeaks(int64(len(raw) / frameBytes))
	_, _ = whole.Write(raw)
	for _, piece := range []int{1, 3, 5, 4096} {
		p := newPeaks(whole.frames)
		for b := raw; len(b) > 0; {
			n := min(piece, len(b))
			_, _ = p.Write(b[:n])
			b = b[n:]
		}
		if !bytes.Equal(p.left, whole.left) || !bytes.Equal(p.right, whole.right) {
			t.Errorf("pieces of %d bytes give other peaks", piece)
		}
	}
	if loudness([]byte{0, 0x80}) != 255 || loudness([]byte{0xff, 0x7f}) != 255 || loudness([]byte{1, 0}) != 1 || loudness([]byte{0, 0}) != 0 {
		t.Error("loudness is not 0 for silence and 255 for full scale")
	}
}
