package cdr

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

const sample = `"CHAN_START","1795357975.444685","yht-1.7","yht-1.7"
"CHAN_START","1795357976.1","yht-call-a1","yht-1.7"
"ANSWER","1795357976.500000","yht-1.7","yht-1.7"
"CHAN_START","1795357976.600000","listen:ABCD:yht-sup","yht-1.7"
garbage "with , quotes
"ANSWER","1795357977.000001","yht-call-a1","yht-1.7"
"ANSWER","1795357999.000000","yht-call-a1","yht-1.7"
"CHAN_END","1795357980.000000","yht-call-a1","yht-1.7"
"CHAN_END","1795357980.000250","yht-1.7","yht-1.7"
"CHAN_START","1795357981.000000","yht-1.8","yht-1.8"
"CHAN_EN`

func TestEachChannelIsReadOnce(t *testing.T) {
	got, err := Read(strings.NewReader(sample))
	if err != nil || len(got) != 3 {
		t.Fatalf("%d records, %v: %+v", len(got), err, got)
	}
	if c := got[0]; c.Channel != "yht-1.7" || !c.Start.Equal(time.UnixMicro(1795357975444685)) || c.Talked() != 3500250*time.Microsecond {
		t.Errorf("the caller: %+v, talked %s", c, c.Talked())
	}
	if a := got[1]; a.Linked != "yht-1.7" || a.Talked() != 2999999*time.Microsecond || a.Start.Location() != time.UTC {
		t.Errorf("the agent: %+v, talked %s", a, a.Talked())
	}
	if r := got[2]; !r.Answer.IsZero() || !r.End.IsZero() || r.Talked() != 0 {
		t.Errorf("a channel that is still there: %+v", r)
	}
}

func TestWhatIsTooLongIsPassedOver(t *testing.T) {
	long := `"CHAN_START","1.0","` + strings.Repeat("x", 10*maxLine) + `","y"` + "\n"
	got, err := Read(strings.NewReader(long + sample))
	if err != nil || len(got) != 3 {
		t.Errorf("%d records, %v", len(got), err)
	}
}

func TestAFileThatCannotBeReadSaysSo(t *testing.T) {
	broken := errors.New("disk")
	if _, err := Read(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample)
	f.Add("\"ANSWER\",\"99999999999.999999\",\"a\",\"\"\n\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got {
			if r.Channel == "" || r.Start.IsZero() && r.Answer.IsZero() && r.End.IsZero() {
				t.Errorf("%+v of %q", r, text)
			}
		}
	})
}
