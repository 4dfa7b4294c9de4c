package timeline

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/yihaotong/yihaotong/integration/hotline"
)

// tells checks what board, lists and pages of the console tell.
func (p *play) tells(who, verb string, rest []string) (known bool, err error) {
	what := strings.Join(append([]string{verb}, rest...), " ")
	switch {
	case verb == "waits":
		return true, p.waits(who, rest)
	case verb == "is" && len(rest) == 3 && rest[0] == "called" && rest[1] == "at":
		return true, p.calledAt(who, rest[2])
	case verb == "is" && len(rest) > 1 && rest[0] == "shown":
		return true, p.shown(who, strings.Join(rest[1:], " "))
	case who != "the":
		return false, nil
	case strings.Contains(what, " item of ") && len(rest) > 4:
		return true, p.itemIs(verb, rest[2], rest[3], strings.Join(rest[4:], " "))
	case verb == "alarm" && len(rest) > 2:
		return true, p.alarm(rest)
	case verb == "guard" && rest[0] == "notes":
		return true, p.guardNotes(rest[1])
	case verb == "roster" && len(rest) == 3 && rest[0] == "finds":
		return true, p.rosterFinds(rest[1], rest[2])
	case verb == "referrals" && len(rest) > 3:
		return true, p.referrals(rest[1], rest[3:])
	case what == "error of the told wait is reported":
		return true, p.waitError()
	}
	return false, nil
}

// waits is “A waits at 2 in general”, “A waits at 1 in general to be called
// back”, “A waits nowhere”.
func (p *play) waits(who string, rest []string) error {
	board, err := told(p.people["2001"], "GET", "/api/board", nil)
	if err != nil {
		return err
	}
	waiting, _ := board.At("waiting").([]any)
	for _, w := range waiting {
		o := hotline.Object(w.(map[string]any))
		if !masks(o.Text("caller"), who) {
			continue
		}
		at, _ := o.At("position").(float64)
		got := fmt.Sprintf("at %d in %s", int(at), o.Text("queue"))
		if o.At("callback") == true {
			got += " to be called back"
		}
		if got != strings.Join(rest, " ") {
			return fmt.Errorf("waits %s", got)
		}
		return nil
	}
	if rest[0] != "nowhere" {
		return fmt.Errorf("does not wait: %v", waiting)
	}
	return nil
}

func (p *play) calledAt(who, number string) error {
	a, err := p.actor(who)
	if err != nil {
		return err
	}
	c := a.Now()
	if c == nil {
		return fmt.Errorf("nobody calls")
	}
	if c.Number != number {
		return fmt.Errorf("is called at %s", c.Number)
	}
	return nil
}

// itemIs is “the missed item of A is open”, “… was tried answered”, “… is
// recorded”, “… reads 我要投诉”.
func (p *play) itemIs(kind, whose, verb, want string) error {
	if want == "" {
		return fmt.Errorf("want what the item is")
	}
	item, err := p.item(kind, whose)
	if err != nil {
		return err
	}
	switch {
	case verb == "reads":
		if item.Text("transcript") != want {
			return fmt.Errorf("reads %q (%s %s)", item.Text("transcript"), item.Text("transcriptState"), item.Text("transcriptFault"))
		}
	case verb == "was":
		tries, _ := item.At("tries").([]any)
		if len(tries) == 0 || "tried "+hotline.Object(tries[len(tries)-1].(map[string]any)).Text("result") != want {
			return fmt.Errorf("tries: %v", tries)
		}
	case want == "recorded":
		if item.Text("recording") != "ready" {
			return fmt.Errorf("its recording is %s", item.Text("recording"))
		}
	case strings.HasPrefix(want, "with "):
		if item.Text("owner") != strings.TrimPrefix(want, "with ") {
			return fmt.Errorf("is with %q", item.Text("owner"))
		}
	case item.Text("state") != want:
		return fmt.Errorf("is %s (%s)", item.Text("state"), item.Text("outcome"))
	}
	return nil
}

// alarm is “the alarm longest_wait of general is on”, “the alarm fraud is off”.
func (p *play) alarm(rest []string) error {
	kind, subject := rest[0], ""
	if rest[1] == "of" {
		subject = rest[2]
	}
	now, err := told(p.people["2001"], "GET", "/api/alarms", nil)
	if err != nil {
		return err
	}
	open, _ := now.At("open").([]any)
	on := slices.ContainsFunc(open, func(a any) bool {
		o := hotline.Object(a.(map[string]any))
		return o.Text("kind") == kind && o.Text("subject") == subject
	})
	if on != (rest[len(rest)-1] == "on") {
		return fmt.Errorf("on: %t", on)
	}
	return nil
}

