package timeline

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
	"github.com/yihaotong/yihaotong/integration/telephone"
)

// do does one thing. “… is refused” at its end wants it to be refused.
func (p *play) do(s string) error {
	if all := strings.Split(s, " while "); len(all) > 1 {
		return p.together(all)
	}
	s, refused := strings.CutSuffix(s, " is refused")
	words := strings.Fields(s)
	if len(words) < 2 {
		return fmt.Errorf("what does it mean?")
	}
	who, verb, rest := words[0], words[1], words[2:]
	if who == "the" {
		return p.system(strings.Join(words[1:], " "))
	}
	known, err := p.atPhone(who, verb, rest)
	if known {
		return err
	}
	if known, err := p.office(who, verb, rest); known {
		return err
	}
	method, path, body, err := p.wish(who, verb, rest)
	if err != nil {
		return err
	}
	if p.people[who] == nil {
		return fmt.Errorf("%s has no desk", who)
	}
	status, answer, err := p.people[who].Try(method, path, body)
	switch {
	case err != nil:
		return err
	case refused && status < 400:
		return fmt.Errorf("was not refused: %d", status)
	case refused && (status >= 500 || answer.Text("detail") == ""):
		return fmt.Errorf("was refused without a word: %d %v", status, answer)
	case !refused && status >= 300:
		return &refusal{status, answer.Text("code"), answer.Text("detail")}
	}
	if id := answer.Text("call", "id"); id != "" {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.latest = id
	}
	return nil
}

