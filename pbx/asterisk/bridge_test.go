package asterisk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk/asterisktest"
)

// Asterisk drops, without a word, what is played to a channel that is on its
// way out of a bridge.
func TestWhoComesOutOfABridgeHearsThePromptAtOnce(t *testing.T) {
	t.Parallel()
	d := sit(t)
	d.phone(asterisktest.Phone{User: "1001"})
	a, _ := d.arrive(asterisktest.Caller{})
	d.must(pbx.Originate{Channel: "leg", Phone: "1001", Timeout: 5 * time.Second})
	want(d, of[pbx.Answered]("leg"))
	prompt := d.sound("prompt", 700, 0.1)
	for n := range 60 {
		bridge, play := pbx.BridgeID(fmt.Sprint("b", n)), pbx.PlayID(fmt.Sprint("p", n))
		d.must(pbx.Join{Bridge: bridge, Channels: []pbx.ChannelID{a.Channel, "leg"}})
		if n%2 == 0 {
			d.must(pbx.Dissolve{Bridge: bridge})
		} else {
			d.must(pbx.Leave{Bridge: bridge, Channel: a.Channel})
		}
		d.must(pbx.Play{Channel: a.Channel, ID: play, Files: []string{prompt}})
		if e := want(d, of[pbx.PlayEnded](a.Channel)); e.Play != play || e.Err != nil {
			t.Errorf("%+v", e)
		}
		if n%2 != 0 {
			d.must(pbx.Dissolve{Bridge: bridge})
		}
	}
}
