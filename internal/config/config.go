// Package config reads what an operator may set: a YAML file and environment
// variables, which win over the file. It checks everything and reports all
// mistakes at once, each with its place. It opens nothing.
package config

import (
	"log/slog"
	"net/url"
	"time"
)

// Config is the whole configuration, one struct per component. Addresses may
// hold passwords: log a Config only through its LogValue.
type Config struct {
	Node       Node
	HTTP       HTTP
	Session    Session
	Postgres   Postgres
	Redis      Redis
	Asterisk   Asterisk
	Data       Data
	Recordings Recordings
	Speech     Speech
	Log        Log

	// Unknown names environment variables that begin with YHT_ and mean
	// nothing to us: probably a slip of the pen, worth a warning.
	Unknown []string
}

// Node is this process among those that share one database.
type Node struct {
	ID    string   // unique among running processes; default: the host's name
	Roles []string // what this process does: calls, web, jobs; default: all
}

// HTTP is where the console and the API listen.
type HTTP struct {
	Addr string // host:port; an empty host means every address
}

// Session bounds how long a log-in lasts.
type Session struct {
	Idle time.Duration // without any action; default 30 minutes
	Max  time.Duration // altogether; default 12 hours, a long shift
}

// Postgres is the database of everything that happened.
type Postgres struct {
	URL string // postgres://user:password@host:port/database
}

// Redis holds what is so now.
type Redis struct {
	URL string // redis://user:password@host:port/number, or rediss
}

// Asterisk is the telephone switch.
type Asterisk struct {
	URL        string // ARI: http://user:password@host:port
	App        string // our name as a Stasis application
	SIP        string // host:port of SIP, shown to people who set up a phone
	WS         string // SIP over WebSocket for browser phones
	Recordings string // folder, as we see it, where the switch leaves recordings

	Qualify time.Duration // how often phones and trunks are asked whether they are there
}

// Data is where files live: prompts, recordings, the journal.
type Data struct {
	Dir string // absolute
}

// Recordings is where sealed recordings are kept.
type Recordings struct {
	Store string // "": below the data folder; else an S3-compatible store: https://key:secret@host:port/bucket/prefix
}

// Speech makes prompts from text.
type Speech struct {
	Engine string // "espeak", or the http(s) address of a synthesizer

	Transcribe string // http(s) address of what turns messages into text; "": a person does
}

// Log is what we tell about ourselves.
type Log struct {
	Level slog.Level
}

// LogValue shows the configuration without its passwords.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("node", c.Node.ID),
		slog.Any("roles", c.Node.Roles),
		slog.String("http", c.HTTP.Addr),
		slog.String("postgres", redacted(c.Postgres.URL)),
		slog.String("redis", redacted(c.Redis.URL)),
		slog.String("asterisk", redacted(c.Asterisk.URL)),
		slog.String("data", c.Data.Dir),
		slog.String("recordings", redacted(c.Recordings.Store)),
		slog.String("speech", redacted(c.Speech.Engine)),
	)
}

// redacted returns an address without its password, and without the parameters,
// where drivers accept passwords too.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(unreadable)"
	}
	u.RawQuery = ""
	return u.Redacted()
}
