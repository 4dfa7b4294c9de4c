package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/yihaotong/yihaotong/web"
)

// echoSwitch speaks SIP over WebSocket like a parrot.
func echoSwitch(t *testing.T, seen chan<- *http.Request) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r
		ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"sip"}})
		if err != nil {
			return
		}
		defer ws.CloseNow() //nolint:errcheck // only to be sure
		for {
			kind, raw, err := ws.Read(context.Background())
			if err != nil || ws.Write(context.Background(), kind, append([]byte("SIP/2.0 200 OK "), raw...)) != nil {
				return
			}
		}
	}))
	t.Cleanup(s.Close)
	return "ws" + strings.TrimPrefix(s.URL, "http") + "/ws"
}

func TestSoftphoneReachesTheSwitchThroughUs(t *testing.T) {
	seen := make(chan *http.Request, 1)
	address := echoSwitch(t, seen)
	h := open(t, func(d *web.Deps) { d.Config.SIPURL = address })
	b := h.logIn("1001")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	header := b.cookies()
	header.Set("Origin", h.http.URL)
	ws, answer, err := websocket.Dial(ctx, h.http.URL+"/sip", &websocket.DialOptions{HTTPHeader: header, Subprotocols: []string{"sip"}})
	if err != nil {
		t.Fatalf("%v %v", err, answer)
	}
	defer ws.CloseNow() //nolint:errcheck // only to be sure
	if ws.Subprotocol() != "sip" {
		t.Errorf("subprotocol %q", ws.Subprotocol())
	}
	if r := <-seen; r.URL.Path != "/ws" || r.Header.Get("Cookie") != "" {
		t.Errorf("the switch is asked for %s with cookie %q", r.URL.Path, r.Header.Get("Cookie"))
	}
	for _, word := range []string{"REGISTER", strings.Repeat("x", 20_000), "OPTIONS"} {
		if err := ws.Write(ctx, websocket.MessageText, []byte(word)); err != nil {
			t.Fatal(err)
		}
		_, raw, err := ws.Read(ctx)
		if err != nil || string(raw) != "SIP/2.0 200 OK "+word {
			t.Fatalf("%d bytes, %v", len(raw), err)
		}
	}
	began := time.Now()
	h.edge.Close()
	if _, _, err := ws.Read(ctx); err == nil || time.Since(began) > patience {
		t.Errorf("the softphone outlives us: %v", err)
	}
}

func TestSoftphoneNeedsASessionAndASwitch(t *testing.T) {
	h := open(t)
	h.browser().refused("GET", "/sip", nil, http.StatusUnauthorized, "not_logged_in")
	h.logIn("9001").refused("GET", "/sip", nil, http.StatusForbidden, "forbidden")
	b := h.logIn("1001")
	b.refused("GET", "/sip", nil, http.StatusUpgradeRequired, "websocket_only")
	upgrade := http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}}
	b.header = upgrade
	b.refused("GET", "/sip", nil, http.StatusServiceUnavailable, "switch_away")
	b.header = upgrade.Clone()
	b.header.Set("Origin", "https://evil.example")
	b.refused("GET", "/sip", nil, http.StatusForbidden, "cross_site")
}

func TestNodeWithoutBrowserPhonesSaysSo(t *testing.T) {
	h := open(t, func(d *web.Deps) { d.Config.SIPURL = "" })
	h.logIn("1001").refused("GET", "/sip", nil, http.StatusServiceUnavailable, "no_sip")
}

func TestSignInGivesFreshCredentials(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	var in struct {
		Desk web.Desk
		SIP  *web.SIP
	}
	b.must("POST", "/api/desk/sign-in", obj{"phone": "browser"}, http.StatusOK, &in)
	if in.SIP == nil || in.SIP.User != "b1001" || in.SIP.WS != "/sip" || in.SIP.Realm != "yihaotong" || len(in.SIP.Password) < 20 || !in.SIP.ExpiresAt.After(time.Now()) {
		t.Errorf("%+v", in.SIP)
	}
	var again web.SIP
	b.must("POST", "/api/desk/sip", nil, http.StatusOK, &again)
	if again.Password == in.SIP.Password {
		t.Error("the same password twice")
	}
	b.must("POST", "/api/desk/sign-in", obj{"phone": "desk"}, http.StatusOK, &in)
	if in.Desk.Phone.Kind != "desk" || in.Desk.Phone.ID != "d1001" {
		t.Errorf("%+v", in.Desk.Phone)
	}
	exec(t, h, `DELETE FROM directory.phone`)
	b.refused("POST", "/api/desk/sign-in", obj{"phone": "desk"}, http.StatusConflict, "no_desk_phone")
	h.sim.Cut()
	b.refused("POST", "/api/desk/sign-in", obj{"phone": "browser"}, http.StatusServiceUnavailable, "switch_away")
	h.sim.Heal()
}
