package asterisk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"github.com/yihaotong/yihaotong/pbx"
)

// startup asks when this Asterisk started. A new value means that everything
// kept in its memory is gone.
func (s *Switch) startup(ctx context.Context) (time.Time, error) {
	var info ari.AsteriskInfo
	err := s.rest.do(ctx, http.MethodGet, "/asterisk/info", nil, nil, &info)
	return time.Time(info.StatusInfo.StartupTime), err
}

// found is a snapshot and what is hidden from it.
type found struct {
	pbx.Snapshot
	listening eavesdropping
	// Answered channels of ours whose Answered is to come; in the snapshot they
	// are not up. unrecorded have not been on their way through the dialplan,
	// passing are on it.
	unrecorded, passing []pbx.ChannelID
}

// snapshot rebuilds what the switch holds for us, in four requests.
func (s *Switch) snapshot(ctx context.Context) (found, error) {
	out := found{Snapshot: pbx.Snapshot{Bridges: map[pbx.BridgeID][]pbx.ChannelID{}}}
	out.listening.bridges = map[pbx.BridgeID][]string{}
	var channels, bridges, endpoints []json.RawMessage
	var app struct {
		Channels []pbx.ChannelID `json:"channel_ids"`
	}
	// The application comes last: a channel that has left it in between is
	// not ours any more, and its StasisEnd is past.
	for _, get := range []struct {
		path string
		out  any
	}{
		{"/channels", &channels},
		{"/bridges", &bridges},
		{"/endpoints/PJSIP", &endpoints},
		{path("applications", s.cfg.App), &app},
	} {
		err := s.rest.do(ctx, http.MethodGet, get.path, nil, nil, get.out)
		var said *refusal
		if get.out == &endpoints && errors.As(err, &said) && said.Status == http.StatusNotFound {
			err = nil // there has never been an endpoint
		}
		if err != nil {
			return out, err
		}
	}
	in := map[pbx.ChannelID]pbx.BridgeID{}
	for _, b := range each[ari.BridgeData](s, bridges) {
		if b.ID == "" || b.Class != "stasis" {
			continue
		}
		id := pbx.BridgeID(b.ID)
		if isListening(b.ID) {
			out.listening.bridges[id] = b.ChannelIDs
			continue
		}
		out.Bridges[id] = []pbx.ChannelID{}
		for _, c := range b.ChannelIDs {
			out.Bridges[id] = append(out.Bridges[id], pbx.ChannelID(c))
			in[pbx.ChannelID(c)] = id
		}
	}
	ours := map[pbx.ChannelID]bool{}
	for _, id := range app.Channels {
		ours[id] = true
	}
	for _, c := range each[ari.ChannelData](s, channels) {
		if isListening(c.ID) {
			out.listening.snoops = append(out.listening.snoops, c.ID)
			continue
		}
		if one, ok := s.channelOf(&c); ok && ours[one.ID] {
			switch args := stasisArgs(&c); {
			case one.Inbound || !one.Up:
			case len(args) == 0:
				out.passing = append(out.passing, one.ID)
				one.Up = false
			case len(args) > 1 && args[1] == "to-record":
				out.unrecorded = append(out.unrecorded, one.ID)
				one.Up = false
			}
			one.Bridge = in[one.ID]
			out.Channels = append(out.Channels, one)
		}
	}
	for id, members := range out.Bridges { // without what plays music there
		out.Bridges[id] = slices.DeleteFunc(members, func(c pbx.ChannelID) bool { return !ours[c] })
	}
	slices.SortFunc(out.Channels, func(a, b pbx.Channel) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
	})
	err := s.endpoints(ctx, each[ari.EndpointData](s, endpoints), &out.Snapshot)
	return out, err
}

// stasisArgs are the arguments with which a channel was handed to an
// application, the application first; none: it is elsewhere in the dialplan.
func stasisArgs(c *ari.ChannelData) []string {
	if c.GetDialplan().GetAppName() != "Stasis" {
		return nil
	}
	return strings.Split(c.GetDialplan().GetAppData(), ",")
}

// each decodes the elements of a list one by one: a malformed one is left out
// and does not hide the others.
func each[T any](s *Switch, list []json.RawMessage) []T {
	out := make([]T, 0, len(list))
	for _, text := range list {
		var one T
		if err := json.Unmarshal(text, &one); err != nil {
			s.malformed(arrival{text: text}, "snapshot", err)
			continue
		}
		out = append(out, one)
	}
	return out
}

// channelOf reads a channel's story from its JSON; false: it is not ours.
func (s *Switch) channelOf(c *ari.ChannelData) (pbx.Channel, bool) {
	out := pbx.Channel{
		ID: pbx.ChannelID(c.ID), Up: c.State == "Up",
		Since: time.Unix(c.Creationtime.GetSeconds(), int64(c.Creationtime.GetNanos())),
	}
	m, kept := readMemo(c.ChannelVars["YHT_VARS"])
	out.Vars = m.Vars
	if out.Vars == nil {
		out.Vars = map[string]string{}
	}
	args := stasisArgs(c)
	stasis := len(args) > 1 && args[0] == s.cfg.App
	switch {
	case stasis && args[1] == "arrived":
		out.Inbound = true
		out.Called = called(c.GetDialplan().GetExten())
		out.Caller = clean(c.GetCaller().GetNumber())
		if len(args) > 2 {
			out.Trunk = pbx.TrunkID(clean(args[2]))
		}
		if len(args) > 3 && recording.MatchString(args[3]) {
			out.Recorded = args[3]
		}
	case kept && (m.Phone != "" || m.Trunk != ""):
		out.Phone, out.Trunk = m.Phone, m.Trunk
	case stasis && args[1] == "originated" && len(args) > 3:
		out.Phone = pbx.PhoneID(args[3])
	default:
		return out, false
	}
	if stasis && args[1] == "originated" && len(args) > 3 && args[2] == "recorded" && recording.MatchString(args[3]) {
		out.Recorded = args[3]
	}
	return out, out.ID != ""
}

func readMemo(text string) (m memo, ok bool) {
	return m, text != "" && json.Unmarshal([]byte(text), &m) == nil
}
