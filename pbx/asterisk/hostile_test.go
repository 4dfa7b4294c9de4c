package asterisk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk"
)

// fakeDesk links a driver to a fake ARI.
func fakeDesk(t *testing.T, f *fakeARI, change func(*asterisk.Config)) (*desk, chan error) {
	t.Helper()
	cfg := asterisk.Config{
		URL: f.URL, User: "u", Password: "p",
		Heartbeat: 100 * time.Millisecond, Patience: 300 * time.Millisecond,
	}
	if change != nil {
		change(&cfg)
	}
	s := asterisk.New(cfg, slog.New(slog.NewTextHandler(t.Output(), nil)), prometheus.NewRegistry())
	d := &desk{Switch: s, t: t, told: make(chan pbx.Event, 10000)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	read := make(chan struct{})
	go func() {
		defer close(read)
		for e := range s.Events() {
			d.told <- e
		}
		close(d.told)
	}()
	t.Cleanup(func() {
		cancel()
		<-read
	})
	return d, ended
}

func arrivedJSON(id, number, name string) string {
	return eventJSON("StasisStart", channelJSON(id, "Ring", "Stasis", "yihaotong,arrived,trunk,yihaotong/"+id, "12328", number, name, ""),
		`,"args":["arrived","trunk","yihaotong/`+id+`"]`)
}

func TestMalformedAndUnknownEventsHarmNothing(t *testing.T) {
	f := newFakeARI(t)
	d, _ := fakeDesk(t, f, nil)
	want[pbx.Connected](d, nil)
	f.say(t,
		"", "null", "[]", "42", "{", `{"type":`, `{"type":5}`, `{"type":""}`, "\x00\xff\xfe", `"StasisStart"`,
		`{"type":"StasisStart"}`, `{"type":"StasisStart","args":null,"channel":null}`,
		`{"type":"StasisStart","args":["arrived"],"channel":{}}`,
		`{"type":"StasisStart","args":[],"channel":{"id":"x"}}`,
		`{"type":"StasisStart","args":{"a":1},"channel":{"id":"x"}}`,
		`{"type":"StasisStart","timestamp":"yesterday","args":["arrived"],"channel":{"id":"x"}}`,
		`{"type":"StasisEnd"}`, `{"type":"StasisEnd","channel":{"id":7}}`, `{"type":"ChannelDestroyed","cause":"x","channel":{"id":"x"}}`,
		`{"type":"ChannelDtmfReceived","digit":"","channel":{"id":"c1"}}`,
		`{"type":"ChannelDtmfReceived","digit":"12","channel":{"id":"c1"}}`,
		`{"type":"ChannelDtmfReceived","digit":"é","channel":{"id":"c1"}}`,
		`{"type":"PlaybackFinished"}`, `{"type":"PlaybackFinished","playback":{"id":"p","target_uri":"bridge:b"}}`,
		`{"type":"PeerStatusChange","endpoint":{}}`, `{"type":"PeerStatusChange","endpoint":[]}`,
		`{"type":"ChannelTransfer","state":"x","refer_to":{"a":[{}]},"referred_by":null}`,
		`{"type":"SomethingNew","channel":{"id":"c1"},"deep":`+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)+`}`,
		`{"type":"`+strings.Repeat("T", 100000)+`"}`,
		strings.Repeat(`{"a":`, 20000),
		// events of channels that nobody has heard of
		eventJSON("StasisEnd", channelJSON("ghost", "Up", "", "", "", "", "", ""), ""),
		eventJSON("ChannelDestroyed", channelJSON("ghost", "Up", "", "", "", "", "", ""), `,"cause":16`),
		eventJSON("ChannelDtmfReceived", channelJSON("ghost", "Up", "", "", "", "", "", ""), `,"digit":"5"`),
		arrivedJSON("c1", "138", "after all that"),
	)
	e := want(d, func(e pbx.Event) bool { return true })
	if a, ok := e.(pbx.Arrived); !ok || a.Channel != "c1" || a.CallerName != "after all that" || len(d.past) != 2 {
		t.Errorf("told %+v", d.past)
	}
}

