package journal_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
)

// appendForever is what the test program does when it is started to be killed:
// it appends facts in rounds and prints the ids of each round once they are on
// the disk. It ships, too, if it is told where to.
func appendForever() bool {
	dir := os.Getenv("JOURNAL_TEST_DIR")
	if dir == "" {
		return false
	}
	j, err := journal.Open(dir, quiet)
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	if url := os.Getenv("JOURNAL_TEST_DB"); url != "" {
		pool, err := openPool(url)
		if err != nil {
			fmt.Println("postgres:", err)
			os.Exit(1)
		}
		j.ShipTo(pool)
	}
	go func() { _ = j.Run(context.Background()) }()
	for {
		var ids []string
		for range 20 {
			f := orchestrator.Fact{ID: id.New(), Kind: orchestrator.CallMessage, At: noon, Site: site, Call: newCall()}
			j.Append(f)
			ids = append(ids, f.ID)
		}
		if err := j.Flush(context.Background()); err != nil {
			os.Exit(1)
		}
		fmt.Println(strings.Join(ids, "\n"))
	}
}

func TestKilledProgramLosesNothingThatWasFlushed(t *testing.T) {
	pool, url := postgrestest.NewURL(t, journal.Migrations)
	dir := t.TempDir()
	var safe []string
	for round := range 6 {
		safe = append(safe, runAndKill(t, dir, url, 60+round*25)...)
	}
	j := running(t, dir, pool)
	shipped(t, j)
	there := lines(t, pool, `SELECT id::text FROM calls.event ORDER BY id`)
	for _, id := range safe {
		if _, ok := slices.BinarySearch(there, id); !ok {
			t.Fatalf("fact %s was flushed and is lost; %d flushed, %d there", id, len(safe), len(there))
		}
	}
	if n := lines(t, pool, `SELECT count(*)::text FROM calls.record`)[0]; n != fmt.Sprint(len(there)) {
		t.Errorf("%s records of %d calls", n, len(there))
	}
	same(t, "rejected", lines(t, pool, `SELECT reason FROM calls.rejected`))
}

// runAndKill kills the program with SIGKILL after it has told of n facts.
func runAndKill(t *testing.T, dir, url string, n int) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "JOURNAL_TEST_DIR="+dir, "JOURNAL_TEST_DB="+url)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	told := bufio.NewScanner(out)
	for told.Scan() {
		if _, err := id.Parse(told.Text()); err != nil {
			t.Errorf("the program said %q", told.Text())
			break
		}
		if ids = append(ids, told.Text()); len(ids) == n {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait()
	if len(ids) < n {
		t.Fatalf("the program ended after %d facts", len(ids))
	}
	return ids
}

// onDisk returns a folder that holds the given facts, as the one of a program
// that was killed.
func onDisk(t *testing.T, n int) (dir string, ids []string) {
	t.Helper()
	dir = t.TempDir()
	j := open(t, dir)
	stop := run(t, j)
	for range n {
		f := orchestrator.Fact{ID: id.New(), Kind: orchestrator.CallMessage, At: noon, Site: site, Call: newCall()}
		j.Append(f)
		ids = append(ids, f.ID)
	}
	stop()
	return dir, ids
}

func logFiles(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, strings.Repeat("[0-9]", 20)))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// lastFile returns the file of the log that is written to.
func lastFile(t *testing.T, dir string) string {
	t.Helper()
	files := logFiles(t, dir)
	if len(files) == 0 {
		t.Fatal("there is no log")
	}
	return files[len(files)-1]
}

func TestHalfWrittenEndIsCutOffWhereverItIs(t *testing.T) {
	dir, _ := onDisk(t, 3)
	file := lastFile(t, dir)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	size, n := binary.Uvarint(whole)
	entry := int(size) + n
	for _, tail := range [][]byte{nil, make([]byte, 50), {0xff}, []byte(strings.Repeat("\xff", 20))} {
		for cut := len(whole) - entry - 2; cut <= len(whole); cut += 7 {
			if err := os.WriteFile(file, append(slices.Clone(whole[:cut]), tail...), 0o600); err != nil {
				t.Fatal(err)
			}
			j := open(t, dir)
			if got, want := j.Lag(), cut/entry; got != want {
				t.Fatalf("cut at %d of %d with tail %x: %d facts, want %d", cut, len(whole), tail, got, want)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	// The length reached the disk, the content did not.
	blank := slices.Clone(whole)
	clear(blank[2*entry+n+10:])
	if err := os.WriteFile(file, blank, 0o600); err != nil {
		t.Fatal(err)
	}
	j := open(t, dir)
	if got := j.Lag(); got != 2 {
		t.Fatalf("%d facts, want 2", got)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedEntryIsSetAside(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	dir, ids := onDisk(t, 5)
	file := lastFile(t, dir)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 0x40 // in the third entry
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	j := running(t, dir, pool)
	shipped(t, j)
	same(t, "events", lines(t, pool, `SELECT id::text FROM calls.event ORDER BY id`), slices.Delete(ids, 2, 3)...)
	if r := lines(t, pool, `SELECT reason FROM calls.rejected`); len(r) != 1 || !strings.Contains(r[0], "damaged") {
		t.Errorf("rejected: %q", r)
	}
}

func TestWhatIsShippedLeavesTheDisk(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	dir, _ := onDisk(t, 500)
	j := running(t, dir, pool)
	shipped(t, j)
	eventually(t, "an empty log", func() bool {
		files := logFiles(t, dir) // none for a moment, while one takes the other's place
		if len(files) != 1 {
			return false
		}
		info, err := os.Stat(files[0])
		return err == nil && info.Size() == 0
	})
	j.Append(fact(orchestrator.CallMessage, 0, newCall(), "", data{}))
	shipped(t, j)
	if n := lines(t, pool, `SELECT count(*)::text FROM calls.event`)[0]; n != "501" {
		t.Errorf("%s events, want 501", n)
	}
}

func TestFolderBelongsToOneProcess(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	if second, err := journal.Open(dir, quiet); err == nil {
		second.Close()
		t.Error("two journals write into one folder")
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir)
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFactsAppendedBeforeAndAfterRunAreKept(t *testing.T) {
	pool := postgrestest.New(t, journal.Migrations)
	dir := t.TempDir()
	j := open(t, dir)
	j.Append(fact(orchestrator.CallMessage, 0, newCall(), "", data{}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- j.Run(ctx) }()
	if err := j.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	j.Append(fact(orchestrator.CallMessage, 0, newCall(), "", data{}))
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = running(t, dir, pool)
	shipped(t, j)
	if n := lines(t, pool, `SELECT count(*)::text FROM calls.event`)[0]; n != "2" {
		t.Errorf("%s events, want 2", n)
	}
}

func TestFlushEndsWithItsContext(t *testing.T) {
	j := open(t, t.TempDir())
	defer j.Close()
	j.Append(fact(orchestrator.CallMessage, 0, newCall(), "", data{}))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if j.Flush(ctx) == nil {
		t.Error("Flush returned although nobody writes")
	}
}
