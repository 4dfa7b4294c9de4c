package asterisk

import (
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/pbx"
)

// maxVars bounds what a channel keeps, in bytes of all names and values.
const maxVars = 4 << 10

// check refuses what cannot be said to a switch, before anything is sent.
func check(name string, c pbx.Command) error {
	bad := func(format string, args ...any) error {
		return &pbx.Error{Command: name, Kind: pbx.Invalid, Reason: fmt.Sprintf(format, args...)}
	}
	if field := badID(c); field != "" {
		return bad("%s: need 1-128 letters, digits or ._:@-, not beginning with %s", field, listenPrefix)
	}
	switch c := c.(type) {
	case pbx.Play:
		if len(c.Files) == 0 {
			return bad("nothing to play")
		}
		for _, f := range c.Files {
			if !utf8.ValidString(f) || !soundPath.MatchString(f) {
				return bad("sound %q: need an absolute path without commas or control characters", clean(f))
			}
		}
	case pbx.StartMusic:
		if c.Class != "" && !plainName.MatchString(c.Class) {
			return bad("music class %q", clean(c.Class))
		}
	case pbx.Originate:
		return checkOriginate(c, bad)
	case pbx.Join:
		if len(c.Channels) == 0 {
			return bad("nobody to join")
		}
	case pbx.SendKeys:
		if !keySeries.MatchString(c.Keys) {
			return bad("keys: need 1-32 of 0-9 * # A-D")
		}
	case pbx.Listen:
		if c.Channel == c.To {
			return bad("a channel cannot listen to itself")
		}
	case pbx.SetVars:
		return checkVars(c.Vars, bad)
	}
	return nil
}

// badID names the first field of a command that holds an id which is not one.
// An Originator, a Phone and a Trunk may be empty.
func badID(c pbx.Command) string {
	v := reflect.ValueOf(c)
	if v.Kind() != reflect.Struct {
		return ""
	}
	for i := range v.NumField() {
		field := v.Type().Field(i).Name
		switch id := v.Field(i).Interface().(type) {
		case pbx.ChannelID:
			if (id != "" || field != "Originator") && !usableID(string(id)) {
				return field
			}
		case pbx.BridgeID:
			if !usableID(string(id)) {
				return field
			}
		case pbx.PlayID:
			if !usableID(string(id)) {
				return field
			}
		case []pbx.ChannelID:
			for _, one := range id {
				if !usableID(string(one)) {
					return field
				}
			}
		}
	}
	return ""
}

// usableID reports whether a text can name something on the switch. What begins
// as the channels and bridges of listeners do is ours.
func usableID(id string) bool { return plainID.MatchString(id) && !isListening(id) }

func checkOriginate(c pbx.Originate, bad func(string, ...any) error) error {
	switch {
	case (c.Phone == "") == (c.Trunk == ""):
		return bad("need either a phone or a trunk")
	case c.Phone != "" && !plainName.MatchString(string(c.Phone)):
		return bad("phone %q", clean(string(c.Phone)))
	case c.Trunk != "" && !plainName.MatchString(string(c.Trunk)):
		return bad("trunk %q", clean(string(c.Trunk)))
	case c.Trunk != "" && !dialable.MatchString(c.Number):
		return bad("number: need 1-32 digits, * or #, after at most one +")
	case c.Record != "" && (c.Record != pbx.RecordingOf(c.Channel) || !recording.MatchString(c.Record)):
		return bad("recording %q: need that of the channel, whose id must be 1-128 letters, digits, . _ -", clean(c.Record))
	case c.Timeout < 0:
		return bad("timeout %s", c.Timeout)
	}
	return checkVars(c.Vars, bad)
}

func checkVars(vars map[string]string, bad func(string, ...any) error) error {
	size := 0
	for name, value := range vars {
		if !varName.MatchString(name) {
			return bad("variable %q: need A-Z and _", clean(name))
		}
		if !utf8.ValidString(value) {
			return bad("variable %s: not UTF-8", name)
		}
		size += len(name) + len(value)
	}
	if size > maxVars {
		return bad("variables of %d bytes, %d are allowed", size, maxVars)
	}
	return nil
}
