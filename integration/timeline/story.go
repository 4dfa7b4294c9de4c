package timeline

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
)

// story checks that the story of the latest call names all of these kinds.
func (p *play) story(kinds []string) error {
	return p.told(kinds, func(e hotline.Object, kind string) bool { return e.Text("kind") == kind })
}

// storySays checks that it has an entry with these words.
func (p *play) storySays(words string) error {
	return p.told([]string{words}, func(e hotline.Object, words string) bool { return strings.Contains(e.Text("text"), words) })
}

// told waits until every wish is met by an entry of the latest call's story.
func (p *play) told(wishes []string, meets func(hotline.Object, string) bool) error {
	if p.latest == "" {
		return fmt.Errorf("no call was seen at a desk")
	}
	for until := time.Now().Add(settling); ; time.Sleep(patience) {
		entries, err := p.entries()
		missing := slices.DeleteFunc(slices.Clone(wishes), func(wish string) bool {
			return slices.ContainsFunc(entries, func(e hotline.Object) bool { return meets(e, wish) })
		})
		switch {
		case err == nil && len(missing) == 0:
			return nil
		case time.Now().After(until):
			var told []string
			for _, e := range entries {
				told = append(told, e.Text("kind")+": "+e.Text("text"))
			}
			return fmt.Errorf("the story of %s does not tell %q: %w; it tells\n%s", p.latest, missing, err, strings.Join(told, "\n"))
		}
	}
}

func (p *play) entries() ([]hotline.Object, error) {
	status, story, err := p.people["2001"].Try("GET", "/api/calls/"+p.latest+"/story", nil)
	if err != nil || status != http.StatusOK {
		return nil, fmt.Errorf("%d %v %w", status, story, err)
	}
	list, _ := story.At("entries").([]any)
	entries := make([]hotline.Object, 0, len(list))
	for _, e := range list {
		entries = append(entries, hotline.Object(e.(map[string]any)))
	}
	return entries, nil
}