func TestOneEndedClosesAChannel(t *testing.T) {
	f := newFakeARI(t)
	d, _ := fakeDesk(t, f, nil)
	want[pbx.Connected](d, nil)
	c1 := channelJSON("c1", "Up", "Stasis", "yihaotong,arrived,trunk", "12328", "1", "", "")
	f.say(t, arrivedJSON("c1", "1", ""),
		eventJSON("StasisEnd", c1, ""), eventJSON("StasisEnd", c1, ""), eventJSON("ChannelDestroyed", c1, `,"cause":17`),
		eventJSON("ChannelDtmfReceived", c1, `,"digit":"5"`), eventJSON("ChannelHold", c1, ""),
		`{"type":"PlaybackFinished","playback":{"id":"p","target_uri":"channel:c1","state":"done"}}`,
		arrivedJSON("c2", "2", ""))
	want[pbx.Arrived](d, nil)
	if e := want[pbx.Event](d, nil); e.(pbx.Ended).Channel != "c1" {
		t.Errorf("%+v", e)
	}
	if e := want[pbx.Event](d, nil); e.Subject() != "c2" {
		t.Errorf("after its Ended came %+v", e)
	}
}

func TestLegThatFellSilentIsUnreachable(t *testing.T) {
	f := newFakeARI(t)
	d, _ := fakeDesk(t, f, nil)
	want[pbx.Connected](d, nil)
	c1 := channelJSON("c1", "Up", "Stasis", "yihaotong,originated,phone,1001", "", "", "", "")
	f.say(t, eventJSON("StasisStart", c1, `,"args":["originated","phone","1001"]`),
		eventJSON("ChannelHangupRequest", c1, `,"cause":1,"soft":true`), eventJSON("StasisEnd", c1, ""))
	want[pbx.Answered](d, nil)
	if e := want[pbx.Ended](d, nil); e.Channel != "c1" || e.Cause != pbx.Unreachable {
		t.Errorf("%+v", e)
	}
}

func TestTextsFromOutsideAreMadeHarmless(t *testing.T) {
	f := newFakeARI(t)
	d, _ := fakeDesk(t, f, nil)
	want[pbx.Connected](d, nil)
	for i, text := range []string{
		`Robert "); DROP`, "line\r\nfeed", "x%0A%0Aapi system", "<script>alert(1)</script>", "\u202Eevil\u2066", "\x00\x1b[31m",
		strings.Repeat("长", 5000), strings.Repeat("a", 10000), "👨‍👩‍👧",
	} {
		// encoding/json would repair what a real sender does not
		raw := strings.ReplaceAll(arrivedJSON(fmt.Sprint("c", i), "NUMBER", "NAME"), "NAME", quoteJSON(text))
		raw = strings.ReplaceAll(raw, "NUMBER", quoteJSON(text))
		f.say(t, raw)
		a := want[pbx.Arrived](d, nil)
		for _, s := range []string{a.Caller, a.CallerName} {
			if !utf8.ValidString(s) || len(s) > pbx.MaxText || strings.ContainsFunc(s, unicode.IsControl) || strings.ContainsAny(s, "\u202E\u2066") {
				t.Errorf("%.40q arrived as %.40q (%d bytes)", text, s, len(s))
			}
		}
	}
	f.say(t, strings.Replace(arrivedJSON("bad-utf8", "1", "NAME"), "NAME", "a\xff\xfe\xc3b", 1))
	if a := want[pbx.Arrived](d, nil); a.CallerName != "a\ufffd\ufffd\ufffdb" {
		t.Errorf("%q", a.CallerName)
	}
}

