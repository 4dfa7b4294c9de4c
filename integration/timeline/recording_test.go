package timeline

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

// stretch is a part of a recording: who speaks on either side.
type stretch struct {
	left, right string
	seconds     float64
}

func recorded(stretches ...stretch) heardOn {
	var raw []byte
	for _, s := range stretches {
		left, right := spoken(s.left, s.seconds), spoken(s.right, s.seconds)
		for i := range left {
			raw = binary.LittleEndian.AppendUint16(raw, uint16(left[i]))
			raw = binary.LittleEndian.AppendUint16(raw, uint16(right[i]))
		}
	}
	return listenTo(raw)
}

func spoken(names string, seconds float64) []int16 {
	out := make([]int16, int(seconds*asterisktest.Rate))
	for _, who := range strings.Fields(names) {
		for i, v := range asterisktest.Sine(float64(voices[who]), seconds, 6000) {
			out[i] += v
		}
	}
	return out
}

func TestVoicesAreToldAndNothingElsePasses(t *testing.T) {
	h := recorded(stretch{"A", "1001", 1}, stretch{"A", "1001 1002", 1}, stretch{"", "", 2}, stretch{"A", "1002", 1})
	if err := h.voices("A", []string{"1001", "1002"}); err != nil {
		t.Error(err)
	}
	if err := h.masked("A", [][2]float64{{2.2, 3.8}}); err != nil {
		t.Error(err)
	}
	for what, err := range map[string]error{
		"somebody who is not there":     h.voices("A", []string{"1001", "1002", "2001"}),
		"somebody who must not be":      h.voices("A", []string{"1001"}),
		"another caller":                h.voices("B", []string{"1001", "1002"}),
		"a pause that nobody told of":   h.masked("A", nil),
		"a pause that is not silent":    h.masked("A", [][2]float64{{2, 4}, {4.2, 5}}),
		"a pause in another place":      h.masked("A", [][2]float64{{1, 3}}),
		"a whisper of a tenth":          recorded(stretch{"A", "1001", 1}, stretch{"A", "1001 2001", 0.1}).voices("A", []string{"1001"}),
		"a caller who was lost":         recorded(stretch{"A", "1001", 1}, stretch{"", "1001", 1}).masked("A", nil),
		"a pause that left one side":    recorded(stretch{"A", "1001", 1}, stretch{"", "1001", 1}).masked("A", [][2]float64{{1, 2}}),
		"nothing at all":                recorded().voices("A", []string{"1001"}),
		"the sides exchanged":           recorded(stretch{"1001", "A", 1}).voices("A", []string{"1001"}),
		"a caller on both of the sides": recorded(stretch{"A", "A 1001", 1}).voices("A", []string{"1001"}),
	} {
		if err == nil {
			t.Errorf("%s passes", what)
		}
	}
}

func TestWordsOfAStoryAreInOrder(t *testing.T) {
	s, err := Parse("# x\nstory says \"a b\" \"c, d\"\n")
	if err != nil || len(s.Lines) != 1 || strings.Join(s.Lines[0].Says, "|") != "a b|c, d" {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := Parse("# x\nstory says nothing\n"); err == nil {
		t.Error("words without quotation marks pass")
	}
}
