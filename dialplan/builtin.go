package dialplan

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// builtin holds the flows that come with the program.
//
//go:embed flows/*.yaml
var builtin embed.FS

// Builtin parses the flows that come with the program, by name: city,
// city-menu and transition. They are examples for operators as well.
func Builtin() (map[string]*Flow, error) {
	files, err := fs.Glob(builtin, "flows/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list built-in flows: %w", err)
	}
	flows := map[string]*Flow{}
	for _, name := range files {
		src, err := builtin.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read built-in flow: %w", err)
		}
		flow, err := Parse(name, src)
		if err != nil {
			return nil, err
		}
		if want := strings.TrimSuffix(path.Base(name), ".yaml"); flow.Name != want {
			return nil, fmt.Errorf("built-in flow %s calls itself %q", name, flow.Name)
		}
		flows[flow.Name] = flow
	}
	return flows, nil
}
