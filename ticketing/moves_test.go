package ticketing

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// edge is one arrow of the diagram.
type edge struct {
	from   State
	action Action
	to     State
}

func TestDiagramShowsExactlyTheTable(t *testing.T) {
	drawn := map[edge]bool{}
	for _, e := range diagram(t) {
		if drawn[e] {
			t.Errorf("%v is drawn twice", e)
		}
		drawn[e] = true
	}
	for _, m := range Moves {
		for _, from := range m.From {
			// Approve leads back to one of several states; every other row
			// leads from each From to each To.
			targets := m.To
			if targets == nil {
				targets = []State{from}
			}
			for _, to := range targets {
				e := edge{from, m.Action, to}
				if !drawn[e] {
					t.Errorf("the table has %v, the diagram has not", e)
				}
				delete(drawn, e)
			}
		}
	}
	for e := range drawn {
		t.Errorf("the diagram has %v, the table has not", e)
	}
}

var (
	block  = regexp.MustCompile(`^([a-z_]+) ──`)
	branch = regexp.MustCompile(`^  [├└]──([a-z_]+)──▶ ([a-z_]+)(.*)$`)
	arrow  = regexp.MustCompile(`^ ──([a-z_]+)──▶ ([a-z_]+)(.*)$`)
	stays  = regexp.MustCompile(`^([a-z_]+) +⟲ ([a-z_, ]+)$`)
)

// diagram reads the arrows out of doc.go.
func diagram(t *testing.T) []edge {
	t.Helper()
	b, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var edges []edge
	var first State
	for text := range strings.Lines(string(b)) {
		text, ok := strings.CutPrefix(strings.TrimRight(text, "\n"), "//\t")
		if !ok {
			continue
		}
		at, rest := first, ""
		switch m := branch.FindStringSubmatch(text); {
		case m != nil:
			edges = append(edges, edge{first, Action(m[1]), State(m[2])})
			at, rest = State(m[2]), m[3]
		case block.MatchString(text):
			first = State(block.FindStringSubmatch(text)[1])
			at, rest = first, strings.TrimPrefix(text, string(first))
		case stays.MatchString(text):
			m := stays.FindStringSubmatch(text)
			for a := range strings.SplitSeq(m[2], ", ") {
				edges = append(edges, edge{State(m[1]), Action(a), State(m[1])})
			}
		default:
			t.Fatalf("cannot read %q", text)
		}
		for rest != "" {
			m := arrow.FindStringSubmatch(rest)
			if m == nil {
				t.Fatalf("cannot read %q in %q", rest, text)
			}
			edges = append(edges, edge{at, Action(m[1]), State(m[2])})
			at, rest = State(m[2]), m[3]
		}
	}
	if len(edges) < 40 {
		t.Fatalf("only %d arrows found", len(edges))
	}
	return edges
}

func TestEveryStateCanBeReachedAndLeadsToAnEnd(t *testing.T) {
	next := map[State][]State{}
	for _, m := range Moves {
		for _, from := range m.From {
			next[from] = append(next[from], m.To...)
		}
	}
	reach := func(from State) []State {
		seen := []State{from}
		for i := 0; i < len(seen); i++ {
			for _, s := range next[seen[i]] {
				if !slices.Contains(seen, s) {
					seen = append(seen, s)
				}
			}
		}
		return seen
	}
	fromDraft := reach(Draft)
	for _, s := range States {
		if !slices.Contains(fromDraft, s) {
			t.Errorf("%s is never reached", s)
		}
		if !slices.ContainsFunc(reach(s), func(e State) bool { return slices.Contains(ends, e) }) {
			t.Errorf("%s is a dead end", s)
		}
	}
}

