package console

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// texts are the files worth compressing, with their types; pictures and fonts
// are compressed already.
var texts = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".json": "application/json", ".txt": "text/plain; charset=utf-8",
}

// packFrom is the length, in bytes, from which a file is worth compressing.
const packFrom = 1000

// packed are the files that are sent compressed (gzip), by name. Each is
// compressed when it is asked for the first time, and kept.
type packed map[string]func() []byte

func packAll(files fs.FS) packed {
	all := packed{}
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || texts[path.Ext(name)] == "" || hidden(name) {
			return nil //nolint:nilerr // what cannot be read is served, or refused, as it is
		}
		if info, err := d.Info(); err == nil && info.Size() >= packFrom {
			all[name] = sync.OnceValue(func() []byte { return pack(files, name) })
		}
		return nil
	})
	return all
}

// pack compresses a file; nil when that makes it no shorter.
func pack(files fs.FS, name string) []byte {
	plain, err := fs.ReadFile(files, name)
	if err != nil {
		return nil
	}
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level exists
	_, _ = w.Write(plain)                                   // a Buffer takes everything
	_ = w.Close()
	if out.Len() >= len(plain) {
		return nil
	}
	return out.Bytes()
}

// serve sends the file compressed, if there is such a file and the browser
// takes that; false: nothing has been sent.
func (p packed) serve(w http.ResponseWriter, r *http.Request, name string) bool {
	file, ok := p[name]
	if !ok {
		return false
	}
	w.Header().Add("Vary", "Accept-Encoding")
	if !takesGzip(r.Header.Get("Accept-Encoding")) {
		return false
	}
	body := file()
	if body == nil {
		return false
	}
	w.Header().Set("Content-Type", texts[path.Ext(name)])
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // to HEAD net/http sends the header only
	return true
}

// takesGzip reads Accept-Encoding (RFC 9110, 12.5.3).
func takesGzip(accept string) bool {
	for one := range strings.SplitSeq(accept, ",") {
		coding, weight, _ := strings.Cut(one, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding != "gzip" && coding != "*" {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		worth, err := strconv.ParseFloat(q, 64)
		return !found || err == nil && worth > 0
	}
	return false
}
