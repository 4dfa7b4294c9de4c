package pbxtest

import "testing"

// Scenario is one promise of package pbx, acted out.
type Scenario struct {
	Name  string
	Needs []Capability
	act   func(*stage)
}

// Run acts out every scenario on b, each as a subtest. The switch must be
// without calls, and every scenario leaves it so.
func Run(t *testing.T, b Backend) {
	first := Scenario{act: func(*stage) {}}
	if !t.Run("a controller is connected", func(t *testing.T) { first.Act(t, b) }) {
		t.Fatal("no controller can be connected: nothing else was tried")
	}
	for _, s := range Scenarios() {
		t.Run(s.Name, func(t *testing.T) { s.Act(t, b) })
	}
}

// Act acts out one scenario; for backends that cannot have subtests, as in a
// testing/synctest bubble. It skips when b lacks what the scenario needs.
func (s Scenario) Act(t testing.TB, b Backend) {
	t.Helper()
	for _, need := range s.Needs {
		if why, absent := b.Absent()[need]; absent {
			t.Skipf("needs %s: %s", need, why)
		}
	}
	st := newStage(t, b)
	snapshot := st.open()
	for range 5 { // a bridge may be seen a moment longer than it is there
		if len(snapshot.Channels) > 0 || len(snapshot.Bridges) == 0 {
			break
		}
		st.quiet()
		snapshot = st.reopen()
	}
	if len(snapshot.Channels) > 0 || len(snapshot.Bridges) > 0 {
		t.Fatalf("somebody left behind: channels %v, bridges %v", snapshot.Channels, snapshot.Bridges)
	}
	s.act(st)
	st.clear()
}

// Scenarios returns the suite.
func Scenarios() []Scenario {
	var all []Scenario
	for _, some := range [][]Scenario{arrivals, speech, phones, bridges, voicePaths, recordings, endings, refusals, faults} {
		all = append(all, some...)
	}
	return all
}
