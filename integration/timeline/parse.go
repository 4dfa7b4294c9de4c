package timeline

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Kind says how a line stands to time.
type Kind string

// The kinds.
const (
	At        Kind = "at"
	By        Kind = "by"
	For       Kind = "for"
	Story     Kind = "story"
	StorySays Kind = "story says"
	Sound     Kind = "recording"
)

// Line is one line of a scene.
type Line struct {
	Number   int
	Kind     Kind
	Moment   time.Duration
	Relative bool     // to the end of the line before
	Says     []string // what is done, or must be true
}

// Scene is one play.
type Scene struct {
	Title string
	Lines []Line
}

var lead = regexp.MustCompile(`^(at|by|for)\s+(\+?)([0-9.]+m?s)\s+(.+)$`)

var quoted = regexp.MustCompile(`"([^"]+)"`)

// Parse reads a scene.
func Parse(text string) (Scene, error) {
	var s Scene
	for i, raw := range strings.Split(text, "\n") {
		line := strings.TrimSpace(raw)
		switch {
		case line == "":
		case strings.HasPrefix(line, "#"):
			if s.Title == "" {
				s.Title = strings.TrimSpace(line[1:])
			}
		default:
			l, err := parseLine(i+1, line, s.Lines)
			if err != nil {
				return s, err
			}
			s.Lines = append(s.Lines, l)
		}
	}
	if s.Title == "" || len(s.Lines) == 0 {
		return s, fmt.Errorf("a scene needs a title (# …) and lines")
	}
	return s, nil
}

func parseLine(number int, line string, before []Line) (Line, error) {
	l := Line{Number: number}
	if rest, ok := strings.CutPrefix(line, "story says "); ok {
		l.Kind = StorySays
		for _, m := range quoted.FindAllStringSubmatch(rest, -1) {
			l.Says = append(l.Says, m[1])
		}
		if len(l.Says) == 0 {
			return l, fmt.Errorf("line %d: want words in quotation marks", number)
		}
		return l, nil
	}
	if rest, ok := strings.CutPrefix(line, "story"); ok {
		l.Kind, l.Says = Story, strings.Fields(rest)
		return l, nil
	}
	if rest, ok := strings.CutPrefix(line, "recording of "); ok {
		l.Kind, l.Says = Sound, strings.Fields(rest)
		return l, nil
	}
	m := lead.FindStringSubmatch(line)
	if m == nil {
		if len(before) == 0 {
			return l, fmt.Errorf("line %d begins with no moment: %s", number, line)
		}
		last := before[len(before)-1]
		l.Kind, l.Relative = last.Kind, true
		if last.Kind == By {
			l.Moment = max(last.Moment, time.Second)
			if !last.Relative {
				l.Moment = 5 * time.Second
			}
		}
		l.Says = split(line)
		return l, nil
	}
	moment, err := time.ParseDuration(m[3])
	if err != nil {
		return l, fmt.Errorf("line %d: %w", number, err)
	}
	l.Kind, l.Relative, l.Moment, l.Says = Kind(m[1]), m[2] == "+", moment, split(m[4])
	return l, nil
}

func split(text string) []string {
	var out []string
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
