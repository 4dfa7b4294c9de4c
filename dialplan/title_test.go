package dialplan

import (
	"slices"
	"strings"
	"testing"
)

func TestPathIsToldInWordsOfTheFlow(t *testing.T) {
	flows, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	own, err := Parse("own.yaml", []byte(`flow: own
steps:
  ask: {do: menu, text: 请选, options: {1: people}, default: people}
  people: {do: enqueue, queue: general, title: 转人工, then: bye}
  bye: {do: hangup, title: {en: Farewell}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		flow           *Flow
		path, language string
		want           string
	}{
		{flows["city"], "known>greet>hours>general>rating:1>goodbye", "zh", "欢迎语|转人工服务|服务评价（按键 1）|结束语"},
		{flows["city"], "known>greet>hours>closed:1>note>noted", "en", "Greeting|Out-of-hours notice (key 1)|Voice message|Message recorded"},
		{flows["city-menu"], "known>greet>city:*>city:8>english>foreign", "zh", "欢迎语|选择城市（按键 *）|选择城市（按键 8）|转英语座席"},
		{own, "ask:1>people>bye", "zh", "按键 1|转人工|Farewell"},
		{own, "ask:1>people>bye", "en", "key 1|转人工|Farewell"},
		{own, "ask>gone:2>people>…", "zh", "gone（按键 2）|转人工|…"},
		{nil, "greet>menu:1>general", "zh", "greet|menu（按键 1）|general"},
		{own, "", "zh", ""},
		{own, ">>:>::1", "zh", "按键 :1"},
	} {
		got := tt.flow.Titles(tt.path, tt.language)
		if strings.Join(got, "|") != tt.want || got == nil {
			t.Errorf("%s in %s: %q, want %q", tt.path, tt.language, got, tt.want)
		}
	}
}

// TestCallersStepsOfBuiltinFlowsAreTitled in both languages: only what a
// caller does not notice may go without.
func TestCallersStepsOfBuiltinFlowsAreTitled(t *testing.T) {
	flows, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range flows {
		for _, n := range f.order {
			var languages []string
			for _, words := range n.title {
				languages = append(languages, words.language)
			}
			want := []string{"zh", "en"}
			if n.kind == "branch" || n.kind == "language" {
				want = nil
			}
			if !slices.Equal(languages, want) {
				t.Errorf("flow %s, step %s (%s) is titled in %v", f.Name, n.name, n.kind, languages)
			}
			for _, words := range n.title {
				if slices.Contains(f.Texts(), words.words) {
					t.Errorf("flow %s speaks the title %q", f.Name, words.words)
				}
			}
		}
	}
}
