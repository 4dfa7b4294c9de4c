package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// setting is one thing an operator may set.
type setting struct {
	key     string // in the file, as http.addr
	env     string // in the environment
	initial string // what holds when nobody says anything; empty: nothing, or derived
	help    string
	set     func(*Config, string) error // checks and stores; the error says what it must look like
}

// Roles are the parts of the program that a process can play.
var Roles = []string{"calls", "web", "jobs"}

// settings lists everything, in the order in which it is told to people.
var settings = []setting{
	{
		"node.id", "YHT_NODE", "", "name of this process, unique among those that share a database (default: host name)",
		func(c *Config, v string) error {
			c.Node.ID = v
			return must(nodeName.MatchString(v), "must be 1 to 63 letters, digits, dots or dashes")
		},
	},
	{
		"node.roles", "YHT_ROLES", "calls,web,jobs", "what this process does",
		func(c *Config, v string) error { return setRoles(c, v) },
	},
	{
		"http.addr", "YHT_HTTP_ADDR", "127.0.0.1:12328", "where console and API listen",
		func(c *Config, v string) error { c.HTTP.Addr = v; return hostPort(v) },
	},
	{
		"session.idle", "YHT_SESSION_IDLE", "30m", "a log-in ends after this time without action",
		func(c *Config, v string) error { return setDuration(&c.Session.Idle, v) },
	},
	{
		"session.max", "YHT_SESSION_MAX", "12h", "a log-in ends after this time altogether",
		func(c *Config, v string) error { return setDuration(&c.Session.Max, v) },
	},
	{
		"postgres.url", "YHT_POSTGRES_URL", "", "database: postgres://user:password@host:5432/database",
		func(c *Config, v string) error {
			c.Postgres.URL = v
			return address(v, "postgres", "postgresql")
		},
	},
	{
		"redis.url", "YHT_REDIS_URL", "redis://127.0.0.1:6379/0", "live state: redis://user:password@host:6379/0",
		func(c *Config, v string) error { c.Redis.URL = v; return address(v, "redis", "rediss") },
	},
	{
		"asterisk.url", "YHT_ASTERISK_URL", "", "Asterisk's ARI: http://user:password@host:8088",
		func(c *Config, v string) error { return setAsterisk(c, v) },
	},
	{
		"asterisk.app", "YHT_ASTERISK_APP", "yihaotong", "our name as a Stasis application",
		func(c *Config, v string) error {
			c.Asterisk.App = v
			return must(nodeName.MatchString(v), "must be 1 to 63 letters, digits, dots or dashes")
		},
	},
	{
		"asterisk.sip", "YHT_ASTERISK_SIP", "", "SIP address shown to people (default: ARI's host, port 5060)",
		func(c *Config, v string) error { c.Asterisk.SIP = v; return hostPort(v) },
	},
	{
		"asterisk.ws", "YHT_ASTERISK_WS", "", "SIP over WebSocket for browser phones (default: ARI's address with path /ws)",
		func(c *Config, v string) error { c.Asterisk.WS = v; return address(v, "ws", "wss") },
	},
	{
		"asterisk.recordings", "YHT_ASTERISK_RECORDINGS", "", "folder where the switch leaves recordings (default: recordings in the data folder)",
		func(c *Config, v string) error { return setFolder(&c.Asterisk.Recordings, v) },
	},
	{
		"asterisk.qualify", "YHT_ASTERISK_QUALIFY", "30s", "how often phones and trunks are asked whether they are there, 4s to 10m",
		func(c *Config, v string) error { return setQualify(c, v) },
	},
	{
		"data.dir", "YHT_DATA_DIR", "./var/data", "folder for prompts, recordings and the journal",
		func(c *Config, v string) error { return setFolder(&c.Data.Dir, v) },
	},
	{
		"recordings.store", "YHT_RECORDINGS", "", "object store for recordings: https://key:secret@host:port/bucket (default: the data folder)",
		func(c *Config, v string) error { return setStore(c, v) },
	},
	{
		"speech.engine", "YHT_SPEECH", "espeak", "voice for prompts: espeak, or the http address of a synthesizer",
		func(c *Config, v string) error {
			c.Speech.Engine = v
			if v == "espeak" {
				return nil
			}
			if address(v, "http", "https") != nil {
				return errors.New("must be espeak or an address like http://host:port/path")
			}
			return nil
		},
	},
	{
		"speech.transcribe", "YHT_TRANSCRIBE", "", "turns messages into text: http address that a recording (audio/wav) is posted to (default: typed by hand)",
		func(c *Config, v string) error { c.Speech.Transcribe = v; return address(v, "http", "https") },
	},
	{
		"log.level", "YHT_LOG_LEVEL", "info", "debug, info, warn or error",
		func(c *Config, v string) error { return setLevel(c, v) },
	},
}

