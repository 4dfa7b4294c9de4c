package conformance_test

import (
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/integration/telephone"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/asterisk/cdr"
)

func TestTheSwitchsOwnRecordsAgreeWithWhatItTold(t *testing.T) {
	t.Parallel()
	h := open(t)
	taken := make(chan *telephone.Call, 1)
	carrier := h.set(telephone.Config{Listen: outside, User: "carrier", Incoming: answers(taken)})
	h.trunk(pbx.Trunk{ID: "city", Match: []netip.Prefix{netip.PrefixFrom(outside, 32)}, Server: carrier.Address()})
	const id = pbx.ChannelID("yht-out")
	h.must(pbx.Originate{Channel: id, Trunk: "city", Number: "13900139000", Timeout: 5 * time.Second, Record: pbx.RecordingOf(id)})
	answered := await(h, func(e pbx.Answered) bool { return e.Channel == id }).At
	time.Sleep(1200 * time.Millisecond) // talk
	(<-taken).Hangup()
	ended := await(h, func(e pbx.Ended) bool { return e.Channel == id }).At

	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		file, err := os.Open(h.CallRecords())
		if err == nil {
			records, err := cdr.Read(file)
			_ = file.Close()
			if err != nil {
				t.Fatal(err)
			}
			if len(records) == 1 && !records[0].End.IsZero() {
				agrees(t, records[0], answered, ended)
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the record of the channel is not there: %v", err)
		}
	}
}

func agrees(t *testing.T, r cdr.Record, answered, ended time.Time) {
	t.Helper()
	if r.Channel != "yht-out" {
		t.Errorf("a record of %q", r.Channel)
	}
	for what, off := range map[string]time.Duration{
		"answer": r.Answer.Sub(answered), "end": r.End.Sub(ended), "talk": r.Talked() - ended.Sub(answered),
	} {
		if off.Abs() > time.Second {
			t.Errorf("the %s differs by %s: %+v", what, off, r)
		}
	}
	t.Logf("talked %s by our clock, %s by the switch's", ended.Sub(answered), r.Talked())
}
