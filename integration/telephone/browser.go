package telephone

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// Browser is the signalling of a telephone in a browser: SIP over WebSocket
// (RFC 7118), registered, without calls. It answers when it is asked whether it
// lives.
type Browser struct {
	cfg    BrowserConfig
	socket *websocket.Conn
	ctx    context.Context
	stop   context.CancelFunc
	all    sync.WaitGroup
	heard  chan *message
	silent atomic.Bool
}

// BrowserConfig says who it is.
type BrowserConfig struct {
	URL    string // of SIP over WebSocket, as ws://127.0.0.1:8088/ws
	User   string
	Secret string
}

// OpenBrowser connects and registers for 600 s.
func OpenBrowser(ctx context.Context, cfg BrowserConfig) (*Browser, error) {
	socket, _, err := websocket.Dial(ctx, cfg.URL, &websocket.DialOptions{Subprotocols: []string{"sip"}})
	if err != nil {
		return nil, fmt.Errorf("telephone: open %s: %w", cfg.URL, err)
	}
	b := &Browser{cfg: cfg, socket: socket, heard: make(chan *message, 16)}
	b.ctx, b.stop = context.WithCancel(context.Background())
	b.all.Go(b.read)
	if err := b.register(ctx); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

func (b *Browser) register(ctx context.Context) error {
	who, uri := fmt.Sprintf("<sip:%s@yihaotong>", b.cfg.User), "sip:yihaotong"
	id, proof := token(), ""
	for n := range 2 {
		m := &message{start: "REGISTER " + uri + " SIP/2.0"}
		m.add("Via", "SIP/2.0/WS "+id+".invalid;branch=z9hG4bK"+token())
		m.add("Max-Forwards", "70")
		m.add("From", who+";tag="+id)
		m.add("To", who)
		m.add("Call-Id", id)
		m.add("Cseq", fmt.Sprintf("%d REGISTER", n+1))
		m.add("Contact", fmt.Sprintf("<sip:%s@%s.invalid;transport=ws>", b.cfg.User, id))
		m.add("Expires", "600")
		if proof != "" {
			m.add("Authorization", proof)
		}
		if err := b.socket.Write(ctx, websocket.MessageText, m.bytes()); err != nil {
			return fmt.Errorf("telephone: register: %w", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case r := <-b.heard:
			if r.code() == 200 {
				return nil
			}
			proof = authorize(r.get("Www-Authenticate"), "REGISTER", uri, b.cfg.User, b.cfg.Secret)
		case <-time.After(5 * time.Second):
		}
	}
	return fmt.Errorf("telephone: %s is not let in", b.cfg.User)
}

func (b *Browser) read() {
	for {
		_, text, err := b.socket.Read(b.ctx)
		if err != nil {
			return
		}
		m, ok := parse(text)
		switch {
		case !ok:
		case m.code() >= 200:
			b.heard <- m
		case m.method() == "OPTIONS" && !b.silent.Load():
			_ = b.socket.Write(b.ctx, websocket.MessageText, reply(m, 200, "OK", "").bytes())
		}
	}
}

// Freeze makes it answer nothing more, while its connection stays open: the
// machine has lost its power.
func (b *Browser) Freeze() { b.silent.Store(true) }

// Close is what happens when the tab is closed: the connection ends.
func (b *Browser) Close() {
	b.stop()
	_ = b.socket.CloseNow()
	b.all.Wait()
}
