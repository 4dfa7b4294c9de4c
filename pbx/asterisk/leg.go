package asterisk

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// book holds what the driver must remember of each channel to say exactly one
// Ended for it, to give its variables back and to keep its music straight.
type book struct {
	mu   sync.Mutex
	legs map[pbx.ChannelID]*leg
}

func newBook() *book { return &book{legs: map[pbx.ChannelID]*leg{}} }

// leg is one channel. Its fields belong to the book's lock.
type leg struct {
	id      pbx.ChannelID
	turn    chan struct{} // holds one token: who has it may send a command that depends on what follows
	inbound bool
	phone   pbx.PhoneID
	trunk   pbx.TrunkID
	seen    bool // the switch has confirmed it, by an event or an answer
	rang    bool
	up      bool      // originated and answered
	cause   pbx.Cause // known before it ends; empty: not
	vars    map[string]string
	music   music
	bridge  pbx.BridgeID
	plays   map[pbx.PlayID]*play
	keys    keys
	// Of the hold key, see hold.go, and of Mute.
	held     bool         // the phone holds
	silenced bool         // because of that
	musicIn  pbx.BridgeID // the bridge where music plays because of that
	muted    bool         // by Mute
	snoop    string       // the channel by which it listens; empty: it does not
	// recording is the way of an answered channel through the dialplan, where
	// its recording begins: it leaves the application and comes back.
	recording bool
}

// music is what StartMusic asked for.
type music struct {
	on    bool
	class string
	// unknown: the channel was adopted from a switch that may be playing it.
	unknown bool
}

// play is one playing under way.
type play struct {
	file    string    // the one that plays now
	started time.Time // by Asterisk's clock
	err     error     // a file that could not be played
}

func newLeg(id pbx.ChannelID) *leg {
	l := &leg{id: id, turn: make(chan struct{}, 1), vars: map[string]string{}, plays: map[pbx.PlayID]*play{}}
	l.turn <- struct{}{}
	return l
}

// with runs f on a leg under the lock; it reports false when there is none.
func (b *book) with(id pbx.ChannelID, f func(*leg)) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l, ok := b.legs[id]
	if ok {
		f(l)
	}
	return ok
}

// add enters a leg; it reports false when the id is taken.
func (b *book) add(l *leg) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, taken := b.legs[l.id]; taken {
		return false
	}
	b.legs[l.id] = l
	return true
}

// drop removes a leg; it reports false when it is gone already.
func (b *book) drop(id pbx.ChannelID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.legs[id]
	delete(b.legs, id)
	return ok
}

// replace forgets everything and enters what a snapshot found. Variables come
// from the switch; music may be playing.
func (b *book) replace(channels []pbx.Channel) {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.legs)
	for _, c := range channels {
		l := newLeg(c.ID)
		l.inbound, l.phone, l.bridge, l.seen = c.Inbound, c.Phone, c.Bridge, true
		l.rang, l.up = !c.Inbound && c.Up, !c.Inbound && c.Up
		maps.Copy(l.vars, c.Vars)
		l.music.unknown = true
		b.legs[c.ID] = l
	}
}

// take waits for a leg's turn. The caller gives it back with give.
func (b *book) take(ctx context.Context, id pbx.ChannelID) (*leg, error) {
	b.mu.Lock()
	l := b.legs[id]
	b.mu.Unlock()
	if l == nil {
		return nil, &refusal{Status: 404, Reason: "Channel not found"}
	}
	select {
	case <-l.turn:
		return l, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *leg) give() { l.turn <- struct{}{} }
