package timeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

// A recording is listened to in slots. Who must be on it must be there for
// several of them, who must not, in none; silence or a gap counts when it is
// longer than may be lost between two conversations.
const (
	slot    = asterisktest.Rate / 10
	several = 3
	aGap    = 0.6  // seconds
	loud    = 1500 // amplitude of a voice; a telephone's is 6000
	faint   = 60   // and of silence
	near    = 0.5  // seconds: how exactly a masked span must be where it is said to be
)

// collected is how long a recording may take to be in the vault.
const collected = 20 * time.Second

// heardOn is a recording, listened to.
type heardOn struct {
	left, right [][]string // voices in each slot
	quiet       []bool     // neither side has any sound
}

// recording checks “A holds 1001 1002”: the latest recording of a call with A
// has A on the left side all the time, and on the right, what A heard, these
// people and nobody else. It is as long as the conversations were, and silent
// where it was paused and nowhere else. Instead of a caller: “outside”.
func (p *play) recording(words []string) error {
	if len(words) < 2 || words[1] != "holds" {
		return fmt.Errorf("want “recording of A holds …”")
	}
	who, want := words[0], words[2:]
	var err error
	for until := time.Now().Add(collected); ; time.Sleep(patience) {
		err = p.collected(who, want)
		var early *notYet
		if !errors.As(err, &early) || time.Now().After(until) {
			return err
		}
	}
}

// notYet is a recording that is not in the vault yet.
type notYet struct{ error }

func (p *play) collected(who string, want []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), collected)
	defer cancel()
	call, err := p.recorded(ctx, who)
	if err != nil {
		return &notYet{err}
	}
	boss := p.people["2001"]
	address := "/api/calls/" + string(call)
	status, wav, err := boss.Raw("GET", address+"/recording?reason="+url.QueryEscape("现场演练核对录音"), nil)
	if err != nil || status != http.StatusOK || len(wav) < 44 {
		return &notYet{fmt.Errorf("recording of call %s: %d, %d bytes: %.200s %w", call, status, len(wav), wav, err)}
	}
	status, wave, err := boss.Try("GET", address+"/waveform", nil)
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("waveform of call %s: %d %v %w", call, status, wave, err)
	}
	story, err := record.New(p.DB).Story(ctx, call)
	if err != nil {
		return err
	}
	heard := listenTo(wav[44:])
	err = errors.Join(heard.voices(who, want), heard.masked(who, spans(wave, "masked")), heard.whole(story))
	if err != nil {
		err = fmt.Errorf("recording of call %s:\n%s\n%w", call, heard, err)
	}
	return err
}

// recorded is the latest call of the scene with somebody that has been recorded.
func (p *play) recorded(ctx context.Context, who string) (orchestrator.CallID, error) {
	var call orchestrator.CallID
	var ended *time.Time
	err := p.DB.QueryRow(ctx, `
		SELECT id::text, ended_at FROM calls.record
		WHERE arrived_at >= $1 AND recording <> '' AND ($2 <> '' AND caller = $2 OR $2 = '' AND direction = 'out')
		ORDER BY arrived_at DESC LIMIT 1`, p.from, numbers[who]).Scan(&call, &ended)
	if err == nil && ended == nil {
		err = errors.New("the call goes on")
	}
	return call, err
}

// spans reads stretches of seconds out of an answer.
func spans(o hotline.Object, key string) [][2]float64 {
	var out [][2]float64
	list, _ := o.At(key).([]any)
	for _, s := range list {
		span := hotline.Object(s.(map[string]any))
		from, _ := span.At("from").(float64)
		to, _ := span.At("to").(float64)
		out = append(out, [2]float64{from, to})
	}
	return out
}

func listenTo(raw []byte) heardOn {
	var h heardOn
	left, right := asterisktest.Split(raw)
	for at := 0; at+slot <= len(left); at += slot {
		l, r := left[at:at+slot], right[at:at+slot]
		h.left, h.right = append(h.left, speaking(l)), append(h.right, speaking(r))
		h.quiet = append(h.quiet, level(l) < faint && level(r) < faint)
	}
	return h
}