// guardNotes looks for something that the guard has refused, or cut, in this
// scene.
func (p *play) guardNotes(ground string) error {
	noted, err := told(p.people["9001"], "GET", "/api/guard/events", nil)
	if err != nil {
		return err
	}
	events, _ := noted.At("items").([]any)
	var grounds []string
	for _, e := range events {
		o := hotline.Object(e.(map[string]any))
		if at, err := time.Parse(time.RFC3339Nano, o.Text("at")); err == nil && at.After(p.from) {
			grounds = append(grounds, o.Text("ground"))
		}
	}
	if !slices.Contains(grounds, ground) {
		return fmt.Errorf("it notes %v", grounds)
	}
	return nil
}

// rosterFinds is “the roster finds 1001 missing”, “… here”.
func (p *play) rosterFinds(number, want string) error {
	now, err := told(p.people["2001"], "GET", "/api/roster/now", nil)
	if err != nil {
		return err
	}
	expected, _ := now.At("expected").([]any)
	for _, e := range expected {
		o := hotline.Object(e.(map[string]any))
		if o.Text("person") != number {
			continue
		}
		state := o.Text("state")
		if slices.Contains([]string{"late", "absent", "left_early"}, state) {
			state = "missing"
		}
		if state != want {
			return fmt.Errorf("is %s", o.Text("state"))
		}
		return nil
	}
	return fmt.Errorf("is not expected: %v", expected)
}

// referrals is “the referrals to 12122 are 1 told 1 transferred”, in this scene.
func (p *play) referrals(code string, want []string) error {
	from := url.Values{"from": {p.from.Format(time.RFC3339Nano)}, "to": {time.Now().Add(time.Minute).Format(time.RFC3339Nano)}}
	status, raw, err := p.people["9001"].Raw("GET", "/api/contacts/referrals?"+from.Encode(), nil)
	if err != nil || status >= 300 {
		return fmt.Errorf("%d %s %w", status, raw, err)
	}
	var counts []struct {
		Code              string
		Told, Transferred int
	}
	if err := json.Unmarshal(raw, &counts); err != nil {
		return err
	}
	got := []string{"0", "told", "0", "transferred"}
	for _, c := range counts {
		if c.Code == code {
			got[0], got[2] = strconv.Itoa(c.Told), strconv.Itoa(c.Transferred)
		}
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("they are %v: %s", got, raw)
	}
	return nil
}

// waitError checks that the board compares what callers of the first queue were
// told with what came: no more than a handful of minutes apart.
func (p *play) waitError() error {
	board, err := told(p.people["2001"], "GET", "/api/board", nil)
	if err != nil {
		return err
	}
	queues, _ := board.At("queues").([]any)
	for _, q := range queues {
		o := hotline.Object(q.(map[string]any))
		if n, _ := o.At("waitError", "calls").(float64); o.Text("code") == "general" && n >= 1 {
			if mean, _ := o.At("waitError", "meanSeconds").(float64); mean > 300 {
				return fmt.Errorf("the mean error is %v s", mean)
			}
			return nil
		}
	}
	return fmt.Errorf("no queue tells: %v", queues)
}

// window is an open page of the console: what it has been pushed.
type window struct {
	mu    sync.Mutex
	texts []string
}

// watchConsole opens a live connection as the console does.
func (p *play) watchConsole(who string) error {
	ctx, cancel := context.WithTimeout(p.t.Context(), 5*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, p.URL+"/api/live?topics=desk", &websocket.DialOptions{HTTPHeader: p.people[who].Cookies()}) //nolint:bodyclose // the library's
	if err != nil {
		return err
	}
	ws.SetReadLimit(1 << 20)
	w := &window{}
	p.windows[who] = w
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			_, raw, err := ws.Read(context.Background())
			if err != nil {
				return
			}
			var pushed struct {
				Type string
				Data struct{ Text string }
			}
			if json.Unmarshal(raw, &pushed) == nil && pushed.Type == "notice" {
				w.mu.Lock()
				w.texts = append(w.texts, pushed.Data.Text)
				w.mu.Unlock()
			}
		}
	}()
	p.undo(func() error { _ = ws.CloseNow(); <-done; return nil })
	return nil
}

// shown is “1001 is shown 系统维护”: the open console was pushed the notice.
func (p *play) shown(who, text string) error {
	w := p.windows[who]
	if w == nil {
		return fmt.Errorf("%s does not keep the console open", who)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.texts, text) {
		return fmt.Errorf("was shown %q", w.texts)
	}
	return nil
}
