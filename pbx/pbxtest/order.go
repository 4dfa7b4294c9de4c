package pbxtest

import (
	"fmt"

	"github.com/yihaotong/yihaotong/pbx"
)

// disorder lists what is wrong with everything one controller was told: the
// rules of package pbx that hold in every scenario.
func disorder(events []pbx.Event) []string {
	var out []string
	wrong := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	linked := false
	legs := make(map[pbx.ChannelID]*life)
	plays := make(map[pbx.PlayID]bool)
	for _, e := range events {
		switch e := e.(type) {
		case pbx.Connected:
			if linked {
				wrong("Connected twice")
			}
			linked = true
			for _, ch := range e.Snapshot.Channels {
				legs[ch.ID] = &life{inbound: ch.Inbound, seen: true, up: ch.Up}
			}
			continue
		case pbx.Disconnected:
			if !linked {
				wrong("Disconnected without Connected")
			}
			linked = false
			continue
		}
		if !linked {
			wrong("%s without a link", describe(e))
		}
		id := e.Subject()
		if id == "" {
			continue
		}
		if legs[id] == nil {
			legs[id] = &life{}
		}
		if fault := legs[id].live(e); fault != "" {
			wrong("%s: %s", describe(e), fault)
		}
		if e, ok := e.(pbx.PlayEnded); ok {
			if plays[e.Play] {
				wrong("%s told twice", describe(e))
			}
			plays[e.Play] = true
		}
	}
	return out
}

// life is what one channel has been through.
type life struct {
	inbound, seen, ringing, up, ended bool
}

// live takes in the next event of the channel and says what is wrong with it.
func (l *life) live(e pbx.Event) string {
	first := !l.seen
	l.seen = true
	if l.ended {
		return "after the channel's end"
	}
	switch e.(type) {
	case pbx.Arrived:
		l.inbound = true
		if !first {
			return "not the first event of the channel"
		}
	case pbx.Ringing:
		if l.inbound || l.ringing || l.up {
			return "rings twice, after the answer, or inbound"
		}
		l.ringing = true
	case pbx.Answered:
		if l.inbound || l.up {
			return "answered twice or inbound"
		}
		l.up = true
	case pbx.Ended:
		l.ended = true
	default:
		if first || !l.inbound && !l.up {
			return "before the channel was ours"
		}
	}
	return ""
}
