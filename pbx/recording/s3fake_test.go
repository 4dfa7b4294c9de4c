package recording

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// bucket is an object store that speaks as much of S3 as is asked of it. It
// checks that requests are signed (not that the signature is right) and that
// what is said of a body is true.
type bucket struct {
	t       *testing.T
	http    *httptest.Server
	mu      sync.Mutex
	objects map[string][]byte
	etags   map[string]string
	room    int // bytes; 0: no bound
	down    bool
	read    int // bytes given out
}

func newBucket(t *testing.T) *bucket {
	b := &bucket{t: t, objects: map[string][]byte{}, etags: map[string]string{}}
	b.http = httptest.NewServer(b)
	t.Cleanup(b.http.Close)
	return b
}

// address is what NewS3 wants to be told.
func (b *bucket) address() string {
	return strings.Replace(b.http.URL, "http://", "http://key:secret-of-the-store@", 1) + "/vault/calls?region=cn-south-1"
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key, ours := strings.CutPrefix(r.URL.Path, "/vault/")
	switch {
	case b.down:
		refuse(w, http.StatusServiceUnavailable, "SlowDown")
	case !strings.Contains(r.Header.Get("Authorization"), "Credential=key/"):
		refuse(w, http.StatusForbidden, "AccessDenied")
	case !ours:
		refuse(w, http.StatusNotFound, "NoSuchBucket")
	case r.Method == http.MethodPut:
		b.put(w, r, key)
	case r.Method == http.MethodDelete:
		delete(b.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		b.get(w, r, key)
	}
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>%s</Message></Error>`, code, code)
}

func (b *bucket) put(w http.ResponseWriter, r *http.Request, key string) {
	body, err := io.ReadAll(r.Body)
	if err == nil && strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		body, err = unchunk(body)
		if want := r.Header.Get("X-Amz-Decoded-Content-Length"); err == nil && want != strconv.Itoa(len(body)) {
			err = fmt.Errorf("%d bytes instead of %s", len(body), want)
		}
	}
	sum := md5.Sum(body)
	if said := r.Header.Get("Content-Md5"); err == nil && said != "" && said != base64.StdEncoding.EncodeToString(sum[:]) {
		err = fmt.Errorf("another MD5")
	}
	if err != nil {
		b.t.Errorf("PUT %s: %v", key, err)
		refuse(w, http.StatusBadRequest, "BadDigest")
		return
	}
	if b.room > 0 && len(body) > b.room {
		refuse(w, http.StatusInsufficientStorage, "XMinioStorageFull")
		return
	}
	b.objects[key] = body
	b.etags[key] = `"` + hex.EncodeToString(sum[:]) + `"`
	w.Header().Set("ETag", b.etags[key])
}

// unchunk reads a body in the form aws-chunked.
func unchunk(body []byte) ([]byte, error) {
	var out bytes.Buffer
	in := bufio.NewReader(bytes.NewReader(body))
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		n, err := strconv.ParseInt(size, 16, 64)
		if err != nil || n == 0 {
			return out.Bytes(), err
		}
		if _, err := io.CopyN(&out, in, n); err != nil {
			return nil, err
		}
		if _, err := in.Discard(2); err != nil {
			return nil, err
		}
	}
}

func (b *bucket) get(w http.ResponseWriter, r *http.Request, key string) {
	body, ok := b.objects[key]
	if !ok {
		refuse(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	w.Header().Set("ETag", b.etags[key])
	before := &counting{ResponseWriter: w}
	http.ServeContent(before, r, "", time.Unix(1_700_000_000, 0), bytes.NewReader(body))
	b.read += before.n
}

type counting struct {
	http.ResponseWriter
	n int
}

func (c *counting) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.n += n
	return n, err
}
