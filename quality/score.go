package quality

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Marks are what an inspector writes on a sheet.
type Marks struct {
	Points  map[string]int  `json:"points"` // by item
	Hit     map[string]bool `json:"hit"`    // critical items that happened
	Notes   []Note          `json:"notes"`
	Summary string          `json:"summary"`
}

// Note is a remark at a place of the recording.
type Note struct {
	At   float64 `json:"at"`   // seconds from its beginning
	Item string  `json:"item"` // of the sheet; empty: to none
	Text string  `json:"text"`
}

// Result is what marks come to.
type Result struct {
	Points   int
	Most     int
	Critical bool
	Passed   bool
}

// Percent is the share of the points that can be reached, 0 to 100.
func (r Result) Percent() float64 {
	if r.Most == 0 {
		return 0
	}
	return float64(r.Points) * 100 / float64(r.Most)
}

// Score counts marks together: the sum of the points, or nothing when something
// critical happened.
func (s Sheet) Score(m Marks) Result {
	r := Result{Most: s.Most()}
	for _, i := range s.items() {
		if i.Critical {
			r.Critical = r.Critical || m.Hit[i.Code]
			continue
		}
		r.Points += m.Points[i.Code]
	}
	if r.Critical {
		r.Points = 0
	}
	r.Passed = !r.Critical && r.Points*100 >= s.Pass*r.Most
	return r
}

// MarksError tells which marks are not possible, or missing.
type MarksError struct {
	Items   []string // codes
	Missing bool     // they are missing; false: they are wrong
}

func (e *MarksError) Error() string {
	what := "wrong"
	if e.Missing {
		what = "missing"
	}
	return fmt.Sprintf("quality: marks are %s: %s", what, strings.Join(e.Items, ", "))
}

// Kind lets the edge choose an answer.
func (e *MarksError) Kind() errkind.Kind { return errkind.Invalid }

// most of what people write.
const (
	mostNotes   = 100
	mostNote    = 500
	mostSummary = 1000
	mostSeconds = 24 * 60 * 60
)

// Possible reports by a *MarksError whether marks can be a draft: no more points
// than an item has, nothing about items that the sheet does not have.
func (s Sheet) Possible(m Marks) error {
	var wrong []string
	for code, points := range m.Points {
		if i, ok := s.item(code); !ok || i.Critical || points < 0 || points > i.Max {
			wrong = append(wrong, clip(code))
		}
	}
	for code := range m.Hit {
		if i, ok := s.item(code); !ok || !i.Critical {
			wrong = append(wrong, clip(code))
		}
	}
	if !worded(m.Summary, 0, mostSummary) {
		wrong = append(wrong, "summary")
	}
	if len(m.Notes) > mostNotes {
		wrong = append(wrong, "notes")
	}
	for n, note := range m.Notes {
		_, known := s.item(note.Item)
		if !worded(note.Text, 1, mostNote) || !(note.At >= 0 && note.At <= mostSeconds) || note.Item != "" && !known {
			wrong = append(wrong, fmt.Sprintf("notes[%d]", n))
		}
	}
	if wrong != nil {
		slices.Sort(wrong)
		return &MarksError{Items: wrong}
	}
	return nil
}

// Complete reports by a *MarksError whether marks can be published: every item
// has its points, and whoever finds something critical says what it was.
func (s Sheet) Complete(m Marks) error {
	if err := s.Possible(m); err != nil {
		return err
	}
	var missing []string
	for _, i := range s.items() {
		if _, marked := m.Points[i.Code]; !i.Critical && !marked {
			missing = append(missing, i.Code)
		}
	}
	if s.Score(m).Critical && strings.TrimSpace(m.Summary) == "" && len(m.Notes) == 0 {
		missing = append(missing, "summary")
	}
	if missing != nil {
		return &MarksError{Items: missing, Missing: true}
	}
	return nil
}

func clip(s string) string {
	if r := []rune(strings.ToValidUTF8(s, "?")); len(r) > 40 {
		return string(r[:40])
	}
	return strings.ToValidUTF8(s, "?")
}
