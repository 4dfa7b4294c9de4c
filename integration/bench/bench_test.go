package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestQuantileIsAlwaysAMeasuredValue(t *testing.T) {
	var times []time.Duration
	for i := range 100 {
		times = append(times, time.Duration(100-i)*time.Millisecond)
	}
	s := spreadOf(times)
	if s.n != 100 || s.p50 != 50*time.Millisecond || s.p99 != 99*time.Millisecond || s.max != 100*time.Millisecond {
		t.Errorf("%+v", s)
	}
	if one := spreadOf(times[:1]); one.p50 != times[0] || one.p99 != times[0] {
		t.Errorf("of one value: %+v", one)
	}
	if none := spreadOf(nil); none.p99 != 0 {
		t.Errorf("of none: %+v", none)
	}
}

func TestHistogramTellsOnlyWhatWasCountedBetweenTwoReadings(t *testing.T) {
	const name = "decision_seconds"
	before := series{name + `_bucket{le="0.1"}`: 7, name + `_bucket{le="1"}`: 7, name + `_bucket{le="+Inf"}`: 7, name + "_count": 7}
	after := series{name + `_bucket{le="0.1"}`: 13, name + `_bucket{le="1"}`: 17, name + `_bucket{le="+Inf"}`: 17, name + "_count": 17}
	if edge, n := after.bound(before, name, 0.5); edge != 100*time.Millisecond || n != 10 {
		t.Errorf("half: %s of %d", edge, n)
	}
	if edge, _ := after.bound(before, name, 0.99); edge != time.Second {
		t.Errorf("nearly all: %s", edge)
	}
	if edge, n := before.bound(before, name, 0.5); edge >= 0 || n != 0 {
		t.Errorf("of nothing: %s of %d", edge, n)
	}
	after[name+"_count"], after[name+`_bucket{le="+Inf"}`] = 100, 100
	if edge, _ := after.bound(before, name, 0.99); edge >= 0 {
		t.Errorf("beyond the last bucket: %s", edge)
	}
}

func TestOnlyTheTextBetweenTheMarksIsReplaced(t *testing.T) {
	old := "# Title\n\n" + beginMark + "\nold\n" + endMark + "\n\nFoot\n"
	got, err := replaceBetween(old, "\nnew\n\n")
	if want := "# Title\n\n" + beginMark + "\nnew\n" + endMark + "\n\nFoot\n"; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"", beginMark, endMark + beginMark, "no marks"} {
		if _, err := replaceBetween(bad, "new"); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestARateHoldsOnlyWhenNothingIsLostOrLate(t *testing.T) {
	good := step{rate: 10, calls: 200, recordings: 200, answer: spread{p99: 20 * time.Millisecond}, found: spread{p99: 50 * time.Millisecond}}
	if reason := good.judge(); reason != (why{}) {
		t.Errorf("a good rate broke: %s", reason)
	}
	for name, spoil := range map[string]func(*step){
		"failed calls":       func(s *step) { s.failed = 3 },
		"unanswered calls":   func(s *step) { s.unanswered = 3 },
		"missing recordings": func(s *step) { s.recordings = 199 },
		"slow answer":        func(s *step) { s.answer.p99 = time.Second },
		"slow queue":         func(s *step) { s.found.p99 = 2 * time.Second },
		"slow generator":     func(s *step) { s.late = 3 * time.Second },
	} {
		bad := good
		if spoil(&bad); bad.judge() == (why{}) {
			t.Errorf("%s: held", name)
		}
	}
	one := good
	one.failed, one.unanswered, one.recordings = 1, 1, 199 // one call in two hundred, and its recording
	if reason := one.judge(); reason != (why{}) {
		t.Errorf("one call in two hundred: %s", reason)
	}
}

func TestWhatSIPpWroteIsRead(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"caller_1_rtt.csv": "Date_ms;response_time_ms;rtd_no\n261.463;8.581;1\n516.318;13.25;1\n",
		"stat.csv":         "TotalCallCreated;SuccessfulCall(C);Retransmissions(C);\n2;0;0;\n3;1;4;\n3;2;4;\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	times, err := responseTimes(dir)
	if err != nil || !slices.Equal(times, []time.Duration{8581 * time.Microsecond, 13250 * time.Microsecond}) {
		t.Errorf("%v, %v", times, err)
	}
	o := outcome{calls: 3}
	if err := o.readStat(filepath.Join(dir, "stat.csv")); err != nil || o.failed != 1 || o.resent != 4 || o.took != 2*time.Second {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestUsageCountsThisVeryProcess(t *testing.T) {
	before, err := usageOf(os.Getpid())
	if err != nil {
		t.Skip(err) // no /proc
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		now, err := usageOf(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		if now.cpu-before.cpu >= 5*tick {
			if now.memory < 1<<20 {
				t.Errorf("%d bytes of memory", now.memory)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("a busy process seems to use no processor")
		}
	}
}

func TestBothLanguagesHaveTheSameTables(t *testing.T) {
	r := results{
		times: &times{}, ready: &spread{n: 1, p50: time.Millisecond}, compare: &comparison{},
		bridged: []plateau{{calls: 100, wall: time.Second}}, knee: []step{{rate: 5}, {rate: 10, broke: because("x", "某因")}},
	}
	shape := func(lang language) (rows []int) {
		text := r.markdown(lang)
		if strings.Contains(text, "%!") {
			t.Errorf("a format is wrong:\n%s", text)
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "|") {
				rows = append(rows, strings.Count(line, "|"))
			}
		}
		return rows
	}
	if en, zh := shape(english), shape(chinese); len(en) == 0 || !slices.Equal(en, zh) {
		t.Errorf("rows %v and %v", en, zh)
	}
}

func TestEachReadmeGetsTheReportInItsLanguageAndNoneIsMade(t *testing.T) {
	root := t.TempDir()
	chineseFile := filepath.Join(root, "README.zh-CN.md")
	if err := os.WriteFile(chineseFile, []byte("题\n"+beginMark+endMark+"\n尾\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := updateReadmes(root, results{}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(chineseFile)
	if err != nil || !strings.Contains(string(got), "实测") || !strings.HasPrefix(string(got), "题\n") || !strings.HasSuffix(string(got), "\n尾\n") {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := os.Stat(filepath.Join(root, "README.md")); err == nil {
		t.Error("a README was made that did not exist")
	}
	if err := os.WriteFile(filepath.Join(root, "README.md"), []byte("no marks"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := updateReadmes(root, results{}); err == nil {
		t.Error("a README without marks was passed over in silence")
	}
}
