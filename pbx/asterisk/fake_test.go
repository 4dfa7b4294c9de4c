package asterisk_test

import (
	"bufio"
	"crypto/sha1" //nolint:gosec // the websocket handshake is made of it (RFC 6455)
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeARI is a server that speaks raw bytes where Asterisk would speak ARI, to
// say what no real Asterisk would.
type fakeARI struct {
	*httptest.Server
	mu      sync.Mutex
	answers map[string]string // body of GET by path; "[]" and "{}" fit the rest
	status  map[string]int    // by "METHOD path": refuse with this
	before  string            // what an event socket says before it is asked for anything
	socket  net.Conn          // the newest event socket
	opened  chan struct{}     // one token for each event socket
	asked   []string          // "METHOD path?query body", without the opening ones
	deaf    bool              // do not answer pings
	mute    bool              // keep to yourself what the driver sends to itself
}

func newFakeARI(t *testing.T) *fakeARI {
	t.Helper()
	f := &fakeARI{answers: map[string]string{}, status: map[string]int{}, opened: make(chan struct{}, 100)}
	f.Server = httptest.NewServer(f)
	t.Cleanup(func() {
		f.drop()
		f.Close()
	})
	return f
}

func (f *fakeARI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if user, password, _ := r.BasicAuth(); user != "u" || password != "p" {
		http.Error(w, `{"message":"Authentication required"}`, http.StatusUnauthorized)
		return
	}
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/ari")
	if path == "/events" {
		f.upgrade(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, r.Method+" "+r.URL.RequestURI()+" "+string(body))
	if code := f.status[r.Method+" "+path]; code != 0 {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, f.answers[r.Method+" "+path])
		return
	}
	if answer, ok := f.answers[path]; ok && r.Method == http.MethodGet {
		_, _ = io.WriteString(w, answer)
		return
	}
	if token, ok := strings.CutPrefix(path, "/events/user/"); ok && !f.mute && f.socket != nil {
		_, _ = f.socket.Write(frame(1, fmt.Sprintf(`{"type":"ChannelUserevent","eventname":%q}`, token)))
	}
	switch {
	case path == "/asterisk/info":
		_, _ = io.WriteString(w, `{"status":{"startup_time":"2026-11-22T11:06:34.361+0000"}}`)
	case r.Method == http.MethodGet && strings.Count(path, "/") < 3:
		if strings.HasPrefix(path, "/applications") {
			_, _ = io.WriteString(w, `{}`)
			return
		}
		_, _ = io.WriteString(w, `[]`)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// upgrade shakes hands by hand and answers pings until the socket closes.
func (f *fakeARI) upgrade(w http.ResponseWriter, r *http.Request) {
	conn, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // as above
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	f.mu.Lock()
	f.socket = conn
	if f.before != "" {
		_, _ = conn.Write(frame(1, f.before))
	}
	f.mu.Unlock()
	f.opened <- struct{}{}
	f.pong(conn, buffered.Reader)
}

// pong reads frames of the driver: all are masked and short.
func (f *fakeARI) pong(conn net.Conn, r *bufio.Reader) {
	for {
		head := make([]byte, 6)
		if _, err := io.ReadFull(r, head); err != nil {
			return
		}
		body := make([]byte, head[1]&0x7f)
		if _, err := io.ReadFull(r, body); err != nil {
			return
		}
		for i := range body {
			body[i] ^= head[2+i%4]
		}
		f.mu.Lock()
		if head[0]&0xf == 9 && !f.deaf {
			_, _ = conn.Write(frame(10, string(body)))
		}
		f.mu.Unlock()
	}
}

// frame is one websocket frame of a server.
func frame(opcode byte, body string) []byte {
	out := []byte{0x80 | opcode}
	switch n := len(body); {
	case n < 126:
		out = append(out, byte(n))
	case n < 65536:
		out = binary.BigEndian.AppendUint16(append(out, 126), uint16(n))
	default:
		out = binary.BigEndian.AppendUint64(append(out, 127), uint64(n))
	}
	return append(out, body...)
}

// say sends events as text frames.
func (f *fakeARI) say(t *testing.T, events ...string) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range events {
		if _, err := f.socket.Write(frame(1, e)); err != nil {
			t.Fatalf("fake ARI: %v", err)
		}
	}
}

// end closes the event socket after everything that was said has arrived; drop
// may throw it away (TCP resets when a ping is still unread).
func (f *fakeARI) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if half, ok := f.socket.(*net.TCPConn); ok {
		_ = half.CloseWrite()
	}
}

// drop cuts the event socket.
func (f *fakeARI) drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.socket != nil {
		_ = f.socket.Close()
	}
}

// set changes answers, under the lock.
func (f *fakeARI) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// request returns the first request that begins so.
func (f *fakeARI) request(t *testing.T, begins string) string {
	t.Helper()
	for limit := time.Now().Add(5 * time.Second); time.Now().Before(limit); time.Sleep(5 * time.Millisecond) {
		f.mu.Lock()
		for _, r := range f.asked {
			if strings.HasPrefix(r, begins) {
				f.mu.Unlock()
				return r
			}
		}
		f.mu.Unlock()
	}
	t.Fatalf("no request %q", begins)
	return ""
}

// channelJSON is a channel as Asterisk writes it.
func channelJSON(id, state, app, appData, exten, number, name, vars string) string {
	return fmt.Sprintf(`{"id":%q,"name":"PJSIP/x-00000001","state":%q,"protocol_id":"p","caller":{"name":%q,"number":%q},`+
		`"connected":{"name":"","number":""},"accountcode":"","dialplan":{"context":"from-trunk","exten":%q,"priority":4,"app_name":%q,"app_data":%q},`+
		`"creationtime":"2026-11-22T11:07:04.683+0000","language":"zh","channelvars":{"YHT_VARS":%q}}`,
		id, state, name, number, exten, app, appData, vars)
}

// eventJSON is an event of a channel.
func eventJSON(kind, channel, more string) string {
	return fmt.Sprintf(`{"type":%q,"timestamp":"2026-11-22T11:07:04.683+0000","application":"yihaotong","channel":%s%s}`, kind, channel, more)
}