// refusal is what the console says to a wish that cannot be fulfilled.
type refusal struct {
	status       int
	code, detail string
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s %s", r.status, r.code, r.detail) }

// together is what several people do at the same moment: “1001 completes while
// 2001 takes over 1001”. One of them at least can do it; who cannot is told why.
func (p *play) together(all []string) error {
	failed := make([]error, len(all))
	var each sync.WaitGroup
	for i, s := range all {
		each.Go(func() {
			failed[i] = p.do(s)
		})
	}
	each.Wait()
	won := 0
	for _, err := range failed {
		told, ok := errors.AsType[*refusal](err)
		switch {
		case err == nil:
			won++
		case !ok || told.status >= 500 || told.detail == "":
			return err
		}
	}
	if won == 0 {
		return errors.Join(failed...)
	}
	return nil
}

// atPhone is what people do with their hands at a telephone.
func (p *play) atPhone(who, verb string, rest []string) (known bool, err error) {
	a, missing := p.actor(who)
	what := strings.Join(append([]string{verb}, rest...), " ")
	soft := p.baresip(who)
	switch {
	case missing != nil:
		return false, nil
	case what == "sits at baresip":
		err = p.sitAtBaresip(who)
	case soft != nil && what == "puts the phone down":
		err = soft.hangUp()
	case numbers[who] != "" && verb == "dials":
		_, err = a.Call(rest[0], numbers[who], "")
	case numbers[who] != "" && what == "hangs up", what == "puts the phone down":
		a.HangUp()
	case verb == "presses":
		if !a.Press(rest[0]) {
			err = fmt.Errorf("nobody is on the line")
		}
	case what == "picks up":
		if !a.PickUp() {
			err = fmt.Errorf("it does not ring")
		}
	case what == "lets it ring":
		a.Becomes(telephone.Waits)
	case what == "rejects calls":
		a.Becomes(telephone.Refuses(603, "Decline"))
	case what == "is busy":
		a.Becomes(telephone.Refuses(486, "Busy Here"))
	case what == "answers":
		a.Becomes(telephone.Answers(300 * time.Millisecond))
	case what == "presses the phone's hold key":
		a.Hold(true)
	case what == "releases the phone's hold key":
		a.Hold(false)
	case what == "loses the network":
		a.Drop()
	case what == "has the network back":
		a.Return()
	default:
		return false, nil
	}
	return true, err
}

// plain are the wishes that are one word and one path.
var plain = map[string]string{
	"holds": "hold", "retrieves": "retrieve", "mutes": "mute", "unmutes": "unmute", "masks": "mask", "unmasks": "unmask",
	"swaps": "swap", "completes": "complete", "leaves": "leave", "signs out": "sign-out",
	"joins them": "conference", "changes their mind": "cancel-consult", "sends them to the rating": "rate",
	"hangs up": "hangup", "is ready": "ready",
}

// wish is what people do at the console, as a request.
func (p *play) wish(who, verb string, rest []string) (method, path string, body any, err error) {
	what := strings.TrimSpace(verb + " " + strings.Join(rest, " "))
	if act := plain[what]; act != "" {
		return "POST", "/api/desk/" + act, nil, nil
	}
	object := hotline.Object{}
	last := ""
	if len(rest) > 0 {
		last = rest[len(rest)-1]
	}
	seat := "/api/seats/" + last
	switch {
	case verb == "signs" && rest[0] == "in":
		return "POST", "/api/desk/sign-in", signIn(rest[1:]), nil
	case verb == "breaks":
		return "POST", "/api/desk/not-ready", hotline.Object{"reason": last}, nil
	case verb == "consults", verb == "transfers":
		return "POST", "/api/desk/" + strings.TrimSuffix(verb, "s"), hotline.Object{"target": p.target(last)}, nil
	case what == "asks for help":
		return "POST", "/api/desk/consult", hotline.Object{"target": hotline.Object{"kind": "help"}}, nil
	case verb == "drops":
		object["leg"], err = p.legOf(who, last)
		return "POST", "/api/desk/drop", object, err
	case verb == "types":
		return "POST", "/api/desk/keys", hotline.Object{"keys": last}, nil
	case verb == "dials" && p.people[last] != nil:
		return "POST", "/api/desk/dial", hotline.Object{"agent": last}, nil
	case verb == "dials":
		return "POST", "/api/desk/dial", hotline.Object{"number": last}, nil
	case verb == "tells":
		return "POST", "/api/desk/refer", hotline.Object{"code": last, "how": "told"}, nil
	case verb == "refers":
		return "POST", "/api/desk/refer", hotline.Object{"code": last, "how": "transfer"}, nil
	case verb == "listens", verb == "whispers", verb == "barges":
		return "POST", seat + "/listen", hotline.Object{"mode": strings.TrimSuffix(verb, "s")}, nil
	case strings.HasPrefix(what, "takes over"):
		return "POST", seat + "/take-over", nil, nil
	case verb == "forces":
		return force(rest)
	case verb == "moves":
		return p.move(rest)
	}
	return "", "", nil, fmt.Errorf("what does it mean?")
}

func signIn(how []string) hotline.Object {
	o := hotline.Object{"phone": "desk"}
	for _, w := range how {
		switch w {
		case "mobile", "browser":
			o["phone"] = w
		case "nailed":
			o["nailed"] = true
		case "over":
			o["takeOver"] = true
		}
	}
	return o
}

// force is “2001 forces 1001 ready”, “… sign-out”, “… break”.
func force(rest []string) (method, path string, body any, err error) {
	if len(rest) != 2 {
		return "", "", nil, fmt.Errorf("want who and what")
	}
	if slices.Contains([]string{"ready", "sign-out"}, rest[1]) {
		return "POST", "/api/seats/" + rest[0] + "/" + rest[1], nil, nil
	}
	return "POST", "/api/seats/" + rest[0] + "/not-ready", hotline.Object{"reason": rest[1]}, nil
}

// move is “2001 moves B to truck”, “… to 9” for the priority.
func (p *play) move(rest []string) (method, path string, body any, err error) {
	if len(rest) != 3 || numbers[rest[0]] == "" {
		return "", "", nil, fmt.Errorf("want a caller and a queue or priority")
	}
	status, board, err := p.people["2001"].Try("GET", "/api/board", nil)
	if err != nil || status != http.StatusOK {
		return "", "", nil, fmt.Errorf("board: %d %v %w", status, board, err)
	}
	waiting, _ := board.At("waiting").([]any)
	for _, w := range waiting {
		o := hotline.Object(w.(map[string]any))
		if shown := o.Text("caller"); shown[:3] == numbers[rest[0]][:3] && shown[len(shown)-4:] == numbers[rest[0]][7:] {
			to := hotline.Object{"queue": rest[2]}
			if len(rest[2]) == 1 {
				to = hotline.Object{"priority": int(rest[2][0] - '0')}
			}
			return "POST", "/api/waiting/" + o.Text("call") + "/move", to, nil
		}
	}
	return "", "", nil, fmt.Errorf("%s does not wait: %v", rest[0], waiting)
}

func (p *play) target(name string) hotline.Object {
	switch {
	case p.people[name] != nil || len(name) == 4:
		return hotline.Object{"kind": "agent", "agent": name}
	case strings.Trim(name, "0123456789") == "":
		return hotline.Object{"kind": "number", "number": name}
	}
	return hotline.Object{"kind": "queue", "queue": name}
}

// legOf finds somebody's leg in the call at a desk.
func (p *play) legOf(who, name string) (string, error) {
	desk, err := p.desk(who)
	if err != nil {
		return "", err
	}
	parties, _ := desk.At("call", "parties").([]any)
	for _, party := range parties {
		o := hotline.Object(party.(map[string]any))
		if o.Text("agent") == name || (name == "outside" && o.Text("kind") == "outside") {
			return o.Text("leg"), nil
		}
	}
	return "", fmt.Errorf("%s is not in the call: %v", name, parties)
}

// leadTrunk changes where the trunk for calls to outside leads; the program
// learns it within 20 s.
func (p *play) leadTrunk(server string) error {
	_, err := p.DB.Exec(p.t.Context(), `UPDATE directory.trunk SET server = $1 WHERE id = 'far'`, server)
	return err
}

// revive starts the program again if a scene has left it dead.
func (p *play) revive() error {
	if p.Runs() {
		return nil
	}
	p.Boot()
	return p.await([]string{"the program is ready"}, time.Now().Add(20*time.Second))
}

// system is what befalls the hotline itself.
func (p *play) system(what string) error {
	switch what {
	case "program is killed":
		p.Kill()
		p.undo(p.revive)
	case "live state is killed":
		p.Redis.Kill()
	case "live state starts":
		p.Redis.Restart()
	case "trunk is led astray": // to where nobody answers
		p.undo(func() error { return p.leadTrunk(p.Outside.Address()) })
		return p.leadTrunk("127.0.0.3:9")
	case "trunk is led right":
		return p.leadTrunk(p.Outside.Address())
	case "program starts":
		p.Boot()
	default:
		return fmt.Errorf("what does it mean?")
	}
	return nil
}