func quoteJSON(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x20 || r == '"' || r == '\\' {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func TestEventsDuringTheSnapshotFollowIt(t *testing.T) {
	f := newFakeARI(t)
	known := channelJSON("known", "Ring", "Stasis", "yihaotong,arrived,trunk,yihaotong/known", "12328", "1", "n", `{"vars":{"CALL":"7"}}`)
	f.set(func() {
		f.before = arrivedJSON("known", "1", "n") // already in the snapshot when it is read
		f.answers["/channels"] = "[" + known + `,{"id":5},"x",{"creationtime":"no"},` + channelJSON("other", "Up", "Dial", "x", "1", "1", "", "") + "]"
		f.answers["/applications/yihaotong"] = `{"channel_ids":["known","other","gone"]}`
		f.answers["/bridges"] = `[{"id":"b","bridge_class":"stasis","channels":["known"]},7,{"id":"c","bridge_class":"base","channels":[]}]`
	})
	d, _ := fakeDesk(t, f, nil)
	first := want[pbx.Event](d, nil)
	snap := first.(pbx.Connected).Snapshot
	if len(snap.Channels) != 1 || snap.Channels[0].ID != "known" || snap.Channels[0].Vars["CALL"] != "7" || snap.Channels[0].Bridge != "b" || len(snap.Bridges) != 1 {
		t.Errorf("snapshot %+v", snap)
	}
	f.say(t, arrivedJSON("new", "2", ""))
	if e := want[pbx.Event](d, nil); e.Subject() != "new" {
		t.Errorf("%+v", e)
	}
}

func TestWhoTakesTheApplicationOverKeepsIt(t *testing.T) {
	f := newFakeARI(t)
	d, ended := fakeDesk(t, f, nil)
	want[pbx.Connected](d, nil)
	f.say(t, arrivedJSON("c1", "1", ""), `{"type":"ApplicationReplaced","application":"yihaotong"}`)
	want[pbx.Arrived](d, nil)
	if e := want[pbx.Disconnected](d, nil); !errors.Is(e.Err, asterisk.ErrReplaced) {
		t.Errorf("%v", e.Err)
	}
	if err := <-ended; !errors.Is(err, asterisk.ErrReplaced) {
		t.Errorf("Run = %v", err)
	}
}

func TestALinkThatGoesDeafIsGivenUp(t *testing.T) {
	f := newFakeARI(t)
	d, _ := fakeDesk(t, f, nil)
	want[pbx.Connected](d, nil)
	f.set(func() { f.deaf = true })
	deaf := time.Now()
	want[pbx.Disconnected](d, nil)
	if took := time.Since(deaf); took > 3*time.Second {
		t.Errorf("noticed after %s", took)
	}
	f.set(func() { f.deaf = false })
	want[pbx.Connected](d, nil)
}

func TestALinkThatHearsNothingIsGivenUpAlthoughPingsAreAnswered(t *testing.T) {
	f := newFakeARI(t)
	d, _ := fakeDesk(t, f, nil)
	want[pbx.Connected](d, nil)
	f.set(func() { f.mute = true })
	if e := want[pbx.Disconnected](d, nil); !strings.Contains(e.Err.Error(), "do not come") {
		t.Errorf("given up because of %v", e.Err)
	}
	select {
	case e := <-d.told:
		t.Errorf("told %+v over a link that hears nothing", e)
	case <-time.After(time.Second):
	}
	f.set(func() { f.mute = false })
	want[pbx.Connected](d, nil)
}

func TestAKeySaidAgainIsToldOnce(t *testing.T) {
	type said struct {
		digit  string
		ms, at int // duration and moment, ms
	}
	for name, c := range map[string]struct {
		said []said
		want string
	}{
		"by a person":         {[]said{{"1", 100, 0}, {"1", 100, 250}, {"1", 100, 500}}, "111"},
		"as quick as allowed": {[]said{{"1", 100, 0}, {"1", 100, 150}, {"1", 100, 300}, {"1", 100, 450}}, "1111"},
		"short ones":          {[]said{{"1", 70, 0}, {"1", 70, 140}, {"1", 70, 280}, {"1", 70, 420}}, "1111"},
		"put aside":           {[]said{{"1", 100, 0}, {"2", 100, 3}, {"2", 100, 48}}, "12"},
		"the same, put aside": {[]said{{"1", 100, 0}, {"1", 100, 3}, {"1", 100, 48}}, "11"},
		"a queue of them": {[]said{
			{"1", 100, 0}, {"2", 100, 1}, {"3", 100, 2}, {"2", 100, 47}, {"3", 100, 210},
		}, "123"},
		"another meanwhile": {[]said{{"1", 100, 0}, {"2", 100, 3}, {"3", 100, 30}, {"2", 100, 48}, {"3", 100, 210}}, "123"},
		"of other length":   {[]said{{"1", 100, 0}, {"2", 100, 3}, {"2", 120, 100}}, "122"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeARI(t)
			d, _ := fakeDesk(t, f, nil)
			want[pbx.Connected](d, nil)
			f.say(t, arrivedJSON("c", "1", ""))
			base := time.Date(2026, 11, 22, 11, 7, 4, 0, time.UTC)
			for _, k := range c.said {
				e := eventJSON("ChannelDtmfReceived", channelJSON("c", "Up", "", "", "", "", "", ""),
					fmt.Sprintf(`,"digit":%q,"duration_ms":%d`, k.digit, k.ms))
				at := base.Add(time.Duration(k.at) * time.Millisecond).Format("2006-01-02T15:04:05.000-0700")
				f.say(t, strings.Replace(e, "2026-11-22T11:07:04.683+0000", at, 1))
			}
			f.say(t, arrivedJSON("last", "1", ""))
			got := ""
			want(d, func(e pbx.Event) bool {
				if p, ok := e.(pbx.Pressed); ok {
					got += string(p.Digit)
				}
				return e.Subject() == "last"
			})
			if got != c.want {
				t.Errorf("told as %s, want %s", got, c.want)
			}
		})
	}
}

func TestEventsThatCameBeforeTheLossAreStillTold(t *testing.T) {
	f := newFakeARI(t)
	d, _ := fakeDesk(t, f, nil)
	want[pbx.Connected](d, nil)
	var events []string
	for n := range 500 {
		events = append(events, arrivedJSON(fmt.Sprint("c", n), "1", ""))
	}
	f.say(t, events...)
	f.end()
	for n := range 500 {
		if e := want[pbx.Event](d, nil); e.Subject() != pbx.ChannelID(fmt.Sprint("c", n)) {
			t.Fatalf("event %d is %+v", n, e)
		}
	}
	if _, ok := want[pbx.Event](d, nil).(pbx.Disconnected); !ok {
		t.Error("the loss was not told last")
	}
}

func TestAReaderThatSleepsCostsTheLinkAndNotTheMemory(t *testing.T) {
	f := newFakeARI(t)
	s := asterisk.New(asterisk.Config{URL: f.URL, User: "u", Password: "p", Backlog: 50},
		slog.New(slog.NewTextHandler(t.Output(), nil)), nil)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	defer func() {
		cancel()
		for range s.Events() {
		}
		<-done
	}()
	<-s.Events() // Connected
	<-f.opened
	for n := range 200 {
		f.mu.Lock()
		_, err := f.socket.Write(frame(1, arrivedJSON(fmt.Sprint("c", n), "1", "")))
		f.mu.Unlock()
		if err != nil {
			break
		}
	}
	lost := false
	for e := range s.Events() {
		if g, ok := e.(pbx.Disconnected); ok {
			lost = strings.Contains(g.Err.Error(), "nobody reads")
			break
		}
	}
	if !lost {
		t.Error("the link was not given up")
	}
}

func TestAsteriskThatRefusesUsIsNamed(t *testing.T) {
	f := newFakeARI(t)
	var log strings.Builder
	s := asterisk.New(asterisk.Config{URL: f.URL, User: "u", Password: "wrong"}, slog.New(slog.NewTextHandler(&log, nil)), nil)
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	go func() {
		for e := range s.Events() {
			t.Errorf("told %+v", e)
		}
	}()
	if err := s.Run(ctx); err != nil {
		t.Errorf("Run = %v", err)
	}
	if !strings.Contains(log.String(), "password is not accepted") || strings.Contains(log.String(), "wrong") {
		t.Errorf("log: %s", log.String())
	}
	if err := s.Run(t.Context()); !errors.Is(err, asterisk.ErrRunning) {
		t.Errorf("a second Run: %v", err)
	}
	bad := asterisk.New(asterisk.Config{URL: "asterisk:8088"}, slog.New(slog.DiscardHandler), nil)
	if err := bad.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "http://host:port") {
		t.Errorf("Run with a bad URL: %v", err)
	}
}

