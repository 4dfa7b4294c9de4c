package integration

import (
	"embed"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/yihaotong/yihaotong/integration/timeline"
)

//go:embed scenes/*.txt
var scenes embed.FS

// TestScenes plays every scene of scenes/ on one real hotline, one after the
// other: who hears whom is measured at every stage. See package timeline.
func TestScenes(t *testing.T) {
	names, err := fs.Glob(scenes, "scenes/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	cast := timeline.Gather(t)
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
