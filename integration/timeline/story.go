package timeline

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/integration/hotline"
)

// story checks that the story of the latest call has entries of these kinds.
func (p *play) story(kinds []string) error {
	return p.tellsOf(func(entries []hotline.Object) (missing []string) {
		for _, kind := range kinds {
			if !slices.ContainsFunc(entries, func(e hotline.Object) bool { return e.Text("kind") == kind }) {
				missing = append(missing, kind)
			}
		}
		return missing
	})
}

// storySays checks that it has entries with these words, one after the other.
func (p *play) storySays(words []string) error {
	return p.tellsOf(func(entries []hotline.Object) (missing []string) {
		for _, w := range words {
			i := slices.IndexFunc(entries, func(e hotline.Object) bool { return strings.Contains(e.Text("text"), w) })
			if i < 0 {
				return []string{w}
			}
			entries = entries[i+1:]
		}
		return nil
	})
}

// tellsOf waits until nothing is missing in the story of the latest call.
func (p *play) tellsOf(missing func([]hotline.Object) []string) error {
	if p.latest == "" {
		return fmt.Errorf("no call was seen at a desk")
	}
	for until := time.Now().Add(settling); ; time.Sleep(patience) {
		entries, err := p.entries()
		if err == nil && len(missing(entries)) == 0 {
			return nil
		}
		if time.Now().After(until) {
			var told []string
			for _, e := range entries {
				told = append(told, "  "+e.Text("kind")+": "+e.Text("text"))
			}
			return fmt.Errorf("the story of %s does not tell %q: %w; it tells\n%s", p.latest, missing(entries), err, strings.Join(told, "\n"))
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