func TestOriginateIsTheOutcomeOrTheEventNeverBoth(t *testing.T) {
	f := newFakeARI(t)
	f.set(func() {
		f.status["POST /channels/refused"] = 500
		f.answers["POST /channels/refused"] = `{"error":"Allocation failed"}`
	})
	d, _ := fakeDesk(t, f, nil)
	want[pbx.Connected](d, nil)
	err := d.Do(t.Context(), pbx.Originate{Channel: "refused", Phone: "1001", Caller: `13x8"0`, Name: "a\"b\\<c>\n张", Timeout: 1500 * time.Millisecond})
	var e *pbx.Error
	if !errors.As(err, &e) || e.Kind != pbx.Refused || e.Reason != "Allocation failed" {
		t.Errorf("%v", err)
	}
	f.say(t, eventJSON("ChannelDestroyed", channelJSON("refused", "Down", "", "", "", "", "", ""), `,"cause":20`), arrivedJSON("c", "1", ""))
	if e := want[pbx.Event](d, nil); e.Subject() != "c" {
		t.Errorf("an event of a refused channel: %+v", e)
	}
	asked := f.request(t, "POST /ari/channels/refused")
	for _, part := range []string{`"callerId":"\"abc张\" \u003c1380\u003e"`, `"timeout":2`, `"endpoint":"PJSIP/1001"`, `"appArgs":"originated,phone,1001"`} {
		if !strings.Contains(asked, part) {
			t.Errorf("%s lacks %s", asked, part)
		}
	}
	// The other way round: its end is told before the refusal.
	f.set(func() { f.status["POST /channels/refused"] = 0 })
	if err := d.Do(t.Context(), pbx.Originate{Channel: "twice", Phone: "1001"}); err != nil {
		t.Fatal(err)
	}
	if err := d.Do(t.Context(), pbx.Originate{Channel: "twice", Phone: "1001"}); !errors.As(err, &e) || e.Kind != pbx.Refused {
		t.Errorf("an id in use: %v", err)
	}
}
