package recording

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// sealedCall collects a recording and returns where its sealed file is.
func (b *bench) sealedCall(raw []byte) (call, path string) {
	b.Helper()
	call, _ = b.ended(&file{data: raw})
	if err := b.coll.collect(b.Context(), call, time.Now()); err != nil {
		b.Fatal(err)
	}
	var below string
	if err := b.pool.QueryRow(b.Context(), `SELECT path FROM recording.recording WHERE call_id = $1`, call).Scan(&below); err != nil {
		b.Fatal(err)
	}
	return call, filepath.Join(b.dir, "recordings", below)
}

func TestRangesAreServedFromAnywhere(t *testing.T) {
	b := newBench(t)
	raw := talk(10) // several pieces of 64 kB
	call, _ := b.sealedCall(raw)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wav, info, err := b.vault.Open(r.Context(), call)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer func() { _ = wav.Close() }()
		w.Header().Set("Content-Type", "audio/wav")
		http.ServeContent(w, r, "", info.At, wav)
	}))
	defer server.Close()
	want := append(wavHead(int64(len(raw)/frameBytes)), raw...)
	for _, tt := range []struct {
		header   string
		from, to int
	}{{"", 0, len(want)}, {"bytes=0-99", 0, 100}, {"bytes=70000-200000", 70000, 200001}, {"bytes=-500", len(want) - 500, len(want)}, {"bytes=65530-65545", 65530, 65546}} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if tt.header != "" {
			req.Header.Set("Range", tt.header)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || !bytes.Equal(got, want[tt.from:tt.to]) {
			t.Errorf("%q: %s, %d bytes, %v", tt.header, resp.Status, len(got), err)
		}
	}
}

func TestTamperingIsNoticed(t *testing.T) {
	b := newBench(t)
	other, otherPath := b.sealedCall(talk(2))
	b.played(other)
	swapped, err := os.ReadFile(otherPath)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(sealed []byte) []byte{
		"header":        func(s []byte) []byte { s[30] ^= 1; return s },
		"middle":        func(s []byte) []byte { s[len(s)/2] ^= 1; return s },
		"last byte":     func(s []byte) []byte { s[len(s)-1] ^= 1; return s },
		"cut":           func(s []byte) []byte { return s[:len(s)-1] },
		"cut to a step": func(s []byte) []byte { return s[:len(s)/2] },
		"longer":        func(s []byte) []byte { return append(s, 0) },
		"empty":         func([]byte) []byte { return nil },
		"another call":  func([]byte) []byte { return swapped },
	} {
		t.Run(name, func(t *testing.T) {
			b := &bench{T: t, pool: b.pool, disk: b.disk, dir: b.dir, coll: b.coll, vault: b.vault}
			call, path := b.sealedCall(talk(2))
			b.played(call) // found good once
			sealed, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, change(sealed), 0o640); err != nil {
				t.Fatal(err)
			}
			wav, _, err := b.vault.Open(t.Context(), call)
			if !errors.Is(err, ErrDamaged) || errkind.Of(err) != errkind.Internal {
				t.Errorf("Open: %v, %v", wav, err)
			}
		})
	}
	call, path := b.sealedCall(talk(1))
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.vault.Open(t.Context(), call); !errors.Is(err, ErrDamaged) {
		t.Errorf("missing file: %v", err)
	}
}

func TestAFileThatChangesWhileItPlaysIsNotPlayedOn(t *testing.T) {
	b := newBench(t)
	call, path := b.sealedCall(talk(10))
	wav, _, err := b.vault.Open(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = wav.Close() }()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("????"), 150_000); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, wav); err == nil || n > 150_000 {
		t.Errorf("%d bytes were played, %v", n, err)
	}
}

func TestFindKnowsEveryCallAskedFor(t *testing.T) {
	b := newBench(t)
	ready, _ := b.sealedCall(talk(1))
	pending, _ := b.ended(&file{data: talk(1)})
	found, err := b.vault.Find(t.Context(), ready, pending, "nobody", "\x00", "")
	if err != nil || len(found) != 5 {
		t.Fatalf("%v, %v", found, err)
	}
	for call, want := range map[string]State{ready: Ready, pending: Pending, "nobody": None, "\x00": None, "": None} {
		if found[call].State != want || found[call].CallID != call {
			t.Errorf("%q: %+v, want %s", call, found[call], want)
		}
	}
	if _, err := b.vault.Waveform(t.Context(), pending); !errors.Is(err, ErrPending) {
		t.Errorf("waveform: %v", err)
	}
	if found, err := b.vault.Find(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("nothing asked: %v, %v", found, err)
	}
}

func TestFirstStartMakesOneKeyForAll(t *testing.T) {
	dir := t.TempDir()
	opened := make([]*keys, 8)
	var wg sync.WaitGroup
	for i := range opened {
		wg.Go(func() {
			k, err := loadKeys(dir)
			if err != nil {
				t.Error(err)
			}
			opened[i] = k
		})
	}
	wg.Wait()
	path := filepath.Join(dir, "keys", "recordings.key")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	for _, k := range opened {
		if k.identities[0].(*age.X25519Identity).String() != opened[0].identities[0].(*age.X25519Identity).String() {
			t.Fatal("two processes have two keys")
		}
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := loadKeys(dir); err == nil {
		t.Error("a key that everybody can read is used")
	}
	if err := os.WriteFile(path, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadKeys(dir); err == nil {
		t.Error("no key is used as a key")
	}
}

func TestALostKeyIsNotReplacedInSilence(t *testing.T) {
	b := newBench(t)
	b.sealedCall(talk(1))
	if err := os.Remove(filepath.Join(b.dir, "keys", "recordings.key")); err != nil {
		t.Fatal(err)
	}
	if _, err := NewVault(b.pool, b.dir); err == nil {
		t.Error("a new key was made although there are sealed recordings")
	}
}

func TestRecordingsOpenAfterTheKeyWasReplacedAndForFurtherRecipients(t *testing.T) {
	b := newBench(t)
	before, _ := b.sealedCall(talk(1))
	path := filepath.Join(b.dir, "keys", "recordings.key")
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	newest, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	auditor, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append([]byte(newest.String()+"\n"), old...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.dir, "keys", "recordings.recipients"), []byte("# auditor\n"+auditor.Recipient().String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.coll = b.collector(b.disk)
	if b.vault, err = NewVault(b.pool, b.dir); err != nil {
		t.Fatal(err)
	}
	after, sealed := b.sealedCall(talk(1))
	b.played(before)
	b.played(after)
	for _, identity := range []age.Identity{newest, auditor} {
		f, err := os.Open(sealed)
		if err != nil {
			t.Fatal(err)
		}
		r, err := age.Decrypt(f, identity)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); err != nil || n != int64(len(talk(1)))+headBytes {
			t.Errorf("%d bytes, %v", n, err)
		}
		_ = f.Close()
	}
}

func TestOldPartFilesAreSweptAndYoungOnesStay(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	for name, age := range map[string]time.Duration{".old.part": time.Hour, ".young.part": time.Minute, "old.wav.age": time.Hour} {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(p, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if err := sweep(dir, now.Add(-rescueAfter)); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 || left[0].Name() != ".young.part" || left[1].Name() != "old.wav.age" {
		t.Errorf("%v, %v", left, err)
	}
	if err := sweep(filepath.Join(dir, "nowhere"), now); err != nil {
		t.Error(err)
	}
}
