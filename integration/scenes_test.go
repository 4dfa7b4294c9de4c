package integration

import (
	"embed"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/yihaotong/yihaotong/integration/timeline"
)

//go:embed scenes/*.txt scenes/long/*.txt
var scenes embed.FS

// TestScenes plays every scene of scenes/ on one real hotline, one after the
// other: who hears whom is measured at every stage. See package timeline.
func TestScenes(t *testing.T) {
	playAll(t, timeline.Gather(t), "scenes/*.txt")
}

// TestLongScenes plays those that take a minute, beside the other tests, on a
// hotline that notices sooner than others when a trunk does not answer.
func TestLongScenes(t *testing.T) {
	t.Parallel()
	playAll(t, timeline.Gather(t, "YHT_ASTERISK_QUALIFY=4s"), "scenes/long/*.txt")
}

func playAll(t *testing.T, cast *timeline.Cast, pattern string) {
	t.Helper()
	names, err := fs.Glob(scenes, pattern)
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(path.Base(name), ".txt"), func(t *testing.T) {
			text, err := scenes.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			scene, err := timeline.Parse(string(text))
			if err != nil {
				t.Fatal(err)
			}
			cast.Play(t, scene)
		})
	}
}