// speaking names the voices in some samples.
func speaking(samples []int16) []string {
	var names []string
	for who, hz := range voices {
		if asterisktest.Tone(samples, float64(hz)) > loud {
			names = append(names, who)
		}
	}
	slices.Sort(names)
	return names
}

// level is the root mean square of some samples.
func level(samples []int16) float64 {
	var sum float64
	for _, v := range samples {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(len(samples)))
}

// voices checks whose voices are on which side.
func (h heardOn) voices(who string, want []string) error {
	return errors.Join(side("left", h.left, []string{who}), side("right", h.right, want))
}

func side(name string, slots [][]string, want []string) error {
	var wrong []error
	for who := range voices {
		longest, slot := 0, 0
		run := 0
		for i, names := range slots {
			if run++; !slices.Contains(names, who) {
				run = 0
			}
			if run > longest {
				longest, slot = run, i
			}
		}
		switch wanted := slices.Contains(want, who); {
		case wanted && longest < several:
			wrong = append(wrong, fmt.Errorf("%s is not on the %s", who, name))
		case !wanted && longest > 0:
			wrong = append(wrong, fmt.Errorf("%s is on the %s, at %.1fs", who, name, float64(slot)/10))
		}
	}
	return errors.Join(wrong...)
}

// masked checks that it is silent where it was paused, and nowhere else; and
// that outside of that the far side is always there.
func (h heardOn) masked(who string, said [][2]float64) error {
	var wrong []error
	silent := stretches(h.quiet)
	if len(silent) != len(said) {
		return fmt.Errorf("silent at %.1f, paused at %.1f", silent, said)
	}
	for i, s := range said {
		if math.Abs(s[0]-silent[i][0]) > near || math.Abs(s[1]-silent[i][1]) > near {
			wrong = append(wrong, fmt.Errorf("silent at %.1f, paused at %.1f", silent[i], s))
		}
	}
	missing := make([]bool, len(h.left))
	for i, names := range h.left {
		missing[i] = !h.quiet[i] && !slices.Contains(names, who)
	}
	for _, gap := range stretches(missing) {
		wrong = append(wrong, fmt.Errorf("%s is missing at %.1f", who, gap))
	}
	return errors.Join(wrong...)
}

// stretches are where something is so for longer than a gap, in seconds.
func stretches(slots []bool) [][2]float64 {
	const length = float64(slot) / asterisktest.Rate
	var out [][2]float64
	begin := -1
	for i := 0; i <= len(slots); i++ {
		is := i < len(slots) && slots[i]
		switch {
		case is && begin < 0:
			begin = i
		case !is && begin >= 0:
			if float64(i-begin)*length > aGap {
				out = append(out, [2]float64{float64(begin) * length, float64(i) * length})
			}
			begin = -1
		}
	}
	return out
}

// whole checks that the recording is as long as the conversations were.
func (h heardOn) whole(story record.Story) error {
	length := time.Duration(len(h.left)) * slot * time.Second / asterisktest.Rate
	with, without := total(story.Sound(true)), total(story.Sound(false))
	if min((length-with).Abs(), (length-without).Abs()) > time.Second {
		return fmt.Errorf("it is %.1fs long; the conversations were %.1fs with, %.1fs without the music on hold",
			length.Seconds(), with.Seconds(), without.Seconds())
	}
	return nil
}

func total(pieces []record.Piece) time.Duration {
	var sum time.Duration
	for _, p := range pieces {
		sum += p.To.Sub(p.From)
	}
	return sum
}

// String draws what is heard, side by side, as long as it stays the same.
func (h heardOn) String() string {
	var out strings.Builder
	for from := 0; from < len(h.left); {
		to := from
		for to < len(h.left) && slices.Equal(h.left[from], h.left[to]) && slices.Equal(h.right[from], h.right[to]) && h.quiet[from] == h.quiet[to] {
			to++
		}
		fmt.Fprintf(&out, "  %5.1f–%.1fs  left [%s]  right [%s]", float64(from)/10, float64(to)/10,
			strings.Join(h.left[from], " "), strings.Join(h.right[from], " "))
		if h.quiet[from] {
			out.WriteString("  silent")
		}
		out.WriteByte('\n')
		from = to
	}
	return out.String()
}