var nodeName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$`)

func must(ok bool, rule string) error {
	if !ok {
		return errors.New(rule)
	}
	return nil
}

func setRoles(c *Config, v string) error {
	c.Node.Roles = nil
	for role := range strings.SplitSeq(v, ",") {
		role = strings.TrimSpace(role)
		if !slices.Contains(Roles, role) {
			return fmt.Errorf("must be a list of %s, separated by commas; %q is none of them", strings.Join(Roles, ", "), role)
		}
		if !slices.Contains(c.Node.Roles, role) {
			c.Node.Roles = append(c.Node.Roles, role)
		}
	}
	return nil
}

func setAsterisk(c *Config, v string) error {
	c.Asterisk.URL = v
	if err := address(v, "http", "https"); err != nil {
		return err
	}
	u, _ := url.Parse(v)
	password, _ := u.User.Password()
	return must(u.User.Username() != "" && password != "", "must hold user and password of ARI, as http://user:password@host:8088")
}

func setStore(c *Config, v string) error {
	c.Recordings.Store = v
	if err := address(v, "http", "https"); err != nil {
		return err
	}
	u, _ := url.Parse(v)
	secret, _ := u.User.Password()
	return must(u.User.Username() != "" && secret != "" && strings.Trim(u.Path, "/") != "",
		"must hold key, secret and bucket, as https://key:secret@host:9000/bucket")
}

func setDuration(d *time.Duration, v string) error {
	given, err := time.ParseDuration(v)
	*d = given
	return must(err == nil && given > 0, "must be a time like 30m or 12h")
}

// setQualify bounds the pace. The switch waits 3 s for an answer: asked sooner
// again, who has just come back would count as gone once more. Later than ten
// minutes a dead phone rings for too many callers.
func setQualify(c *Config, v string) error {
	given, err := time.ParseDuration(v)
	c.Asterisk.Qualify = given
	return must(err == nil && given >= 4*time.Second && given <= 10*time.Minute, "must be a time from 4s to 10m")
}

func setFolder(dir *string, v string) error {
	// The switch is told absolute paths, whatever folder it was started in.
	abs, err := filepath.Abs(v)
	*dir = abs
	return err
}

func setLevel(c *Config, v string) error {
	var l slog.Level
	err := l.UnmarshalText([]byte(v))
	c.Log.Level = l
	return must(err == nil, "must be debug, info, warn or error")
}

func hostPort(v string) error {
	_, port, err := net.SplitHostPort(v)
	if err != nil {
		return errors.New("must be host:port")
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return must(err == nil && n > 0, "must be host:port with a port from 1 to 65535")
}

// address checks an address without ever repeating it: it may hold a password.
func address(v string, schemes ...string) error {
	u, err := url.Parse(v)
	if err != nil || !slices.Contains(schemes, u.Scheme) || u.Host == "" {
		return fmt.Errorf("must be an address that begins with %s://", strings.Join(schemes, ":// or "))
	}
	return nil
}
