package archtest_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/yihaotong/yihaotong/internal/archtest"
)

func TestOurImportsFollowTheDesign(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatalf("not the root of the module: %v", err)
	}
	found, err := archtest.Check(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range found {
		t.Error(v)
	}
}

func TestRulesSayWhatTheDesignSays(t *testing.T) {
	const ours = archtest.Module + "/"
	tests := []struct {
		folder, imported string
		ok               bool
	}{
		{"dialplan", ours + "pbx", true},
		{"dialplan", ours + "orchestrator", false},
		{"dialplan", ours + "directory", false},
		{"dialplan", "github.com/jackc/pgx/v5", false},
		{"orchestrator", ours + "pbx", true},
		{"orchestrator/live", ours + "dialplan", true},
		{"orchestrator", ours + "pbx/asterisk", true},
		{"orchestrator", ours + "directory", false},
		{"orchestrator", ours + "ticketing", false},
		{"ticketing", ours + "internal/postgres", true},
		{"ticketing", ours + "directory", false},
		{"knowledge", ours + "ticketing", false},
		{"exchange", ours + "ticketing", false},
		{"statistics", ours + "orchestrator", false},
		{"directory", ours + "internal/errkind", true},
		{"directory", ours + "pbx", false},
		{"pbx", ours + "internal/id", true},
		{"pbx/asterisk", ours + "pbx", true},
		{"pbx", ours + "dialplan", false},
		{"internal/config", ours + "internal/errkind", true},
		{"internal/config", ours + "pbx", false},
		{"web", ours + "ticketing", true},
		{"web", ours + "cmd/yihaotong", false},
		{"orchestrator", ours + "web", false},
		{"internal/x", ours + "web", false},
		{"cmd/yihaotong", ours + "web", true},
		{"integration", ours + "web", true},
		{"newcomer", ours + "internal/id", false},
		{".", ours + "web", false},
		{"pbx/asterisk", "github.com/CyCoreSystems/ari/v6", true},
		{"orchestrator", "github.com/CyCoreSystems/ari/v6", false},
		{"ticketing", "github.com/labstack/echo/v5", false},
		{"web/api", "github.com/labstack/echo/v5", true},
		{"webby", "github.com/labstack/echo/v5", false},
		{"ticketing", "github.com/labstack/echoes", true},
		{"dialplan", "time", true},
	}
	for _, tt := range tests {
		why := archtest.Judge(tt.folder, tt.imported)
		if (why == "") != tt.ok {
			t.Errorf("%s imports %s: allowed %v, want %v (%s)", tt.folder, tt.imported, why == "", tt.ok, why)
		}
	}
}

func TestCheckFindsForbiddenImportsWhereverTheyHide(t *testing.T) {
	forbidden := &fstest.MapFile{Data: []byte("package x\nimport _ \"" + archtest.Module + "/web\"\n")}
	tree := fstest.MapFS{
		"pbx/a.go":               forbidden,
		"pbx/a_test.go":          forbidden,
		"dialplan/deep/er/a.go":  forbidden,
		"web/console/dist/a.go":  forbidden, // not ours
		"web/a.go":               forbidden, // itself
		"cmd/yihaotong/main.go":  forbidden, // wires
		"pbx/testdata/broken.go": {Data: []byte("not Go")},
	}
	found, err := archtest.Check(tree)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 3 {
		t.Errorf("found %v, want the three files of pbx and dialplan", found)
	}
}