func TestEveryWordIsThere(t *testing.T) {
	for _, s := range States {
		if n := s.Name(); n.ZH == "" || n.EN == "" {
			t.Errorf("state %s has no name", s)
		}
	}
	seen := map[Action]bool{}
	for _, m := range Moves {
		if seen[m.Action] {
			t.Errorf("%s has two rows", m.Action)
		}
		seen[m.Action] = true
		if n := m.Action.Name(); n.ZH == "" || n.EN == "" {
			t.Errorf("action %s has no name", m.Action)
		}
		if len(m.By) == 0 || len(m.From) == 0 {
			t.Errorf("%s: by whom, from where?", m.Action)
		}
	}
	for a := range deeds {
		if !seen[a] {
			t.Errorf("%s can be done but is not in the table", a)
		}
	}
}

// TestEveryPairOfStateAndActionFollowsTheTable decides each action in each
// state for an almighty person, and again for one without roles.
func TestEveryPairOfStateAndActionFollowsTheTable(t *testing.T) {
	c := codes{
		types:    map[BusinessType]Code{Inquiry: {}},
		channels: map[Channel]Code{Phone: {}},
	}
	almighty := Person{ID: "1001", Site: "430100", Roles: []Role{
		RoleAgent, RoleSupervisor, RoleReviewer, RoleDispatcher, RoleHandler, RoleApprover, RoleFollowUp, RoleCoordinator, RoleChannel, RoleSystem,
	}}
	now := time.Now()
	for _, s := range States {
		for _, m := range append(slices.Clone(Moves), Move{Action: "explode"}) {
			ticket := Ticket{State: s, Site: "430100", CallerNumber: "13812345678", Fields: Fields{
				BusinessType: Inquiry, Category: "01", Channel: Phone, Urgency: Normal, Content: "问路。",
			}}
			in := ActInput{By: almighty}
			if m.Action == ActInstantReply {
				in.Reply = &Reply{Public: "直走。"}
			}
			got, err := decide(ticket, m.Action, in, c, &Category{Code: "01", Version: "v", InScope: true}, now)
			_, roleErr := decide(ticket, m.Action, ActInput{By: Person{ID: "1002", Site: "430100"}, Reply: in.Reply}, c, nil, now)
			switch {
			case !Available(m.Action):
				if !errors.Is(err, ErrNoAction) {
					t.Errorf("%s in %s: %v, want ErrNoAction", m.Action, s, err)
				}
			case !slices.Contains(m.From, s):
				var move *MoveError
				if !errors.As(err, &move) || move.From != s || move.Action != m.Action {
					t.Errorf("%s in %s: %v, want a MoveError", m.Action, s, err)
				}
			default:
				if err != nil || !slices.Contains(m.To, got.State) {
					t.Errorf("%s in %s: led to %s, %v; want one of %s", m.Action, s, got.State, err, m.To)
				}
				var role *RoleError
				if !errors.As(roleErr, &role) {
					t.Errorf("%s in %s without a role: %v", m.Action, s, roleErr)
				}
			}
		}
	}
}

func TestOnlyWhatCanBeDoneIsOffered(t *testing.T) {
	agent := Person{ID: "1001", Site: "430100", Roles: []Role{RoleAgent}}
	want := map[State][]Action{
		Draft:     {ActSubmit, ActInstantReply, ActRefer, ActCancel},
		Cancelled: {ActRestore},
	}
	for _, s := range States {
		var got []Action
		for _, o := range Actions(Ticket{State: s}, agent) {
			got = append(got, o.Action)
			if !o.Allowed || o.Next.ZH == "" || o.Next.EN == "" || o.Refusal.ZH != "" {
				t.Errorf("%s in %s: %+v", o.Action, s, o)
			}
		}
		if !slices.Equal(got, want[s]) {
			t.Errorf("%s offers %v, want %v", s, got, want[s])
		}
	}
	for _, o := range Actions(Ticket{State: Draft}, Person{Roles: []Role{RoleHandler}}) {
		if o.Allowed || o.Refusal.ZH == "" {
			t.Errorf("%s is allowed to a handler: %+v", o.Action, o)
		}
	}
	if urgent, normal := Actions(Ticket{State: Draft, Fields: Fields{Urgency: Critical}}, agent)[0], Actions(Ticket{State: Draft}, agent)[0]; urgent.Next == normal.Next {
		t.Error("an urgent ticket promises the same way as a normal one")
	}
}
