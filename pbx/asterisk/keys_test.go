package asterisk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

func TestEveryKeyIsToldOnceHoweverItIsDialled(t *testing.T) {
	t.Parallel()
	d := sit(t)
	callers := map[pbx.ChannelID]string{}
	n := 0
	person := asterisktest.Dialling{Key: 8, Pause: 12} // 120 ms, and 280 between two keys
	quick := asterisktest.Dialling{Key: 7, Pause: 1}   // a machine: 100 and 60 ms
	short := asterisktest.Dialling{Key: 4, Pause: 1}   // 40 and 60 ms
	tight := asterisktest.Dialling{Key: 5, Pause: 0}   // 60 and 40 ms: less than Asterisk leaves between two keys
	stumbles := person                                 // on a network that holds packets back
	stumbles.Burst = 20
	tumbles := asterisktest.Dialling{Key: 8, Pause: 4, Burst: 25}
	for _, one := range []struct {
		keys string
		how  asterisktest.Dialling
	}{
		{"1234567890*#1234", person},
		{"1234567890*#1234", quick},
		{"1234567890*#1234", short},
		{"1234567890*#1234", tight}, // the same key so soon may pass for an echo
		{"1234567890*#1234", stumbles},
		{"1234567890*#1234", tumbles},
		{"1111111111", person},
		{"1122112211", quick},
		{"90000000001", short},
		{"1111111111", stumbles},
		{"1122112211", tumbles},
		{"1111111111", tumbles},
	} {
		n++
		from := fmt.Sprint(13800000000 + n)
		d.Call(t, asterisktest.Caller{Digits: one.keys, From: from, Dials: one.how})
		a := want(d, func(a pbx.Arrived) bool { return a.Caller == from })
		callers[a.Channel] = fmt.Sprintf("%s %+v", one.keys, one.how)
		d.must(pbx.Answer{Channel: a.Channel})
	}
	got := map[pbx.ChannelID]string{}
	hear := func(e pbx.Event) {
		if p, ok := e.(pbx.Pressed); ok {
			got[p.Channel] += string(p.Digit)
		}
	}
	for _, e := range d.past { // while others still arrived
		hear(e)
	}
	for limit := time.After(9 * time.Second); limit != nil; {
		select {
		case e := <-d.told:
			hear(e)
		case <-limit:
			limit = nil
		}
	}
	for id, how := range callers {
		if keys, _, _ := strings.Cut(how, " "); got[id] != keys {
			t.Errorf("%s told as %s", how, got[id])
		}
	}
}
