// Package archtest holds the import rules of the design and checks a source
// tree against them. Its test checks ours, so that the shape of the house is
// kept by the build and not by memory.
package archtest

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Module is the path of our module.
const Module = "github.com/yihaotong/yihaotong"

// everything allows a folder to import any other (but web, see Allowed).
const everything = "*"

// Rules maps each top-level folder to the other top-level folders it may
// import. A folder may always import itself. A new folder needs a line here.
var Rules = map[string][]string{
	"internal":     {},
	"pbx":          {"internal"},
	"dialplan":     {"pbx", "internal"},
	"orchestrator": {"pbx", "dialplan", "internal"},
	"directory":    {"internal"},
	"ticketing":    {"internal"},
	"knowledge":    {"internal"},
	"exchange":     {"internal"},
	"statistics":   {"internal"},
	"roster":       {"internal"},
	"staffing":     {"internal"},
	"tollfraud":    {"internal"},
	"alarm":        {"internal"},
	"quality":      {"internal"},
	"tasks":        {"internal"},
	"web":          {"pbx", "dialplan", "orchestrator", "directory", "ticketing", "knowledge", "exchange", "statistics", "roster", "staffing", "tollfraud", "alarm", "quality", "tasks", "internal"},
	"cmd":          {everything},
	"integration":  {everything},
}

// Homes maps a foreign module to the only folders that may know it.
var Homes = map[string][]string{
	"github.com/labstack/echo":      {"web", "cmd", "integration"},
	"github.com/danielgtaylor/huma": {"web", "cmd", "integration"},
	"github.com/CyCoreSystems/ari":  {"pbx/asterisk", "integration"},
	"github.com/percipia/eslgo":     {"pbx/freeswitch", "pbx/pbxtest", "integration"},
	"github.com/redis/go-redis":     {"orchestrator/live", "orchestrator", "web", "cmd", "integration", "internal"},
	"github.com/jackc/pgx":          {"orchestrator", "directory", "ticketing", "knowledge", "exchange", "statistics", "roster", "tollfraud", "alarm", "quality", "tasks", "web", "cmd", "integration", "internal", "pbx/recording"},
	"github.com/knadh/koanf":        {"internal/config"},
	"github.com/pressly/goose":      {"internal/postgres"},
}

// Violation is one import that the design forbids.
type Violation struct {
	File   string // slash-separated, below the root of the module
	Import string
	Why    string
}

func (v Violation) String() string {
	return fmt.Sprintf("%s imports %s: %s", v.File, v.Import, v.Why)
}

// Check reads every Go file below root, tests included, and returns what
// breaks the rules.
func Check(root fs.FS) ([]Violation, error) {
	var found []Violation
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return skip(d.Name())
		case path.Ext(name) != ".go":
			return nil
		}
		imports, err := importsOf(root, name)
		if err != nil {
			return err
		}
		for _, imported := range imports {
			if why := Judge(path.Dir(name), imported); why != "" {
				found = append(found, Violation{name, imported, why})
			}
		}
		return nil
	})
	return found, err
}

// skip leaves out folders that hold no Go code of ours.
func skip(name string) error {
	if name != "." && (strings.HasPrefix(name, ".") || slices.Contains([]string{"node_modules", "testdata", "var", "dist"}, name)) {
		return filepath.SkipDir
	}
	return nil
}

func importsOf(root fs.FS, name string) ([]string, error) {
	src, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, err
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		imports = append(imports, p)
	}
	return imports, nil
}

// Judge tells why a package in folder (as "pbx/asterisk", "." for the root) may
// not import path; empty: it may.
func Judge(folder, imported string) string {
	if inner, ours := strings.CutPrefix(imported, Module+"/"); ours {
		return judgeOurs(top(folder), top(inner))
	}
	for module, homes := range Homes {
		if !within(imported, module) || folder == "." {
			continue // the root's deps.go only keeps modules in go.mod
		}
		if !slices.ContainsFunc(homes, func(home string) bool { return within(folder, home) }) {
			return "only " + strings.Join(homes, ", ") + " may know that library"
		}
	}
	return ""
}

func judgeOurs(from, to string) string {
	allowed, known := Rules[from]
	switch {
	case !known:
		return fmt.Sprintf("the folder %q has no rule; add one to archtest.Rules", from)
	case from == to, slices.Contains(allowed, everything), slices.Contains(allowed, to):
		return ""
	case to == "web":
		return "nobody imports web"
	}
	return fmt.Sprintf("%s may import only itself and %v", from, allowed)
}

func top(p string) string {
	first, _, _ := strings.Cut(p, "/")
	return first
}

// within reports whether p is the folder or module dir, or lies below it.
func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }
