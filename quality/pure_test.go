package quality

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPictureAndTableAgree(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range States {
		if !strings.Contains(string(doc), string(from)) {
			t.Errorf("the picture does not show %s", from)
		}
		for _, action := range []Action{Save, Publish, Assign, Annul, Appeal, Settle} {
			to, ok := moves[from][action]
			i := Inspection{State: from, Agent: "1001", Inspector: "2001", AppealUntil: &soon}
			who := map[Action]Person{Appeal: {ID: "1001"}, Settle: {ID: "2002"}, Assign: {ID: "2002", Lead: true}, Annul: {ID: "2002", Lead: true}}
			p, special := who[action]
			if !special {
				p = Person{ID: "2001"}
			}
			err := i.May(action, p, noon)
			if (err == nil) != ok {
				t.Errorf("%s when %s: %v, the table says %q", action, from, err, to)
			}
			if ok && !regexp.MustCompile(`\b`+string(to)+`\b`).Match(doc) {
				t.Errorf("%s is not in the picture", to)
			}
		}
	}
}

var (
	noon = time.Date(2026, 11, 20, 12, 0, 0, 0, beijing) // a Friday
	soon = noon.Add(time.Hour)
)

var beijing = time.FixedZone("", 8*3600)

func TestNobodyJudgesThemselves(t *testing.T) {
	i := Inspection{Agent: "1001", Talked: []string{"1001", "1002"}, Inspector: "2001", AppealUntil: &soon}
	for _, tt := range []struct {
		state  State
		action Action
		who    Person
		now    time.Time
		want   error
	}{
		{Open, Save, Person{ID: "1001"}, noon, ErrOwn},
		{Open, Save, Person{ID: "1002", Lead: true}, noon, ErrOwn},
		{Open, Save, Person{ID: "2002"}, noon, ErrNotYours},
		{Draft, Publish, Person{ID: "2002", Lead: true}, noon, ErrNotYours},
		{Open, Assign, Person{ID: "2001"}, noon, ErrNotLead},
		{Open, Annul, Person{ID: "1001", Lead: true}, noon, ErrOwn},
		{Published, Appeal, Person{ID: "1002"}, noon, ErrNotFound},
		{Published, Appeal, Person{ID: "1001"}, soon, ErrTooLate},
		{Appealed, Settle, Person{ID: "2001", Lead: true}, noon, ErrOwnScore},
		{Appealed, Settle, Person{ID: "1001"}, noon, ErrOwn},
		{Appealed, Settle, Person{ID: "2002"}, noon, nil},
	} {
		i.State = tt.state
		if err := i.May(tt.action, tt.who, tt.now); !errors.Is(err, tt.want) {
			t.Errorf("%s when %s by %+v: %v, want %v", tt.action, tt.state, tt.who, err, tt.want)
		}
	}
	i.State, i.Inspector = Open, ""
	if err := i.May(Save, Person{ID: "2002"}, noon); err != nil {
		t.Errorf("nobody's: %v", err)
	}
}

func TestDefaultSheetIsSound(t *testing.T) {
	s := Default("430100")
	if err := s.Check(); err != nil || s.Most() != 100 {
		t.Errorf("%v, %d points", err, s.Most())
	}
}

