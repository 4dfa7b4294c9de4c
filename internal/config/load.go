package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// DefaultFile is read from the working folder when no other file is named.
const DefaultFile = "yihaotong.yaml"

// Error tells every mistake found in a configuration, one sentence each.
type Error struct{ Problems []string }

func (e *Error) Error() string {
	return "the configuration cannot be used:\n  " + strings.Join(e.Problems, "\n  ")
}

// Kind lets the edge choose an answer.
func (e *Error) Kind() errkind.Kind { return errkind.Invalid }

// Load reads the file at path (YAML; empty: DefaultFile if it is there) and
// then env (as of os.Environ), fills in what nobody set and checks the whole.
// What is wrong is told by an *Error. Nothing is required yet: a command that
// needs a setting asks with Require.
func Load(path string, environ []string) (Config, error) {
	l := loader{k: koanf.New("."), origin: map[string]string{}}
	l.readFile(path)
	c := Config{Unknown: l.readEnvironment(environ)}
	for _, s := range settings {
		l.apply(&c, s)
	}
	l.derive(&c)
	if len(l.problems) > 0 {
		return Config{}, &Error{l.problems}
	}
	return c, nil
}

// Require reports, as one *Error, which of the settings (as "postgres.url") a
// command cannot do without and nobody has set.
func (c Config) Require(keys ...string) error {
	given := map[string]string{"postgres.url": c.Postgres.URL, "redis.url": c.Redis.URL, "asterisk.url": c.Asterisk.URL}
	var problems []string
	for _, s := range settings {
		if v, known := given[s.key]; known && v == "" && slices.Contains(keys, s.key) {
			problems = append(problems, fmt.Sprintf("%s (or %s in the file) is not set: %s", s.env, s.key, s.help))
		}
	}
	if len(problems) > 0 {
		return &Error{problems}
	}
	return nil
}

// Help lists every setting for people: environment variable, key in the file,
// default, meaning.
func Help() string {
	var b strings.Builder
	for _, s := range settings {
		fmt.Fprintf(&b, "%-24s %-20s %-26s %s\n", s.env, s.key, s.initial, s.help)
	}
	return b.String()
}

// loader gathers values, where each came from, and what is wrong.
type loader struct {
	k        *koanf.Koanf
	origin   map[string]string // key → place, for people
	problems []string
}

func (l *loader) problem(format string, args ...any) {
	l.problems = append(l.problems, fmt.Sprintf(format, args...))
}

func (l *loader) readFile(path string) {
	named := path != ""
	if !named {
		path = DefaultFile
	}
	err := l.k.Load(file.Provider(path), yamlFile{path: path, loader: l})
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist) && !named:
	case errors.Is(err, fs.ErrNotExist):
		l.problem("%s: there is no such file", path)
	default:
		l.problem("%s: %v", path, err)
	}
}

// readEnvironment takes our variables and returns the names of those that look
// like ours and are not. An empty variable counts as not set, because compose
// files and unit files cannot leave one out.
func (l *loader) readEnvironment(environ []string) (unknown []string) {
	take := func(name, value string) (string, any) {
		for _, s := range settings {
			if s.env == name && value != "" {
				l.origin[s.key] = name
				return s.key, value
			}
		}
		if !ours(name) {
			unknown = append(unknown, name)
		}
		return "", nil
	}
	p := env.Provider(".", env.Opt{
		Prefix: "YHT_", TransformFunc: take, EnvironFunc: func() []string { return environ },
	})
	if err := l.k.Load(p, nil); err != nil {
		l.problem("environment: %v", err)
	}
	slices.Sort(unknown)
	return unknown
}

// scriptVariables are read by our scripts and not by the program.
var scriptVariables = []string{
	"YHT_ARI_PORT", "YHT_ASTERISK_TREE", "YHT_CACHE", "YHT_CHROMIUM", "YHT_DEBIAN_MIRROR",
	"YHT_POSTGRES_PORT", "YHT_REDIS_PORT", "YHT_RTP_PORTS", "YHT_SIP_PORT", "YHT_VAR",
}

// ours tells whether a YHT_ variable is known here, or belongs to our tests and
// scripts.
func ours(name string) bool {
	return strings.HasPrefix(name, "YHT_TEST_") || slices.Contains(scriptVariables, name) ||
		slices.ContainsFunc(settings, func(s setting) bool { return s.env == name })
}

func (l *loader) apply(c *Config, s setting) {
	v := strings.TrimSpace(l.k.String(s.key))
	if v == "" {
		v = s.initial
	}
	if v == "" {
		return
	}
	if err := s.set(c, v); err != nil {
		l.problem("%s: %s %v", l.origin[s.key], s.key, err)
	}
}

// derive fills in what follows from other settings.
func (l *loader) derive(c *Config) {
	if c.Node.ID == "" {
		if c.Node.ID, _ = os.Hostname(); !nodeName.MatchString(c.Node.ID) {
			c.Node.ID = "node"
		}
	}
	if c.Asterisk.Recordings == "" {
		c.Asterisk.Recordings = filepath.Join(c.Data.Dir, "recordings")
	}
	if 0 < c.Session.Max && c.Session.Max < c.Session.Idle {
		l.problem("session.max (YHT_SESSION_MAX) must not be shorter than session.idle (YHT_SESSION_IDLE)")
	}
	ari, err := url.Parse(c.Asterisk.URL)
	if err != nil || ari.Host == "" {
		return
	}
	if c.Asterisk.WS == "" {
		scheme := map[string]string{"http": "ws", "https": "wss"}[ari.Scheme]
		c.Asterisk.WS = (&url.URL{Scheme: scheme, Host: ari.Host, Path: "/ws"}).String()
	}
	if c.Asterisk.SIP == "" {
		c.Asterisk.SIP = net.JoinHostPort(ari.Hostname(), "5060")
	}
}
