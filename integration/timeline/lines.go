package timeline

import (
	"embed"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/integration/hotline"
)

//go:embed flows/*.yaml
var flows embed.FS

// lines are the numbers that lead to flows of our own, which do not greet and do
// not look at the clock.
var lines = map[string]string{
	"96101": "wait", "96102": "late-out", "96103": "full", "96104": "unstaffed", "96105": "late", "96106": "skilled", "96107": "again",
}

// Spoken is what the engine of transcription hears in every message.
const Spoken = "公交车没有停站"

// equip gives a hotline our flows with their numbers, a trunk for calls to
// outside, and an engine of transcription.
func equip(t testing.TB, h *hotline.Hotline, outside string) {
	t.Helper()
	if _, err := h.DB.Exec(t.Context(), `
		INSERT INTO directory.trunk (id, name, match, server) VALUES ('far', '外呼中继', '{127.0.0.3/32}', $1)`, outside); err != nil {
		t.Fatal(err)
	}
	// A phone that nobody answers is given up sooner than in life.
	if _, err := h.DB.Exec(t.Context(), `UPDATE directory.queue SET ring_seconds = 5 WHERE code = 'general'`); err != nil {
		t.Fatal(err)
	}
	for number, flow := range lines {
		if _, err := h.DB.Exec(t.Context(), `
			INSERT INTO directory.number_route (number, site, flow) VALUES ($1, $2, $3)`, number, directory.DemoSite, flow); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(h.Dir, "flows")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(flows, "flows/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := flows.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, path.Base(name)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h.Set("YHT_TRANSCRIBE=" + transcriber(t))
}

// transcriber hears the same words in every sound that is long enough for them.
func transcriber(t testing.TB) string {
	t.Helper()
	const least = 8000 // bytes
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wav, err := io.ReadAll(r.Body)
		if err != nil || len(wav) < least || string(wav[:4]) != "RIFF" {
			http.Error(w, "no sound", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, Spoken)
	}))
	t.Cleanup(s.Close)
	return s.URL
}