func TestWhatIsWrongWithASheetIsToldWithItsPlace(t *testing.T) {
	long := strings.Repeat("长", 301)
	for want, change := range map[string]func(*Sheet){
		"name name":                     func(s *Sheet) { s.Name = " " },
		"pass pass":                     func(s *Sheet) { s.Pass = 101 },
		"appealDays days":               func(s *Sheet) { s.AppealDays = 31 },
		"sections no_items":             func(s *Sheet) { s.Sections = s.Sections[5:] },
		"sections[0].name name":         func(s *Sheet) { s.Sections[0].Name = "a\x00" },
		"sections[1].items[0].code":     func(s *Sheet) { s.Sections[1].Items[0].Code = "greeting" },
		"sections[0].items[1].max max":  func(s *Sheet) { s.Sections[0].Items[1].Max = 0 },
		"sections[5].items[0].max max":  func(s *Sheet) { s.Sections[5].Items[0].Max = 5 },
		"sections[0].items[0].hint":     func(s *Sheet) { s.Sections[0].Items[0].Hint = long },
		"sections[0].items[0].name":     func(s *Sheet) { s.Sections[0].Items[0].Name = long },
		"sections too_many":             func(s *Sheet) { s.Sections = append(s.Sections, make([]Section, 20)...) },
		"sections[0].items[0].code":     func(s *Sheet) { s.Sections[0].Items[0].Code = "a b" },
		"sections[0].items[0].max max":  func(s *Sheet) { s.Sections[0].Items[0].Max = -3 },
		"sections[0].items[0].max max,": func(s *Sheet) { s.Sections[0].Items[0].Max = 1001; s.Sections[0].Items[1].Max = 0 },
	} {
		s := Default("430100")
		change(&s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// full gives every item all its points.
func full(s Sheet) Marks {
	m := Marks{Points: map[string]int{}, Hit: map[string]bool{}}
	for _, i := range s.items() {
		if !i.Critical {
			m.Points[i.Code] = i.Max
		}
	}
	return m
}

func TestScoreIsTheSumOrNothing(t *testing.T) {
	s := Default("430100")
	m := full(s)
	if r := s.Score(m); r != (Result{100, 100, false, true}) || r.Percent() != 100 {
		t.Errorf("%+v", r)
	}
	m.Points["answer"] = 5
	if r := s.Score(m); r.Points != 80 || !r.Passed {
		t.Errorf("%+v", r)
	}
	m.Points["closing"] = 9
	if r := s.Score(m); r.Points != 79 || r.Passed {
		t.Errorf("%+v", r)
	}
	m.Hit["leak"] = true
	if r := s.Score(m); r != (Result{0, 100, true, false}) {
		t.Errorf("%+v", r)
	}
	if r := (Sheet{}).Score(Marks{}); r.Percent() != 0 {
		t.Errorf("%+v", r)
	}
}

func TestMarksMustFitTheSheet(t *testing.T) {
	s := Default("430100")
	for want, change := range map[string]func(*Marks){
		"wrong: answer":    func(m *Marks) { m.Points["answer"] = 26 },
		"wrong: closing":   func(m *Marks) { m.Points["closing"] = -1 },
		"wrong: leak":      func(m *Marks) { m.Points["leak"] = 0 },
		"wrong: nothing":   func(m *Marks) { m.Points["nothing"] = 0 },
		"wrong: polite":    func(m *Marks) { m.Hit["polite"] = true },
		"wrong: notes[0]":  func(m *Marks) { m.Notes = []Note{{At: -1, Text: "好"}} },
		"wrong: notes[1]":  func(m *Marks) { m.Notes = []Note{{At: 1, Text: "好"}, {At: 1, Item: "x", Text: "好"}} },
		"wrong: summary":   func(m *Marks) { m.Summary = "\x00" },
		"missing: answer":  func(m *Marks) { delete(m.Points, "answer") },
		"missing: summary": func(m *Marks) { m.Hit["insult"] = true },
	} {
		m := full(s)
		change(&m)
		if err := s.Complete(m); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	m := full(s)
	delete(m.Points, "answer")
	if err := s.Possible(m); err != nil {
		t.Errorf("a draft: %v", err)
	}
}

func TestDeadlineCountsWorkingDays(t *testing.T) {
	works := func(d time.Time) bool { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }
	for days, want := range map[int]string{1: "2026-11-24", 3: "2026-11-26", 6: "2026-12-01"} {
		if got := deadline(noon, days, works); got.Format(time.DateOnly) != want || got.Hour() != 0 {
			t.Errorf("%d days: %v, want the begin of %s", days, got, want)
		}
	}
	if got := deadline(noon, 0, works); got != nil {
		t.Errorf("%v", got)
	}
	if got := deadline(noon, 3, func(time.Time) bool { return false }); got.Year() > 2027 {
		t.Errorf("%v", got)
	}
	if got := week(noon).Format(time.DateTime); got != "2026-11-16 00:00:00" {
		t.Errorf("the week begins %s", got)
	}
}

func rated(n int) *int { return &n }

func TestPlanDrawsWhatItSays(t *testing.T) {
	var all []Candidate
	for i := range 40 {
		c := Candidate{Call: fmt.Sprintf("call-%d", i), Agents: []string{fmt.Sprint(1001 + i%2)}, Queue: "general", Seconds: 60}
		switch i {
		case 0:
			c.Rating = rated(3)
		case 1:
			c.Seconds = 2000
		case 2:
			c.Seconds = 5
		case 3:
			c.Queue = "truck"
		}
		all = append(all, c)
	}
	count := func(picks []Pick) map[string]int {
		n := map[string]int{}
		for _, p := range picks {
			n[p.Agent]++
			n[string(p.Why)]++
		}
		return n
	}
	rules := Rules{PerAgent: 3, Shortest: 10, Queues: []string{"general"}, Dissatisfied: true, LongerThan: 900, Seed: "7"}
	n := count(Draw(rules, all, Before{}, nil, true))
	if n["1001"] != 4 || n["1002"] != 4 || n["sample"] != 6 || n["dissatisfied"] != 1 || n["long"] != 1 {
		t.Errorf("%v", n)
	}
	n = count(Draw(rules, all, Before{}, nil, false))
	if n["sample"] != 0 || n["dissatisfied"] != 1 || n["long"] != 1 {
		t.Errorf("without quotas: %v", n)
	}
	n = count(Draw(Rules{Percent: 50}, all, Before{Samples: map[string]int{"1001": 8}}, nil, true))
	if n["1001"] != 2 || n["1002"] != 10 {
		t.Errorf("half, of which some were drawn: %v", n)
	}
}

func TestDrawingIsReproducibleFairAndNeverTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := []string{"1001", "1002", "1003", "2001", "2002"}
		var all []Candidate
		for i := range rapid.IntRange(0, 30).Draw(t, "calls") {
			all = append(all, Candidate{
				Call: fmt.Sprint(i), Seconds: 60, Rating: rated(rapid.IntRange(1, 3).Draw(t, "rating")),
				Agents: rapid.SliceOfN(rapid.SampledFrom(people), 1, 3).Draw(t, "agents"),
			})
		}
		rules := Rules{
			PerAgent: rapid.IntRange(0, 5).Draw(t, "n"), Percent: rapid.IntRange(0, 100).Draw(t, "percent"),
			Dissatisfied: rapid.Bool().Draw(t, "dissatisfied"), Seed: rapid.StringN(0, 5, 10).Draw(t, "seed"),
		}
		inspectors := []string{"2001", "2002"}
		first := Draw(rules, all, Before{}, inspectors, true)
		mixed := slices.Clone(all)
		for i := range mixed {
			j := rapid.IntRange(0, i).Draw(t, "swap")
			mixed[i], mixed[j] = mixed[j], mixed[i]
		}
		if again := Draw(rules, mixed, Before{}, []string{"2002", "2001"}, true); !reflect.DeepEqual(again, first) {
			t.Fatalf("another order gives other picks:\n%v\n%v", first, again)
		}
		before := Before{Taken: map[string]bool{}, Samples: map[string]int{}, Load: map[string]int{}}
		for _, p := range first {
			key := taken(p.Call, p.Agent)
			if before.Taken[key] {
				t.Fatalf("%s twice", key)
			}
			before.Taken[key] = true
			if p.Why == Sample {
				before.Samples[p.Agent]++
			}
			if slices.Contains(p.Agents, p.Inspector) {
				t.Fatalf("%s scores their own conversation", p.Inspector)
			}
			if p.Inspector == "" && (!slices.Contains(p.Agents, "2001") || !slices.Contains(p.Agents, "2002")) {
				t.Fatalf("nobody for %v", p)
			}
		}
		if more := Draw(rules, all, before, inspectors, true); len(more) != 0 {
			t.Fatalf("drawn again: %v", more)
		}
	})
}

func TestFiguresAddUp(t *testing.T) {
	old, latest := Default("430100"), Default("430100")
	old.ID, old.Version, latest.ID, latest.Version = "a", 1, "b", 2
	latest.Sections[0].Items[0].Name = "问候"
	bad := full(old)
	bad.Points["answer"] = 0
	bad.Hit["leak"] = true
	f := tally([]Sheet{latest, old}, []scored{
		{Agent: "1002", Sheet: "b", Marks: full(latest), Points: 100, Most: 100, Passed: true, Appealed: true, Changed: true},
		{Agent: "1001", Sheet: "a", Marks: bad, Points: 0, Most: 100, Critical: true, Appealed: true},
	})
	if len(f.Agents) != 2 || f.Agents[0] != (AgentFigures{"1001", 1, 0, 100, 0, 1, 1, 0}) || f.All != (AgentFigures{"", 2, 100, 200, 1, 1, 2, 1}) {
		t.Errorf("%+v", f)
	}
	for _, i := range f.Items {
		switch {
		case i.Code == "answer" && (i.Points != 25 || i.Most != 50 || i.Full != 1 || i.Marked != 2),
			i.Code == "leak" && (i.Hit != 1 || i.Marked != 2), i.Code == "greeting" && i.Name == "":
			t.Errorf("%+v", i)
		}
	}
	if len(f.Items) != len(latest.items()) {
		t.Errorf("%d items", len(f.Items))
	}
}
