package recording

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

func at(seconds float64, kind MomentKind) mark {
	return mark{At: noon.Add(time.Duration(seconds * float64(time.Second))), Kind: kind, Agent: "1001"}
}

func TestMaskedSpansLieWhereTheSoundIsSilent(t *testing.T) {
	tests := map[string]struct {
		marks   []mark
		seconds float64
		want    []Span
	}{
		"none":                      {[]mark{at(10, Talk), at(40, TalkEnded)}, 30, nil},
		"one":                       {[]mark{at(10, Talk), at(20, Masked), at(25, Unmasked), at(40, TalkEnded)}, 30, []Span{{10, 15}}},
		"never unmasked":            {[]mark{at(10, Talk), at(20, Masked), at(40, TalkEnded)}, 30, []Span{{10, 30}}},
		"two begins":                {[]mark{at(10, Talk), at(20, Masked), at(22, Masked), at(25, Unmasked), at(40, TalkEnded)}, 30, []Span{{10, 15}}},
		"unmasked without a begin":  {[]mark{at(10, Talk), at(25, Unmasked), at(40, TalkEnded)}, 30, nil},
		"before the talk":           {[]mark{at(0, Masked), at(5, Unmasked), at(10, Talk), at(40, TalkEnded)}, 30, nil},
		"hold not recorded":         {[]mark{at(0, Talk), at(10, Held), at(20, Retrieved), at(25, Masked), at(30, Unmasked), at(40, TalkEnded)}, 30, []Span{{15, 20}}},
		"hold recorded":             {[]mark{at(0, Talk), at(10, Held), at(20, Retrieved), at(25, Masked), at(30, Unmasked), at(40, TalkEnded)}, 40, []Span{{25, 30}}},
		"in the second talk":        {[]mark{at(0, Talk), at(10, TalkEnded), at(60, Talk), at(65, Masked), at(70, Unmasked), at(80, TalkEnded)}, 30, []Span{{15, 20}}},
		"file shorter than the day": {[]mark{at(0, Talk), at(10, Masked), at(90, Unmasked), at(100, TalkEnded)}, 20, []Span{{10, 20}}},
		"no talk was told":          {[]mark{at(0, Masked), at(5, Unmasked)}, 30, nil},
	}
	for name, tt := range tests {
		if got := spansOf(tt.marks, tt.seconds).Masked; !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestSpansStayInTheRecordingWhateverTheMarks(t *testing.T) {
	kinds := []MomentKind{Talk, TalkEnded, Held, Retrieved, Masked, Unmasked, Ended}
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Float64Range(0, 200).Draw(t, "seconds")
		var marks []mark
		now := 0.0
		for range rapid.IntRange(0, 20).Draw(t, "marks") {
			now += rapid.Float64Range(0, 30).Draw(t, "after")
			marks = append(marks, at(now, rapid.SampledFrom(kinds).Draw(t, "kind")))
		}
		s := spansOf(marks, seconds)
		last := 0.0
		for _, m := range s.Masked {
			if m.From < last || m.To <= m.From || m.To > seconds {
				t.Fatalf("%v of %v s", s.Masked, seconds)
			}
			last = m.To
		}
	})
}
