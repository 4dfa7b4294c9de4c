package timeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
)

// Play plays a scene to its end. Afterwards everybody is free, the switch is
// empty and the records are true (see truth), or the test fails.
func (c *Cast) Play(t *testing.T, s Scene) {
	t.Helper()
	p := &play{Cast: c, t: t, began: time.Now(), windows: map[string]*window{}}
	p.last = p.began
	p.from = p.began.Add(-time.Millisecond)
	for _, l := range s.Lines {
		if err := p.line(l); err != nil {
			p.tidy()
			t.Fatalf("line %d, after %.1fs: %v", l.Number, time.Since(p.began).Seconds(), err)
		}
		p.last = time.Now()
	}
	p.tidy()
	c.Quiet()
	if err := p.truth(); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// play is a scene being played.
type play struct {
	*Cast
	t           *testing.T
	began, last time.Time
	from        time.Time
	undone      []func() error     // see undo
	windows     map[string]*window // open pages of the console
}

// patience is how long a state that must hold is looked at again and again.
const patience = 20 * time.Millisecond

func (p *play) line(l Line) error {
	moment := p.began.Add(l.Moment)
	if l.Relative {
		moment = p.last.Add(l.Moment)
	}
	switch l.Kind {
	case At:
		time.Sleep(time.Until(moment)) // the moment is the matter itself
		for _, s := range l.Says {
			if err := p.do(s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
	case By:
		return p.await(l.Says, moment)
	case For:
		return p.stays(l.Says, moment)
	case Story:
		return p.story(l.Says)
	case StorySays:
		return p.storySays(l.Says)
	case Sound:
		return p.recording(l.Says)
	}
	return nil
}

func (p *play) await(says []string, until time.Time) error {
	for {
		err := p.all(says)
		if err == nil || time.Now().After(until) {
			return err
		}
		time.Sleep(patience)
	}
}

func (p *play) stays(says []string, until time.Time) error {
	for time.Now().Before(until) {
		if err := p.all(says); err != nil {
			return err
		}
		time.Sleep(patience)
	}
	return nil
}

func (p *play) all(says []string) error {
	var wrong []error
	for _, s := range says {
		if err := p.is(s); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", s, err))
		}
	}
	return errors.Join(wrong...)
}

// is checks one statement.
func (p *play) is(s string) error {
	words := strings.Fields(s)
	switch s {
	case "everybody is free":
		return p.free()
	case "the program is ready":
		return p.Ready()
	case "the trunk is up":
		return p.trunk(true)
	case "the trunk is down":
		return p.trunk(false)
	}
	if len(words) < 2 {
		return fmt.Errorf("what does %q mean?", s)
	}
	who, verb, rest := words[0], words[1], words[2:]
	if known, err := p.tells(who, verb, rest); known {
		return err
	}
	switch verb {
	case "hears":
		if len(rest) == 1 && rest[0] == "music" {
			return p.hearsMusic(who)
		}
		if len(rest) == 1 && rest[0] == "nobody" {
			rest = nil
		}
		return p.hears(who, slices.DeleteFunc(rest, func(w string) bool { return w == "and" }))
	case "rings":
		return p.rings(who, true)
	case "is":
		return p.state(who, rest)
	}
	return fmt.Errorf("what does %q mean?", s)
}

// trunk checks what the board says of the trunk for calls to outside.
func (p *play) trunk(up bool) error {
	board, err := told(p.people["2001"], "GET", "/api/board", nil)
	if err != nil {
		return err
	}
	lines, _ := board.At("lines").([]any)
	for _, l := range lines {
		if o := hotline.Object(l.(map[string]any)); o.Text("trunk") == "far" {
			if o.At("online") != up {
				return fmt.Errorf("the board says %v", o)
			}
			return nil
		}
	}
	return fmt.Errorf("the board does not show it: %v", lines)
}

func (p *play) rings(who string, want bool) error {
	a, err := p.actor(who)
	if err == nil && a.Rings() != want {
		err = fmt.Errorf("ringing: %t", a.Rings())
	}
	return err
}

// state checks what somebody's desk, or telephone, says: “1001 is talking”, “A
// is gone”, “1001 is held”, “1001 is offered hold mute”.
func (p *play) state(who string, rest []string) error {
	want := strings.Join(rest, " ")
	if want == "gone" {
		a, err := p.actor(who)
		if err == nil && a.Now() != nil {
			err = errors.New("is still on the line")
		}
		return err
	}
	desk, err := p.desk(who)
	if err != nil {
		return err
	}
	switch want {
	case "held", "muted", "masked", "away":
		if desk.At("call", want) != true {
			return fmt.Errorf("the desk says %v", desk.At("call"))
		}
		return nil
	case "lead", "guest", "listener":
		if got := desk.Text("call", "role"); got != want {
			return fmt.Errorf("is %q", got)
		}
		return nil
	}
	if got := desk.Text("state"); got != strings.ReplaceAll(want, " ", "_") {
		return fmt.Errorf("is %s (%s)", got, desk.Text("reason"))
	}
	return nil
}

func (p *play) desk(who string) (hotline.Object, error) {
	person := p.people[who]
	if person == nil {
		return nil, fmt.Errorf("%s has no desk", who)
	}
	status, desk, err := person.Try("GET", "/api/desk", nil)
	if err == nil && status >= 300 {
		err = fmt.Errorf("%d %v", status, desk)
	}
	if id := desk.Text("call", "id"); id != "" {
		p.latest = id
	}
	return desk, err
}

// free reports whether nobody is in a call, at any desk or telephone.
func (p *play) free() error {
	for who, a := range p.seats {
		if a.Now() != nil {
			if desk, err := p.desk(who); err != nil || desk.At("phone", "lineUp") != true {
				return fmt.Errorf("the phone of %s is not on the hook", who)
			}
		}
		switch desk, err := p.desk(who); {
		case err != nil:
			return err
		case slices.Contains([]string{"ringing", "talking"}, desk.Text("state")):
			return fmt.Errorf("%s is %s", who, desk.Text("state"))
		}
	}
	for name, a := range p.callers {
		if a.Now() != nil {
			return fmt.Errorf("%s is still on the line", name)
		}
	}
	if p.Outside.Now() != nil {
		return errors.New("somebody outside is still on the line")
	}
	return nil
}

// tidy ends whatever the scene has left.
func (p *play) tidy() {
	p.putBack()
	for _, a := range p.callers {
		a.HangUp()
	}
	p.Outside.HangUp()
	for n, a := range p.seats {
		a.HangUp()
		_, _, _ = p.people[n].Try("POST", "/api/desk/hangup", nil)
		_, _, _ = p.people[n].Try("POST", "/api/desk/sign-out", nil)
	}
}
