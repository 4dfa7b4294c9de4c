package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// yamlFile is a koanf.Parser that knows which keys there are and remembers the
// line of each, so that a mistake can be told with its place.
type yamlFile struct {
	path   string
	loader *loader
}

// Unmarshal returns the file's values. Unknown keys and values of the wrong
// shape go to the loader's problems; only what is no YAML at all is an error.
func (y yamlFile) Unmarshal(b []byte) (map[string]any, error) {
	f, err := parser.ParseBytes(b, 0)
	if err != nil {
		return nil, errors.New(yaml.FormatError(err, false, false))
	}
	for _, doc := range f.Docs {
		y.check(doc.Body, "")
	}
	values := map[string]any{}
	if len(y.loader.problems) > 0 {
		return values, nil // its mistakes are told already
	}
	if err := yaml.Unmarshal(b, &values); err != nil {
		return nil, errors.New(yaml.FormatError(err, false, false))
	}
	return values, nil
}

// Marshal is asked of a parser and never used here.
func (yamlFile) Marshal(map[string]any) ([]byte, error) {
	return nil, errors.New("config: nothing is ever written")
}

// check walks the file below prefix ("" or "http").
func (y yamlFile) check(n ast.Node, prefix string) {
	var pairs []*ast.MappingValueNode
	switch n := n.(type) {
	case nil, *ast.NullNode, *ast.CommentGroupNode:
		return
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		y.problem(n, "expected keys with values, as http: {addr: …}")
		return
	}
	for _, p := range pairs {
		y.checkPair(p, prefix)
	}
}

func (y yamlFile) checkPair(p *ast.MappingValueNode, prefix string) {
	key := prefix + p.Key.GetToken().Value
	if slices.ContainsFunc(settings, func(s setting) bool { return strings.HasPrefix(s.key, key+".") }) {
		y.check(p.Value, key+".")
		return
	}
	if !slices.ContainsFunc(settings, func(s setting) bool { return s.key == key }) {
		y.problem(p.Key, "there is no setting %q", key)
		return
	}
	switch p.Value.(type) {
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		y.problem(p.Key, "%s must be a single value", key)
	default:
		y.loader.origin[key] = fmt.Sprintf("%s:%d", y.path, p.Key.GetToken().Position.Line)
	}
}

func (y yamlFile) problem(n ast.Node, format string, args ...any) {
	y.loader.problem("%s:%d: "+format, append([]any{y.path, n.GetToken().Position.Line}, args...)...)
}
